"""Acts between parties, by the types of the PLOVER ontology."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from homeward.intake.figures import is_supposed
from homeward.intake.lexicon import any_of, column, spoken, word_map
from homeward.intake.proposals import Act, Mode, Proposal
from homeward.intake.scene import Scene

__all__ = ["acts_of", "first_type", "mode_at"]

_NOT = re.compile(r"\b(?:not|never|neither|no|nobody|without|failed\s+to|declined\s+to|refused\s+to)"
                  r"\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_COMING = re.compile(r"\b(?:will|would|shall|could|may|might|expected\s+to|plans?\s+to|to\s+be|is\s+to|are\s+to"
                     r"|ready\s+to|hopes?\s+to|if)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)


@functools.cache
def _words() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(column('events', 'type'))})(?!\w)", re.IGNORECASE)


def first_type(text: str) -> str:
    """The PLOVER type of the first act in a sentence, "" where it tells of none."""
    match = _words().search(text)
    return word_map("events", "type")[spoken(match.group())] if match else ""


def mode_at(text: str, position: int) -> Mode:
    """Whether what stands at a place of a sentence is told as done, as to come, as not done or as supposed."""
    before = text[:position]
    if is_supposed(text):
        return Mode.SUPPOSED
    if _NOT.search(before):
        return Mode.NOT_DONE
    return Mode.TO_COME if _COMING.search(before) else Mode.DONE


def acts_of(scene: Scene, taken: frozenset[str]) -> Iterator[Proposal]:
    """The acts of a sentence, one of each type; ``taken`` are types that its meetings and promises already have."""
    types = word_map("events", "type")
    seen = set(taken)
    if scene.sentence.asks:
        return
    for match in _words().finditer(scene.text):
        kind = types[spoken(match.group())]
        actors = scene.parties()
        if kind in seen or not actors:
            continue
        seen.add(kind)
        moment = scene.moment_near(match.start())
        said = scene.said_at(match.start())
        act = Act(kind, match.group(), mode_at(scene.text, match.start()), actors,
                  moment.span if moment is not None else None)
        yield Proposal(id="proposed", value=act, quote=scene.quote(), mark=scene.at(match.start(), match.end()),
                       why=(f"event: {match.group()}", *said.why), confidence=0.5, event=kind, moments=scene.moments,
                       actors=actors, places=scene.places, said_by=said.words)
