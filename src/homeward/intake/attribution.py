"""Who says what a sentence says: the cues of speech, their subjects and how far they reach."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from homeward.intake.actors import is_press, mentions_of, tidy
from homeward.intake.counting import counting_cues
from homeward.intake.cues import Cue
from homeward.intake.lexicon import any_of, column, spoken, word_map
from homeward.intake.names import name_beside
from homeward.intake.subjects import (
    AUXILIARY,
    POSSESSIVES,
    PRONOUNS,
    WHO_BEFORE,
    can_speak,
    related,
    shared_subject,
    subject_left_of,
)

__all__ = ["cues_of", "quoted_parts"]

# A straight mark opens after a blank and closes before one; a tail belongs to a quotation begun in a sentence before.
# He put the cost of the search at; it gives the number of the dead as.
_PUTS = (r"(?:gave|gives|(?:has|have|had)\s+given)\s+(?=(?:only\s+|about\s+|some\s+)?\d)|"
         r"(?:spoke|speaks?|spoken|talked|talks?|wrote|writes?|warned|warns?|told)\s+(?:(?!of\b"
         r"|that\b)[\w’'-]+\s+){1,4}?of"
         r"|puts?\s+(?:[a-z]+\s+){1,3}?at|(?:puts?|gives?|gave|set|sets)\s+(?:it|them|this|that|(?:the|its|their|his"
         r"|her|their\s+own)"
         r"\s+(?:[\w'’-]+\s+){0,9}?[\w'’-]+)\s+(?:at|as|nearer|closer|higher|lower)"
         r"|(?:gives?|gave|cites?|cited)\s+(?=(?:\d[\d,]*|[a-z]+(?:-[a-z]+)?)\s+as\s+the\b)"
         r"|(?:gives?|gave|given|has|have|had|offers?|offered)\s+an?\s+(?:[\w'’-]+\s+){0,3}?"
         r"(?:count|figure|number|toll|estimate|total|tally)")
_SETTLES = re.compile(r"\b(?:corrected|revised|raised|lowered|cut|reduced|brought)\s+(?:it|this|that|(?:the|its|his"
                      r"|her|their)"
                      r"\s+(?:[\w’'-]+\s+){0,6}?[\w’'-]+)\s+(?:from\s+[\w,]+\s+)?(?:up\s+|down\s+)?to\b")
_QUOTED = re.compile(r"(?:“|«|(?<![^\s(–—])\")(?P<inside>[^”\"»]{3,})(?:[”\"»]|$)"
                     r"|^(?P<tail>[^“\"«]{3,}?)[”\"»](?=[\s.,;:]|$)")
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
                        r"|cited\s+by|the\s+(?:number|total|figure)|says?|reports?|reported|sp[eo]aks?\s+of|spoke)\b")
_NOUN_CUE = re.compile(r"\b(?:claim|assertion|allegation|estimate|count|reckoning|statement|report|letter)s?"
                       r"\s+(?:by|of|from)\s+(?P<who>(?:the\s+)?[^,.;:]{3,70}?)(?=\s+that\b|\s+in\s+which\b|,|\.|$)",
                       re.IGNORECASE)
_OWN = re.compile(r"\bby\s+(?P<who>(?:the\s+)?[\w.'’ -]{2,50}?)(?:['’]s?)?\s+(?:own\s+)?(?:count|estimate|reckoning"
                  r"|calculation|tally|account)\b", re.IGNORECASE)
_WHAT = re.compile(r"\bwhat\s+(?P<who>it|they|he|she|(?:[A-Z]\w+|the|an?|its|his|her|their)(?:\s+[\w’'-]+){0,4}?)\s+"
                   r"(?:said|says|say|claims|claimed|believes?|believed|thinks?|thought|calls?|called"
                   r"|described\s+as)\s+"
                   r"(?:(?:were|was|are|is|to\s+be)\b|(?=the\b))")
_OF_WHAT = re.compile(r"\d[\d,]*\s[^,;.]{0,40}\bof\s+$|\b[a-z-]+\s+[a-z]+\s+of\s+$")
# That 29 had drowned was what a nurse told the television.
_WAS_WHAT = re.compile(r"\b(?:is|was)\s+what\s+(?P<who>[^,;:.]{3,60}?)\s+(?:had\s+|has\s+)?(?:said|told|says|tells"
                       r"|claimed|claims|reported)\b(?!\s+(?:was|were|is|are)\b)")
_NEGATED = re.compile(r"\b(?:not|never|n['’]t|nor|cannot|declined\s+to|refused\s+to)\s+(?:\w+ly\s+"
                      r"|yet\s+)?$", re.IGNORECASE)
# The prosecutor, who in March announced arrests, has denied: what stands between the commas is told in passing.
_IN_PASSING = re.compile(r",\s+(?:who|which)\s(?:[^,;:“”\"]|,(?=\d)){2,90},(?!\d)")
_CLEFT = re.compile(r"\b[Ii]t\s+(?:was|is)\s+(?P<who>[^,;:]{3,60}?)(?:,\s[^,]{1,30},)?\s+(?:that|who"
                    r"|which)\s+(?:first\s+|had\s+|has\s+)*$")
# Not to confirm a number is not to deny it.
_NO_DENIAL = ("confirm", "acknowledg", "specif", "indicat")
_COUNTED_BEFORE = re.compile(r"(?:(?<!\b1[5-9]\d)(?<!\b20\d)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten"
                             r"|eleven|twelve|dozen|hundred|thousand|million|few"
                             r"|many|several|most))\s+$", re.IGNORECASE)
_GAPPED = re.compile(r",\s+(?:and\s+)?(?P<who>(?:the|an?)\s+[^,]{3,50}?)\s+of\s+(?=[\"“]?(?:the\s+|\d))")
_NO_SPEECH = re.compile(r"(?:promis|pledg|vow|undert|offer|agree|commit|expect|ask|demand|request)\w*\b(?:\s+(?:to"
                        r"|for))?$")
_QUIETLY = re.compile(r",|\s+without\s|\s+on\s|\s+as\s")
_QUOTED_BY = re.compile(r",?\s+(?:as\s+)?(?:quoted|cited)\s+(?:by|in)\s+(?P<by>.+)$")
_MODAL = re.compile(r"\b(?:might|may|will|would|could|can|shall|should|must|had|has|have|was|were|is|are|did|does"
                    r"|do)\b")
# In talks in 2012 its negotiators [claimed].
_LATE_SUBJECT = re.compile(r"\s*(?:in|at|on|during|after|by|since|under)\s+[^,]*?\s"
                           r"(?P<who>(?:its|his|her|their|the|an?)\s(?:[\w'’-]+\s*){1,3})$", re.IGNORECASE)
# The company that owns the ferry [says]; the Office, which keeps the roster, [says].
_RELATIVE = re.compile(r"(?:^|[,;:]\s+|\b(?:but|and|that|while)\s+)(?P<who>(?:the|an?|its|[A-Z])[^,;:“”\"]{1,70}?),?\s+"
                       r"(?:who|which|that)\s+[^,;:“”\"]{2,80},?\s*(?:has|had|have|also)?\s*$", re.IGNORECASE)
_AS_SAYING = re.compile(r"\b(?:cit|quot)(?:ed|es|ing)\s+(?P<who>[^,;:“”\"]{2,70}?)\s+as\s+"
                        r"(?:saying|telling|having\s+said)")
_CITED = {"origin": "cites", "beside": "says", "through": "passes on"}


def quoted_parts(text: str) -> list[tuple[int, int]]:
    """Where a sentence holds other people's words in quotation marks."""
    return [m.span("inside") if m.group("inside") else m.span("tail") for m in _QUOTED.finditer(text)]


