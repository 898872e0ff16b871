"""Claims: each figure of a sentence, with who says it."""

from __future__ import annotations

from collections.abc import Iterator

from homeward.intake.acts import first_type
from homeward.intake.figures import Figure, UnitSaid, asked_unit, figures_of, follows_on, is_supposed
from homeward.intake.proposals import Proposal
from homeward.intake.scene import Scene
from homeward.intake.speakers import Said
from homeward.model.sources import Claim

__all__ = ["claims_of"]

# What makes a claim less sure than its neighbours, and by how much.
_DOUBTS = {"inherited": 0.2, "paragraph": 0.1, "uncued": 0.1, "vague": 0.1, "pronoun": 0.1}


def claims_of(scene: Scene, before: UnitSaid | None) -> tuple[list[Proposal], UnitSaid | None]:
    """The claims of a sentence, and the unit that bare numbers after it may mean."""
    last = asked_unit(scene.text) or before
    figures = list(figures_of(scene.text, scene.around, last))
    after = follows_on(figures, last)
    if scene.sentence.asks or is_supposed(scene.text):
        return [], after
    found: list[Proposal] = []
    goes_on = True
    for figure in figures:
        # What follows a figure of the sentence's own goes on from it, and from no sentence before.
        goes_on = goes_on and figure.inherited
        if not _counts_speakers(scene, figure):
            found.extend(_claims(scene, figure, goes_on=goes_on))
    return found, after


def _counts_speakers(scene: Scene, figure: Figure) -> bool:
    """Whether a figure counts those who speak: two villagers told us."""
    return any(cue.start <= figure.number < cue.start + len(cue.who) and scene.text[cue.start:].startswith(cue.who)
               for cue in scene.cues)


def _claims(scene: Scene, figure: Figure, *, goes_on: bool) -> Iterator[Proposal]:
    """The claim of a figure; where somebody denies what another said, one of each."""
    yield _claim(scene, figure, scene.said_at(figure.number, goes_on=goes_on))
    denier = scene.denied_at(figure.number)
    if denier is not None:
        yield _claim(scene, figure, denier)


def _claim(scene: Scene, figure: Figure, said: Said) -> Proposal:
    moment = scene.moment_near(figure.number)
    if moment is not None and not _beside(scene.text, moment.start, moment.end, figure):
        moment = None
    claim = Claim(id="proposed", subject=_subject(figure), quote=scene.quote(), chain=said.chain,
                  quantity=figure.quantity, said=scene.published(),
                  as_of=moment.span if moment is not None else None, certainty=figure.certainty, denies=said.denies)
    return Proposal(id="proposed", value=claim, quote=scene.quote(), mark=scene.at(figure.start, figure.end),
                    why=(*figure.why, *said.why), confidence=_confidence(figure, said), event=first_type(scene.text),
                    moments=scene.moments, actors=scene.parties(), places=scene.places, said_by=said.words)


def _beside(text: str, start: int, end: int, figure: Figure) -> bool:
    """Whether a time stands by a figure, with no comma or other figure between, so that it may be the figure's."""
    between = text[end:figure.start] if end <= figure.start else text[figure.end:start]
    return len(between) < 60 and not any(sign in between for sign in ",;—–") and not any(c.isdigit() for c in between)


def _subject(figure: Figure) -> str:
    said = figure.quantity.said or figure.quantity.unit
    return f"{said}: {figure.status}" if figure.status else said


def _confidence(figure: Figure, said: Said) -> float:
    doubts = set(_doubts(figure, said))
    return round(0.95 - sum(_DOUBTS[doubt] for doubt in doubts), 2)


def _doubts(figure: Figure, said: Said) -> Iterator[str]:
    if figure.inherited:
        yield "inherited"
    if any("paragraph" in why for why in figure.why):
        yield "paragraph"
    if any(why.startswith("nobody else") for why in said.why):
        yield "uncued"
    if figure.quantity.value is None:
        yield "vague"
    if said.words.lower() in {"he", "she", "it", "they"}:
        yield "pronoun"
