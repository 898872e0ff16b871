"""The text of a page of HTML, with what its head says of title, publisher, date and encoding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

__all__ = ["Page", "declared_encoding", "page_of"]

_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})["']""", re.IGNORECASE)
_SILENT = frozenset({"script", "style", "noscript", "template", "svg", "nav", "form", "button", "iframe", "select"})
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "table", "tr", "section",
                     "article", "header", "footer", "blockquote", "figcaption", "figure", "dd", "dt", "pre", "main"})
_DATES = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.date", "pubdate", "parsely-pub-date",
          "dc.date.issued", "og:published_time")
_PUBLISHERS = ("og:site_name", "dc.publisher", "publisher", "application-name")


@dataclass(slots=True)
class Page:
    """What a page shows, and what its head says of it; "" where it says nothing."""

    text: str
    title: str = ""
    publisher: str = ""
    dated: str = ""


def declared_encoding(raw: bytes) -> str | None:
    """The encoding that a page declares in its first 4,096 bytes, None where it declares none."""
    found = _XML.search(raw[:200]) or _DECLARED.search(raw[:4096])
    return found.group(1).decode("ascii") if found else None


def page_of(source: str) -> Page:
    """The visible text of a page, one blank line between its blocks."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    paragraphs = (" ".join(part.split()) for part in "".join(reader.parts).split("\n\n"))
    text = "\n\n".join(part for part in paragraphs if part)
    head = reader.head
    return Page(text, " ".join("".join(reader.title).split()), _first(head, _PUBLISHERS),
                _first(head, _DATES) or reader.time)


def _first(head: dict[str, str], names: tuple[str, ...]) -> str:
    return next((head[name] for name in names if head.get(name)), "")


class _Reader(HTMLParser):
    """Collects text and the head's meta elements; scripts and navigation are left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title: list[str] = []
        self.head: dict[str, str] = {}
        self.time = ""
        self._silent: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = (said.get("property") or said.get("name") or said.get("itemprop") or "").lower()
            self.head.setdefault(name, said.get("content", "").strip())
        elif tag == "time" and not self.time:
            self.time = said.get("datetime", "")
        elif tag in _SILENT:
            self._silent.append(tag)
        elif tag == "title":
            self._in_title = True
        elif tag in _BLOCKS or tag == "br":
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            # An element that was never closed must not swallow the rest of the page.
            while self._silent and self._silent.pop() != tag:
                pass
        elif tag == "title":
            self._in_title = False
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif not self._silent:
            self.parts.append(data)
