"""A whole commingled case like the 55 boxes of 2018, with its inventory and the truth beside it; everyone is invented.

The bones, the DNA, the boxes and who lies in them are drawn by ``draw_assemblage``, from the joint posterior's own
model; here they become a case that a laboratory might hold: a roster by public places of loss, families with donors,
samples, mitochondrial types, bones worn and inventoried. docs/simulate.md says where each distribution comes from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping.assemblage import Assemblage
from homeward.kinship.lineage.lines import Descent, trace_lines
from homeward.model import (
    Case,
    Family,
    Incident,
    InvalidValue,
    Laboratory,
    MissingPerson,
    PartialDate,
    Prior,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
    Transfer,
)
from homeward.model.inventory import Container, Inventory
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile
from homeward.model.physical import Physical
from homeward.simulate.assemblage import Truth, draw_assemblage
from homeward.simulate.assemblage_settings import AssemblageSettings, like_k55, medium, small
from homeward.simulate.invented_mtdna import invented_haplotypes
from homeward.simulate.invented_y import N_MARKERS, YPopulation, handed_down, y_profile
from homeward.simulate.k55_finds import Wear, judged_pairs, sampled, worn
from homeward.simulate.k55_papers import Papers, papers_of
from homeward.simulate.korea_facts import KoreaPlace, korea_places
from homeward.simulate.names import invented_name

__all__ = ["SIZES", "GrownAssemblage", "grow_k55", "k55_settings"]

SIZES = ("small", "medium", "k55")
_STATED_PLACES = ("PL-UNSAN", "PL-EAST-OF-CHOSIN", "PL-HAGARU-RI", "PL-YUDAM-NI")  # 20 boxes Unsan, 35 Chosin
_COUNTED = 3_000  # people of the invented mitochondrial database
_Y_SHARE, _Y_READ, _Y_COUNTED = 0.5, 0.8, 800  # of profiled elements; of the markers of each; men in the database
_TYPICAL_LABORATORY = Laboratory(0.15, None, 0.02, 0.001)
_TRANSFER = "T-01"
# A fifth of his elements outside a person's box puts him into two to four of them.
_RATES = {"spread": 0.2, "wrong": 0.1}
_EVEN = 5.0  # so that the sizes are near what they are called
_USUAL_WEAR, _USUAL_PAPERS = Wear(), Papers()
_NOTES = (
    "All people, families, remains, boxes and profiles of this case are invented. Places and allele frequencies are "
    "public.",
)


@dataclass(frozen=True, slots=True)
class GrownAssemblage:
    """A synthetic case with its inventory and papers; and, to be kept apart, whose each element truly is.

    ``person_of``: element → the person on the roster, or "unlisted-1" …; ``truth``: the rates that were drawn.
    """

    case: Case
    inventory: Inventory
    physical: Physical
    person_of: Mapping[str, str]
    truth: Truth


def k55_settings(size: str = "k55") -> AssemblageSettings:
    """The settings of a size; a third of the persons are not on the roster, as the 88 South Koreans of K55 are not.

    small: about 12 persons and 60 elements; medium: 60, 450, roster 800; k55: 250, 2,000, roster 7,700, 55 boxes.

    Raises InvalidValue for another size.
    """
    if size == "small":
        settings = small()
        priors = replace(settings.priors, evenness=_EVEN)
    elif size == "medium":
        settings = medium()
        priors = replace(settings.priors, unlisted=(54.0, 3.0), stated=(70.0, 75.0), elsewhere=(8.0, 800.0),
                         recovery=(2.2, 2.0), evenness=_EVEN)
    elif size == "k55":
        settings = like_k55()
        priors = replace(settings.priors, unlisted=(120.0, 1.36), stated=(120.0, 340.0), elsewhere=(20.0, 6000.0),
                         recovery=(2.6, 2.0), evenness=_EVEN)
    else:
        raise InvalidValue("simulate", "size", size, f"must be one of {', '.join(SIZES)}")
    return replace(settings, priors=priors, rates=_RATES)


def grow_k55(rng: np.random.Generator, *, size: str = "k55", settings: AssemblageSettings | None = None,
             wear: Wear = _USUAL_WEAR, papers: Papers = _USUAL_PAPERS) -> GrownAssemblage:
    """Grow a case of commingled remains; the same state of ``rng`` gives the same case.

    Args: ``size``, one of SIZES, or ``settings`` in its stead; ``wear``, what happens to bones and on desks;
    ``papers``, what is on file of the roster.

    >>> grown = grow_k55(np.random.default_rng(1), size="small")
    >>> grown.case.synthetic, len(grown.person_of) == len(grown.inventory)
    (True, True)
    """
    drawn, truth = draw_assemblage(rng, k55_settings(size) if settings is None else settings)
    inventory = _inventory(drawn, truth, wear, rng)
    case = _case(drawn, inventory, size, rng)
    person_of = dict(zip((e.id for e in inventory), truth.person_of, strict=True))
    case = _with_y(case, drawn, person_of, rng)
    physical = papers_of(case.roster, inventory, person_of, papers, rng)
    return GrownAssemblage(_with_examined(case, inventory, physical), inventory, physical, person_of, truth)


def _with_y(case: Case, drawn: Assemblage, person_of: Mapping[str, str], rng: np.random.Generator) -> Case:
    """The case with Y haplotypes: of men who gave references, and of half of the elements with an STR profile."""
    population = YPopulation(rng)
    men: dict[str, NDArray[np.int64]] = {}
    donors: dict[str, list[tuple[str, str]]] = {}
    for sample in case.reference_samples:
        donors.setdefault(sample.family, []).append((sample.id, sample.member))
    references: list[YProfile] = []
    for family in case.families:
        own = handed_down(family, population, rng)
        men |= {str(m.person): own[m.id] for m in family.missing if m.id in own}
        references += [y_profile(s, own[d]) for s, d in donors.get(family.id, ()) if d in own]
    found = []
    samples = {s.remains: s.id for s in case.remains_samples}
    for element in drawn.profiles:
        person = person_of[element]
        if person not in men:
            men[person] = population.draw(rng)
        if rng.random() < _Y_SHARE:
            found.append(y_profile(samples[element], men[person], rng.random(N_MARKERS) < _Y_READ))
    kept = tuple(p for p in (*references, *found) if len(p))
    return replace(case, y_profiles=kept, y_database=population.database(_Y_COUNTED, rng))


def _with_examined(case: Case, inventory: Inventory, physical: Physical) -> Case:
    """The case with a row of remains for each element that was sampled or examined."""
    wanted = {r.id for r in case.remains} | {t.owner for t in physical.dental_pm} | {
        e.remains for e in physical.examinations}
    return replace(case, remains=tuple(Remains(e.id, Sex.UNKNOWN, _TRANSFER, None, e.box or "", "synthetic remains")
                                       for e in inventory if e.id in wanted))


def _inventory(drawn: Assemblage, truth: Truth, wear: Wear, rng: np.random.Generator) -> Inventory:
    profiled = {*drawn.profiles, *drawn.haplotypes}
    elements = tuple(sampled(worn(e, n, wear, rng), f"D-{e.id}" if e.id in profiled else None, wear, rng)
                     for n, e in enumerate(drawn.inventory, 1))
    pairs = judged_pairs(elements, truth.person_of, profiled, wear, rng)
    boxes = tuple(Container(box, incident, _TRANSFER, f"{box} (synthetic)") for box, incident in drawn.boxes.items())
    return Inventory(elements, pairs, "synthetic assemblage", boxes)


def _case(drawn: Assemblage, inventory: Inventory, size: str, rng: np.random.Generator) -> Case:
    incidents = _incidents(drawn, rng)
    families = tuple({r.typed.family.id: r.typed.family for r in drawn.relatives.values()}.values())
    references = tuple(_references(drawn))
    sequences = invented_haplotypes(drawn.haplotype_frequencies, rng)
    maternal = {s: sequences[name] for s, name in _maternal(drawn, families)}
    samples = {e.id: s.profile for e in inventory for s in e.samples if s.profile is not None}
    n_boxes = len(drawn.boxes)
    return Case(
        name=f"synthetic-{size}", title=f"Synthetic: {len(inventory)} elements in {n_boxes} boxes, roster "
        f"{len(drawn.roster):,}", synthetic=True, frequencies=drawn.frequencies, prior=Prior(0.6),
        rule=Rule(minimum_lines=1), incidents=tuple(incidents.values()),
        roster=tuple(_listed(p, n, incidents, rng) for n, p in enumerate(drawn.roster, 1)), families=families,
        transfers=(Transfer(_TRANSFER, PartialDate(2018, 7, 27), "Synthetic Party North", "Synthetic Laboratory South",
                            "Invented Airfield", n_boxes, "box", "synthetic receipt"),),
        remains=tuple(Remains(e.id, Sex.UNKNOWN, _TRANSFER, None, f"{e.box}", "synthetic remains")
                      for e in inventory if e.id in samples),
        reference_samples=tuple(s for s, _ in references),
        remains_samples=tuple(RemainsSample(s, e, None, _TYPICAL_LABORATORY) for e, s in samples.items()),
        profiles=(*(p for _, p in references), *(Profile(samples[e], profiles[0].genotypes)
                                                 for e, profiles in drawn.profiles.items())),
        mito_profiles=(*(replace(p, sample=s) for s, p in maternal.items()),
                       *(replace(sequences[name], sample=samples[e]) for e, name in drawn.haplotypes.items())),
        mito_database=_database(sequences, drawn.haplotype_frequencies, rng), notes=_NOTES)


def _incidents(drawn: Assemblage, rng: np.random.Generator) -> dict[str, Incident]:
    """A loss for each incident: those that boxes state at Unsan and Chosin, others by the places' shares."""
    places = {p.id: p for p in korea_places()}
    stated = {incident for incident in drawn.boxes.values() if incident is not None}
    shares = np.array([p.share for p in places.values()], dtype=np.float64)
    found = {}
    for number, id_ in enumerate(sorted({str(p.incident) for p in drawn.roster}), 1):
        if id_ in stated:
            place = places[_STATED_PLACES[number % len(_STATED_PLACES)]]
        else:
            place = list(places.values())[int(rng.choice(len(places), p=shares / shares.sum()))]
        found[id_] = _loss(id_, number, place)
    return found


