"""The listed persons of a grown case, their families, the genes that each of them truly carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from homeward.model import Family, Incident, Member, MissingPerson, Profile, ReferenceSample, Sex
from homeward.simulate import invented
from homeward.simulate.inheritance import Loci, drop
from homeward.simulate.plan import Plan
from homeward.simulate.shapes import ShapedFamily, family_of, places_missing

__all__ = ["Population", "grow_population", "stranger"]


@dataclass(frozen=True, slots=True)
class Population:
    """The antemortem side; ``genes`` holds the true genotypes of each person by the roster's id."""

    incidents: tuple[Incident, ...]
    roster: tuple[MissingPerson, ...]
    families: tuple[ShapedFamily, ...]
    references: tuple[tuple[ReferenceSample, Profile], ...]
    genes: Mapping[str, Profile]


def grow_population(families: int, loci: Loci, plan: Plan, rng: np.random.Generator) -> Population:
    """So many families in the plan's mix, besides the listed persons who have none.

    Persons are numbered at random, so that a number says nothing of the kind of family or of its being there.
    """
    mixed = plan.shares_out(families)
    order = [mixed[int(i)] for i in rng.permutation(families)]
    alone = round(families * plan.without_references)
    n_persons = sum(map(places_missing, order)) + alone
    numbers = iter((rng.permutation(n_persons) + 1).tolist())
    incidents = invented.incidents(n_persons, rng)
    roster: list[MissingPerson] = []
    grown: list[ShapedFamily] = []
    references: list[tuple[ReferenceSample, Profile]] = []
    genes: dict[str, Profile] = {}
    for i, shape in enumerate(order):
        own = [next(numbers) for _ in range(places_missing(shape))]
        sex = _drawn_sex(plan, rng)
        shaped = family_of(shape, id=f"F-{i + 1:03d}", persons=[_id(n) for n in own], sex=sex, rng=rng)
        profiles = drop(shaped.family, loci, rng)
        for number, member in zip(own, shaped.family.missing, strict=True):
            roster.append(_listed(number, member.sex, incidents, rng))
            genes[_id(number)] = profiles[member.id]
        references += [_reference(shaped.family, donor, profiles[donor]) for donor in shaped.donors]
        grown.append(shaped)
    for number in numbers:
        sex = _drawn_sex(plan, rng)
        roster.append(_listed(number, sex, incidents, rng))
        genes[_id(number)] = stranger(loci, sex, rng)
    roster.sort(key=lambda person: person.id)
    return Population(incidents, tuple(roster), tuple(grown), tuple(references), genes)


def stranger(loci: Loci, sex: Sex, rng: np.random.Generator) -> Profile:
    """Genotypes of someone unrelated to everyone else."""
    return drop(Family("stranger", (Member("stranger", None, None, sex),)), loci, rng)["stranger"]


def _id(number: int) -> str:
    return f"P-{number:04d}"


def _drawn_sex(plan: Plan, rng: np.random.Generator) -> Sex:
    return Sex.FEMALE if rng.random() < plan.women else Sex.MALE


def _listed(number: int, sex: Sex, incidents: tuple[Incident, ...], rng: np.random.Generator) -> MissingPerson:
    incident = incidents[int(rng.integers(len(incidents)))]
    return invented.listed_person(_id(number), number, sex=sex, incident=incident, rng=rng)


def _reference(family: Family, donor: str, profile: Profile) -> tuple[ReferenceSample, Profile]:
    sample = ReferenceSample(f"{family.id}-{donor}", family.id, donor)
    return sample, Profile(sample.id, profile.genotypes)
