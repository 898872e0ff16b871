"""Reading documents: the rules, and the door at which another reader may be plugged in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from homeward.intake.acts import acts_of
from homeward.intake.claims import claims_of
from homeward.intake.document import Document
from homeward.intake.figures import UnitSaid, is_on_subject
from homeward.intake.moments import moments_of
from homeward.intake.places import places_in
from homeward.intake.promises import promises_of
from homeward.intake.proposals import Kind, Proposal, Talk, check_verbatim
from homeward.intake.scene import Scene
from homeward.intake.sentences import Sentence
from homeward.intake.speakers import Speakers
from homeward.intake.talks import talks_of
from homeward.model import HomewardError
from homeward.model.sources import Claim
from homeward.model.talks import Commitment

__all__ = ["Reader", "Reading", "RuleReader", "of_kind", "read_documents"]

_NEAR = 1500  # characters
_LEADING = 60  # sentences


class Reader(Protocol):
    """Whoever proposes: the rules, or a language model that somebody plugs in. None but the rules is used by default.

    Each proposal's quote must stand verbatim in the document, at its offsets; read_documents refuses what does not.
    """

    name: str

    def read(self, document: Document) -> Iterable[Proposal]:
        """The proposals of one document."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of some documents; ``refused`` says of each proposal that broke a rule which one, and why."""

    documents: tuple[Document, ...]
    proposals: tuple[Proposal, ...]
    refused: tuple[str, ...] = ()


class RuleReader:
    """The reader by rules and tables."""

    name = "rules"

    def read(self, document: Document) -> Iterator[Proposal]:
        """Claims, meetings, commitments and events, sentence by sentence."""
        speakers = Speakers(document)
        bounds, lead = _paragraphs(document), _lead_of(document.sentences)
        last: UnitSaid | None = None
        parties: tuple[str, ...] = ()
        for index, sentence in enumerate(document.sentences):
            scene = Scene(document=document, sentence=sentence, index=index, cues=speakers.hear(sentence, index),
                          moments=moments_of(sentence.text, document.published), places=places_in(sentence.text),
                          around=f"{_around(document, sentence, bounds)}\n{lead}", speakers=speakers,
                          earlier_parties=parties)
            found, last = claims_of(scene, last)
            talks, promises = list(talks_of(scene)), list(promises_of(scene))
            yield from (*found, *talks, *promises)
            yield from acts_of(scene, frozenset(p.event for p in (*talks, *promises)))
            # Two or more parties may be meant by "the two sides" later on.
            here = scene.parties()
            parties = here if len(here) > 1 else parties


def read_documents(documents: Sequence[Document], readers: Sequence[Reader] = (RuleReader(),)) -> Reading:
    """Let readers read documents, and keep what is verbatim.

    Args:
        documents: as open_document gives them.
        readers: who reads; the rules alone unless others are given.

    Returns:
        The proposals with their ids, by document and place; what was refused, with the reason.
    """
    kept: list[Proposal] = []
    refused: list[str] = []
    for document in documents:
        good: list[Proposal] = []
        for reader in readers:
            for proposal in _proposed(reader, document, refused):
                try:
                    check_verbatim(proposal, document)
                except HomewardError as error:
                    refused.append(f"{reader.name}: {error}")
                else:
                    good.append(dataclasses.replace(proposal, why=(*proposal.why, f"read by: {reader.name}")))
        good.sort(key=lambda p: (p.quote.start or 0, p.mark))
        kept.extend(_numbered(p, f"{document.name}#{n}") for n, p in enumerate(good, start=1))
    return Reading(tuple(documents), tuple(kept), tuple(refused))


def _proposed(reader: Reader, document: Document, refused: list[str]) -> Iterator[Proposal]:
    """What a reader proposes, up to the first value that cannot be; what other readers propose stays."""
    try:
        yield from reader.read(document)
    except HomewardError as error:
        refused.append(f"{reader.name}: {document.name}: {error}")


def _lead_of(sentences: Sequence[Sentence]) -> str:
    """A sentence that tells that a document is of the missing, the dead and the found, "" where it is not."""
    telling = [s.text for s in sentences[:_LEADING] if is_on_subject(s.text)]
    return telling[0] if len(telling) >= 3 or len(telling) * 3 >= min(len(sentences), _LEADING) else ""


def _paragraphs(document: Document) -> dict[int, tuple[int, int]]:
    """Where each paragraph begins and ends."""
    bounds: dict[int, tuple[int, int]] = {}
    for sentence in document.sentences:
        begin, _ = bounds.get(sentence.paragraph, (sentence.start, 0))
        bounds[sentence.paragraph] = (begin, sentence.end)
    return bounds


def _around(document: Document, sentence: Sentence, bounds: dict[int, tuple[int, int]]) -> str:
    """The paragraph of a sentence with those beside it, as far as they are near."""
    begin = bounds.get(sentence.paragraph - 2, bounds.get(sentence.paragraph - 1, bounds[sentence.paragraph]))[0]
    end = bounds.get(sentence.paragraph + 1, bounds[sentence.paragraph])[1]
    return document.text[max(begin, sentence.start - _NEAR):min(end, sentence.end + _NEAR)]


def _numbered(proposal: Proposal, key: str) -> Proposal:
    """The proposal under its id, which the records that it would become take too."""
    value = proposal.value
    if isinstance(value, Claim | Commitment):
        value = dataclasses.replace(value, id=key)
    elif isinstance(value, Talk):
        value = Talk(dataclasses.replace(value.meeting, id=key),
                     dataclasses.replace(value.event, id=f"{key}/event", meeting=key))
    return dataclasses.replace(proposal, id=key, value=value)


def of_kind(reading: Reading, kind: Kind) -> list[Proposal]:
    """The proposals of one kind, in order."""
    return [proposal for proposal in reading.proposals if proposal.kind is kind]
