"""Who says what a sentence says: the cues of speech, their subjects and how far they reach."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from homeward.intake.actors import is_press, mentions_of, tidy
from homeward.intake.lexicon import any_of, column, spoken, word_map

__all__ = ["Cue", "cues_of", "quoted_parts"]

_MAX_WORDS = 16
# A straight mark opens after a blank and closes before one; a tail belongs to a quotation begun in a sentence before.
_QUOTED = re.compile(r"(?:“|«|(?<![^\s(–—])\")(?P<inside>[^”\"»]{3,})(?:[”\"»]|$)"
                     r"|^(?P<tail>[^“\"«]{3,}?)[”\"»](?=[\s.,;:]|$)")
# What ends the words of a subject to the left of its verb.
_BREAK = re.compile(r"[;:”\"»)]\s*(?:[–—-]{1,2}\s+)?|\s[–—-]{1,2}\s|\bthat\s+|\bbut\s+|,\s+and\s+|\bwhile\s+"
                    r"|\b(?:al)?though\s+|\bwhereas\s+|\bbecause\s+|\bwhich\s+|\bwhat\s+"
                    r"|\b(?:and|as)\s+(?=(?:the|a|an|he|she|it|they|some|several|many)\s)", re.IGNORECASE)
_AUXILIARY = re.compile(r"(?:\s+|^)(?:has|had|have|also|later|earlier|only|then|recently|first|now|repeatedly|publicly"
                        r"|in\s+turn|itself|already|again|still|however|did\s+not|does\s+not|has\s+not|never)$",
                        re.IGNORECASE)
_LEAD = re.compile(r"^(?:(?:[Ii]n|[Oo]n|[Ll]ast|[Tt]his|Earlier|Late|[Bb]y|[Aa]t|[Aa]fter|[Ss]ince)\s+(?:the\s+)?"
                   r"(?:[A-Za-z]+|\d+)(?:\s+\d{4}|\s+(?:week|month|year|day))?\s+)"
                   r"(?=(?:the|a|an|he|she|it|they|we|its|his|her|their|our|some|most|[A-Z]\w*)\b)")
_NOUN_BEFORE = re.compile(r"(?:\b(?:an?|the|its|his|her|their|this|that|no|any|of|by|is|are|was|were|be|been|being|not"
                          r"|what|to|and|or|which)|['’]s)\s+$", re.IGNORECASE)
_BE_BEFORE = re.compile(r"\b(?:an?|the|is|are|was|were|be|been|being|to|its|their)\s+(?:also\s+|still\s+)?$",
                        re.IGNORECASE)
# Remains believed to be his: nobody is named who believes it.
_PARTICIPLES = frozenset({"believed", "estimated", "reported", "said", "thought"})
# Of these forms the plural noun is as common as the verb.
_NOUNS = frozenset({"reports", "claims", "estimates", "lists", "counts", "notes", "claim", "estimate"})
_AMBIGUOUS = frozenset({"estimated", "estimate", "estimates", "reported", "reports", "believed", "claimed", "claim",
                        "claims", "show", "shows", "notes", "counts", "recorded", "confirmed", "lists", "counted"})
_RIGHT_END = re.compile(r"[,.;:)”\"]\s|[.)”\"]?$|\s(?:who|which|that|told|in\s+(?:a|an|his|her|its)|on\s+[A-Z]\w+day"
                        r"|as|and\s+(?:said|the)|before|when|after|was|were|is|are|had|has|have|will|quoted\s+by"
                        r"|cited\s+by|the\s+(?:number|total|figure))\b")
_NOUN_CUE = re.compile(r"\b(?:claim|assertion|allegation|estimate|count|reckoning|statement|report|letter)s?"
                       r"\s+(?:by|of|from)\s+(?P<who>(?:the\s+)?[^,.;:]{3,70}?)(?=\s+that\b|\s+in\s+which\b|,|\.|$)",
                       re.IGNORECASE)
_OWN = re.compile(r"\bby\s+(?P<who>(?:the\s+)?[\w.'’ -]{2,50}?)(?:['’]s?)?\s+(?:own\s+)?(?:count|estimate|reckoning"
                  r"|calculation|tally|account)\b", re.IGNORECASE)
_WHAT = re.compile(r"\bwhat\s+(?P<who>it|they|he|she|[A-Z]\w+(?:\s+\w+){0,3}?)\s+(?:said|says|say|claims|claimed)\s+"
                   r"(?:were|was|are|is|to\s+be)\b")
# He put the cost of the search at; it gives the number of the dead as.
_PUTS = r"(?:puts?|gives?|gave|set)\s+(?:the|its|their)\s+(?:[\w'’-]+\s+){1,9}?(?:at|as)"
_GAPPED = re.compile(r",\s+(?:and\s+)?(?P<who>(?:the|an?)\s+[^,]{3,50}?)\s+of\s+(?=[\"“]?(?:the\s+|\d))")
_PAPERS = re.compile(r"\b(?:documents?|records?|lists?|archives?|fact\s+sheets?|statements?|reports?|letters?|data"
                     r"|files?|monument|register|roster|figures|website|books?|study|survey|census|diary"
                     r"|diaries|histories|memoirs?|stone|plaque|maps?|accounts?|logs?|testimony|inscription)\b",
                     re.IGNORECASE)
# What stands between commas here is no apposition to a subject: ..., where they were overrun, says Moor.
_NO_APPOSITION = re.compile(r"(?:where|when|after|before|as|although|though|but|and|or|in|on|at|while"
                            r"|because|since|not|so|to|from\s+where|most|some|\d)\b", re.IGNORECASE)
# In talks in 2012 its negotiators [claimed].
_LATE_SUBJECT = re.compile(r"\s*(?:in|at|on|during|after|by|since|under)\s+[^,]*?\s"
                           r"(?P<who>(?:its|his|her|their|the|an?)\s(?:[\w'’-]+\s*){1,3})$", re.IGNORECASE)
_NOBODY = re.compile(r"(?:nobody|no\s+one|neither|none|who|which|of|in|on|at|by|for|from|with|after|before|since|under"
                     r"|among|between|there|where|when|if|to|not)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"^(?!who|which|whose).*\b(?:is|are|was|were|has|have|had|will|would)\b", re.IGNORECASE)
# The company that owns the ferry [says]; the Office, which keeps the roster, [says].
_RELATIVE = re.compile(r"(?:^|[,;:]\s+|\b(?:but|and|that|while)\s+)(?P<who>(?:the|an?|its|[A-Z])[^,;:“”\"]{1,70}?),?\s+"
                       r"(?:who|which|that)\s+[^,;:“”\"]{2,80},?\s*(?:has|had|have|also)?\s*$", re.IGNORECASE)
_AS_SAYING = re.compile(r"\b(?:cit|quot)(?:ed|es|ing)\s+(?P<who>[^,;:“”\"]{2,70}?)\s+as\s+"
                        r"(?:saying|telling|having\s+said)")
_CITED = {"origin": "cites", "beside": "says", "through": "passes on"}
_POSSESSIVES = {"his": "he", "her": "she", "its": "it", "their": "they", "our": "we", "my": "I"}
_PRONOUNS = frozenset({"he", "she", "it", "they", "we", "i"})


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue of speech in a sentence.

    ``who`` says it, in the sentence's words; ``heard`` is the press that was told, "" where none. It reaches over
    ``reach``, and stands at ``start`` to ``end``. ``origin``: it names whoever is behind the others (citing, what it
    said were). ``beside``: it stands outside the sentence's clauses (according to). ``nested``: it is part of what the
    cue before it reports. ``how`` is a word of the tables: says, claims, denies ...
    """

    who: str
    how: str
    start: int
    end: int
    reach: tuple[int, int]
    origin: bool = False
    beside: bool = False
    nested: bool = False
    heard: str = ""


