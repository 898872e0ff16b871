"""What case.toml states of records in the tables: prior weights of incidents, linked markers, rates of the Y."""

from __future__ import annotations

from collections.abc import Mapping

from homeward.formats.casefile.findings import Findings, nearest, shown
from homeward.formats.casefile.loci import Loci, is_y_marker
from homeward.formats.casefile.manifest import Directions, LinkedStated
from homeward.formats.casefile.source import MANIFEST
from homeward.formats.casefile.table import Table
from homeward.formats.casefile.y_chromosome import without_copy
from homeward.formats.marker_names import is_amelogenin, meet
from homeward.kinship.lineage.repeats import marker_key
from homeward.model import Fault, Linkage

__all__ = ["check_prior", "read_linked", "read_rates"]


def check_prior(directions: Directions, tables: Mapping[str, Table], findings: Findings) -> None:
    """Find the weights of incidents that are not there, and a roster smaller than its table."""
    incidents, roster = tables["incidents"], tables["roster"]
    known = incidents.known("incident")
    for incident in directions.incidents if incidents.whole else ():
        if incident not in known:
            key = f"prior.incidents.{incident}"
            findings.add(Fault(MANIFEST, directions.lines.of(key), shown(key), shown(directions.incidents[incident]),
                               f"must name an incident of {incidents.file}{nearest(incident, known)}",
                               "prior-incident"))
    size, listed = directions.roster_size, len(roster.lines)
    if roster.whole and size is not None and size < listed:
        findings.add(Fault(MANIFEST, directions.lines.of("prior.roster_size"), "prior.roster_size", shown(size),
                           f"must be at least the {listed} persons of {roster.file}", "roster-size"))


def read_linked(directions: Directions, loci: Loci, findings: Findings) -> tuple[Linkage, ...]:
    """The linked markers by the names of the table of markers; a name met with tolerance is noted."""
    taken: set[str] = set()
    found = []
    for stated in directions.linked:
        names = [_marker(written, stated, loci, findings) for written in stated.markers]
        if None in names:
            continue
        first, second = (str(name) for name in names)
        why = _why_not_linked(first, second, taken, loci)
        if why:
            findings.add(_fault(stated, ", ".join(stated.markers), why))
        else:
            found.append(Linkage(first, second, stated.recombination_rate))
        taken |= {first, second}
    return tuple(found)


def _marker(written: str, stated: LinkedStated, loci: Loci, findings: Findings) -> str | None:
    met = meet(written, loci.by_name.keys())
    if met is None:
        # Of a table that was not read whole nothing can be said to be lacking.
        if loci.named:
            findings.add(_fault(stated, written, "must be a marker of the table of markers"))
        return None
    if met[1]:
        findings.note(MANIFEST, stated.line, f"marker {written!r} read as {met[0]!r}")
    return met[0]


def _why_not_linked(first: str, second: str, taken: set[str], loci: Loci) -> str:
    """What forbids a pair; empty where nothing does."""
    if first == second:
        return "must be two different markers"
    if {first, second} & taken:
        return "must stand in one pair of linked markers only"
    if loci.by_name[first].x_linked != loci.by_name[second].x_linked:
        return "must both be of the autosomes, or both of the X"
    return ""


def _fault(stated: LinkedStated, value: str, allowed: str) -> Fault:
    return Fault(MANIFEST, stated.line, "linked.markers", shown(value), allowed, "linked-markers")


def read_rates(directions: Directions, loci: Loci, findings: Findings) -> dict[str, float]:
    """The stated mutation rates of Y-STRs by marker, copies of one marker as one (DYS385a is DYS385)."""
    rates: dict[str, float] = {}
    seen: dict[str, str] = {}
    for written, rate in directions.y_rates.items():
        key = f"ystr.rates.{written}"
        line, marker = directions.lines.of(key), without_copy(written) if is_y_marker(written) else written
        before = seen.setdefault(marker_key(marker), written)
        if before != written:
            why = f"must be given once, and is given as {before}"
        elif not is_y_marker(written) and (is_amelogenin(written) or meet(written, loci.by_name.keys()) is not None):
            why = "must be a marker of the Y"
        else:
            rates[marker] = rate
            if marker != written:
                findings.note(MANIFEST, line, f"marker {written!r} read as {marker!r}")
            elif not is_y_marker(written):
                findings.note(MANIFEST, line, f"{written!r} is not known as a marker of the Y, and read as one")
            continue
        findings.add(Fault(MANIFEST, line, shown(key), shown(rate), why, "y-rate"))
    return rates
