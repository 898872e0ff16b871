"""Figures: a number with its unit, its bound and hedge, and how sure the sentence says it is."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from homeward.intake.lexicon import any_of, column, spoken, table, word_map
from homeward.intake.numbers import Number, numbers_of
from homeward.model.quantities import UNITS, Bound, Quantity

__all__ = ["Figure", "UnitSaid", "asked_unit", "figures_of", "follows_on", "is_supposed"]

_MAX_MODIFIERS, _LONGEST_HEDGE = 6, 90
_OF_REMAINS = frozenset({"box", "set", "remains", "person", "bone"})
_WORD = re.compile(r"[\s\xa0]+(?:of\s+(?:the|its|his|her|their|our|those|these|all)\s+|of\s+(?=\w))?"
                   r"(?P<word>[\w][\w.'’/&-]*)")
_STOP = re.compile(r"(?:in|on|at|from|by|for|with|to|into|since|until|between|among|and|or|but|as|than|was|were|is|are"
                   r"|be|been|has|have|had|will|would|could|can|may|might|who|which|that|whose|when|where|while|said|says"
                   r"|killed|lost|found|believed|recovered|returned|identified|died|lie|lay|survived|remain|remained|came"
                   r"|not|a|an|it|he|she|they|we|included|includes|contain|contained|held|hold|did|do|does)$",
                   re.IGNORECASE)
_OF_THESE = re.compile(r"\b(?:(?:of\s+(?:these|those|them|which|whom)|whereof|among\s+them|including)\b[^.;]{0,25}"
                       r"|of\s+the\s+\d[\d,]*(?:\s+[^.,;]{1,40})?,\s*|\w+\s+of\s+the\s*"
                       r"|\b(?:all|the\s+other)\s+)$", re.IGNORECASE)
_PUT = re.compile(r"\b(?:number|figure|total|it|count|tally|toll|dead|missing|recovered|identified)\s+(?:at|as|to|is"
                  r"|was|stands?\s+at|amounts\s+to|of)\s*$|\b(?:number|figure|total|count|there\s+(?:were|are|is|was"
                  r"|would\s+be|will\s+be)(?:\s+still)?)\s*$", re.IGNORECASE)
_NUMBER_OF = re.compile(r"\b(?:number|total|count)\s+of\s+(?P<what>[^.,;:]{3,60}?)\s+(?:is|was|at|as|to|stands\s+at"
                        r"|amounts\s+to|stood\s+at|rose\s+to|has\s+risen\s+to)\s*$", re.IGNORECASE)
_PART = re.compile(r"\s+of\s+(?:the\s+\d|them\b|these\b|those\b|whom\b)|\s+(?:are|were|remain)\s+(?:still\s+)?"
                   r"(?:in|at|on|from|among|north|south|still)\b"
                   r"|\s+on\s+(?:its|the|our|their)\s+(?:list|roster|books)\b"
                   r"|\s+who\s+(?:are|were|remain|have|had|lie)\b", re.IGNORECASE)
_SOMETHING = re.compile(r"\s+(?:[A-Za-z-]+\s+)?[a-z]+s\b(?!\s*:)")
_OVER = re.compile(r"\b(?:turn|hand|took|take|taken|brought|carri|flew|flown|given|pass)(?:ed|s|ing)?\s+$",
                   re.IGNORECASE)
_WHOLE = re.compile(r"\s+of\s+(?:the|its|their|all)\s+(?:\d[\d,]*|[a-z]+(?:-[a-z]+)?)(?=\s)")
_TOLL = re.compile(r"\btoll\b[^.,;]{0,30}\s(?:to|at|of|is|was)\s*$", re.IGNORECASE)
_OF_PEOPLE = re.compile(r"\b(?:missing|unaccounted|accounted|prisoners|killed|died|captured|survived|drowned|perished"
                        r"|dead)\b")
_LISTED = re.compile(r"\s+on\s+(?:its|the|our|their)\s+(?:list|roster|books)\b")
_PEOPLE_COUNTED = re.compile(r"\b(?:those|dead|missing|fallen|victims|losses|killed|prisoners)\b", re.IGNORECASE)
_REMAINS_OF = re.compile(r"\b(?:remains|bodies|bones)\s+of\s+$", re.IGNORECASE)
_PEOPLE_AFTER = re.compile(r"\s+(?P<who>(?:[a-z]+\s+){0,2}[A-Z]?[a-z]+s)\b")
_CREW = re.compile(r"\bcrew\s+of\s+$", re.IGNORECASE)
_NOT_THIS = re.compile(r"\b(?:not|nor)\s+$", re.IGNORECASE)
_FEWER = re.compile(r"\s+(?:fewer|less|more\s+than|times|percent|an?\s+(?:year|month|week|day)"
                    r"|in\s+(?:three|four|five|ten)\b)", re.IGNORECASE)
_ENDS = re.compile(r"\s*(?:[.,;)”\"]|$|(?:in|from|by|on|at|have|has|had|were|are|come|came|so\s+far|more|others?|out"
                   r"|will|may|might"
                   r"|who)\b|names?\b|of\s+(?:its\s+own|their\s+own|the|these|those|them|whom|which)\b)")
_LABEL = re.compile(r"(?:^|[;.])(?P<label>[^.:;]{0,70}):\s*$")
_SUPPOSED = re.compile(r"(?<!as\s)(?<!even\s)(?<!asked\s)(?<!know\s)(?<!see\s)\b[Ii]f\b"
                       r"(?!\s+(?:any|not|I\s+may|you\s+(?:will|like)))"
                       r"|^[\"“]?(?:Should|Had|Were|Unless|Suppose|Assuming)\s+(?:the|it|they|he|she|we|an?|any|[A-Z])"
                       r"|\bin\s+case\b(?!s)|\bwould\s+have\s+(?:come|been)\b")
_ASKS = re.compile(r"\b(?:asked|asks|wondered|unclear)\s+(?:\w+\s+){0,5}?(?:whether|if|how\s+many)\b",
                   re.IGNORECASE)
_ASKED = re.compile(r"\b[Hh]ow\s+many\s+(?P<unit>[\w\s-]{3,40})|\b[Hh]ow\s+much\b")
_OPENS = re.compile(r"\W*(?:At\s+this\s+moment|Today|Now|So\s+far|Currently|In\s+all)?,?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|from)\s+$", re.IGNORECASE)
_NOT_CONTAINERS = re.compile(r"\bin\s+(?:\w+\s+)?\w+\s+cases\b"
                             r"|\b(?:closed|opened|solved|resolved|pending|cold|court|legal|criminal)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnitSaid:
    """A unit and the words for it, kept for the bare numbers that follow: of these, 58 have been identified."""

    unit: str
    said: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity at ``start`` to ``end`` of a sentence, hedge and unit included; ``number`` is where its number begins.

    ``certainty``: the sentence's words for how sure it is; ``status``: what became of those counted, in a word of the
    tables; ``inherited``: the unit was said earlier; ``why``: the rules that found it.
    """

    start: int
    end: int
    number: int
    quantity: Quantity
    certainty: str = ""
    status: str = ""
    inherited: bool = False
    why: tuple[str, ...] = ()

    @property
    def unit_said(self) -> UnitSaid:
        """What later bare numbers may inherit."""
        return UnitSaid(self.quantity.unit, self.quantity.said)


