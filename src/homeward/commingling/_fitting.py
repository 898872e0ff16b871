"""Estimation of the model of size and shape: a start from moments, then expectation–maximisation.

Logs have the shape (n, 2, v), NaN where nothing was measured. Bone types are independent given z, so that the loadings
of one bone type are a weighted least squares of their own; covariances are shrunk as if ``_PRIOR_PERSONS`` more persons
had been seen whose bones have the same variances and a lesser correlation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

__all__ = ["Parameters", "fit_parameters"]

_Floats = NDArray[np.float64]
_PRIOR_PERSONS = 20.0
_PRIOR_PERSONS_OF_MODEL = 30.0
_FLOOR = 1e-6  # of a variance of a log measurement: a tenth of a per cent, squared
_STRANGE = 4.5  # standard deviations
_STRANGE_SIZE = 25.0  # chi-squared with three degrees: once in 65,000
_FEW = 8  # pairs of sides below which asymmetry is not estimated but taken as usual
_USUAL_ASYMMETRY = 0.02**2


@dataclass(frozen=True, slots=True)
class Parameters:
    """Arrays of the model, named as in SizeShape."""

    mean: _Floats
    loadings: _Floats
    shape: _Floats
    asymmetry: _Floats
    error: _Floats
    lean: _Floats


def fit_parameters(logs: _Floats, bones: Sequence[str], *, k: int, iterations: int,
                   prior: Parameters | None = None) -> Parameters:
    """Fit to logs (n, 2, v) of codes whose bones are ``bones`` (v,), shrunk to ``prior`` where there is one."""
    same = np.array([[a == b for b in bones] for a in bones])
    lean = _lean(logs)
    logs = logs - np.stack([lean, -lean])
    if prior is None:
        parameters = _moments(logs, same, k, lean)
    else:
        person = _mean_of_sides(logs)
        means = [np.nanmean(c) if np.isfinite(c).any() else m for c, m in zip(person.T, prior.mean, strict=True)]
        parameters = replace(prior, mean=np.array(means), lean=lean)
    blocks = [np.flatnonzero([b == bone for b in bones]) for bone in dict.fromkeys(bones)]
    where = _block_of(blocks, len(bones))
    persons = [_Person.of(row) for row in logs]
    persons = [p for p in persons if len(p.v)]
    for i in range(iterations):
        if i in (iterations // 4, iterations // 2, 3 * iterations // 4):
            persons = [_without_the_strangest(parameters, _without_a_strangers_bone(parameters, p, where))
                       for p in persons]
        parameters = _step(parameters, prior, persons, blocks)
    return parameters


def _moments(logs: _Floats, same: NDArray[np.bool_], k: int, lean: _Floats) -> Parameters:
    v = logs.shape[2]
    person = _mean_of_sides(logs)
    mean = np.array([np.nanmean(c) if np.isfinite(c).any() else 0.0 for c in person.T])
    centred = logs - mean
    within, pairs = _pairwise(centred[:, 0] - centred[:, 1], None)
    within /= 2.0
    error = _error_variance(mean, np.diag(within), np.diag(pairs))
    few = np.diag(pairs) < _FEW
    within[few, :] = within[:, few] = 0.0
    within[few, few] = _USUAL_ASYMMETRY + error[few]
    asymmetry = _positive(np.where(same & (pairs >= _FEW) | np.eye(v, dtype=bool), within, 0.0) - np.diag(error))
    total, seen = _pairwise(person - mean, None)
    across, both = _pairwise(centred[:, 0], centred[:, 1])
    # left against right of one bone type: free of asymmetry and of error
    total = np.where(same & (both >= _FEW), (across + across.T) / 2.0, total)
    loadings = _factors(total, seen * ~same, k)
    shape = _positive(np.where(same & (seen >= _FEW), total - loadings @ loadings.T, 0.0))
    return Parameters(mean, loadings, shape * same, asymmetry * same, error, lean)


def _lean(logs: _Floats) -> _Floats:
    gap = logs[:, 0] - logs[:, 1]
    pairs = (~np.isnan(gap)).sum(axis=0)
    return np.asarray(np.nan_to_num(gap).sum(axis=0) / (pairs + _PRIOR_PERSONS) / 2.0)


def _error_variance(mean: _Floats, within: _Floats, pairs: _Floats) -> _Floats:
    # about 0.3 mm, and a little more on lengths (Adams & Byrd 2002, doi:10.1520/JFS15529J, repeated measurements)
    millimetres = np.exp(mean)
    usual = ((0.3 + 0.0006 * millimetres) / millimetres) ** 2
    return np.asarray(np.where(pairs >= _FEW, np.clip(usual, _FLOOR, np.maximum(within / 2.0, _FLOOR)), usual))


def _mean_of_sides(logs: _Floats) -> _Floats:
    taken = ~np.isnan(logs)
    n = taken.sum(axis=1)
    return np.asarray(np.where(n > 0, np.where(taken, logs, 0.0).sum(axis=1) / np.maximum(n, 1), np.nan))


def _pairwise(a: _Floats, b: _Floats | None) -> tuple[_Floats, _Floats]:
    """Mean products of columns over the rows that have both, and how many rows: matrix products, not loops."""
    b = a if b is None else b
    there_a, there_b = (~np.isnan(x) * 1.0 for x in (a, b))
    n = there_a.T @ there_b
    products = np.nan_to_num(a).T @ np.nan_to_num(b)
    return products / np.maximum(n, 1.0), n


def _positive(covariance: _Floats) -> _Floats:
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2.0)
    return np.asarray((vectors * np.maximum(values, _FLOOR)) @ vectors.T)


def _factors(total: _Floats, seen: _Floats, k: int) -> _Floats:
    """Loadings that explain the covariances between bone types; those not seen are filled from the loadings."""
    sd = np.sqrt(np.maximum(np.diag(total), _FLOOR))
    correlation = np.clip(total / np.outer(sd, sd), -1.0, 1.0)
    trusted = seen >= 3 * _FEW
    if not trusted.any():  # one bone type alone: what its sides share is shape, and size its first component
        values, vectors = np.linalg.eigh(correlation)
        return np.asarray(sd[:, None] * (vectors * np.sqrt(np.maximum(values, 0.0) * 0.9))[:, ::-1][:, :k] @ np.eye(
            min(k, len(sd)), k))
    filled = np.where(trusted, correlation, 0.5)
    factors = np.zeros((len(sd), k))
    for _ in range(60):
        values, vectors = np.linalg.eigh(filled)
        factors = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1][:, :k]
        communality = np.minimum((factors**2).sum(axis=1), 0.98)
        factors *= np.sqrt(communality / np.maximum((factors**2).sum(axis=1), 1e-12))[:, None]
        filled = np.where(trusted, correlation, factors @ factors.T)
    return np.asarray(sd[:, None] * factors)


@dataclass(frozen=True, slots=True)
class _Person:
    """One person's measurements: codes, sides and logs, each of shape (m,)."""

    v: NDArray[np.int64]
    side: NDArray[np.int64]
    x: _Floats

    @classmethod
    def of(cls, row: _Floats) -> _Person:
        side, v = np.nonzero(~np.isnan(row))
        return cls(v, side, row[side, v])


