"""Entries as columns of arrays, and as the steps by which each measure rises and falls from day to day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.account.definitions import Basis
from homeward.model.entries import Entry, EntryKind, Lot

__all__ = ["NEVER", "Columns", "Ints", "Names", "Steps", "columns_of", "steps_of"]

_BEGINNING, NEVER = 0, np.iinfo(np.int64).max  # days as proleptic ordinals
_SIDES = ("not recorded", "north", "south")
_KINDS = tuple(EntryKind)
_LISTED, _STRUCK, _ACCOUNTED = (_KINDS.index(k) for k in (EntryKind.LISTED, EntryKind.STRUCK, EntryKind.ACCOUNTED_FOR))
_NONE = -1

Ints = NDArray[np.int64]


class Names:
    """Gives each distinct text a number; "" and None are −1."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._numbers: dict[str, int] = {}
        for name in known:
            self.number(name)

    def number(self, name: str | None) -> int:
        """The number of a name, a new one where it is new."""
        return self._numbers.setdefault(name, len(self._numbers)) if name else _NONE

    def find(self, name: str) -> int | None:
        """The number of a name, None where nothing bears it."""
        return self._numbers.get(name)

    @property
    def all(self) -> tuple[str, ...]:
        """The names in the order of their numbers."""
        return tuple(self._numbers)


@dataclass(frozen=True, slots=True)
class Columns:
    """One row for each entry: kind, the days from and until which it counts, how many, and what it belongs to.

    From ``start`` on it has surely happened, from ``early`` on it may have. ``groups`` has, for place, incident, side,
    lot and origin, a number for each entry, −1 where not recorded. Entries about a person take over place, incident and
    side of the person's listing where they state none themselves.
    """

    ids: NDArray[np.object_]
    kind: NDArray[np.int8]
    early: Ints
    start: Ints
    end: Ints
    count: Ints
    upper: Ints
    unit: NDArray[np.object_]
    person: Ints
    groups: dict[str, Ints]
    names: dict[str, tuple[str, ...]]

    @property
    def without_listing(self) -> NDArray[np.bool_]:
        """The entries about persons whom no listing names, where others are listed without names.

        They are taken to be among those: a roster may be known as a number alone.
        """
        listed = self.kind == _LISTED
        if not (listed & (self.person < 0)).any():
            return np.zeros(len(self.kind), dtype=np.bool_)
        return (self.person >= 0) & ~np.isin(self.person, self.person[listed])


@dataclass(frozen=True, slots=True)
class Steps:
    """How a measure changes: by ``change``, surely on ``day``, perhaps since ``early``; groups as in Columns."""

    early: Ints
    day: Ints
    change: Ints
    unit: NDArray[np.object_]
    groups: dict[str, Ints]

    def of(self, group: str, number: int) -> Steps:
        """The steps of one group alone."""
        return self.where(self.groups[group] == number)

    def where(self, kept: NDArray[np.bool_]) -> Steps:
        """The steps that are kept."""
        return Steps(self.early[kept], self.day[kept], self.change[kept], self.unit[kept],
                     {g: c[kept] for g, c in self.groups.items()})

    def total(self, day: int) -> tuple[int, int]:
        """The least and the most that the measure can be at the end of a day."""
        low, high = self._changes_by(day)
        return int(low.sum()), int(high.sum())

    def totals(self, group: str, day: int, size: int) -> tuple[Ints, Ints]:
        """The same by group; the last place is for what belongs to none."""
        numbers = np.where(self.groups[group] < 0, size, self.groups[group])
        low, high = (np.rint(np.bincount(numbers, weights=changes, minlength=size + 1)).astype(np.int64)
                     for changes in self._changes_by(day))
        return low, high

    def _changes_by(self, day: int) -> tuple[Ints, Ints]:
        sure, possible = self.day <= day, self.early <= day
        return (self.change * np.where(self.change < 0, possible, sure),
                self.change * np.where(self.change > 0, possible, sure))

    def at(self, days: Ints) -> tuple[Ints, Ints]:
        """The least and the most at the end of each of many days."""
        up = self.change > 0
        return (_summed(np.where(up, self.day, self.early), self.change, days),
                _summed(np.where(up, self.early, self.day), self.change, days))


