"""The size, proportions, shape and asymmetry of one person's bones, as one linear Gaussian model.

The log measurement of code v on a bone of type B and side s of one person is

    log x = mean[v] + loadings[v]·z + b_B[v] + a_{B,s}[v] + ε

z ~ N(0, I_k): size and proportions, shared by all bones of the person. b_B ~ N(0, shape of B): what this bone type has
of its own, shared by left and right. a_{B,s} ~ N(0, asymmetry of B): what one side has of its own. ε ~ N(0, error): of
each measurement taken. So the evidence of a set of elements, that they are of one person, is one marginal likelihood;
a pair, an articulation and a match of sizes differ only in what they share. Given z, bone types are independent: what a
bone type says is kept as an information vector and matrix over z, and a group's evidence is their sum and one k × k
solve. Factor model of log measurements: Byrd & LeGarde 2014 (Commingled Human Remains, ch. 8) for the problem,
Rubin & Thayer 1982 (doi:10.1007/BF02293851) for the estimation.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import block_diag, cho_factor, cho_solve

from homeward.commingling._fitting import Parameters, fit_parameters
from homeward.commingling.reference import LEAN_SIGN, SIDE_INDEX, ReferenceTable
from homeward.model import InvalidValue
from homeward.model.inventory import Element

__all__ = ["EROSION_MM", "Information", "SizeShape", "populations", "shipped"]

EROSION_MM = 1.0
_LOG_2PI = float(np.log(2.0 * np.pi))
_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Information:
    """What elements of one bone type say of z: log p(x | z) = constant + vector·z − ½ z'·matrix·z, natural log.

    The informations of a person's bone types add up; ``loglik`` integrates z out against N(0, I).
    """

    constant: float
    vector: _Floats
    matrix: _Floats

    def __add__(self, other: Information) -> Information:
        return Information(self.constant + other.constant, self.vector + other.vector, self.matrix + other.matrix)

    @property
    def loglik(self) -> float:
        """Natural log of the marginal density of the log measurements."""
        precision = np.eye(len(self.vector)) + self.matrix
        return float(self.constant - 0.5 * np.linalg.slogdet(precision)[1]
                     + 0.5 * self.vector @ np.linalg.solve(precision, self.vector))


@dataclass(frozen=True)
class SizeShape:
    """The model of the module's docstring, for one population.

    Args:
        population: whom it stands for. n: how many persons it was fitted on.
        codes, bone_of_code: of the measurements, shape (v,).
        mean: of log millimetres, shape (v,). loadings: shape (v, k).
        shape, asymmetry: covariances, shape (v, v), zero between codes of two bones.
        error: variances of the measurement error, shape (v,).
        lean: half of what left bones are on average larger than right ones, of log millimetres, shape (v,); taken off
            the measurements by ``entries``, so that what remains has the form above.
    """

    population: str
    n: int
    codes: tuple[str, ...]
    bone_of_code: tuple[str, ...]
    mean: _Floats
    loadings: _Floats
    shape: _Floats
    asymmetry: _Floats
    error: _Floats
    lean: _Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        v, k = len(self.codes), self.loadings.shape[-1]
        if not self.lean.size:
            object.__setattr__(self, "lean", np.zeros(v))
        shapes = {"mean": (v,), "loadings": (v, k), "shape": (v, v), "asymmetry": (v, v), "error": (v,),
                  "lean": (v,)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise InvalidValue(self.population, name, getattr(self, name).shape, f"must have the shape {shape}")
        if (self.error <= 0.0).any():
            raise InvalidValue(self.population, "error", float(self.error.min()), "must be positive")

    @classmethod
    def fit(cls, table: ReferenceTable, *, k: int = 3, iterations: int = 20,
            prior: SizeShape | None = None) -> SizeShape:
        """Fit the model to measured skeletons; missing values are marginalised, few persons shrunk.

        Args: ``table``; ``k``, how many factors all bones share; ``iterations`` of expectation–maximisation after a
        start from moments; ``prior``, a model of a population with more persons: its covariances and loadings, not its
        means, are what a small reference is shrunk to.

        >>> men = shipped("us_white_men")
        >>> SizeShape.fit(men.table(np.random.default_rng(1), 60).of_bones("humerus"), iterations=2).n
        60
        """
        if prior is not None:
            missing = [c for c in table.codes if c not in prior.codes]
            if missing or prior.loadings.shape[1] != k:
                raise InvalidValue(table.population, "prior", missing or k, "must have every code, and k factors")
            prior = prior.of_codes(table.codes)
        start = None if prior is None else Parameters(
            prior.mean, prior.loadings, prior.shape, prior.asymmetry, prior.error, prior.lean)
        p = fit_parameters(table.clean_logs(), table.bone_of_code, k=k, iterations=iterations, prior=start)
        return cls(table.population, len(table.ids), table.codes, table.bone_of_code, p.mean, p.loadings, p.shape,
                   p.asymmetry, p.error, p.lean)

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of each code."""
        return {code: i for i, code in enumerate(self.codes)}

    def entries(self, elements: Sequence[Element]) -> tuple[NDArray[np.int64], NDArray[np.int64], _Floats]:
        """The measurements of elements that the model knows: of which element, of which code, log millimetres.

        In the order of the elements, and within each of the model's codes; all of shape (m,). The logs are without the
        lean of their side.
        """
        rows = [(e, v, np.log(x) - self.lean[v] * LEAN_SIGN[element.side]) for e, element in enumerate(elements)
                for v, x in sorted((self.index[c], x + EROSION_MM * (c in element.eroded))
                                   for c, x in element.measurements.items() if c in self.index)]
        e, v, x = (np.array([row[i] for row in rows]) for i in range(3))
        return e.astype(np.int64), v.astype(np.int64), x.astype(np.float64)

    def error_of(self, elements: Sequence[Element]) -> _Floats:
        """Error variance of each measurement, in the order of ``entries``: (m,).

        What erosion takes is exponential with the mean EROSION_MM; it is matched by its mean, which ``entries`` gives
        back, and by its variance.
        """
        e, v, _ = self.entries(elements)
        eroded = np.array([self.codes[j] in elements[i].eroded for i, j in zip(e, v, strict=True)], dtype=np.float64)
        return np.asarray(self.error[v] + eroded * (EROSION_MM / np.exp(self.mean[v])) ** 2)

    def covariance(self, elements: Sequence[Element]) -> _Floats:
        """Covariance of the log measurements of elements as of one person, in the order of ``entries``: (m, m)."""
        e, v, _ = self.entries(elements)
        same_side = _sides(elements)[e][:, None] == _sides(elements)[e][None, :]
        common = self.loadings[v] @ self.loadings[v].T + self.shape[np.ix_(v, v)]
        # two fragments of one bone of one side share its asymmetry too
        return np.asarray(common + self.asymmetry[np.ix_(v, v)] * same_side + np.diag(self.error_of(elements)))

    def log_marginal(self, elements: Sequence[Element]) -> float:
        """Natural log density of the log measurements of elements, as of one person; 0 where nothing is measured."""
        return self.information(elements).loglik

    def information(self, elements: Sequence[Element]) -> Information:
        """What elements say together of one person's z: the sum over their bone types."""
        by_bone: dict[str, list[Element]] = defaultdict(list)
        for element in elements:
            by_bone[element.bone].append(element)
        k = self.loadings.shape[1]
        total = Information(0.0, np.zeros(k), np.zeros((k, k)))
        for group in by_bone.values():
            total = total + self._bone_information(group)
        return total

    def _bone_information(self, elements: Sequence[Element]) -> Information:
        e, v, x = self.entries(elements)
        loadings, rest = self.loadings[v], x - self.mean[v]
        if not len(v):
            return Information(0.0, np.zeros(loadings.shape[1]), np.zeros((loadings.shape[1],) * 2))
        same_side = _sides(elements)[e][:, None] == _sides(elements)[e][None, :]
        own = (self.shape[np.ix_(v, v)] + self.asymmetry[np.ix_(v, v)] * same_side
               + np.diag(self.error_of(elements)))
        factor = cho_factor(own, lower=True)
        weighted = cho_solve(factor, loadings)
        determinant = 2.0 * float(np.log(np.diag(factor[0])).sum())
        constant = -0.5 * (len(v) * _LOG_2PI + determinant + rest @ cho_solve(factor, rest))
        return Information(float(constant), weighted.T @ rest, loadings.T @ weighted)

    def draw(self, rng: np.random.Generator, n: int) -> _Floats:
        """Measurements in millimetres of n invented persons, error included: (n, 2, v), left then right."""
        v, k = self.loadings.shape
        z = rng.standard_normal((n, k))
        person = self.mean + z @ self.loadings.T + rng.standard_normal((n, v)) @ _root(self.shape).T
        side = rng.standard_normal((n, 2, v)) @ _root(self.asymmetry).T
        error = rng.standard_normal((n, 2, v)) * np.sqrt(self.error)
        lean = np.stack([self.lean, -self.lean])
        return np.asarray(np.exp(person[:, None, :] + side + lean + error))

    def table(self, rng: np.random.Generator, n: int) -> ReferenceTable:
        """n invented persons with every measurement taken, as a table to fit on."""
        return ReferenceTable(f"{self.population} (invented)", tuple(f"invented-{i + 1}" for i in range(n)), self.codes,
                              self.draw(rng, n))

    def of_bones(self, *bones: str) -> SizeShape:
        """The model of the measurements of some bones."""
        return self.of_codes([c for c, bone in zip(self.codes, self.bone_of_code, strict=True) if bone in bones])

    def of_codes(self, codes: Sequence[str]) -> SizeShape:
        """The model of some measurements, in their order."""
        rows = np.array([self.index[c] for c in codes], dtype=np.int64)
        square = np.ix_(rows, rows)
        return SizeShape(self.population, self.n, tuple(self.codes[i] for i in rows),
                         tuple(self.bone_of_code[i] for i in rows), self.mean[rows], self.loadings[rows],
                         self.shape[square], self.asymmetry[square], self.error[rows], self.lean[rows])


