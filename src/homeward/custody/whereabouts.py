"""Who holds what: the events one by one, each asked whether it can follow those before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from homeward.custody.acts import RULE_OF, parent_of
from homeward.custody.event import FORM, ITEM_KINDS, Act, Row, form_faults, whole
from homeward.custody.findings import Findings
from homeward.custody.moments import judge_times, span
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
        self._shelves: dict[tuple[str, str], dict[str, State]] = {}  # by case and kind, then by key
        self._names: dict[str, str] = {}  # one object for each party, compared without going far for it
        self._row: Row | None = None
        self._seq: int | None = None

    def __len__(self) -> int:
        return sum(map(len, self._shelves.values()))

    def __contains__(self, item: object) -> bool:
        return isinstance(item, tuple) and self._find(item) is not None

    def __iter__(self) -> Iterator[ItemId]:
        return ((case, kind, key) for (case, kind), shelf in self._shelves.items() for key in shelf)

    def _find(self, item: ItemId) -> State | None:
        shelf = self._shelves.get(item[:2])
        return None if shelf is None else shelf.get(item[2])

    def add(self, row: Row, seq: int | None = None) -> None:
        """Follow one event, spoken of under its own number or the one given; its hash is not looked at."""
        self._seq = seq
        self.follow((row,))
        self._seq = None

    def follow(self, rows: Iterable[Row]) -> None:
        """Follow events in their order."""
        rules, names, find, tell = _RULES, self._names, self._find, self._tell
        last_at, last_recorded, last_case, last_kind = "", "", "", ""
        when, shelf = judge_times("", ""), dict[str, State]()
        for row in rows:
            self._row = row
            (form, number, handover, case, kind, key, act, giver, _, at, place, parent_kind, parent_key,
             _, _, _, _, _, _, _, actor, recorded, _) = row
            # The items of one act share both times, and mostly the kind.
            if at != last_at or recorded != last_recorded:
                last_at, last_recorded, when = at, recorded, judge_times(at, recorded)
            if kind != last_kind or case != last_case:
                last_case, last_kind, shelf = case, kind, self._shelves.setdefault((case, kind), {})
            rule, state = rules.get(act), shelf.get(key)
            if when is None or rule is None or not (handover and giver and place and actor and form == FORM) or (
                    state is None and not (key and case and kind in ITEM_KINDS)):
                self._tell_form(row)
                if rule is None or kind not in ITEM_KINDS:
                    continue
            if when:
                tell(when, f"happened {at}, and was recorded {recorded}")
            if state is not None and at < state.at:
                self._tell_order(row, state)
            if parent_key or parent_kind:
                self._look_at_parent(row)
            after = rule(row, state, find, tell)
            after.seq, after.at, after.holder = number, at, names.setdefault(after.holder, after.holder)
            if state is None:
                shelf[key] = after

    def _tell(self, rule: str, message: str) -> None:
        if self._row is not None:
            seq = whole(self._row.seq) or 0 if self._seq is None else self._seq
            self.findings.tell(rule, seq, self._row.item, message)

    def _tell_form(self, row: Row) -> None:
        for column, value, allowed in form_faults(row):
            self._tell("form", f"{column}={value!r} {allowed}")

    def _look_at_parent(self, row: Row) -> None:
        if row.act not in _WITH_PARENT:
            self._tell("parent", f"is {row.act}, and {row.parent_kind} {row.parent_key} is named as what it lies in")
            return
        parent = self._find(parent_of(row))
        if parent is not None:
            if row.at < parent.at:
                self._tell_order(row, parent)
            parent.at = max(parent.at, row.at)

    def _tell_order(self, row: Row, state: State) -> None:
        # A month comes before its days as text and not in time: only what cannot overlap is out of order.
        before, now = span(state.at), span(row.at)
        if before is not None and now is not None and now[1] < before[0]:
            self._tell("time", f"is {row.act} {row.at}, and was moved, or something of it, {state.at}")

    def holder(self, item: ItemId) -> str:
        """Who holds an item, by itself or with what it lies in; "" where nobody of the register's world does."""
        state = self._find(item)
        while state is not None and state.phase is Phase.INSIDE and state.parent is not None:
            state = self._find(state.parent)
        return state.holder if state is not None and state.phase is Phase.HELD else ""

    def standing(self, item: ItemId) -> Standing | None:
        """An item as it stands; None where no event speaks of it."""
        state = self._find(item)
        if state is None:
            return None
        return Standing(
            phase=state.phase, holder=self.holder(item), parent=state.parent if state.phase is Phase.INSIDE else None,
            receiver=state.holder if state.phase is Phase.RELEASED else "", since=state.at, seq=whole(state.seq) or 0,
            seals=state.seals or ("" if state.bare else None),
            count=whole(state.count), unit=state.unit if state.count else "",
            mass_mg=state.mass_mg)
