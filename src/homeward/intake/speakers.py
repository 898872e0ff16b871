"""From cues to chains: who stands behind a figure, and through whom it came, across a whole document."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from homeward.intake.actors import is_press, named, tidy
from homeward.intake.attribution import Cue, cues_of, quoted_parts
from homeward.intake.document import Document
from homeward.intake.sentences import Sentence
from homeward.model.sources import Chain

__all__ = ["Said", "Speakers"]

_PERSONAL = frozenset({"he", "she", "i"})
_PERSONS = frozenset({"person", "unnamed", "family"})
_OURS = re.compile(r"^(?:our|my)\s+", re.IGNORECASE)
_PRONOUNS = _PERSONAL | {"it", "they", "we"}
_PAPER = re.compile(r"^(?P<owner>.+?)['’]s?\s+(?:own\s+)?(?:latest\s+|annual\s+)?(?:fact\s+sheet|report|statement"
                    r"|website|records?|list|figures|roster|data|letter|press\s+release)$")
_STARTS_BACK = re.compile(r"^(?:He|She|It|They|The\s+same)\b")
_NAME = re.compile(r"(?:[A-Z][\w.'’-]+\s+)(?:(?:of|for|on|the|and|[A-Z][\w.'’-]+)\s+)*[A-Z][\w'’-]+")
# The subject that a sentence begins with, behind a dateline.
_SUBJECT = re.compile(r"^(?:[A-Z][A-Z., ]+\s[–—-]+\s)?(?P<who>"
                      r"(?:(?:An?|The|His|Her|Its|One)\s+(?:[\w-]+\s+){0,3}?[a-z]+|[A-Z]\w+['’]s\s+[a-z]+(?:\s+[a-z]+){0,2}?"
                      r"|(?!The|An?|His|Her|Its|One|In|On|At|It|He|She|They|We|But|And|If|This|That|There)[A-Z]\w+"
                      r"(?:\s+[A-Z]\w+)*)"
                      r"(?=\s+(?:on\s+\w+day\s+)?(?:of|who|led|called|told|had|has|was|is|are|were|did|does|will|says|[a-z]+ed)\b|,))")
_GUEST = re.compile(r"\b(?:[Ii]nterview\s+with|[Cc]onversation\s+with|[Tt]alks?\s+to|[Qq]uestions\s+to)\s+(?:the\s+)?"
                    r"(?P<who>[A-Z][\w.'’-]*(?:\s+(?:of|for|the|[A-Z][\w.'’-]*))*)")
_WORD, _STEM = re.compile(r"\b[A-Z][a-z]{2,}"), 5
_REMEMBERED = 300  # names; who was named earlier than that is not meant by a surname alone
_EMPTY = frozenset({"the", "a", "an", "of", "for", "and", "in", "s", "his", "her", "its", "their"})


@dataclass(frozen=True, slots=True)
class Said:
    """Who says it: the chain, the words in the text for its first link, whether it is denied, and by which rules."""

    chain: Chain
    words: str
    kind: str
    denies: bool = False
    why: tuple[str, ...] = ()


@dataclass(slots=True)
class Speakers:
    """Those who have spoken in a document so far, so that "he" and "the official" find their names."""

    document: Document
    _names: list[str] = field(default_factory=list)
    _person: str = ""
    _body: str = ""
    _last: str = ""
    _last_at: int = -9
    _now: dict[int, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._counts = Counter(word[:_STEM] for word in _WORD.findall(self.document.text))

    def repeats(self, name: str) -> int:
        """How often the document names it, by its first letters: Ardania is in Ardanian."""
        return self._counts[name[:_STEM]]

    def hear(self, sentence: Sentence, index: int) -> tuple[Cue, ...]:
        """Take in a sentence: its cues, with those who speak remembered."""
        cues = cues_of(sentence.text)
        # Pronouns mean those who were named before them, not those that the sentence names later on.
        self._now = {}
        for cue in cues:
            self._now[cue.start] = self._resolved(cue.who, sentence)
            self._remember(self._now[cue.start], index)
        for match in _NAME.finditer(sentence.text):
            if match.group() not in self._names[-_REMEMBERED:]:
                self._names.append(match.group())
        del self._names[:-_REMEMBERED]
        subject = _SUBJECT.match(sentence.text)
        if subject is not None and not cues:
            who = self._longer(tidy(subject.group("who"))) or tidy(subject.group("who"))
            if named(who)[1] in _PERSONS:
                self._person = who
            elif named(who)[1] != "organisation" or who[0].isupper():
                self._body = who
        return cues

    def behind(self, sentence: Sentence, cues: tuple[Cue, ...], position: int, index: int, *,
               goes_on: bool = False) -> Said:
        """Who stands behind what a sentence says at a place; ``goes_on``: it goes on from the sentence before."""
        stack = _stack(cues, position)
        links = [self._now.get(cue.start) or self._resolved(cue.who, sentence) for cue in stack]
        why = tuple(f"{cue.how}: {' '.join(sentence.text[cue.start:cue.end].split())}" for cue in stack)
        if not links:
            links, why = self._uncued(sentence, position, index, goes_on=goes_on)
        links.extend(tidy(cue.heard) for cue in stack if cue.heard)
        if sentence.speaker and stack:
            links.append(self._speaker(sentence))
        kinds = {named(link)[0]: named(link)[1] for link in links}
        # The press passes on; it stands behind those whom it heard.
        names = list(dict.fromkeys(named(link)[0] for link in links if link))
        names = [n for n in names if kinds[n] not in {"news agency", "newspaper"}] + [
            n for n in names if kinds[n] in {"news agency", "newspaper"}]
        if not names or not _same(names[-1], self.document.speaks):
            names.append(self.document.speaks)
        words = tidy(stack[0].who) if stack else names[0]
        denies = bool(stack) and stack[0].how == "denies"
        return Said(Chain(tuple(names)), words, kinds.get(names[0], named(names[0])[1]), denies, why)

    def _uncued(self, sentence: Sentence, position: int, index: int, *,
                goes_on: bool) -> tuple[list[str], tuple[str, ...]]:
        if sentence.speaker:
            return [self._speaker(sentence)], ("the speaker named in the transcript",)
        quoted = any(a <= position < b for a, b in quoted_parts(sentence.text))
        if quoted and (ahead := self._closing(sentence, index)):
            return [ahead], ("in quotation marks: whoever is named where they close",)
        if quoted and self._last and index - self._last_at <= 3:
            return [self._last], ("in quotation marks: whoever spoke last",)
        if self._goes_back(sentence) and self._last and index - self._last_at == 1:
            return [self._last], ("a pronoun, after whoever spoke last",)
        if goes_on and self._last and index - self._last_at == 1 and (
                self.document.sentences[index - 1].paragraph == sentence.paragraph):
            return [self._last], ("a number that goes on from what was said before",)
        return [], ("nobody else is named: the document itself",)

    def _speaker(self, sentence: Sentence) -> str:
        """The speaker that a transcript names; behind "A:" whoever the document is an interview with."""
        if sentence.speaker not in {"A", "ANSWER"}:
            return sentence.speaker
        guest = _GUEST.search(self.document.text[:1500])
        return guest.group("who") if guest else sentence.speaker

    def _goes_back(self, sentence: Sentence) -> bool:
        """Whether a sentence begins with whoever spoke last: he, it, the agency."""
        subject = _SUBJECT.match(sentence.text)
        return _STARTS_BACK.match(sentence.text) is not None or (
            subject is not None and self._longer(tidy(subject.group("who"))) == self._last != "")

    def _closing(self, sentence: Sentence, index: int) -> str:
        """Who is named behind a quotation that goes on over further sentences of the paragraph."""
        if sentence.text.count('"') % 2 == 0 and sentence.text.count("“") <= sentence.text.count("”"):
            return ""
        for later in self.document.sentences[index + 1:index + 8]:
            if later.paragraph != sentence.paragraph:
                return ""
            if re.search(r"[”\"]", later.text):
                cue = next((c for c in cues_of(later.text) if c.beside and not c.origin), None)
                return self._resolved(cue.who, later) if cue is not None else ""
        return ""

    def _remember(self, who: str, index: int) -> None:
        name, kind = named(who)
        if not name or name.lower() in _PRONOUNS:
            return
        self._names.append(name)
        self._last, self._last_at = name, index
        if kind in _PERSONS:
            self._person = name
        else:
            self._body = name

    def _resolved(self, who: str, sentence: Sentence) -> str:
        """A speaker's name: for a pronoun, a surname or "the official" the one meant."""
        bare = tidy(who)
        if named(who)[0] != bare:
            return named(who)[0]
        low = bare.lower()
        if low in {"we", "i"}:
            return self._speaker(sentence) or self.document.speaks
        if low in _PERSONAL:
            return self._nearby(sentence, who) or self._person or bare
        if low in _PRONOUNS:
            return self._body or self._last or self._party(sentence) or bare
        if _OURS.match(who.strip()):
            return self._speaker(sentence) or self.document.speaks
        owned = _PAPER.match(bare)
        if owned is not None:
            return self._resolved(owned.group("owner"), sentence)
        if re.match(r"(?:the|this|that)\s", who.strip(), re.IGNORECASE) or re.fullmatch(r"[A-Z][\w'’-]+", bare):
            return self._longer(bare) or bare
        return bare

    def _party(self, sentence: Sentence) -> str:
        """Of the names that the document keeps repeating, the one named last before a sentence."""
        before = self.document.text[max(0, sentence.start - 600):sentence.start]
        names = [n for n in re.findall(r"(?<![.!?]\s)\b[A-Z][a-z]{3,}\b", before)
                 if self.repeats(n) > 1 and n not in self.document.speaks and n not in sentence.speaker]
        return str(names[-1]) if names else ""

    def _nearby(self, sentence: Sentence, who: str) -> str:
        """Somebody whom the sentence itself begins with: an elder led reporters to where, he said, ..."""
        subject = _SUBJECT.match(sentence.text)
        if subject is None or sentence.text.find(who) <= subject.end():
            return ""
        name, kind = named(subject.group("who"))
        return name if kind in _PERSONS else ""

    def _longer(self, bare: str) -> str:
        """The latest name that says more than this one and ends alike: Reuel, the ministry, the official."""
        if named(bare)[0] != bare:
            return bare
        words = _tokens(bare)
        known = [*self._names, self.document.publisher] if self.document.publisher else self._names
        for name in reversed(known):
            longer = _tokens(name)
            if words < longer and (len(words) == 1 or list(words)[-1] in longer) and (
                    bare[0].islower() or name.rsplit(maxsplit=1)[-1] == bare.rsplit(maxsplit=1)[-1]):
                return name
        return ""


def _tokens(name: str) -> frozenset[str]:
    return frozenset(w for w in re.findall(r"[\w]+", name.lower()) if w not in _EMPTY)


def _same(one: str, other: str) -> bool:
    return named(one)[0] == named(other)[0]


def _stack(cues: tuple[Cue, ...], position: int) -> list[Cue]:
    """The cues over a place, from whoever is behind it outwards."""
    over = [cue for cue in cues if cue.reach[0] <= position < cue.reach[1]]
    origin = [cue for cue in over if cue.origin]
    leading = [cue for cue in over if not cue.beside and not cue.origin]
    inner: list[Cue] = []
    for cue in reversed(leading):
        inner.append(cue)
        if not cue.nested:
            break
    beside = [cue for cue in over if cue.beside and not cue.origin]
    # A leading cue after "X said," belongs to a new clause; of several beside, the nearest speaks.
    if len(beside) > 1 and not all(is_press(cue.who) for cue in beside):
        beside.sort(key=lambda cue: abs(cue.start - position))
    beside.sort(key=lambda cue: cue.how == "passes on")
    return [*origin, *inner, *beside]
