"""Reading XML piece by piece: definitions of entities refused, everything bounded.

The parser is expat behind defusedxml. It is given the file in pieces, and each child of the root is handed on as soon
as it ends, so that a large file costs no more memory than what is kept of it.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from pathlib import Path

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from homeward.formats.markup.element import XmlElement
from homeward.formats.markup.faults import Faults
from homeward.model import FaultyInput

__all__ = ["XmlStream", "root_name"]

_LARGEST_BYTES = 32_000_000
_PIECE_BYTES = 65_536
_LONGEST_TAG_BYTES = 1_000_000  # expat keeps an unfinished tag or comment whole, and reads it again with each piece
_DEEPEST = 64
_MOST_IN_ONE = 100_000
_MOST_ATTRIBUTES = 64
_SHORT = 32  # texts up to this length are often equal, and then kept once


class _Open:
    """An element that has begun."""

    __slots__ = ("attributes", "children", "line", "name", "pieces")

    def __init__(self, name: str, attributes: tuple[tuple[str, str], ...], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.pieces: list[str] = []
        self.children: list[XmlElement] = []


class _Builder:
    """What the parser tells: builds the elements, and counts."""

    def __init__(self, faults: Faults, most_elements: int) -> None:
        self._faults = faults
        self._most_elements = most_elements
        self._stack: list[_Open] = []
        self._n_elements = self._n_in_one = 0
        self.parser: DefusedXMLParser | None = None
        self.prefixes: dict[str, str] = {}
        self.root: XmlElement | None = None
        self.ready: list[XmlElement] = []
        self.n_events = 0

    @property
    def line(self) -> int:
        """Where the parser is."""
        return int(self.parser.parser.CurrentLineNumber) if self.parser is not None else 0

    def start_ns(self, prefix: str, uri: str) -> None:
        """A prefix is declared: it may stand for one namespace in the whole file."""
        if prefix and self.prefixes.setdefault(prefix, uri) != uri:
            self._faults.add(self.line, f"xmlns:{prefix}", uri, f"must be {self.prefixes[prefix]} throughout the file",
                             rule="prefix")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.n_events += 1
        self._n_elements += 1
        self._n_in_one = self._n_in_one + 1 if len(self._stack) > 1 else 0
        if (self._n_elements > self._most_elements or self._n_in_one > _MOST_IN_ONE or len(self._stack) >= _DEEPEST
                or len(attributes) > _MOST_ATTRIBUTES):
            raise self._too_large(name, len(attributes))
        opened = _Open(name, tuple(attributes.items()), self.line)
        if not self._stack:
            self.root = XmlElement(name, "", opened.attributes, (), opened.line)
        self._stack.append(opened)

    def _too_large(self, name: str, n_attributes: int) -> FaultyInput:
        bounds = (("elements", self._n_elements, self._most_elements),
                  ("elements in one record", self._n_in_one, _MOST_IN_ONE),
                  ("elements within each other", len(self._stack) + 1, _DEEPEST),
                  ("attributes", n_attributes, _MOST_ATTRIBUTES))
        what, count, most = next(bound for bound in bounds if bound[1] > bound[2])
        return self._faults.stop(self.line, _local(name)[:_SHORT], f"{count} {what}",
                                 f"are more than the {most} that are read", rule="too-large")

    def data(self, text: str) -> None:
        """Some text."""
        self.n_events += 1
        self._stack[-1].pieces.append(text)

    def end(self, _name: str) -> None:
        """An element ends."""
        self.n_events += 1
        opened = self._stack.pop()
        text = "".join(opened.pieces)
        if opened.children or not self._stack:
            if text.strip():
                self._faults.add(opened.line, _local(opened.name), text.strip(),
                                 "must not stand between elements", rule="mixed")
            text = ""
        name = sys.intern(opened.name)
        text = sys.intern(text) if len(text) <= _SHORT else text
        element = XmlElement(name, text, opened.attributes, tuple(opened.children), opened.line)
        if len(self._stack) == 1:
            self.ready.append(element)
        elif self._stack:
            self._stack[-1].children.append(element)

    def close(self) -> None:
        """The file ends."""


def _local(name: str) -> str:
    return name.rpartition("}")[2]


class XmlStream:
    """The children of a file's root, one by one; to be used in a ``with``, which closes the file.

    Text in any encoding that the file declares and expat knows. Raises FaultyInput, with the faults in ``faults`` and
    its own, for a file that cannot be read or is no XML, that declares a document type or entities, and for one larger
    or deeper than is read: 32 MB, ``most_elements``, of which 100,000 in one record and 64 within each other. That
    bound is lower where all elements may have to be kept.
    """

    def __init__(self, path: str | Path, faults: Faults, *, most_elements: int = 2_000_000) -> None:
        self._path = Path(path)
        self._faults = faults
        self._builder = _Builder(faults, most_elements)
        # The public class hides the line from its target; the builder asks the parser itself.
        self._parser = self._builder.parser = DefusedXMLParser(target=self._builder, forbid_dtd=True)
        self._pieces = self._read()

    def __enter__(self) -> XmlStream:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pieces.close()

    @property
    def prefixes(self) -> dict[str, str]:
        """The namespace of each prefix that was declared so far."""
        return self._builder.prefixes

    def open(self) -> XmlElement:
        """The root without its children."""
        while self._builder.root is None:
            if not self._advance():
                raise self._faults.stop(0, "", "", "holds no element", rule="xml")
        return self._builder.root

    def __iter__(self) -> Iterator[XmlElement]:
        more = True
        while more:
            ready, self._builder.ready = self._builder.ready, []
            yield from ready
            more = self._advance()
        yield from self._builder.ready

    def _advance(self) -> bool:
        """Feed one more piece; False where the file has ended."""
        piece = next(self._pieces, None)
        try:
            if piece is None:
                self._parser.close()
            else:
                self._parser.feed(piece)
        except ParseError as error:
            line = error.position[0]
            raise self._faults.stop(line, "", "", f"is not well-formed XML: {error.msg}", rule="xml") from error
        except DefusedXmlException as error:
            raise self._faults.stop(self._builder.line, "", "", "must have no document type and declare no entities",
                                    rule="document-type") from error
        except (ValueError, LookupError) as error:
            # Python's codecs raise these for an encoding that XML may name and expat cannot use.
            raise self._faults.stop(self._builder.line, "", "", f"cannot be decoded: {error}", rule="xml") from error
        return piece is not None

    def _read(self) -> Generator[bytes, None, None]:
        n_bytes, idle, before = 0, 0, 0
        try:
            with self._path.open("rb") as file:
                while piece := file.read(_PIECE_BYTES):
                    n_bytes += len(piece)
                    if n_bytes > _LARGEST_BYTES:
                        raise self._faults.stop(0, "", f"more than {_LARGEST_BYTES} bytes", "are not read",
                                                rule="too-large")
                    yield piece
                    idle = idle + len(piece) if self._builder.n_events == before else 0
                    before = self._builder.n_events
                    if idle > _LONGEST_TAG_BYTES:
                        raise self._faults.stop(self._builder.line, "", f"more than {_LONGEST_TAG_BYTES} bytes",
                                                "stand in one tag or comment", rule="too-large")
        except OSError as error:
            raise self._faults.stop(0, "", "", f"cannot be read: {error.strerror}", rule="unreadable") from error


def root_name(path: str | Path) -> str | None:
    """The name of a file's root, ``{namespace}local``; None where it is no XML."""
    try:
        with XmlStream(path, Faults(Path(path).name)) as stream:
            return stream.open().name
    except FaultyInput:
        return None
