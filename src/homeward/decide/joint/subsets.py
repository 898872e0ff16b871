"""Exact sums and maxima over all assignments of one connected part: forward and backward over the open things.

Forward, each chooser in turn takes an option whose things are free; backward, the same from the end; together they
give what each option weighs in all assignments. No assignment is listed: choosers × 2^width states are enough. Weights
are brought below 1 by prices of the things, so that nothing overflows, and what underflows is e^−300 of the best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint._kernels import gather, gather_best, spread, spread_best
from homeward.decide.joint.frontier import Frontier, Step
from homeward.decide.joint.options import Choice, left_out
from homeward.decide.joint.prices import Priced, priced

__all__ = ["Best", "Sums", "best_of", "sums_of"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Posterior of each chooser's options, each summing to 1, and of each thing being taken by nobody.

    ``log_total``: natural log of the sum of all assignments' weights.
    """

    options: tuple[_Array, ...]
    free: _Array
    log_total: float


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best assignment that each option is part of, natural log; and of all, ``highest``.

    ``onwards``: for each step of the frontier the best of what follows it, by state.
    """

    options: tuple[_Array, ...]
    highest: float
    onwards: tuple[_Array, ...]


def masks_of(choice: Choice, step: Step, n_things: int) -> _Index:
    """The open things of each option as bits; things that only this chooser can take have none."""
    bit = np.zeros(n_things + 1, dtype=np.int64)
    for place, thing in enumerate(step.open):
        bit[thing] = 1 << place
    return np.asarray(bit[choice.picks].sum(axis=1))


def sums_of(choices: Sequence[Choice], n_things: int, frontier: Frontier) -> Sums | None:
    """The posterior of all options; None where the weights span more than a double can hold, prices and all."""
    found = priced(choices, n_things)
    if found is None:
        return None
    forward: list[tuple[_Array, _Array]] = []
    grouped = []
    state, log_total = np.ones(1), found.log_scale
    for step in frontier.steps:
        group = _Group.of(masks_of(choices[step.chooser], step, n_things), found.weights[step.chooser])
        before = np.concatenate([state, np.zeros((len(state) << step.opened) - len(state))])
        after = np.zeros_like(before)
        spread(before, group.masks, group.weights, after)
        forward.append((before, after if step.closed else after[:0]))
        grouped.append(group)
        state = after
        for bit, thing in zip(step.closed, step.done, strict=True):
            state = _closed(state, bit, found.free[thing])
        scale = float(state.max())
        state = state / scale
        log_total += float(np.log(scale))
    log_total += float(np.log(state.sum()))
    return _backward(choices, n_things, frontier, _Forward(found, forward, grouped, log_total))


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Options with one mask taken together; ``which``: the group of each option."""

    masks: NDArray[np.uint64]
    weights: _Array
    which: _Index

    @classmethod
    def of(cls, masks: _Index, weights: _Array) -> _Group:
        different, which = np.unique(masks, return_inverse=True)
        which = which.reshape(-1)
        together = np.bincount(which, weights=weights, minlength=len(different)).astype(np.float64)
        return cls(different.astype(np.uint64), together, which)

    @classmethod
    def best(cls, masks: _Index, log_weights: _Array) -> _Group:
        different, which = np.unique(masks, return_inverse=True)
        which = which.reshape(-1)
        together = np.full(len(different), -np.inf)
        np.maximum.at(together, which, log_weights)
        return cls(different.astype(np.uint64), together, which)


@dataclass(frozen=True, slots=True, eq=False)
class _Forward:
    """What the way forward leaves for the way back: the states before and after each step's chooser, its options."""

    priced: Priced
    states: list[tuple[_Array, _Array]]
    groups: list[_Group]
    log_total: float


