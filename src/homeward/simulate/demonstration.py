"""A whole case grown from nothing, with the truth beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from homeward.model import Case, FrequencyTable, InvalidValue, MutationModel, Rule, Transfer
from homeward.simulate.frequencies import fbi2015
from homeward.simulate.inheritance import Loci
from homeward.simulate.plan import Plan
from homeward.simulate.population import Population, grow_population
from homeward.simulate.recovery import Found, recover

__all__ = ["GrownCase", "grow_case"]

_FEMALE_RATE, _MALE_RATE = 0.001, 0.002  # STRs mutate more often in men; the order of magnitude of the core loci
_NOTES = (
    "All people, places, dates and boxes of this case are invented; the allele frequencies are real.",
    "The rule asks for one line of evidence, because the case holds DNA alone.",
)


@dataclass(frozen=True, slots=True)
class GrownCase:
    """A synthetic case and its truth: for each remains the person on the roster, None for someone who is not on it."""

    case: Case
    truth: Mapping[str, str | None]


def grow_case(*, families: int = 60, remains: int = 80, rng: np.random.Generator,
              table: FrequencyTable | None = None, plan: Plan | None = None) -> GrownCase:
    """Grow a synthetic case: a roster, families with reference samples, boxes of remains with DNA profiles.

    ``families`` and ``remains``: how many, at least one of each. ``table``: allele frequencies; by default the FBI's
    for Caucasians with proportional mutation at 0.001 (female) and 0.002 (male). ``plan``: see ``Plan``; by default
    60 families and 80 remains give 70 listed persons, of whom 50 are among the remains. The same state of ``rng``
    gives the same case.

    Returns: the case, marked synthetic, with the truth.
    Raises: InvalidValue for a count below one.

    >>> grown = grow_case(families=3, remains=4, rng=np.random.default_rng(1950))
    >>> len(grown.case.remains), grown.case.synthetic
    (4, True)
    """
    for name, count in (("families", families), ("remains", remains)):
        if count < 1:
            raise InvalidValue("grow_case", name, count, "must be at least 1")
    plan = Plan() if plan is None else plan
    loci = Loci.of(_default_table() if table is None else table)
    people = grow_population(families, loci, plan, rng)
    transfers, found = recover(remains, people, loci, plan=plan, rng=rng)
    title = f"Synthetic demonstration: {families} families, {remains} remains, DNA alone"
    case = _case(title, loci.table, people, transfers, found)
    return GrownCase(case, {f.remains.id: f.person for f in found})


def _default_table() -> FrequencyTable:
    female, male = MutationModel("proportional", _FEMALE_RATE), MutationModel("proportional", _MALE_RATE)
    return fbi2015("Caucasian", mutation=(female, male))


def _case(title: str, table: FrequencyTable, people: Population, transfers: tuple[Transfer, ...],
          found: tuple[Found, ...]) -> Case:
    samples = tuple(pair for f in found for pair in f.samples)
    return Case(
        name="synthetic-demonstration",
        frequencies=table,
        title=title,
        synthetic=True,
        rule=Rule(minimum_lines=1),
        incidents=people.incidents,
        roster=people.roster,
        families=tuple(f.family for f in people.families),
        remains=tuple(f.remains for f in found),
        elements=tuple(e for f in found for e in f.elements),
        transfers=transfers,
        reference_samples=tuple(sample for sample, _ in people.references),
        remains_samples=tuple(sample for sample, _ in samples),
        profiles=tuple(profile for _, profile in (*people.references, *samples)),
        notes=_NOTES,
    )
