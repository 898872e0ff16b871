"""Commitments: who undertakes what, how many, by when."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from homeward.intake.actors import mentions_of, tidy
from homeward.intake.acts import mode_at
from homeward.intake.figures import figures_of
from homeward.intake.lexicon import any_of, column, spoken, table, word_map
from homeward.intake.proposals import Mode, Proposal
from homeward.intake.scene import Scene
from homeward.model.quantities import Quantity
from homeward.model.spans import Span
from homeward.model.talks import Commitment

__all__ = ["promises_of"]

_CLAUSE = re.compile(r"[;“”\"]|,\s+(?=according|said|the\s+\w+\s+said|[A-Z][\w ]+said)|\.\s|\s[–—]\s")
_DUE = re.compile(r"\b(?:by|before|until|within|no\s+later\s+than|on|in|from|begin\w*\s+on)\s+(?:the\s+)?$",
                  re.IGNORECASE)
_JOINTS = r"but|when|because|that|after|while|also"
_WHO = re.compile(rf"(?:^|[,;:“”\"]|\b(?:{_JOINTS})\b)\s*(?P<who>(?:(?!\b(?:{_JOINTS})\b)[^,;:“”\"])+)$")
_AGREED = re.compile(r"\b(?:agreement|agreed|accord|joint\s+statement|communiqu|annex|undertak|treaty|pledge)",
                     re.IGNORECASE)
_BOTH = re.compile(r"\b(?:both|two)\s+(?:sides|parties|countries|governments)\b|\beach\s+side\b|^they$|^we$|^it\s+was$",
                   re.IGNORECASE)


@functools.cache
def _words() -> re.Pattern[str]:
    # "promised last September to": a time may stand between the verb and what is promised.
    known = any_of(column("promises", "kind"))
    return re.compile(rf"\b(?:{known}|(?:agreed|promised|pledged|undertook|vowed)(?:\s+\w+){{1,3}}?\s+to)(?!\w)",
                      re.IGNORECASE)


def promises_of(scene: Scene) -> Iterator[Proposal]:
    """The commitments of a sentence; what was not promised, or only supposed, is none."""
    if scene.sentence.asks:
        return
    reached = -1
    for match in _words().finditer(scene.text):
        if match.start() < reached or mode_at(scene.text, match.start()) in (Mode.NOT_DONE, Mode.SUPPOSED):
            continue
        words = spoken(match.group())
        if (words.startswith("will ") or words == "shall") and not _AGREED.search(scene.around + scene.document.title):
            continue
        end = _CLAUSE.search(scene.text, match.end())
        reached = end.start() if end else len(scene.text)
        proposal = _proposal(scene, match, reached)
        if proposal is not None:
            yield proposal


def _proposal(scene: Scene, match: re.Match[str], end: int) -> Proposal | None:
    made = scene.published()
    what = " ".join(scene.text[match.end():end].split()).rstrip(" .,:")
    if made is None or len(what) < 4:
        return None
    said = scene.said_at(match.start())
    by = _by(scene, match)
    figure = next(iter(figures_of(scene.text[match.end():end], scene.around)), None)
    quantity: Quantity | None = figure.quantity if figure is not None else None
    due = _due(scene, match.end(), end)
    if due is not None and due.ends < made.begins:
        made = due  # told of later than it was due: it was made no later than that
    commitment = Commitment("proposed", by, what, made, scene.quote(), said.chain, kind=_kind(match, what),
                            quantity=quantity, due=due)
    return Proposal(id="proposed", value=commitment, quote=scene.quote(), mark=scene.at(match.start(), end),
                    why=(f"promise: {match.group()}", *said.why), confidence=0.7 if by != ("not named",) else 0.4,
                    event="AGREE", moments=scene.moments, actors=scene.parties(), places=scene.places,
                    said_by=said.words)


def _by(scene: Scene, match: re.Match[str]) -> tuple[str, ...]:
    """Who undertakes it: whom the words before the verb name; both sides are the parties last spoken of."""
    found = _WHO.search(scene.text[:match.start()].rstrip())
    who = tidy(found.group("who")) if found else ""
    known = tuple(dict.fromkeys(m.name for m in mentions_of(who)))
    if known:
        return known
    if not who or _BOTH.search(who) or len(who.split()) > 12:
        return scene.earlier_parties or scene.parties() or ("not named",)
    return (who,)


def _due(scene: Scene, start: int, end: int) -> Span | None:
    for moment in scene.moments:
        before = scene.text[start:moment.start]
        if start <= moment.start < end and moment.span is not None and (
                _DUE.search(before) or moment.words.lower().startswith(("on ", "next", "the end of"))):
            return moment.span
    return None


def _kind(match: re.Match[str], what: str) -> str:
    low = f" {what.lower()} "
    for row in table("promise_kinds"):
        if row["words"] in low:
            return row["kind"]
    return word_map("promises", "kind").get(spoken(match.group()), "other")
