"""Who holds what: the events one by one, each asked whether it can follow those before it."""

from __future__ import annotations

from collections.abc import Iterator

from homeward.custody.acts import RULE_OF, parent_of
from homeward.custody.event import FORM, ITEM_KINDS, Act, Row, form_faults, whole
from homeward.custody.findings import Findings
from homeward.custody.moments import Times, span, times
from homeward.custody.state import ItemId, Phase, Standing, State

__all__ = ["Whereabouts"]

_RULES = dict(RULE_OF)  # looked up at every event
_WITH_PARENT = frozenset({Act.TAKEN_OUT, Act.PUT_INTO})


class Whereabouts:
    """All items as they stand after the events that were added; what cannot be is told to ``findings``.

    Memory grows with the number of items, not of events.
    """

    def __init__(self, findings: Findings) -> None:
        self.findings = findings  # may be exchanged, to judge what comes apart from what was
        self._items: dict[ItemId, State] = {}
        self._row: Row | None = None
        self._seq: int | None = None

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[ItemId]:
        return iter(self._items)

    def add(self, row: Row, seq: int | None = None) -> None:
        """Follow one event, spoken of under its own number or the one given; its hash is not looked at."""
        self._row, self._seq = row, seq
        act, at = row.act, row.at
        rule, when = _RULES.get(act), times(at, row.recorded)
        item = (row.case_key, row.item_kind, row.item_key)
        state = self._items.get(item)
        if not (rule and when and row.handover and row.giver and row.place and row.actor and row.form == FORM) or (
                state is None and not (row.item_key and row.case_key and row.item_kind in ITEM_KINDS)):
            for column, value, allowed in form_faults(row):
                self._tell("form", f"{column}={value!r} {allowed}")
            if rule is None or row.item_kind not in ITEM_KINDS:
                return
        if when and (when[2] or (state is not None and at < state.at)):
            self._tell_time(row, state, when)
        if row.parent_key or row.parent_kind:
            self._look_at_parent(row, when)
        after = rule(row, state, self._items, self._tell)
        after.seq, after.at = row.seq, at
        if state is None:
            self._items[item] = after

    def _tell(self, rule: str, message: str) -> None:
        if self._row is not None:
            seq = whole(self._row.seq) or 0 if self._seq is None else self._seq
            self.findings.tell(rule, seq, self._row.item, message)

    def _look_at_parent(self, row: Row, when: Times | None) -> None:
        if row.act not in _WITH_PARENT:
            self._tell("parent", f"is {row.act}, and {row.parent_kind} {row.parent_key} is named as what it lies in")
            return
        parent = self._items.get(parent_of(row))
        if parent is not None and when:
            if row.at < parent.at:
                self._tell_order(row, parent, when[1])
            parent.at = max(parent.at, row.at)

    def _tell_time(self, row: Row, state: State | None, when: Times) -> None:
        _, last, rule = when
        if rule:
            self._tell(rule, f"happened {row.at}, and was recorded {row.recorded}")
        if state is not None and row.at < state.at:
            self._tell_order(row, state, last)

    def _tell_order(self, row: Row, state: State, last: int) -> None:
        # A month comes before its days as text and not in time: only what cannot overlap is out of order.
        before = span(state.at)
        if before is not None and last < before[0]:
            self._tell("time", f"is {row.act} {row.at}, and was moved, or something of it, {state.at}")

    def holder(self, item: ItemId) -> str:
        """Who holds an item, by itself or with what it lies in; "" where nobody of the register's world does."""
        state = self._items.get(item)
        while state is not None and state.phase is Phase.INSIDE and state.parent is not None:
            state = self._items.get(state.parent)
        return state.holder if state is not None and state.phase is Phase.HELD else ""

    def standing(self, item: ItemId) -> Standing | None:
        """An item as it stands; None where no event speaks of it."""
        state = self._items.get(item)
        if state is None:
            return None
        return Standing(
            phase=state.phase, holder=self.holder(item), parent=state.parent if state.phase is Phase.INSIDE else None,
            receiver=state.holder if state.phase is Phase.RELEASED else "", since=state.at, seq=whole(state.seq) or 0,
            seals=state.seals or ("" if state.bare else None),
            count=whole(state.count), unit=state.unit if state.count else "",
            mass_mg=state.mass_mg)
