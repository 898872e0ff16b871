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
from homeward.intake.subjects import subject_before
from homeward.model.quantities import Quantity
from homeward.model.spans import Span
from homeward.model.talks import Commitment

__all__ = ["promises_of"]

_CLAUSE = re.compile(r";|(?<=\S)[”\"](?=[\s,.;]|$)|,\s+(?=according|said|the\s+\w+\s+said"
                     r"|(?:[A-Z][\w.’'-]+\s+){0,3}[A-Z][\w’'-]+\s+(?:said"
                     r"|says|told|announced|added|promised|vowed|pledged))|,\s+(?:he|she|it|they)\s+(?:said|says|added"
                     r"|told)|\.\s|\s[–—]\s")
# Promised A, and that B; committed itself to A and to B: two promises.
_AND = re.compile(r",?\s+and\s+(?=that\s|to\s)")
# What may stand between the verb and what is promised: us, the committee in 2019, in a statement of eleven lines.
_BETWEEN = r"(?:,[^,;]{3,50},|(?:\s+(?!to\b|that\b)[\w’'-]+){0,6}?)"
_VERB = (r"promised|promises|promise|pledged|pledges|pledge|vowed|vows|vow|undertook|undertakes|undertaken|undertake"
         r"|swore|guaranteed|guarantees")
_PROMISED = (rf"\b(?:{_VERB}|agreed|agrees|assured){_BETWEEN}\s+(?:to|that)(?=\s)"
             r"|\b(?:offered|offers|volunteered)\s+to(?=\s)"
             r"|\b(?:gave|given|gives|give)\s+(?:(?:[\w’'-]+\s+){0,3}?)(?:word|assurance|assurances|undertaking|pledge"
             r"|promise|guarantee)"
             r"(?:\s+[\w’'-]+){0,3}?\s+(?:that|to)(?=\s)"
             r"|\b(?:committed|commits|commit|bound|binds)\s+(?:itself|himself|herself|themselves|ourselves"
             r"|myself)\s+to(?=\s)"
             r"|\b(?:promised|promises|pledged|pledges)(?!\s+(?:to|that|nothing|no|not|in|on|by|for"
             r"|at)\b)(?=\s+(?:[\w’'-]+\s+){0,2}"
             r"(?:an?|the|\d[\d,.]*|two|three|four|five|six|ten|every|more|further|help|money|funds|access|lists?|his"
             r"|her|its|their)\b)")
# Will, of one's own act; what is done to somebody in the passive is nobody's word.
_ACTS = (r"(?:return|hand|give|send|search|dig|excavate|exhume|open|reopen|publish|release|pay|fund|raise|lift"
         r"|continue|resume"
         r"|go\s+(?:back|on|out|down)|come|test|provide|supply|build|erect|deliver|transfer|repatriate|begin|start"
         r"|help|identify"
         r"|bring|tell|inform|call|write|look\s+into|investigate|survey|clear|examine|meet|hold|visit|report|share|let"
         r"|allow|set\s+up"
         r"|finish|complete|take|keep|make|spend|cover|bear|do\s+everything|rebury|bury|name|extend|deploy)")
_WILL = re.compile(rf"\b(?:will|shall|['’]ll)\s+(?:also\s+|now\s+|then\s+|again\s+|soon\s+"
                   rf"|continue\s+to\s+)?(?={_ACTS}\b)")
_TRAILING = re.compile(r",?[”\"]?,?\s+(?P<who>[^,;:“”\"]{2,60}?)\s+(?:has\s+|had\s+)?(?:promised|vowed"
                       r"|pledged)(?=\s*(?:[.,;]|$))")
_SHOULD_NOT = re.compile(r"\b(?:who|which|that|what|whether|when|if|nobody|no\s+one|families|relatives|hope\w*"
                         r"|expect\w*|believ\w*|wonder\w*)\s+$",
                         re.IGNORECASE)
_DUE = re.compile(r"\b(?:by|before|until|within|no\s+later\s+than|on|in|from|begin\w*\s+on)\s+(?:the\s+)?$",
                  re.IGNORECASE)
_JOINTS = r"but|when|because|that|after|while|also"
_WHO = re.compile(rf"(?:^|[,;:“”\"]|\b(?:{_JOINTS})\b)\s*(?P<who>(?:(?!\b(?:{_JOINTS})\b)[^,;:“”\"])+)$")
_AGREED = re.compile(r"\b(?:agreement|agreed|accord|joint\s+statement|communiqu|annex|undertak|treaty|pledge)",
                     re.IGNORECASE)
_BE_BEFORE = re.compile(r"\b(?:was|were|is|are|been|be|being|an?|the|this|any|no)\s+(?:also\s+|already\s+"
                        r"|not\s+)?$", re.IGNORECASE)
_BOTH = re.compile(r"\b(?:both|two)\s+(?:sides|parties|countries|governments)\b|\beach\s+side\b|^they$|^we$|^it\s+was$",
                   re.IGNORECASE)


