"""Figures: a number with its unit, its bound and hedge, and how sure the sentence says it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from homeward.intake.bare import REMAINS_OF, SOMETHING, bare_unit
from homeward.intake.lexicon import spoken, table, word_map
from homeward.intake.numbers import Number, numbers_of
from homeward.intake.units import UnitSaid, hedge_before, patterns, unit_in, without_hedge
from homeward.model.quantities import Bound, Quantity

__all__ = ["Figure", "UnitSaid", "asked_unit", "figures_of", "follows_on", "is_on_subject", "is_supposed"]

_MAX_MODIFIERS = 6
# 14 complete and 9 incomplete skeletons: the unit is said once.
_SHARED_UNIT = re.compile(r"\s+[a-z-]+\s+and\s+(?:\d[\d,]*|[a-z]+(?:-[a-z]+)?)(?=\s)")
_OF_REMAINS = frozenset({"box", "set", "remains", "person", "bone"})
_WORD = re.compile(r"(?:-odd|-plus)?[”\"]?[\s\xa0]+(?:odd\s+)?(?:of\s+(?:the|its|his|her|their|our|those|these|all)\s+"
                   r"|of\s+(?=\w))?"
                   r"(?P<word>[\w][\w.'’/&-]*)")
_STOP = re.compile(r"(?:about|against|regarding|concerning|in|on|at|from|by|for|with|to|into|since|until"
                   r"|between|among|and|or|but|as|than|was|were|is|are"
                   r"|be|been|has|have|had|will|would|could|can|may|might|who|which|that|whose|when|where|while|said"
                   r"|says"
                   r"|killed|lost|found|believed|recovered|returned|identified|died|lie|lay|survived|remain|remained"
                   r"|came"
                   r"|not|a|an|it|he|she|they|we|included|includes|contain|contained|held|hold|did|do|does)$",
                   re.IGNORECASE)
_CASES_OF_PEOPLE = re.compile(r"\b(?:missing|unsolved|unresolved|disappear\w*|(?:never|still|remain)\s+(?:open|opened"
                              r"|closed))\b",
                              re.IGNORECASE)
_BOXES = re.compile(r"\b(?:remains|bones?|boxes|caskets|coffins|crates|transit|transfer|metal|wooden|aluminium|flag)\b",
                    re.IGNORECASE)
_KIN_LOST = re.compile(r"\b(?:missing|dead|lost|fallen|drowned|murdered|killed|disappeared)\b", re.IGNORECASE)
_WHOSE = re.compile(r"\b(?:bones|bodies|body|remains|names|graves?)\s+of\s*$", re.IGNORECASE)
_WHOLE = re.compile(r"\s+of\s+(?:the|its|their|all)\s+(?:\d[\d,]*|[a-z]+(?:-[a-z]+)?)(?=\s)")
_PEOPLE_AFTER = re.compile(r"\s+(?P<who>(?:[a-z]+\s+){0,2}[A-Z]?[a-z]+s)\b")
_NOT_THIS = re.compile(r"\b(?:not|nor)\s+$", re.IGNORECASE)
_SUPPOSED = re.compile(r"(?<!as\s)(?<!even\s)(?<!asked\s)(?<!know\s)(?<!see\s)\b[Ii]f\b"
                       r"(?!\s+(?:any|not|I\s+may|you\s+(?:will|like)))"
                       r"|^[\"“]?(?:Should|Had|Were|Unless|Suppose|Assuming)\s+(?:the|it|they|he|she|we|an?|any|[A-Z])"
                       r"|\bin\s+case\b(?!s)|\bwould\s+have\s+(?:come|been)\b")
_ASKS = re.compile(r"\b(?:asked|asks|wondered|unclear)\s+(?:\w+\s+){0,5}?(?:whether|if|how\s+many)\b",
                   re.IGNORECASE)
_ASKED = re.compile(r"\b[Hh]ow\s+many\s+(?P<unit>[\w\s-]{3,40})|\b[Hh]ow\s+much\b")
# Climbers, hikers, strangers: people by the ending, where the sentence tells their fate beside them.
_AGENTS = re.compile(r"\s+(?:[a-z-]+\s+){0,2}?(?P<who>(?!(?:numb|lett|pap|contain|helicopt|trail|bould|riv|quart|met"
                     r"|cent|post|ord"
                     r"|mot|flo|do|col|sens|tract|tank|freight|bunk|corn|lay|off|should|fing|should|regist|lock|draw"
                     r"|flow|tow"
                     r"|fact|err|cruis|destroy|bomb|fight|carri|mark|memb|rememb|oth)(?:ers|ors)\b)"
                     r"[a-z]{3,}(?:ers|ors|ists|ians|men|women|mates|folk|comrades|people))\b")
_FATE_BEFORE = re.compile(r"\b(?:kill(?:ed|s|ing)|drown(?:ed|ing)|buried|burying|lost|shot|executed"
                          r"|claimed\s+the\s+lives\s+of"
                          r"|(?:bodies|bones|remains|lives|deaths?|names)\s+of|feared\s+for|search(?:ing|ed)?\s+for"
                          r"|rescued|saved"
                          r"|recovered|exhumed|identified|missing|among\s+the\s+dead\s+(?:are|were))\s+$")
_FATE_AFTER = re.compile(r"[^,.;:]{0,25}\s(?:died|drowned|perished|(?:were|was|are|had\s+been"
                         r"|have\s+been)\s+(?:still\s+|also\s+)?(?:killed"
                         r"|lost|shot|executed|missing|buried|never\s+found|identified|unaccounted|rescued"
                         r"|found\s+dead|swept)"
                         r"|never\s+came\s+(?:back|home)|still\s+lie|lie|lay\s+dead|lost\s+their\s+lives|missing"
                         r"|dead)\b")
_SUCH = re.compile(r"\b(?:such|similar|other|these|those|court|legal|criminal)\s+cases?$", re.IGNORECASE)
_BUDGET = re.compile(r"\b(?:budget|turnover|salar(?:y|ies)|wages)\b", re.IGNORECASE)
_FOR_THE_SEARCH = re.compile(r"\b(?:exhum|search|excavat|identif|recover|dig|sets?\s+aside|earmark|raise|salvage"
                             r"|DNA)\w*", re.IGNORECASE)
_JOINING = re.compile(r"^(?:-odd|-plus)?[”\"]?\s*")
_BETWEEN = re.compile(r"\b(?:between|from)\s+$", re.IGNORECASE)
_NOT_CONTAINERS = re.compile(r"\bin\s+(?:\w+\s+)?\w+\s+cases\b"
                             r"|\b(?:closed|opened|solved|resolved|pending|cold|court|legal|criminal)\b", re.IGNORECASE)


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
    if of_remains or before is None or any(f.quantity.unit not in {"tag", "item"} for f in figures):
        chosen = of_remains or figures
        return chosen[0].unit_said if chosen else before
    return before


def is_on_subject(text: str) -> bool:
    """Whether a text has words of the missing, the dead and the found."""
    return patterns()[5].search(text) is not None


def is_supposed(text: str) -> bool:
    """Whether a sentence supposes or asks rather than says: "if 100 boxes came", "asked whether"."""
    return _SUPPOSED.search(text) is not None or _ASKS.search(text) is not None


def asked_unit(text: str) -> UnitSaid | None:
    """The unit that a question asks for: how many soldiers; None where it asks for none."""
    match = _ASKED.search(text)
    return unit_in(match.group("unit")) if match is not None and match.group("unit") else None


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
        elif SOMETHING.match(text, number.end):
            last = None  # something else is counted now, and "of them" may mean it


def _joined(text: str, number: Number, last: UnitSaid | None) -> Figure | None:
    """The second of two numbers of one thing: 38 by their DNA and five by their teeth."""
    if last is None or number.value is None or not re.search(r"\band\s+$", without_hedge(text[:number.start])) or (
            re.match(r"\s+(?:by|in|from|on|at)\s", text[number.end:]) is None):
        return None
    return _built(text, number, last, number.end, ("number", "goes on from the number before it"), inherited=True)


def _figure(text: str, around: str, number: Number, last: UnitSaid | None) -> Figure | None:
    if _NOT_THIS.search(text[:number.start]):
        return None
    said = text[number.start:number.end].lower()
    if said == "one" and re.match(r"\s+(?:of|in|or)\b", text[number.end:]):
        return None
    if number.currency and _BUDGET.search(text) and not _FOR_THE_SEARCH.search(text):
        return None
    if number.currency and patterns()[6].search(_near(text, number.start, number.end)):
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
    shared = _SHARED_UNIT.match(text, number.end)
    found = _unit_after(text, shared.end()) if shared is not None else None
    if found is not None and found[2] == "own":
        return _built(text, number, found[0], number.end, ("number", "the unit of the number after it"))
    whose = _PEOPLE_AFTER.match(text, number.end)
    if whose is not None and REMAINS_OF.search(without_hedge(text[:number.start])):
        return _built(text, number, UnitSaid("person", whose.group("who")), whose.end(), ("number", "whose remains"))
    agents = _AGENTS.match(text, number.end)
    if agents is not None and said != "one" and (_FATE_BEFORE.search(without_hedge(text[:number.start]))
                                                 or _FATE_AFTER.match(text, agents.end())):
        return _built(text, number, UnitSaid("person", _words(text[number.end:agents.end()])), agents.end(),
                      ("number", "people, by what became of them"))
    if number.value is None:
        return None
    bare = bare_unit(text, around, number, last)
    if bare is None:
        return None
    inherited, why = bare
    return _built(text, number, inherited, number.end, ("number", why), inherited=True)


def _unit_after(text: str, position: int) -> tuple[UnitSaid, int, str] | None:
    """The unit's words after a number: in its noun phrase, past adjectives and names of peoples."""
    units, kinds, relevances = patterns()[0], word_map("units", "unit"), word_map("units", "relevance")
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
                    return UnitSaid(further[0].unit, _words(text[begin:further[1]])), further[1], further[2]
            if relevances[key] == "never":
                return None
            if relevances[key] == "kin" and not (_KIN_LOST.search(text[begin:found.start()])
                                                 or _WHOSE.search(
                    without_hedge(text[:begin].rsplit(None, 1)[0] + " "))):
                return None
            if key in {"case", "cases"} and _SUCH.search(text[:found.end()]):
                return None
            if key in {"case", "cases"} and _CASES_OF_PEOPLE.search(text) and not _BOXES.search(text):
                return UnitSaid("person", _words(text[begin:found.end()])), found.end(), "own"
            head = units.match(text, found.end() + 1) if text[found.end():found.end() + 1] == " " else None
            if head is not None and relevances[spoken(head.group())] in {"own", "topic"}:
                found, key = head, spoken(head.group())  # bone boxes are boxes
            return UnitSaid(kinds[key], _words(text[begin:found.end()])), found.end(), relevances[key]
        if _STOP.match(word.group("word")) or (word.group("word")[0].isdigit() and " of " not in word.group()):
            return None
        position = word.end()
    return None


