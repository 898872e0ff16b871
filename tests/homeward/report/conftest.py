"""Invented identifications: every name, place and number here is synthetic."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Status, Support
from homeward.decide.result import (
    Candidate,
    Conclusion,
    Identification,
    MarkerLR,
    PersonResult,
    Proposal,
    RemainsResult,
)
from homeward.model import (
    Case,
    Element,
    Family,
    FrequencyTable,
    Genotype,
    Incident,
    Marker,
    Member,
    MissingPerson,
    PartialDate,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    RunFacts,
    Sex,
    Transfer,
)

MARKERS = ("D3S1358", "TH01", "D21S11", "D18S51", "Penta E", "D5S818", "D13S317", "D7S820", "D16S539", "CSF1PO",
           "Penta D", "vWA", "D8S1179", "TPOX", "FGA", "D1S1656", "D2S441", "D10S1248", "D12S391", "D19S433",
           "D22S1045", "D2S1338", "SE33")
ALLELES = tuple(str(a) for a in range(8, 18))

# Sex by letter, then father and mother: the shapes in which reference families come.
SHAPES: Mapping[str, Mapping[str, tuple[str, str | None, str | None]]] = {
    "trio": {"father": ("m", None, None), "mother": ("f", None, None), "missing": ("m", "father", "mother")},
    "sibs": {"father": ("m", None, None), "mother": ("f", None, None), "sister": ("f", "father", "mother"),
             "missing": ("m", "father", "mother"), "brother": ("m", "father", "mother")},
    "half-sibs": {"father": ("m", None, None), "first wife": ("f", None, None), "second wife": ("f", None, None),
                  "missing": ("m", "father", "first wife"), "half-sister": ("f", "father", "second wife"),
                  "half-sib": ("?", "father", "second wife")},
    "cousins and aunt": {
        "grandfather": ("m", None, None), "grandmother": ("f", None, None), "mother": ("f", None, None),
        "father": ("m", "grandfather", "grandmother"), "aunt": ("f", "grandfather", "grandmother"),
        "uncle": ("m", "grandfather", "grandmother"), "uncle's wife": ("f", None, None),
        "missing": ("m", "father", "mother"), "cousin 1": ("m", "uncle", "uncle's wife"),
        "cousin 2": ("f", "uncle", "uncle's wife")},
    "cousins married": {
        "grandfather": ("m", None, None), "grandmother": ("f", None, None),
        "uncle": ("m", "grandfather", "grandmother"), "aunt": ("f", "grandfather", "grandmother"),
        "uncle's wife": ("f", None, None), "aunt's husband": ("m", None, None),
        "father": ("m", "uncle", "uncle's wife"), "mother": ("f", "aunt's husband", "aunt"),
        "missing": ("m", "father", "mother"), "sister": ("f", "father", "mother")},
    "two brothers, two sisters": {
        "A": ("m", None, None), "B": ("f", None, None), "C": ("m", None, None), "D": ("f", None, None),
        "father": ("m", "A", "B"), "uncle": ("m", "A", "B"), "mother": ("f", "C", "D"), "aunt": ("f", "C", "D"),
        "missing": ("m", "father", "mother"), "double cousin": ("f", "uncle", "aunt")},
}
SEXES = {"m": Sex.MALE, "f": Sex.FEMALE, "?": Sex.UNKNOWN}


def family_of(shape: str, family_id: str = "F", person: str | None = "P", tag: str = "") -> Family:
    """A family of a named shape whose member "missing" is the person; the tag is hung on every member's id."""
    def tagged(member: str | None) -> str | None:
        return None if member is None else member + tag

    return Family(family_id, tuple(
        Member(m + tag, tagged(father), tagged(mother), SEXES[sex], person if m == "missing" else None)
        for m, (sex, father, mother) in SHAPES[shape].items()))


