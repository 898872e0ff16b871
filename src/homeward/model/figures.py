"""Figures of the ledger, with the records behind them, and what of them is drawn: series and flows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import overload

from homeward.model.errors import InvalidValue
from homeward.model.quantities import Amount

__all__ = ["Definition", "Difference", "Figure", "Flow", "Records", "Series", "SeriesPoint", "Stage"]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure counts, in words, with its version: figures of two versions are not compared."""

    id: str
    version: int
    text: str


class Records(Sequence[str]):
    """The ids of the records behind a figure, found when somebody first looks at them.

    A ledger has thousands of figures a day, of a hundred thousand records: few are ever followed to their records.
    """

    __slots__ = ("_find", "_found")

    def __init__(self, find: Callable[[], Iterable[str]]) -> None:
        self._find = find
        self._found: tuple[str, ...] | None = None

    @property
    def _ids(self) -> tuple[str, ...]:
        if self._found is None:
            self._found = tuple(self._find())
        return self._found

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        return self._ids[index]

    def __eq__(self, other: object) -> bool:
        return self._ids == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._ids)

    def __repr__(self) -> str:
        return repr(self._ids)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as of a date: its key, the amount, its definition, and the ids of the records that it counts.

    ``key`` is the figure's name, with what it is of after a stroke: ``accounted for/k208``.
    """

    key: str
    label: str
    amount: Amount
    as_of: datetime.date
    definition: Definition
    records: Sequence[str]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a claim and the records do not say the same; nobody overwrites either.

    ``figure`` is None where there are no records to hold the claim against; ``gap``: the claim less the records, None
    where the two cannot be subtracted. ``claims``: ids of the claims.
    """

    key: str
    as_of: datetime.date
    claims: tuple[str, ...]
    claimed: Amount
    figure: Figure | None
    gap: Amount | None
    why: str


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """The amount on a day; ``claim``: the id of the claim that it comes from, None where records say it."""

    on: datetime.date
    amount: Amount
    claim: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One figure over time, in the order of the days; ``claimed``: what was said about it."""

    key: str
    label: str
    points: tuple[SeriesPoint, ...]
    claimed: tuple[SeriesPoint, ...] = ()

    def __post_init__(self) -> None:
        units = {p.amount.unit for p in (*self.points, *self.claimed)}
        if len(units) > 1:
            raise InvalidValue(self.key, "unit", ", ".join(sorted(units)), "must be one for the whole series")
        days = [p.on for p in self.points]
        if days != sorted(days):
            raise InvalidValue(self.key, "points", len(days), "must stand in the order of their days")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a flow: what it is, how much (None where nobody knows), and the ids of the records behind it.

    ``instead``: what is shown where the amount is known and withheld.
    """

    name: str
    amount: Amount | None
    records: Sequence[str] = ()
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """From what was handed over to names, one lane for each lot; every stage in its own unit, none added to another.

    ``lanes``: the name of a lot, and its stages: received, estimated, accounted for, returned.
    """

    as_of: datetime.date
    lanes: tuple[tuple[str, tuple[Stage, ...]], ...]