def _words(text: str) -> str:
    """The words for a unit, without what joins them to the number."""
    return " ".join(_JOINING.sub("", text).split())


def _near(text: str, start: int, end: int) -> str:
    """The words around a figure, as far as the next comma, that may say that it is of something else."""
    before, after = text[max(0, start - 40):start], text[end:end + 50]
    return re.split(r"[,;]", before)[-1] + text[start:end] + re.split(r"[,;]", after)[0]


def _relevant(text: str, around: str, unit: UnitSaid, relevance: str, near: str) -> str:
    """The rule by which a figure belongs to the subject, "" where it does not."""
    topic, unrelated = patterns()[5], patterns()[6]
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


def _built(text: str, number: Number, unit: UnitSaid, end: int, why: tuple[str, ...], *,
           inherited: bool = False) -> Figure:
    start, hedge, bound = _hedge(text, number, end)
    value, upper = number.value, number.upper
    if value is None:
        hedge, bound = " ".join((hedge, text[number.start:number.end])).strip(), Bound.OTHERWISE
    elif upper is not None:
        bound = Bound.BETWEEN
    quantity = Quantity(value, unit.unit, bound, upper, hedge, unit.said)
    after = patterns()[2].match(text, end)
    finish = after.end() if after and hedge and after.group().strip(" ,") in hedge else end
    reasons = (*why, *((f"hedge: {hedge}",) if hedge else ()))
    return Figure(start, finish, number.start, quantity, _certainty(text, number.start),
                  _status(text, number.start, end), inherited, reasons)


