"""What became of what was promised: computed from dates and evidence, with the reason in words and who says so."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from homeward.model import InvalidValue
from homeward.model.quantities import Amount
from homeward.model.talks import Commitment, Effect, Fulfilment, Vagueness

__all__ = ["CommitmentState", "State", "state_of", "states_of"]


class State(StrEnum):
    """What became of a commitment, by the order in which many parts of one are summed up: the worst first."""

    CONTRADICTED = "contradicted"
    MISSED = "missed"
    PARTLY = "partly"
    LATE = "late"
    OPEN = "open"
    OVERTAKEN = "overtaken"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class CommitmentState:
    """The state of a commitment on a day.

    Args:
        sure: False where nobody says so, or a date is too coarse to tell: the reason says which.
        reason: why, in words.
        said_by: the chains of the evidence that it rests on.
        evidence: its ids.
        parts: the state of each who owes it, where several do.
    """

    commitment: str
    as_of: datetime.date
    state: State
    vagueness: Vagueness
    sure: bool
    reason: str
    said_by: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    parts: tuple[tuple[str, CommitmentState], ...] = ()


def states_of(commitments: Iterable[Commitment], evidence: Iterable[Fulfilment],
              as_of: datetime.date) -> tuple[CommitmentState, ...]:
    """The state of each commitment that was made by a day, in their order."""
    of: dict[str, list[Fulfilment]] = {}
    for item in evidence:
        of.setdefault(item.commitment, []).append(item)
    return tuple(state_of(c, of.get(c.id, ()), as_of) for c in commitments if c.made.begins <= as_of)


def state_of(commitment: Commitment, evidence: Iterable[Fulfilment], as_of: datetime.date) -> CommitmentState:
    """What became of a commitment, as of the end of a day.

    Evidence counts from the last day that its date may mean. It is *kept* when what was promised was done by the day it
    was due, or at any time where no day was said; *late* when afterwards; *partly* when less than promised was done;
    *missed* when the day has passed and nothing is on record; *contradicted* when something was done or said that runs
    against it, or sources disagree on whether it was done; *overtaken* when events made it pointless before it was due;
    else *open*. Where several owe it, each is weighed alone, and the worst stands for all.

    Args: ``evidence``: about this commitment; that about others is left aside.

    Returns CommitmentState. Raises InvalidValue for a day before it was made.
    """
    if as_of < commitment.made.begins:
        raise InvalidValue(commitment.id, "as_of", str(as_of), f"must not be before it was made, {commitment.made}")
    known = sorted((e for e in evidence if e.commitment == commitment.id and e.on.ends <= as_of),
                   key=lambda e: (e.on.ends, e.id))
    if len(commitment.by) == 1:
        return _Weighing(commitment, as_of, known).state()
    parts = tuple((party, _Weighing(commitment, as_of, [e for e in known if e.by in ("", party)], party).state())
                  for party in commitment.by)
    if len({part.state for _, part in parts}) == 1 and len({part.reason for _, part in parts}) == 1:
        worst = parts[0][1]
        reason = worst.reason
    else:
        worst = min((part for _, part in parts), key=lambda part: list(State).index(part.state))
        reason = "; ".join(f"{party}: {part.state}, {part.reason}" for party, part in parts)
    return CommitmentState(
        commitment.id, as_of, worst.state, commitment.vagueness, all(part.sure for _, part in parts), reason,
        tuple(dict.fromkeys(c for _, part in parts for c in part.said_by)),
        tuple(dict.fromkeys(e for _, part in parts for e in part.evidence)), parts)


@dataclass(frozen=True, slots=True)
class _Weighing:
    """One party's part of a commitment, against the evidence known on the day, in the order of its dates."""

    commitment: Commitment
    as_of: datetime.date
    known: Sequence[Fulfilment]
    party: str = ""

    def state(self) -> CommitmentState:
        done = self._of(Effect.FULFILS)
        against = self._of(Effect.CONTRADICTS)
        if against and not any(e.on.begins > against[-1].on.ends for e in done):
            return self._found(State.CONTRADICTED, against, f"on {against[-1].on} something ran against it")
        denied = [e for e in self._of(Effect.FAILS) if done and e.on.begins >= done[0].on.ends]
        if denied:
            return self._found(State.CONTRADICTED, [*done, *denied],
                               f"by one account it was done on {done[0].on}, by another of {denied[0].on} it was not")
        found = self._by_count() if self._is_counted else self._by_word(done)
        return found if found is not None else self._undone()

    @property
    def _is_counted(self) -> bool:
        quantity = self.commitment.quantity
        return quantity is not None and quantity.value is not None and any(
            e.quantity is not None for e in self._delivered)

    @property
    def _delivered(self) -> list[Fulfilment]:
        return self._of(Effect.FULFILS, Effect.PART)

    def _of(self, *effects: Effect) -> list[Fulfilment]:
        return [e for e in self.known if e.effect in effects]

    @property
    def _due(self) -> datetime.date | None:
        return None if self.commitment.due is None else self.commitment.due.ends

    def _by_count(self) -> CommitmentState | None:
        """Counted in the unit of the promise; what was counted in another unit is named and not counted."""
        promised = self.commitment.quantity
        if promised is None:
            return None
        least = Amount(max(promised.amount.low, 0), None, promised.unit)
        counted = [e for e in self._delivered if e.quantity is not None and e.quantity.unit == promised.unit]
        others = [e for e in self._delivered if e not in counted]
        if not counted:
            named = ", ".join(f"{e.quantity} on {e.on}" if e.quantity else f"something on {e.on}" for e in others)
            return self._found(State.PARTLY, others, f"{named} cannot be counted against {promised}: units are never "
                               "added", sure=False)
        in_time = [e for e in counted if self._due is None or e.on.begins <= self._due]
        total, by_due = (_sum(es, promised.unit) for es in (counted, in_time))
        if by_due.low >= least.low and by_due.low > 0:
            return self._found(State.KEPT, in_time, f"{by_due} of {promised}, by {in_time[-1].on}{self._due_words()}",
                               sure=self._in_time_surely(in_time))
        if total.low >= least.low and total.low > 0:
            return self._found(State.LATE, counted, f"{total} of {promised}, by {counted[-1].on}{self._due_words()}")
        so_far = " so far" if self._due is None or self.as_of <= self._due else ""
        return self._found(State.PARTLY, counted, f"{total} of {promised}{so_far}{self._due_words()}")

    def _by_word(self, done: Sequence[Fulfilment]) -> CommitmentState | None:
        if done:
            first = done[0]
            late = self._due is not None and first.on.begins > self._due
            note = f" ({first.note})" if first.note else ""
            return self._found(State.LATE if late else State.KEPT, done[:1],
                               f"done on {first.on}{note}{self._due_words()}",
                               sure=self._in_time_surely(done[:1]) or late)
        part = self._of(Effect.PART)
        if part:
            said = "; ".join(e.note or f"in part on {e.on}" for e in part)
            return self._found(State.PARTLY, part, f"{said}{self._due_words()}")
        return None

    def _undone(self) -> CommitmentState:
        overtaken = [e for e in self._of(Effect.OVERTAKES) if self._due is None or e.on.begins <= self._due]
        if overtaken:
            why = overtaken[0].note or f"events of {overtaken[0].on} made it pointless"
            return self._found(State.OVERTAKEN, overtaken[:1], f"{why}{self._due_words()}")
        failed = self._of(Effect.FAILS)
        if self._due is not None and self.as_of > self._due:
            if failed:
                return self._found(State.MISSED, failed, f"not done by {self._due}, as was said on {failed[0].on}")
            return self._found(State.MISSED, (), f"nothing is on record by {self._due}, when it was due, nor "
                               "anybody who says that it was missed", sure=False)
        if failed:
            return self._found(State.OPEN, failed, f"not done as of {failed[-1].on}"
                               + (", and no day was said by which it was due" if self._due is None else ""))
        if self._due is None:
            return self._found(State.OPEN, (), "nothing is on record, and no day was said by which it was due")
        return self._found(State.OPEN, (), f"not yet due: {self.commitment.due}")

    def _due_words(self) -> str:
        return "; no day was said" if self.commitment.due is None else f"; due {self.commitment.due}"

    def _in_time_surely(self, evidence: Sequence[Fulfilment]) -> bool:
        return self._due is None or all(e.on.ends <= self._due for e in evidence)

    def _found(self, state: State, evidence: Sequence[Fulfilment], reason: str, *,
               sure: bool = True) -> CommitmentState:
        if not sure and state is State.KEPT:
            reason += "; the date is too coarse to say whether in time"
        return CommitmentState(self.commitment.id, self.as_of, state, self.commitment.vagueness, sure, reason,
                               tuple(dict.fromkeys(str(e.chain) for e in evidence)), tuple(e.id for e in evidence))


def _sum(evidence: Sequence[Fulfilment], unit: str) -> Amount:
    total = Amount.exactly(0, unit)
    for item in evidence:
        if item.quantity is not None:
            total += item.quantity.amount
    return total
