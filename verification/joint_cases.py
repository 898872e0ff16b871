"""Synthetic cases for joint identification, grown with their truth: the number of pairs is drawn from the prior."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint import log_pair_odds
from homeward.model import (
    Case,
    Family,
    Member,
    MissingPerson,
    MutationModel,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
)
from homeward.simulate import family_of, fbi2015
from homeward.simulate.inheritance import Loci, drop

__all__ = ["DISTANT", "THOUSAND", "Plan", "grow", "usual_loci"]

_ONE, _TWO = "two cousins and an aunt", "two missing brothers"
DISTANT = ("two nephews", _ONE, "one sib", "second cousin", "uncle")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is grown: persons, remains, the share x, the shapes of families, and how many have two missing."""

    persons: int
    remains: int
    share: float
    shapes: tuple[str, ...] = (_ONE,)
    two_in: int = 0  # every so many families has two missing brothers, whose sister alone gave a reference


def number_of_pairs(plan: Plan, rng: np.random.Generator) -> int:
    """Drawn from the prior: ∝ κ^k C(R,k) C(N,k) k!."""
    log_odds = log_pair_odds(np.ones((plan.persons, plan.remains)), plan.share * plan.remains)
    most = min(plan.persons, plan.remains)
    terms = np.array([math.lgamma(plan.persons + 1) - math.lgamma(plan.persons - k + 1)
                      + math.lgamma(plan.remains + 1) - math.lgamma(plan.remains - k + 1) - math.lgamma(k + 1)
                      + k * log_odds for k in range(most + 1)])
    weight = np.exp(terms - terms.max())
    return int(rng.choice(most + 1, p=weight / weight.sum()))


def grow(plan: Plan, loci: Loci, rng: np.random.Generator) -> tuple[Case, NDArray[np.bool_]]:
    """A synthetic case, and which person is which of the remains: (persons, remains)."""
    families, references, profiles, missing = [], [], [], []
    while len(missing) < plan.persons:
        number = len(families) + 1
        two = plan.two_in > 0 and number % plan.two_in == 0 and len(missing) + 2 <= plan.persons
        shaped = family_of(_TWO if two else str(rng.choice(plan.shapes)), id=f"F{number}", rng=rng)
        genes = drop(shaped.family, loci, rng)
        families.append(shaped.family)
        missing += [(m.person, genes[m.id]) for m in shaped.family.missing]
        for donor in ("sister",) if two else shaped.donors:
            references.append(ReferenceSample(f"F{number}-{donor}", f"F{number}", donor))
            profiles.append(Profile(f"F{number}-{donor}", genes[donor].genotypes))
    k = number_of_pairs(plan, rng)
    true = np.zeros((plan.persons, plan.remains), dtype=np.bool_)
    true[rng.permutation(plan.persons)[:k], rng.permutation(plan.remains)[:k]] = True
    stranger = Family("stranger", (Member("x", None, None, Sex.MALE),))
    for j in range(plan.remains):
        genes_of = missing[int(true[:, j].argmax())][1] if true[:, j].any() else drop(stranger, loci, rng)["x"]
        profiles.append(Profile(f"S{j}", genes_of.genotypes))
    return Case(
        name="synthetic", frequencies=loci.table, synthetic=True, rule=Rule(minimum_lines=1),
        roster=tuple(MissingPerson(str(person)) for person, _ in missing), families=tuple(families),
        remains=tuple(Remains(f"R{j}") for j in range(plan.remains)), reference_samples=tuple(references),
        remains_samples=tuple(RemainsSample(f"S{j}", f"R{j}") for j in range(plan.remains)),
        profiles=tuple(profiles)), true


# The large case: a thousand missing and a thousand remains, every tenth family missing two, distant relatives.
THOUSAND = Plan(1000, 1000, 0.6, DISTANT, two_in=10)


def usual_loci() -> Loci:
    """Markers with the frequencies of a real population."""
    return Loci.of(fbi2015("Caucasian", mutation=MutationModel("proportional", 0.001)))