def _backward(choices: Sequence[Choice], n_things: int, frontier: Frontier, forward: _Forward) -> Sums:
    options: list[_Array] = [np.empty(0)] * len(choices)
    free = np.full(n_things, np.nan)
    onwards = np.ones(1)
    for step, (before, after), group in zip(reversed(frontier.steps), reversed(forward.states),
                                            reversed(forward.groups), strict=True):
        onwards = _reopened(step, after, onwards, (forward.priced.free, free))
        mass, back = np.zeros(len(group.masks)), np.zeros_like(before)
        gather(before, group.masks, group.weights, onwards, back, mass)
        weights = forward.priced.weights[step.chooser]
        share = np.divide(weights, group.weights[group.which], out=np.zeros_like(weights),
                          where=group.weights[group.which] > 0.0)
        options[step.chooser] = share * mass[group.which] / mass.sum()
        onwards = back[:len(back) >> step.opened]
        onwards = onwards / onwards.max()
    for c, choice in enumerate(choices):
        mine = [thing for thing in choice.things().tolist() if np.isnan(free[thing])]
        if mine:  # things that only this chooser can take
            free[mine] = left_out(options[c], choice.picks, n_things)[1][mine]
    return Sums(tuple(options), np.where(np.isnan(free), 1.0, free), forward.log_total)


def _closed(state: _Array, bit: int, free: float) -> _Array:
    """The states without one bit; a thing that stays free counts ``free``."""
    halves = state.reshape(-1, 2, 1 << bit)
    return np.asarray((free * halves[:, 0] + halves[:, 1]).ravel())


def _reopened(step: Step, after: _Array, onwards: _Array, free: tuple[_Array, _Array]) -> _Array:
    """The backward states before the step's things were closed.

    ``free``: what each thing counts that stays free, and, filled here, the posterior of its being free.
    """
    states = [after]
    for bit, thing in zip(step.closed, step.done, strict=True):
        states.append(_closed(states[-1], bit, free[0][thing]))
    for bit, thing, state in zip(reversed(step.closed), reversed(step.done), reversed(states[:-1]), strict=True):
        halves, later = state.reshape(-1, 2, 1 << bit), onwards.reshape(-1, 1 << bit)
        left = float(free[0][thing] * (halves[:, 0] * later).sum())
        free[1][thing] = left / (left + float((halves[:, 1] * later).sum()))
        onwards = np.stack([free[0][thing] * later, later], axis=1).ravel()
    return onwards


def best_of(choices: Sequence[Choice], n_things: int, frontier: Frontier) -> Best:
    """The best assignment with each option; ties and all, since only sums and comparisons are made."""
    states: list[_Array] = []
    groups: list[_Group] = []
    state = np.zeros(1)
    for step in frontier.steps:
        choice = choices[step.chooser]
        group = _Group.best(masks_of(choice, step, n_things), choice.log_weight)
        before = np.concatenate([state, np.full((len(state) << step.opened) - len(state), -np.inf)])
        after = np.full_like(before, -np.inf)
        spread_best(before, group.masks, group.weights, after)
        states.append(before)
        groups.append(group)
        state = after
        for bit in step.closed:
            state = state.reshape(-1, 2, 1 << bit).max(axis=1).ravel()
    return _best_backward(choices, frontier, states, groups, float(state.max()))


def _best_backward(choices: Sequence[Choice], frontier: Frontier, states: list[_Array], groups: list[_Group],
                   highest: float) -> Best:
    options: list[_Array] = [np.empty(0)] * len(choices)
    later, onwards = [np.zeros(1)], np.zeros(1)
    for step, before, group in zip(reversed(frontier.steps), reversed(states), reversed(groups), strict=True):
        for bit in reversed(step.closed):
            onwards = np.repeat(onwards.reshape(-1, 1, 1 << bit), 2, axis=1).ravel()
        best, back = np.full(len(group.masks), -np.inf), np.full_like(before, -np.inf)
        gather_best(before, group.masks, group.weights, onwards, back, best)
        options[step.chooser] = best[group.which] + choices[step.chooser].log_weight - group.weights[group.which]
        onwards = back[:len(back) >> step.opened]
        later.append(onwards)
    return Best(tuple(options), highest, tuple(reversed(later)))
