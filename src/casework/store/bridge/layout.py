"""Which field of a case is kept where: the one table that the bridge's two directions read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, get_type_hints

from casework.store import models
from homeward.model import (
    Case,
    Element,
    Family,
    Incident,
    MissingPerson,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Transfer,
)
from homeward.model.lineage import MitoProfile, YProfile

__all__ = ["COLUMNS", "KINDS", "LAYOUT", "SETS", "Layout", "settings_types"]


@dataclass(frozen=True, slots=True)
class Layout:
    """The table of one kind of record.

    ``columns``: column by field, of those that one row holds; ``refers``: of these, the field of the case whose record
    is named (its key stands in the science's value, its row's number in the column); ``choices``: fields that are an
    enumeration.
    """

    record: type[Any]
    model: type[models.Record]
    columns: Mapping[str, str]
    refers: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> tuple[str, ...]:
        """The columns, in their order."""
        return tuple(self.columns.values())


def _same(*names: str, **renamed: str) -> Mapping[str, str]:
    return MappingProxyType({"id": "key", **{name: name for name in names}, **renamed})


# In the order in which rows can be written: what refers to a table comes after it.
LAYOUT: Mapping[str, Layout] = MappingProxyType({
    "incidents": Layout(Incident, models.Incident, _same("name", "date", "latitude_deg", "longitude_deg",
                                                         place="place_text")),
    "roster": Layout(MissingPerson, models.Person, _same("name", "sex", "born", "missing_since", "service_number",
                                                         "vouched_by", incident="incident_id"),
                     {"incident": "incidents"}),
    "families": Layout(Family, models.Family, _same("inbreeding")),
    "transfers": Layout(Transfer, models.Transfer, _same("date", "giver", "receiver", "place", "count", "unit",
                                                         document="document_text")),
    "remains": Layout(Remains, models.Remains, _same("sex", "recovered", "provenience", "description",
                                                     transfer="transfer_id"), {"transfer": "transfers"}),
    "elements": Layout(Element, models.Element, _same("bone", "side", "portion", remains="remains_id"),
                       {"remains": "remains"}),
    "reference_samples": Layout(ReferenceSample, models.ReferenceSample, _same("member", "kind", "laboratory",
                                                                               family="family_id"),
                                {"family": "families"}),
    "remains_samples": Layout(RemainsSample, models.RemainsSample, _same("laboratory", remains="remains_id",
                                                                         element="element_id"),
                              {"remains": "remains", "element": "elements"}),
    "profiles": Layout(Profile, models.Profile, _same()),
    "mito_profiles": Layout(MitoProfile, models.Profile, _same()),
    "y_profiles": Layout(YProfile, models.Profile, _same()),
})
# Profiles are kept whole as JSON, all kinds in one table.
KINDS: Mapping[str, str] = MappingProxyType({"profiles": "str", "mito_profiles": "mito", "y_profiles": "y"})
# Reference material, shared between cases by its digest: the column of the case that points to it.
SETS: Mapping[str, str] = MappingProxyType({
    "frequencies": "frequencies", "mito_database": "mito_database", "y_database": "y_database"})
COLUMNS: Mapping[str, str] = MappingProxyType({"title": "title", "synthetic": "synthetic"})


def settings_types() -> dict[str, Any]:
    """Every other field of a case with its declared type: kept as JSON, so that a new one travels without change."""
    hints = get_type_hints(Case)
    kept = {*LAYOUT, *SETS, *COLUMNS}
    return {f.name: hints[f.name] for f in dataclasses.fields(Case) if f.name not in kept}
