"""What a backup says of itself: its files with their digests, and the figures of every table."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from homeward.model import InvalidValue

__all__ = ["NAME", "Manifest", "TableFigures", "figures_of", "sha256_of"]

NAME = "manifest.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class TableFigures:
    """How many rows a table has, and the SHA-256 of all of them in the order of their keys."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A backup of itself: ``files``: digests by path; ``tables``: figures by name; ``head``: custody's last hash."""

    software: str
    vendor: str
    taken_at: str
    head: str
    files: dict[str, str]
    tables: dict[str, TableFigures]

    def write(self, folder: Path) -> None:
        """Write it into the backup's folder."""
        text = json.dumps({"format": _FORMAT, **dataclasses.asdict(self)}, indent=1, sort_keys=True)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read it; raises InvalidValue where there is none or it is of another form."""
        path = folder / NAME
        if not path.is_file():
            raise InvalidValue(str(folder), NAME, "", "is not there: this is no backup, or one that was not finished")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content.pop("format") != _FORMAT:
                raise InvalidValue(str(folder), "format", content, f"must be {_FORMAT}")
            tables = {name: TableFigures(**figures) for name, figures in content.pop("tables").items()}
            return cls(tables=tables, **content)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidValue(str(folder), NAME, type(error).__name__, "must be a manifest of a backup") from error


def figures_of(rows: Iterable[tuple[object, ...]]) -> TableFigures:
    """Count and digest of rows as the database gives them."""
    digest, n = hashlib.sha256(), 0
    for row in rows:
        digest.update(repr(row).encode())
        digest.update(b"\n")
        n += 1
    return TableFigures(n, digest.hexdigest())


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