def follows_on(figures: list[Figure], before: UnitSaid | None) -> UnitSaid | None:
    """The unit that bare numbers of the next sentence may mean: the first that counts remains or people."""
    of_remains = [f for f in figures if f.quantity.unit in _OF_REMAINS]
    chosen = of_remains or figures
    return chosen[0].unit_said if chosen else before


def is_supposed(text: str) -> bool:
    """Whether a sentence supposes or asks rather than says: "if 100 boxes came", "asked whether"."""
    return _SUPPOSED.search(text) is not None or _ASKS.search(text) is not None


def asked_unit(text: str) -> UnitSaid | None:
    """The unit that a question asks for: how many soldiers; None where it asks for none."""
    match = _ASKED.search(text)
    return _unit_in(match.group("unit")) if match is not None and match.group("unit") else None


def figures_of(text: str, around: str, before: UnitSaid | None = None) -> Iterator[Figure]:
    """The figures of a sentence.

    Args:
        text: the sentence.
        around: its paragraph, which tells whether people are counted as missing, dead or found, or for something else.
        before: the unit last spoken of, None where there is none.
    """
    last = before
    position = 0
    for number in numbers_of(text):
        found = _figure(text, around, number, last) or _joined(text, number, last if position else None)
        if found is not None:
            yield found
            last, position = found.unit_said, found.end
        elif _SOMETHING.match(text, number.end):
            last = None  # something else is counted now, and "of them" may mean it


