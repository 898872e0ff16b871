"""Who said what: sources, the chains through which a statement reached us, claims, and which of rivals is preferred."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue
from homeward.model.quantities import Quantity
from homeward.model.spans import Span

__all__ = ["ACTOR_KINDS", "Actor", "Chain", "Claim", "Preference", "Quote", "Source"]

ACTOR_KINDS = ("state", "government", "command", "agency", "news agency", "newspaper", "organisation", "person",
               "unnamed", "family")
_ARROW = re.compile(r"\s*(?:→|->)\s*")


@dataclass(frozen=True, slots=True)
class Source:
    """A document, an archive or a witness's statement; ``dated`` as precise as it is known."""

    id: str
    title: str
    kind: str = "document"
    publisher: str = ""
    dated: PartialDate | None = None
    address: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "title"):
            if not getattr(self, name):
                raise InvalidValue(self.id or "source", name, "", "must be recorded")


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who speaks, promises or acts: a state, a command, a news agency, a person in a public act.

    ``of``: the actor that it belongs to or speaks for. ``title``: of a person, as in the source. ``spellings``: other
    names that sources use; an unnamed official is an actor too, by the words used for him.
    """

    id: str
    name: str
    kind: str = "organisation"
    of: str | None = None
    title: str = ""
    spellings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.name:
            raise InvalidValue(self.id or "actor", "name", "", "must be recorded")
        if self.kind not in ACTOR_KINDS:
            raise InvalidValue(self.id, "kind", self.kind, f"must be one of {', '.join(ACTOR_KINDS)}")


@dataclass(frozen=True, slots=True)
class Chain:
    """Through whom a statement reached us, the one who makes it first.

    >>> str(Chain.parse("an unnamed government source -> Yonhap -> The Washington Post"))
    'an unnamed government source → Yonhap → The Washington Post'
    """

    links: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.links or not all(link.strip() for link in self.links):
            raise InvalidValue("chain", "links", " → ".join(self.links), "must name all who say it")

    @classmethod
    def parse(cls, text: str) -> Chain:
        """Read names parted by → or ->; raise InvalidValue where one is empty."""
        return cls(tuple(_ARROW.split(text.strip())))

    @property
    def claimant(self) -> str:
        """Who says it."""
        return self.links[0]

    @property
    def through(self) -> tuple[str, ...]:
        """Who passed it on, the last of them to us."""
        return self.links[1:]

    def __str__(self) -> str:
        return " → ".join(self.links)


@dataclass(frozen=True, slots=True)
class Quote:
    """A place in a source: its page, the words verbatim, and where they stand in its text.

    ``start`` and ``end`` count characters of the decoded text, the end not included; "" as ``text`` means that the
    words were not transcribed.
    """

    source: str
    text: str = ""
    page: str = ""
    start: int | None = None
    end: int | None = None

    def __post_init__(self) -> None:
        if not self.source:
            raise InvalidValue("quote", "source", "", "must be recorded: nothing is claimed without a source")
        if (self.start is None) != (self.end is None):
            raise InvalidValue(self.source, "end", self.end, "must be given with start")
        if self.start is not None and self.end is not None and not 0 <= self.start < self.end:
            raise InvalidValue(self.source, "start", self.start, f"must be from 0 to below {self.end}")
        if self.start is not None and self.end is not None and self.text and self.end - self.start != len(self.text):
            raise InvalidValue(self.source, "end", self.end, f"must be {len(self.text)} characters on")

    def is_verbatim_in(self, document: str) -> bool:
        """Whether the words stand in the document's text, at their offsets where those are given."""
        if self.start is not None:
            return document[self.start : self.end] == self.text
        return self.text in document


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement in one source: what its source *said*, which need not be true.

    Args:
        subject: what it is about, in a few words: "unaccounted for, Korean War".
        quote: where it stands.
        chain: who says it and through whom it reached us.
        quantity: the number stated, where one is.
        statement: the claim in our own words.
        said: when it was said; ``as_of``: the time that it speaks of.
        certainty: the source's own words for it: "believed", "estimate", "confirmed".
        denies: whether it denies the statement.
        group: what the claim has rivals about, "" where nothing; claims of one group stand side by side.
        figure: the key of the ledger's figure that it gives a value for ("accounted for/k208"), "" where none.
    """

    id: str
    subject: str
    quote: Quote
    chain: Chain
    quantity: Quantity | None = None
    statement: str = ""
    said: Span | None = None
    as_of: Span | None = None
    certainty: str = ""
    denies: bool = False
    group: str = ""
    figure: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "subject"):
            if not getattr(self, name):
                raise InvalidValue(self.id or "claim", name, "", "must be recorded")
        if self.figure and self.quantity is None:
            raise InvalidValue(self.id, "figure", self.figure, "needs a quantity")

    @property
    def source(self) -> str:
        """The source in which it stands."""
        return self.quote.source

    @property
    def claimant(self) -> str:
        """Who says it."""
        return self.chain.claimant

    @property
    def speaks_of(self) -> Span | None:
        """The time that it speaks of; where none is given, when it was said."""
        return self.as_of if self.as_of is not None else self.said


@dataclass(frozen=True, slots=True)
class Preference:
    """The choice of one claim among its rivals, by somebody, for a reason; it is withdrawn, never erased."""

    id: str
    group: str
    claim: str
    by: str
    on: datetime.date
    reason: str
    withdrawn_on: datetime.date | None = None
    withdrawn_by: str = ""
    withdrawn_why: str = ""

    def __post_init__(self) -> None:
        for name in ("group", "claim", "by", "reason"):
            if not getattr(self, name):
                raise InvalidValue(self.id, name, "", "must be recorded")
        withdrawn = (self.withdrawn_on is not None, bool(self.withdrawn_by), bool(self.withdrawn_why))
        if len(set(withdrawn)) > 1:
            raise InvalidValue(self.id, "withdrawn_on", self.withdrawn_on, "must be given with by whom and why")
        if self.withdrawn_on is not None and self.withdrawn_on < self.on:
            raise InvalidValue(self.id, "withdrawn_on", str(self.withdrawn_on), f"must not be before {self.on}")

    def stands(self, as_of: datetime.date) -> bool:
        """Whether it is in force at the end of a day."""
        return self.on <= as_of and (self.withdrawn_on is None or as_of < self.withdrawn_on)
