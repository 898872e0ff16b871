"""At which line of case.toml a key stands: tomllib does not say."""

from __future__ import annotations

import re

__all__ = ["ManifestLines"]

_ENTRY = re.compile(r"\s*\[\[\s*([^\[\]]+?)\s*\]\]")
_SECTION = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*(?:"([^"\\]*)"|'([^']*)'|([\w.-]+))\s*=""")


class ManifestLines:
    """The lines of headings and keys; what is written in some other way (inline, dotted) goes without a line."""

    def __init__(self, text: str) -> None:
        self._found: dict[str, int] = {}
        entries: dict[str, int] = {}
        section = ""
        for number, line in enumerate(text.split("\n"), start=1):
            entry, heading, key = (form.match(line) for form in (_ENTRY, _SECTION, _KEY))
            if entry:
                n = entries[entry[1]] = entries.get(entry[1], 0) + 1
                section = f"{entry[1]}[{n}]"
                self._found.setdefault(section, number)
            elif heading:
                section = heading[1].replace('"', "").replace("'", "")
                self._found.setdefault(section, number)
            elif key:
                name = next(part for part in key.groups() if part is not None)
                self._found.setdefault(f"{section}.{name}" if section else name, number)

    def of(self, key: str) -> int:
        """The line of a key, ``section.key``, or of the heading ``section``; 0 where it is not found."""
        return self._found.get(key, 0)

    def of_entry(self, name: str, number: int, key: str = "") -> int:
        """The line of a key in the n-th ``[[name]]``, counted from 1; that of its heading where the key has none."""
        place = f"{name}[{number}]"
        return self._found.get(f"{place}.{key}", self._found.get(place, 0))
