"""The lines of evidence beside DNA that a case has records for: of bodies, of effects, of the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Support
from homeward.evidence import age, circumstance, dental, effects, radiograph, sex, stature
from homeward.model import Case, InvalidValue, PartialDate, Sex
from homeward.model.antemortem import RecordedHeight
from homeward.model.physical import (
    BoneOutline,
    Examination,
    FilmOutline,
    Physical,
    PhysicalRecord,
    StatureCorrelation,
    StatureMoment,
)

__all__ = [
    "LINE_RATES", "SHARED_BY_MANY", "PhysicalLines", "compare_physical", "replaces_sex_rule", "stature_group",
    "stature_rows",
]

# What a case may state of each line, and below what it must be.
LINE_RATES: Mapping[str, Mapping[str, float]] = {
    "sex": {"record_error": 0.5, "finding_error": 0.5, "conclusion_error": 0.5, "male_share": 1.0},
    "age": {"shared": 2.0, "wrong_birth": 1.0, "wrong_years": 50.0, "wrong_bones": 1.0, "leeway_years": 50.0},
    "stature": {"height_error_cm": 20.0, "growth_at_18_cm": 10.0, "wrong_record": 1.0},
    "dental": {"am_error": 0.5, "pm_error": 0.5, "smooth": 1.0, "wrong_chart": 1.0, "filled": 1.0, "crowned": 1.0,
               "lost": 1.0},
    "effects": {"misread": 1.0, "wrong_reading": 1.0, **dict.fromkeys(effects.DISPLACED, 1.0)},
    "circumstance": {"incident_error_km": 2000.0, "drift_km": 1000.0, "wrong_place": 1.0, "area_km2": 5.1e8},
    "radiograph": {"wrong_film": 1.0},
}
SHARED_BY_MANY = "a description that many share: weighed, and not counted as a line of its own"
_CONCLUSION_ERROR = 0.01  # of a sex of remains that stands without its findings; an assumption
_HEIGHT_ERROR_CM = 1.5
_INCIDENT_ERROR_KM = 5.0
_ROSTER = 30  # records from which a roster describes its own statures


@dataclass(frozen=True, slots=True)
class PhysicalLines:
    """``supports`` of the lines with records; ``dependent``: those that do not count as lines of their own, and why."""

    supports: tuple[Support, ...]
    dependent: Mapping[str, str]


def replaces_sex_rule(physical: Physical) -> bool:
    """Whether the case states errors of sex: then sex is evidence, and no longer a rule that excludes."""
    return bool(physical.rates("sex"))


def compare_physical(case: Case, physical: Physical) -> PhysicalLines:
    """Compare the whole roster with all remains by each line of bodies that has records on both sides."""
    shown = _sexes_shown(case, physical)
    sex_params = _sex_params(case, physical)
    makers: tuple[Callable[[], Support | None], ...] = (
        lambda: _sex(case, shown, sex_params), lambda: _age(case, physical),
        lambda: _stature(case, physical, shown, sex_params), lambda: _dental(case, physical),
        lambda: _effects(case, physical), lambda: _circumstance(case, physical), lambda: _radiograph(case, physical))
    supports = [s for s in (make() for make in makers) if s is not None and (s.status != 0).any()]
    weak = {s.line: SHARED_BY_MANY for s in supports if s.line in (sex.NAME, age.NAME, stature.NAME, circumstance.NAME)}
    return PhysicalLines(tuple(supports), weak)


# Sex

def _sex_params(case: Case, physical: Physical) -> sex.Params:
    stated = physical.rates("sex")
    return sex.Params(stated.get("male_share") or sex.male_share([p.sex for p in case.roster]),
                      **{name: v for name, v in stated.items() if name in ("record_error", "finding_error")})


def _sexes_shown(case: Case, physical: Physical) -> tuple[float | None, ...]:
    """log10 P(x | male)/P(x | female) of each remains.

    Where errors are stated, a conclusion without findings is one finding. Where none are, a conclusion is the rule's,
    and the findings behind it are not weighed as well.
    """
    findings = {e.remains: e for e in physical.examinations if e.line == "sex"}
    as_evidence = replaces_sex_rule(physical)
    right = 1.0 - physical.rates("sex").get("conclusion_error", _CONCLUSION_ERROR)
    found: list[float | None] = []
    for remains in case.remains:
        finding = findings.get(remains.id)
        if remains.sex is not Sex.UNKNOWN and not as_evidence:
            found.append(None)
        elif finding is None:
            found.append(sex.from_decision(remains.sex, right, right))
        elif finding.finding == "posterior_male":
            found.append(sex.from_posterior(_given(finding)))
        else:
            found.append(_given(finding))
    return tuple(found)


def _sex(case: Case, shown: tuple[float | None, ...], params: sex.Params) -> Support:
    return sex.compare(sex.Antemortem(_persons(case), tuple(p.sex for p in case.roster)),
                       sex.Postmortem(_remains(case), shown), params)


# Age

def _age(case: Case, physical: Physical) -> Support | None:
    stages: dict[str, dict[str, int]] = {r.id: {} for r in case.remains}
    estimates, limits = {}, {}
    for e in physical.examinations:
        if e.line == "growth":
            limits[e.remains] = age.GrowthLimit(e.value, e.upper)
        elif e.line == "age" and e.finding == "range" and e.upper is not None:
            estimates[e.remains] = age.AgeEstimate(_given(e), e.upper, 1.0 - (0.05 if e.error is None else e.error))
        elif e.line == "age":
            stages[e.remains][e.finding] = int(_given(e))
    if not (estimates or limits or any(stages.values())):
        return None
    ages = tuple(age.range_of(p.born, p.missing_since) for p in case.roster)
    by_trait: dict[str, list[tuple[int, float, float]]] = {}
    for s in physical.age_traits:
        by_trait.setdefault(s.trait, []).append((s.stage, s.age_years, s.sd_log))
    traits = tuple(age.Trait(name, tuple(a for _, a, _ in sorted(of)), of[0][2]) for name, of in by_trait.items())
    params = age.Params(age.Params.of_pool(ages), traits, **physical.rates("age"))
    return age.compare(age.Antemortem(_persons(case), ages), age.Postmortem(
        _remains(case), tuple(stages.values()), estimates, limits), params)


# Stature

def stature_rows(moments: Sequence[StatureMoment]) -> dict[str, list[StatureMoment]]:
    """The rows of each group."""
    rows: dict[str, list[StatureMoment]] = {}
    for m in moments:
        rows.setdefault(m.group, []).append(m)
    return rows


def stature_group(rows: Sequence[StatureMoment], related: Sequence[StatureCorrelation]) -> stature.StatureGroup:
    """A group of the reference; correlations that are not stated are 0 given stature: the product of those with it.

    Raises InvalidValue for a group without stature, of two sexes, or with correlations that no people can have.
    """
    name = rows[0].group
    if len({m.sex for m in rows}) > 1:
        raise InvalidValue(name, "sex", sorted({m.sex for m in rows}), "must be one")
    ordered = sorted(rows, key=lambda m: m.measured != "stature")
    if ordered[0].measured != "stature" or len(ordered) < 2:
        raise InvalidValue(name, "measured", [m.measured for m in ordered], "must be stature and a bone at least")
    place = {m.measured: k for k, m in enumerate(ordered)}
    matrix = np.full((len(ordered), len(ordered)), np.nan)
    np.fill_diagonal(matrix, 1.0)
    for c in related:
        matrix[place[c.one], place[c.other]] = matrix[place[c.other], place[c.one]] = c.correlation
    if np.isnan(matrix[0]).any():
        raise InvalidValue(name, "correlation", ordered[int(np.isnan(matrix[0]).argmax())].measured,
                           "must be given with stature, for each bone")
    matrix = np.where(np.isnan(matrix), np.outer(matrix[0], matrix[0]), matrix)
    sd = np.array([m.sd_cm for m in ordered])
    if np.linalg.eigvalsh(matrix)[0] <= 0.0:
        raise InvalidValue(name, "correlation", "these together", "must be possible together")
    people = [m.people for m in ordered if m.people is not None]
    return stature.StatureGroup.of_moments(name, tuple(m.measured for m in ordered[1:]),
                                           np.array([m.mean_cm for m in ordered]), matrix * np.outer(sd, sd),
                                           min(people) if people else None)


def _stature(case: Case, physical: Physical, shown: tuple[float | None, ...], sex_params: sex.Params) -> Support | None:
    measured = _by_remains(physical)
    estimates = {e.remains: stature.StatureEstimate(_given(e), e.error) for e in physical.examinations
                 if e.line == "stature" and e.finding == "estimate" and e.error is not None}
    rows = stature_rows(physical.stature_reference)
    if not rows or not physical.antemortem:
        return None
    groups = {name: stature_group(of, [c for c in physical.stature_correlations if c.group == name])
              for name, of in rows.items()}
    sexes = {name: Sex(of[0].sex) for name, of in rows.items()}
    records = {r.person: r for r in physical.antemortem}
    stated = dict(physical.rates("stature"))
    error = stated.pop("height_error_cm", _HEIGHT_ERROR_CM)
    heights = tuple(_height(p.born, p.missing_since, records.get(p.id), error) for p in case.roster)
    members = tuple(_group_of(p.sex, records.get(p.id), sexes) for p in case.roster)
    pool = tuple(_as_the_roster(g, [h for h, m in zip(heights, members, strict=True) if m == g.name])
                 for g in groups.values())
    male = sex.probability_male(sex.Postmortem(_remains(case), _concluded(case, shown)), sex_params)
    am = stature.Antemortem(_persons(case), heights, members)
    pm = stature.Postmortem(_remains(case), tuple(measured.get(r.id, {}) for r in case.remains),
                            _shares(male, pool, sexes, members), estimates)
    return stature.compare(am, pm, stature.Params(pool, **stated))


def _by_remains(physical: Physical) -> dict[str, dict[str, float]]:
    """The bones that were measured."""
    found: dict[str, dict[str, float]] = {}
    for e in physical.examinations:
        if e.line == "stature" and e.finding != "estimate":
            found.setdefault(e.remains, {})[e.finding] = _given(e)
    return found


def _height(born: PartialDate | None, died: PartialDate | None, record: PhysicalRecord | None,
            error_cm: float) -> RecordedHeight | None:
    if record is None or record.height_cm is None:
        return None
    then, last = _years(born, record.measured), _years(born, died)
    if then is None or last is None or then > last:
        then = last = None
    own = error_cm if record.height_error_cm is None else record.height_error_cm
    return RecordedHeight(record.height_cm, own, record.too_tall_cm or 0.0, record.rounded_to_cm or 0.0, then, last)


def _group_of(recorded: Sex, record: PhysicalRecord | None, sexes: Mapping[str, Sex]) -> str | None:
    """The stated group, or the only one of the recorded sex."""
    if record is not None and record.group is not None:
        return record.group
    fitting = [name for name, of in sexes.items() if of is recorded]
    return fitting[0] if len(fitting) == 1 else None


def _as_the_roster(group: stature.StatureGroup, heights: Sequence[RecordedHeight | None]) -> stature.StatureGroup:
    """The group with the statures of the roster's own members, where there are enough of them."""
    if sum(h is not None for h in heights) < _ROSTER:
        return group
    mean, sd = stature.pool_of(heights)
    return replace(group, mean_cm=mean, sd_cm=sd)