def quoted_parts(text: str) -> list[tuple[int, int]]:
    """Where a sentence holds other people's words in quotation marks."""
    return [m.span("inside") if m.group("inside") else m.span("tail") for m in _QUOTED.finditer(text)]


def cues_of(text: str) -> tuple[Cue, ...]:
    """All cues of speech in a sentence, by their place."""
    quoted = quoted_parts(text)
    citing = [*_citing(text), *_as_saying(text)]
    nouns = _nouns(text, [(cue.start, cue.end) for cue in citing])
    found = [cue for cue in (*citing, *nouns, *_what(text)) if not _inside(cue.start, quoted)]
    taken = [(cue.start, cue.end) for cue in found]
    found.extend(cue for cue in _verbs(text, quoted, taken))
    return tuple(sorted(found, key=lambda cue: cue.start))


@functools.cache
def _cue_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    flags = re.IGNORECASE
    roles = [*column("roles", "kind")]
    # Verbs are in lower case: the United States says nothing by its name.
    return (re.compile(rf"\b(?:{any_of(column('saying', 'how'))}|{_PUTS})\b"),
            re.compile(rf"\b(?:{any_of(column('citing', 'how'))})\s+", flags),
            re.compile(rf"\b(?:{any_of(roles)})(?:s|ies)?\b", flags))


def _inside(position: int, parts: list[tuple[int, int]]) -> bool:
    return any(a <= position < b for a, b in parts)


