"""Coancestry θ, exactly: founder alleles drawn one after another from an urn that remembers.

P(next allele = a) = (b_a θ + (1 − θ) p_a) / (1 + (n − 1) θ), with n alleles drawn and b_a of them equal to a (Balding
& Nichols 1994, doi:10.1016/0379-0738(94)90222-4); all founders of the pedigree share the urn. It is the mixture of
independent draws over q ~ Dirichlet(p (1 − θ)/θ), and the likelihood is a polynomial in q. So: the known founders'
alleles are taken out in closed form and added to the Dirichlet's counts; what one untyped founder adds is an
inbreeding coefficient 1/(α₀ + 1); for several, the mixture is a product of Beta distributions (stick-breaking), and
Gauss–Jacobi quadrature with ⌊d/2⌋ + 1 nodes a dimension integrates a polynomial of degree d without error.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.lanes import Lanes, run_lanes
from homeward.kinship.shape import Kind, Shape
from homeward.model import TooLarge, Unsupported

__all__ = ["run_lanes_in_urn"]

_MOST_NODES = 200_000

_Array = NDArray[np.float64]


def run_lanes_in_urn(lanes: Lanes, theta: float) -> _Array:
    """The likelihood of each lane, (L,), with coancestry ``theta``; the shape has no query.

    Raises Unsupported together with founder inbreeding, TooLarge, with the number, where too many quadrature nodes
    or multiplications would be needed.
    """
    if theta == 0.0:
        return run_lanes(lanes)
    shape = lanes.shape
    if shape.inbred:
        raise Unsupported("coancestry together with founder inbreeding is not computed")
    if any((f < 0) != (m < 0) for f, m in zip(shape.father, shape.mother, strict=True)):
        raise Unsupported("coancestry together with Familias' pruning is not computed")
    alpha = lanes.frequencies * (1.0 - theta) / theta
    counts = _founder_counts(lanes)
    factor = np.exp(_log_urn(alpha, counts) - _log_scale_of_founders(lanes)) * _orders(lanes)
    alpha = alpha + counts
    open_founders = [m for m in range(shape.size) if shape.father[m] < 0 and shape.kind[m] is not Kind.KNOWN]
    degree = sum(len(shape.slots(m)) for m in open_founders)
    given = replace(lanes, frequencies=alpha / alpha.sum(axis=1, keepdims=True), founders_given=True)
    if degree <= 1:
        return factor * run_lanes(given)
    if len(open_founders) == 1:
        return factor * run_lanes(_as_inbreeding(given, open_founders[0], alpha))
    nodes, genotypes = _work(lanes, open_founders, degree)
    if min(nodes, genotypes) > _MOST_NODES:
        raise TooLarge(f"coancestry with {degree} untyped founder alleles and {lanes.frequencies.shape[1]} alleles "
                       f"needs {min(nodes, genotypes):,} evaluations; {_MOST_NODES:,} are allowed")
    if genotypes < nodes:
        return _every_founder_genotype(lanes, open_founders, theta)
    return factor * _quadrature(given, alpha, degree)


def _founder_counts(lanes: Lanes) -> _Array:
    """How many alleles of each kind the known founders carry: (L, A)."""
    counts = np.zeros_like(lanes.frequencies)
    row = np.arange(len(counts))
    for k, m in enumerate(_known(lanes.shape)):
        if lanes.shape.father[m] < 0:
            for slot in range(len(lanes.shape.slots(m))):
                np.add.at(counts, (row, lanes.known[:, k, slot]), 1.0)
    return counts


def _known(shape: Shape) -> list[int]:
    return [m for m in range(shape.size) if shape.kind[m] is Kind.KNOWN]


def _log_urn(alpha: _Array, counts: _Array) -> _Array:
    """log ∏ over alleles of rising factorials, over that of their total: the urn's probability of one order."""
    total, drawn = alpha.sum(axis=1), counts.sum(axis=1)
    log_p = np.zeros(len(alpha))
    with np.errstate(divide="ignore"):
        for j in range(int(drawn.max(initial=0.0))):
            log_p += np.log(np.where(counts > j, alpha + j, 1.0)).sum(axis=1)
            log_p -= np.log(np.where(drawn > j, total + j, 1.0))
    return log_p


def _log_scale_of_founders(lanes: Lanes) -> _Array:
    """log of the scale that the known founders' alleles bear."""
    log_scale = np.zeros(len(lanes.frequencies))
    for k, m in enumerate(_known(lanes.shape)):
        if lanes.scale is not None and lanes.shape.is_founder(m):
            log_scale += np.log(lanes.scale[:, k, :len(lanes.shape.slots(m))]).sum(axis=1)
    return log_scale


def _orders(lanes: Lanes) -> _Array:
    """Two orders for each heterozygous founder."""
    orders = np.ones(len(lanes.frequencies))
    for k, m in enumerate(_known(lanes.shape)):
        if lanes.shape.father[m] < 0 and len(lanes.shape.slots(m)) == 2:
            orders *= np.where(lanes.known[:, k, 0] == lanes.known[:, k, 1], 1.0, 2.0)
    return orders