def _shares(male: NDArray[np.float64], groups: Sequence[stature.StatureGroup], sexes: Mapping[str, Sex],
            members: Sequence[str | None]) -> NDArray[np.float64]:
    """P(group | sex shown): within a sex as the roster is made up."""
    counts = np.array([1.0 + sum(m == g.name for m in members) for g in groups])
    is_male = np.array([sexes[g.name] is Sex.MALE for g in groups])
    weights = np.where(is_male, male[:, None], 1.0 - male[:, None])
    for of_sex in (is_male, ~is_male):
        if of_sex.any():
            weights[:, of_sex] *= counts[of_sex] / counts[of_sex].sum()
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 0.0, weights / np.where(total > 0.0, total, 1.0), counts / counts.sum()))


def _concluded(case: Case, shown: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """What is shown of sex, and where the rule took it, what was concluded."""
    right = 1.0 - _CONCLUSION_ERROR
    return tuple(sex.from_decision(r.sex, right, right) if s is None else s
                 for r, s in zip(case.remains, shown, strict=True))


# Teeth

def _dental(case: Case, physical: Physical) -> Support | None:
    in_life, after = physical.charts(physical.dental_am), physical.charts(physical.dental_pm)
    if not in_life or not after:
        return None
    stated = dict(physical.rates("dental"))
    usual = dental.Rates()
    rates = dental.Rates(*(stated.pop(name, getattr(usual, name)) for name in ("filled", "crowned", "lost")))
    charts = tuple(in_life.get(p.id) for p in case.roster)
    years = tuple(None if c is None else _years(c.charted, p.missing_since)
                  for c, p in zip(charts, case.roster, strict=True))
    held = [(c, y) for c, y in zip(charts, years, strict=True) if c is not None]
    background = dental.Background.of([c for c, _ in held], years=[y for _, y in held],
                                      am_error=stated.pop("am_error", dental.CHART_ERROR))
    return dental.compare(dental.Antemortem(_persons(case), charts, years),
                          dental.Postmortem(_remains(case), tuple(after.get(r.id) for r in case.remains)),
                          dental.Params(background, rates, **stated))


# Effects, place, films

def _effects(case: Case, physical: Physical) -> Support | None:
    if not physical.effects:
        return None
    found: dict[str, tuple[effects.Effect, ...]] = {}
    for e in physical.effects:
        found[e.remains] = (*found.get(e.remains, ()), effects.Effect(e.kind, e.number, e.name))
    stated = dict(physical.rates("effects"))
    displaced = {kind: stated.pop(kind, usual) for kind, usual in effects.DISPLACED.items()}
    am = effects.Antemortem(_persons(case), tuple(p.service_number for p in case.roster),
                            tuple(p.name for p in case.roster))
    return effects.compare(am, effects.Postmortem(_remains(case), tuple(found.get(r.id, ()) for r in case.remains)),
                           effects.Params(case.prior.roster_size, displaced, **stated))


def _circumstance(case: Case, physical: Physical) -> Support | None:
    if not physical.recovery_places:
        return None
    stated = dict(physical.rates("circumstance"))
    error = stated.pop("incident_error_km", _INCIDENT_ERROR_KM)
    incidents = {i.id: circumstance.Place(i.latitude_deg, i.longitude_deg, error) for i in case.incidents
                 if i.latitude_deg is not None and i.longitude_deg is not None}
    lost = tuple(incidents.get(p.incident or "") for p in case.roster)
    said = {p.remains: p for p in physical.recovery_places}
    places = tuple(None if (p := said.get(r.id)) is None else circumstance.Place(
        p.latitude_deg, p.longitude_deg, p.error_km or 0.0) for r in case.remains)
    wrong = tuple(said[r.id].wrong if r.id in said else None for r in case.remains)
    return circumstance.compare(circumstance.Antemortem(_persons(case), lost),
                                circumstance.Postmortem(_remains(case), places, wrong),
                                circumstance.Params(circumstance.Params.pool_of(lost), **stated))


def _radiograph(case: Case, physical: Physical) -> Support | None:
    if not physical.film_outlines or not physical.bone_outlines:
        return None
    films, bones = _outlines(physical.film_outlines), _outlines(physical.bone_outlines)
    quality = {f.person: f.quality for f in physical.film_outlines}
    calibrations = {}
    for name in dict.fromkeys(quality.values()):
        same, other = (np.array([d.distance for d in physical.film_distances if d.quality == name
                                 and d.same_person is of]) for of in (True, False))
        calibrations[name] = radiograph.Calibration.falling(same, other)
    am = radiograph.Antemortem(_persons(case), tuple(
        radiograph.Film(quality[p.id], films[p.id]) if p.id in films else None for p in case.roster))
    return radiograph.compare(am, radiograph.Postmortem(_remains(case), tuple(
        bones.get(r.id, {}) for r in case.remains)), radiograph.Params(calibrations, **physical.rates("radiograph")))


def _outlines(rows: Sequence[FilmOutline] | Sequence[BoneOutline]) -> dict[str, dict[str, NDArray[np.float64]]]:
    """The outlines by their owners and bones, harmonics in order."""
    found: dict[str, dict[str, dict[int, tuple[float, ...]]]] = {}
    for r in rows:
        owner = r.person if isinstance(r, FilmOutline) else r.remains
        found.setdefault(owner, {}).setdefault(r.bone, {})[r.harmonic] = (r.a, r.b, r.c, r.d)
    return {owner: {bone: np.array([of[n] for n in sorted(of)]) for bone, of in bones.items()}
            for owner, bones in found.items()}


def _years(first: PartialDate | None, last: PartialDate | None) -> float | None:
    """Years from one date to another, by the middle of what each leaves open; None where it cannot be told."""
    if first is None or last is None:
        return None
    days = [(d.first_day.toordinal() + d.last_day.toordinal()) / 2.0 for d in (first, last)]
    years = (days[1] - days[0]) / 365.25
    return min(max(years, 0.0), 60.0) if years > -1.0 else None


def _given(examination: Examination) -> float:
    if examination.value is None:
        raise InvalidValue(examination.remains, examination.finding, None, "must have a value")
    return examination.value


def _persons(case: Case) -> tuple[str, ...]:
    return tuple(p.id for p in case.roster)


def _remains(case: Case) -> tuple[str, ...]:
    return tuple(r.id for r in case.remains)