def _can_speak(words: str) -> bool:
    bare = tidy(words)
    if _NOBODY.match(bare):
        return False
    if any(m.start == 0 for m in mentions_of(bare)):
        return len(bare.split()) <= _MAX_WORDS
    if not bare or len(bare.split()) > _MAX_WORDS or bare[0].isdigit():
        return False
    return (bare.lower() in _PRONOUNS or bool(re.search(r"(?:^|\s)[A-Z]\w", bare))
            or bool(_cue_patterns()[2].search(bare)) or bool(_PAPERS.search(bare)))


def _right_of(text: str, position: int) -> str:
    end = _RIGHT_END.search(text, position)
    # A full stop after an abbreviation or initial ends nothing: Lt. Gen. An Ik San.
    while end is not None and end.group().startswith(".") and re.search(r"\b(?:[A-Z]|Dr|Mr|Ms|Gen|Lt|Maj|Col|U\.S)$",
                                                                         text[position:end.start()]):
        end = _RIGHT_END.search(text, end.end())
    return text[position:end.start() if end is not None else len(text)]


def _citing(text: str) -> Iterator[Cue]:
    hows = word_map("citing", "how")
    for match in _cue_patterns()[1].finditer(text):
        who = _right_of(text, match.end())
        how = hows[spoken(match.group())]
        if _can_speak(who):
            yield Cue(who, _CITED[how], match.start(), match.end() + len(who),
                      (0, len(text)), origin=how == "origin", beside=True)


def _as_saying(text: str) -> Iterator[Cue]:
    for match in _AS_SAYING.finditer(text):
        if _can_speak(match.group("who")):
            yield Cue(match.group("who"), "cites", match.start("who"), match.end(), (0, len(text)), origin=True)


def _nouns(text: str, taken: list[tuple[int, int]]) -> Iterator[Cue]:
    for pattern, reach_on in ((_NOUN_CUE, True), (_OWN, False)):
        for match in pattern.finditer(text):
            said_by = match.group("who")
            if (said_by.lower() in _POSSESSIVES or _can_speak(said_by)) and not _inside(match.start(), taken):
                reach = (match.end(), len(text)) if reach_on and text[match.end():].lstrip().startswith("that") else (
                    0, len(text))
                if reach_on and reach[0] == 0 and not text[match.end():].startswith((",", ".")):
                    continue
                who = _POSSESSIVES.get(said_by.lower(), said_by)
                yield Cue(who, "claims", match.start(), match.end(), reach, origin=reach_on, beside=not reach_on)


def _what(text: str) -> Iterator[Cue]:
    for match in _WHAT.finditer(text):
        who = match.group("who")
        if who.lower() in _PRONOUNS:
            before = list(mentions_of(text[:match.start()]))
            who = before[-1].name if before else _first_name(text[:match.start()]) or who
        yield Cue(who, "claims", match.start(), match.end(), (match.end(), len(text)), origin=True)


def _first_name(text: str) -> str:
    names = re.findall(r"(?<![a-z]\s)\b[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*", text)
    return str(names[-1]) if names else ""


def _verbs(text: str, quoted: list[tuple[int, int]], taken: list[tuple[int, int]]) -> Iterator[Cue]:
    hows = word_map("saying", "how")
    floor = 0
    for match in _cue_patterns()[0].finditer(text):
        if _inside(match.start(), quoted) or _inside(match.start(), taken):
            continue
        how = hows.get(spoken(match.group()), "puts")
        cue = _verb(text, match, how, floor)
        if cue is not None:
            yield cue
            floor = match.end()
            if match.group().endswith(" of"):
                yield from _gapped(text, match.end())


def _gapped(text: str, position: int) -> Iterator[Cue]:
    """The ministry spoke of 40 soldiers, the laboratory of 58: the verb is said once."""
    for match in _GAPPED.finditer(text, position):
        if _can_speak(match.group("who")):
            yield Cue(match.group("who"), "says", match.start("who"), match.end(), (match.end(), len(text)))


