"""What a case states of the lines of evidence of mothers and of fathers: rates, estimates, thresholds.

Where the default figures come from is said where they are used (``evidence.mtdna``, ``evidence.ystr``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from homeward.model.errors import InvalidValue

__all__ = ["ESTIMATES", "MitoParameters", "YParameters"]

ESTIMATES = ("count", "upper", "kappa")


@dataclass(frozen=True, slots=True)
class MitoParameters:
    """What is stated of mitochondrial DNA.

    ``estimate``: how a probability is read from the database, one of ESTIMATES; ``confidence``: of the upper bound;
    ``theta``: coancestry of the population's members on the line. ``control_rate``, ``coding_rate``: substitutions per
    base and meiosis; ``error_rate``: misreadings per base and profile; ``wrong_line``: probability that a reference is
    of another line than recorded. ``lengths``: whether lengths of C-stretches are compared. ``minimum_positions``:
    shared positions below which a pair is not compared; ``exclude_from``: differences from which a pair is excluded,
    None: never.
    """

    estimate: str = "count"
    confidence: float = 0.95
    theta: float = 0.0
    control_rate: float = 2.1e-5
    coding_rate: float = 1.6e-6
    error_rate: float = 1e-6
    wrong_line: float = 1e-3
    lengths: bool = False
    minimum_positions: int = 100
    exclude_from: int | None = None

    def __post_init__(self) -> None:
        record = "mtDNA parameters"
        _check_estimate(record, self)
        _check_rates(record, ((n, getattr(self, n)) for n in ("control_rate", "coding_rate", "error_rate",
                                                              "wrong_line")))
        _check_counts(record, (("minimum_positions", self.minimum_positions), ("exclude_from", self.exclude_from)))


@dataclass(frozen=True, slots=True)
class YParameters:
    """What is stated of Y-STRs; ``estimate``, ``confidence`` and ``theta`` as of MitoParameters.

    ``rates``: mutations per copy and meiosis by marker, in the place of the built-in ones; ``default_rate``: of
    markers that neither names. ``two_step``: share of mutations by two repeats; ``other_rate``: mutations per marker
    and meiosis that are no number of repeats; ``error_rate``: misreadings per marker and profile; ``wrong_label``:
    probability that a reference is not what its label says; ``other_father``: per meiosis, that the father is another
    man. ``minimum_markers``: shared markers below which a pair is not compared; ``exclude_from``: differing markers
    from which a pair is excluded, None: never.
    """

    estimate: str = "count"
    confidence: float = 0.95
    theta: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)
    default_rate: float = 4e-3
    two_step: float = 0.04
    other_rate: float = 1e-5
    error_rate: float = 1e-4
    wrong_label: float = 1e-3
    other_father: float = 0.01
    minimum_markers: int = 5
    exclude_from: int | None = None

    def __post_init__(self) -> None:
        record = "Y-STR parameters"
        _check_estimate(record, self)
        names = ("default_rate", "two_step", "other_rate", "error_rate", "wrong_label", "other_father")
        _check_rates(record, ((n, getattr(self, n)) for n in names))
        _check_rates(record, ((f"rate of {m}", r) for m, r in self.rates.items()))
        _check_counts(record, (("minimum_markers", self.minimum_markers), ("exclude_from", self.exclude_from)))


def _check_estimate(record: str, stated: MitoParameters | YParameters) -> None:
    if stated.estimate not in ESTIMATES:
        raise InvalidValue(record, "estimate", stated.estimate, f"must be one of {', '.join(ESTIMATES)}")
    if not 0.0 < stated.confidence < 1.0:
        raise InvalidValue(record, "confidence", stated.confidence, "must be above 0 and below 1")
    _check_rates(record, (("theta", stated.theta),))


def _check_rates(record: str, rates: Iterable[tuple[str, float]]) -> None:
    for name, value in rates:
        if not 0.0 <= value < 1.0:
            raise InvalidValue(record, name, value, "must be at least 0 and below 1")


def _check_counts(record: str, counts: Iterable[tuple[str, int | None]]) -> None:
    for name, value in counts:
        if value is not None and value < 1:
            raise InvalidValue(record, name, value, "must be at least 1")