def _joined(text: str, number: Number, last: UnitSaid | None) -> Figure | None:
    """The second of two numbers of one thing: 38 by their DNA and five by their teeth."""
    if last is None or number.value is None or not re.search(r"\band\s+$", _without_hedge(text[:number.start])) or (
            re.match(r"\s+(?:by|in|from|on|at)\s", text[number.end:]) is None):
        return None
    return _built(text, number, last, number.end, ("number", "goes on from the number before it"), inherited=True)


@functools.cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Units; hedges before and after; certainty; what became of people; words on and off the subject."""
    flags = re.IGNORECASE
    become = any_of(column("accounting_verbs", "words"))
    return (
        re.compile(rf"\b(?:{any_of(column('units', 'word'))})(?![\w-])"),
        re.compile(rf"\b(?:(?:{any_of(column('hedges', 'place', 'before'))})(?:\s+(?:the|another|a|all))?\s+)+$",
                   flags),
        re.compile(rf"[\s,]+(?:{any_of(column('hedges', 'place', 'after'))})\b", flags),
        re.compile(rf"\b(?:{any_of(column('certainty', 'words'))})\b", flags),
        re.compile(rf"\b(?:{become})\b", flags),
        re.compile(rf"(?<!\w)(?:{any_of(column('topic', 'says', 'relevant'))})(?!\w)", flags),
        re.compile(rf"\b(?:{any_of(column('topic', 'says', 'unrelated'))})\b", flags),
        re.compile(rf"\s+(?:more\s+|others?\s+)?(?:(?:have|has|had|were|was|are|is|could|can|may|might|remain\w*)\s+)?"
                   rf"(?:(?:so\s+far|already|since|now|never|still|be|then|later|listed\s+as|recorded\s+as|believed"
                   rf"|thought|presumed|said)\s+)*(?:to\s+(?:have\s+)?)?(?:been\s+)?(?:{become})\b", flags),
        re.compile(rf"\b(?:{become}|{any_of(column('saying', 'how'))}|told\s+of|signed\s+for|promised"
                   rf"|(?:names|list|total)\s+of|knows?\s+of|h[eo]lds?|held|contain(?:s|ed)?|(?:look|search)(?:s|ed|ing)?\s+for)"
                   rf"\s+(?:the\s+other\s+|another\s+|all\s+)?$", flags),
    )


def _figure(text: str, around: str, number: Number, last: UnitSaid | None) -> Figure | None:
    if _NOT_THIS.search(text[:number.start]):
        return None
    said = text[number.start:number.end].lower()
    if said == "one" and re.match(r"\s+(?:of|in|or)\b", text[number.end:]):
        return None
    if number.currency and _patterns()[6].search(_near(text, number.start, number.end)):
        return None
    if number.currency:
        return _built(text, number, UnitSaid(number.currency, ""), number.end, ("money",))
    whole = _WHOLE.match(text, number.end)
    found = _unit_after(text, number.end) or (_unit_after(text, whole.end()) if whole is not None else None)
    if found is not None:
        if said == "one" and found[0].unit == "person":
            return None  # "one man" is nearly always somebody, not a count
        unit, end, relevance = found
        why = _relevant(text, around, unit, relevance, _near(text, number.start, end))
        return _built(text, number, unit, end, ("number", f"unit: {unit.said}", why)) if why else None
    whose = _PEOPLE_AFTER.match(text, number.end)
    if whose is not None and _REMAINS_OF.search(_without_hedge(text[:number.start])):
        return _built(text, number, UnitSaid("person", whose.group("who")), whose.end(), ("number", "whose remains"))
    if number.value is None:
        return None
    bare = _bare(text, around, number, last)
    if bare is None:
        return None
    inherited, why = bare
    return _built(text, number, inherited, number.end, ("number", why), inherited=True)


def _unit_after(text: str, position: int) -> tuple[UnitSaid, int, str] | None:
    """The unit's words after a number: in its noun phrase, past adjectives and names of peoples."""
    units, kinds, relevances = _patterns()[0], word_map("units", "unit"), word_map("units", "relevance")
    begin = position
    for _ in range(_MAX_MODIFIERS):
        word = _WORD.match(text, position)
        if word is None:
            return None
        found = units.match(text, word.start("word"))
        if found is not None:
            key = spoken(found.group())
            if relevances[key] == "adjective":
                further = _unit_after(text, found.end())
                if further is not None and text[found.end():further[1]].count(" ") <= 2:
                    return UnitSaid(further[0].unit, text[begin:further[1]].strip()), further[1], further[2]
            if relevances[key] == "never":
                return None
            head = units.match(text, found.end() + 1) if text[found.end():found.end() + 1] == " " else None
            if head is not None and relevances[spoken(head.group())] in {"own", "topic"}:
                found, key = head, spoken(head.group())  # bone boxes are boxes
            return UnitSaid(kinds[key], " ".join(text[begin:found.end()].split())), found.end(), relevances[key]
        if _STOP.match(word.group("word")) or (word.group("word")[0].isdigit() and " of " not in word.group()):
            return None
        position = word.end()
    return None


