"""Imports: shown before they are applied, applied whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from casework.actions.imports import Preview, load_case, preview
from casework.api import shapes
from casework.api.paging import LARGEST, Text
from casework.api.problems import PROBLEMS, FaultOut
from casework.api.security import guarded
from casework.policy import Permission
from casework.queries import cases

__all__ = ["router"]

router = Router(tags=["cases"])
_TABLE = r"^[a-z_]{0,40}$"


class PreviewOut(Schema):
    """What an import would do; with ``faults``, nothing can be imported."""

    kind: str
    sha256: str
    key: str
    is_new_case: bool
    faults: list[FaultOut]
    notes: list[str]
    counts: dict[str, dict[str, int]]
    settings: list[str]


class Into(Schema):
    """``case``: the number of the case that it goes into; ``key``: of a new one; ``table``: where the file's name does
    not say which table it is."""

    case: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    key: Text = ""
    table: Annotated[str, StringConstraints(pattern=_TABLE)] = ""


class Applied(Into):
    """``sha256``: of the preview that is applied; ``disputed``: what becomes of records corrected by hand since."""

    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""
    disputed: Annotated[str, StringConstraints(pattern=r"^(refuse|keep|take)$")] = "refuse"


@router.post("/imports/preview", response={200: PreviewOut, **PROBLEMS})
@guarded(Permission.BATCH_IMPORT)
def show_import(request: HttpRequest, into: Form[Into], file: File[UploadedFile]) -> Any:
    """Read a case folder (zipped), one of its tables, or a file of another program, and say what importing would do."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    with _on_disk(file) as path:
        return _shown(preview(actor=actor, path=path, into=_case(actor, into), key=into.key, table=into.table))


@router.post("/imports", response={201: shapes.BatchOut, **PROBLEMS})
@guarded(Permission.BATCH_IMPORT)
def apply_import(request: HttpRequest, into: Form[Applied], file: File[UploadedFile]) -> Any:
    """Import it: new records are added, changed ones superseded, in one batch that can be taken back."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    with _on_disk(file) as path:
        return Status(201, load_case(actor=actor, source=path, into=_case(actor, into), key=into.key, table=into.table,
                                     disputed=into.disputed, sha256=into.sha256, organisation=actor.organisation))


def _case(actor: Any, into: Into) -> Any:
    return None if into.case is None else cases.case(actor, into.case)


@contextmanager
def _on_disk(file: UploadedFile) -> Iterator[Path]:
    # Readers go by the file's name; of what was sent only its last part, without anything odd, is used.
    name = "".join(c for c in PurePath(file.name or "").name if c.isalnum() or c in "._-").strip(".")[-100:] or "upload"
    with tempfile.TemporaryDirectory(prefix="homeward-import-") as folder:
        path = Path(folder) / name
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        yield path


def _shown(found: Preview) -> dict[str, Any]:
    faults = [{"where": f"{f.file}:{f.line}", "field": f.column, "value": f.value, "allowed": f.allowed}
              for f in found.faults]
    counts = {name: dict(count) for name, count in found.counts.items()}
    return {"kind": found.kind, "sha256": found.sha256, "key": found.key, "is_new_case": found.is_new_case,
            "faults": faults, "notes": list(found.notes), "counts": counts, "settings": list(found.settings)}
