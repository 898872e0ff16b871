"""A whole chain verified in one pass: hashes, order, heads held outside, and whether custody was unbroken."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from homeward.custody.event import FIRST_HASH, Row, hash_of, is_hash, unprintable, whole
from homeward.custody.findings import Finding, Findings, Weight
from homeward.custody.head import Head
from homeward.custody.whereabouts import Whereabouts
from homeward.model import InvalidValue

__all__ = ["Verdict", "verify"]

_WIDTH = len(Row._fields)
_SEQ, _RECORDED, _PREVIOUS = (Row._fields.index(name) for name in ("seq", "recorded", "previous_hash"))
_NEVER = sys.maxsize
_TOGETHER = 64  # what fits into a processor's nearest memory
_CONTROLS = bytes(code for code in (*range(32), 127) if code != 9)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification came to.

    ``head``: of the last event; ``vouched_to``: the last event that a head from outside agrees with, 0 where there is
    none; ``findings``: the first of each rule, the gravest first; ``counts``: all of them, by rule; ``whereabouts``:
    every item as it stands.
    """

    n_events: int
    head: Head | None
    vouched_to: int
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    first_bad: Finding | None
    whereabouts: Whereabouts

    @property
    def sound(self) -> bool:
        """Whether the chain is whole and custody unbroken; notes do not count."""
        return self.first_bad is None

    @property
    def whole(self) -> bool:
        """Whether the chain is the one that was written, whatever it says of custody."""
        return not any(f.weight is Weight.BROKEN for f in self.findings)


def verify(lines: Iterable[tuple[str, str]], *, heads: Iterable[Head] = (), latest: bool = False,
           also: Callable[[Whereabouts, Findings], None] | None = None, most: int = 100) -> Verdict:
    """Verify a chain.

    Args: ``lines``: what is hashed and its hash, event by event, as ``read_chain`` gives them; ``heads``: what somebody
    outside holds, in the order of their numbers; ``latest``: the last head is that of the last event, so that whatever
    comes after it was appended without right; ``also``: what else to ask of the items once all events are followed;
    ``most``: findings kept of each rule.

    Without a head, a tail cut off, a chain rewritten up to its end and events appended cannot be told from an honest
    chain: whoever can write the register can hash as well.

    Raises InvalidValue where heads are out of order.
    """
    walk = _Pass(iter(heads), Findings(most))
    with _collector_at_rest():
        walk.over(lines, latest=latest)
        if also is not None:
            also(walk.whereabouts, walk.findings)
    return walk.verdict()


@contextlib.contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the collector of circles from walking over all items again and again: an eighth of the time, for nothing."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


def _holds_controls(encoded: bytes) -> bool:
    """Whether lines hold what no column may hold, the TABs between columns apart."""
    if encoded.isascii():
        return len(encoded.translate(None, _CONTROLS)) < len(encoded)
    columns = encoded.decode("utf-8", "surrogateescape").replace("\t", "")
    return not columns.isprintable() and unprintable(columns)