def _near(text: str, start: int, end: int) -> str:
    """The words around a figure, as far as the next comma, that may say that it is of something else."""
    before, after = text[max(0, start - 40):start], text[end:end + 50]
    return re.split(r"[,;]", before)[-1] + text[start:end] + re.split(r"[,;]", after)[0]


def _relevant(text: str, around: str, unit: UnitSaid, relevance: str, near: str) -> str:
    """The rule by which a figure belongs to the subject, "" where it does not."""
    topic, unrelated = _patterns()[5], _patterns()[6]
    if relevance in {"own", "adjective"}:
        return "the unit is of the subject"
    if unrelated.search(near):
        return ""
    if unit.said.lower().endswith(("case", "cases")) and _NOT_CONTAINERS.search(text):
        return ""
    if unrelated.search(text) and not topic.search(text):
        return ""
    if relevance == "soldier":
        return "soldiers, with nothing that says otherwise"
    if topic.search(text):
        return "the sentence is of the subject"
    return "the paragraph is of the subject" if topic.search(around) else ""


def _bare(text: str, around: str, number: Number, last: UnitSaid | None) -> tuple[UnitSaid, str] | None:
    """The unit of a number that stands by itself, and the rule; None where it counts nothing of the subject."""
    become_after, verb_before, topic = _patterns()[7], _patterns()[8], _patterns()[5]
    before = _without_hedge(text[:number.start]).rstrip("“\"'‘")
    person = UnitSaid("person", "")
    said, value = text[number.start:number.end].lower(), number.value or 0.0
    if (said.isdigit() and 1900 < value < 2100) or said in {"one", "single"} or _FEWER.match(text, number.end):
        return None
    people = last if last is not None and last.unit in UNITS else person
    became = become_after.match(text, number.end)
    if became is not None and people.unit == "remains" and _OF_PEOPLE.search(became.group()):
        people = person  # remains are identified and returned; it is people who are missing
    if became is not None and last is None and "identified" not in became.group() and not _OF_PEOPLE.search(
            became.group()):
        return None
    if became is not None:
        return people, "a number, and what became of those counted"
    if _REMAINS_OF.search(before) and _ENDS.match(text, number.end):
        return person, "whose remains"
    if _LISTED.match(text, number.end):
        return person, "those on a list"
    if _CREW.search(before):
        return person, "a crew"
    if _TOLL.search(before):
        return person, "a toll"
    label, counted = _LABEL.search(before), _NUMBER_OF.search(before)
    if label is not None and (unit := _unit_in(label.group("label"))) is not None:
        return unit, "a heading that says what is counted"
    if label is not None and topic.search(label.group("label")):
        return people if label.start() > 0 else person, "a heading that says what is counted"
    if counted is not None and (unit := _unit_in(counted.group("what"))) is not None:
        return unit, "the number of what is counted"
    if counted is not None and _PEOPLE_COUNTED.search(counted.group("what")):
        return person, "the number of those counted"
    after = _patterns()[2].match(text, number.end)
    if last is None or _ENDS.match(text, after.end() if after else number.end) is None:
        return None
    if _OF_THESE.search(before) or _PART.match(text, number.end):
        return people, "a part of those counted before"
    if _PUT.search(before) or verb_before.search(before):
        return last, "a number of what was counted before"
    return (last, "a number that opens the sentence") if _OPENS.fullmatch(before) else None


