"""From cues to chains: who stands behind a figure, and through whom it came, across a whole document."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from homeward.intake.actors import is_press, named, tidy
from homeward.intake.attribution import cues_of, quoted_parts
from homeward.intake.cues import Cue
from homeward.intake.document import Document
from homeward.intake.lexicon import word_map
from homeward.intake.names import PERSON
from homeward.intake.people import People, Subject, subject_of
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
_PERSON = re.compile(PERSON)
_THIS = re.compile(r"^(?:(?:an?\s+)?(?:earlier|previous|first)\s+)?(?:(?:version|edition)s?\s+of\s+)?this\s+"
                   r"(?:newspaper|paper|report|article|agency|news\s+agency|bulletin|story)$|^(?:an?\s+)?(?:earlier"
                   r"|previous)"
                   r"\s+version$", re.IGNORECASE)
_POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they"}
_HIS_PAPER = re.compile(r"^(?P<whose>his|her|its|their)\s+(?:[a-z]+\s+){0,2}?(?:report|list|records?|figures|statement"
                        r"|letter"
                        r"|bulletin|estimate|count|book|diary|memoirs?|notes|study|files?|data|tally)$", re.IGNORECASE)
_OF_A_BODY = re.compile(r"\b(?:association|society|agency|newspaper|paper|daily|weekly|company|group|party|foundation"
                        r"|museum"
                        r"|village|town|city|province|region|ferry|ship|vessel|steamer|boat|trawler|river|lake"
                        r"|mountain|hospital"
                        r"|cemetery|street|battle|port|airport|camp|school|church|of|in|at|near|from|to"
                        r"|off)\s+(?:the\s+)?$")
# Who signs what is said in the first person: a line that says by whom it is, or the one who states the following.
_SIGNER = re.compile(rf"^(?:[^\n]{{0,60}}[,:]\s+)?[Bb]y\s+(?P<by>{PERSON})\s*$|(?P<who>{PERSON}),?\s+(?:states?|makes?"
                     rf"|issued|gives?)\s+the\s+following",
                     re.MULTILINE)
_ALONE = re.compile(r"(?:[A-Z][a-z]{1,4}\.\s+)?(?:(?:al|el)-)?[A-ZÀ-Þ][\w'’-]+$")
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
    _people: People = field(default_factory=People)
    _body: str = ""
    _last: str = ""
    _last_at: int = -9
    _now: dict[int, str] = field(default_factory=dict)
    _index: int = 0
    _subject: Subject | None = None
    _counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._counts = Counter(word[:_STEM] for word in _WORD.findall(self.document.text))

    def repeats(self, name: str) -> int:
        """How often the document names it, by its first letters: Ardania is in Ardanian."""
        return self._counts[name[:_STEM]]

    def hear(self, sentence: Sentence, index: int) -> tuple[Cue, ...]:
        """Take in a sentence: its cues, with those who speak remembered."""
        cues = cues_of(sentence.text)
        self._index, self._subject = index, subject_of(sentence.text)
        # Pronouns mean those who were named before them, not those that the sentence names later on.
        self._now = {}
        for cue in cues:
            self._now[cue.start] = self._resolved(cue.who, sentence)
            self._remember(self._now[cue.start], index, cue.who)
        self._take_names(sentence, index)
        subject = self._subject
        if subject is not None and not any(cue.start <= subject.end for cue in cues):
            who = self._longer(subject.who) or subject.who
            if subject.person or named(who)[1] in _PERSONS:
                self._people.speak_of(who, index, subject.words)
            elif not any(named(name)[1] not in _PERSONS for name in self._now.values()) and (
                    named(who)[1] != "organisation" or who[0].isupper()):
                self._body = who
        return cues

    def _take_names(self, sentence: Sentence, index: int) -> None:
        spoken = set(self._now.values())
        for match in _NAME.finditer(sentence.text):
            if match.group() not in self._names[-_REMEMBERED:]:
                self._names.append(match.group())
        for match in _PERSON.finditer(sentence.text):
            name = match.group()
            longer = [known for known in self._names[-_REMEMBERED:] if name in known]
            if not longer:
                self._names.append(name)
            if any(known.startswith(name) and known != name for known in longer) or _OF_A_BODY.search(
                    sentence.text[max(0, match.start() - 40):match.start()]):
                continue  # a body's name, or the beginning of one
            if named(name)[1] == "person" and not any(name in who for who in spoken):
                self._people.name_in_passing(name, index, sentence.text[max(0, match.start() - 25):match.end()])
        del self._names[:-_REMEMBERED]

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
        first = names[:1] if stack and stack[0].origin and stack[0].how == "claims" else []
        names = first + [n for n in names[len(first):] if kinds[n] not in {"news agency", "newspaper"}] + [
            n for n in names[len(first):] if kinds[n] in {"news agency", "newspaper"}]
        if not names or not _same(names[-1], self.document.speaks):
            names.append(self.document.speaks)
        words = tidy(stack[0].who) if stack else names[0]
        denies = bool(stack) and stack[0].how == "denies"
        return Said(Chain(tuple(names)), words, kinds.get(names[0], named(names[0])[1]), denies, why)

    def meant(self, words: str, sentence: Sentence, index: int) -> str:
        """The name of whoever some words of a sentence mean: a pronoun, a surname, an office."""
        self._index = index
        return named(self._resolved(words, sentence))[0]

    def denier(self, sentence: Sentence, cues: tuple[Cue, ...], position: int, index: int) -> Said | None:
        """Who denies what another claims at a place of a sentence; None where nobody does, or none is denied."""
        stack = _stack(cues, position)
        denies = [cue for cue in stack[1:] if cue.how == "denies"]
        return self.behind(sentence, (denies[0],), position, index) if denies else None

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
        subject = subject_of(sentence.text)
        return _STARTS_BACK.match(sentence.text) is not None or (
            subject is not None and self._longer(subject.who) == self._last != "")

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

    def _remember(self, who: str, index: int, words: str = "") -> None:
        name, kind = named(who)
        if not name or name.lower() in _PRONOUNS:
            return
        self._names.append(name)
        self._last, self._last_at = name, index
        if kind in _PERSONS:
            self._people.speak_of(name, index, words)
        else:
            self._body = name

    def _resolved(self, who: str, sentence: Sentence) -> str:
        """A speaker's name: for a pronoun, a surname or "the official" the one meant."""
        bare = tidy(who)
        if named(who)[0] != bare:
            return named(who)[0]
        low = bare.lower()
        if low == "i" and not sentence.speaker and (signer := _SIGNER.search(self.document.text[:1000])) is not None:
            return signer.group("by") or signer.group("who")
        if low in {"we", "i"}:
            return self._speaker(sentence) or self.document.speaks
        if low in _PERSONAL:
            return self._nearby(sentence, who) or self._people.meant_by(low, self._index) or bare
        if low in _PRONOUNS:
            last = "" if sentence.speaker and sentence.speaker.endswith(self._last) else self._last
            several = self._people.several(self._index) if low == "they" else ""
            return several or self._body or last or self._party(sentence) or bare
        his = _HIS_PAPER.match(who.strip())
        if his is not None:
            whose = his.group("whose").lower()
            return self._nearby(sentence, his.group("whose")) or self._resolved(_POSSESSIVES[whose], sentence)
        if _THIS.search(bare):
            return self.document.speaks
        own = _PERSON.search(bare)
        if own is not None and _OURS.match(who.strip()):
            return own.group()
        if _OURS.match(who.strip()):
            return self._speaker(sentence) or self.document.speaks
        owned = _PAPER.match(bare)
        if owned is not None:
            return self._resolved(owned.group("owner"), sentence)
        if re.match(r"(?:the|this|that)\s", who.strip(), re.IGNORECASE) or _ALONE.match(bare):
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
        subject = self._subject
        place = re.search(rf"\b{re.escape(who)}\b", sentence.text)
        if subject is None or not subject.person or place is None or place.start() <= subject.end:
            return ""
        return self._longer(subject.who) or named(subject.who)[0]

    def _longer(self, bare: str) -> str:
        """The latest name that says more than this one and ends alike: Reuel, the ministry, the official."""
        if named(bare)[0] != bare:
            return bare
        words = _tokens(bare)
        known = [*self._names, self.document.publisher] if self.document.publisher else self._names
        for name in reversed(known):
            longer = _tokens(name)
            if words and words < longer and (len(words) == 1 or list(words)[-1] in longer) and (
                    bare[0].islower() or bare.lower() in word_map("roles", "kind")
                    or name.rsplit(maxsplit=1)[-1] == bare.rsplit(maxsplit=1)[-1]):
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
