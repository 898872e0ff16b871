"""The lines of evidence beside DNA, each on 7,700 persons and 2,000 remains, all of whom have records."""

from collections.abc import Callable
from functools import partial

import numpy as np

from homeward.evidence import age, circumstance, dental, effects, radiograph, sex, stature
from homeward.model import Sex
from homeward.model.antemortem import MOUTH, DentalChart, RecordedHeight

__all__ = ["LINES", "compared"]

_PERSONS, _REMAINS = 7_700, 2_000
_AM, _PM = tuple(f"P{i}" for i in range(_PERSONS)), tuple(f"R{j}" for j in range(_REMAINS))


def compared(line: str) -> Callable[[], object]:
    """The comparison of one of LINES, its records made beforehand."""
    return LINES[line](np.random.default_rng(1950))


def _sex(rng: np.random.Generator) -> Callable[[], object]:
    am = sex.Antemortem(_AM, tuple(rng.choice((Sex.MALE, Sex.FEMALE), _PERSONS, p=(0.98, 0.02)).tolist()))
    return partial(sex.compare, am, sex.Postmortem(_PM, tuple(rng.normal(2.0, 1.0, _REMAINS).tolist())),
                   sex.Params(0.98))


def _age(rng: np.random.Generator) -> Callable[[], object]:
    ages = tuple(age.AgeRange(a, a + 0.003) for a in rng.uniform(17.0, 40.0, _PERSONS).tolist())
    traits = (age.Trait("pubis", (21.0, 26.0, 32.0, 40.0), 0.2), age.Trait("crest", (16.0, 18.0, 21.0), 0.09))
    stages = tuple({"pubis": int(rng.integers(5)), "crest": int(rng.integers(4))} for _ in _PM)
    return partial(age.compare, age.Antemortem(_AM, ages), age.Postmortem(_PM, stages),
                   age.Params(age.Params.of_pool(ages), traits))


def _stature(rng: np.random.Generator) -> Callable[[], object]:
    group = stature.StatureGroup("men", ("femur",), np.array([-6.88]), np.array([0.3111]), np.array([[1.55]]), 174.1,
                                 6.3)
    heights = tuple(RecordedHeight(round(h / 1.27) * 1.27, 1.5, 0.0, 1.27, float(a), float(a) + d) for h, a, d in zip(
        rng.normal(174.1, 6.3, _PERSONS).tolist(), rng.integers(17, 30, _PERSONS), rng.integers(0, 3, _PERSONS),
        strict=True))
    pm = stature.Postmortem(_PM, tuple({"femur": b} for b in rng.normal(47.3, 2.3, _REMAINS).tolist()),
                            np.ones((_REMAINS, 1)), {})
    return partial(stature.compare, stature.Antemortem(_AM, heights, ("men",) * _PERSONS), pm, stature.Params((group,)))


def _dental(rng: np.random.Generator) -> Callable[[], object]:
    teeth = [t for t in MOUTH if t % 10 != 8]
    codes, shares = ("V", "O", "MO", "DO", "MOD", "F", "C", "X"), (0.7, 0.1, 0.04, 0.04, 0.03, 0.03, 0.01, 0.05)
    charts = [DentalChart(str(k), dict(zip(teeth, rng.choice(codes, 28, p=shares).tolist(), strict=True)))
              for k in range(_PERSONS + _REMAINS)]
    years = tuple((rng.integers(0, 12, _PERSONS) / 4.0).tolist())
    params = dental.Params(dental.Background.of(charts[:_PERSONS], years=years))
    return partial(dental.compare, dental.Antemortem(_AM, tuple(charts[:_PERSONS]), years),
                   dental.Postmortem(_PM, tuple(charts[_PERSONS:])), params)


def _effects(rng: np.random.Generator) -> Callable[[], object]:
    numbers = tuple(f"{n:08d}" for n in rng.integers(0, 10**8, _PERSONS))
    pm = effects.Postmortem(_PM, tuple((effects.Effect("tag", numbers[j]),) for j in range(_REMAINS)))
    return partial(effects.compare, effects.Antemortem(_AM, numbers, (None,) * _PERSONS), pm, effects.Params())


def _circumstance(rng: np.random.Generator) -> Callable[[], object]:
    places = [circumstance.Place(float(a), float(o), 3.0) for a, o in rng.uniform((38, 125), (41, 129), (2_400, 2))]
    lost = tuple(places[k] for k in rng.integers(0, 400, _PERSONS))
    pm = circumstance.Postmortem(_PM, tuple(places[400:]), (None,) * _REMAINS)
    return partial(circumstance.compare, circumstance.Antemortem(_AM, lost), pm,
                   circumstance.Params(circumstance.Params.pool_of(lost)))


def _radiograph(rng: np.random.Generator) -> Callable[[], object]:
    films, bones = rng.normal(0.0, 0.02, (_PERSONS, 20, 4)), rng.normal(0.0, 0.02, (_REMAINS, 20, 4))
    calibration = radiograph.Calibration.falling(rng.gamma(2.0, 0.02, 300), rng.gamma(6.0, 0.02, 3_000))
    am = radiograph.Antemortem(_AM, tuple(radiograph.Film("good", {"left clavicle": f}) for f in films))
    pm = radiograph.Postmortem(_PM, tuple({"left clavicle": b} for b in bones))
    return partial(radiograph.compare, am, pm, radiograph.Params({"good": calibration}))


LINES: dict[str, Callable[[np.random.Generator], Callable[[], object]]] = {
    "sex": _sex, "age": _age, "stature": _stature, "dental": _dental, "effects": _effects,
    "circumstance": _circumstance, "radiograph": _radiograph}