def _unit_in(words: str) -> UnitSaid | None:
    """The first unit that some words name, None where they name none of the subject."""
    found = _patterns()[0].search(words) or _patterns()[0].search(words[:1].lower() + words[1:])
    if found is None or word_map("units", "relevance")[spoken(found.group())] == "never":
        return None
    return UnitSaid(word_map("units", "unit")[spoken(found.group())], found.group())


def _without_hedge(text: str) -> str:
    hedge = _hedge_before(text)
    return text[:hedge[0]] if hedge else text


def _hedge_before(text: str) -> tuple[int, str] | None:
    """Where the hedge begins that a text ends with, and its words; the "over" of "handed over" is none."""
    skipped = max(0, len(text) - _LONGEST_HEDGE)
    found = _patterns()[1].search(text[skipped:])
    if found is None:
        return None
    start = skipped + found.start()
    if found.group().lower().startswith("over") and _OVER.search(text[max(0, start - 20):start]):
        return None
    return start, " ".join(found.group().split())


def _built(text: str, number: Number, unit: UnitSaid, end: int, why: tuple[str, ...], *,
           inherited: bool = False) -> Figure:
    start, hedge, bound = _hedge(text, number, end)
    value, upper = number.value, number.upper
    if value is None:
        hedge, bound = " ".join((hedge, text[number.start:number.end])).strip(), Bound.OTHERWISE
    elif upper is not None:
        bound = Bound.BETWEEN
    quantity = Quantity(value, unit.unit, bound, upper, hedge, unit.said)
    after = _patterns()[2].match(text, end)
    finish = after.end() if after and hedge and after.group().strip(" ,") in hedge else end
    reasons = (*why, *((f"hedge: {hedge}",) if hedge else ()))
    return Figure(start, finish, number.start, quantity, _certainty(text, number.start),
                  _status(text, number.start, end), inherited, reasons)


def _hedge(text: str, number: Number, end: int) -> tuple[int, str, Bound]:
    """Where the figure begins, the hedge verbatim, and the bound that its last word gives."""
    bounds = {row["words"].lower(): row["bound"] for row in table("hedges")}
    before = _hedge_before(text[:number.start])
    if before is not None:
        start, words = before
        last = max((h for h in bounds if re.search(rf"(?:^|\s){re.escape(h)}(?:\s|$)", words.lower())),
                   key=lambda h: (words.lower().rfind(h) + len(h), len(h)))
        return start, words, Bound(bounds[last])
    after = _patterns()[2].match(text, end) or _patterns()[2].match(text, number.end)
    if after is not None:
        words = " ".join(after.group().strip(" ,").split())
        return number.start, words, Bound(bounds[words.lower()])
    between = _BETWEEN.search(text[:number.start])
    if number.upper is not None and between is not None:
        return between.start(), "", Bound.BETWEEN
    return number.start, "", Bound.EXACTLY


def _certainty(text: str, position: int) -> str:
    near = [m for m in _patterns()[3].finditer(text, 0) if position - 70 <= m.start() <= position + 60]
    return min(near, key=lambda m: abs(m.start() - position)).group() if near else ""


def _status(text: str, position: int, end: int) -> str:
    near = [m for m in _patterns()[4].finditer(text)
            if (m.start() >= end and m.start() - end < 60) or (m.end() <= position and position - m.end() < 40)]
    return spoken(min(near, key=lambda m: min(abs(m.start() - end), abs(m.end() - position))).group()) if near else ""
