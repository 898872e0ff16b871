"""Measured skeletons of known persons, from which a model of size and shape is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.model import InvalidValue
from homeward.model.measurement_codes import MEASUREMENTS

__all__ = ["LEAN_SIGN", "SIDE_INDEX", "ReferenceTable"]

SIDE_INDEX = {"left": 0, "right": 1, "unpaired": 0, None: 0}
LEAN_SIGN = {"left": 1.0, "right": -1.0, "unpaired": 0.0, None: 0.0}


@dataclass(frozen=True)
class ReferenceTable:
    """Measurements of persons, both sides of each.

    Args:
        population: whom they stand for. ids: of the persons, shape (n,).
        codes: of the measurements, shape (v,).
        values_mm: shape (n, 2, v), left then right, NaN where not taken; an unpaired bone stands on the left.
    """

    population: str
    ids: tuple[str, ...]
    codes: tuple[str, ...]
    values_mm: NDArray[np.float64]

    def __post_init__(self) -> None:
        shape = (len(self.ids), 2, len(self.codes))
        if self.values_mm.shape != shape:
            raise InvalidValue(self.population, "values_mm", self.values_mm.shape, f"must have the shape {shape}")
        if len(set(self.ids)) < len(self.ids):
            raise InvalidValue(self.population, "ids", len(self.ids), "must hold each person once")
        unknown = [c for c in self.codes if c not in MEASUREMENTS]
        if unknown or len(set(self.codes)) < len(self.codes):
            raise InvalidValue(self.population, "codes", unknown, "must be codes of the list, each once")
        if (self.values_mm <= 0.0).any() or np.isinf(self.values_mm).any():
            raise InvalidValue(self.population, "values_mm", "", "must be positive, NaN where not taken")

    @property
    def bone_of_code(self) -> tuple[str, ...]:
        """The bone of each code."""
        return tuple(MEASUREMENTS[c].bone for c in self.codes)

    def persons(self, which: Sequence[int] | NDArray[np.int64]) -> ReferenceTable:
        """The table of some of the persons, by their rows."""
        rows = np.asarray(which, dtype=np.int64)
        return ReferenceTable(self.population, tuple(self.ids[i] for i in rows), self.codes, self.values_mm[rows])

    def of_bones(self, *bones: str) -> ReferenceTable:
        """The table of the measurements of some bones."""
        columns = [i for i, bone in enumerate(self.bone_of_code) if bone in bones]
        return ReferenceTable(self.population, self.ids, tuple(self.codes[i] for i in columns),
                              self.values_mm[:, :, columns])

    def clean_logs(self, robust_sds: float = 6.0) -> NDArray[np.float64]:
        """Log measurements without slips of the pen, NaN in their stead; shape (n, 2, v).

        A value is left out that lies beyond ``robust_sds`` from the median of its measurement, and both values of a
        left and right whose difference does: which of the two is wrong nobody can tell.
        """
        logs = np.log(self.values_mm)
        both = logs.reshape(-1, logs.shape[2])
        logs[np.abs(logs - _centre(both)) > robust_sds * _spread(both)] = np.nan
        gap = logs[:, 0] - logs[:, 1]
        wide = np.abs(gap - _centre(gap)) > robust_sds * np.maximum(_spread(gap), 0.005)
        logs[np.broadcast_to(wide[:, None, :], logs.shape)] = np.nan
        return logs


def _centre(values: NDArray[np.float64]) -> NDArray[np.float64]:
    taken = ~np.isnan(values)
    return np.array([np.median(column[t]) if t.any() else 0.0 for column, t in zip(values.T, taken.T, strict=True)])


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    # 1.4826 makes the median absolute deviation the standard deviation of a normal
    return 1.4826 * _centre(np.abs(values - _centre(values))) + 1e-9
