"""Which relative's sample would add most: what a family could say with one more of its people typed.

The relative's genotype is not known yet, but its probability given the references is, as a table; for each genotype
that he may turn out to have, the missing member's table follows. So the expected log10 LR with him, Σ_c P(c | refs)
Σ_g P(g | refs, c) log10 LR(g | refs, c), is summed over all his genotypes c at each marker, and nothing is left to
chance; the chance of passing a threshold alone is drawn, the relative's genotype first and then the member's.

Source of the question: Vigeland, Marsico, Herrera Piñero & Egeland 2020, doi:10.1016/j.fsigen.2020.102376, who
simulate it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.locus import Locus, locus_of
from homeward.kinship.power.measures import at_any_marker, check_relatives, locus_without_mutation
from homeward.kinship.power.one_more import joint_outcomes
from homeward.kinship.power.outcomes import Outcomes, marker_outcomes
from homeward.kinship.power.relationships import Relationship, possible_relationships, with_relative
from homeward.kinship.power.tails import Estimate, mean_of
from homeward.kinship.tables import Relatives
from homeward.model import FrequencyTable, InvalidValue, Marker, Unsupported

__all__ = ["Outlook", "RelativeGain", "best_relatives"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a set of relatives can say; all but ``above`` exact, averaged over what is not typed yet.

    ``mean_log10_lr`` and ``sd_log10_lr``, if the remains are the member; ``exclusion`` and
    ``exclusion_without_mutation``, of an unrelated person, see ``Power``; ``above``: P(log10 LR > threshold), if the
    remains are the member, simulated.
    """

    mean_log10_lr: float
    sd_log10_lr: float
    exclusion: float
    exclusion_without_mutation: float
    above: Estimate


@dataclass(frozen=True, slots=True)
class RelativeGain:
    """What a sample of one more relative would add.

    ``relative``: a member's id, or a relationship where ``hypothetical``; ``n_markers``: at how many markers he would
    be typed anew; ``before`` and ``after``: what the family can say without and with him.
    """

    relative: str
    hypothetical: bool
    n_markers: int
    before: Outlook
    after: Outlook

    @property
    def gain_log10_lr(self) -> float:
        """By how much the expected log10 LR would rise; exact."""
        return self.after.mean_log10_lr - self.before.mean_log10_lr


@dataclass(frozen=True, slots=True)
class _Asked:
    """A relative who could give a sample, and the family with him in it."""

    name: str
    hypothetical: bool
    relatives: Relatives
    donor: str


@dataclass(frozen=True, slots=True)
class _Panel:
    """The markers as arrays; ``still``: with mutation set aside, None where there is none or it is needed."""

    markers: tuple[Marker, ...]
    loci: tuple[Locus, ...]
    still: tuple[Locus | None, ...]


@dataclass(frozen=True, slots=True)
class _MarkerOutlook:
    """One marker's moments of log10 LR and exclusion, and the draws of it, (draws,)."""

    mean: float
    square: float
    exclusion: float
    without_mutation: float
    drawn: _Array


def best_relatives(relatives: Relatives, table: FrequencyTable, *, candidates: Sequence[str] | None = None,
                   rng: np.random.Generator, draws: int = 200, log10_threshold: float = 4.0,
                   ) -> tuple[RelativeGain, ...]:
    """Which relative's sample would add most, best first.

    Args: ``relatives``, the member's place in a family, whether or not anyone is typed; ``table``, the markers;
    ``candidates``: ids of members, or a ``Relationship`` for someone whom the pedigree does not show; None for each
    member who lacks references at any marker and is not missing, and each relationship possible; ``rng``; ``draws``
    and ``log10_threshold``, of the probability of passing a threshold. A member named like a relationship comes first;
    one who is typed in part would be typed at the other markers.

    Returns the gains by falling expected log10 LR. The relative's sex matters at X-linked markers alone.

    Raises InvalidValue for candidates who are not in the family, and as ``power`` does; Unsupported with coancestry;
    TooLarge for a pedigree beyond exact computation.
    """
    check_relatives(relatives, table, draws=draws, log10_thresholds=(log10_threshold,))
    if table.theta > 0.0:
        raise Unsupported(f"{table.population}: relatives are not ranked with coancestry theta={table.theta:g}; "
                          f"rank them with theta 0")
    asked = _asked(relatives, table, candidates)
    streams = rng.spawn(1 + len(asked))
    panel, now = _now(relatives, table, streams[0], draws)
    before = _outlook(now, log10_threshold, draws)
    gains = []
    for one, stream in zip(asked, streams[1:], strict=True):
        after = _outlook(_with(one, panel, now, stream), log10_threshold, draws)
        gains.append(RelativeGain(one.name, one.hypothetical, len(_untyped_at(one, table.markers)), before, after))
    return tuple(sorted(gains, key=lambda g: (-round(g.after.mean_log10_lr, 9), g.hypothetical, g.relative)))


