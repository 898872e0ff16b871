"""What a party holds, what it handed over, what remains open; what was asked for it and paid: never too exact."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from homeward.model import Transfer
from homeward.model.access import Content, Holding, HoldingKind, Payment, PaymentState
from homeward.model.quantities import Amount

__all__ = ["Remaining", "Sum", "money_by", "remaining"]


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left of a holding by what was handed over after it was stated.

    ``amount``: all that it may be; ``counted``: ids of the transfers that were subtracted, ``not_counted``: those that
    have no count in the unit of the holding, so that anything may lie in them; ``reason``: in words.
    """

    holding: str
    as_of: datetime.date
    amount: Amount
    counted: tuple[str, ...]
    not_counted: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Money of one kind in one currency by a day: single sums added up, and the running totals that others state."""

    state: PaymentState
    currency: str
    payer: str
    payee: str
    added: Amount | None
    payments: tuple[str, ...]
    running: tuple[tuple[str, Amount], ...]


def remaining(holding: Holding, transfers: Iterable[Transfer], contents: Iterable[Content] = (), *,
              as_of: datetime.date, givers: Collection[str] = ()) -> Remaining:
    """What may remain of a holding at the end of a day.

    Transfers by the party that holds are subtracted where they surely lie after the day that the holding speaks of, in
    the holding's unit: as counted, or as the latest ``contents`` of the same dead say that were known by then. Boxes
    are not persons: a transfer without a count in that unit lowers what is surely left to nothing, and takes nothing
    away from what may be left. Where more was handed over than it was said to hold, any number may remain.

    Args: ``givers``: names under which the party hands over, beside its own: the army of a state.
    """
    left = holding.quantity.amount
    counted, not_counted, words = [], [], []
    known = sorted((c for c in contents if c.as_of.ends <= as_of and c.whose in ("", holding.whose)),
                   key=lambda c: c.as_of.ends)
    for transfer in transfers:
        if transfer.giver not in (holding.party, *givers) or not _after(transfer, holding, as_of):
            continue
        amount = _in_unit(transfer, holding.quantity.unit, known)
        if left.high is not None and (left.high == 0 if amount is None else amount.low > left.high):
            # The statement is shown to be wrong: it bounds nothing any more.
            words.append(f"more was handed over on {transfer.date} than it was said to hold: any number may remain")
            left = Amount(0, None, left.unit, about=True)
        if amount is None:
            not_counted.append(transfer.id)
            left = Amount(0, left.high, left.unit, left.about)
            words.append(f"{_said(transfer)} on {transfer.date} cannot be subtracted, being no count of {left.unit}")
        else:
            counted.append(transfer.id)
            left = left.minus(amount, least=0)
            words.append(f"less {amount} on {transfer.date}")
    says = "says that it holds" if holding.kind is HoldingKind.SAYS else "is thought to hold"
    return Remaining(holding.id, as_of, left, tuple(counted), tuple(not_counted),
                     "; ".join([f"{holding.party} {says} {holding.quantity}", *words]))


def money_by(payments: Iterable[Payment], as_of: datetime.date) -> tuple[Sum, ...]:
    """Money by the end of a day, for each state, currency, payer and payee; running totals are never added."""
    groups: dict[tuple[PaymentState, str, str, str], list[Payment]] = {}
    for payment in payments:
        if payment.on.ends <= as_of:
            key = (payment.state, payment.quantity.unit, payment.payer, payment.payee)
            groups.setdefault(key, []).append(payment)
    return tuple(_summed(*key, payments=found) for key, found in sorted(groups.items()))


def _summed(state: PaymentState, currency: str, payer: str, payee: str, *, payments: list[Payment]) -> Sum:
    single = [p for p in payments if not p.running]
    added = None
    for payment in single:
        added = payment.quantity.amount if added is None else added + payment.quantity.amount
    return Sum(state, currency, payer, payee, added, tuple(p.id for p in single),
               tuple((p.id, p.quantity.amount) for p in payments if p.running))


def _after(transfer: Transfer, holding: Holding, as_of: datetime.date) -> bool:
    return holding.as_of.ends < transfer.date.first_day and transfer.date.last_day <= as_of


def _in_unit(transfer: Transfer, unit: str, contents: Iterable[Content]) -> Amount | None:
    if transfer.unit == unit and transfer.count is not None:
        return Amount.exactly(transfer.count, unit)
    found = [c.quantity.amount for c in contents if c.transfer == transfer.id and c.quantity.unit == unit]
    return found[-1] if found else None


def _said(transfer: Transfer) -> str:
    if transfer.count is None or transfer.unit is None:
        return "a transfer without a count"
    return str(Amount.exactly(transfer.count, transfer.unit))
