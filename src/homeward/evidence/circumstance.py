"""Circumstance: where remains are said to have lain against where each person was lost.

Model: a person lost at the place m, known to σ_i, lies within a drift of some kilometres around it (the line of a
withdrawal, the nearest collecting point); remains are stated to come from the place r, known to σ_j:

    P(r | lost at m) = (1 − ω) · N₂(distance; σ_i² + σ_j² + drift²) + ω / A

with ω the probability that the stated place is simply wrong, and means anywhere in the theatre of area A. H2, someone
else of the pool: the same, over all places of loss with the numbers lost there, and a share lost nobody knows where.
LR = the first over the second. A stated place is evidence with an error, and never a label: the LR never falls below
about ω over the share of the pool that was lost near.

Assumptions: drift alike in all directions; the earth is a sphere. The prior of a case may weigh incidents as well
(``prior.incidents``): what is weighed there for the same reason must not be weighed here.

Source: the circular normal of search theory (Koopman 1980, Search and Screening).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.model import InvalidValue

__all__ = ["CONDITIONS_ON", "NAME", "Antemortem", "Params", "Place", "Postmortem", "compare", "distances_km"]

NAME = "circumstance"
CONDITIONS_ON: tuple[str, ...] = ()
_EARTH_KM = 6371.0088
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in degrees (WGS 84), known to a standard error in kilometres in each direction.

    Raises InvalidValue for a place that is not on the earth, and an error that is negative.
    """

    latitude_deg: float
    longitude_deg: float
    error_km: float = 0.0

    def __post_init__(self) -> None:
        for name, low, high in (("latitude_deg", -90.0, 90.0), ("longitude_deg", -180.0, 180.0),
                                ("error_km", 0.0, 2000.0)):
            if not low <= getattr(self, name) <= high:
                raise InvalidValue("place", name, getattr(self, name), f"must be from {low:g} to {high:g}")


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons with the place of their loss; None where it is not known."""

    ids: tuple[str, ...]
    places: tuple[Place | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains with the place where they are said to have lain; None where nothing is said.

    ``wrong``: of each, ω of whoever states it; None: that of the parameters.
    """

    ids: tuple[str, ...]
    places: tuple[Place | None, ...]
    wrong: tuple[float | None, ...]

    def __post_init__(self) -> None:
        for remains, wrong in zip(self.ids, self.wrong, strict=True):
            if wrong is not None and not 0.0 <= wrong <= 1.0:
                raise InvalidValue(remains, "wrong", wrong, "must be from 0 to 1")


@dataclass(frozen=True, slots=True)
class Params:
    """``pool``: places of loss, None for not known, each with the number of people lost there (of everybody who may
    lie there, listed or not). ``drift_km``; ``wrong_place``: ω; ``area_km2``: A, 220,000 for the whole of Korea. All
    but the pool are assumptions.

    Raises InvalidValue for an empty pool, numbers below 0, and figures out of range.
    """

    pool: tuple[tuple[Place | None, float], ...]
    drift_km: float = 5.0
    wrong_place: float = 0.1
    area_km2: float = 220_000.0

    def __post_init__(self) -> None:
        numbers = [n for _, n in self.pool]
        if not numbers or min(numbers) < 0.0 or not sum(numbers) > 0.0:
            raise InvalidValue("circumstance parameters", "pool", sum(numbers), "must be of people who were lost")
        for name, low, high in (("drift_km", 0.01, 1000.0), ("wrong_place", 0.0, 1.0), ("area_km2", 1.0, 5.2e8)):
            if not low <= getattr(self, name) <= high:
                raise InvalidValue("circumstance parameters", name, getattr(self, name),
                                   f"must be from {low:g} to {high:g}")

    @staticmethod
    def pool_of(places: Sequence[Place | None]) -> tuple[tuple[Place | None, float], ...]:
        """The pool that a roster is: each place with those lost there."""
        counts: dict[Place | None, float] = {}
        for place in places:
            counts[place] = counts.get(place, 0.0) + 1.0
        return tuple(counts.items())


def compare(am: Antemortem, pm: Postmortem, params: Params) -> Support:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns.

    Returns the tile's support; a pair is not compared where either place is not known. Excluded is only what is beyond
    all distance with an ω of 0.

    >>> unsan, chosin = Place(39.97, 125.8, 2.0), Place(40.35, 127.2, 2.0)
    >>> am, pm = Antemortem(("P-1", "P-2"), (unsan, chosin)), Postmortem(("R-1",), (chosin,), (None,))
    >>> compare(am, pm, Params(Params.pool_of(am.places))).log10_lr.round(2).tolist()
    [[-3.68], [0.3]]
    """
    places = list(dict.fromkeys(p for p in (*am.places, *(p for p, _ in params.pool)) if p is not None))
    number = {place: k for k, place in enumerate(places)}
    stated = [p for p in pm.places if p is not None]
    wrong = np.array([params.wrong_place if w is None else w for p, w in zip(pm.places, pm.wrong, strict=True)
                      if p is not None])
    density = (1.0 - wrong) * _density(places, stated, params.drift_km) + wrong / params.area_km2
    nowhere = np.full((1, len(stated)), 1.0 / params.area_km2)
    share = np.zeros(len(places) + 1)
    for place, n in params.pool:
        share[len(places) if place is None else number[place]] += n
    every = np.vstack([density, nowhere])
    stranger = share / share.sum() @ every
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(stranger > 0.0, np.log10(density / stranger), 0.0)
    table = np.zeros((len(places) + 1, len(pm.ids)))
    columns = np.array([j for j, p in enumerate(pm.places) if p is not None], dtype=np.int64)
    table[:-1, columns] = found
    rows = np.array([-1 if p is None else number[p] for p in am.places], dtype=np.int64)
    known = np.zeros(len(pm.ids), np.bool_)
    known[columns] = True
    log10_lr = table[rows]
    status = np.where((rows >= 0)[:, None] & known, np.where(np.isneginf(log10_lr), EXCLUDED, COMPARED),
                      NOT_COMPARED).astype(np.int8)
    return Support(NAME, am.ids, pm.ids, log10_lr, status)


def distances_km(places: Sequence[Place], others: Sequence[Place]) -> _Array:
    """Great-circle distances, (n_places, n_others)."""
    (lat, lon), (lat2, lon2) = (np.radians([[getattr(p, name) for p in of] for name in ("latitude_deg",
                                                                                      "longitude_deg")]).reshape(2, -1)
                                for of in (places, others))
    half = (np.sin((lat[:, None] - lat2) / 2.0) ** 2
            + np.cos(lat)[:, None] * np.cos(lat2) * np.sin((lon[:, None] - lon2) / 2.0) ** 2)
    return np.asarray(2.0 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def _density(places: Sequence[Place], stated: Sequence[Place], drift_km: float) -> _Array:
    """N₂ of each stated place around each place of loss, per km²."""
    errors = [np.array([p.error_km for p in of]) ** 2 for of in (places, stated)]
    variance = errors[0][:, None] + errors[1] + drift_km**2
    return np.asarray(np.exp(-0.5 * distances_km(places, stated) ** 2 / variance) / (2.0 * math.pi * variance))
