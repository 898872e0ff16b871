"""A ledger of 100,000 synthetic persons and a million synthetic claims about its figures."""

import datetime
from collections.abc import Callable
from functools import cache

import numpy as np

from homeward.account import ClaimedFigures, Ledger
from homeward.model import PartialDate
from homeward.model.entries import Entry, EntryKind, Lot
from homeward.model.quantities import Quantity
from homeward.model.sources import Chain, Claim, Quote
from homeward.model.spans import Span

__all__ = ["account_as_of", "account_index"]

_PERSONS, _CLAIMS, _LOTS, _AGENCIES = 100_000, 1_000_000, 20, 50
_DAY = datetime.date(2018, 6, 18)


@cache
def _records() -> tuple[list[Entry], list[Lot], list[Claim]]:
    rng = np.random.default_rng(1950)
    spans = [Span(PartialDate(y, m, d)) for y in range(1990, 2025) for m in (1, 5, 9) for d in (3, 17)]
    lots = [Lot(f"L{i}", f"lot {i} (synthetic)", "turnover") for i in range(_LOTS)]
    entries = [Entry(f"E{i}", EntryKind.LISTED, None, person=f"P{i}", place=f"place {i % 30}", incident=f"I{i % 3000}",
                     latitude_deg=37.0 + (i % 40) / 10.0) for i in range(_PERSONS)]
    entries += [Entry(f"A{i}", EntryKind.ACCOUNTED_FOR, spans[int(n)], person=f"P{i}", lot=f"L{i % _LOTS}")
                for i, n in zip(range(0, _PERSONS, 3), rng.integers(len(spans), size=_PERSONS), strict=False)]
    keys = ["unaccounted for", "unaccounted for, side/north", *(f"accounted for/L{i}" for i in range(_LOTS))]
    said = [Quantity(60_000 + i, "person") for i in range(_AGENCIES)]
    quote, chains = Quote("S1"), [Chain((f"agency {i} (synthetic)",)) for i in range(_AGENCIES)]
    claims = [Claim(f"C{i}", "synthetic", quote, chains[i % _AGENCIES], said[i % _AGENCIES],
                    said=spans[i % len(spans)], figure=keys[i % len(keys)]) for i in range(_CLAIMS)]
    return entries, lots, claims


@cache
def _indexed() -> ClaimedFigures:
    entries, lots, claims = _records()
    return ClaimedFigures(Ledger(entries, lots), claims)


def account_index() -> Callable[[], object]:
    """Building the ledger and the index of the claims, which is done once."""
    entries, lots, claims = _records()
    return lambda: ClaimedFigures(Ledger(entries, lots), claims)


def account_as_of() -> Callable[[], object]:
    """All figures of a day, and the claims that differ from them."""
    claimed = _indexed()
    return lambda: (claimed.ledger.as_of(_DAY).figures, claimed.differences(_DAY))
