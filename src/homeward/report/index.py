"""Records of a case by their ids, and what a reader should be told of each."""

from __future__ import annotations

from homeward.decide.result import Identification
from homeward.model import Case, Family, Fault, FaultyInput, MissingPerson, Profile, Remains, Sex

__all__ = ["CaseIndex", "check_identification"]

_FILE = "identification"


class CaseIndex:
    """Looks records up by id, and says what is recorded of them; what is not recorded is not said."""

    def __init__(self, case: Case) -> None:
        self._persons = {p.id: p for p in case.roster}
        self._remains = {r.id: r for r in case.remains}
        self._families = {f.id: f for f in case.families}
        self._incidents = {i.id: i for i in case.incidents}
        self._transfers = {t.id: t for t in case.transfers}
        self._profiles = case.reference_profiles()
        self._elements: dict[str, list[str]] = {}
        for e in case.elements:
            side = f" {e.side}" if e.side in ("left", "right") else ""
            self._elements.setdefault(e.remains, []).append(f"{e.bone}{side}")

    def name(self, person: str) -> str:
        """A person's name, "" where none is recorded."""
        return self._persons[person].name

    def family(self, family: str | None) -> Family | None:
        """The family of that id, None for None."""
        return None if family is None else self._families[family]

    def donors(self, family: Family) -> tuple[tuple[str, Profile], ...]:
        """Members of a family whose profile is known, in the family's order."""
        found = ((m.id, self._profiles.get((family.id, m.id))) for m in family.members)
        return tuple((member, profile) for member, profile in found if profile is not None and len(profile))

    def person_facts(self, person: str) -> tuple[tuple[str, str], ...]:
        """What the roster says of a person: pairs of a word and a value."""
        p: MissingPerson = self._persons[person]
        incident = None if p.incident is None else self._incidents[p.incident]
        place = "" if incident is None else ", ".join(t for t in (incident.name or incident.id, incident.place) if t)
        facts = (("Sex", "" if p.sex is Sex.UNKNOWN else p.sex.value), ("Born", _text(p.born)),
                 ("Missing since", _text(p.missing_since)), ("Incident", place),
                 ("Service number", p.service_number), ("Vouched for by", p.vouched_by))
        return tuple((word, value) for word, value in facts if value)

    def remains_facts(self, remains: str) -> tuple[tuple[str, str], ...]:
        """What the accession says of remains: pairs of a word and a value."""
        r: Remains = self._remains[remains]
        transfer = None if r.transfer is None else self._transfers[r.transfer]
        came = "" if transfer is None else f"{transfer.id}, {transfer.date}, from {transfer.giver}"
        facts = (("Sex shown", "" if r.sex is Sex.UNKNOWN else r.sex.value), ("Recovered", _text(r.recovered)),
                 ("Transfer", came), ("Provenience", r.provenience), ("Description", r.description),
                 ("Elements", ", ".join(self._elements.get(remains, ()))))
        return tuple((word, value) for word, value in facts if value)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def check_identification(identification: Identification) -> None:
    """Refuse an identification that does not fit its own case, with all faults at once.

    Raises:
        FaultyInput: for arrays of a wrong shape, and for results that name a record the case does not hold.
    """
    case, support = identification.case, identification.support
    persons, remains = tuple(p.id for p in case.roster), tuple(r.id for r in case.remains)
    # The tables index the arrays by position: ids in another order would put a name beside another's figures.
    faults = []
    for column, given, wanted in (("support.am_ids", support.am_ids, persons),
                                  ("support.pm_ids", support.pm_ids, remains)):
        if given != wanted:
            faults.append(Fault(_FILE, 0, column, f"{len(given)} ids", "must be the case's, in its order", "ids"))
    shape = (len(persons) + 1, len(remains))
    for column in ("prior", "posterior"):
        if (found := getattr(identification, column).shape) != shape:
            faults.append(Fault(_FILE, 0, column, str(found), f"must have the shape {shape}", "shape"))
    known = {"person": set(persons), "remains": set(remains), "family": {f.id for f in case.families}}
    for column, kind, value in _named(identification):
        if value is not None and value not in known[kind]:
            faults.append(Fault(_FILE, 0, column, value, f"must be a {kind} of the case", f"unknown-{kind}"))
    if faults:
        raise FaultyInput(faults)


def _named(identification: Identification) -> list[tuple[str, str, str | None]]:
    """Every id that a result names: where, of what kind, the id."""
    named: list[tuple[str, str, str | None]] = []
    for k, p in enumerate(identification.proposals):
        named += [(f"proposals[{k}].{kind}", kind, getattr(p, kind)) for kind in ("person", "remains", "family")]
        if p.runner_up is not None:
            named += [(f"proposals[{k}].runner_up", kind, getattr(p.runner_up, kind)) for kind in ("person", "remains")]
    sides = [(f"remains[{k}]", "remains", r.remains, r.candidates) for k, r in enumerate(identification.remains)]
    sides += [(f"persons[{k}]", "person", p.person, p.candidates) for k, p in enumerate(identification.persons)]
    for place, kind, value, candidates in sides:
        named.append((place, kind, value))
        for c in candidates:
            named += [(f"{place}.candidates", "person", c.person), (f"{place}.candidates", "remains", c.remains)]
    return named