def _loss(id_: str, number: int, place: KoreaPlace) -> Incident:
    return Incident(id_, f"Synthetic loss {number}, {place.name}", place.lost_from, place.name, place.latitude_deg,
                    place.longitude_deg)


def _listed(person: MissingPerson, number: int, incidents: Mapping[str, Incident],
            rng: np.random.Generator) -> MissingPerson:
    since = incidents[str(person.incident)].date
    born = PartialDate((since or PartialDate(1951)).year - int(rng.integers(18, 36)))
    return replace(person, name=invented_name(person.sex, rng), born=born, missing_since=since,
                   service_number=f"SYN{number:06d}", vouched_by="the simulation")


def _references(drawn: Assemblage) -> Iterator[tuple[ReferenceSample, Profile]]:
    seen: set[str] = set()
    for relatives in drawn.relatives.values():
        family = relatives.typed.family
        if family.id not in seen:
            seen.add(family.id)
            for donor, profile in relatives.typed.profiles.items():
                sample = ReferenceSample(f"{family.id}-{donor}", family.id, donor)
                yield sample, Profile(sample.id, profile.genotypes)


def _maternal(drawn: Assemblage, families: tuple[Family, ...]) -> Iterator[tuple[str, str]]:
    """The reference sample that carries each family's mtDNA: of the nearest donor on the maternal line, if any is."""
    donors = {r.typed.family.id: tuple(r.typed.profiles) for r in drawn.relatives.values()}
    for family in families:
        lines = trace_lines([family], Descent.MATERNAL)
        for missing in family.missing:
            name = drawn.maternal.get(str(missing.person))
            apart = {d: lines.meioses((family.id, missing.id), (family.id, d)) for d in donors[family.id]}
            near = [(n, d) for d, n in apart.items() if n is not None]
            if name is not None and near:
                yield f"{family.id}-{min(near)[1]}", name
                break  # brothers have one reference


def _database(sequences: Mapping[str, MitoProfile], frequencies: Mapping[str, float],
              rng: np.random.Generator) -> HaplotypeDatabase[MitoProfile]:
    p = np.array(list(frequencies.values()))
    counts = rng.multinomial(_COUNTED, p / p.sum())
    kept = [(replace(sequences[name], sample=""), int(n)) for name, n in zip(frequencies, counts, strict=True) if n]
    return HaplotypeDatabase("invented", tuple(h for h, _ in kept), tuple(n for _, n in kept), "the simulation")
