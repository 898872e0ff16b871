"""Mutation matrices: the probability that a parent's allele i is handed on as allele j.

Rows are the parental allele, columns the transmitted one, in the order of the marker's alleles. Each model spreads
the stated rate over the alleles of the table alone: an allele that nobody listed cannot arise.

Sources. Equal, proportional and stepwise (with a rate for steps inside the microvariant group and another for steps
out of it): Egeland, Kling, Mostad, Relationship Inference with Familias and R, 2016, ch. 5, the models of Familias 3.
Reversible stepwise ("dawid"): Dawid, Mortera, Pascali 2001, doi:10.1016/S0379-0738(01)00417-2; Dawid, Mortera,
Pascali, van Boxel 2002, doi:10.1111/1467-9469.00303. Stationary: Simonsson, Mostad 2016,
doi:10.1016/j.fsigen.2016.04.005. All but the last agree with pedmut 0.9 on the matrices of ``cases/dna``.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from homeward.model import InvalidValue, MutationModel, Unsupported

__all__ = ["mutation_matrix", "stationary_matrix"]

_ROUNDING = 1e-8
_REPEATS = re.compile(r"([0-9]{1,6})(?:\.([0-9]))?")

_Matrix = NDArray[np.float64]


def mutation_matrix(
    model: MutationModel, alleles: tuple[str, ...], frequencies: _Matrix, *, silent: str | None = None
) -> _Matrix:
    """The mutation matrix of one sex at one marker.

    Args: ``model``; ``alleles`` (A), in the order of the table; ``frequencies`` (A,), of the population;
    ``silent``, the allele that no laboratory sees: it neither mutates nor arises by mutation (not asked of the
    custom model, whose matrix says all).

    Returns float64 (A, A), each row summing to 1. With n alleles, r the rate, p the frequencies, i ≠ j:

    - none: the identity.
    - equal: M_ij = r / (n − 1).
    - proportional: M_ij = α p_j, α = r / Σ p_i (1 − p_i), so that the expected rate is r.
    - stepwise: M_ij ∝ range^|i − j|, scaled to r, among alleles a whole number of repeats apart; rate2 spread
      evenly over the others. Where an allele has none of the one kind, that part of its rate falls away.
    - onestep: r / 2 to each allele one repeat away, r where there is one such allele, 0 where there is none; whole
      repeats only.
    - dawid: M_ij = r range^|i − j| / (p_i S), S = Σ_{i≠j} range^|i − j|; reversible, expected rate r.
    - custom: the matrix as given.

    Raises InvalidValue for alleles the model cannot order, and where a row would leave less than nothing for the
    unchanged allele.

    >>> mutation_matrix(MutationModel("equal", 0.2), ("7", "8", "9"), np.array([0.2, 0.3, 0.5])).round(3).tolist()
    [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]]
    """
    p = np.asarray(frequencies, dtype=np.float64)
    if p.shape != (len(alleles),) or not (p > 0.0).all():
        raise InvalidValue("mutation model", "frequencies", p.tolist(),
                           f"must be positive, one for each of {len(alleles)} alleles")
    if model.kind == "custom":
        return _custom(model, len(alleles))
    matrix = np.eye(len(alleles))
    seen = [i for i, allele in enumerate(alleles) if allele != silent]
    if model.kind == "none" or len(seen) < 2:
        return matrix
    share = float(p[seen].sum() / p.sum())
    block = _block(model, [alleles[i] for i in seen], p[seen], share)
    if block.min() < 0.0:
        worst = int(np.diag(block).argmin())
        raise InvalidValue("mutation model", "rate", model.rate,
                           f"leaves {block[worst, worst]:.3g} for allele {alleles[seen[worst]]} to stay as it is")
    matrix[np.ix_(seen, seen)] = block
    return matrix


def stationary_matrix(matrix: _Matrix, frequencies: _Matrix) -> _Matrix:
    """The matrix made stationary for the population's frequencies (method PM of Simonsson and Mostad 2016).

    Every row keeps the proportions of its mutations and is multiplied by one factor: S = I + D (M − I), D diagonal.
    With v the distribution for which M is stationary, v M = v, the factors d_i = c v_i / p_i give p S = p, and c is
    chosen to keep the expected rate Σ p_i (1 − M_ii). There is no other such matrix if M connects all alleles.

    Args: ``matrix`` (A, A), ``frequencies`` (A,); both over the alleles that mutate. Returns float64 (A, A).
    Raises Unsupported where no such matrix exists: M falls into parts that never reach each other, or a row would
    mutate with a probability above 1.
    """
    p = np.asarray(frequencies, dtype=np.float64) / np.sum(frequencies)
    # What leaves an allele is summed from its mutations: 1 − M_ii would lose the last digits of a small rate.
    off = matrix - np.diag(np.diag(matrix))
    leaves = off.sum(axis=1)
    if not leaves.any():
        return matrix.copy()
    if not _is_connected(matrix):
        raise Unsupported("stationary mutation model: alleles that never mutate into each other cannot be balanced")
    system = off.T - np.diag(leaves)
    system[-1] = 1.0
    v = np.linalg.solve(system, np.eye(len(p))[-1])
    factor = (p @ leaves) / (v @ leaves) * v / p
    if (factor * leaves).max() > 1.0:
        raise Unsupported("stationary mutation model: an allele would mutate with a probability above 1")
    stationary: _Matrix = factor[:, None] * off
    np.fill_diagonal(stationary, 1.0 - factor * leaves)
    return stationary


def _block(model: MutationModel, alleles: list[str], p: _Matrix, share: float) -> _Matrix:
    """The matrix over the alleles that mutate; ``share`` is what they make up of the whole."""
    if model.kind == "proportional":
        return _proportional(model.rate / share, p)
    if model.kind == "equal":
        off = np.full((len(p), len(p)), model.rate / (len(p) - 1))
    elif model.kind == "stepwise":
        off = _stepwise(model, _tenths(model, alleles))
    elif model.kind == "onestep":
        near = _whole_steps(model, alleles) == 1
        off = np.where(near, model.rate / np.maximum(near.sum(axis=1, keepdims=True), 1), 0.0)
    else:
        steps = _whole_steps(model, alleles)
        weight = _geometric(model.step_range, steps.ravel()[None, :], steps.ravel()[None, :] > 0).reshape(steps.shape)
        off = model.rate * weight / weight.sum() / p[:, None]
    np.fill_diagonal(off, 0.0)
    np.fill_diagonal(off, 1.0 - off.sum(axis=1))
    return off


def _proportional(rate: float, p: _Matrix) -> _Matrix:
    # Frequencies that miss 1 by rounding alone stand as given, as in pedmut and Familias; others are rescaled.
    q = p if abs(p.sum() - 1.0) < _ROUNDING else p / p.sum()
    alpha = rate / (q * (1.0 - q)).sum()
    matrix: _Matrix = np.tile(alpha * q, (len(q), 1)) + (1.0 - alpha) * np.eye(len(q))
    return matrix


def _stepwise(model: MutationModel, tenths: NDArray[np.int64]) -> _Matrix:
    distance = np.abs(tenths[:, None] - tenths[None, :])
    same = distance % 10 == 0
    weight = _geometric(model.step_range, distance // 10, same & (distance > 0))
    total = weight.sum(axis=1, keepdims=True)
    inside = np.divide(model.rate * weight, total, out=np.zeros_like(weight), where=total > 0.0)
    others = (~same).sum(axis=1, keepdims=True)
    off: _Matrix = np.where(same, inside, model.rate2 / np.maximum(others, 1))
    return off


def _geometric(step_range: float, steps: NDArray[np.int64], taken: NDArray[np.bool_]) -> _Matrix:
    """range^steps where taken, else 0, up to a factor for each row that keeps the largest at 1."""
    # Alleles many repeats apart, or an odd range, would overflow or vanish as plain powers.
    if step_range <= 1.0:
        origin = np.where(taken, steps, np.iinfo(np.int64).max).min(axis=1, keepdims=True)
    else:
        origin = np.where(taken, steps, 0).max(axis=1, keepdims=True)
    weight: _Matrix = np.where(taken, step_range ** np.where(taken, steps - origin, 0).astype(np.float64), 0.0)
    return weight


def _tenths(model: MutationModel, alleles: list[str]) -> NDArray[np.int64]:
    """Alleles in tenths of a repeat: 9.3 is 93, and the last digit is its microvariant group."""
    tenths = []
    for allele in alleles:
        found = _REPEATS.fullmatch(allele)
        if found is None:
            raise InvalidValue("mutation model", "allele", allele,
                               f"must be a number of repeats such as 9 or 9.3 for the {model.kind} model")
        tenths.append(10 * int(found[1]) + int(found[2] or 0))
    return np.array(tenths, dtype=np.int64)


def _whole_steps(model: MutationModel, alleles: list[str]) -> NDArray[np.int64]:
    tenths = _tenths(model, alleles)
    for allele, tenth in zip(alleles, tenths, strict=True):
        if tenth % 10:
            raise InvalidValue("mutation model", "allele", allele,
                               f"must be a whole number of repeats for the {model.kind} model")
    steps: NDArray[np.int64] = np.abs(tenths[:, None] - tenths[None, :]) // 10
    return steps


def _custom(model: MutationModel, n: int) -> _Matrix:
    matrix = np.array(model.matrix, dtype=np.float64)
    if matrix.shape != (n, n):
        raise InvalidValue("mutation model", "matrix", matrix.shape, f"must have a row and a column for {n} alleles")
    return matrix


def _is_connected(matrix: _Matrix) -> bool:
    reached = matrix > 0.0
    for _ in range(len(matrix).bit_length()):
        reached = reached @ reached
    return bool(reached.all())