@functools.cache
def _words() -> re.Pattern[str]:
    # "promised last September to": a time may stand between the verb and what is promised.
    known = any_of(column("promises", "kind"))
    return re.compile(rf"{_PROMISED}|\b(?:{known})(?!\w)", re.IGNORECASE)


def promises_of(scene: Scene) -> Iterator[Proposal]:
    """The commitments of a sentence; what was not promised, or only supposed, is none."""
    if scene.sentence.asks:
        return
    reached = -1
    for match in sorted([*_words().finditer(scene.text), *_WILL.finditer(scene.text)], key=lambda m: m.start()):
        if match.start() < reached or mode_at(scene.text, match.start()) in (Mode.NOT_DONE, Mode.SUPPOSED):
            continue
        if not _counts(scene, match):
            continue
        end = _CLAUSE.search(scene.text, match.end())
        reached = end.start() if end else len(scene.text)
        parts = _AND.search(scene.text, match.end(), reached)
        for begin, finish in ((match.end(), parts.start() if parts else reached),
                              *(((parts.end(), reached),) if parts else ())):
            proposal = _proposal(scene, match, begin, finish)
            if proposal is not None:
                yield proposal


def _counts(scene: Scene, match: re.Match[str]) -> bool:
    """Whether words that may be a promise are one here: "will" is one's own act, told by oneself or with its day."""
    if _BE_BEFORE.search(scene.text[:match.start()]):
        return False  # was promised; a promise that
    words = spoken(match.group())
    if words == "shall" and not _AGREED.search(scene.around + scene.document.title):
        return False
    if _WILL.match(scene.text, match.start()) is None:
        return True
    before = scene.text[:match.start()]
    if _AGREED.search(scene.text) or _AGREED.search(scene.document.title):
        return True
    if _TRAILING.search(scene.text, match.end()):
        return True
    if _SHOULD_NOT.search(before):
        return False
    who = subject_before(scene.text, match.start())
    if not who:
        return False
    dated = any(m.span is not None and m.start > match.end() for m in scene.moments)
    return re.fullmatch(r"(?i:we|i)", who) is not None or dated or bool(scene.cues)


def _proposal(scene: Scene, match: re.Match[str], begin: int, end: int) -> Proposal | None:
    made = scene.published()
    what = " ".join(scene.text[begin:end].split()).strip(" .,:“”\"").removeprefix("that ").removeprefix("to ")
    if made is None or len(what) < 4:
        return None
    said = scene.said_at(match.start())
    by = _by(scene, match)
    figure = next(iter(figures_of(scene.text[begin:end], scene.around)), None)
    quantity: Quantity | None = figure.quantity if figure is not None else None
    due = _due(scene, begin, end)
    if due is not None and due.ends < made.begins:
        made = due  # told of later than it was due: it was made no later than that
    commitment = Commitment("proposed", by, what, made, scene.quote(), said.chain, kind=_kind(match, what),
                            quantity=quantity, due=due)
    mark = scene.at(match.start() if begin == match.end() else begin, end)
    return Proposal(id="proposed", value=commitment, quote=scene.quote(), mark=mark,
                    why=(f"promise: {match.group()}", *said.why), confidence=0.7 if by != ("not named",) else 0.4,
                    event="AGREE", moments=scene.moments, actors=scene.parties(), places=scene.places,
                    said_by=said.words)


def _by(scene: Scene, match: re.Match[str]) -> tuple[str, ...]:
    """Who undertakes it: whom the words before the verb name; both sides are the parties last spoken of."""
    trailing = _TRAILING.search(scene.text, match.end())
    if trailing is not None and _WILL.match(scene.text, match.start()) is not None:
        return (scene.meant(trailing.group("who")),)
    found = _WHO.search(scene.text[:match.start()].rstrip())
    who = tidy(found.group("who")) if found else ""
    if _BOTH.search(who) or not who:
        subject = subject_before(scene.text, match.start())
        if not subject or _BOTH.search(tidy(subject)):
            return _ours(scene, tidy(subject or who))
        return (scene.meant(subject),)
    subject = subject_before(scene.text, match.start())
    known = tuple(dict.fromkeys(m.name for m in mentions_of(who)))
    if known and (not subject or len(known) > 1 or any(m.end >= len(who) for m in mentions_of(who))):
        return known
    if subject:
        return (scene.meant(subject),)
    return known or scene.earlier_parties or scene.parties() or ("not named",)


def _ours(scene: Scene, who: str) -> tuple[str, ...]:
    """Whom "both sides", "they" and "we" mean."""
    if who.lower() in {"we", "i", "they", "it"} and not scene.earlier_parties:
        return (scene.meant(who),)
    if who.lower() in {"we", "i"}:
        said = scene.said_at(0)
        return (said.chain.claimant,)
    if who.lower() == "they" and (meant := scene.meant(who)).lower() != "they":
        return (meant,)
    return scene.earlier_parties or scene.parties() or ("not named",)


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