def _sides(elements: Sequence[Element]) -> NDArray[np.int64]:
    # an element of unknown side has a side of its own, so that nothing is taken as shared that may not be
    return np.array([SIDE_INDEX[e.side] if e.side is not None else 2 + i for i, e in enumerate(elements)],
                    dtype=np.int64)


def _root(covariance: _Floats) -> _Floats:
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def populations() -> tuple[str, ...]:
    """The names of the shipped models."""
    names = (f.name for f in files("homeward.commingling").joinpath("data").iterdir())
    return tuple(sorted(n.removesuffix(".json") for n in names if n.endswith(".json")))


def shipped(population: str = "us_white_men") -> SizeShape:
    """A model that comes with the package, by name; its file says where its means and correlations come from."""
    if population not in populations():
        raise InvalidValue("size and shape", "population", population, f"must be one of {', '.join(populations())}")
    text = files("homeward.commingling").joinpath("data", f"{population}.json").read_text(encoding="utf-8")
    kept = json.loads(text)
    bones: Iterable[dict[str, object]] = kept["bones"]
    codes = [(c, str(b["bone"])) for b in bones for c in _list(b["codes"])]
    arrays = {name: np.concatenate([np.asarray(b[name], dtype=np.float64) for b in kept["bones"]])
              for name in ("mean", "loadings", "error", "lean")}
    blocks = {name: np.asarray(block_diag(*(np.asarray(b[name], dtype=np.float64) for b in kept["bones"])))
              for name in ("shape", "asymmetry")}
    return SizeShape(kept["population"], int(kept["n"]), tuple(c for c, _ in codes), tuple(b for _, b in codes),
                     **arrays, **blocks)


def _list(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []
