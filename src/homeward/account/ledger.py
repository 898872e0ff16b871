"""The ledger: figures as of any day, each with the records behind it and the definition it follows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from homeward.account._columns import NEVER, Steps, columns_of, steps_of
from homeward.account.definitions import Basis
from homeward.model import InvalidValue
from homeward.model.entries import Entry, EntryKind, Lot
from homeward.model.figures import Figure, Records, Series, SeriesPoint
from homeward.model.quantities import Amount

__all__ = ["Ledger", "Standing"]

_KINDS = {kind: number for number, kind in enumerate(EntryKind)}
_BEHIND = {  # which entries each measure counts
    "listed": (EntryKind.LISTED, EntryKind.STRUCK),
    "unaccounted for": (EntryKind.LISTED, EntryKind.STRUCK, EntryKind.ACCOUNTED_FOR),
    "accounted for": (EntryKind.ACCOUNTED_FOR,),
    "received": (EntryKind.RECEIVED,), "returned": (EntryKind.RETURNED,), "operations": (EntryKind.OPERATION,),
}
_BROKEN_DOWN = {  # and by what it is broken down
    "unaccounted for": ("place", "incident", "side"), "accounted for": ("lot", "origin"), "received": ("lot", "origin"),
    "returned": ("lot",), "operations": ("lot",), "listed": (),
}
_ESTIMATED = ("estimated", "not yet named")
_OF_LOSS = ("place", "incident", "side")
_UNKNOWN = {"place": -1, "incident": -1, "side": 0}
_NOT_RECORDED = "not recorded"


class Ledger:
    """Dated entries, and the figures that they come to at the end of any day.

    >>> from homeward.model.spans import Span
    >>> ledger = Ledger([Entry("E1", EntryKind.LISTED, None, count=3),
    ...                  Entry("E2", EntryKind.ACCOUNTED_FOR, Span.parse("2018-09-20"), person="P-1")])
    >>> str(ledger.as_of(datetime.date(2018, 12, 31)).figure("unaccounted for").amount)
    '2 persons'
    """

    def __init__(self, entries: Iterable[Entry], lots: Iterable[Lot] = (), *, basis: Basis | None = None) -> None:
        """Take the entries in; raises InvalidValue for an id used twice, and for a lot that is not there."""
        taken, self.lots = tuple(entries), tuple(lots)
        self.basis = Basis() if basis is None else basis
        _check(taken, self.lots)
        self._columns = columns_of(taken, self.lots, self.basis)
        self._steps = steps_of(self._columns, self.basis)

    def as_of(self, day: datetime.date) -> Standing:
        """What stands at the end of a day."""
        return Standing(self, day)

    def series(self, key: str, days: Sequence[datetime.date], *, unit: str = "person") -> Series:
        """One figure at the end of each of some days, in their order; raises InvalidValue for an unknown key.

        Days before the first estimate are left out of the series of an estimate.
        """
        if self.is_estimated(key):
            found = ((d, f.amount) for d in days for f in self.as_of(d).of(key) if f.amount.unit == unit)
            return Series(key, self.label(*_parted(key)), tuple(SeriesPoint(d, a) for d, a in found))
        low, high = self.values(key, np.array([d.toordinal() for d in days], dtype=np.int64), unit=unit)
        amounts = (Amount(least, most, unit) for least, most in zip(low, high, strict=True))
        label = self.label(*_parted(key))
        return Series(key, label, tuple(SeriesPoint(d, a) for d, a in zip(days, amounts, strict=True)))

    def values(self, key: str, days: NDArray[np.int64], *, unit: str = "person") -> tuple[list[int], list[int]]:
        """The least and the most of a figure that adds up, at the end of each of many days (proleptic ordinals).

        Raises InvalidValue for a key that no such figure has. What is of other units is left out.
        """
        measure, group, name = _parted(key)
        steps = self._steps.get(measure)
        number = self.number(group, name) if group else 0
        if steps is None or number is None:
            raise InvalidValue("ledger", "key", key, "must be the key of a figure of this ledger")
        if measure in ("received", "returned"):
            steps = steps.where(steps.unit == unit)
        low, high = (steps.of(group, number) if group else steps).at(days)
        if group and measure == "unaccounted for":
            low, high = np.maximum(low - self._unplaced(group).at(days)[1], 0), np.maximum(high, 0)
        return low.tolist(), high.tolist()

    def days_of_change(self, key: str, until: datetime.date) -> tuple[datetime.date, ...]:
        """The days up to another on which a figure that adds up changes, or may; () where there is no such figure."""
        if not self.units_of(key):
            return ()
        measure, group, name = _parted(key)
        steps, number = self._steps[measure], self.number(group, name) if group else 0
        if group and number is not None:
            steps = steps.of(group, number)
        days = np.unique(np.concatenate([steps.early, steps.day]))
        days = days[(days > 0) & (days <= until.toordinal())]
        return tuple(datetime.date.fromordinal(day) for day in days.tolist())

    def units_of(self, key: str) -> tuple[str, ...]:
        """The units in which a figure that adds up has anything, on whatever day; () where there is no such figure."""
        measure, group, name = _parted(key)
        steps, number = self._steps.get(measure), self.number(group, name) if group else 0
        if steps is None or number is None or (group and group not in _BROKEN_DOWN[measure]):
            return ()
        if measure == "unaccounted for" and not (self._columns.kind == _KINDS[EntryKind.LISTED]).any():
            return ()
        return tuple(sorted(set((steps.of(group, number) if group else steps).unit)))

    def figure_on(self, key: str, day: datetime.date, amount: Amount) -> Figure:
        """The figure of a key whose amount on a day is known already; its records are found when they are looked at."""
        measure, group, name = _parted(key)
        return Figure(key, self.label(measure, group, name), amount, day, self.basis.definition(measure, group),
                      Records(lambda: self.as_of(day).figure(key, unit=amount.unit).records))

    def is_estimated(self, key: str) -> bool:
        """Whether a key is of an estimate, or computed from one: such figures do not add up over time."""
        return _parted(key)[0] in _ESTIMATED

    def number(self, group: str, name: str) -> int | None:
        """The number of a place, incident, side, lot or origin; None where no entry knows it."""
        if group in _OF_LOSS and name == _NOT_RECORDED:
            return _UNKNOWN[group]
        names = self._columns.names.get(group, ())
        return names.index(name) if name in names else None

    def label(self, measure: str, group: str = "", name: str = "") -> str:
        """What a figure is called where people read it."""
        if group == "lot":
            name = next((lot.name for lot in self.lots if lot.id == name), name)
        if group == "side":
            line = self.basis.line.name
            name = f"side of {line} {name}" if name == _NOT_RECORDED else f"{name} of {line}"
        elif name == _NOT_RECORDED:
            name = f"{group} {name}"
        return f"{measure}, {name}" if name else measure

    @cached_property
    def _unplaced_steps(self) -> Steps:
        """Those of the unaccounted that took away several at once, whose losses may be anywhere."""
        rows = self._columns
        batches = np.flatnonzero(((rows.person < 0) | rows.without_listing) & (rows.kind != _KINDS[EntryKind.LISTED])
                                 & np.isin(rows.kind, [_KINDS[k] for k in (EntryKind.STRUCK, EntryKind.ACCOUNTED_FOR)]))
        ended = batches[rows.end[batches] < NEVER]
        both = np.concatenate([batches, ended])
        return Steps(np.concatenate([rows.early[batches], rows.end[ended]]),
                     np.concatenate([rows.start[batches], rows.end[ended]]),
                     np.concatenate([rows.count[batches], -rows.count[ended]]), rows.unit[both],
                     {g: c[both] for g, c in rows.groups.items()})

    def _unplaced(self, group: str) -> Steps:
        return self._unplaced_steps.of(group, _UNKNOWN[group])


class Standing:
    """What stands at the end of one day: figures, found when they are asked for."""

    def __init__(self, ledger: Ledger, day: datetime.date) -> None:
        self.ledger, self.day = ledger, day
        self._ordinal = day.toordinal()

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the day, totals first; those of a lot in each unit in which it has something."""
        return (*self._totals(), *self._estimates(), *self._by_group())

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the entries, such as persons accounted for who were never listed."""
        return tuple(self._oddities())

    def figure(self, key: str, *, unit: str = "person") -> Figure:
        """The figure of a key in a unit; raises InvalidValue where there is none."""
        found = self.of(key)
        for figure in found:
            if figure.amount.unit == unit:
                return figure
        allowed = f"has {', '.join(f.amount.unit for f in found)} of {key}" if found else "must be the key of a figure"
        raise InvalidValue("ledger", "key" if not found else "unit", key if not found else unit, allowed)

    def of(self, key: str) -> tuple[Figure, ...]:
        """The figures of a key, one for each unit; () where there is none."""
        measure, group, name = _parted(key)
        if group == "lot" and measure in _ESTIMATED:
            return tuple(f for f in self._estimates() if f.key == key)
        if not group:
            return tuple(f for f in self._totals() if f.key == key)
        number = self.ledger.number(group, name)
        if number is None or group not in _BROKEN_DOWN.get(measure, ()):
            return ()
        rows = self._rows(measure)
        return tuple(self._broken_down(measure, group, rows[self.ledger._columns.groups[group][rows] == number]))

    @cached_property
    def _active(self) -> NDArray[np.bool_]:
        columns = self.ledger._columns
        return np.asarray((columns.early <= self._ordinal) & (self._ordinal < columns.end))

    def _rows(self, measure: str) -> NDArray[np.int64]:
        """The entries that a measure counts on the day."""
        kinds = [_KINDS[kind] for kind in _BEHIND[measure]]
        rows = np.flatnonzero(self._active & np.isin(self.ledger._columns.kind, kinds))
        if measure == "unaccounted for" and not (self.ledger._columns.kind[rows] == _KINDS[EntryKind.LISTED]).any():
            return rows[:0]  # without a roster nobody can say how many are missing
        if measure == "accounted for" and self.ledger.basis.accounted_from is not None:
            rows = rows[self.ledger._columns.start[rows] >= self.ledger.basis.accounted_from.toordinal()]
        return rows

    def _ids(self, rows: NDArray[np.int64]) -> Records:
        ids = self.ledger._columns.ids
        return Records(lambda: ids[rows].tolist())

    def _totals(self) -> Iterator[Figure]:
        for measure in _BEHIND:
            rows = self._rows(measure)
            for unit in self._units(measure, rows):
                steps = self.ledger._steps[measure]
                low, high = steps.where(steps.unit == unit).total(self._ordinal)
                own = rows[self.ledger._columns.unit[rows] == unit]
                yield self._figure(measure, "", "", Amount(low, high, unit), self._ids(own))

    def _units(self, measure: str, rows: NDArray[np.int64]) -> list[str]:
        if measure in ("received", "returned"):
            return sorted(set(self.ledger._columns.unit[rows]))
        return ["operation" if measure == "operations" else "person"] if len(rows) else []

    def _by_group(self) -> Iterator[Figure]:
        for measure, groups in _BROKEN_DOWN.items():
            rows = self._rows(measure)
            for group in groups:
                # Where no place is recorded at all there is nothing to break down.
                if group not in _OF_LOSS or (self.ledger._columns.groups[group][rows] > _UNKNOWN[group]).any():
                    yield from self._broken_down(measure, group, rows)

    def _broken_down(self, measure: str, group: str, rows: NDArray[np.int64]) -> Iterator[Figure]:
        columns = self.ledger._columns
        names = columns.names[group]
        numbers = np.where(columns.groups[group][rows] < 0, len(names), columns.groups[group][rows])
        order = np.argsort(numbers, kind="stable")
        edges = np.searchsorted(numbers[order], np.arange(len(names) + 2))
        units = self._units(measure, rows)
        for unit in units:
            steps = self.ledger._steps[measure]
            low, high = steps.where(steps.unit == unit).totals(group, self._ordinal, len(names))
            for number, name in enumerate((*names, _NOT_RECORDED)):
                own = rows[order[edges[number] : edges[number + 1]]]
                own = own if len(units) == 1 else own[columns.unit[own] == unit]
                if len(own) and (number < len(names) or group in _OF_LOSS):
                    amount = self._bounded(measure, group, Amount(int(low[number]), int(high[number]), unit))
                    yield self._figure(measure, group, name, amount, self._ids(own))

    def _bounded(self, measure: str, group: str, amount: Amount) -> Amount:
        """A figure, or the range in which it must lie while it is not known where those accounted for were lost."""
        if measure != "unaccounted for" or amount.high is None:
            return amount
        unplaced = self.ledger._unplaced(group).total(self._ordinal)[1]
        return Amount(max(amount.low - unplaced, 0), max(amount.high, 0), amount.unit)

    def _estimates(self) -> Iterator[Figure]:
        columns = self.ledger._columns
        rows = np.flatnonzero(self._active & (columns.start <= self._ordinal)
                              & (columns.kind == _KINDS[EntryKind.ESTIMATED]))
        rows = rows[np.argsort(columns.start[rows], kind="stable")]
        latest = {int(columns.groups["lot"][row]): int(row) for row in rows}
        for number, row in sorted(latest.items()):
            lot, estimate = columns.names["lot"][number], Amount(
                int(columns.count[row]), int(columns.upper[row]), columns.unit[row], about=True)
            yield self._figure("estimated", "lot", lot, estimate, (columns.ids[row],))
            if estimate.unit == "person":
                named = [r for m in ("accounted for", "returned") for r in self._rows(m)
                         if columns.groups["lot"][r] == number and columns.unit[r] == "person"]
                gone = Amount.exactly(0, "person")
                for steps in (self.ledger._steps[m] for m in ("accounted for", "returned")):
                    low, high = steps.where(steps.unit == "person").of("lot", number).total(self._ordinal)
                    gone += Amount(low, high, "person")
                yield self._figure("not yet named", "lot", lot, estimate.minus(gone, least=0),
                                   self._ids(np.array([row, *named], dtype=np.int64)))

    def _figure(self, measure: str, group: str, name: str, amount: Amount, records: Sequence[str]) -> Figure:
        key = measure if not group else f"{measure}/{name}" if group == "lot" else f"{measure}, {group}/{name}"
        return Figure(key, self.ledger.label(measure, group, name), amount, self.day,
                      self.ledger.basis.definition(measure, group), records)

    def _oddities(self) -> Iterator[str]:
        columns = self.ledger._columns
        rows = np.flatnonzero(self._active & (columns.person >= 0))
        kinds, persons = columns.kind[rows], columns.person[rows]
        accounted, times = np.unique(persons[kinds == _KINDS[EntryKind.ACCOUNTED_FOR]], return_counts=True)
        listed = np.unique(persons[kinds == _KINDS[EntryKind.LISTED]])
        taken = np.unique(columns.person[columns.without_listing])
        n_taken = int(np.isin(accounted, taken).sum())
        if n_taken:
            yield f"accounted for by name, and taken to be among those listed without names: {n_taken}"
        n_unlisted = int((~np.isin(accounted, listed)).sum()) - n_taken
        if n_unlisted:
            yield f"accounted for without being listed on the day, and not subtracted: {n_unlisted}"
        if (times > 1).any():
            yield f"accounted for by several entries, and counted once: {int((times > 1).sum())}"
        if self.ledger._steps["unaccounted for"].total(self._ordinal)[1] < 0:
            yield "more persons are accounted for than were listed: the listing is not whole"


def _parted(key: str) -> tuple[str, str, str]:
    """Measure, group and name of a key: "accounted for/k208" is of a lot, "unaccounted for, side/north" of a side."""
    before, stroke, name = key.partition("/")
    measure, comma, group = before.partition(", ")
    if not stroke:
        return key, "", ""
    return measure, group if comma else "lot", name


def _check(entries: Sequence[Entry], lots: Sequence[Lot]) -> None:
    for what, records in (("entries", entries), ("lots", lots)):
        seen: set[str] = set()
        for record in records:
            if record.id in seen:
                raise InvalidValue(what, "id", record.id, "must be there once")
            seen.add(record.id)
    known = {lot.id for lot in lots}
    for entry in entries:
        if entry.lot is not None and entry.lot not in known:
            raise InvalidValue(entry.id, "lot", entry.lot, "must be a lot of the ledger")