class _Sums:
    """What one pass over the persons gathers."""

    def __init__(self, v: int, blocks: Sequence[NDArray[np.int64]], k: int) -> None:
        self.shape, self.asymmetry = np.zeros((v, v)), np.zeros((v, v))
        self.n_shape, self.n_asymmetry = np.zeros(v), np.zeros(v)
        self.left = [np.zeros((len(b) * (k + 1),) * 2) for b in blocks]
        self.right = [np.zeros((len(b), k + 1)) for b in blocks]


def _step(p: Parameters, prior: Parameters | None, persons: Sequence[_Person],
          blocks: Sequence[NDArray[np.int64]]) -> Parameters:
    v, k = p.loadings.shape
    sums = _Sums(v, blocks, k)
    where = _block_of(blocks, v)
    for person in persons:
        _gather(p, person, blocks, where, sums)
    mean, loadings = p.mean.copy(), p.loadings.copy()
    for block, left, right in zip(blocks, sums.left, sums.right, strict=True):
        # a pull to zero, or to the prior's, keeps the loadings of measurements that few persons have
        weight = 0.5 if prior is None else _PRIOR_PERSONS_OF_MODEL
        ridge = np.kron(np.diag(weight / np.maximum(np.diag(p.shape)[block], _FLOOR)), np.diag([0.0] + [1.0] * k))
        towards = np.zeros((len(block), k + 1))
        if prior is not None:
            towards[:, 1:] = prior.loadings[block]
        # a measurement that nobody has keeps its mean
        blind = np.kron(np.diag((np.diag(left)[:: k + 1] == 0.0) * 1.0), np.diag([1.0] + [0.0] * k))
        towards[:, 0] = p.mean[block]
        solved = np.linalg.solve(left + ridge + blind, right.ravel() + (ridge + blind) @ towards.ravel())
        solved = solved.reshape(len(block), k + 1)
        mean[block], loadings[block] = solved[:, 0], solved[:, 1:]
    shrink = {name: None if prior is None else getattr(prior, name) for name in ("shape", "asymmetry")}
    return Parameters(mean, loadings, _updated(p.shape, sums.shape, sums.n_shape, blocks, shrink["shape"]),
                      _updated(p.asymmetry, sums.asymmetry, sums.n_asymmetry, blocks, shrink["asymmetry"]),
                      p.error, p.lean)


def _block_of(blocks: Sequence[NDArray[np.int64]], v: int) -> NDArray[np.int64]:
    where = np.empty(v, dtype=np.int64)
    for b, block in enumerate(blocks):
        where[block] = b
    return where


