"""What must hold of effects, outlines and the distances by which films are calibrated."""

from __future__ import annotations

from collections.abc import Mapping

from homeward.evidence.effects import Effect
from homeward.formats.casefile.findings import Findings
from homeward.formats.casefile.table import Table
from homeward.model import InvalidValue

__all__ = ["check_effects", "check_films"]

_LEAST = 5  # distances of either kind


def check_effects(table: Table, findings: Findings) -> None:
    """Find the effects on which nothing is read."""
    for row, (effect, kind, number, name) in table.rows("effect", "kind", "number", "name"):
        try:
            Effect(kind, number, name)
        except InvalidValue as error:
            findings.add(table.fault(row, "effect", effect, allowed=f"must have a number or name that {error.allowed}",
                                     rule="effect"))


def check_films(tables: Mapping[str, Table], findings: Findings) -> None:
    """Find the outlines that are not whole, films of two qualities, and qualities that are not calibrated."""
    films, distances = tables["film_outlines"], tables["film_distances"]
    most = 0
    for table in (films, tables["bone_outlines"]):
        owner = table.schema.names[0]
        found: dict[tuple[str, str], dict[int, int]] = {}
        for row, (who, bone, harmonic) in table.rows(owner, "bone", "harmonic"):
            found.setdefault((who, bone), {})[harmonic] = row
        most = most or max((max(of) for of in found.values()), default=0)
        for (_, bone), harmonics in found.items():
            if sorted(harmonics) != list(range(1, most + 1)):
                findings.add(table.fault(min(harmonics.values()), "bone", bone, rule="outline",
                                         allowed=f"must have each harmonic from 1 to {most}, as the first outline has"))
    kinds: dict[str, list[bool]] = {}
    for _, (quality, same) in distances.rows("quality", "same_person"):
        kinds.setdefault(quality, []).append(same)
    qualities: dict[str, str] = {}
    told: set[str] = set()
    for row, (person, quality) in films.rows("person", "quality"):
        if qualities.setdefault(person, quality) != quality:
            findings.add(films.fault(row, "quality", quality, rule="outline",
                                     allowed=f"must be {qualities[person]}, as before for {person}"))
        same = kinds.get(quality, [])
        if min(sum(same), len(same) - sum(same)) < _LEAST and quality not in told and distances.whole:
            told.add(quality)
            findings.add(films.fault(row, "quality", quality, rule="film-quality",
                                     allowed=f"must have {_LEAST} distances of either kind in {distances.file}"))