@functools.cache
def _cue_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Verbs are in lower case: the United States says nothing by its name.
    return (re.compile(rf"\b(?:{_PUTS}|{any_of(column('saying', 'how'))})\b|{_SETTLES.pattern}"),
            re.compile(rf"\b(?:{any_of(column('citing', 'how'))})\s+", re.IGNORECASE))


def cues_of(text: str) -> tuple[Cue, ...]:
    """All cues of speech in a sentence, by their place."""
    quoted = quoted_parts(text)
    citing = [*_citing(text), *_as_saying(text)]
    nouns = _nouns(text, [(cue.start, cue.end) for cue in citing])
    found = [cue for cue in (*citing, *nouns, *_what(text), *counting_cues(text))
             if not _inside(cue.start, quoted)]
    taken = [(cue.start, cue.end) for cue in found]
    found.extend(cue for cue in _verbs(text, quoted, taken))
    if any(cue.beside and not cue.origin for cue in found):
        # Ardania promised forty, a diplomat said: it is the diplomat who says so.
        found = [cue for cue in found if cue.how != "promises" or cue.nested or cue.beside]
    return tuple(sorted(found, key=lambda cue: cue.start))


def _inside(position: int, parts: list[tuple[int, int]]) -> bool:
    return any(a <= position < b for a, b in parts)


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
        end = match.end() + len(who)
        if can_speak(who):
            yield Cue(name_beside(text, match.end(), end) or who, _CITED[how], match.start(), end,
                      (0, len(text)), origin=how == "origin", beside=True)


