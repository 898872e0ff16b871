"""A document as it is read: its text, its sentences, who published it and when, each with the reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from homeward.intake.actors import mentions_of, named
from homeward.intake.decode import MAX_PAGES, page_of_bytes, page_of_file
from homeward.intake.lexicon import actors, any_of, column
from homeward.intake.markup import Page
from homeward.intake.moments import MONTHS, full_date
from homeward.intake.sentences import Sentence, sentences_of
from homeward.model import InvalidValue, PartialDate

__all__ = ["Document", "Given", "document_of", "open_bytes", "open_document"]

_HEAD_LINES, _TAIL_LINES, _SHORT_LINE = 8, 5, 90
_ISO = re.compile(r"(?<!\d)(\d{4})[-_](\d{2})[-_](\d{2})(?!\d)")
# NORHAVEN, March 14 (Meridian News Agency) -- ; WASHINGTON (AP) —
_DATELINE = re.compile(r"^[A-Z][A-Za-zÀ-ÿ0-9 .,'’/-]{1,60}?\s*\((?P<agency>[A-Z][\w .&/'’-]{1,60})\)\s*[-–—]",
                       re.MULTILINE)
_MASTHEAD = re.compile(r"^(?P<who>[A-Z][^,:\n(]{2,60}?)(?:\s\([^)]*\))?,\s+(?:\w+day,?\s+)?(?:\d{1,2}\s+[A-Z][a-z]+|"
                       r"[A-Z][a-z]+\.?\s+\d{1,2},)\s+\d{4}")
_FRONT = re.compile(r"^(?:(?:joint\s+)?(?:statement|communiqu[eé]|press release|news release|notice)\s+)?"
                    r"(?:(?:by|of|from)\s+)?(?:the\s+)?", re.IGNORECASE)
# Lines that say what a paper is, not whose.
_GENRE = re.compile(r"\b(?:release|briefing|transcript|note|minutes|answers?|fact\s+sheet|report\s+no|programme"
                    r"|newsletter|circular|bulletin\s+no|edition|issue|summary|hearing|questions\s+and\s+answers)\b"
                    r"|^by\s",
                    re.IGNORECASE)
_OF_THE = re.compile(r"^of\s+the\s+(?=[A-Z])")
_CLAUSE = re.compile(r"\b(?:to|has|have|will|says|said|met|over|return|returns)\b")
_EDITORS = re.compile(r"(?P<who>[A-Z][\w.& ]{0,40}?)['’]s?\s+(?:editors|newsroom|correspondents)\b"
                      r"|(?:©|\(c\)|Copyright)\s*(?:\d{4}\s*)?(?P<owner>[A-Z][\w.& ]{1,40})")
_DATE_LINE = re.compile(r"^(?:\w+day,?\s+)?(?:\d{1,2}\s+[A-Z][a-z]+\.?,?\s+\d{4}|[A-Z][a-z]+\.?\s+\d{1,2},?\s+\d{4}"
                        r"|(?:Spring|Summer|Autumn|Fall|Winter)\s+\d{4})\b", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"\b(?:{'|'.join(MONTHS)})\s+\d{{4}}", re.IGNORECASE)
_TITLE_CASE = re.compile(r"(?:(?:[A-Z0-9À-Þ][\w.'’-]*|of|for|the|and|to|on|de|del|della|di|la|le|les|los|du|des|der"
                         r"|die|das|von|&"
                         r"|al|el),?\s*){1,8}(?:\([^)]*\))?")
# Bodies and places of everyday speech, which a headline names as often as a masthead.
_NO_HOUSES = frozenset({"team", "unit", "group", "groups", "city", "district", "region", "county", "borough",
                        "movement",
                        "station", "paper", "papers", "guard", "fleet", "squadron", "division", "garrison", "coalition",
                        "rebels", "militia", "operator", "insurer", "airline", "airlines", "side", "members", "board",
                        "search team", "salvage team", "mission", "front", "network", "institution", "clinic", "staff"})
_HOUSES = ("Gazette", "Post", "Times", "Courier", "Mirror", "Herald", "Journal", "Review", "Daily", "News", "Press",
           "Magazine", "Assembly", "Senate", "Parliament", "House of", "Governments", "Newsletter", "Tribune",
           "Observer")


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody knows of a document and need not be guessed; None where it is not known."""

    dated: PartialDate | None = None
    publisher: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document read: ``published`` and ``publisher`` with the reasons for them; offsets count characters of text."""

    name: str
    text: str
    title: str = ""
    publisher: str = ""
    publisher_why: str = ""
    published: PartialDate | None = None
    published_why: str = ""
    sentences: tuple[Sentence, ...] = field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the text, as UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def speaks(self) -> str:
        """Whose words those are that are nobody else's: the publisher's, or the document's own."""
        return self.publisher or f"the document {self.name}"


def open_document(path: Path, given: Given | None = None) -> Document:
    """Read a file of text, HTML or PDF. Raises FaultyInput where it cannot be read for certain, OSError."""
    given = given or Given()
    return document_of(page_of_file(path, encoding=given.encoding), path.name, given)


