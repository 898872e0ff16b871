"""Whether two elements are of one person, from their measurements: every element of a list against every other's.

The likelihood ratio is f(x, y | one person) / f(x)·f(y) under ``SizeShape``, whatever the two bones: left and right of
one bone share size and shape, two bones of one person share size and proportions, two fragments of one bone of one side
share all but the error of measurement. Two terms are richer than there. What a side has of its own is a mixture of
normals of several scales, close to Student's t: some persons are more lopsided than others, and some measurements are
poor. And with a small probability one of the two was measured or written down so badly that it says nothing; the ratio
cannot fall below that probability. Missing values are integrated out. Both hypotheses share u ~ N(0, G); what an
element says of u is an information matrix, the same for all elements with the same measurements taken, so that all
pairs cost one matrix product for each such set and each scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, logsumexp
from scipy.stats import gamma

from homeward.commingling.size_shape import EROSION_MM, SizeShape
from homeward.model import InvalidValue
from homeward.model.inventory import Element

__all__ = ["DEFAULT", "PairSettings", "PairTable", "compare_pairs"]

_Floats = NDArray[np.float64]
_LEAST = 1e-300  # where no outlier is allowed for
_LOG_2PI = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True)
class PairSettings:
    """How far the pair model goes beyond the normal.

    Args:
        tail_df: degrees of freedom of the tails of asymmetry; infinite for a normal.
        n_scales: how many normals stand for them.
        outlier: probability that one of two measured elements says nothing of the other though they are of one person.
    """

    tail_df: float = 4.0
    n_scales: int = 4
    outlier: float = 0.005

    def __post_init__(self) -> None:
        if not self.tail_df > 2.0:
            raise InvalidValue("pair settings", "tail_df", self.tail_df, "must be above 2")
        if self.n_scales < 1:
            raise InvalidValue("pair settings", "n_scales", self.n_scales, "must be at least 1")
        if not 0.0 <= self.outlier < 1.0:
            raise InvalidValue("pair settings", "outlier", self.outlier, "must be from 0 to below 1")

    def scales(self) -> _Floats:
        """Variances of equal weight, of mean 1, whose mixture has the tails: shape (n_scales,)."""
        if np.isinf(self.tail_df) or self.n_scales == 1:
            return np.ones(1)
        middle = (np.arange(self.n_scales) + 0.5) / self.n_scales
        variances = 1.0 / gamma.ppf(middle, self.tail_df / 2.0, scale=2.0 / self.tail_df)
        return np.asarray(variances / variances.mean())


DEFAULT = PairSettings()


@dataclass(frozen=True, slots=True)
class PairTable:
    """What the measurements say of each pair of elements.

    ``log10_lr``: of one person over two, shape (n_rows, n_columns), 0 where ``compared`` is False: one of the two has
    no measurement that the model knows. ``p_value``: how often an element of the same person differs at least as much
    from what the row's element lets expect as the column's does; NaN where not compared.
    """

    row_ids: tuple[str, ...]
    column_ids: tuple[str, ...]
    log10_lr: _Floats
    p_value: _Floats
    compared: NDArray[np.bool_]


def compare_pairs(rows: Sequence[Element], columns: Sequence[Element], model: SizeShape,
                  settings: PairSettings = DEFAULT, *, p_values: bool = True) -> PairTable:
    """Compare every element of ``rows``, all of one bone and side, with every one of ``columns``, likewise.

    Args: ``rows``, ``columns``, such as all left and all right humeri; ``model`` of a population; ``settings``;
    ``p_values``, whether they are wanted: they take as long as all else.

    Returns the table. Raises InvalidValue where elements of several bones or sides stand on one side.

    >>> from homeward.commingling.size_shape import shipped
    >>> left = Element("a", "humerus", "left", measurements={"Hum_01": 330.0, "Hum_03": 48.0})
    >>> right = Element("b", "humerus", "right", measurements={"Hum_01": 333.0, "Hum_03": 48.3})
    >>> bool(compare_pairs([left], [right], shipped()).log10_lr[0, 0] > 0.5)
    True
    """
    (bone_a, side_a), (bone_b, side_b) = _kind(rows), _kind(columns)
    x, y = _Taken.of(rows, model, bone_a), _Taken.of(columns, model, bone_b)
    relation = _Relation("fragments" if (bone_a, side_a) == (bone_b, side_b) and side_a is not None else
                         "pair" if bone_a == bone_b else "articulation", model)
    lr, p = _mixture(x, y, relation, settings, p_values=p_values)
    compared = np.outer(x.some, y.some)
    lr *= 1.0 - settings.outlier
    lr += settings.outlier
    log10_lr = np.log10(np.maximum(lr, _LEAST, out=lr), out=lr)
    for table, empty in ((log10_lr, 0.0), (p, np.nan)):
        table[~x.some] = empty
        table[:, ~y.some] = empty
    return PairTable(tuple(e.id for e in rows), tuple(e.id for e in columns), log10_lr, p, compared)


def _kind(elements: Sequence[Element]) -> tuple[str, str | None]:
    kinds = sorted({(e.bone, e.side or "") for e in elements})
    if len(kinds) != 1:
        raise InvalidValue("pairs", "bone and side", [" ".join(k) for k in kinds], "must be one for all rows, and one "
                           "for all columns")
    return kinds[0][0], kinds[0][1] or None


@dataclass(frozen=True)
class _Taken:
    """Elements of one bone by what was measured: rest (n, v) with 0 where not taken, and their set of measurements.

    A pattern says of each code 0 not taken, 1 taken, 2 taken across an eroded edge.
    """

    codes: NDArray[np.int64]
    rest: _Floats
    patterns: NDArray[np.int8]
    pattern: NDArray[np.int64]

    @property
    def some(self) -> NDArray[np.bool_]:
        return np.asarray((self.patterns > 0).sum(axis=1)[self.pattern] > 0)

    @classmethod
    def of(cls, elements: Sequence[Element], model: SizeShape, bone: str) -> _Taken:
        codes = np.array([i for i, b in enumerate(model.bone_of_code) if b == bone], dtype=np.int64)
        e, v, x = model.entries(elements)
        mine = np.isin(v, codes)
        rest = np.zeros((len(elements), len(codes)))
        there = np.zeros(rest.shape, dtype=np.int8)
        column = np.searchsorted(codes, v[mine])
        rest[e[mine], column] = x[mine] - model.mean[v[mine]]
        there[e[mine], column] = 1
        for i, element in enumerate(elements):
            for code in element.eroded & element.measurements.keys() & model.index.keys():
                there[i, np.searchsorted(codes, model.index[code])] = 2
        patterns, pattern = np.unique(there, axis=0, return_inverse=True)
        return cls(codes, rest, patterns, pattern.ravel())


@dataclass(frozen=True)
class _Relation:
    """What two elements of one person share: x = design·u + own, u ~ N(0, shared), own ~ N(0, own(scale))."""

    kind: str
    model: SizeShape

    def shared(self, codes: NDArray[np.int64]) -> _Floats:
        m, square = self.model, np.ix_(codes, codes)
        if self.kind == "articulation":
            return np.eye(m.loadings.shape[1])
        person = m.loadings[codes] @ m.loadings[codes].T + m.shape[square]
        return person + m.asymmetry[square] if self.kind == "fragments" else person

    def design(self, codes: NDArray[np.int64]) -> _Floats:
        return self.model.loadings[codes] if self.kind == "articulation" else np.eye(len(codes))

    def own(self, codes: NDArray[np.int64], scale: float, eroded: NDArray[np.bool_]) -> _Floats:
        m, square = self.model, np.ix_(codes, codes)
        error = np.diag(m.error[codes] + eroded * (EROSION_MM / np.exp(m.mean[codes])) ** 2)
        if self.kind == "fragments":
            return scale * error
        side = scale * (m.asymmetry[square] + error)
        return m.shape[square] + side if self.kind == "articulation" else side


@dataclass(frozen=True)
class _Said:
    """What elements say of u at one scale: by pattern a matrix; by element a vector, a constant, a sum of squares."""

    matrix: _Floats
    vector: _Floats
    constant: _Floats
    square: _Floats

    @classmethod
    def of(cls, t: _Taken, relation: _Relation, scale: float) -> _Said:
        design = relation.design(t.codes)
        d = design.shape[1]
        matrix = np.zeros((len(t.patterns), d, d))
        vector, constant, square = np.zeros((len(t.rest), d)), np.zeros(len(t.rest)), np.zeros(len(t.rest))
        for p, there in enumerate(t.patterns):
            members = t.pattern == p
            taken = np.flatnonzero(there)
            precision = np.linalg.inv(relation.own(t.codes, scale, there == 2)[np.ix_(taken, taken)])
            rest = t.rest[np.ix_(members, taken)]
            matrix[p] = design[taken].T @ precision @ design[taken]
            vector[members] = rest @ precision @ design[taken]
            square[members] = ((rest @ precision) * rest).sum(axis=1)
            constant[members] = -0.5 * (len(taken) * _LOG_2PI - np.linalg.slogdet(precision)[1])
        return cls(matrix, vector, constant, square)


def _mixture(x: _Taken, y: _Taken, relation: _Relation, settings: PairSettings, *,
             p_values: bool) -> tuple[_Floats, _Floats]:
    """The LR, and the p-value, of each pair: each (n_rows, n_columns)."""
    precision = np.asarray(np.linalg.inv(relation.shared(x.codes)), dtype=np.float64)
    scales = settings.scales()
    alone_x, alone_y = ([_alone(t, relation, float(s), precision) for s in scales] for t in (x, y))
    marginal_x, marginal_y = (logsumexp([loglik for _, loglik, _ in alone], axis=0) - np.log(len(scales))
                              for alone in (alone_x, alone_y))
    weights = np.array([np.exp(loglik - np.log(len(scales)) - marginal_x) for _, loglik, _ in alone_x])
    total = np.zeros((len(x.rest), len(y.rest)))
    p = np.zeros(total.shape) if p_values else np.full(total.shape, np.nan)
    freedom = np.maximum((y.patterns > 0).sum(axis=1)[y.pattern], 1) / 2.0
    for s in range(len(scales)):
        said_x, _, square_x = alone_x[s]
        loglik, square = _together(x, y, said_x, alone_y[s][0], precision)
        if p_values:
            # given x, what is left of the joint sum of squares is chi-squared, of as many degrees as y has measurements
            p += weights[s][:, None] * gammaincc(freedom, np.maximum(square - square_x[:, None], 0.0) / 2.0)
        loglik -= marginal_x[:, None] + np.log(len(scales))
        loglik -= marginal_y
        total += np.exp(loglik, out=loglik)
    return total, p


def _alone(t: _Taken, relation: _Relation, scale: float, precision: _Floats) -> tuple[_Said, _Floats, _Floats]:
    """What each element says, its log density by itself, and its sum of squares."""
    said = _Said.of(t, relation, scale)
    inner = np.linalg.inv(precision + said.matrix)
    gain = -0.5 * (np.linalg.slogdet(precision + said.matrix)[1] - np.linalg.slogdet(precision)[1])
    fit = np.einsum("ni,nij,nj->n", said.vector, inner[t.pattern], said.vector)
    return said, said.constant + gain[t.pattern] - 0.5 * (said.square - fit), said.square - fit


def _together(x: _Taken, y: _Taken, of_x: _Said, of_y: _Said, precision: _Floats) -> tuple[_Floats, _Floats]:
    """Log density of each pair as of one person, and its sum of squares; one product for each set of measurements."""
    loglik = np.empty((len(x.rest), len(y.rest)))
    square = np.empty(loglik.shape)
    base = np.linalg.slogdet(precision)[1]
    for p in range(len(x.patterns)):
        members = np.flatnonzero(x.pattern == p)
        both = precision + of_x.matrix[p] + of_y.matrix
        inner = np.linalg.inv(both)
        gain = -0.5 * (np.linalg.slogdet(both)[1] - base)
        a = of_x.vector[members]
        moved = np.einsum("nij,nj->ni", inner[y.pattern], of_y.vector)
        of_rows = np.einsum("ni,qij,nj->nq", a, inner, a, optimize=True)
        fit = (2.0 * a) @ moved.T
        fit += of_rows[:, y.pattern]
        fit += (moved * of_y.vector).sum(axis=1)
        of_pair = np.subtract(of_x.square[members, None] + of_y.square, fit, out=fit)
        square[members] = of_pair
        of_pair *= -0.5
        of_pair += of_x.constant[members, None]
        of_pair += of_y.constant + gain[y.pattern]
        loglik[members] = of_pair
    return loglik, square
