"""What a reader proposes: a value, the words that say it, why it was read so; nothing is a record until accepted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from homeward.intake.document import Document
from homeward.intake.moments import Moment
from homeward.model import InvalidValue
from homeward.model.sources import Claim, Quote
from homeward.model.spans import Span
from homeward.model.talks import Commitment, Meeting, MeetingEvent

__all__ = ["PLOVER_TYPES", "Act", "Kind", "Mode", "Proposal", "Talk", "check_verbatim"]

# PLOVER, the Political Language Ontology for Verifiable Event Records: Halterman, Bagozzi, Beger, Schrodt, Scarborough
# 2023, PLOVER and POLECAT: a new political event ontology and dataset (SocArXiv); github.com/openeventdata/PLOVER.
PLOVER_TYPES = ("AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "YIELD", "REQUEST", "ACCUSE", "REJECT", "THREATEN",
                "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT")


class Kind(StrEnum):
    """What a proposal would become."""

    CLAIM = "claim"
    MEETING = "meeting"
    COMMITMENT = "commitment"
    EVENT = "event"


class Mode(StrEnum):
    """Whether an act is reported as done, as to come, as not done, or only supposed."""

    DONE = "done"
    TO_COME = "to come"
    NOT_DONE = "not done"
    SUPPOSED = "supposed"


@dataclass(frozen=True, slots=True)
class Talk:
    """A meeting, and the one thing that the sentence says was done about it."""

    meeting: Meeting
    event: MeetingEvent


@dataclass(frozen=True, slots=True)
class Act:
    """An act between parties, by its PLOVER type and the words for it; ``on`` is None where no time is said."""

    type: str
    words: str
    mode: Mode
    actors: tuple[str, ...] = ()
    on: Span | None = None

    def __post_init__(self) -> None:
        if self.type not in PLOVER_TYPES:
            raise InvalidValue("act", "type", self.type, f"must be one of {', '.join(PLOVER_TYPES)}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal for a person to accept, amend or reject.

    Args:
        id: the document's name and a number, such as ``wire.txt#3``.
        value: the record that it would become.
        quote: the sentence, verbatim, with its offsets in the document's text.
        mark: the offsets, within the document, of the words that carry it: the figure, the verb.
        why: the rules that led to it, in words.
        confidence: from 0 to 1, to put the surest first; a rank, no probability.
        event: its PLOVER type, "" where it has none.
        moments: the times in the sentence, each with the reason why it is that day.
        actors, places: whom and what places of the gazetteers the sentence names.
        said_by: the words of the text for whoever is behind it.
    """

    id: str
    value: Claim | Talk | Commitment | Act
    quote: Quote
    mark: tuple[int, int]
    why: tuple[str, ...]
    confidence: float
    event: str = ""
    moments: tuple[Moment, ...] = ()
    actors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    said_by: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidValue(self.id, "confidence", self.confidence, "must be from 0 to 1")
        if not self.quote.text or self.quote.start is None:
            raise InvalidValue(self.id, "quote", self.quote.text, "must be verbatim, with its offsets")
        if self.event and self.event not in PLOVER_TYPES:
            raise InvalidValue(self.id, "event", self.event, f"must be one of {', '.join(PLOVER_TYPES)}")

    @property
    def kind(self) -> Kind:
        """What it would become."""
        return {Claim: Kind.CLAIM, Talk: Kind.MEETING, Commitment: Kind.COMMITMENT, Act: Kind.EVENT}[type(self.value)]


def check_verbatim(proposal: Proposal, document: Document) -> None:
    """Raise InvalidValue unless the quote stands in the document, word for word, where it says."""
    quote = proposal.quote
    if quote.source != document.name or document.text[quote.start:quote.end] != quote.text:
        raise InvalidValue(proposal.id, "quote", quote.text, f"must stand verbatim at its offsets in {document.name}")
    if not (quote.start or 0) <= proposal.mark[0] < proposal.mark[1] <= (quote.end or 0):
        raise InvalidValue(proposal.id, "mark", proposal.mark, "must lie within the quote")