def open_bytes(raw: bytes, name: str, given: Given | None = None, *, most_pages: int = MAX_PAGES) -> Document:
    """The same of a document given as bytes, such as an upload; ``most_pages``: of a PDF."""
    given = given or Given()
    page = page_of_bytes(raw, name, encoding=given.encoding, most_pages=most_pages)
    return document_of(page, name, given)


def document_of(page: Page, name: str, given: Given | None = None) -> Document:
    """A document of its text: title, publisher and date as given, else as the page's head, masthead or name say."""
    given = given or Given()
    published, published_why = _published(page, name, given)
    publisher, publisher_why = _publisher(page, name, given)
    return Document(name=name, text=page.text, title=page.title or _title(page.text), publisher=publisher,
                    publisher_why=publisher_why, published=published, published_why=published_why,
                    sentences=sentences_of(page.text))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text[:6000].split("\n") if line.strip()]


def _title(text: str) -> str:
    return next((line[:200] for line in _lines(text)), "")


def _published(page: Page, name: str, given: Given) -> tuple[PartialDate | None, str]:
    if given.dated is not None:
        return given.dated, "given"
    if (found := full_date(page.dated)) is not None:
        return found, "the page's head"
    if (found := _date_in_name(name)) is not None:
        return found, "the file's name"
    for line in _lines(page.text)[:_HEAD_LINES]:
        if len(line) <= _SHORT_LINE and (found := full_date(line)) is not None:
            return found, f"the line “{line}”"
        dateline = _DATELINE.match(line) or re.match(r"[A-Z]{3}[^(\n]{0,60}\(", line)
        if dateline is not None and (found := full_date(dateline.group())) is not None:
            return found, "the dateline"
    return None, "no date found"


def _date_in_name(name: str) -> PartialDate | None:
    match = _ISO.search(name)
    if match is None:
        return None
    try:
        return PartialDate(*(int(part) for part in match.groups()))
    except InvalidValue:
        return None


def _publisher(page: Page, name: str, given: Given) -> tuple[str, str]:
    if given.publisher:
        return named(given.publisher)[0], "given"
    if page.publisher:
        return named(page.publisher)[0], "the page's head"
    return next(_publishers(page.text, name), ("", "no publisher found"))


def _publishers(text: str, name: str) -> Iterator[tuple[str, str]]:
    """Candidates, the surest first."""
    lines = _lines(text)
    for line in lines[:3]:
        press = next((m for m in mentions_of(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", line))
                      if m.start == 0 and m.kind in {"newspaper", "news agency"}), None)
        if press is not None and len(line) <= _SHORT_LINE and not re.match(r".*\b(?:reports|says|said)\b", line):
            yield press.name, f"the line “{line}”"
    dateline = _DATELINE.search(text[:2000])
    if dateline is not None:
        yield named(dateline.group("agency"))[0], "the dateline"
    yield from _mastheads(lines)
    code = re.split(r"[-_. ]", name.lower(), maxsplit=1)[0]
    known = next((actor.name for actor in actors() if actor.code and actor.code == code), None)
    if known is not None:
        yield known, "the file's name"
    for line in lines[-_TAIL_LINES:]:
        editors = _EDITORS.search(line)
        if editors is not None:
            yield named(editors.group("who") or editors.group("owner"))[0], f"the line “{line[:_SHORT_LINE]}”"


def _mastheads(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Lines at the head that name a house: with a date, before a date, or by a word such as Ministry."""
    head = [line for line in lines[:_HEAD_LINES] if len(line) <= _SHORT_LINE and not line.endswith((".", "?", "!"))]
    house = re.compile(rf"\b(?:{any_of(_house_words())})\b")
    for line in head[:4]:
        dated = _MASTHEAD.match(line)
        if dated is not None and not _GENRE.search(dated.group("who")) and (
                house.search(dated.group("who")) or line == lines[0]):
            yield _owner(dated.group("who")), f"the line “{line}”"
    if len(head) > 1 and head[0] == lines[0] and _TITLE_CASE.fullmatch(head[0]) and not _GENRE.match(head[0]) and (
            _DATE_LINE.match(head[1]) or _MONTH_YEAR.search(head[1]) or _GENRE.search(head[1])):
        yield _owner(head[0]), f"the line “{head[0]}”, before the date"
    for line in head[:5]:
        who = _owner(line)
        if house.search(who) and not _GENRE.search(who) and not _CLAUSE.search(who):
            yield who, f"the line “{line}”"


def _owner(line: str) -> str:
    """The name in a line at the head: without "Statement by the", a place after a comma or initials in brackets."""
    return named(re.split(r"\s\(|,", _FRONT.sub("", _OF_THE.sub("", line), count=1))[0])[0]


def _house_words() -> list[str]:
    kinds = ("government", "agency", "command", "organisation", "news agency", "newspaper")
    return [word.title() for kind in kinds for word in column("roles", "kind", kind)
            if word not in _NO_HOUSES] + list(_HOUSES)
