"""What measured elements say of a person's common factors, each by itself and left with right, from size and shape.

Given z, the bone types of one person are independent; left and right of one bone share its shape. So the evidence of a
group is a sum of these terms and one 3 × 3 solve (``homeward.commingling.size_shape`` states the model). More than two
measured elements of one bone type, which only fragments or errors of the inventory give, are taken as independent
given z.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.commingling.size_shape import SizeShape
from homeward.decide.grouping.problem import BoneTerms
from homeward.model import InvalidValue
from homeward.model.inventory import Element

__all__ = ["bone_terms", "surprise"]

_Array = NDArray[np.float64]
_UPPER = np.triu_indices(3)
_Codes = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Law:
    """Of measurements of one bone type taken together: the inverse of their own covariance, and what z does to them."""

    inverse: _Array
    weighted: _Array
    matrix: _Array
    constant: float


def _law(model: SizeShape, left: _Codes, right: _Codes) -> _Law:
    v = np.array([*left, *right])
    own = model.shape[np.ix_(v, v)] + np.diag(model.error[v])
    n = len(left)
    for part in (slice(0, n), slice(n, None)):
        own[part, part] += model.asymmetry[np.ix_(v[part], v[part])]
    inverse = np.linalg.inv(own)
    weighted = inverse @ model.loadings[v]
    constant = -0.5 * (len(v) * np.log(2.0 * np.pi) + np.linalg.slogdet(own)[1])
    return _Law(inverse, weighted, (model.loadings[v].T @ weighted)[_UPPER], float(constant))


def bone_terms(elements: Sequence[Element], model: SizeShape) -> BoneTerms:
    """The terms of all elements, and of all left–right pairs of measured elements of one bone.

    Raises InvalidValue for a model that has not three common factors.
    """
    if model.loadings.shape[1] != 3:
        raise InvalidValue(model.population, "loadings", model.loadings.shape, "must have three factors")
    entries = _measured(elements, model)
    single = np.zeros((len(elements), 10))
    laws: dict[tuple[_Codes, _Codes], _Law] = {}
    for e, (codes, rest) in entries.items():
        law = laws.setdefault((codes, ()), _law(model, codes, ()))
        single[e, 0] = law.constant - 0.5 * rest @ law.inverse @ rest
        single[e, 1:4], single[e, 4:] = rest @ law.weighted, law.matrix
    pair_start, rank, blocks, at = np.full(len(elements), -1), np.full(len(elements), -1), [], 0
    for left, right in _sides(elements, entries):
        rank[right] = np.arange(len(right))
        pair_start[left] = at + np.arange(len(left)) * len(right)
        blocks.append(_pairs(model, [entries[e] for e in left], [entries[e] for e in right]).reshape(-1, 10))
        at += len(left) * len(right)
    pairs = np.concatenate(blocks) if blocks else np.zeros((0, 10))
    return BoneTerms(single, pairs, pair_start, rank)


def _measured(elements: Sequence[Element], model: SizeShape) -> dict[int, tuple[_Codes, _Array]]:
    """Of each element that the model knows measurements of: their codes, and how far the logs are from the mean."""
    e, v, x = model.entries(elements)
    found = {}
    for k in np.unique(e).tolist():
        mine = e == k
        found[k] = (tuple(v[mine].tolist()), x[mine] - model.mean[v[mine]])
    return found


def _sides(elements: Sequence[Element], entries: dict[int, tuple[_Codes, _Array]]) -> list[tuple[list[int], list[int]]]:
    by_bone: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for e in entries:
        if elements[e].side in ("left", "right"):
            by_bone[elements[e].bone][elements[e].side == "right"].append(e)
    return [(left, right) for left, right in by_bone.values() if left and right]


def _pairs(model: SizeShape, left: list[tuple[_Codes, _Array]], right: list[tuple[_Codes, _Array]]) -> _Array:
    """(left, right, 10), by what is measured on either side."""
    out = np.zeros((len(left), len(right), 10))
    for a, rows in _by_codes(left).items():
        x = np.array([left[i][1] for i in rows])
        for b, columns in _by_codes(right).items():
            y = np.array([right[j][1] for j in columns])
            law, n = _law(model, a, b), len(a)
            p = law.inverse
            square = (np.einsum("iu,uv,iv->i", x, p[:n, :n], x)[:, None] + 2.0 * x @ p[:n, n:] @ y.T
                      + np.einsum("ju,uv,jv->j", y, p[n:, n:], y)[None, :])
            block = np.empty((len(rows), len(columns), 10))
            block[:, :, 0] = law.constant - 0.5 * square
            block[:, :, 1:4] = (x @ law.weighted[:n])[:, None] + (y @ law.weighted[n:])[None, :]
            block[:, :, 4:] = law.matrix
            out[np.ix_(rows, columns)] = block
    return out


def _by_codes(side: list[tuple[_Codes, _Array]]) -> dict[_Codes, list[int]]:
    groups: dict[_Codes, list[int]] = defaultdict(list)
    for k, (codes, _) in enumerate(side):
        groups[codes].append(k)
    return groups


def surprise(elements: Sequence[Element], model: SizeShape) -> tuple[float, float]:
    """How far all elements, each by itself, are from the reference: mean and variance of their standard scores.

    Each element's mean standardised deviation, by the reference, of its log measurements; of remains of the reference
    population the mean is near 0, the variance near 1.
    """
    scores = []
    for codes, rest in _measured(elements, model).values():
        v = np.array(codes)
        own = (model.loadings[v] @ model.loadings[v].T + model.shape[np.ix_(v, v)] + model.asymmetry[np.ix_(v, v)]
               + np.diag(model.error[v]))
        ones = np.ones(len(v))
        scores.append(float(rest @ ones / np.sqrt(ones @ own @ ones)))
    return (float(np.mean(scores)), float(np.var(scores))) if scores else (0.0, 1.0)
