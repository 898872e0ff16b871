"""Sentences with their offsets, and the speaker where a transcript names one."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from homeward.intake.lexicon import abbreviations

__all__ = ["Sentence", "sentences_of"]

_LONGEST = 1500
_PARAGRAPH = re.compile(r"[^\n](?:.|\n(?!\s*\n))*")
_END = re.compile(r"(?:[.!?…]+[\"”’'»)\]]*|:)(?=\s+|$)")
_WORD_BEFORE = re.compile(r"([A-Za-z][A-Za-z.]*)$")
_INITIAL = re.compile(r"(?:^|\s)[A-Z]$")
_STARTS = re.compile(r"\s+[\"“‘'«(\[]*[A-Z0-9À-Þ$]")
# A row of a table: a heading, a colon, a figure.
_ROW = re.compile(r"[^\S\n]*(?:[•*–-]\s*)?[A-Z][^:\n]{1,70}:\s+\S")
# A label at the start of a line, with a colon after it: MS. KORR:, Q:, Commissioner Ness:, The Minister (Ms. T.):
_LABEL = re.compile(
    r"(?P<who>Q|A|[A-Z][A-Z.'’-]+(?:\s[A-Z][A-Z.'’-]*){0,4}"
    r"|(?:[A-Z][\w.'’-]+|of|the|for)(?:\s(?:[A-Z][\w.'’-]+|of|the|for|\([^)\n]{2,40}\))){0,6}):\s+(?=\S)")
_SPEAKS_AS = re.compile(r"^(.+?)\s+\(([^)]+)\)$")  # The Minister (Ms. Torvik)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Senator|Minister|Commissioner|President|Secretary|Deputy|Chair|General"
                     r"|Colonel|Director|Captain|Ambassador|Professor|Governor)\b")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands at ``start`` to ``end`` of a document; ``paragraph`` counts from 0."""

    text: str
    start: int
    end: int
    paragraph: int
    speaker: str = ""
    asks: bool = False


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """All sentences of a text in order, each verbatim."""
    found: list[Sentence] = []
    speaker = ""
    for number, (start, end) in enumerate(_blocks(text)):
        block = list(_sentences(text, start, end, number, speaker))
        found.extend(block)
        # Who speaks in a transcript goes on through further paragraphs, until the next label.
        speaker = block[0].speaker if block else speaker
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs; within one, lines that stand by themselves (headings, rows of a list) are parted too."""
    for paragraph in _PARAGRAPH.finditer(text):
        lines = list(re.finditer(r"[^\n]+", paragraph.group()))
        longest = max(len(line.group()) for line in lines)
        begin = paragraph.start()
        for line, after in itertools.pairwise(lines):
            if _line_ends(line.group(), after.group(), longest):
                yield begin, paragraph.start() + line.end()
                begin = paragraph.start() + after.start()
        yield begin, paragraph.end()


def _line_ends(line: str, after: str, longest: int) -> bool:
    """Whether a line break parts sentences, or only wraps a long line."""
    if _ROW.match(after):
        return True
    next_word = len(after.split(maxsplit=1)[0]) if after.strip() else 0
    return longest > 100 or len(line.rstrip()) + 1 + next_word < longest * 0.8 or line.rstrip().endswith((".", ":"))


def _sentences(text: str, start: int, end: int, paragraph: int, speaker: str) -> Iterator[Sentence]:
    label = _LABEL.match(text, start, end)
    if label is not None and _is_speaker(label.group("who"), text):
        speaker, start = _SPEAKS_AS.sub(r"\2, \1", label.group("who")), label.end()
    begin = start
    for mark in _END.finditer(text, start, end):
        if not _is_end(text, begin, mark, end):
            continue
        yield from _sentence(text, begin, mark.end(), paragraph, speaker)
        begin = mark.end()
    yield from _sentence(text, begin, end, paragraph, speaker)


def _is_speaker(who: str, text: str) -> bool:
    """A label that comes again, is in capitals, or says what somebody is; "Identified:" is none."""
    return who.isupper() or _TITLED.search(who) is not None or text.count(f"\n{who}:") > 1


def _is_end(text: str, begin: int, mark: re.Match[str], end: int) -> bool:
    if mark.group() == ":":
        return False
    if re.fullmatch(r"\s*\(?\d{1,2}", text[begin:mark.start()]):
        return False  # the number of a point in a list
    if mark.end() < end and not _STARTS.match(text, mark.end()):
        return False
    before = text[max(begin, mark.start() - 24):mark.start()]
    word = _WORD_BEFORE.search(before)
    if mark.group() != "." or word is None:
        return True
    if word.group(1) in {"U.S", "U.K", "U.N", "a.m", "p.m", "D.C"}:
        # These also stand at the end of sentences; only a word that opens one tells.
        return bool(re.match(r"\s+(?:The|It|He|She|They|In|On|But|And|A|An|We|At|Of|This|That)\s", text[mark.end():]))
    return word.group(1) not in abbreviations() and not _INITIAL.search(before)


def _sentence(text: str, begin: int, end: int, paragraph: int, speaker: str) -> Iterator[Sentence]:
    while end - begin > _LONGEST:
        # No writer's sentence: cut it, so that the time to read a text grows with its length and no faster.
        cut = max(text.rfind(" ", begin + 1, begin + _LONGEST), text.rfind("\n", begin + 1, begin + _LONGEST))
        cut = cut if cut > begin else begin + _LONGEST
        yield from _sentence(text, begin, cut, paragraph, speaker)
        begin = cut
    whole = text[begin:end]
    shown = whole.strip()
    if not shown:
        return
    start = begin + len(whole) - len(whole.lstrip())
    asks = shown.rstrip("\"”’'»)").endswith("?")
    yield Sentence(shown, start, start + len(shown), paragraph, speaker, asks)
