"""The door to pedigree likelihoods: a family, its profiles, a marker; a natural logarithm back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.engine import Problem, evaluate_scaled
from homeward.kinship.laboratory import open_report, rank_one_terms
from homeward.kinship.locus import Locus, Observation, locus_of, lumped, observe
from homeward.kinship.shape import Kind, males_of, shape_of
from homeward.model import Case, Family, FrequencyTable, Genotype, Laboratory, Marker, Profile, Unsupported

__all__ = ["Typed", "lumped_if_possible", "marker_logliks", "problem_of", "typed_families"]


@dataclass(frozen=True, slots=True)
class Typed:
    """A family with the profiles of its typed members, by member id.

    ``readings``: of those whose reading is not certain, each sample with its laboratory's rates.
    """

    family: Family
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    readings: Mapping[str, tuple[tuple[Profile, Laboratory], ...]] = field(default_factory=dict)

    def observations(self, marker: Marker) -> dict[str, Observation]:
        """What each member typed at the marker shows there; Unsupported where drop-out has no form for a reference."""
        seen = {}
        males = males_of(self.family) if marker.x_linked else frozenset()
        for member, profile in self.profiles.items():
            genotype = profile.genotypes.get(marker.name)
            if genotype is None:
                continue
            shown = [(p.genotypes[marker.name], lab) for p, lab in self.readings.get(member, ())
                     if marker.name in p.genotypes]
            if member not in males and any(not lab.is_certain for _, lab in shown):
                seen[member] = self._uncertain(member, marker, shown)
            else:
                seen[member] = observe(marker, genotype, hemizygous=member in males)
        return seen

    def _uncertain(self, member: str, marker: Marker, shown: Sequence[tuple[Genotype, Laboratory]]) -> Observation:
        terms = rank_one_terms(open_report(marker, shown), len(marker.alleles))
        if terms is None:
            raise Unsupported(f"{self.family.id}/{member} {marker.name}: a reference with drop-out needs "
                              "dropout_homozygote = dropout² and at most three alleles shown")
        return Observation(None, terms)


def typed_families(case: Case) -> dict[str, Typed]:
    """Every family with its references, by id."""
    profiles, readings = case.reference_profiles(), case.reference_readings()
    return {f.id: Typed(f, {m.id: profiles[f.id, m.id] for m in f.members if (f.id, m.id) in profiles},
                        {m.id: readings[f.id, m.id] for m in f.members if (f.id, m.id) in readings})
            for f in case.families}


def problem_of(typed: Typed, locus: Locus, observations: Mapping[str, Observation], *, query: str | None = None,
               x_linked: bool = False, familias_pruning: bool = False) -> Problem:
    """The engine's problem for one family at one marker; ``query``: the member whose genotypes are asked for."""
    kinds: dict[str, Kind] = {member: o.kind for member, o in observations.items()}
    shape, ids = shape_of(typed.family, kinds, query=query, x_linked=x_linked,
                          familias_pruning=familias_pruning)
    return Problem(shape, locus, tuple(observations.get(m) for m in ids),
                   tuple(typed.family.inbreeding.get(m, 0.0) for m in ids))


def marker_logliks(families: Sequence[Typed], table: FrequencyTable, *,
                   familias_pruning: bool = False) -> list[dict[str, float]]:
    """Natural log likelihood of each family's profiles, marker by marker, under its pedigree.

    Args: ``families``; ``table`` with the markers, mutation models and frequencies. Every member counts: an untyped
    parent mutates too, so people who are not needed for the drawing are needed for the number.
    ``familias_pruning``: leave out untyped founders with one child instead, as Familias does; under a mutation model
    that is not stationary the number then differs, by 0.03 to 0.8 % in the cases of ``tests/reference``.

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
            problems.append(problem_of(typed, own, seen, x_linked=marker.x_linked,
                                       familias_pruning=familias_pruning))
    values = iter(evaluate_scaled(problems, theta=table.theta))
    results: list[dict[str, float]] = [{} for _ in families]
    for marker in table.markers:
        for result in results:
            value, log_scale = next(values)
            result[marker.name] = math.log(float(value)) + log_scale if value > 0.0 else -math.inf
    return results


def lumped_if_possible(locus: Locus,
                       observations: Mapping[str, Observation]) -> tuple[Locus, dict[str, Observation]]:
    """The locus with the alleles that nobody shows as one, where that changes no likelihood.

    An allele is shown by a known genotype, or where an observation's weights differ from those of most alleles.
    """
    if locus.is_dense:
        return locus, dict(observations)
    seen: set[int] = set()
    for o in observations.values():
        seen.update(o.known if o.known is not None else _distinguished(o))
    if len(seen) + 1 >= locus.n_alleles:
        return locus, dict(observations)
    rest = next(a for a in range(locus.n_alleles) if a not in seen)
    small, place = lumped(locus, tuple(sorted(seen)))
    kept = [*sorted(seen), rest]
    return small, {m: _renamed(o, place, kept) for m, o in observations.items()}


def _distinguished(observation: Observation) -> set[int]:
    """The alleles whose weights are not those of the most common kind."""
    if observation.terms is None:
        raise AssertionError("a vague observation has weights")
    columns = [tuple(c) for c in observation.terms.reshape(-1, observation.terms.shape[2]).T.tolist()]
    usual = max(set(columns), key=columns.count)
    return {a for a, c in enumerate(columns) if c != usual}


def _renamed(observation: Observation, place: NDArray[np.int64], kept: list[int]) -> Observation:
    if observation.known is not None:
        return Observation((int(place[observation.known[0]]), int(place[observation.known[1]])))
    return Observation(None, None if observation.terms is None else observation.terms[:, :, kept])
