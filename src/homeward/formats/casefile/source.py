"""Where a case lies: a folder, or the same folder zipped, opened with limits that no bomb gets past."""

from __future__ import annotations

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from homeward.formats.casefile.findings import Refused, shown
from homeward.model import Fault

__all__ = ["MANIFEST", "Source", "open_source", "open_zip"]

MANIFEST = "case.toml"
_FILE_BYTES = 512 * 2**20
_ALL_BYTES = 2 * 2**30
_ENTRIES = 10_000
_SMALL_BYTES = 2**20  # below this a high ratio does no harm; tables compress 5 to 30 times, sheets up to 60 times
_RATIO = 100
_NOT_OURS = re.compile(r"(^|/)(__MACOSX/|\.|~\$|Thumbs\.db$|desktop\.ini$)")
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError, RuntimeError,
           OSError, ValueError, OverflowError, KeyError, IndexError)


class Source(Protocol):
    """The files of a case, by name."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the files beside case.toml and of itself; hidden files are left out."""

    def read(self, name: str) -> bytes:
        """The bytes of a file; raises Refused where they cannot be had."""


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open the folder or zip file at ``path`` (or the folder of the case.toml at ``path``).

    Raises Refused for what is neither, and for a zip file that is damaged, encrypted, unpacks to too much or names
    paths outside itself. Nothing is ever unpacked to disk.
    """
    folder, opened = _opened(path)
    if folder is not None:
        yield folder
    elif opened is not None:
        with opened, open_zip(path.name, opened) as archive:
            yield _zipped(path.name, archive)
    else:
        raise Refused(Fault(path.name, 0, "", "", "must be a folder or a zip file", "unreadable"))


def _opened(path: Path) -> tuple[_Folder | None, IO[bytes] | None]:
    try:
        if path.name == MANIFEST and path.is_file():
            path = path.absolute().parent
        if path.is_dir():
            names = sorted(p.name for p in path.iterdir() if not _NOT_OURS.search(p.name) and not p.is_dir())
            return _Folder(path, tuple(names)), None
        return None, path.open("rb") if path.is_file() else None
    except (OSError, ValueError) as error:
        raise Refused(Fault(path.name, 0, "", "", f"cannot be read ({_reason(error)})", "unreadable")) from error


@contextmanager
def open_zip(file: str, opened: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Open a zip file and look through its list of entries; raises Refused as open_source does."""
    try:
        archive = zipfile.ZipFile(opened)
    except _DAMAGE as error:
        raise Refused(Fault(file, 0, "", "", f"must be a whole zip file ({_reason(error)})", "zip-unreadable")
                      ) from error
    with archive:
        _check_entries(file, archive.infolist())
        yield archive


def _check_entries(file: str, entries: list[zipfile.ZipInfo]) -> None:
    total = sum(e.file_size for e in entries)
    if len(entries) > _ENTRIES or total > _ALL_BYTES:
        raise Refused(Fault(file, 0, "", f"{len(entries)} files, {total} bytes",
                            f"must unpack to at most {_ENTRIES} files and {_ALL_BYTES} bytes", "zip-size"))
    for entry in entries:
        fault = _fault_of(file, entry)
        if fault is not None:
            raise Refused(fault)


def _fault_of(file: str, entry: zipfile.ZipInfo) -> Fault | None:
    name = entry.orig_filename  # zipfile tidies the other one up
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name) or "\0" in name:
        return Fault(file, 0, "", shown(name), "must stay inside the zip file", "zip-path")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Fault(file, 0, "", shown(name), "must be a file and no link", "zip-path")
    if entry.flag_bits & 0x1:
        return Fault(file, 0, "", shown(name), "must not be encrypted", "zip-encrypted")
    # Other methods unpack much further, and one of them asks for its own memory.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Fault(file, 0, "", shown(name), "must be stored or deflated", "zip-unreadable")
    if entry.file_size > _FILE_BYTES or (entry.file_size > _SMALL_BYTES
                                         and entry.file_size > _RATIO * entry.compress_size):
        return Fault(file, 0, "", shown(name), f"must unpack to at most {_FILE_BYTES} bytes, and {_RATIO} times its "
                     "size", "zip-size")
    return None


@dataclass(frozen=True, slots=True)
class _Folder:
    path: Path
    names: tuple[str, ...]

    def read(self, name: str) -> bytes:
        path = self.path / name
        try:
            # A pipe or device would make the reader wait for ever.
            if not stat.S_ISREG(path.stat().st_mode):
                raise Refused(Fault(name, 0, "", "", "must be a file", "unreadable"))
            if path.stat().st_size > _FILE_BYTES:
                raise Refused(Fault(name, 0, "", "", f"must hold at most {_FILE_BYTES} bytes", "file-size"))
            return path.read_bytes()
        except OSError as error:
            raise Refused(Fault(name, 0, "", "", f"cannot be read ({_reason(error)})", "unreadable")) from error


@dataclass(frozen=True, slots=True)
class _Zipped:
    file: str
    archive: zipfile.ZipFile
    entries: dict[str, zipfile.ZipInfo]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.entries))

    def read(self, name: str) -> bytes:
        try:
            return self.archive.read(self.entries[name])
        except _DAMAGE as error:
            raise Refused(Fault(self.file, 0, "", name, f"must be whole ({_reason(error)})", "zip-unreadable")
                          ) from error


def _zipped(file: str, archive: zipfile.ZipFile) -> _Zipped:
    listed = [e for e in archive.infolist() if e.filename and not e.is_dir() and not _NOT_OURS.search(e.filename)]
    tops = {e.filename.partition("/")[0] for e in listed}
    # Zipping a folder by its name puts it on top of everything: look inside it.
    top = f"{tops.pop()}/" if len(tops) == 1 and all("/" in e.filename for e in listed) else ""
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        name = entry.filename.removeprefix(top)
        if "/" in name:  # papers in subfolders are left alone
            continue
        if name in entries:
            raise Refused(Fault(file, 0, "", shown(name), "must be there once", "table-twice"))
        entries[name] = entry
    return _Zipped(file, archive, entries)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
