"""What must hold within and between the tables of bodies; every fault goes to the findings, none ends the search."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from homeward.decide.physical import LINE_RATES, stature_group, stature_rows
from homeward.formats.casefile.findings import Findings, nearest
from homeward.formats.casefile.table import Table
from homeward.model import Case, InvalidValue
from homeward.model.antemortem import DentalChart
from homeward.model.physical import StatureCorrelation, StatureMoment

__all__ = ["check_findings", "check_owners", "check_rates", "check_references", "check_teeth"]

_Tables = Mapping[str, Table]


def check_owners(tables: _Tables, case: Case, findings: Findings) -> None:
    """Find the rows about nobody of the roster, or about no remains of the case."""
    known = {"person": {p.id for p in case.roster}, "remains": {r.id for r in case.remains}}
    for table in tables.values():
        column = table.schema.names[0]
        for row, (owner,) in table.rows(column) if column in known else ():
            if owner not in known[column]:
                findings.add(table.fault(row, column, owner, rule=f"unknown-{column}",
                                         allowed=f"must be in the case{nearest(owner, known[column])}"))


def check_teeth(tables: _Tables, findings: Findings) -> None:
    """Find the teeth that are none, and the codes that mean nothing."""
    for table in (tables["dental_am"], tables["dental_pm"]):
        for row, (tooth, code) in table.rows("tooth", "code"):
            try:
                DentalChart("", {tooth: code})
            except InvalidValue as error:
                which = "tooth" if error.field == "tooth" else "code"
                findings.add(table.fault(row, which, error.value, allowed=error.allowed,
                                         rule="tooth" if which == "tooth" else "tooth-code"))


def check_references(tables: _Tables, findings: Findings) -> None:
    """Find the traits and groups that cannot be, and who refers to a group that is not there."""
    traits: dict[str, list[tuple[int, int, float, float]]] = {}
    for row, (trait, stage, age, sd) in tables["age_traits"].rows("trait", "stage", "age_years", "sd_log"):
        traits.setdefault(trait, []).append((row, stage, age, sd))
    for trait, stages in traits.items():
        rows, numbers, ages, spreads = zip(*sorted(stages, key=lambda s: s[1]), strict=True)
        if numbers != tuple(range(1, len(numbers) + 1)) or len(set(spreads)) > 1 or any(
                b <= a for a, b in pairwise(ages)):
            findings.add(tables["age_traits"].fault(
                rows[0], "stage", trait, rule="trait-stages",
                allowed="must have stages from 1 upwards, at ages that rise, with one sd_log"))
    _check_groups(tables, findings)


def _check_groups(tables: _Tables, findings: Findings) -> None:
    reference, correlations = tables["stature_reference"], tables["stature_correlations"]
    moments = [StatureMoment(*cells) for _, cells in reference.rows(*reference.schema.names)]
    first = reference.known("group")
    known = {(m.group, m.measured) for m in moments}
    for row, cells in correlations.rows(*correlations.schema.names):
        for column, measured in (("one", cells[1]), ("other", cells[2])):
            if (cells[0], measured) not in known and reference.whole:
                findings.add(correlations.fault(row, column, measured, rule="unknown-group",
                                                allowed=f"must be measured in group {cells[0]} of {reference.file}"))
    related = [StatureCorrelation(*cells) for _, cells in correlations.rows(*correlations.schema.names)
               if {(cells[0], cells[1]), (cells[0], cells[2])} <= known]
    for group, rows in stature_rows(moments).items():
        try:
            stature_group(rows, [c for c in related if c.group == group])
        except InvalidValue as error:
            findings.add(reference.fault(first[group], "group", group, rule="stature-group",
                                         allowed=f"cannot be used: {error.field} {error.allowed}"))
    for row, (group,) in tables["antemortem"].rows("group"):
        if group is not None and group not in first and reference.whole:
            findings.add(tables["antemortem"].fault(row, "group", group, rule="unknown-group",
                                                    allowed=f"must be a group of {reference.file}"))


_Check = Callable[[str, float | None, float | None, float | None], str]


def check_findings(tables: _Tables, findings: Findings) -> None:
    """Find the examinations that their line cannot use."""
    highest: dict[str, int] = {}
    for _, (trait, stage) in tables["age_traits"].rows("trait", "stage"):
        highest[trait] = max(stage, highest.get(trait, 0))
    bones = {measured for _, (measured,) in tables["stature_reference"].rows("measured")} - {"stature"}
    checks: dict[str, _Check] = {
        "sex": _of_sex, "growth": _of_growth, "age": lambda *of: _of_age(highest, *of),
        "stature": lambda *of: _of_stature(bones, *of)}
    table = tables["examinations"]
    seen: dict[tuple[Any, ...], int] = {}
    for row, (remains, line, finding, *figures) in table.rows(*table.schema.names):
        why = checks[line](finding, *figures)
        if not why and line in ("sex", "growth") and seen.setdefault((remains, line), row) != row:
            why = f"must be the only finding of {line}: several of one skeleton are not independent"
        if why:
            findings.add(table.fault(row, "finding", finding, allowed=why, rule="finding"))


def _of_sex(finding: str, value: float | None, upper: float | None, error: float | None) -> str:
    if finding not in ("posterior_male", "log10_lr_male"):
        return "must be posterior_male or log10_lr_male"
    if value is None or (finding == "posterior_male" and not 0.0 <= value <= 1.0):
        return "must have its value" if value is None else "must have a value from 0 to 1"
    return "" if upper is None and error is None else "must have a value alone"


def _of_growth(finding: str, value: float | None, upper: float | None, error: float | None) -> str:
    if value is None and upper is None:
        return "must have its youngest age (value), its oldest (upper), or both"
    return "must have a value below its upper" if None not in (value, upper) and value >= upper else ""  # type: ignore[operator]


def _of_age(highest: Mapping[str, int], finding: str, value: float | None, upper: float | None,
            error: float | None) -> str:
    if finding == "range":
        if value is None or upper is None or not 0.0 <= value < upper or not 0.0 < (error or 0.05) < 1.0:
            return "must have a value, an upper above it, and an error below 1"
        return ""
    if finding not in highest:
        return f"must be range, or a trait of age_traits{nearest(finding, highest)}"
    if value is None or value != math.floor(value) or not 0 <= value <= highest[finding]:
        return f"must have a stage from 0 to {highest[finding]} as its value"
    return ""


def _of_stature(bones: set[str], finding: str, value: float | None, upper: float | None, error: float | None) -> str:
    if value is None or not 3.0 <= value <= 250.0:
        return "must have a value in cm, from 3 to 250"
    if finding == "estimate":
        return "" if error else "must have an error above 0"
    return "" if finding in bones else f"must be estimate, or a bone of stature_reference{nearest(finding, bones)}"


def check_rates(table: Table, findings: Findings) -> None:
    """Find the rates that no line has, or that are out of its range."""
    for row, (line, rate, value) in table.rows("line", "rate", "value"):
        known = LINE_RATES[line]
        if rate not in known:
            findings.add(table.fault(row, "rate", rate, rule="line-rate",
                                     allowed=f"must be one of {', '.join(known)}{nearest(rate, known)}"))
        elif value >= known[rate]:
            findings.add(table.fault(row, "value", value, rule="line-rate", allowed=f"must be below {known[rate]:g}"))
