"""Papers of invented people: heights as a recruiting office wrote them, charts of teeth, and the teeth found later.

A mouth has a level of decay of its own; from it each tooth's state in life is drawn, then what was charted of it, what
was done to it until death, what was left and what was seen of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from homeward.model import MissingPerson, PartialDate
from homeward.model.antemortem import MOUTH
from homeward.model.inventory import Inventory
from homeward.model.physical import (
    Examination,
    Physical,
    PhysicalRecord,
    StatureCorrelation,
    StatureMoment,
    Tooth,
)

__all__ = ["Papers", "papers_of"]

_GROUP = "men of the roster"
_STATURE_CM, _FEMUR_CM, _CORRELATION = (174.0, 6.6), (46.7, 2.4), 0.82
_LENGTH = "Fem_01"
_BACK = ("O", "MO", "DO", "MOD", "OF", "C")
_BACK_SHARES = (0.38, 0.2, 0.2, 0.14, 0.05, 0.03)
_FRONT = ("M", "D", "L", "F")
_FRONT_SHARES = (0.35, 0.35, 0.2, 0.1)
_JAWS = {"cranium": (1, 2), "mandible": (3, 4)}  # the quadrants that a bone carries

_Mouth = dict[int, str]


@dataclass(frozen=True, slots=True)
class Papers:
    """Shares and errors, assumed but for the heights (docs/simulate.md).

    ``measured``, ``charted``: of the roster, those with a recorded height and with a chart. ``height_error_cm``,
    ``too_tall_cm``: of a record, which is rounded to half an inch. ``am_error``, ``pm_error``: of a tooth charted.
    ``treated``: of sound teeth, those treated between the chart and death. ``lost_after``: of teeth, those that fell
    out after death.
    """

    measured: float = 0.95
    charted: float = 0.85
    height_error_cm: float = 1.5
    too_tall_cm: float = 0.5
    am_error: float = 0.03
    pm_error: float = 0.01
    treated: float = 0.02
    lost_after: float = 0.25


def papers_of(roster: Sequence[MissingPerson], inventory: Inventory, person_of: Mapping[str, str], papers: Papers,
              rng: np.random.Generator) -> Physical:
    """What is on file of the roster, and what jaws and femora show; ``person_of``: the truth, element by element."""
    statures = _statures(inventory, person_of, rng)
    records, charts, mouths = [], [], {}
    for person in roster:
        mouths[person.id] = mouth = _mouth(rng)
        stature = statures.get(person.id, float(rng.normal(*_STATURE_CM)))
        charted = rng.random() < papers.charted
        height = _written(stature, papers, rng) if rng.random() < papers.measured else None
        if height is not None or charted:
            day = PartialDate((person.missing_since or PartialDate(1951)).year - int(rng.integers(0, 2)))
            records.append(PhysicalRecord(person.id, None, height, papers.height_error_cm if height else None,
                                          papers.too_tall_cm if height else None, 1.27 if height else None,
                                          day if height else None, day if charted else None))
        if charted:
            charts += [Tooth(person.id, tooth, _seen(code, papers.am_error, rng)) for tooth, code in mouth.items()]
    return Physical(
        tuple(records), tuple(charts), tuple(_found_teeth(inventory, person_of, mouths, papers, rng)),
        tuple(Examination(e.id, "stature", "femur", e.measurements[_LENGTH] / 10.0) for e in inventory
              if _LENGTH in e.measurements and (e.id, _LENGTH) not in {(d.element, d.field) for d in inventory.doubts}),
        stature_reference=(StatureMoment(_GROUP, "male", "stature", *_STATURE_CM),
                           StatureMoment(_GROUP, "male", "femur", *_FEMUR_CM)),
        stature_correlations=(StatureCorrelation(_GROUP, "stature", "femur", _CORRELATION),))


def _statures(inventory: Inventory, person_of: Mapping[str, str], rng: np.random.Generator) -> dict[str, float]:
    """Statures that go with the femora that are there."""
    found: dict[str, float] = {}
    (mean, sd), (bone_mean, bone_sd) = _STATURE_CM, _FEMUR_CM
    rest = sd * (1.0 - _CORRELATION**2) ** 0.5
    for e in inventory:
        length = inventory.measured(e.id).get(_LENGTH)
        if length is not None and person_of[e.id] not in found:
            expected = mean + _CORRELATION * sd / bone_sd * (length / 10.0 - bone_mean)
            found[person_of[e.id]] = float(rng.normal(expected, rest))
    return found


def _written(stature_cm: float, papers: Papers, rng: np.random.Generator) -> float:
    half_inches = round((stature_cm + papers.too_tall_cm + rng.normal(0.0, papers.height_error_cm)) / 1.27)
    return round(half_inches * 1.27, 2)


def _mouth(rng: np.random.Generator) -> _Mouth:
    """The state of 28 teeth; third molars are left out."""
    level = rng.beta(1.5, 3.0)
    mouth = {}
    for tooth in MOUTH:
        place = tooth % 10
        if place < 8:
            weight = 1.5 if place >= 6 else 1.0 if place >= 4 else 0.35
            mouth[tooth] = _work(place, rng) if rng.random() < min(level * weight, 0.95) else "V"
    return mouth


def _work(place: int, rng: np.random.Generator) -> str:
    if rng.random() < (0.35 if place >= 6 else 0.2 if place >= 4 else 0.08):
        return "X"
    codes, shares = (_BACK, _BACK_SHARES) if place >= 4 else (_FRONT, _FRONT_SHARES)
    return str(rng.choice(codes, p=shares))


def _seen(code: str, error: float, rng: np.random.Generator) -> str:
    """The code as it was charted: now and then a surface, or the whole, was missed."""
    if rng.random() >= error or code in ("V", "X", "C"):
        return code
    return code[:-1] or "V"


def _found_teeth(inventory: Inventory, person_of: Mapping[str, str], mouths: dict[str, _Mouth], papers: Papers,
                 rng: np.random.Generator) -> Iterator[Tooth]:
    for e in inventory:
        if e.bone in _JAWS and e.completeness == "complete":
            mouth = mouths.setdefault(person_of[e.id], _mouth(rng))
            for tooth, code in mouth.items():
                if tooth // 10 in _JAWS[e.bone]:
                    late = _work(tooth % 10, rng) if code == "V" and rng.random() < papers.treated else code
                    if late == "X" or rng.random() >= papers.lost_after:
                        yield Tooth(e.id, tooth, _seen(late, papers.pm_error, rng))
