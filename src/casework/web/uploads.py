"""Files that come in: kept apart between preview and import, refused when they are too large, forgotten after a day."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

__all__ = ["Quota", "forget", "keep", "kept"]

_SECONDS_KEPT = 24 * 3600
_NAME = re.compile(r"[^\w.+-]+")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")


class Quota(FileUploadHandler):
    """Refuses a request whose body is too large before any of it is read."""

    chunk_size = FileUploadHandler.chunk_size

    def handle_raw_input(self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any,  # noqa: N803
                         encoding: str | None = None) -> None:
        """Raise RequestDataTooBig beyond what is allowed; strangers send forms, and no files."""
        request: Any = self.request
        # The API asks for its token before it reads a body.
        known = SESSION_KEY in request.session or request.path.startswith("/api/")
        if content_length > (settings.MOST_UPLOAD_BYTES if known else settings.MOST_UPLOAD_BYTES_OF_STRANGERS):
            raise RequestDataTooBig("The file is larger than this register takes.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand on to the next."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing of one's own."""


def keep(upload: UploadedFile[Any]) -> str:
    """Keep an uploaded file; gives the token under which it is found again, by whoever holds the token."""
    _sweep()
    token = secrets.token_urlsafe(24)
    folder = _room() / token
    folder.mkdir(mode=0o700, parents=True)
    name = _NAME.sub("_", Path(upload.name or "file").name).lstrip(".")[-100:] or "file"
    with (folder / name).open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return token


def kept(token: str) -> Path | None:
    """The file of a token; None where it was forgotten."""
    if not _TOKEN.fullmatch(token):
        return None
    folder = _room() / token
    return next(iter(folder.iterdir()), None) if folder.is_dir() else None


def forget(token: str) -> None:
    """Delete the file of a token."""
    if _TOKEN.fullmatch(token):
        shutil.rmtree(_room() / token, ignore_errors=True)


def _room() -> Path:
    return Path(settings.HOME) / "incoming"


def _sweep() -> None:
    if _room().is_dir():
        for folder in _room().iterdir():
            if time.time() - folder.stat().st_mtime > _SECONDS_KEPT:
                shutil.rmtree(folder, ignore_errors=True)