def _summed(steps: Ints, changes: Ints, days: Ints) -> Ints:
    order = np.argsort(steps, kind="stable")
    summed = np.concatenate(([0], np.cumsum(changes[order])))
    return np.asarray(summed[np.searchsorted(steps[order], days, side="right")], dtype=np.int64)


def columns_of(entries: Sequence[Entry], lots: Sequence[Lot], basis: Basis) -> Columns:
    """The entries as columns."""
    origins = {lot.id: lot.kind for lot in lots}
    names = {"place": Names(), "incident": Names(), "lot": Names(lot.id for lot in lots),
             "origin": Names(lot.kind for lot in lots)}
    persons = Names()
    kinds = {kind: number for number, kind in enumerate(_KINDS)}
    rows = np.array([(
        kinds[e.kind], _BEGINNING if e.on is None else e.on.begins.toordinal(),
        _BEGINNING if e.on is None else e.on.ends.toordinal(),
        NEVER if e.withdrawn is None else e.withdrawn.begins.toordinal(), e.count,
        e.count if e.upper is None else e.upper, persons.number(e.person), names["place"].number(e.place),
        names["incident"].number(e.incident),
        0 if e.latitude_deg is None else 1 if basis.line.is_north(e.latitude_deg) else 2, names["lot"].number(e.lot),
        names["origin"].number(origins.get(e.lot or ""))) for e in entries], dtype=np.int64).reshape(-1, 12)
    groups = dict(zip(("place", "incident", "side", "lot", "origin"), rows[:, 7:].T, strict=True))
    kind, early, start, end, count, upper, person = rows[:, :7].T
    columns = Columns(_texts(e.id for e in entries), kind.astype(np.int8), early, start, end, count, upper,
                      _texts(e.unit for e in entries), person, groups,
                      {**{g: n.all for g, n in names.items()}, "side": _SIDES})
    _inherit(columns, len(persons.all))
    return columns


def _texts(texts: Iterable[str]) -> NDArray[np.object_]:
    return np.array([*texts], dtype=object)


def _inherit(columns: Columns, n_persons: int) -> None:
    listed = np.flatnonzero((columns.kind == _LISTED) & (columns.person >= 0))
    others = np.flatnonzero((columns.kind != _LISTED) & (columns.person >= 0))
    for group, unknown in (("place", _NONE), ("incident", _NONE), ("side", 0)):
        known = listed[columns.groups[group][listed] != unknown]
        of_person = np.full(n_persons, unknown, dtype=np.int64)
        of_person[columns.person[known]] = columns.groups[group][known]
        blank = others[columns.groups[group][others] == unknown]
        columns.groups[group][blank] = of_person[columns.person[blank]]


def steps_of(columns: Columns, basis: Basis) -> dict[str, Steps]:
    """The steps of every measure that adds up, by its name."""
    building: dict[str, _Building] = defaultdict(_Building)
    first = _BEGINNING if basis.accounted_from is None else basis.accounted_from.toordinal()
    for kind, measure in ((EntryKind.RECEIVED, "received"), (EntryKind.RETURNED, "returned"),
                          (EntryKind.OPERATION, "operations")):
        building[measure].take_entries(columns, np.flatnonzero(columns.kind == _KINDS.index(kind)))
    unnamed = columns.person < 0
    for kind_number, sign in ((_LISTED, 1), (_STRUCK, -1)):
        rows = np.flatnonzero((columns.kind == kind_number) & unnamed)
        building["listed"].take_entries(columns, rows, sign)
        building["unaccounted for"].take_entries(columns, rows, sign)
    rows = np.flatnonzero((columns.kind == _ACCOUNTED) & unnamed)
    building["unaccounted for"].take_entries(columns, rows, -1)
    building["accounted for"].take_entries(columns, rows[columns.start[rows] >= first])
    _take_persons(columns, building, first)
    return {measure: building[measure].steps(columns) for measure in (
        "listed", "unaccounted for", "accounted for", "received", "returned", "operations")}


