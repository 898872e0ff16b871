"""Reading documents: the rules, and the door at which another reader may be plugged in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from homeward.intake.acts import acts_of
from homeward.intake.claims import claims_of
from homeward.intake.document import Document
from homeward.intake.figures import UnitSaid
from homeward.intake.moments import moments_of
from homeward.intake.places import places_in
from homeward.intake.promises import promises_of
from homeward.intake.proposals import Kind, Proposal, Talk, check_verbatim
from homeward.intake.scene import Scene
from homeward.intake.speakers import Speakers
from homeward.intake.talks import talks_of
from homeward.model import HomewardError
from homeward.model.sources import Claim
from homeward.model.talks import Commitment

__all__ = ["Reader", "Reading", "RuleReader", "of_kind", "read_documents"]


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
        paragraphs = _paragraphs(document)
        last: UnitSaid | None = None
        parties: tuple[str, ...] = ()
        for index, sentence in enumerate(document.sentences):
            scene = Scene(document=document, sentence=sentence, index=index, cues=speakers.hear(sentence, index),
                          moments=moments_of(sentence.text, document.published), places=places_in(sentence.text),
                          around=paragraphs[sentence.paragraph], speakers=speakers, earlier_parties=parties)
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
            for proposal in reader.read(document):
                try:
                    check_verbatim(proposal, document)
                except HomewardError as error:
                    refused.append(f"{reader.name}: {error}")
                else:
                    good.append(dataclasses.replace(proposal, why=(*proposal.why, f"read by: {reader.name}")))
        good.sort(key=lambda p: (p.quote.start or 0, p.mark))
        kept.extend(_numbered(p, f"{document.name}#{n}") for n, p in enumerate(good, start=1))
    return Reading(tuple(documents), tuple(kept), tuple(refused))


def _paragraphs(document: Document) -> list[str]:
    """Each paragraph with the one before it."""
    texts = [""] * (1 + max((s.paragraph for s in document.sentences), default=0))
    for sentence in document.sentences:
        texts[sentence.paragraph] += sentence.text + " "
    return [(texts[n - 1] if n else "") + text for n, text in enumerate(texts)]


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
