"""Radiograph: the outline of a clavicle on a chest film made in life against that of the bone that was found.

Model: a closed outline is a sum of ellipses (elliptic Fourier coefficients, Kuhl & Giardina 1982), freed of where it
lies, of where the tracing began, of its tilt and its size. The distance of two outlines is the root mean square of
what is between them, in units of the longer half axis: by Parseval √(½ Σ_n |Δ coefficients|²). Of several bones that
both sides show, the mean of the distances. A distance is turned into a likelihood ratio by a calibration on films and
bones of people whose names are known,

    LR(δ) = P(distance δ | one person) / P(distance δ | two persons),

falling with the distance (pool adjacent violators), or as two kernel densities, or from a published hit rate alone:
where the right film is among the nearest share a of a gallery with probability s, LR = s/a within it and
(1 − s)/(1 − a) outside.

Films differ in quality: each quality has a calibration of its own. A film may be another's: LR is mixed with 1
at the rate ``wrong_film``. No film is no exclusion, and no distance excludes.

Assumptions: outlines are traced in the same view, medial end to the same side; that the pose of the body changes what
the film shows is in the calibration, if it was made on films of that kind. Several bones are weighed by the
calibration of one: what the second adds is not overstated.

Sources: Kuhl & Giardina 1982, doi:10.1016/0146-664X(82)90034-X (outlines); Stephan, Amidan, Trease, Guyomarc'h,
Pulsipher & Byrd 2014, J Forensic Sci 59(2) (clavicles against chest films); Brümmer & du Preez 2006,
doi:10.1016/j.csl.2005.08.001 (calibration).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, NOT_COMPARED, Support
from homeward.model import InvalidValue

__all__ = [
    "CONDITIONS_ON", "NAME", "Antemortem", "Calibration", "Film", "Params", "Postmortem", "compare", "distances",
    "elliptic_fourier", "normalised",
]

NAME = "radiograph"
CONDITIONS_ON: tuple[str, ...] = ()
_LEAST = 1e-6  # of a distance, within logarithms
_CHUNK = 256  # films at once
_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """log10 LR by distance: ``log10_lr``[k] up to ``edges``[k], the last one beyond; (n,) edges, (n + 1,) values."""

    edges: _Array
    log10_lr: _Array

    def __post_init__(self) -> None:
        if len(self.log10_lr) != len(self.edges) + 1 or (np.diff(self.edges) < 0.0).any():
            raise InvalidValue("calibration", "edges", len(self.edges), "must rise, one fewer than the values")
        if not np.isfinite(self.log10_lr).all():
            raise InvalidValue("calibration", "log10_lr", "infinite", "must be finite: no distance excludes")

    def of(self, distance: _Array) -> _Array:
        """log10 LR of distances of any shape."""
        return np.asarray(self.log10_lr[np.searchsorted(self.edges, distance, side="left")])

    @classmethod
    def falling(cls, mates: _Array, others: _Array) -> Calibration:
        """LR that falls with the distance, by pool adjacent violators.

        Args: distances of films and bones of one person, and of two. One more of each is added at either end, so that
        no figure exceeds what so many pairs can carry. Raises InvalidValue for fewer than 5 of either.
        """
        _enough(mates, others)
        ends = np.array([-math.inf, math.inf])
        distance = np.concatenate([mates, ends, others, ends])
        mate = np.concatenate([np.ones(len(mates) + 2), np.zeros(len(others) + 2)])
        order = np.lexsort((mate, distance))  # at one distance others first: they and the mates are one block
        # Blocks of one share of mates each, joined while a later one would have a greater share.
        blocks: list[list[float]] = []
        for d, is_mate in zip(distance[order].tolist(), mate[order].tolist(), strict=True):
            blocks.append([is_mate, 1.0, d])
            while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] <= blocks[-1][0] * blocks[-2][1]:
                last = blocks.pop()
                blocks[-1] = [blocks[-1][0] + last[0], blocks[-1][1] + last[1], last[2]]
        mates_in, all_in, upto = np.array(blocks).T
        share = (mates_in / mate.sum()) / ((all_in - mates_in) / (1.0 - mate).sum())
        return cls(upto[:-1], np.log10(share))

    @classmethod
    def kernel(cls, mates: _Array, others: _Array) -> Calibration:
        """LR of two normal kernel densities of the log distance, kept within what so many pairs can carry.

        Args and errors as of ``falling``.
        """
        _enough(mates, others)
        both = np.concatenate([mates, others])
        edges = np.geomspace(max(both.min(), _LEAST) / 2.0, max(both.max(), _LEAST) * 2.0, 400)
        middle = np.log(np.concatenate([edges[:1], np.sqrt(edges[1:] * edges[:-1]), edges[-1:]]))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.log10(_density(middle, mates)) - np.log10(_density(middle, others))
        # Where both densities have run out, what the nearest place says.
        known = np.flatnonzero(~np.isnan(found))
        found = found[known[np.abs(known - np.arange(len(found))[:, None]).argmin(axis=1)]]
        return cls(edges, np.clip(found, -math.log10(len(mates) + 1.0), math.log10(len(others) + 1.0)))

    @classmethod
    def of_rank(cls, hit_rate: float, top_share: float, others: _Array) -> Calibration:
        """LR from a published hit rate s among the nearest share a of a gallery, whose distances are ``others``.

        Raises InvalidValue for shares that are not between 0 and 1.
        """
        for name, value in (("hit_rate", hit_rate), ("top_share", top_share)):
            if not 0.0 < value < 1.0:
                raise InvalidValue("calibration", name, value, "must be above 0 and below 1")
        return cls(np.quantile(others, [top_share]), np.log10(np.array([
            hit_rate / top_share, (1.0 - hit_rate) / (1.0 - top_share)])))


@dataclass(frozen=True, slots=True)
class Film:
    """One person's chest film: its quality, and the outlines it shows, by bone: normalised coefficients, (H, 4)."""

    quality: str
    outlines: Mapping[str, _Array]


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons with their films; None where none is held."""

    ids: tuple[str, ...]
    films: tuple[Film | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains with the outlines of their bones, as those of a film; empty where none was made."""

    ids: tuple[str, ...]
    outlines: tuple[Mapping[str, _Array], ...]


