"""One element of an XML file as a frozen value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["XmlElement", "is_xml_text", "split_name"]

# The characters of XML 1.0, section 2.2; all others cannot stand in a file, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def is_xml_text(text: str) -> bool:
    """Whether XML can carry a text: no control characters, no halves of characters."""
    return _FORBIDDEN.search(text) is None


def split_name(name: str) -> tuple[str, str]:
    """Namespace ("" for none) and local part of a name.

    >>> split_name("{urn:a}b")
    ('urn:a', 'b')
    """
    if name.startswith("{"):
        namespace, _, local = name[1:].partition("}")
        return namespace, local
    return "", name


@dataclass(frozen=True, slots=True)
class XmlElement:
    """An element: it holds a text or other elements, never both.

    ``name`` and the names of ``attributes`` are written ``{namespace}local``. ``line`` is where it begins in the file
    that it was read from, no part of its content.
    """

    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[XmlElement, ...] = ()
    line: int = field(default=0, compare=False)