def _asked(relatives: Relatives, table: FrequencyTable, candidates: Sequence[str] | None) -> list[_Asked]:
    """The relatives to be asked; every unknown name is refused at once."""
    family, ids = relatives.typed.family, {m.id for m in relatives.typed.family.members}
    if candidates is None:
        people = [_Asked(m.id, False, relatives, m.id) for m in family.members if m.person is None
                  and m.id != relatives.member]
        return [*(p for p in people if _untyped_at(p, table.markers)),
                *(_added(relatives, r) for r in possible_relationships(family, relatives.member))]
    known = {r.value for r in Relationship}
    unknown = [c for c in candidates if c not in ids and c not in known]
    if unknown:
        raise InvalidValue(family.id, "candidates", ", ".join(unknown),
                           f"must be members of the family or among: {', '.join(sorted(known))}")
    return [_Asked(c, False, relatives, c) if c in ids and not isinstance(c, Relationship)
            else _added(relatives, Relationship(c)) for c in candidates]


def _added(relatives: Relatives, relationship: Relationship) -> _Asked:
    wider, new = with_relative(relatives.typed.family, relatives.member, relationship)
    return _Asked(relationship.value, True, replace(relatives, typed=replace(relatives.typed, family=wider)), new)


def _untyped_at(asked: _Asked, markers: Sequence[Marker]) -> list[int]:
    """The markers at which the relative would be typed anew."""
    own = asked.relatives.typed.profiles.get(asked.donor)
    return [m for m, marker in enumerate(markers) if own is None or marker.name not in own.genotypes]


def _now(relatives: Relatives, table: FrequencyTable, rng: np.random.Generator,
         draws: int) -> tuple[_Panel, list[_MarkerOutlook]]:
    """The markers laid out, and what each says with the relatives who are typed now."""
    loci, still, now, wrong = [locus_of(m) for m in table.markers], [], [], []
    for marker, locus in zip(table.markers, loci, strict=True):
        found = marker_outcomes(relatives, marker, locus=locus)
        without_mutation = locus_without_mutation(marker)
        other = None if without_mutation is None else marker_outcomes(relatives, marker, locus=without_mutation)
        if found is not None and not found.possible[0]:
            wrong.append(marker.name)
        if other is not None and not other.possible[0]:
            without_mutation = other = None
        still.append(without_mutation)
        now.append(_nothing(draws) if found is None else _of_one(found, other or found, rng, draws))
    if wrong:
        raise InvalidValue(relatives.typed.family.id, "references", ", ".join(wrong), "contradict the pedigree")
    return _Panel(table.markers, tuple(loci), tuple(still)), now


def _nothing(draws: int) -> _MarkerOutlook:
    return _MarkerOutlook(0.0, 0.0, 0.0, 0.0, np.zeros(draws))


def _of_one(found: Outcomes, without_mutation: Outcomes, rng: np.random.Generator, draws: int) -> _MarkerOutlook:
    drawn = found.draw(np.zeros(draws, dtype=np.int64), rng) if found.possible[0] else np.zeros(draws)
    return _MarkerOutlook(float(found.moment(1)[0]), float(found.moment(2)[0]), float(found.exclusion[0]),
                          float(without_mutation.exclusion[0]), drawn)


def _outlook(markers: Sequence[_MarkerOutlook], log10_threshold: float, draws: int) -> Outlook:
    total = np.sum([np.zeros(draws), *(m.drawn for m in markers)], axis=0)
    return Outlook(
        mean_log10_lr=math.fsum(m.mean for m in markers),
        sd_log10_lr=math.sqrt(math.fsum(max(0.0, m.square - m.mean**2) for m in markers)),
        exclusion=at_any_marker(m.exclusion for m in markers),
        exclusion_without_mutation=at_any_marker(m.without_mutation for m in markers),
        above=mean_of((total > log10_threshold).astype(np.float64), 1.0))


def _with(asked: _Asked, panel: _Panel, now: Sequence[_MarkerOutlook],
          rng: np.random.Generator) -> list[_MarkerOutlook]:
    """What each marker would say with the relative typed, averaged over what he may turn out to be."""
    anew = _untyped_at(asked, panel.markers)
    found = joint_outcomes(asked.relatives, asked.donor, [(panel.markers[m], panel.loci[m]) for m in anew])
    mutating = [(m, locus) for m in anew for locus in [panel.still[m]] if locus is not None]
    still = joint_outcomes(asked.relatives, asked.donor, [(panel.markers[m], locus) for m, locus in mutating])
    without = {m: joint.exclusion for m, joint in (*zip(anew, found, strict=True),
                                                   *zip((m for m, _ in mutating), still, strict=True))}
    result = list(now)
    for m, joint in zip(anew, found, strict=True):
        result[m] = _MarkerOutlook(joint.moment(1), joint.moment(2), joint.exclusion, without[m],
                                   joint.draw(rng, len(now[m].drawn)))
    return result
