"""The door to pedigree likelihoods: a family, its profiles, a marker; a natural logarithm back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from homeward.kinship.engine import Problem, evaluate
from homeward.kinship.locus import Locus, Observation, locus_of, lumped, observe
from homeward.kinship.shape import Kind, shape_of
from homeward.model import Family, FrequencyTable, Marker, Profile, Sex

__all__ = ["Typed", "lumped_if_possible", "marker_logliks", "problem_of"]


@dataclass(frozen=True, slots=True)
class Typed:
    """A family with the profiles of its typed members, by member id."""

    family: Family
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    def observations(self, marker: Marker) -> dict[str, Observation]:
        """What each member typed at the marker shows there."""
        seen = {}
        for member, profile in self.profiles.items():
            genotype = profile.genotypes.get(marker.name)
            if genotype is not None:
                hemizygous = marker.x_linked and self.family.member(member).sex is Sex.MALE
                seen[member] = observe(marker, genotype, hemizygous=hemizygous)
        return seen


def problem_of(typed: Typed, locus: Locus, observations: Mapping[str, Observation], *, query: str | None = None,
               x_linked: bool = False) -> Problem:
    """The engine's problem for one family at one marker; ``query``: the member whose genotypes are asked for."""
    kinds: dict[str, Kind] = {member: o.kind for member, o in observations.items()}
    shape, ids = shape_of(typed.family, kinds, query=query, x_linked=x_linked)
    return Problem(shape, locus, tuple(observations.get(m) for m in ids),
                   tuple(typed.family.inbreeding.get(m, 0.0) for m in ids))


def marker_logliks(families: Sequence[Typed], table: FrequencyTable) -> list[dict[str, float]]:
    """Natural log likelihood of each family's profiles, marker by marker, under its pedigree.

    Args: ``families``; ``table`` with the markers, mutation models and frequencies. Every member counts: an untyped
    parent mutates too, so people who are not needed for the drawing are needed for the number.

    Returns, for each family, marker name → log P(genotypes | pedigree); −inf where the genotypes are impossible
    under the pedigree, 0 where nobody is typed. Nothing is left out of the likelihood. Markers are taken as
    independent; their sum is the family's total.

    Raises TooLarge for a pedigree beyond exact computation, Unsupported for coancestry with founder inbreeding.
    """
    problems: list[Problem] = []
    for marker in table.markers:
        locus = locus_of(marker)
        for typed in families:
            observations = typed.observations(marker)
            own, seen = lumped_if_possible(locus, observations)
            problems.append(problem_of(typed, own, seen, x_linked=marker.x_linked))
    values = iter(evaluate(problems, theta=table.theta))
    results: list[dict[str, float]] = [{} for _ in families]
    for marker in table.markers:
        for result in results:
            likelihood = float(next(values))
            result[marker.name] = math.log(likelihood) if likelihood > 0.0 else -math.inf
    return results


def lumped_if_possible(locus: Locus,
                       observations: Mapping[str, Observation]) -> tuple[Locus, dict[str, Observation]]:
    """The locus with the alleles that nobody shows as one, where that changes no likelihood."""
    known = [o.known for o in observations.values() if o.known is not None]
    if locus.is_dense or len(known) < len(observations):
        return locus, dict(observations)
    seen = tuple(sorted({a for pair in known for a in pair}))
    small, place = lumped(locus, seen)
    return small, {m: Observation((int(place[o.known[0]]), int(place[o.known[1]])))
                   for m, o in observations.items() if o.known is not None}
