"""ANSEL, the character set of old GEDCOM files: a mark (an accent) stands before its letter, not behind it.

Source: ANSI/NISO Z39.47-1993 (R2003) and Appendix D of the GEDCOM standard, release 5.5, which adds the boxes, the
raised e and o, and the ß; the ß and the euro sign of MARC 21 are read as well.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["decode_ansel"]

_LETTERS = dict(zip(
    (*range(0xA1, 0xAF), *range(0xB0, 0xBB), *range(0xBC, 0xC9), *range(0xCD, 0xD0)),
    "ŁØĐÞÆŒʹ·♭®±ƠƯʼ" "ʻłøđþæœʺı£ð" "ơư□■°ℓ℗©♯¿¡ß€" "ᵉᵒß", strict=True))
_MARKS = dict(zip(
    (*range(0xE0, 0xFC), 0xFE),
    "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a\ufe20\ufe21\u0315\u030b\u0310"
    "\u0327\u0328\u0323\u0324\u0325\u0333\u0332\u0326\u031c\u032e\ufe22\ufe23\u0313", strict=True))
_TABLE = _LETTERS | _MARKS | {0x8D: "\u200d", 0x8E: "\u200c", 0xA0: "\u00a0"}
_UNKNOWN = re.compile("[" + "".join(re.escape(chr(c)) for c in range(0x80, 0x100) if c not in _TABLE) + "]")
_MARKED = re.compile("([\xe0-\xfb\xfe]+)([^\xe0-\xfb\xfe\r\n])")


def decode_ansel(content: bytes) -> str:
    """The text of bytes in ANSEL, its letters composed with their marks (NFC).

    Raises UnicodeDecodeError at the first byte that is not in ANSEL.

    >>> decode_ansel(b"B\\xe8ucher, \\xa1\\xe2od\\xe2z")
    'Bücher, Łódź'
    """
    if content.isascii():
        return content.decode("ascii")
    text = content.decode("latin-1")  # a character for each byte, to be put in order and then exchanged
    wrong = _UNKNOWN.search(text)
    if wrong is not None:
        raise UnicodeDecodeError("ansel", content, wrong.start(), wrong.start() + 1, "is not in ANSEL")
    return unicodedata.normalize("NFC", _MARKED.sub(r"\2\1", text).translate(_TABLE))
