"""Where claims and records do not say the same: shown as a difference, never overwritten."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from homeward.account._columns import Ints, Names
from homeward.account.ledger import Ledger
from homeward.model import InvalidValue
from homeward.model.figures import Difference
from homeward.model.quantities import Amount
from homeward.model.sources import Claim

__all__ = ["ClaimedFigures", "TableSum", "table_sums"]

class ClaimedFigures:
    """Claims about figures of a ledger, ready to be held against it as of any day.

    Claims without a figure, and denials, are left aside. Of several by one claimant about one figure the one that
    speaks of the latest time stands.
    """

    def __init__(self, ledger: Ledger, claims: Iterable[Claim]) -> None:
        self.ledger = ledger
        keys, claimants = Names(), Names()
        kept: list[Claim] = []
        rows = []
        for claim in claims:
            if claim.figure and claim.quantity is not None and claim.speaks_of is not None and not claim.denies:
                said = claim.said or claim.speaks_of
                rows.append((keys.number(claim.figure), claimants.number(claim.claimant),
                             claim.speaks_of.ends.toordinal(), said.ends.toordinal()))
                kept.append(claim)
        self._keys = keys.all
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        # Sorted once, so that the claims which stand on a day are found without looking at each of them.
        order = np.lexsort((table[:, 3], table[:, 2], table[:, 1], table[:, 0]))
        self._table = table[order]
        self._claims: list[Claim] = [kept[i] for i in order.tolist()]
        changes = np.any(np.diff(self._table[:, :2], axis=0, prepend=-1) != 0, axis=1)
        self._first = np.flatnonzero(changes)

    def standing(self, as_of: datetime.date) -> tuple[Claim, ...]:
        """The claims that stand at the end of a day: of each claimant about each figure the latest."""
        return tuple(self._claims[i] for i in self._latest(as_of))

    def differences(self, as_of: datetime.date) -> tuple[Difference, ...]:
        """Every standing claim that the records do not bear out on the day that it speaks of, in order of the keys."""
        of_key: dict[int, list[int]] = {}
        for row in self._latest(as_of):
            of_key.setdefault(int(self._table[row, 0]), []).append(row)
        return tuple(d for number, rows in sorted(of_key.items())
                     for d in self._of_key(self._keys[number], rows))

    def _latest(self, as_of: datetime.date) -> list[int]:
        if not len(self._first):
            return []
        day = as_of.toordinal()
        known = (self._table[:, 2] <= day) & (self._table[:, 3] <= day)
        rows = np.where(known, np.arange(len(self._table)), -1)
        found = np.maximum.reduceat(rows, self._first)
        return sorted(found[found >= 0].tolist())

    def _of_key(self, key: str, rows: Sequence[int]) -> Iterator[Difference]:
        days = self._table[list(rows), 2]
        recorded = self._recorded(key, days)
        for place, row in enumerate(rows):
            amounts = {unit: amounts[place] for unit, amounts in recorded.items() if amounts[place] is not None}
            own = amounts.get(self._amount(row).unit)
            if own is None or self._amount(row).agrees_with(own) is not True:
                yield self._difference(key, row, [a for a in amounts.values() if a is not None])

    def _recorded(self, key: str, days: Ints) -> dict[str, Sequence[Amount | None]]:
        """What the records come to on each of the days, in every unit in which they have anything."""
        if not self.ledger.is_estimated(key):
            return {unit: [Amount(low, high, unit) for low, high in zip(
                *self.ledger.values(key, days, unit=unit), strict=True)] for unit in self.ledger.units_of(key)}
        # Of an estimate there is one at a time, in one unit.
        found = [next((f.amount for f in self.ledger.as_of(datetime.date.fromordinal(day)).of(key)), None)
                 for day in days.tolist()]
        return {unit: [a if a is not None and a.unit == unit else None for a in found]
                for unit in sorted({a.unit for a in found if a is not None})}

    def _amount(self, row: int) -> Amount:
        quantity = self._claims[row].quantity
        if quantity is None:
            raise InvalidValue(self._claims[row].id, "quantity", None, "must be given where claims are compared")
        return quantity.amount

    def _difference(self, key: str, row: int, amounts: Sequence[Amount]) -> Difference:
        claim, claimed = self._claims[row], self._amount(row)
        day = datetime.date.fromordinal(int(self._table[row, 2]))
        own = next((a for a in amounts if a.unit == claimed.unit), None)
        shown = own if own is not None else next(iter(amounts), None)
        figure = None if shown is None else self.ledger.figure_on(key, day, shown)
        return Difference(key, day, (claim.id,), claimed, figure, _gap(claimed, own), _why(claim, amounts, own))


def _gap(claimed: Amount, recorded: Amount | None) -> Amount | None:
    if recorded is None or claimed.high is None or recorded.high is None:
        return None
    return claimed.minus(recorded)


def _why(claim: Claim, amounts: Sequence[Amount], recorded: Amount | None) -> str:
    if claim.quantity is None:
        return f"{claim.claimant} gives no figure"
    says = f"{claim.claimant} says {claim.quantity}"
    if recorded is not None:
        rough = "; the claim is rough" if claim.quantity.amount.about else ""
        return f"{says}, the records come to {recorded}{rough}"
    if amounts:
        have = " and ".join(map(str, amounts))
        return f"{says}, the records have {have}: {claim.quantity.unit} is another unit, and is not compared"
    return f"{says}, and nothing is on record"


@dataclass(frozen=True, slots=True)
class TableSum:
    """A published table held against itself: its total, and the sum of its rows.

    Args:
        key: of the total; the rows are that key's lots.
        rows: the sum; None where the rows are in several units, which are not added.
        gap: the total less the rows; None where it cannot be computed.
        unpublished: lots of the ledger for which the table has no row.
        claims: ids of the total and of the rows.
    """

    source: str
    as_of: datetime.date
    key: str
    total: Amount
    rows: Amount | None
    gap: Amount | None
    unpublished: tuple[str, ...]
    claims: tuple[str, ...]

    @property
    def adds_up(self) -> bool:
        """Whether the rows sum to the total."""
        return self.gap is not None and self.gap.low == self.gap.high == 0

    @property
    def why(self) -> str:
        """In words."""
        if self.rows is None:
            return f"{self.key}: the total of {self.total} adds rows of different units"
        if self.adds_up:
            return f"{self.key}: the rows sum to the total, {self.total}"
        missing = f"; it has no row of {', '.join(self.unpublished)}" if self.unpublished else ""
        return f"{self.key}: the rows sum to {self.rows}, the total is {self.total}{missing}"


def table_sums(claims: Iterable[Claim], ledger: Ledger) -> tuple[TableSum, ...]:
    """Every total that a source gives beside the rows of its lots, held against their sum, by source and day.

    Raises InvalidValue where a source gives one row twice for one day.
    """
    tables: dict[tuple[str, datetime.date, str], list[tuple[str, Claim]]] = {}
    for claim in claims:
        measure, _, lot = claim.figure.partition("/")
        if (claim.quantity is not None and claim.speaks_of is not None and not claim.denies and claim.figure
                and "," not in measure):
            tables.setdefault((claim.source, claim.speaks_of.ends, measure), []).append((lot, claim))
    lots = [lot.id for lot in ledger.lots]
    found = []
    for place, rows in sorted(tables.items(), key=lambda item: item[0]):
        by_lot = dict(reversed(rows))
        if "" in by_lot and len(by_lot) > 1:
            for lot, claim in rows:
                if by_lot[lot] is not claim:
                    raise InvalidValue(claim.id, "figure", claim.figure,
                                       f"must be given once by {claim.source} for a day, and is in {by_lot[lot].id}")
            found.append(_table_sum(*place, rows=by_lot, lots=lots))
    return tuple(found)


def _table_sum(source: str, day: datetime.date, measure: str, *, rows: dict[str, Claim],
               lots: Sequence[str]) -> TableSum:
    amounts = {lot: claim.quantity.amount for lot, claim in rows.items() if claim.quantity is not None}
    total = amounts.pop("")
    summed = None
    if {a.unit for a in amounts.values()} == {total.unit}:
        summed = Amount.exactly(0, total.unit)
        for amount in amounts.values():
            summed += amount
    return TableSum(source, day, measure, total, summed, None if summed is None else _gap(total, summed),
                    tuple(lot for lot in lots if lot not in amounts), tuple(claim.id for claim in rows.values()))