@dataclass(frozen=True, slots=True)
class Params:
    """``calibrations``: by quality of film. ``wrong_film``: probability that a film is another's; an assumption.

    Raises InvalidValue for no calibration, and for what is no probability below 1.
    """

    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    wrong_film: float = 1e-3

    def __post_init__(self) -> None:
        if not self.calibrations:
            raise InvalidValue("radiograph parameters", "calibrations", 0, "must be at least one")
        if not 0.0 <= self.wrong_film < 1.0:
            raise InvalidValue("radiograph parameters", "wrong_film", self.wrong_film, "must be at least 0 and below 1")


def compare(am: Antemortem, pm: Postmortem, params: Params) -> Support:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns.

    Returns the tile's support; a pair is not compared without a film, or without a bone on both sides. Raises
    InvalidValue for a quality without a calibration, and outlines of other numbers of harmonics.
    """
    distance = distances(am, pm)
    log10_lr = np.zeros(distance.shape)
    qualities = [None if f is None else f.quality for f in am.films]
    for person, quality in zip(am.ids, qualities, strict=True):
        if quality is not None and quality not in params.calibrations:
            raise InvalidValue(person, "quality", quality, f"must be one of {', '.join(params.calibrations)}")
    for quality, calibration in params.calibrations.items():
        rows = np.array([q == quality for q in qualities], dtype=np.bool_)
        # What a film that is another's leaves is the same for each step of the calibration.
        mixed = np.log10((1.0 - params.wrong_film) * 10.0**calibration.log10_lr + params.wrong_film)
        for row in np.flatnonzero(rows).tolist():  # row by row: what is looked up stays small
            log10_lr[row] = Calibration(calibration.edges, mixed).of(distance[row])
    missing = np.isnan(distance)
    log10_lr[missing] = 0.0
    return Support(NAME, am.ids, pm.ids, log10_lr, np.where(missing, np.int8(NOT_COMPARED), np.int8(COMPARED)))


def distances(am: Antemortem, pm: Postmortem) -> _Array:
    """Mean distance over the bones that both show, (n_am, n_pm), NaN where there is none: what calibrations take.

    Raises InvalidValue for outlines of other numbers of harmonics.
    """
    total, count = np.zeros((len(am.ids), len(pm.ids))), np.zeros((len(am.ids), len(pm.ids)))
    shown: tuple[Mapping[str, _Array], ...] = tuple({} if f is None else f.outlines for f in am.films)
    for bone in sorted({b for outlines in shown for b in outlines}):
        rows = [i for i, outlines in enumerate(shown) if bone in outlines]
        columns = [j for j, outlines in enumerate(pm.outlines) if bone in outlines]
        if not columns:
            continue
        x = _stacked(bone, {am.ids[i]: shown[i][bone] for i in rows})
        y = _stacked(bone, {pm.ids[j]: pm.outlines[j][bone] for j in columns})
        if x.shape[1] != y.shape[1]:
            raise InvalidValue(bone, "outlines", x.shape[1] // 4, f"must have the remains' {y.shape[1] // 4} harmonics")
        half = (y**2).sum(axis=1) / 2.0
        everywhere = len(columns) == len(pm.ids)
        for start in range(0, len(rows), _CHUNK):
            some = x[start:start + _CHUNK]
            squared = half - some @ y.T + (some**2).sum(axis=1)[:, None] / 2.0
            of = np.sqrt(np.maximum(squared, 0.0, out=squared), out=squared)
            at = rows[start:start + _CHUNK] if everywhere else np.ix_(rows[start:start + _CHUNK], columns)
            total[at] += of
            count[at] += 1.0
    with np.errstate(invalid="ignore"):
        return np.asarray(total / count)


def elliptic_fourier(points: _Array, harmonics: int = 20) -> _Array:
    """Elliptic Fourier coefficients a, b, c, d of a closed outline, (harmonics, 4), in the unit of the points.

    Args: ``points`` (n, 2), in order around; the last joins the first. x(t) = Σ a cos + b sin, y(t) = Σ c cos + d sin.
    Raises InvalidValue for fewer than three different points, and for a number of harmonics below 1.
    """
    if points.ndim != 2 or points.shape[1:] != (2,) or not np.isfinite(points).all():
        raise InvalidValue("outline", "points", points.shape, "must be numbers of the shape (n, 2)")
    steps = np.roll(points, -1, axis=0) - points
    length = np.hypot(*steps.T)
    steps, length = steps[length > 0.0], length[length > 0.0]
    if len(length) < 3 or harmonics < 1:
        raise InvalidValue("outline", "points", len(length), "must be three different ones at least, with a harmonic")
    t = np.concatenate([[0.0], np.cumsum(length)])
    n = np.arange(1, harmonics + 1)[:, None]
    angle = 2.0 * math.pi * n * t / t[-1]
    cos, sin = np.diff(np.cos(angle), axis=1), np.diff(np.sin(angle), axis=1)
    slope = (steps / length[:, None]).T
    scale = t[-1] / (2.0 * n**2 * math.pi**2)
    return np.hstack([scale * (wave @ slope[k])[:, None] for k in (0, 1) for wave in (cos, sin)])


def normalised(coefficients: _Array) -> _Array:
    """Coefficients freed of starting point, tilt and size (Kuhl & Giardina 1982), the longer half axis being 1.

    Of the two ends of the longer axis that a tracing can be made to start from, the one to the right is taken: outlines
    are to be traced in one view. Raises InvalidValue for an outline without a first harmonic.
    """
    a, b, c, d = coefficients[0]
    theta = 0.5 * math.atan2(2.0 * (a * b + c * d), a * a + c * c - b * b - d * d)
    start = complex(a * math.cos(theta) + b * math.sin(theta), c * math.cos(theta) + d * math.sin(theta))
    if start.real < 0.0:
        theta, start = theta + math.pi, -start
    size = abs(start)
    if size == 0.0:
        raise InvalidValue("outline", "coefficients", 0.0, "must have a first harmonic")
    n = np.arange(1, len(coefficients) + 1) * theta
    turn = np.array([[np.cos(n), -np.sin(n)], [np.sin(n), np.cos(n)]]).transpose(2, 0, 1)
    tilt = np.array([[start.real, start.imag], [-start.imag, start.real]]) / size
    # Going round the other way is the same outline.
    shaped = tilt @ coefficients.reshape(-1, 2, 2) @ turn / size
    if shaped[0, 1, 1] < 0.0:
        shaped = shaped * np.array([1.0, -1.0])
    return np.asarray(shaped.reshape(-1, 4))


def _stacked(bone: str, outlines: Mapping[str, _Array]) -> _Array:
    first = next(iter(outlines.values())).shape
    for owner, outline in outlines.items():
        if outline.shape != first or outline.shape[1:] != (4,):
            raise InvalidValue(owner, bone, outline.shape, f"must be four figures for each of {first[0]} harmonics")
    return np.array([o.ravel() for o in outlines.values()])


def _enough(mates: _Array, others: _Array) -> None:
    for name, of in (("mates", mates), ("others", others)):
        if len(of) < 5 or not np.isfinite(of).all() or (of < 0.0).any():
            raise InvalidValue("calibration", name, len(of), "must be at least 5 distances")


def _density(at: _Array, distance: _Array) -> _Array:
    """Normal kernel density of the log distance, its width by Silverman's rule."""
    x = np.log(np.maximum(distance, _LEAST))
    width = max(1.06 * float(x.std(ddof=1)) * len(x) ** -0.2, 1e-3)
    return np.asarray(np.exp(-0.5 * ((at[:, None] - x) / width) ** 2).mean(axis=1) / width)