def _work(lanes: Lanes, open_founders: list[int], degree: int) -> tuple[int, int]:
    """Evaluations a lane: quadrature nodes, and genotypes of the untyped founders together."""
    n_alleles, shape = lanes.frequencies.shape[1], lanes.shape
    nodes = int(degree // 2 + 1) ** (n_alleles - 1)
    if any(shape.kind[m] is not Kind.UNTYPED for m in open_founders):
        return nodes, nodes + 1
    both = n_alleles * (n_alleles + 1) // 2
    return nodes, math.prod(both if len(shape.slots(m)) == 2 else n_alleles for m in open_founders)


def _every_founder_genotype(lanes: Lanes, open_founders: list[int], theta: float) -> _Array:
    """Σ over the genotypes of the untyped founders, each lane with all founders known."""
    shape, n_alleles, n = lanes.shape, lanes.frequencies.shape[1], len(lanes.frequencies)
    both = list(itertools.combinations_with_replacement(range(n_alleles), 2))
    one = [(a, a) for a in range(n_alleles)]
    choices = np.array(list(itertools.product(*(both if len(shape.slots(m)) == 2 else one for m in open_founders))))
    kinds = tuple(Kind.KNOWN if m in open_founders else k for m, k in enumerate(shape.kind))
    stated = _known(shape)
    owner = np.repeat(np.arange(n), len(choices))
    columns = [np.tile(choices[:, open_founders.index(m)], (n, 1)) if m in open_founders
               else lanes.known[owner, stated.index(m)] for m in range(shape.size) if kinds[m] is Kind.KNOWN]
    scale = None if lanes.scale is None else np.stack(
        [np.ones((len(owner), 2)) if m in open_founders else lanes.scale[owner, stated.index(m)]
         for m in range(shape.size) if kinds[m] is Kind.KNOWN], axis=1)
    spread = Lanes(replace(shape, kind=kinds), lanes.frequencies[owner], lanes.same[owner], lanes.other[owner],
                   lanes.dense, np.stack(columns, axis=1), lanes.observed[owner], lanes.inbreeding[owner],
                   scale=scale)
    return np.asarray(run_lanes_in_urn(spread, theta).reshape(n, len(choices)).sum(axis=1))


def _as_inbreeding(lanes: Lanes, founder: int, alpha: _Array) -> Lanes:
    inbreeding = lanes.inbreeding.copy()
    inbreeding[:, founder] = 1.0 / (alpha.sum(axis=1) + 1.0)
    return replace(lanes, shape=replace(lanes.shape, inbred=frozenset({founder})), inbreeding=inbreeding)


def _quadrature(lanes: Lanes, alpha: _Array, degree: int) -> _Array:
    """Σ over nodes of weight × likelihood with the node's frequencies."""
    n, n_alleles = alpha.shape
    order = degree // 2 + 1
    count = order ** (n_alleles - 1)
    tail = alpha[:, ::-1].cumsum(axis=1)[:, ::-1]
    nodes, weights = _beta_rule(alpha[:, :-1], tail[:, 1:], order)
    grid = np.indices((order,) * (n_alleles - 1)).reshape(n_alleles - 1, count)
    sticks = np.stack([nodes[:, j, grid[j]] for j in range(n_alleles - 1)], axis=-1).reshape(n * count, n_alleles - 1)
    weight = np.prod([weights[:, j, grid[j]] for j in range(n_alleles - 1)], axis=0).reshape(n, count)
    owner = np.repeat(np.arange(n), count)
    spread = Lanes(lanes.shape, _broken_sticks(sticks), lanes.same[owner], lanes.other[owner], lanes.dense,
                   lanes.known[owner], lanes.observed[owner], lanes.inbreeding[owner], founders_given=True,
                   scale=None if lanes.scale is None else lanes.scale[owner])
    return np.asarray((weight * run_lanes(spread).reshape(n, count)).sum(axis=1))


def _broken_sticks(sticks: _Array) -> _Array:
    """Shares of the stick: b₁, (1 − b₁) b₂, …, and what is left."""
    left = np.cumprod(1.0 - sticks, axis=1)
    before = np.concatenate([np.ones((len(sticks), 1)), left[:, :-1]], axis=1)
    return np.concatenate([sticks * before, left[:, -1:]], axis=1)


def _beta_rule(a: _Array, b: _Array, order: int) -> tuple[_Array, _Array]:
    """Gauss rule of each Beta(a, b): nodes and weights, (…, order), by the eigenvalues of the Jacobi matrix.

    Golub & Welsch 1969, doi:10.1090/S0025-5718-69-99647-1; recurrence of the Jacobi polynomials on [0, 1].
    """
    k = np.arange(order, dtype=np.float64)
    a, b = a[..., None], b[..., None]
    s = a + b + 2.0 * k  # the polynomials' parameters are b − 1 and a − 1
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = 0.5 + (a - b) * (a + b - 2.0) / (2.0 * s * (s - 2.0))
        j = k[1:]
        t = a + b + 2.0 * j - 2.0
        square = j * (j + a - 1.0) * (j + b - 1.0) * (j + a + b - 2.0) / (t * t * (t + 1.0) * (t - 1.0))
    middle[..., 0] = (a / (a + b))[..., 0]
    if order > 1:  # the general form is 0/0 where a + b is 1
        square[..., 0] = (a * b / ((a + b) ** 2 * (a + b + 1.0)))[..., 0]
    matrix = np.zeros((*middle.shape[:-1], order, order))
    index = np.arange(order)
    matrix[..., index, index] = middle
    matrix[..., index[1:], index[:-1]] = np.sqrt(square)
    nodes, vectors = np.linalg.eigh(matrix, UPLO="L")
    return nodes, vectors[..., 0, :] ** 2
