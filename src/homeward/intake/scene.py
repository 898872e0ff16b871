"""A sentence in its document: what the finders of claims, talks and promises all look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from homeward.intake.actors import mentions_of
from homeward.intake.cues import Cue
from homeward.intake.document import Document
from homeward.intake.moments import Moment
from homeward.intake.sentences import Sentence
from homeward.intake.speakers import Said, Speakers
from homeward.model import PartialDate
from homeward.model.sources import Quote
from homeward.model.spans import Span

__all__ = ["Scene"]

_PARTY_KINDS = frozenset({"state", "government", "command", "agency", "organisation"})
_NO_PARTY = re.compile(r"(?:The|A|An|In|On|At|It|He|She|They|But|And|Of|By|For|After|Before|This|That|There|So|Its|His"
                       r"|Her|Under|Until|Both|Each|Two|No|We|I|Today|Last|Talks|Monday|Tuesday|Wednesday|Thursday"
                       r"|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September|October"
                       r"|November|December|Defence|Defense|Foreign|Minister|Ministry|National|Colonel|General|Red"
                       r"|Cross|News|Agency|Press|Document|Professor|Dr|Mr|Ms)$")
_OF_PEOPLE = re.compile(r"(?:nian|ian|ish|ese|an|n)$")


@dataclass(frozen=True, slots=True)
class Scene:
    """One sentence with its cues, times and places; ``parties`` were last spoken of before it."""

    document: Document
    sentence: Sentence
    index: int
    cues: tuple[Cue, ...]
    moments: tuple[Moment, ...]
    places: tuple[str, ...]
    around: str
    speakers: Speakers
    earlier_parties: tuple[str, ...] = field(default=())

    @property
    def text(self) -> str:
        """The sentence."""
        return self.sentence.text

    def quote(self) -> Quote:
        """The sentence, verbatim, as a quote from its document."""
        return Quote(self.document.name, self.text, "", self.sentence.start, self.sentence.end)

    def at(self, start: int, end: int) -> tuple[int, int]:
        """Offsets within the sentence as offsets within the document."""
        return self.sentence.start + start, self.sentence.start + end

    def said_at(self, position: int, *, goes_on: bool = False) -> Said:
        """Who stands behind what is said at a place of the sentence; ``goes_on``: from the sentence before."""
        return self.speakers.behind(self.sentence, self.cues, position, self.index, goes_on=goes_on)

    def denied_at(self, position: int) -> Said | None:
        """Who denies there what somebody else is said to claim; None where nobody does."""
        return self.speakers.denier(self.sentence, self.cues, position, self.index)

    def meant(self, words: str) -> str:
        """The name of whoever some words of the sentence mean."""
        return self.speakers.meant(words, self.sentence, self.index)

    def published(self) -> Span | None:
        """The day of publication, None where it is not known."""
        dated: PartialDate | None = self.document.published
        return Span(dated) if dated is not None else None

    def moment_near(self, position: int) -> Moment | None:
        """The time in the sentence that stands nearest to a place, of those that could be resolved."""
        known = [moment for moment in self.moments if moment.span is not None]
        return min(known, key=lambda m: min(abs(m.start - position), abs(m.end - position)), default=None)

    def parties(self) -> tuple[str, ...]:
        """States and bodies that the sentence names; names that the document repeats where no gazetteer has them."""
        mentions = list(mentions_of(self.text))
        press = {m.start for m in mentions if m.kind in {"news agency", "newspaper"}}
        # In "South Korea's Yonhap" no party is named.
        found = [m for m in mentions if (m.kind in _PARTY_KINDS or m.kind == "person")
                 and not {m.end + 1, m.end + 3} & press]
        names = list(dict.fromkeys(m.name for m in found if m.kind == "state")) or list(
            dict.fromkeys(m.name for m in found))
        return tuple(names) if names else self._repeated()

    def parties_meant(self) -> tuple[str, ...]:
        """The parties of talks: where the sentence names one of those spoken of before, all of those."""
        here, earlier = self.parties(), self.earlier_parties
        if not here or (len(here) < 2 and set(here) <= set(earlier)):
            return earlier or here or ("not named",)
        return here

    def _repeated(self) -> tuple[str, ...]:
        words = dict.fromkeys(re.findall(r"\b[A-Z][a-z]{2,}\b", self.text))
        stems = {word: _OF_PEOPLE.sub("", word) for word in words if not _NO_PARTY.match(word)}
        often = [word for word, stem in stems.items()
                 if self.speakers.repeats(stem) >= 3 and stem not in self.document.publisher
                 and not any(stem in place for place in self.places)]
        return tuple(dict.fromkeys(often))[:4]
