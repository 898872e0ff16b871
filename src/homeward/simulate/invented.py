"""Names, places, dates and boxes of a grown case: invented, and plainly so."""

from __future__ import annotations

import numpy as np

from homeward.model import Element, Incident, MissingPerson, PartialDate, Sex, Transfer

__all__ = ["REMAINS_PER_TRANSFER", "elements", "incidents", "listed_person", "transfers"]

_PERSONS_PER_INCIDENT = 12
REMAINS_PER_TRANSFER = 25
_PLACES = ("Invented Ridge", "Invented Ford", "Invented Reservoir", "Invented Pass", "Invented Harbour",
           "Invented Orchard", "Invented Bridge", "Invented Valley")
_BONES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("femur", ("left", "right")), ("tibia", ("left", "right")), ("humerus", ("left", "right")),
    ("ulna", ("left", "right")), ("os coxae", ("left", "right")), ("clavicle", ("left", "right")),
    ("cranium", ("middle",)), ("mandible", ("middle",)),
)
_PORTIONS = ("complete", "proximal half", "distal half", "shaft", "fragment")


def incidents(persons: int, rng: np.random.Generator) -> tuple[Incident, ...]:
    """Losses enough for so many persons, in the years 1950 to 1953, dated to the day, the month or the year."""
    made = []
    for i in range(-(-persons // _PERSONS_PER_INCIDENT)):
        place = f"{_PLACES[i % len(_PLACES)]} {i // len(_PLACES) + 1}"
        year, month, day = (int(rng.integers(low, high)) for low, high in ((1950, 1954), (1, 13), (1, 29)))
        precision = int(rng.integers(3))
        date = PartialDate(year, month if precision else None, day if precision == 2 else None)
        # Coordinates on the open sea off West Africa, so that no invented loss points at a place where people died.
        latitude, longitude = (round(float(rng.uniform(0.0, 2.0)), 4) for _ in range(2))
        made.append(Incident(f"I-{i + 1:02d}", f"Synthetic incident {i + 1}", date, place, latitude, longitude))
    return tuple(made)


def listed_person(id_: str, number: int, *, sex: Sex, incident: Incident, rng: np.random.Generator) -> MissingPerson:
    """A roster entry without any real name: Synthetic Person 0012."""
    lost = incident.date
    born = None if lost is None else PartialDate(lost.year - int(rng.integers(18, 36)))
    return MissingPerson(id_, f"Synthetic Person {number:04d}", sex, born, lost, incident.id,
                         f"SYN{number:06d}", "the simulation")


def transfers(remains: int, rng: np.random.Generator) -> tuple[Transfer, ...]:
    """Hand-overs enough for so many sets of remains, counted in boxes."""
    made = []
    for i in range(-(-remains // REMAINS_PER_TRANSFER)):
        here = min(REMAINS_PER_TRANSFER, remains - i * REMAINS_PER_TRANSFER)
        boxes = int(rng.integers(-(-here // 3), here + 1))
        date = PartialDate(*(int(rng.integers(low, high)) for low, high in ((1990, 2020), (1, 13), (1, 29))))
        made.append(Transfer(f"T-{i + 1:02d}", date, "Synthetic Party North", "Synthetic Laboratory South",
                             _PLACES[int(rng.integers(len(_PLACES)))], boxes, "box", f"synthetic receipt {i + 1}"))
    return tuple(made)


def elements(remains: str, rng: np.random.Generator) -> tuple[Element, ...]:
    """One to four different bones of one set of remains."""
    chosen = rng.choice(len(_BONES), size=int(rng.integers(1, 5)), replace=False)
    made = []
    for i, (bone, sides) in enumerate(_BONES[int(k)] for k in chosen):
        side = sides[int(rng.integers(len(sides)))]
        portion = _PORTIONS[int(rng.integers(len(_PORTIONS)))]
        made.append(Element(f"{remains}-E{i + 1}", remains, bone, side, portion))
    return tuple(made)
