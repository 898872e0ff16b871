"""What verification finds: rule by rule, counted without end and kept up to a bound."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["RULES", "Finding", "Findings", "Weight"]


class Weight(StrEnum):
    """How grave a finding is."""

    BROKEN = "broken"  # the chain is not the one that was written
    FAULT = "fault"  # the chain may be whole, and what it says cannot have been unbroken custody
    NOTE = "note"  # something that a person should know of


# Each rule with its weight and what it asks.
RULES = MappingProxyType({
    "hash": (Weight.BROKEN, "an event has the hash of what it says"),
    "previous": (Weight.BROKEN, "an event names the hash of the event before it"),
    "sequence": (Weight.BROKEN, "events count from 1 without a gap, in order"),
    "head": (Weight.BROKEN, "the event that a head names has the head's hash"),
    "cut": (Weight.BROKEN, "the chain reaches every head"),
    "appended": (Weight.BROKEN, "with --latest: no event comes after the last head"),
    "case": (Weight.BROKEN, "the register files an event under the case that it names"),
    "form": (Weight.BROKEN, "every column holds what it may"),
    "holder": (Weight.FAULT, "whoever gives an item holds it, and an item comes from outside only if nobody holds it"),
    "party": (Weight.FAULT, "giver and receiver are named, and differ where an item changes hands, and there alone"),
    "begins": (Weight.FAULT, "the first event of an item says that it was received, or taken out of something"),
    "ended": (Weight.FAULT, "what was used up never moves again; what was released is received first"),
    "parent": (Weight.FAULT, "what an item is taken out of, or put into, is held by the same party"),
    "sealed": (Weight.FAULT, "nothing leaves or enters what is sealed; what is sealed is opened before it is resealed"),
    "count": (Weight.FAULT, "the count is that recorded before, or the difference is explained"),
    "seals": (Weight.FAULT, "the seals are those recorded before, or the difference is explained"),
    "mass": (Weight.FAULT, "the mass is that recorded before, within the tolerance, or the difference is explained"),
    "time": (Weight.FAULT, "events of an item follow each other in time"),
    "future": (Weight.FAULT, "nothing is recorded before it happens"),
    "unknown": (Weight.FAULT, "the register holds a record of every item in custody"),
    "difference": (Weight.NOTE, "count, seals or mass differ from those recorded before, and it is said why"),
    "late": (Weight.NOTE, "an event was recorded more than 30 days after it happened"),
    "outside": (Weight.NOTE, "an item was in nobody's custody for a time: released, then received again"),
    "clock": (Weight.NOTE, "an event was recorded at an earlier time than the event before it"),
    "uncovered": (Weight.NOTE, "remains or a box of the register have no event of custody"),
    "unvouched": (Weight.NOTE, "events after the last head, which it cannot vouch for"),
})


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: of event ``seq`` (0: of none), about ``item`` ("" for none).

    ``since``: the first event that may be the bad one, where the head of ``seq`` tells no more than that one of
    ``since`` to ``seq`` is; otherwise equal to ``seq``.
    """

    rule: str
    seq: int
    item: str
    message: str
    weight: Weight
    since: int

    def __str__(self) -> str:
        what = " ".join(filter(None, (f"event {self.seq}" if self.seq else "", self.item)))
        return f"{what}: {self.message} [{self.rule}]" if what else f"{self.message} [{self.rule}]"


class Findings:
    """Findings as they come: all are counted, the first of each rule are kept."""

    def __init__(self, most: int = 100) -> None:
        self._most = most
        self.counts: Counter[str] = Counter()
        self._kept: dict[str, list[Finding]] = {}
        self.first_bad: Finding | None = None

    def tell(self, rule: str, seq: int, item: str, message: str, *, since: int | None = None) -> None:
        """Take down a finding."""
        weight = RULES[rule][0]
        self.counts[rule] += 1
        kept = self._kept.setdefault(rule, [])
        found = Finding(rule, seq, item, message, weight, seq if since is None else since)
        if len(kept) < self._most:
            kept.append(found)
        if weight is not Weight.NOTE and (self.first_bad is None or seq < self.first_bad.seq):
            self.first_bad = found

    def __len__(self) -> int:
        return self.counts.total()

    @property
    def kept(self) -> tuple[Finding, ...]:
        """The findings that are kept: the gravest first, then in the order of the events."""
        order = list(Weight)
        return tuple(sorted((f for kept in self._kept.values() for f in kept),
                            key=lambda f: (order.index(f.weight), f.since, f.seq)))