def _verb(text: str, match: re.Match[str], how: str, floor: int) -> Cue | None:
    before = text[:match.start()]
    word = spoken(match.group())
    if word in _AMBIGUOUS and _NOUN_BEFORE.search(before):
        return None
    if word in _NOUNS and re.match(r"\s*(?:[.,;:)]|$|of\b|that\s+\w+ed\b)", text[match.end():]):
        return None
    if _BE_BEFORE.search(before) or (word in _PARTICIPLES and re.match(r"\s+to\b", text[match.end():])):
        return None
    start, who = _subject(text, match.start(), floor)
    after = match.end()
    if not tidy(who):
        who = _right_of(text, match.end() + 1) if re.search(r"[,”\"»]\s*$", before) else ""
        start, after = match.start(), match.end() + 1 + len(who)
    late = _LATE_SUBJECT.match(who)
    if late is not None:
        start, who = start + late.start("who"), late.group("who")
    if not _can_speak(who):
        relative = _RELATIVE.search(text[floor:match.start()])
        if relative is None or not _can_speak(relative.group("who")):
            return None
        start, who = floor + relative.start("who"), relative.group("who")
    heard = _heard(text, match) if how == "tells" else ""
    if _trails(text, start, after):
        return Cue(who, how, start, after, (0, len(text)), heard=heard, beside=True)
    relative = re.search(r"\b(?:that|which)\s+$", text[:start])
    back = max(0, start - 70) if relative and re.match(r"\s*(?:it|he|she|they)\b", text[match.end():]) else match.end()
    joined = re.search(r"(?:[;,]\s*(?:and|but|while|(?:al)?though)?|[:–—]|\bbut|\bwhile|\bthough)\s*$", text[:start])
    return Cue(who, how, start, after, (back, len(text)), heard=heard,
               nested=floor > 0 and (joined is None or relative is not None))


def _subject(text: str, verb: int, floor: int) -> tuple[int, str]:
    """The words left of a verb that name its subject, and where they begin."""
    begin = floor
    for mark in _BREAK.finditer(text, floor, verb):
        begin = mark.end()
    words = text[begin:verb]
    bare = _AUXILIARY.sub("", words.rstrip())
    while (shorter := _AUXILIARY.sub("", bare.rstrip())) != bare:
        bare = shorter
    bare = bare.rstrip()
    if bare.endswith(","):
        return _across_apposition(begin, bare)
    comma = bare.rfind(",")
    if comma >= 0:
        begin, bare = begin + comma + 1, bare[comma + 1:]
    lead = _LEAD.match(bare.lstrip())
    skip = len(bare) - len(bare.lstrip()) + (lead.end() if lead else 0)
    return begin + skip, bare[skip:]


def _across_apposition(begin: int, bare: str) -> tuple[int, str]:
    """Its director, Ivo Santer, [said]: the name; Dr. Ekker, who leads the centre, [said]: what stands before."""
    inner = bare[:-1]
    comma = inner.rfind(",")
    if comma < 0:
        return begin, ""
    apposition, head = inner[comma + 1:].strip(), inner[:comma]
    opens = begin + head.rfind(",") + 1
    if re.match(r"(?:[A-Z][\w.'’-]+\s+)+[A-Z][\w'’-]+$", apposition):
        return opens, apposition
    inner_name = re.match(r"(?:the|a|an|its|his|her)\s+(?:[a-z-]+\s+){1,4}"
                          r"(?P<name>(?:[A-Z][\w.'’-]+\s+)+[A-Z][\w'’-]+)$", apposition)
    if inner_name is not None:
        return opens, inner_name.group("name")
    if re.match(r"(?:from|by)\s", apposition):
        return begin, apposition.split(maxsplit=1)[1]
    earlier = head.rfind(",")
    if _NO_APPOSITION.match(apposition) or _CLAUSE.match(apposition):
        return begin, ""
    if re.match(r"(?:[A-Z][\w.'’-]+\s+)*[A-Z][\w'’-]+$", head[earlier + 1:].strip()) or earlier < 0:
        return begin + earlier + 1, head[earlier + 1:]
    last = head[earlier + 1:]
    return begin, head[:earlier] if re.match(r"\s*(?:a|an|the|who|which|its)\b", last) else last


def _heard(text: str, match: re.Match[str]) -> str:
    """The newspaper or agency that was told, in its words."""
    told = re.match(r"\s+(?P<who>(?:the\s+)?(?:[A-Z][\w.'’&-]*)(?:\s+(?:[A-Z][\w.'’&-]*|and|of))*)", text[match.end():])
    if told is None:
        return ""
    who = told.group("who").rstrip(".")
    if any(m.kind == "state" for m in mentions_of(told.group("who"))):
        return ""
    return who if is_press(who) or (len(who.split()) <= 3 and not re.match(r"(?:In|On|That)\b", who)) else ""


def _trails(text: str, start: int, after: int) -> bool:
    """Whether "X said" stands behind what was said, after a comma, a dash or a quotation."""
    if not re.search(r"[,”\"»–—]\s*$", text[:start]):
        return False
    rest = re.match(r"[^,.;:”\"“]*", text[after:])
    words = rest.group().split() if rest else []
    return len(words) <= 12 and not re.match(r"\s*that\b", text[after:]) and not re.search(r"\d", " ".join(words[:4]))