def _without_a_strangers_bone(p: Parameters, person: _Person, where: NDArray[np.int64]) -> _Person:
    """The person without the one bone type whose size no other agrees with: bones of two lie under one number."""
    v, k = person.v, p.loadings.shape[1]
    found = np.unique(where[v])
    if len(found) < 3:
        return person
    vectors, matrices = np.zeros((len(found), k)), np.zeros((len(found), k, k))
    for i, b in enumerate(found):
        mine = np.flatnonzero(where[v] == b)
        c, side = v[mine], person.side[mine]
        own = p.shape[np.ix_(c, c)] + p.asymmetry[np.ix_(c, c)] * (side[:, None] == side) + np.diag(p.error[c])
        weighted = np.linalg.solve(own, p.loadings[c])
        vectors[i], matrices[i] = weighted.T @ (person.x[mine] - p.mean[c]), p.loadings[c].T @ weighted
    spread = np.linalg.inv(np.eye(k) + matrices.sum(axis=0) - matrices)  # of z, from all other bones
    expected = np.einsum("bij,bj->bi", spread, vectors.sum(axis=0) - vectors)
    gap = vectors - np.einsum("bij,bj->bi", matrices, expected)
    variance = matrices + matrices @ spread @ matrices
    strange = np.einsum("bi,bij,bj->b", gap, np.linalg.pinv(variance, rcond=1e-9, hermitian=True), gap)
    worst = found[int(np.argmax(strange))]
    if strange.max() < _STRANGE_SIZE:
        return person
    kept = where[v] != worst
    return _Person(v[kept], person.side[kept], person.x[kept])


def _without_the_strangest(p: Parameters, person: _Person) -> _Person:
    """The person without the one measurement that all others together make incredible: a slip, or another's bone."""
    v, side = person.v, person.side
    same_side = side[:, None] == side[None, :]
    bones = p.shape[np.ix_(v, v)] + p.asymmetry[np.ix_(v, v)] * same_side + np.diag(p.error[v])
    precision = np.linalg.inv(bones + p.loadings[v] @ p.loadings[v].T)
    # what is left of each once all others are known, in its standard deviations
    strange = np.abs(precision @ (person.x - p.mean[v])) / np.sqrt(np.diag(precision))
    worst = int(np.argmax(strange))
    if strange[worst] < _STRANGE or len(v) < 2:
        return person
    return _Person(np.delete(v, worst), np.delete(side, worst), np.delete(person.x, worst))


def _gather(p: Parameters, person: _Person, blocks: Sequence[NDArray[np.int64]], where: NDArray[np.int64],
            sums: _Sums) -> None:
    v, side, k = person.v, person.side, p.loadings.shape[1]
    same_side = side[:, None] == side[None, :]
    own = p.shape[np.ix_(v, v)] + p.asymmetry[np.ix_(v, v)] * same_side + np.diag(p.error[v])
    loadings, rest = p.loadings[v], person.x - p.mean[v]
    precision = np.linalg.inv(own)
    z_covariance = np.linalg.inv(np.eye(k) + loadings.T @ precision @ loadings)
    weighted = precision @ loadings
    z = z_covariance @ (weighted.T @ rest)
    full = precision - weighted @ z_covariance @ weighted.T
    w = precision @ (rest - loadings @ z)
    score = np.outer(w, w) - full
    np.add.at(sums.shape, (v[:, None], v[None, :]), score)
    np.add.at(sums.asymmetry, (v[:, None], v[None, :]), score * same_side)
    one = np.concatenate([[1.0], z])
    square = np.outer(one, one)
    square[1:, 1:] += z_covariance
    for b in np.unique(where[v]):
        mine = np.flatnonzero(where[v] == b)
        sums.n_shape[blocks[b]] += 1.0
        sums.n_asymmetry[blocks[b]] += len(np.unique(side[mine]))
        place = np.zeros((len(mine), len(blocks[b])))
        place[np.arange(len(mine)), np.searchsorted(blocks[b], v[mine])] = 1.0
        inner = precision[np.ix_(mine, mine)]
        sums.left[b] += np.kron(place.T @ inner @ place, square)
        sums.right[b] += np.outer(place.T @ inner @ person.x[mine], one)


def _updated(old: _Floats, score: _Floats, n: _Floats, blocks: Sequence[NDArray[np.int64]],
             prior: _Floats | None) -> _Floats:
    """C + C·(mean score)·C, the EM step of a covariance (Rubin & Thayer 1982), block by block, then shrunk."""
    new = old.copy()
    for block in blocks:
        square = np.ix_(block, block)
        persons = float(n[block].max())
        if persons == 0.0:
            continue
        c = old[square]
        c = _positive(c + c @ (score[square] / persons) @ c)
        target = 0.5 * c + 0.5 * np.diag(np.diag(c)) if prior is None else prior[square]
        weight = _PRIOR_PERSONS if prior is None else _PRIOR_PERSONS_OF_MODEL
        new[square] = (persons * c + weight * target) / (persons + weight)
    return new
