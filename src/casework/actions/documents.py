"""Documents that records rest on, with their files, kept under the SHA-256 of what they hold."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile

from casework.actions.act import NotPossible, act
from casework.actions.records import correct, save_new
from casework.policy import Permission
from casework.store.models import Account, CaseFile, Document, Organisation
from homeward.model import InvalidValue, PartialDate

__all__ = ["MOST_BYTES", "add_document", "attach_file"]

MOST_BYTES = 64 * 2**20
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


def add_document(*, actor: Account, case: CaseFile, key: str, title: str, kind: str = "", publisher: str = "",
                 dated: PartialDate | None = None, address: str = "", file: IO[bytes] | None = None,
                 file_name: str = "", organisation: Organisation | None = None) -> Document:
    """Add a document; ``file``: what it holds, ``file_name``: what it was called, for the kind of file alone.

    Raises InvalidValue for a key in use, an address that is none, an empty file or one of more than MOST_BYTES,
    NotAllowed.
    """
    with act(actor, Permission.DOCUMENT_WRITE):
        document = Document(case=case, key=key, title=title, kind=kind, publisher=publisher, dated=dated,
                            address=_address(key, address), organisation=organisation)
        if file is not None:
            content, digest, name = _content(key, file, file_name)
            document.sha256 = digest
            document.file.save(name, content, save=False)
        return save_new(document, actor=actor)


def attach_file(*, actor: Account, document: Document, file: IO[bytes], file_name: str, reason: str,
                version: int | None = None) -> Document:
    """Give a document its file; raises NotPossible where it has one, InvalidValue, Conflict, NotAllowed."""
    with act(actor, Permission.DOCUMENT_WRITE, document):
        if document.file:
            raise NotPossible(f"{document.key} has its file; what it holds is not exchanged")
        content, digest, name = _content(document.key, file, file_name)
        document.file.save(name, content, save=False)
        return correct(document, actor=actor, changes={"file": document.file.name, "sha256": digest}, reason=reason,
                       version=version)


def _content(key: str, file: IO[bytes], file_name: str) -> tuple[ContentFile[bytes], str, str]:
    data = file.read(MOST_BYTES + 1)
    if not 0 < len(data) <= MOST_BYTES:
        raise InvalidValue(key, "file", f"{len(data)} bytes", f"must hold 1 to {MOST_BYTES} bytes")
    digest = hashlib.sha256(data).hexdigest()
    # The name that somebody gave may name somebody: only its ending is kept.
    suffix = PurePath(file_name).suffix
    return ContentFile(data), digest, digest + (suffix.lower() if _SUFFIX.fullmatch(suffix) else "")


def _address(key: str, address: str) -> str:
    if address and not address.startswith(("https://", "http://")):
        raise InvalidValue(key, "address", address[:60], "must begin with https:// or http://")
    return address