class _Pass:
    """One walk along a chain."""

    def __init__(self, heads: Iterator[Head], findings: Findings) -> None:
        self._heads, self.findings = heads, findings
        self.whereabouts = Whereabouts(findings)
        self._head = next(heads, None)
        self._vouched_to = self._compared_to = 0  # the last head that agreed, the last at all
        self._watched = self._head.seq if self._head else _NEVER  # the number that the next head speaks of
        self._expected = 1
        self._n_events, self._last, self._recorded = 0, FIRST_HASH, ""

    def over(self, lines: Iterable[tuple[str, str]], *, latest: bool) -> None:
        """Walk: what is whole is taken some hundred events at a time, and looked at one by one where it is not."""
        source = iter(lines)
        while some := list(islice(source, _TOGETHER)):
            rows = self._whole(some)
            if rows is None:
                for text, stored in some:
                    self._one(text, stored)
                continue
            self.whereabouts.follow(rows)
            self._n_events += len(some)
            self._expected += len(some)
            self._last, self._recorded = some[-1][1], rows[-1].recorded
        self._end(latest=latest)

    def _whole(self, some: Sequence[tuple[str, str]]) -> list[Row] | None:
        """The events, where all of them follow as they should and no head speaks of them; None otherwise.

        The questions are those of ``_one``, put to all lines at once.
        """
        n, first = len(some), self._expected
        if self._watched < first + n:
            return None
        texts, hashes = zip(*some, strict=True)
        encoded = [text.encode("utf-8", "surrogateescape") for text in texts]
        sha256 = hashlib.sha256
        if [sha256(line).hexdigest() for line in encoded] != list(hashes):
            return None
        columns = [text.split("\t") for text in texts]
        if set(map(len, columns)) != {_WIDTH} or _holds_controls(b"".join(encoded)):
            return None
        recorded = [self._recorded, *(one[_RECORDED] for one in columns)]
        if [one[_SEQ] for one in columns] != list(map(str, range(first, first + n))) or (
                recorded != sorted(recorded)
                or [one[_PREVIOUS] for one in columns] != [self._last, *hashes[:-1]]):
            return None
        new = tuple.__new__  # what Row._make does, in half the time
        return [new(Row, one) for one in columns]

    def _one(self, text: str, stored: str) -> None:
        tell = self.findings.tell
        self._n_events += 1
        columns = text.split("\t")
        row = Row._make(columns) if len(columns) == _WIDTH else None
        seq = self._expected
        if row is not None and row.seq == str(seq):
            self._expected = seq + 1
        else:
            seq = self._misplaced(columns)
        if hash_of(text) != stored:
            tell("hash", seq, row.item if row else "", "its hash is not that of what it says")
        if self._watched <= seq < self._expected:
            self._compare_heads(seq, stored)
        if row is None:
            tell("form", seq, "", f"has {len(columns)} columns, and {_WIDTH} make an event")
        else:
            if row.previous_hash != self._last:
                tell("previous", seq, row.item, "does not name the hash of the event before it")
            if _holds_controls(text.encode("utf-8", "surrogateescape")):
                tell("form", seq, "", "holds a control character, or one that turns the direction of writing")
            if row.recorded < self._recorded:
                tell("clock", seq, row.item, f"was recorded {row.recorded}, the event before it {self._recorded}")
            self._recorded = row.recorded
            self.whereabouts.add(row, seq)
        self._last = stored

    def _misplaced(self, columns: list[str]) -> int:
        """The number under which to speak of an event that does not follow; sets what is expected after it."""
        text, expected = columns[1] if len(columns) > 1 else "", self._expected
        seq = whole(text)
        if seq is None or seq == expected:
            if seq is None:
                self.findings.tell("sequence", expected, "", f"{text[:20]!r} is no number, and stands in its place")
            self._expected = expected + 1
            return expected
        if seq > expected:
            many = f"events {expected} to {seq - 1} are" if seq > expected + 1 else "it is"
            self.findings.tell("sequence", expected, "", f"{many} missing before event {seq}")
            self._expected = seq + 1
            return seq
        self.findings.tell("sequence", expected, "", f"event {seq} stands in its place")
        return expected

    def _compare_heads(self, seq: int, stored: str) -> None:
        while self._head is not None and self._head.seq <= seq:
            head, since = self._head, self._vouched_to + 1
            if head.seq == seq and head.hash == stored:
                self._vouched_to = seq
            elif head.seq < since:
                self.findings.tell("head", head.seq, "", "two heads of it differ")
            else:
                which = "it" if since == head.seq else f"one of the events {since} to {head.seq}"
                self.findings.tell("head", head.seq, "", f"does not have the hash of the head: {which} is not what "
                                    "was written", since=since)
            self._compared_to, self._head = head.seq, next(self._heads, None)
            self._watched = self._head.seq if self._head else _NEVER
            if self._head is not None and self._head.seq < head.seq:
                raise InvalidValue("heads", "head", str(self._head), f"must not come after that of event {head.seq}")

    def _end(self, *, latest: bool) -> None:
        tell, beyond, n = self.findings.tell, self._head, self._n_events
        end, after = self._expected - 1, self._compared_to + 1
        if beyond is not None:
            tell("cut", end + 1, "", f"is missing with all that follow: a head vouches for event {beyond.seq}, and the "
                 f"chain has {n} event{'' if n == 1 else 's'}")
        elif 1 < after <= end:
            many = f"events {after} to {end}" if end > after else f"event {end}"
            if latest:
                tell("appended", after, "", f"{many} came after the last head")
            else:
                tell("unvouched", after, "", f"{many} came after the last head, which does not vouch for them")

    def verdict(self) -> Verdict:
        """What the walk came to."""
        end, found = self._expected - 1, self.findings
        head = Head(end, self._last) if end > 0 and is_hash(self._last) else None
        return Verdict(self._n_events, head, self._vouched_to, found.kept, dict(found.counts), found.first_bad,
                       self.whereabouts)
