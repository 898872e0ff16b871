"""The character set of a GEDCOM file: what its bytes show, what its head declares, what the caller knows."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from homeward.formats.casefile.findings import Findings, shown
from homeward.formats.gedcom.ansel import decode_ansel
from homeward.model import Fault, FaultyInput

__all__ = ["read_text"]

_LARGEST_BYTES = 64_000_000
_HEAD_BYTES = 20_000
_CHAR = re.compile(rb"(?:^|[\r\n])\s*1[ \t]+CHAR[ \t]+([^\r\n]*)", re.IGNORECASE)
_VERSION = re.compile(rb"(?:^|[\r\n])\s*2[ \t]+VERS[ \t]+7", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = {"utf-8": "utf-8", "utf8": "utf-8", "ascii": "ascii", "ansel": "ansel", "unicode": "utf-16-le",
             "utf-16": "utf-16-le", "ansi": "cp1252", "windows": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252",
             "iso-8859-1": "latin-1", "iso8859-1": "latin-1", "latin1": "latin-1", "ibmpc": "cp437", "ibm": "cp437",
             "ibm dos": "cp850", "msdos": "cp850", "macintosh": "mac_roman"}
_VAGUE = {"ansi", "windows", "ibmpc", "ibm", "ibm dos", "msdos", "macintosh"}


def read_text(path: Path, charset: str | None, findings: Findings) -> tuple[str, str]:
    """The text of a file, and the name of the character set in which it was.

    Args: ``path``; ``charset``, a codec that overrules what the file says, or None; ``findings`` takes the notes.
    Raises FaultyInput for a file that cannot be read, is too large, or is not in the character set that it declares.
    """
    content = _content(path)
    if charset is not None:
        return _decoded(path.name, content, charset, f"must be in {charset}, as was asked for"), charset
    for bom, codec in _BOMS:
        if content.startswith(bom):
            return _decoded(path.name, content, codec, f"must be {codec}, as its first bytes say"), codec
    for sign, codec in ((b"0\0", "utf-16-le"), (b"\0000", "utf-16-be")):
        if content.startswith(sign):
            return _decoded(path.name, content, codec, f"must be {codec}, as its first bytes show"), codec
    head = content[:_HEAD_BYTES]
    found = _CHAR.search(head)
    declared = found[1].decode("latin-1").strip() if found else ""
    codec = _codec(path.name, content, declared, found is None or _VERSION.search(head) is not None, findings)
    text = _decoded(path.name, content, codec, f"must be in {declared or 'UTF-8'}, as its head says; if it is in "
                    "another character set, name that (charset=)")
    return text, codec


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > _LARGEST_BYTES:
            raise FaultyInput([Fault(path.name, 0, "", f"{size} bytes", f"must have at most {_LARGEST_BYTES}",
                                     "too-large")])
        return path.read_bytes()
    except OSError as error:
        raise FaultyInput([Fault(path.name, 0, "", "", f"cannot be read: {error.strerror}", "unreadable")]) from error


def _codec(file: str, content: bytes, declared: str, unicode_is_meant: bool, findings: Findings) -> str:
    """The codec of a file without a byte order mark."""
    name = declared.casefold()
    codec = "utf-8" if unicode_is_meant and name not in _DECLARED else _DECLARED.get(name)
    if content.isascii():
        return "ascii"
    if codec is None:
        raise FaultyInput([Fault(file, 0, "CHAR", shown(declared), "must be UTF-8, UNICODE, ANSEL, ASCII or ANSI; if "
                                 "it is another character set, name it (charset=)", "charset")])
    if codec != "utf-8" and _is_utf8(content):
        # Bytes above 127 follow each other in UTF-8 as they hardly ever do in any other set.
        findings.note(file, 0, f"declared as {declared}, and read as UTF-8, which it is")
        return "utf-8"
    if name in _VAGUE:
        findings.note(file, 0, f"CHAR {declared} names no character set; read as {codec} (charset= reads another)")
    if codec == "ascii":
        findings.note(file, 0, "declared as ASCII, and read as cp1252, since there is more in it")
        return "cp1252"
    return codec


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decoded(file: str, content: bytes, codec: str, allowed: str) -> str:
    try:
        text = decode_ansel(content) if codec.casefold() == "ansel" else codecs.decode(content, codec)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        value = " ".join(f"{b:02X}" for b in content[error.start:error.end][:4])
        raise FaultyInput([Fault(file, line, "", f"byte {value}", allowed, "charset")]) from error
    except (LookupError, TypeError, ValueError) as error:
        raise FaultyInput([Fault(file, 0, "charset", shown(codec), "must name a character set of Python, or ansel",
                                 "charset")]) from error
    return text.removeprefix("\ufeff") if isinstance(text, str) else ""