def identification_of(n_persons: int, n_remains: int, rng: np.random.Generator, *, n_proposed: int | None = None,
                      tag: str = "") -> Identification:
    """An invented identification in which the first proposals pair person k with remains k.

    Every fifth person has no family; a pair in seven is excluded by a few markers. The tag is hung on every name and
    id, for what a page makes of hostile text.
    """
    case = _case(n_persons, n_remains, rng, tag)
    n_proposed = min(n_persons, n_remains) // 2 if n_proposed is None else n_proposed
    support = _support(case, n_proposed, rng)
    prior = np.full((n_persons + 1, n_remains), 0.5 / max(n_persons, 1))
    prior[-1] = 0.5
    weight = prior * 10.0 ** np.vstack([support.log10_lr, np.zeros((1, n_remains))])
    posterior = weight / weight.sum(axis=0)
    view = _View(case, support, posterior, rng)
    remains = tuple(view.remains_result(j) for j in range(n_remains))
    persons = tuple(view.person_result(i) for i in range(n_persons))
    proposals = tuple(view.proposal(r, k) for k, r in enumerate(remains)
                      if r.candidates and r.candidates[0].posterior >= case.rule.posterior)
    warnings = (f"profiles.csv:12: marker 'PENTAD{tag}' read as 'Penta D'", "remains R-0003: no sample")
    return Identification(case, support, (support,), (*view.markers, "sex"), view.bits(), prior, posterior, remains,
                          persons, proposals, warnings, {"lr": 0.0421, "posterior": 0.0034})


def _case(n_persons: int, n_remains: int, rng: np.random.Generator, tag: str) -> Case:
    roster = tuple(MissingPerson(f"P-{k:04d}{tag}", f"Synthetic Person {k:04d}{tag}", Sex.MALE,
                                 PartialDate(1920 + k % 12), PartialDate(1950, 12, 1 + k % 28), "I-1",
                                 f"SYN{tag}", f"nobody{tag}") for k in range(n_persons))
    shapes = tuple(SHAPES)
    families = tuple(family_of(shapes[k % len(shapes)], f"F-{k:04d}{tag}", p.id, tag)
                     for k, p in enumerate(roster) if k % 5 != 4)
    references = tuple(ReferenceSample(f"{f.id}/{m.id}", f.id, m.id) for f in families
                       for m in f.members[0 if len(f.members) == 3 else 2:]
                       if m.person is None and m.sex is not Sex.UNKNOWN)
    remains = tuple(Remains(f"R-{k:04d}{tag}", Sex.MALE if k % 3 else Sex.UNKNOWN, "T-1", PartialDate(2018, 8),
                            f"Invented Valley, unit {k % 7}{tag}", f"two long bones{tag}") for k in range(n_remains))
    samples = tuple(RemainsSample(f"{r.id}/1", r.id) for r in remains)
    markers = tuple(Marker(m + tag, ALLELES, (0.1,) * len(ALLELES)) for m in MARKERS)
    return Case(
        name=f"invented{tag}", title=f"Synthetic losses at Invented Valley{tag}", synthetic=True,
        rule=Rule(minimum_lines=1), frequencies=FrequencyTable(f"invented population{tag}", markers, f"invented{tag}"),
        incidents=(Incident("I-1", f"Loss at Invented Valley{tag}", PartialDate(1950, 12), "Invented Valley"),),
        roster=roster, families=families, remains=remains,
        elements=tuple(Element(f"{r.id}/femur", r.id, f"femur{tag}", "left") for r in remains),
        transfers=(Transfer("T-1", PartialDate(2018, 8, 1), f"giving side{tag}", "receiver", count=5, unit="box"),),
        reference_samples=references, remains_samples=samples,
        profiles=tuple(_profile(s.id, rng, tag) for s in (*references, *samples)))


def _profile(sample: str, rng: np.random.Generator, tag: str) -> Profile:
    typed = MARKERS[:20 + int(rng.integers(4))]
    return Profile(sample, {m + tag: Genotype(*(str(a) for a in rng.integers(8, 18, 2))) for m in typed})


def _support(case: Case, n_proposed: int, rng: np.random.Generator) -> Support:
    shape = (len(case.roster), len(case.remains))
    log10_lr = rng.normal(-5.0, 2.0, shape)
    status = np.where(rng.random(shape) < 1 / 7, EXCLUDED, COMPARED).astype(np.int8)
    for k in range(n_proposed):
        status[k, k], log10_lr[k, k] = COMPARED, rng.uniform(5.5, 16.0)
    status[4::5] = NOT_COMPARED
    log10_lr = np.where(status == EXCLUDED, -np.inf, np.where(status == NOT_COMPARED, 0.0, log10_lr))
    return Support("kinship", tuple(p.id for p in case.roster), tuple(r.id for r in case.remains), log10_lr, status)