def _as_saying(text: str) -> Iterator[Cue]:
    for match in _AS_SAYING.finditer(text):
        if can_speak(match.group("who")):
            yield Cue(match.group("who"), "cites", match.start("who"), match.end(), (0, len(text)), origin=True)


def _nouns(text: str, taken: list[tuple[int, int]]) -> Iterator[Cue]:
    for pattern, reach_on in ((_NOUN_CUE, True), (_OWN, False)):
        for match in pattern.finditer(text):
            said_by = match.group("who")
            if (said_by.lower() in POSSESSIVES or can_speak(said_by)) and not _inside(match.start(), taken):
                reach = (match.end(), len(text)) if reach_on and text[match.end():].lstrip().startswith("that") else (
                    0, len(text))
                if reach_on and reach[0] == 0 and not text[match.end():].startswith((",", ".")):
                    continue
                who = POSSESSIVES.get(said_by.lower(), said_by)
                yield Cue(who, "claims", match.start(), match.end(), reach, origin=reach_on, beside=not reach_on)


def _what(text: str) -> Iterator[Cue]:
    for match in _WHAT.finditer(text):
        who = match.group("who")
        if who.lower() in PRONOUNS:
            before = list(mentions_of(text[:match.start()]))
            who = before[-1].name if before else _first_name(text[:match.start()]) or who
        elif not can_speak(who):
            continue
        # In "27 boxes of what it says are" the number stands before; it is theirs too.
        counted = _OF_WHAT.search(text[:match.start()])
        yield Cue(who, "claims", match.start(), match.end(), (counted.start() if counted else match.end(), len(text)),
                  origin=True)
    for match in _WAS_WHAT.finditer(text):
        if can_speak(match.group("who")):
            yield Cue(match.group("who"), "says", match.start(), match.end(), (0, len(text)), origin=True)


def _first_name(text: str) -> str:
    names = re.findall(r"(?<![a-z]\s)\b[A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)*", text)
    return str(names[-1]) if names else ""


def _verbs(text: str, quoted: list[tuple[int, int]], taken: list[tuple[int, int]]) -> Iterator[Cue]:
    hows = word_map("saying", "how")
    floor, last = 0, None
    passing = [m.span() for m in _IN_PASSING.finditer(text)]
    for match in _cue_patterns()[0].finditer(text):
        if any(_inside(match.start(), parts) for parts in (quoted, taken, passing)):
            continue
        how = hows.get(spoken(match.group()), "puts")
        cue = _across_speech(text, match, how, last) or _verb(text, match, how, floor)
        if cue is not None:
            yield cue
            floor, last = match.end(), cue
            if match.group().endswith(" of"):
                yield from _gapped(text, match.end())


def _across_speech(text: str, match: re.Match[str], how: str, last: Cue | None) -> Cue | None:
    """Her predecessor, he said, had promised: the subject stands before the speaker put in between."""
    if last is None or not last.beside or not re.fullmatch(r"\s*,\s*", text[last.end:match.start()]):
        return None
    start, who = subject_left_of(text[:last.start].rstrip(" ,"), len(text[:last.start].rstrip(" ,")), 0)
    if not can_speak(who):
        return None
    return Cue(who, how, start, match.end(), (match.end(), len(text)), nested=True)


