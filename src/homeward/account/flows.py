"""From what was handed over to names: the stages of each lot, and the days on which a figure changes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace

from homeward.account.ledger import Ledger, Standing
from homeward.account.public import public_figures
from homeward.model.figures import Flow, Series, SeriesPoint, Stage
from homeward.model.sources import Claim

__all__ = ["flow_of", "series_with_claims"]


def flow_of(standing: Standing, *, public: bool = False) -> Flow:
    """The lots with what was received, how many persons that is thought to be, how many have a name or went home.

    A stage that nothing is on record for has no amount; a lot of which nothing is on record is left out.

    Args: ``public``: withholds what ``public_figures`` withholds, and the ids of the records.
    """
    figures: dict[str, list[Stage]] = {}
    shown_figures = public_figures(standing.figures, standing.ledger.lots)
    for figure, shown in zip(standing.figures, shown_figures, strict=True):
        measure = figure.key.partition("/")[0]
        stage = Stage(measure, shown.amount, (), "" if shown.amount is not None else shown.shown) if public else (
            Stage(measure, figure.amount, figure.records))
        figures.setdefault(figure.key, []).append(stage)
    lanes = []
    for lot in standing.ledger.lots:
        stages = [stage for measure in ("received", "estimated", "accounted for", "returned", "not yet named")
                  for stage in figures.get(f"{measure}/{lot.id}", [Stage(measure, None)])]
        if any(stage.amount is not None or stage.instead for stage in stages):
            lanes.append((lot.name, tuple(stages)))
    return Flow(standing.day, tuple(lanes))


def series_with_claims(ledger: Ledger, key: str, days: Sequence[datetime.date], claims: Iterable[Claim], *,
                       unit: str = "person") -> Series:
    """A figure over time, beside what was said about it in the same unit: rivals stand as points of their own."""
    said = [SeriesPoint(claim.speaks_of.ends, claim.quantity.amount, claim.id) for claim in claims
            if claim.figure == key and claim.quantity is not None and claim.speaks_of is not None
            and claim.quantity.unit == unit and not claim.denies]
    return replace(ledger.series(key, days, unit=unit), claimed=tuple(sorted(said, key=lambda p: (p.on, p.claim))))
