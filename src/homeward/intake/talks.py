"""Meetings: proposed, scheduled, moved, cancelled, not attended, held; with their day and who stayed away."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from homeward.intake.actors import mentions_of, tidy
from homeward.intake.figures import is_supposed
from homeward.intake.lexicon import any_of, column, spoken, word_map
from homeward.intake.moments import Moment
from homeward.intake.proposals import Proposal, Talk
from homeward.intake.scene import Scene
from homeward.model.spans import Span
from homeward.model.talks import Meeting, MeetingEvent, MeetingState

__all__ = ["span_of", "talks_of"]

# The surest words first: of several states in a sentence, a no-show says more than the plan that it upset.
_ORDER = (MeetingState.NOT_ATTENDED, MeetingState.CANCELLED, MeetingState.MOVED, MeetingState.SCHEDULED,
          MeetingState.HELD, MeetingState.PROPOSED)
_BARE = frozenset({"talks", "summit", "met"})
_NOT_HELD = re.compile(r"\b(?:not|never|no|failed\s+to|if|plan\s+for|hope\w*\s+for|call\w*\s+for|ask\w*\s+for"
                       r"|request\w*|want\w*|seek\w*|sought"
                       r"|propos\w*|offer\w*|agreed\s+to|ahead\s+of|before)\s+(?:\w+\s+){0,2}$",
                       re.IGNORECASE)
_JOINTS = r"but|and|when|because|that|after|as|while"
_WHO = re.compile(rf"(?:^|[,;:“”\"]|\b(?:{_JOINTS})\b)\s*(?P<who>(?:(?!\b(?:{_JOINTS})\b)[^,;:“”\"])+)$")
_LEVELS = re.compile(r"\b(?:general[\s-]officer(?:-level)?|working[\s-]level|ministerial|summit|general[\s-]level"
                     r"|level\s+of\s+generals|generals|military\s+officials|foreign\s+ministers)\b", re.IGNORECASE)
_AHEAD = frozenset({MeetingState.SCHEDULED, MeetingState.MOVED, MeetingState.PROPOSED})
_PARTICIPLES = frozenset({"planned for", "scheduled for", "set for", "originally scheduled"})
_SIDES = frozenset({"they", "he", "she", "it", "nobody", "no one", "the other side"})


@functools.cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (re.compile(rf"\b(?:{any_of(column('meetings', 'state'))})(?!\w)", re.IGNORECASE),
            re.compile(rf"\b(?:{any_of(column('meeting_words', 'words'))})(?!\w)", re.IGNORECASE))


def talks_of(scene: Scene) -> Iterator[Proposal]:
    """The meetings of a sentence, one for each thing done about them; none in questions and suppositions."""
    if scene.sentence.asks or is_supposed(scene.text):
        return
    found: dict[MeetingState, re.Match[str]] = {}
    for match in _patterns()[0].finditer(scene.text):
        state = _state(scene, match)
        if state is not None:
            found.setdefault(state, match)
    for state in _ORDER:
        if state in found and not _told_in_passing(state, found):
            proposal = _proposal(scene, state, found[state])
            if proposal is not None:
                yield proposal


def _told_in_passing(state: MeetingState, found: dict[MeetingState, re.Match[str]]) -> bool:
    """Whether a state is only the background of another: talks planned for Friday that were put off."""
    if len(found) == 1:
        return False
    if state in (MeetingState.HELD, MeetingState.PROPOSED):
        return True
    return state is MeetingState.SCHEDULED and MeetingState.MOVED in found and (
        spoken(found[state].group()) in _PARTICIPLES)


def _state(scene: Scene, match: re.Match[str]) -> MeetingState | None:
    """The state that words stand for here, None where they are no news of a meeting."""
    state = MeetingState(word_map("meetings", "state")[spoken(match.group())])
    words = spoken(match.group())
    about = _patterns()[1].search(scene.text) or re.search(r"\bdelegation\b", scene.text)
    if about is None and state is not MeetingState.NOT_ATTENDED:
        return None
    if words == "stood up" and not re.match(r"\s+(?:by|the|its|their|his|her|us|them)\b", scene.text[match.end():]):
        return None  # somebody rose
    if state is MeetingState.NOT_ATTENDED and re.search(r"\bwho\s+$", scene.text[:match.start()]):
        return None  # the prisoners who never came back
    if state is MeetingState.NOT_ATTENDED and about is None and not re.search(
            r"\b(?:talks|meeting|negotiations|delegation)\b", scene.around):
        return None
    if state is not MeetingState.HELD:
        return state
    if _NOT_HELD.search(scene.text[:match.start()]):
        return None
    moment = scene.moment_near(match.start())
    if words in _BARE - {"met"} and (moment is None or abs(moment.start - match.start()) > 60):
        return None
    ahead = moment is not None and moment.span is not None and (
        scene.document.published is not None and moment.span.begins > scene.document.published.last_day)
    return MeetingState.SCHEDULED if ahead else state


def _proposal(scene: Scene, state: MeetingState, match: re.Match[str]) -> Proposal | None:
    moment = _moment(scene, state, match)
    published = scene.published()
    meant = moment.span if moment is not None else None
    on = published if state in _AHEAD or state is MeetingState.CANCELLED else meant or published
    if on is None:
        return None
    said = scene.said_at(match.start())
    parties = scene.parties_meant()
    absent = (_absent(scene, match, parties),) if state is MeetingState.NOT_ATTENDED else ()
    place = scene.places[0] if scene.places else ""
    level = _LEVELS.search(scene.text)
    word = _patterns()[1].search(scene.text)
    title = " ".join(part for part in (word.group().lower() if word else "meeting", f"at {place}" if place else "",
                                       str(meant) if meant else "") if part)
    meeting = Meeting("proposed", title, tuple(dict.fromkeys((*parties, *absent))), place,
                      level.group() if level else "")
    event = MeetingEvent("proposed", "proposed", state, on, scene.quote(), said.chain, meant_for=meant, absent=absent)
    return Proposal(id="proposed", value=Talk(meeting, event), quote=scene.quote(),
                    mark=scene.at(match.start(), match.end()), why=(f"{state.value}: {match.group()}", *said.why),
                    confidence=0.85 if moment is not None else 0.55, event=_plover(state), moments=scene.moments,
                    actors=parties, places=scene.places, said_by=said.words)


def _moment(scene: Scene, state: MeetingState, match: re.Match[str]) -> Moment | None:
    """The day meant: after "scheduled for" or "moved to" the one that follows, else the nearest."""
    if state in _AHEAD:
        following = [m for m in scene.moments if m.span is not None and m.start >= match.end()]
        if following:
            return following[0]
    if state is MeetingState.NOT_ATTENDED:
        # The day that was missed is the one it had been set for, not the one of the report.
        planned = re.search(r"\b(?:scheduled|set|planned)\s+for\b", scene.text)
        if planned is not None:
            following = [m for m in scene.moments if m.span is not None and m.start >= planned.end()]
            if following:
                return following[0]
    return scene.moment_near(match.start())


def _absent(scene: Scene, match: re.Match[str], parties: tuple[str, ...]) -> str:
    """Who did not come, from the words before the verb."""
    found = _WHO.search(scene.text[:match.start()])
    who = tidy(found.group("who")) if found else ""
    known = list(mentions_of(who))
    if known:
        return known[0].name
    if not who or who.lower() in _SIDES or spoken(match.group()) == "nobody came":
        return parties[0] if parties else "not named"
    return who


def _plover(state: MeetingState) -> str:
    return "REJECT" if state in (MeetingState.NOT_ATTENDED, MeetingState.CANCELLED) else "CONSULT"


def span_of(talk: Talk) -> Span:
    """The time of the meeting itself: when it was meant for, else when it was."""
    return talk.event.meant_for or talk.event.on