def _gapped(text: str, position: int) -> Iterator[Cue]:
    """The ministry spoke of 40 soldiers, the laboratory of 58: the verb is said once."""
    for match in _GAPPED.finditer(text, position):
        if can_speak(match.group("who")):
            yield Cue(match.group("who"), "says", match.start("who"), match.end(), (match.end(), len(text)))


def _verb(text: str, match: re.Match[str], how: str, floor: int) -> Cue | None:
    before = text[:match.start()]
    word = spoken(match.group())
    rest = text[match.end():]
    if _COUNTED_BEFORE.search(before):
        return None  # 61 confirmed fatalities
    negated = _NEGATED.search(before)
    if negated is not None:
        if how not in {"says", "claims", "reports", "tells"} or word.startswith(_NO_DENIAL):
            return None
        how = "denies"
    # Undertaking N, expecting to, asking for N is the speaker's news where somebody else tells it.
    if _NO_SPEECH.search(word) and floor > 0 and not re.match(r"(?:\s+(?!that\b)[\w’'-]+){0,6}\s+that\b", rest):
        return None
    if _NO_SPEECH.search(word) and (how == "promises" or re.match(r"\s+to\b", rest)):
        how = "promises"
    if word in _AMBIGUOUS and _NOUN_BEFORE.search(before):
        return None
    if word in _NOUNS and not re.search(r",\s+[A-Z][^,]{2,50},\s*$", before) and re.match(
            r"\s*(?:[.,;:)]|$|of\b|that\s+\w+ed\b)", text[match.end():]):
        return None
    if _BE_BEFORE.search(before) or (word in _PARTICIPLES and re.match(r"\s+to\b", text[match.end():])):
        return None
    start, who = subject_left_of(text, match.start(), floor)
    after = match.end()
    if not tidy(who):
        who = _right_of(text, match.end() + 1) if re.search(r"[,”\"»]\s*$", before) else ""
        if _MODAL.search(who):
            return None  # the North might return: that is no speaker, but what is said
        start, after = match.start(), match.end() + 1 + len(who)
        who = name_beside(text, match.end() + 1, after) or who
    relative, cleft = WHO_BEFORE.search(before), _CLEFT.search(before)
    if cleft is not None:
        who = cleft.group("who")
    elif relative is not None:
        who = related(text, relative.start())
    elif not can_speak(who) and re.search(r"\b(?:and|but)\s*$", AUXILIARY.sub("", before)):
        who = shared_subject(before) or who  # she came away and said
    late = _LATE_SUBJECT.match(who)
    if late is not None:
        start, who = start + late.start("who"), late.group("who")
    if not can_speak(who):
        relative = _RELATIVE.search(text[floor:match.start()])
        if relative is None or not can_speak(relative.group("who")):
            return None
        start, who = floor + relative.start("who"), relative.group("who")
    heard = _heard(text, match) if how == "tells" else ""
    through = _QUOTED_BY.search(who)
    if through is not None:
        who, heard = who[:through.start()], heard or _QUIETLY.split(through.group("by"))[0].strip(" ,")
    if _trails(text, start, after) or re.search(r"(?:^|,\s+)as\s+$", text[:start], re.IGNORECASE):
        return Cue(who, how, start, after, (0, len(text)), heard=heard, beside=True)
    relative = re.search(r"\b(?:that|which)\s+$", text[:start])
    back = max(0, start - 70) if relative and re.match(r"\s*(?:it|he|she|they)\b", text[match.end():]) else match.end()
    joined = re.search(r"(?:[;,]\s*(?:and|but|while|(?:al)?though)?|[:–—]|\bbut|\bwhile|\bthough)\s*$", text[:start])
    return Cue(who, how, start, after, (back, len(text)), heard=heard,
               nested=floor > 0 and (joined is None or relative is not None))


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
    return len(words) <= 12 and not re.match(r"\s*that\b", text[after:]) and (
        re.match(r"\s+[A-Z]\w+\s+\d+\s*[.,;]", text[after:]) is not None or not re.search(r"\d", " ".join(words[:4])))