class _View:
    """The results that an identification would read off its numbers."""

    def __init__(self, case: Case, support: Support, posterior: NDArray[np.float64], rng: np.random.Generator) -> None:
        self.case, self.support, self.posterior, self.rng = case, support, posterior, rng
        self.place, self.profiles = case.place_of(), case.remains_profiles()
        self.markers = tuple(m.name for m in case.frequencies.markers)
        self.words = tuple(Conclusion)

    def candidate(self, i: int, j: int) -> Candidate:
        status = Status(int(self.support.status[i, j]))
        log10_lr = None if status is NOT_COMPARED else float(self.support.log10_lr[i, j])
        excluded_by = self.excluded_by(i, j) if status is EXCLUDED else ()
        return Candidate(self.support.am_ids[i], self.support.pm_ids[j], status, log10_lr,
                         float(self.posterior[i, j]), excluded_by)

    def excluded_by(self, i: int, j: int) -> tuple[str, ...]:
        return self.markers[i % 12:i % 12 + 1 + (i + j) % 9]

    def bits(self) -> NDArray[np.uint64]:
        bits = np.zeros((1, *self.support.status.shape), np.uint64)
        for i, j in np.argwhere(self.support.status == EXCLUDED).tolist():
            bits[0, i, j] = sum(1 << self.markers.index(m) for m in self.excluded_by(i, j))
        return bits

    def remains_result(self, j: int) -> RemainsResult:
        order = np.argsort(-self.posterior[:-1, j], kind="stable")[:25]
        candidates = tuple(self.candidate(int(i), j) for i in order)
        met = bool(candidates) and candidates[0].posterior >= self.case.rule.posterior
        conclusion = Conclusion.IDENTIFIED if met else self.words[j % 5 + 1]
        reason = "posterior at least 0.9995, no exclusion, 1 line of evidence" if met else "an invented reason"
        remains = self.support.pm_ids[j]
        return RemainsResult(remains, candidates, float(self.posterior[-1, j]), conclusion, reason,
                             len(self.profiles[remains]))

    def person_result(self, i: int) -> PersonResult:
        order = np.argsort(-self.support.log10_lr[i], kind="stable")[:25]
        person = self.support.am_ids[i]
        return PersonResult(person, tuple(self.candidate(i, int(j)) for j in order), self.words[i % 6],
                            "an invented reason", person in self.place)

    def proposal(self, r: RemainsResult, k: int) -> Proposal:
        best = r.candidates[0]
        family = self.place[best.person][0].id if best.person in self.place else None
        profile = self.profiles[r.remains].genotypes
        values = [float(v) for v in self.rng.normal(0.6, 0.5, len(self.markers))]
        markers = tuple(MarkerLR(m, str(profile.get(m, "")), v if m in profile else None)
                        for m, v in zip(self.markers, values, strict=True))
        assert best.log10_lr is not None
        return Proposal(best.person, r.remains, family, r.conclusion if k % 4 else Conclusion.PROBABLE, r.reason,
                        bool(k % 4), ("kinship",), best.posterior, r.posterior_not_on_roster, best.log10_lr, markers,
                        r.candidates[1] if len(r.candidates) > 1 else None)


@pytest.fixture(name="identification_of", scope="session")
def _identification_of() -> Callable[..., Identification]:
    """Makes an identification of any size."""
    return identification_of


@pytest.fixture(name="family_of", scope="session")
def _family_of() -> Callable[..., Family]:
    """Makes a family of a named shape."""
    return family_of


@pytest.fixture
def facts() -> RunFacts:
    """Facts of an invented run."""
    return RunFacts(
        software="homeward 0.1.0", source="invented-case", digest="0123456789abcdef" * 4,
        when=datetime.datetime(2026, 11, 21, 18, 17, tzinfo=datetime.UTC), seed=None,
        versions={"numpy": "2.4.6"}, parameters={"prior on roster": "0.5"}, seconds={"total": 1.234})


@pytest.fixture(scope="session")
def identification() -> Identification:
    """Twelve persons, fifteen remains."""
    return identification_of(12, 15, np.random.default_rng(1950))
