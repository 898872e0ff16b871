"""The case: everything that one identification starts from, frozen, checked and digested."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from homeward.model.custody import Transfer
from homeward.model.errors import InvalidValue
from homeward.model.family import Family, Member, Sex
from homeward.model.laboratory import Laboratory
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile
from homeward.model.marker import LATER, FrequencyTable
from homeward.model.parameters import MitoParameters, YParameters
from homeward.model.profile import Profile, merge_profiles
from homeward.model.remains import Element, ReferenceSample, Remains, RemainsSample
from homeward.model.roster import Incident, MissingPerson

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["Case", "Prior", "Rule"]


_K = TypeVar("_K")
_LEAST_WEIGHT, _MOST_WEIGHT = 1e-6, 1e6  # of an incident
Readings = tuple[tuple[Profile, Laboratory], ...]


@dataclass(frozen=True, slots=True)
class Prior:
    """The stated prior: the probability that remains belong to anyone on the roster.

    It is spread over the listed persons whose recorded sex does not contradict the remains, evenly but for
    ``incidents``; the rest, 1 − ``on_roster``, stands on "not on the roster". ``roster_size``: number of people on
    the roster, where the case holds a part of them; None where it holds all. ``incidents``: relative weight of
    whoever was lost in an incident, 1 of all others; never 0, since no evidence would then count. ``flat``: all ways
    of pairing persons with remains are taken as equally probable instead.
    """

    on_roster: float = 0.5
    roster_size: int | None = field(default=None, metadata=LATER)
    incidents: Mapping[str, float] = field(default_factory=dict, metadata=LATER)
    flat: bool = field(default=False, metadata=LATER)

    def __post_init__(self) -> None:
        if not 0.0 < self.on_roster < 1.0:
            raise InvalidValue("prior", "on_roster", self.on_roster, "must be above 0 and below 1")
        if self.roster_size is not None and self.roster_size < 1:
            raise InvalidValue("prior", "roster_size", self.roster_size, "must be at least 1")
        for incident, weight in self.incidents.items():
            if not _LEAST_WEIGHT <= weight <= _MOST_WEIGHT:
                raise InvalidValue("prior", f"weight of {incident}", weight,
                                   f"must be from {_LEAST_WEIGHT:g} to {_MOST_WEIGHT:.0f}")


@dataclass(frozen=True, slots=True)
class Rule:
    """When a proposal is raised: least posterior, and least number of independent lines of evidence."""

    posterior: float = 0.9995
    minimum_lines: int = 2

    def __post_init__(self) -> None:
        if not 0.5 < self.posterior < 1.0:
            raise InvalidValue("rule", "posterior", self.posterior, "must be above 0.5 and below 1")
        if self.minimum_lines < 1:
            raise InvalidValue("rule", "minimum_lines", self.minimum_lines, "must be at least 1")


@dataclass(frozen=True, slots=True)
class Case:
    """A checked case. Raises InvalidValue for an id used twice or a reference to a record that is not there.

    ``notes`` are the guesses that were made in reading it (a marker name met with tolerance, a parent added); they
    are shown to the user and are no part of the digest. ``synthetic`` says that the people in it are invented.
    """

    name: str
    frequencies: FrequencyTable
    title: str = ""
    synthetic: bool = False
    prior: Prior = Prior()
    rule: Rule = Rule()
    incidents: tuple[Incident, ...] = ()
    roster: tuple[MissingPerson, ...] = ()
    families: tuple[Family, ...] = ()
    remains: tuple[Remains, ...] = ()
    elements: tuple[Element, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    reference_samples: tuple[ReferenceSample, ...] = ()
    remains_samples: tuple[RemainsSample, ...] = ()
    profiles: tuple[Profile, ...] = ()
    mito_profiles: tuple[MitoProfile, ...] = ()
    y_profiles: tuple[YProfile, ...] = ()
    mito_database: HaplotypeDatabase[MitoProfile] | None = None
    y_database: HaplotypeDatabase[YProfile] | None = None
    mito_parameters: MitoParameters = field(default_factory=MitoParameters, metadata=LATER)
    y_parameters: YParameters = field(default_factory=YParameters, metadata=LATER)
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        ids = {name: _unique(name, getattr(self, name)) for name in (
            "incidents", "roster", "families", "remains", "elements", "transfers")}
        samples = _unique("samples", (*self.reference_samples, *self.remains_samples))
        for person in self.roster:
            _refer(person.id, "incident", person.incident, ids["incidents"])
        for r in self.remains:
            _refer(r.id, "transfer", r.transfer, ids["transfers"])
        for e in self.elements:
            _refer(e.id, "remains", e.remains, ids["remains"])
        for s in self.remains_samples:
            _refer(s.id, "remains", s.remains, ids["remains"])
            _refer(s.id, "element", s.element, ids["elements"])
        for kind in ("mito_profiles", "y_profiles"):
            seen: set[str] = set()
            for haplotype in getattr(self, kind):
                _refer(kind, "sample", haplotype.sample, samples)
                if haplotype.sample in seen:
                    raise InvalidValue(haplotype.sample, kind, haplotype.sample, "must be given once")
                seen.add(haplotype.sample)
        self._check_families(ids["roster"])
        self._check_profiles(samples)
        for incident in self.prior.incidents:
            _refer("prior", "incidents", incident, ids["incidents"])
        if self.prior.roster_size is not None and self.prior.roster_size < len(self.roster):
            raise InvalidValue("prior", "roster_size", self.prior.roster_size,
                               f"must be at least the {len(self.roster)} persons listed")

    def _check_families(self, roster: set[str]) -> None:
        placed: set[str] = set()
        for family in self.families:
            for m in family.missing:
                _refer(f"{family.id}/{m.id}", "person", m.person, roster)
                if m.person in placed:
                    raise InvalidValue(f"{family.id}/{m.id}", "person", m.person, "must have one place in one family")
                placed.add(str(m.person))
        members = {(f.id, m.id) for f in self.families for m in f.members}
        for s in self.reference_samples:
            if (s.family, s.member) not in members:
                raise InvalidValue(s.id, "member", f"{s.family}/{s.member}", "must be a member of a family")

    def _check_profiles(self, samples: set[str]) -> None:
        seen: set[str] = set()
        men = self._samples_of_men()
        for profile in self.profiles:
            _refer("profiles", "sample", profile.sample, samples)
            if profile.sample in seen:
                raise InvalidValue(profile.sample, "profile", profile.sample, "must be given once")
            seen.add(profile.sample)
            for name, genotype in profile.genotypes.items():
                if name not in self.frequencies:
                    raise InvalidValue(profile.sample, "marker", name, "has no allele frequencies")
                marker = self.frequencies[name]
                for allele in genotype.alleles:
                    marker.index(allele)
                if marker.x_linked and profile.sample in men and len(set(genotype.alleles)) > 1:
                    raise InvalidValue(profile.sample, name, str(genotype), "must be one allele: a man has one X")
        self.remains_profiles()  # samples of one person that disagree are refused here
        self.reference_profiles()

    def _samples_of_men(self) -> set[str]:
        men = {(f.id, m.id) for f in self.families for m in f.members if m.sex is Sex.MALE}
        male = {r.id for r in self.remains if r.sex is Sex.MALE}
        return {s.id for s in self.reference_samples if (s.family, s.member) in men} | {
            s.id for s in self.remains_samples if s.remains in male}

    def remains_profiles(self) -> dict[str, Profile]:
        """Profile of each remains that has one, all its samples taken together.

        Where samples whose reading is not certain differ, the first of them stands.
        """
        return self._merged((s.remains, s) for s in self.remains_samples)

    def reference_profiles(self) -> dict[tuple[str, str], Profile]:
        """Profile of each (family, member) that has one, as ``remains_profiles``."""
        return self._merged(((s.family, s.member), s) for s in self.reference_samples)

    def remains_readings(self) -> dict[str, Readings]:
        """Each remains' samples with their laboratory rates, where a reading is not certain."""
        return self._readings((s.remains, s) for s in self.remains_samples)

    def reference_readings(self) -> dict[tuple[str, str], Readings]:
        """The same of each (family, member)."""
        return self._readings(((s.family, s.member), s) for s in self.reference_samples)

    def _merged(self, owners: Iterable[tuple[_K, ReferenceSample | RemainsSample]]) -> dict[_K, Profile]:
        merged = {}
        for owner, readings in self._grouped(owners).items():
            sure = merge_profiles(str(owner), tuple(p for p, lab in readings if lab.is_certain))
            others = [p.genotypes for p, lab in readings if not lab.is_certain]
            merged[owner] = Profile(str(owner), dict(ChainMap(dict(sure.genotypes), *map(dict, others))))
        return merged

    def _readings(self, owners: Iterable[tuple[_K, ReferenceSample | RemainsSample]]) -> dict[_K, Readings]:
        return {owner: readings for owner, readings in self._grouped(owners).items()
                if not all(lab.is_certain for _, lab in readings)}

    def _grouped(self, owners: Iterable[tuple[_K, ReferenceSample | RemainsSample]]) -> dict[_K, Readings]:
        by_sample = {p.sample: p for p in self.profiles}
        grouped: dict[_K, Readings] = {}
        for owner, sample in owners:
            if sample.id in by_sample:
                grouped[owner] = (*grouped.get(owner, ()), (by_sample[sample.id], sample.laboratory))
        return grouped

    def place_of(self) -> dict[str, tuple[Family, Member]]:
        """For each listed person who has a family: the family and his place in it."""
        return {str(m.person): (f, m) for f in self.families for m in f.missing}

    def digest(self) -> str:
        """SHA-256 of the case's content in a canonical form; equal cases have equal digests.

        A field that came later is left out while it holds its default: a case keeps its digest.
        """
        content = {name: value for name, value in _fields(self) if name != "notes"}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _unique(name: str, records: Iterable[object]) -> set[str]:
    seen: set[str] = set()
    for record in records:
        key: str = record.id  # type: ignore[attr-defined]
        if key in seen:
            raise InvalidValue(name, "id", key, "must be used once")
        seen.add(key)
    return seen


def _refer(record: str, name: str, value: str | None, known: set[str]) -> None:
    if value is not None and value not in known:
        raise InvalidValue(record, name, value, "must name a record of the case")


def _fields(record: DataclassInstance) -> Iterator[tuple[str, object]]:
    for f in dataclasses.fields(record):
        value = getattr(record, f.name)
        if not f.name.startswith("_") and not ("later" in f.metadata and value == _usual(f)):
            yield f.name, _plain(value)


def _usual(f: dataclasses.Field[object]) -> object:
    return f.default if f.default_factory is dataclasses.MISSING else f.default_factory()


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dict(_fields(value))
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Sex):
        return value.value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53:
        return (value + 0.0).hex()  # 1 and 1.0, 0.0 and −0.0 are equal
    return value
