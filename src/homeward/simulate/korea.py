"""A demonstration on the scale of the Korean War accounting: invented people at public places, in public boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from homeward.model import Case, Family, Incident, InvalidValue, MissingPerson, PartialDate, Profile, Sex
from homeward.simulate.demonstration import GrownCase, grow_case
from homeward.simulate.inheritance import Loci
from homeward.simulate.korea_facts import (
    KoreaHandOver,
    KoreaPlace,
    KoreaSource,
    Leg,
    korea_hand_overs,
    korea_legs,
    korea_places,
    korea_sources,
)
from homeward.simulate.names import invented_name
from homeward.simulate.plan import Plan
from homeward.simulate.population import Population, stranger
from homeward.simulate.recovery import Found, recover

__all__ = ["Box", "GrownKorea", "grow_korea"]

_PERSONS = 7_699  # unaccounted for on 18 June 2018, by the agency's count
_FAMILIES, _WITH_FAMILIES = 60, 80  # of the ordinary demonstration, families and remains
_PER_INCIDENT = 40
_LEAST_PERSONS = 1_000
_LISTED = 0.7  # of the remains that no family of the case could name
_NOTES = (
    "All people, families, remains and profiles of this case are invented. Places and hand-overs are public facts.",
    "The rule asks for one line of evidence, because the case holds DNA alone.",
)


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a transfer; ``label``: what is written on it, invented."""

    id: str
    transfer: str
    label: str


@dataclass(frozen=True, slots=True)
class GrownKorea(GrownCase):
    """The grown case with what a case does not hold.

    ``incident_places``: id of the place of each incident; ``box_of``: in which box each remains lay; ``legs``: where
    the boxes went after they were received; ``transfer_sources``: the document behind each transfer.
    """

    places: tuple[KoreaPlace, ...]
    incident_places: Mapping[str, str]
    boxes: tuple[Box, ...]
    box_of: Mapping[str, str]
    legs: tuple[Leg, ...]
    sources: tuple[KoreaSource, ...]
    transfer_sources: Mapping[str, str]


def grow_korea(rng: np.random.Generator, *, persons: int = _PERSONS) -> GrownKorea:
    """Grow the demonstration: a roster spread over public places of loss, boxes of the public hand-overs.

    Among the roster stand the persons of the ordinary demonstration (``grow_case``: 60 families, 80 remains), whom DNA
    can name; 220 further remains are of others on the roster, or of nobody on it, and cannot be named yet. The same
    state of ``rng`` gives the same case.

    Args: ``persons``: how many are listed; the public count by default.

    Returns the case, its truth, and the places, boxes, legs and documents beside it. Raises InvalidValue for fewer
    than 1,000 persons.
    """
    if persons < _LEAST_PERSONS:
        raise InvalidValue("grow_korea", "persons", persons, f"must be at least {_LEAST_PERSONS}")
    demonstration = grow_case(families=_FAMILIES, remains=_WITH_FAMILIES, rng=rng)
    incidents, places = _incidents(rng)
    numbers = rng.choice(persons, size=len(demonstration.case.roster), replace=False) + 1
    ids = {person.id: _id(int(n)) for person, n in zip(demonstration.case.roster, numbers, strict=True)}
    sexes = {ids[person.id]: person.sex for person in demonstration.case.roster}
    roster = _roster(persons, sexes, incidents, rng)
    found = [*_found_before(demonstration, ids), *_others(roster, demonstration.case, set(sexes), rng)]
    boxes, lain = _boxed([found[int(i)] for i in rng.permutation(len(found))], rng)
    return GrownKorea(
        _case(demonstration.case, ids, incidents, roster, tuple(f for f, _ in lain)),
        {f.remains.id: f.person for f, _ in lain}, korea_places(), places, boxes,
        {f.remains.id: box.id for f, box in lain}, korea_legs(), korea_sources(),
        {h.transfer.id: h.source for h in korea_hand_overs()})


def _id(number: int) -> str:
    return f"P-{number:04d}"