class _Building:
    """Steps as they are gathered: since when perhaps and surely, the change, the entry whose groups they have."""

    def __init__(self) -> None:
        self.parts: list[tuple[Ints, Ints, Ints, Ints]] = []
        self.singles: list[tuple[int, int, int, int]] = []

    def take_entries(self, columns: Columns, rows: Ints, sign: int = 1) -> None:
        ended = rows[columns.end[rows] < NEVER]
        self.parts.append((columns.early[rows], columns.start[rows], sign * columns.count[rows], rows))
        self.parts.append((columns.end[ended], columns.end[ended], -sign * columns.count[ended], ended))

    def steps(self, columns: Columns) -> Steps:
        single = np.array(self.singles, dtype=np.int64).reshape(-1, 4)
        early, day, change, rows = (
            np.concatenate([*(part[i] for part in self.parts), single[:, i]]).astype(np.int64) for i in range(4))
        return Steps(early, day, change, columns.unit[rows], {g: c[rows] for g, c in columns.groups.items()})


def _take_persons(columns: Columns, building: dict[str, _Building], first: int) -> None:
    """The steps of persons that are named: each counts once, however many entries there are about him."""
    rows = np.flatnonzero(columns.person >= 0)
    rows = rows[np.argsort(columns.person[rows], kind="stable")]
    bounds = np.flatnonzero(np.diff(columns.person[rows], prepend=_NONE, append=NEVER))
    kinds, early, starts, ends = (getattr(columns, c)[rows].tolist() for c in ("kind", "early", "start", "end"))
    numbers = rows.tolist()
    unlisted = columns.without_listing[rows].tolist()
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        about = [(kinds[i], _Spell(starts[i], ends[i], early[i], ends[i], numbers[i])) for i in range(begin, end)]
        on_roster = _spells(about, _LISTED)
        if any(kind == _STRUCK for kind, _ in about):
            on_roster = _without(on_roster, _spells(about, _STRUCK))
        accounted = _spells(about, _ACCOUNTED)
        _add(building["listed"], on_roster)
        _add(building["unaccounted for"], _without(on_roster, accounted) if accounted else on_roster)
        if unlisted[begin]:
            _add(building["unaccounted for"], accounted, sign=-1)
        _add(building["accounted for"], [s for s in accounted if s.start >= first])


class _Spell(NamedTuple):
    """From a day until another, each perhaps earlier; the entry that opened it."""

    start: int
    end: int
    early: int
    early_end: int
    row: int


def _spells(about: Sequence[tuple[int, _Spell]], kind: int) -> list[_Spell]:
    """When at least one entry of the kind stands, as spells that do not touch each other."""
    own = sorted(spell for k, spell in about if k == kind and spell.start < spell.end)
    joined: list[_Spell] = []
    for spell in own:
        if joined and spell.start <= joined[-1].end:
            last = max(joined[-1], spell, key=lambda s: s.end)
            joined[-1] = joined[-1]._replace(end=last.end, early_end=last.early_end,
                                             early=min(joined[-1].early, spell.early))
        else:
            joined.append(spell)
    return joined


def _without(spells: list[_Spell], taken: list[_Spell]) -> list[_Spell]:
    """What is left of spells outside of others."""
    left = []
    for spell in spells:
        start, early = spell.start, spell.early
        for other in taken:
            if other.end <= start or other.start >= spell.end:
                continue
            if other.start > start:
                left.append(_Spell(start, other.start, early, max(other.early, early), spell.row))
            start = early = other.end
        if start < spell.end:
            left.append(_Spell(start, spell.end, early, spell.early_end, spell.row))
    return left


def _add(building: _Building, spells: list[_Spell], *, sign: int = 1) -> None:
    for spell in spells:
        building.singles.append((spell.early, spell.start, sign, spell.row))
        if spell.end < NEVER:
            building.singles.append((spell.early_end, spell.end, -sign, spell.row))
