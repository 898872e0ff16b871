"""What a family can say, before any bone is typed: to recognise its missing member, and to refuse someone else.

The missing member's genotype given the relatives is known as a table at each marker, and so is an unrelated person's.
Means, variances and exclusions are sums over these tables and exact; only the tails of log10 LR over all markers
together are drawn. Assumptions: the remains are typed at every marker of the table, without drop-out or error;
markers are independent; the pedigree and the mutation models are true.

Sources: exclusion power, Egeland, Pinto & Vigeland 2014, doi:10.1016/j.fsigen.2013.05.001; probability of exceedance,
Kling, Egeland, Piñero & Vigeland 2017, doi:10.1016/j.fsigen.2017.08.006; inclusion power, Vigeland, Marsico, Herrera
Piñero & Egeland 2020, doi:10.1016/j.fsigen.2020.102376.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.locus import Locus, locus_of
from homeward.kinship.power.outcomes import Outcomes, marker_outcomes
from homeward.kinship.power.tails import Tail, tail_of
from homeward.kinship.tables import Relatives
from homeward.model import FrequencyTable, InvalidValue, Marker, MutationModel

__all__ = ["MarkerPower", "Power", "at_any_marker", "check_relatives", "locus_without_mutation", "power"]

_NO_MUTATION = MutationModel()

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MarkerPower:
    """What one marker can say; all figures are exact.

    ``compared``: whether any relative is typed there; if not, the marker says nothing. ``exclusion``: probability
    that an unrelated person's genotype is impossible for the member; ``exclusion_without_mutation``: that it would
    need a mutation, where the references themselves need none. ``mean_log10_lr`` and ``variance_log10_lr``, if the
    remains are the member. ``unrelated_mean_log10_lr``, if they are an unrelated person: −inf where exclusion is
    possible.
    """

    marker: str
    compared: bool
    exclusion: float
    exclusion_without_mutation: float
    mean_log10_lr: float
    variance_log10_lr: float
    unrelated_mean_log10_lr: float


@dataclass(frozen=True, slots=True)
class Power:
    """What a family can say of its missing member.

    ``typed``: the relatives who gave references; ``markers``: each marker's part, exact; ``tails``: one for each
    threshold, simulated. ``log10_lr_if_member`` and ``log10_lr_if_unrelated``: float64 (draws,), the simulated totals,
    −inf where a marker excludes.
    """

    member: str
    typed: tuple[str, ...]
    markers: tuple[MarkerPower, ...]
    tails: tuple[Tail, ...]
    log10_lr_if_member: _Array = field(repr=False, compare=False)
    log10_lr_if_unrelated: _Array = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        self.log10_lr_if_member.setflags(write=False)
        self.log10_lr_if_unrelated.setflags(write=False)

    @property
    def exclusion(self) -> float:
        """Probability that at least one marker excludes an unrelated person: 1 − Π_m (1 − e_m); exact."""
        return at_any_marker(m.exclusion for m in self.markers)

    @property
    def exclusion_without_mutation(self) -> float:
        """The same with mutation set aside: that his profile would need a mutation at one marker or more; exact."""
        return at_any_marker(m.exclusion_without_mutation for m in self.markers)

    @property
    def expected_mismatches(self) -> float:
        """Expected number of markers at which an unrelated person would need a mutation; exact."""
        return math.fsum(m.exclusion_without_mutation for m in self.markers)

    @property
    def mean_log10_lr(self) -> float:
        """Expected log10 LR if the remains are the member; exact."""
        return math.fsum(m.mean_log10_lr for m in self.markers)

    @property
    def sd_log10_lr(self) -> float:
        """Standard deviation of log10 LR if the remains are the member; exact."""
        return math.sqrt(math.fsum(m.variance_log10_lr for m in self.markers))

    @property
    def unrelated_mean_log10_lr(self) -> float:
        """Expected log10 LR of an unrelated person; −inf where any marker can exclude; exact."""
        return sum(m.unrelated_mean_log10_lr for m in self.markers)

    def quantile(self, share: float) -> float:
        """The log10 LR below which this share of the draws lies, if the remains are the member."""
        return float(np.quantile(self.log10_lr_if_member, share))

    def tail(self, log10_threshold: float) -> Tail:
        """The tail at a threshold that was asked for; raises InvalidValue for another one."""
        for tail in self.tails:
            if tail.log10_threshold == log10_threshold:
                return tail
        asked = ", ".join(f"{t.log10_threshold:g}" for t in self.tails)
        raise InvalidValue(self.member, "log10_threshold", log10_threshold, f"must be one of {asked}")


def power(relatives: Relatives, table: FrequencyTable, *, rng: np.random.Generator, draws: int = 1000,
          log10_thresholds: Sequence[float] = (-2.0, 0.0, 2.0, 4.0, 6.0)) -> Power:
    """What a family can say of its missing member, before any bone is typed.

    Args: ``relatives``, the member's place in a family with references (without any, the power is nil); ``table``,
    the markers at which the remains will be typed, their mutation models and the coancestry included; ``rng``;
    ``draws``, how many profiles are drawn under each hypothesis; ``log10_thresholds``, of log10 LR.

    Raises InvalidValue for a member who is not in the family, references that the table does not hold or that
    contradict the pedigree, a threshold that is not finite, and fewer than one draw; TooLarge for a pedigree beyond
    exact computation.
    """
    check_relatives(relatives, table, draws=draws, log10_thresholds=log10_thresholds)
    loci = [locus_of(m) for m in table.markers]
    found = [marker_outcomes(relatives, m, locus=locus, theta=table.theta)
             for m, locus in zip(table.markers, loci, strict=True)]
    _refuse_contradictions(relatives, table.markers, found)
    markers = tuple(_marker_power(relatives, table, marker, one)
                    for marker, one in zip(table.markers, found, strict=True))
    compared = [one for one in found if one is not None]
    member, unrelated = (_totals(compared, rng, draws, unrelated=side) for side in (False, True))
    tails = tuple(tail_of(compared, t, rng=rng, draws=draws) for t in log10_thresholds)
    typed = tuple(m.id for m in relatives.typed.family.members if len(relatives.typed.profiles.get(m.id, ())))
    return Power(relatives.member, typed, markers, tails, member, unrelated)


def check_relatives(relatives: Relatives, table: FrequencyTable, *, draws: int,
                    log10_thresholds: Sequence[float]) -> None:
    """Refuse what no power can be computed of; see ``power``."""
    family = relatives.typed.family
    ids = {m.id for m in family.members}
    unknown = [m for m in (relatives.member, *relatives.typed.profiles) if m not in ids]
    if unknown:
        raise InvalidValue(family.id, "member", ", ".join(unknown), "must be in the family")
    strange = [f"{member} {marker.name} {allele}" for member, profile in relatives.typed.profiles.items()
               for marker in table.markers if marker.name in profile.genotypes
               for allele in profile.genotypes[marker.name].alleles if allele not in marker.alleles]
    if strange:
        raise InvalidValue(family.id, "alleles", "; ".join(strange), "must be in the frequency table")
    if draws < 1:
        raise InvalidValue("power", "draws", draws, "must be at least 1")
    endless = [t for t in log10_thresholds if not math.isfinite(t)]
    if endless:
        raise InvalidValue("power", "log10_threshold", ", ".join(f"{t:g}" for t in endless), "must be finite")


def _refuse_contradictions(relatives: Relatives, markers: Sequence[Marker], found: Sequence[Outcomes | None]) -> None:
    wrong = [m.name for m, one in zip(markers, found, strict=True) if one is not None and not one.possible[0]]
    if wrong:
        raise InvalidValue(relatives.typed.family.id, "references", ", ".join(wrong), "contradict the pedigree")


def _marker_power(relatives: Relatives, table: FrequencyTable, marker: Marker, found: Outcomes | None) -> MarkerPower:
    if found is None:
        return MarkerPower(marker.name, False, 0.0, 0.0, 0.0, 0.0, 0.0)
    exclusion, mean = float(found.exclusion[0]), float(found.moment(1)[0])
    unrelated = -math.inf
    if exclusion == 0.0:
        unrelated = float((found.if_unrelated * np.where(found.if_unrelated > 0.0, found.log10_lr, 0.0)).sum())
    without = exclusion
    still = locus_without_mutation(marker)
    if still is not None:
        other = marker_outcomes(relatives, marker, locus=still, theta=table.theta)
        if other is not None and other.possible[0]:
            without = float(other.exclusion[0])
    variance = max(0.0, float(found.moment(2)[0]) - mean**2)
    return MarkerPower(marker.name, True, exclusion, without, mean, variance, unrelated)


def locus_without_mutation(marker: Marker) -> Locus | None:
    """The marker's arrays with mutation set aside; None where it has none."""
    if {marker.female.kind, marker.male.kind} == {"none"}:
        return None
    return locus_of(replace(marker, female=_NO_MUTATION, male=_NO_MUTATION))


def at_any_marker(probabilities: Iterable[float]) -> float:
    """Probability of at least one of independent events."""
    return 1.0 - math.prod(1.0 - p for p in probabilities)


def _totals(outcomes: Sequence[Outcomes], rng: np.random.Generator, draws: int, *, unrelated: bool) -> _Array:
    total = np.zeros(draws)
    first = np.zeros(draws, dtype=np.int64)
    for one in outcomes:
        total += one.draw(first, rng, unrelated=unrelated)
    return total
