"""Who is meant by the words for a speaker: the gazetteer's name for it, and what kind of actor it is."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from homeward.intake.lexicon import ActorEntry, actors, any_of, column, word_map
from homeward.intake.names import PERSON

__all__ = ["Mention", "is_press", "mentions_of", "named", "tidy"]

_ARTICLE = re.compile(r"^(?:the|a|an|own|its|his|her|their|our|but|and|yet|meanwhile|however|today|also|so far|then"
                      r"|now|later|earlier|even)\s+",
                      re.IGNORECASE)
# A driver, a gravedigger, a pathologist: people, by the ending.
_AGENT = re.compile(r"\b[a-z]{3,}(?:er|or|ist|ian|man|woman)$")
_NO_AGENT = re.compile(r"\b(?:number|letter|paper|newspaper|order|river|border|remainder|quarter|headquarter|centre"
                       r"|center|helicopter|register|roster|ledger|chapter|folder|answer|matter|human|other|another)$")
_TITLE = re.compile(r"(?:[A-Z]?[a-z]*(?:President|Secretary|State|Chairman|Leader|Minister|General|Director|Ambassador"
                    r"|Envoy|Commander|Colonel|Captain)|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Adm|And|But|The|In|On|At"
                    r"|For"
                    r"|When|While|After|Since|If|As|That)\.?")
_PRESS = frozenset({"news agency", "newspaper"})


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor named at ``start`` to ``end`` of a text."""

    start: int
    end: int
    name: str
    kind: str


@functools.cache
def _spellings() -> tuple[re.Pattern[str], dict[str, ActorEntry]]:
    known = {spelling: actor for actor in actors() for spelling in (actor.name, *actor.spellings)}
    return re.compile(rf"(?<![\w.-])(?:{any_of(known)})(?![\w-])"), known


@functools.cache
def _role_kinds() -> tuple[re.Pattern[str], dict[str, str]]:
    return (re.compile(rf"\b(?:{any_of(column('roles', 'kind'))})(?:ies|s)?\b", re.IGNORECASE),
            word_map("roles", "kind"))


def mentions_of(text: str) -> Iterator[Mention]:
    """The gazetteer's actors in a text, in order; the longest spelling counts."""
    pattern, known = _spellings()
    for match in pattern.finditer(text):
        actor = known[" ".join(match.group().replace("’", "'").split())]
        if actor.kind == "person" and " " not in match.group() and _of_another(text, match.start(), match.end()):
            continue
        yield Mention(match.start(), match.end(), actor.name, actor.kind)


def _of_another(text: str, start: int, end: int) -> bool:
    """Whether a surname alone is part of somebody else's longer name: Kim Min-su is not Kim Jong Un."""
    before = re.search(r"(?P<word>[A-Z][\w.'’-]*)\s+$", text[max(0, start - 30):start])
    return re.match(r"\s+[A-Z][a-z]", text[end:]) is not None or (
        before is not None and _TITLE.fullmatch(before.group("word")) is None)


def named(words: str) -> tuple[str, str]:
    """The name by which a speaker is recorded, and its kind.

    The gazetteer's name where the words are one of its spellings, with or without an apposition ("South Korea's Yonhap
    news agency"); else the words themselves. An official of something stays an official, whatever he belongs to.

    >>> named("the Pentagon"), named("South Korea’s Yonhap news agency"), named("a U.S. official")
    (('US Department of Defense', 'government'), ('Yonhap', 'news agency'), ('U.S. official', 'unnamed'))
    """
    bare = tidy(words)
    _, known = _spellings()
    whole = known.get(bare.replace("’", "'")) or known.get(" ".join(words.replace("’", "'").split()))
    if whole is not None:
        return whole.name, whole.kind
    found = list(mentions_of(bare))
    persons = [m for m in found if m.kind == "person"]
    if persons:
        return persons[-1].name, "person"
    kind = _role(bare)
    if kind in {"unnamed", "person", "family"}:
        return bare, kind
    others = [m for m in found if m.kind != "state" and m.end == len(bare)] or [m for m in found if m.kind in _PRESS]
    if others:
        return others[-1].name, others[-1].kind
    return bare, kind or ("person" if re.fullmatch(PERSON, bare) else "organisation")


def is_press(words: str) -> bool:
    """Whether the words name a newspaper or news agency."""
    return named(words)[1] in _PRESS


def tidy(words: str) -> str:
    """Without articles and quotation marks around it."""
    bare = " ".join(words.split()).strip(" ,;:–—-\"“”‘'«»()[]")
    while _ARTICLE.match(bare):
        bare = _ARTICLE.sub("", bare)
    return bare.removesuffix(" also").removesuffix(" itself")


def _role(words: str) -> str | None:
    """The kind by its last role word before any "of": a ministry's spokesman is a spokesman."""
    pattern, kinds = _role_kinds()
    head = re.split(r"\s+(?:of|for|at|in|from|with|close to|familiar with)\s+|,", words, maxsplit=1)[0]
    found = [match.group().lower() for match in pattern.finditer(head)]
    if not found:
        return "person" if _AGENT.search(head) and not _NO_AGENT.search(head) else None
    last = " ".join(found[-1].split())
    return kinds.get(last) or kinds.get(last.removesuffix("s")) or kinds.get(last.removesuffix("ies") + "y")