def _incidents(rng: np.random.Generator) -> tuple[tuple[Incident, ...], dict[str, str]]:
    """Losses at every place that has a share, and the place of each."""
    made, places = [], {}
    for place in korea_places():
        for i in range(-(-place.share // _PER_INCIDENT)):
            id_ = f"I-{place.id.removeprefix('PL-')}-{i + 1:02d}"
            made.append(Incident(id_, f"Synthetic loss {i + 1}, {place.name}", _date_within(place, rng), place.name,
                                 place.latitude_deg, place.longitude_deg))
            places[id_] = place.id
    return tuple(made), places


def _date_within(place: KoreaPlace, rng: np.random.Generator) -> PartialDate | None:
    """A date in the place's span, no more precise than the span."""
    first, last = place.lost_from, place.lost_to
    if first is None or last is None:
        return None
    # Text of equal precision is a day, a month or a year to NumPy as well.
    span = np.arange(np.datetime64(str(first)), np.datetime64(str(last)) + 1)
    return PartialDate.parse(str(span[int(rng.integers(len(span)))]))


def _roster(persons: int, sexes: Mapping[str, Sex], incidents: tuple[Incident, ...],
            rng: np.random.Generator) -> tuple[MissingPerson, ...]:
    """The listed persons; ``sexes`` of those who have families, all others are men."""
    made = []
    for number, incident in enumerate(_losses(persons, incidents, rng), start=1):
        sex = sexes.get(_id(number), Sex.MALE)
        since = None if incident is None else incident.date
        born = PartialDate((since or PartialDate(1951)).year - int(rng.integers(18, 36)))
        made.append(MissingPerson(_id(number), invented_name(sex, rng), sex, born, since,
                                  None if incident is None else incident.id, f"SYN{number:06d}", "the simulation"))
    return tuple(made)


def _losses(persons: int, incidents: tuple[Incident, ...], rng: np.random.Generator) -> list[Incident | None]:
    """An incident for each person, in proportion to the places' shares; None where the place is not recorded."""
    shares = {place.name: place.share for place in korea_places()}
    at: dict[str, list[Incident]] = {}
    for incident in incidents:
        at.setdefault(incident.place, []).append(incident)
    drawn: list[Incident | None] = [losses[i % len(losses)] for name, losses in at.items()
                                    for i in range(shares[name] * persons // _PERSONS)]
    drawn += [None] * (persons - len(drawn))
    return [drawn[int(i)] for i in rng.permutation(persons)]


def _found_before(demonstration: GrownCase, ids: Mapping[str, str]) -> Iterator[Found]:
    """The remains of the ordinary demonstration, of persons under their new ids."""
    case = demonstration.case
    profiles = {p.sample: p for p in case.profiles}
    for remains in case.remains:
        person = demonstration.truth[remains.id]
        samples = tuple((s, profiles[s.id]) for s in case.remains_samples if s.remains == remains.id)
        yield Found(None if person is None else ids[person], remains,
                    tuple(e for e in case.elements if e.remains == remains.id), samples)


def _others(roster: tuple[MissingPerson, ...], case: Case, with_families: set[str],
            rng: np.random.Generator) -> tuple[Found, ...]:
    """Remains of listed persons who have no family in the case, and of people who are not listed."""
    count = sum(h.synthetic_remains for h in korea_hand_overs()) - _WITH_FAMILIES
    loci = Loci.of(case.frequencies)
    alone = [person for person in roster if person.id not in with_families]
    whose = tuple(alone[int(i)] for i in rng.choice(len(alone), size=round(count * _LISTED), replace=False))
    genes = {person.id: stranger(loci, person.sex, rng) for person in whose}
    people = Population((), whose, (), (), genes)
    return recover(count, people, loci, plan=Plan(listed=_LISTED), rng=rng)[1]


def _boxed(found: list[Found], rng: np.random.Generator) -> tuple[tuple[Box, ...], list[tuple[Found, Box]]]:
    """The boxes of all hand-overs, and the remains laid into them under new numbers."""
    boxes: list[Box] = []
    lain: list[tuple[Found, Box]] = []
    waiting = iter(found)
    for hand_over in korea_hand_overs():
        own = list(_boxes(hand_over))
        boxes += own
        # None is empty while there are remains; a second helping makes some boxes hold several people.
        places = [own[int(i)] for i in rng.permutation(len(own))][: hand_over.synthetic_remains]
        places += [own[int(i)] for i in rng.integers(len(own), size=hand_over.synthetic_remains - len(places))]
        for box in places:
            lain.append((_laid(next(waiting), f"R-{len(lain) + 1:04d}", box, hand_over.transfer.id), box))
    return tuple(boxes), lain


def _boxes(hand_over: KoreaHandOver) -> Iterator[Box]:
    names = {place.id: place.name for place in korea_places()}
    labels = [names[id_] for id_, n in hand_over.labels.items() for _ in range(n)]
    transfer = hand_over.transfer
    for i in range(transfer.count or 0):
        label = f"labelled {labels[i]}" if i < len(labels) else "no label"
        yield Box(f"{transfer.id}-{i + 1:03d}", transfer.id, f"{label} (synthetic)")


def _laid(found: Found, id_: str, box: Box, transfer: str) -> Found:
    """The same remains under a new number, in a box."""
    before = found.remains.id

    def named(old: str) -> str:
        return id_ + old.removeprefix(before)

    remains = replace(found.remains, id=id_, transfer=transfer, provenience=f"box {box.id}, {box.label}")
    elements = tuple(replace(e, id=named(e.id), remains=id_) for e in found.elements)
    samples = tuple((replace(s, id=named(s.id), remains=id_, element=None if s.element is None else named(s.element)),
                     Profile(named(p.sample), p.genotypes)) for s, p in found.samples)
    return Found(found.person, remains, elements, samples)


def _case(before: Case, ids: Mapping[str, str], incidents: tuple[Incident, ...], roster: tuple[MissingPerson, ...],
          found: tuple[Found, ...]) -> Case:
    samples = tuple(pair for f in found for pair in f.samples)
    references = {s.id for s in before.reference_samples}
    return replace(
        before, name="korea-demonstration",
        title=f"Demonstration: {len(roster):,} invented persons at public places, in boxes of public hand-overs",
        incidents=incidents, roster=roster, families=tuple(_family(f, ids) for f in before.families),
        remains=tuple(f.remains for f in found), elements=tuple(e for f in found for e in f.elements),
        transfers=tuple(h.transfer for h in korea_hand_overs()), remains_samples=tuple(s for s, _ in samples),
        profiles=(*(p for p in before.profiles if p.sample in references), *(p for _, p in samples)), notes=_NOTES)


def _family(family: Family, ids: Mapping[str, str]) -> Family:
    members = tuple(m if m.person is None else replace(m, person=ids[m.person]) for m in family.members)
    return replace(family, members=members)