def _hedge(text: str, number: Number, end: int) -> tuple[int, str, Bound]:
    """Where the figure begins, the hedge verbatim, and the bound that its last word gives."""
    bounds = {row["words"].lower(): row["bound"] for row in table("hedges")}
    before = hedge_before(text[:number.start])
    if before is not None:
        start, words = before
        last = max((h for h in bounds if re.search(rf"(?:^|\s){re.escape(h)}(?:\s|$)", words.lower())),
                   key=lambda h: (words.lower().rfind(h) + len(h), len(h)))
        return start, words, Bound(bounds[last])
    after = patterns()[2].match(text, end) or patterns()[2].match(text, number.end)
    if after is not None:
        words = " ".join(after.group().strip(" ,-").split())
        return number.start, words, Bound(bounds.get(words.lower(), "at least" if words == "plus" else "about"))
    between = _BETWEEN.search(text[:number.start])
    if number.upper is not None and between is not None:
        return between.start(), "", Bound.BETWEEN
    return number.start, "", Bound.EXACTLY


def _certainty(text: str, position: int) -> str:
    near = [m for m in patterns()[3].finditer(text, 0) if position - 70 <= m.start() <= position + 60]
    return min(near, key=lambda m: abs(m.start() - position)).group() if near else ""


def _status(text: str, position: int, end: int) -> str:
    near = [m for m in patterns()[4].finditer(text)
            if (m.start() >= end and m.start() - end < 60) or (m.end() <= position and position - m.end() < 40)]
    return spoken(min(near, key=lambda m: min(abs(m.start() - end), abs(m.end() - position))).group()) if near else ""
