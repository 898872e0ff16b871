"""Support: log10 LR and status of each pair of a tile, rows antemortem, columns postmortem."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from homeward.model import InvalidValue

__all__ = ["COMPARED", "EXCLUDED", "NOT_COMPARED", "Status", "Support"]


class Status(IntEnum):
    """What was found of one pair: three different things, never one zero."""

    NOT_COMPARED = 0
    COMPARED = 1
    EXCLUDED = 2


NOT_COMPARED, COMPARED, EXCLUDED = Status.NOT_COMPARED, Status.COMPARED, Status.EXCLUDED


@dataclass(frozen=True, slots=True)
class Support:
    """One line of evidence for one tile of pairs.

    ``am_ids``: the persons, rows; ``pm_ids``: the remains, columns. ``log10_lr``: float64 of shape (n_am, n_pm);
    finite where compared, −inf where excluded, 0 where not compared (and only ``status`` tells that from a neutral
    comparison). ``status``: int8 of the same shape. Raises InvalidValue where the two disagree, where a NaN stands,
    and for a status that is none of the three.
    """

    line: str
    am_ids: tuple[str, ...]
    pm_ids: tuple[str, ...]
    log10_lr: NDArray[np.float64]
    status: NDArray[np.int8]

    def __post_init__(self) -> None:
        shape = (len(self.am_ids), len(self.pm_ids))
        for name in ("log10_lr", "status"):
            if getattr(self, name).shape != shape:
                raise InvalidValue(self.line, name, getattr(self, name).shape, f"must have the shape {shape}")
        if self.status.size and not NOT_COMPARED <= self.status.min() <= self.status.max() <= EXCLUDED:
            raise InvalidValue(self.line, "status", [int(self.status.min()), int(self.status.max())],
                               f"must be from {int(NOT_COMPARED)} to {int(EXCLUDED)}")
        finite = np.isfinite(self.log10_lr)
        wrong = np.where(self.status == EXCLUDED, ~np.isneginf(self.log10_lr), ~finite)
        wrong |= (self.status == NOT_COMPARED) & (self.log10_lr != 0.0)
        if wrong.any():
            i, j = map(int, np.argwhere(wrong)[0])
            status = Status(int(self.status[i, j])).name
            raise InvalidValue(f"{self.line} {self.am_ids[i]} × {self.pm_ids[j]}", "log10_lr",
                               float(self.log10_lr[i, j]), f"contradicts the status {status}")
        self.log10_lr.setflags(write=False)
        self.status.setflags(write=False)
