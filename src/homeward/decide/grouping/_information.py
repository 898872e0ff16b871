"""How much a test whose outcome each draw foretells says of every element's name, and of who lies with whom: in nats.

I(Y; T) = H(Y) − Σ_t P(t) H(Y | t), counted in the draws. Counts of few draws show information where there is none; so
it is adjusted for chance (Vinh, Epps & Bailey 2010, JMLR 11:2837): U (I − I₀) / (U − I₀), U = min(H(Y), H(T)), I₀ the
same of outcomes from other draws. Someone of incident i of whom nothing tells who is one of its n_i free persons, each
as probable: his entropy has log n_i besides, less where the test names one of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Roster", "Views", "expected_best", "log_score", "of_names", "of_pairs"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]

_ORDER = 1953  # seed of the order in which outcomes are held against draws that are not theirs


@dataclass(frozen=True, slots=True)
class Roster:
    """``incident``: (N,) of each person; ``referenced``: (N,) whose family gave STR references."""

    incident: _Index
    referenced: NDArray[np.bool_]
    n_incidents: int


@dataclass(frozen=True, slots=True)
class Views:
    """Draws as the counting wants them: ``name``: (D, E) from 0 up, persons after incidents and "not listed".

    ``free``, ``free_referenced``: (I,) persons of an incident whom no group names, on average over the draws.
    """

    group: _Index
    name: _Index
    free: _Array
    free_referenced: _Array
    n_names: int

    @classmethod
    def of(cls, group: _Index, label: _Index, roster: Roster) -> Views:
        """The draws (D, E) of groups and labels."""
        named = np.zeros((len(label), len(roster.incident)), np.bool_)
        rows, columns = np.nonzero(label >= 0)
        named[rows, label[rows, columns]] = True
        free, told = np.zeros((2, roster.n_incidents))
        for i in range(roster.n_incidents):
            here = (label == -2 - i).any(axis=1)
            left = ~named[here if here.any() else slice(None)] & (roster.incident == i)
            free[i], told[i] = left.sum(axis=1).mean(), (left & roster.referenced).sum(axis=1).mean()
        return cls(group, label + 2 + roster.n_incidents - 1, free, told, len(roster.incident) + roster.n_incidents + 1)

    @property
    def inside(self) -> _Array:
        """Entropy inside each name: (names + 1,); the last stands for "the same as the tested"."""
        n = len(self.free)
        return np.concatenate([np.log(np.maximum(self.free, 1.0))[::-1], np.zeros(self.n_names + 1 - n)])

    def incident_of(self, name: _Index) -> _Index:
        """The incident of each name that is "someone of it", −1 of others."""
        return np.where(name < len(self.free), len(self.free) - 1 - name, -1)


def of_names(views: Views, outcome: _Index, tested: int | None) -> _Array:
    """(E,): what the outcomes (D,) of one test say of each element's name.

    ``tested``: the element whose genotype the test finds; where it is "someone of incident i" its person is one of the
    free ones, and comes to be known if he has references. None for a test of something else.
    """
    n_draws = len(views.name)
    rows, weight, told = np.arange(n_draws), np.ones(n_draws), np.full(n_draws, -1)
    if tested is not None:
        own = views.incident_of(views.name[:, tested])
        lumped = np.flatnonzero(own >= 0)
        share = views.free_referenced[own[lumped]] / np.maximum(views.free[own[lumped]], 1.0)
        weight[lumped] -= share
        rows, weight = np.concatenate([rows, lumped]), np.concatenate([weight, share])
        told = np.concatenate([told, own[lumped]])
    kept = weight > 0.0
    rows, weight, told = rows[kept], weight[kept], told[kept]
    tests = np.unique(np.where(told >= 0, -10**9 + told, outcome[rows]), return_inverse=True)[1]
    name = views.name[rows].copy()
    inside = np.broadcast_to(views.inside[name], name.shape).copy()
    if tested is not None:
        lump = (told[:, None] >= 0) & (views.incident_of(name) == told[:, None])
        same = lump & (views.group[rows] == views.group[rows, tested][:, None])
        inside[lump] = np.log(np.maximum(views.free[views.incident_of(name[lump])] - 1.0, 1.0))
        name[same], inside[same] = views.n_names, 0.0
    own_inside = views.inside[views.name]
    before = _entropy(np.zeros(n_draws, np.int64), views.name, own_inside, np.ones(n_draws))
    after = _entropy(tests, name, inside, weight)
    coarse = outcome if tested is None else np.where(own >= 0, -10**9 + own, outcome)
    elsewhere = _shuffled(np.unique(coarse, return_inverse=True)[1])
    chance = before - _entropy(elsewhere, views.name, own_inside, np.ones(n_draws))
    shares = np.bincount(tests, weight) / weight.sum()
    of_test = -(shares * np.log(shares)).sum()
    if tested is not None:
        named = told >= 0
        of_test += (weight[named] * np.log(np.maximum(views.free_referenced[told[named]], 1.0))).sum() / n_draws
    return _adjusted(before - after, chance, np.minimum(before, of_test), before)


def _shuffled(tests: _Index) -> _Index:
    return tests[np.random.default_rng(_ORDER).permutation(len(tests))]


def _adjusted(found: _Array, chance: _Array, most: _Array, before: _Array) -> _Array:
    """Information above what chance shows, on a scale whose end stays where it is."""
    room = np.maximum(most - chance, 1e-9)
    value = np.where(most - chance > 1e-6, most * (found - chance) / room, 0.0)
    return np.asarray(np.clip(value, 0.0, before), dtype=np.float64)


def _entropy(tests: _Index, name: _Index, inside: _Array, weight: _Array) -> _Array:
    """H(name | test) of each element, (E,)."""
    n, n_names, total = name.shape[1], int(name.max()) + 1, weight.sum()
    key = (tests[:, None] * n + np.arange(n)) * n_names + name
    found, place = np.unique(key.ravel(), return_inverse=True)
    p = np.bincount(place, np.broadcast_to(weight[:, None], key.shape).ravel()) / total
    spread = np.bincount(place, (weight[:, None] * inside).ravel()) / total
    of_test = np.bincount(tests, weight) / total
    element, test = found // n_names % n, found // n_names // n
    return np.bincount(element, -p * np.log(p / of_test[test]) + spread, minlength=n).astype(np.float64)


def of_pairs(outcome: _Index, together: NDArray[np.float32]) -> _Array:
    """(P,): what the outcomes (D,) of one test say of each pair's lying together, (D, P) of 0 and 1."""
    n = len(outcome)
    tests = np.unique(outcome, return_inverse=True)[1]
    before = _binary(together.sum(axis=0, dtype=np.float64) / n)
    shares = np.bincount(tests) / n
    found, chance = (before - _pair_entropy(t, together) for t in (tests, _shuffled(tests)))
    return _adjusted(found, chance, np.minimum(before, -(shares * np.log(shares)).sum()), before)


