"""What can be hoped for of each listed person before any remains are typed, and whom to ask for a sample next."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.kinship import Relatives, typed_families
from homeward.kinship.power import Power, power
from homeward.kinship.power.next_relative import RelativeGain, best_relatives
from homeward.model import Case, FrequencyTable, HomewardError, InvalidValue

__all__ = ["PersonPower", "PowerQuestion", "powers_of"]


@dataclass(frozen=True, slots=True)
class PersonPower:
    """What the family of one listed person can say.

    ``family``: None where he has none in the case. ``power``: None where it could not be computed, and ``reason`` then
    says why. ``gains``: what each further relative would add, best first; None where they were not ranked. ``notes``:
    what else is to be known of these figures.
    """

    person: str
    family: str | None
    power: Power | None
    gains: tuple[RelativeGain, ...] | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PowerQuestion:
    """What is asked of each family.

    ``draws``: profiles drawn for each probability; ``log10_threshold``: what the person's remains are hoped to pass;
    ``rank_below``: relatives are ranked where the probability of passing is below it, by default for everybody.
    """

    draws: int = 1000
    log10_threshold: float = 4.0
    rank_below: float = math.inf

    def __post_init__(self) -> None:
        if self.draws < 1:
            raise InvalidValue("power", "draws", self.draws, "must be at least 1")
        if not math.isfinite(self.log10_threshold):
            raise InvalidValue("power", "log10_threshold", self.log10_threshold, "must be finite")


_USUAL = PowerQuestion()


def powers_of(case: Case, question: PowerQuestion = _USUAL, *, rng: np.random.Generator, persons: Sequence[str] = (),
              progress: Callable[[float], None] = lambda share: None) -> tuple[PersonPower, ...]:
    """What each listed person's family can say, and which relative's sample would add most.

    Args: ``case``; ``question``; ``rng``: each person has a stream of his own, so that his figures do not depend on who
    else is asked about; ``persons``, ids of the roster, everyone where empty; ``progress`` is told the share done.

    Returns one result for each person, in roster order. One who cannot be computed is said to be so, and why.

    Raises InvalidValue for persons who are not on the roster.
    """
    listed = [p.id for p in case.roster]
    unknown = [p for p in persons if p not in listed]
    if unknown:
        raise InvalidValue(case.name, "person", ", ".join(unknown), "must be on the roster")
    asked = [(p, stream) for p, stream in zip(listed, rng.spawn(len(listed)), strict=True)
             if not persons or p in persons]
    relatives = _relatives(case)
    found = []
    for n, (person, stream) in enumerate(asked):
        found.append(_one(case, person, relatives.get(person), stream, question))
        progress((n + 1) / len(asked))
    return tuple(found)


def _relatives(case: Case) -> dict[str, Relatives]:
    """Each listed person's place in his family, whether or not anyone in it gave a reference."""
    typed = typed_families(case)
    return {person: Relatives(typed[family.id], member.id) for person, (family, member) in case.place_of().items()}


def _one(case: Case, person: str, relatives: Relatives | None, rng: np.random.Generator,
         question: PowerQuestion) -> PersonPower:
    if relatives is None:
        return PersonPower(person, None, None, reason="no family in the case")
    family, threshold = relatives.typed.family.id, question.log10_threshold
    own, others = rng.spawn(2)
    table, left_out = _without_second(case.frequencies)
    try:
        found = power(relatives, table, rng=own, draws=question.draws, log10_thresholds=(threshold,))
    except HomewardError as error:
        return PersonPower(person, family, None, reason=str(error))
    if found.tail(threshold).if_member.value >= question.rank_below:
        return PersonPower(person, family, found, notes=left_out)
    notes = left_out
    if table.theta > 0.0:
        notes = (*left_out, f"relatives are ranked without the coancestry theta={table.theta:g} of the population",)
        table = replace(table, theta=0.0)
    try:
        gains = best_relatives(relatives, table, rng=others, draws=question.draws, log10_threshold=threshold)
    except HomewardError as error:
        return PersonPower(person, family, found, notes=(*left_out, f"relatives are not ranked: {error}"))
    return PersonPower(person, family, found, gains, notes=notes)


def _without_second(table: FrequencyTable) -> tuple[FrequencyTable, tuple[str, ...]]:
    """The table without the second of each two linked markers, and what is to be said of it."""
    second = {pair.second for pair in table.linked}
    if not second:
        return table, ()
    kept = tuple(m for m in table.markers if m.name not in second)
    said = f"figures are without {', '.join(sorted(second))}, which other markers are linked to"
    return replace(table, markers=kept, linked=()), (said,)
