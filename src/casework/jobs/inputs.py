"""The case as a run takes it, kept as a zipped case folder: what is corrected later changes no run that has begun."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from casework.actions.run_parameters import with_parameters
from casework.store.bridge import case_of
from casework.store.moment import one_moment
from homeward.formats import read_case, write_case
from homeward.model import Case, HomewardError

__all__ = ["Unfaithful", "archived", "restored", "taken"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same case gives the same archive


class Unfaithful(HomewardError):
    """A case that its archive does not give back as it was; nothing is computed from it."""


def taken(case_file: Any, parameters: Mapping[str, Any]) -> Case:
    """The case of the register as it stands at one moment, with the run's own parameters."""
    with one_moment():
        case = case_of(case_file)
    return with_parameters(case, parameters)


def archived(case: Case) -> bytes:
    """The case folder, zipped."""
    with tempfile.TemporaryDirectory(prefix="homeward-") as folder:
        write_case(case, Path(folder) / "case")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for path in sorted((Path(folder) / "case").iterdir()):
                entry = zipfile.ZipInfo(path.name, _EPOCH)
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def restored(content: bytes, *, digest: str) -> Case:
    """The case of an archive; raises Unfaithful where its digest is not the one on record."""
    with tempfile.TemporaryDirectory(prefix="homeward-") as folder:
        path = Path(folder) / "case.zip"
        path.write_bytes(content)
        case = read_case(path)
    if case.digest() != digest:
        raise Unfaithful("the case as it was kept is not the case as it was taken: their digests differ")
    return case