def _pair_entropy(tests: _Index, together: NDArray[np.float32]) -> _Array:
    n = len(tests)
    chosen = np.zeros((int(tests.max()) + 1, n), np.float32)
    chosen[tests, np.arange(n)] = 1.0
    total = chosen.sum(axis=1)[:, None].astype(np.float64)
    return np.asarray((total / n * _binary((chosen @ together).astype(np.float64) / total)).sum(axis=0))


def _binary(p: _Array) -> _Array:
    q = np.clip(p, 1e-12, 1.0 - 1e-12)
    return np.asarray(np.where((p <= 0.0) | (p >= 1.0), 0.0, -q * np.log(q) - (1.0 - q) * np.log1p(-q)))


def expected_best(gains: _Array, chance: _Array) -> float:
    """Σ over items of the expected largest gain of those tests, (k, items), that succeed, each by its ``chance``."""
    if not len(gains):
        return 0.0
    order = np.argsort(-gains, axis=0, kind="stable")
    q = chance[order]
    first = q * np.concatenate([np.ones((1, q.shape[1])), np.cumprod(1.0 - q, axis=0)[:-1]])
    return float((first * np.take_along_axis(gains, order, axis=0)).sum())


def log_score(views: Views, roster: Roster, truth: _Index) -> _Array:
    """(E,) natural log of the probability of each element's true person, −1 for one who is not on the roster."""
    n_draws, n_incidents = len(views.name), roster.n_incidents
    own = np.where(truth >= 0, roster.incident[truth], -1)
    label = views.name - n_incidents - 1
    taken = np.stack([(label == m).any(axis=1) if m >= 0 else np.ones(n_draws, np.bool_) for m in truth], axis=1)
    free = np.maximum(views.free[own], 1.0)
    share = (label == truth).mean(axis=0) + ((label == -2 - own) & ~taken & (truth >= 0)).mean(axis=0) / free
    return np.asarray(np.log((share * n_draws + 0.5) / (n_draws + 1.0)))
