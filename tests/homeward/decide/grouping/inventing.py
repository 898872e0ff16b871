"""Small problems with everything in them, drawn at random: no meaning, and no part of the model left out."""

import numpy as np

from homeward.decide.grouping.problem import BoneTerms, Genetics, Problem

__all__ = ["SIZES", "invented_problem"]

SIZES = (4, 5, 3, 6)  # states of the markers
_SLOTS, _BOXES, _INCIDENTS = 6, 3, 3
_OPPOSITE = np.array([1, 0, 3, 2, -1, -1])


def invented_problem(rng, *, elements, persons, sampled=0.5, lines=0.2):
    slot = rng.integers(0, _SLOTS, elements)
    genetics = _genetics(rng, np.flatnonzero(rng.random(elements) < sampled), persons)
    compared = np.flatnonzero(rng.random(elements) < lines)
    return Problem(
        slot=slot, opposite=_OPPOSITE, several=np.arange(_SLOTS) == 5,
        zone=rng.integers(0, 8, elements).astype(np.uint64),
        box=rng.integers(-1, _BOXES, elements), stated=rng.integers(-1, _INCIDENTS, _BOXES),
        incident=np.sort(rng.integers(0, _INCIDENTS, persons)), n_incidents=_INCIDENTS, genetics=genetics,
        bones=_bones(rng, slot), lines=rng.normal(size=(len(compared), persons)).astype(np.float32),
        line_element=compared, joined=np.array([[0, 1]]), joined_log_lr=rng.normal(size=1) * 2.0)


def _bones(rng, slot):
    single = np.array([_term(rng) if rng.random() < 0.7 else np.zeros(10) for _ in slot])
    pairs, start, rank = [], np.full(len(slot), -1), np.full(len(slot), -1)
    for left in (0, 2):
        rights = np.flatnonzero((slot == left + 1) & single.any(axis=1))
        rank[rights] = np.arange(len(rights))
        for e in np.flatnonzero((slot == left) & single.any(axis=1)):
            start[e] = len(pairs)
            pairs += [single[e] + single[f] + np.r_[rng.normal(), rng.normal(size=3) * 0.3, np.zeros(6)]
                      for f in rights]
    return BoneTerms(single, np.array(pairs).reshape(-1, 10), start, rank)


def _term(rng):
    factors = rng.normal(size=(3, 3))
    return np.r_[rng.normal(), rng.normal(size=3) * 1.5, (2.0 * factors.T @ factors)[np.triu_indices(3)]]


def _genetics(rng, element, persons):
    first = np.concatenate([[0], np.cumsum(SIZES)])
    weights, typed = np.ones((len(element), first[-1])), rng.random((len(element), len(SIZES))) < 0.8
    for row, k in np.argwhere(typed):
        weights[row, first[k]:first[k + 1]] = 0.02
        weights[row, first[k] + rng.integers(SIZES[k])] = 0.9
    population = np.concatenate([rng.dirichlet(np.full(s, 3.0)) for s in SIZES])
    tables = np.concatenate([rng.dirichlet(np.full(s, 0.5), size=persons - 1).T for s in SIZES]).astype(np.float32)
    return Genetics(first, population, element, weights, typed, tables, np.r_[rng.permutation(persons - 1), -1])
