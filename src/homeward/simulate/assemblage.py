"""A commingled assemblage with its truth, drawn from the joint posterior's own model: invented people throughout.

Persons are here by their incidents' rates or from outside the roster; each keeps as much of the skeleton as his
completeness says, in and about one box; bones follow size and shape, DNA the families, the laboratory loses alleles.
Nothing in it is of a real person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping.assemblage import Assemblage
from homeward.kinship import Relatives
from homeward.kinship.likelihood import Typed
from homeward.model import FrequencyTable, Genotype, Marker, MissingPerson, Profile, Sex
from homeward.model.bones import BONES
from homeward.model.inventory import Element, Inventory
from homeward.simulate.assemblage_settings import AssemblageSettings
from homeward.simulate.frequencies import fbi2015
from homeward.simulate.inheritance import Loci, drop
from homeward.simulate.population import stranger
from homeward.simulate.shapes import family_of

__all__ = ["Truth", "draw_assemblage"]


@dataclass(frozen=True, slots=True)
class Truth:
    """Whose each element is, a listed person's id or "unlisted-1" …, in the inventory's order; and the rates drawn."""

    person_of: tuple[str, ...]
    spread: float
    wrong: float
    present: tuple[float, float]
    unlisted: float

    @property
    def n_persons(self) -> int:
        """Persons of whom anything was found."""
        return len(set(self.person_of))


@dataclass(frozen=True, slots=True)
class _Rates:
    """Drawn from the priors: see ``homeward.decide.grouping.priors.Priors``."""

    unlisted: float
    present: tuple[float, float]
    recovery: NDArray[np.float64]
    shares: NDArray[np.float64]
    spread: float
    wrong: float


@dataclass(frozen=True, slots=True)
class _Roster:
    persons: tuple[MissingPerson, ...]
    relatives: Mapping[str, Relatives]
    maternal: Mapping[str, str]
    genes: Mapping[str, Profile]
    haplotype: Mapping[str, str]


def draw_assemblage(rng: np.random.Generator, settings: AssemblageSettings) -> tuple[Assemblage, Truth]:
    """Draw one assemblage.

    Returns what the joint posterior starts from, and, apart from it, the truth.

    >>> from homeward.simulate.assemblage_settings import small
    >>> assemblage, truth = draw_assemblage(np.random.default_rng(1), small())
    >>> len(truth.person_of) == len(assemblage.inventory)
    True
    """
    table = fbi2015()
    loci = Loci.of(table)
    frequencies = _haplotype_frequencies(settings.haplotypes, rng)
    rates = _rates(settings, rng)
    boxes = {f"box-{b + 1:02d}": f"I-{rng.integers(settings.stated) + 1:03d}" for b in range(settings.boxes)}
    roster = _roster(settings, loci, frequencies, rng)
    present = _present(settings, rates, roster, boxes, rng)
    elements, owners = _elements(settings, rates, present, boxes, rng)
    genes, haplotypes = dict(roster.genes), dict(roster.haplotype)
    for person in dict.fromkeys(owners):
        if person not in genes:
            genes[person] = stranger(loci, Sex.MALE, rng)
            haplotypes[person] = _draw_haplotype(frequencies, rng)
    profiles = {e.id: (_report(settings, genes[p], table, rng),) for e, p in zip(elements, owners, strict=True)
                if rng.random() < settings.str_share.get(e.bone, settings.str_else)}
    shown = {e.id: _seen(haplotypes[p], settings.typing.mito_error, frequencies, rng)
             for e, p in zip(elements, owners, strict=True) if rng.random() < settings.mito_share}
    assemblage = Assemblage(
        Inventory(tuple(elements), name="synthetic assemblage"), roster.persons, table,
        boxes=_stating(settings, boxes, rng), profiles=profiles, haplotypes=shown, relatives=roster.relatives,
        maternal=roster.maternal, haplotype_frequencies=frequencies)
    return assemblage, Truth(tuple(owners), rates.spread, rates.wrong, rates.present, rates.unlisted)


def _rates(settings: AssemblageSettings, rng: np.random.Generator) -> _Rates:
    p, given = settings.priors, settings.rates
    n_slots = sum(1 + BONES[b].paired for b in settings.skeleton)
    return _Rates(
        unlisted=float(rng.gamma(p.unlisted[0], 1.0 / p.unlisted[1])),
        present=(float(rng.beta(*p.stated)), float(rng.beta(*p.elsewhere))),
        recovery=rng.beta(*p.recovery, n_slots), shares=rng.dirichlet([p.evenness] * len(p.levels)),
        spread=given.get("spread", float(rng.choice(p.spread))), wrong=given.get("wrong", float(rng.choice(p.wrong))))


def _haplotype_frequencies(n: int, rng: np.random.Generator) -> dict[str, float]:
    weights = 1.0 / (np.arange(n) + 3.0) ** 0.8
    weights /= weights.sum()
    return {f"synthetic-{k + 1:03d}": float(w) for k, w in enumerate(weights[rng.permutation(n)])}


def _draw_haplotype(frequencies: Mapping[str, float], rng: np.random.Generator) -> str:
    at = int(np.searchsorted(np.cumsum(list(frequencies.values())), rng.random()))
    return list(frequencies)[min(at, len(frequencies) - 1)]


def _seen(haplotype: str, error: float, frequencies: Mapping[str, float], rng: np.random.Generator) -> str:
    return _draw_haplotype(frequencies, rng) if rng.random() < error else haplotype


def _roster(settings: AssemblageSettings, loci: Loci, frequencies: Mapping[str, float],
            rng: np.random.Generator) -> _Roster:
    n = settings.incidents * settings.persons_each
    ids = [f"M-{k + 1:04d}" for k in range(n)]
    persons = tuple(MissingPerson(id_, f"Synthetic Person {k + 1:04d}", Sex.MALE,
                                  incident=f"I-{k // settings.persons_each + 1:03d}") for k, id_ in enumerate(ids))
    names, weights = list(settings.mix), np.array(list(settings.mix.values()))
    relatives, genes, k = {}, {}, 0
    while k < n:
        same = k + 1 < n and persons[k].incident == persons[k + 1].incident
        two = same and rng.random() < settings.brothers
        gone = ids[k:k + 1 + two]
        shape = "two missing brothers" if two else names[rng.choice(len(names), p=weights / weights.sum())]
        grown = family_of(shape, id=f"F-{k + 1:04d}", persons=gone, sex=Sex.MALE, rng=rng)
        found = drop(grown.family, loci, rng)
        covered = rng.random() < settings.coverage
        typed = Typed(grown.family, {d: found[d] for d in grown.donors})
        for m in grown.family.missing:
            genes[str(m.person)] = found[m.id]
            if covered:
                relatives[str(m.person)] = Relatives(typed, m.id)
        k += len(gone)
    haplotype = {id_: _draw_haplotype(frequencies, rng) for id_ in ids}
    for r in relatives.values():
        first, *others = [str(m.person) for m in r.typed.family.missing]
        haplotype |= dict.fromkeys(others, haplotype[first])
    maternal = {id_: _seen(haplotype[id_], settings.typing.mito_change, frequencies, rng) for id_ in ids
                if id_ in relatives and rng.random() < settings.maternal}
    return _Roster(persons, relatives, maternal, genes, haplotype)


def _present(settings: AssemblageSettings, rates: _Rates, roster: _Roster, boxes: Mapping[str, str],
             rng: np.random.Generator) -> list[tuple[str, int]]:
    """Persons who are here, each with his home box."""
    stating: dict[str | None, list[int]] = {}
    for b, incident in enumerate(boxes.values()):
        stating.setdefault(incident, []).append(b)
    here = []
    for person in roster.persons:
        own = stating.get(person.incident, [])
        if rng.random() < rates.present[0 if own else 1]:
            at_home = own and rng.random() >= rates.wrong
            here.append((person.id, int(rng.choice(own) if at_home else rng.integers(settings.boxes))))
    return here + [(f"unlisted-{k + 1}", int(rng.integers(settings.boxes)))
                   for k in range(rng.poisson(rates.unlisted))]


def _elements(settings: AssemblageSettings, rates: _Rates, present: Sequence[tuple[str, int]],
              boxes: Mapping[str, str], rng: np.random.Generator) -> tuple[list[Element], list[str]]:
    """The elements in a random order, and whose they are."""
    places = [(bone, side) for bone in settings.skeleton
              for side in (("left", "right") if BONES[bone].paired else ("unpaired",))]
    sizes = settings.model.draw(rng, max(len(present), 1))
    names, found = list(boxes), []
    for k, (person, home) in enumerate(present):
        level = settings.priors.levels[rng.choice(len(rates.shares), p=rates.shares)]
        for (bone, side), r in zip(places, rates.recovery, strict=True):
            if rng.random() < r * level:
                box = home if rng.random() >= rates.spread else int(rng.integers(len(names)))
                found.append((person, bone, side, names[box], _measurements(settings, bone, side, sizes[k], rng)))
    elements, owners = [], []
    for number, at in enumerate(rng.permutation(len(found)).tolist()):
        person, bone, side, box, measurements = found[at]
        elements.append(Element(f"E-{number + 1:04d}", bone, side, box, completeness="complete",
                                measurements=measurements))
        owners.append(person)
    return elements, owners


def _measurements(settings: AssemblageSettings, bone: str, side: str, sizes: NDArray[np.float64],
                  rng: np.random.Generator) -> dict[str, float]:
    if rng.random() >= settings.measured:
        return {}
    row = 1 if side == "right" else 0
    return {code: float(sizes[row, v]) for v, code in enumerate(settings.model.codes)
            if settings.model.bone_of_code[v] == bone and rng.random() < settings.codes}


def _report(settings: AssemblageSettings, genes: Profile, table: FrequencyTable, rng: np.random.Generator) -> Profile:
    """What the laboratory reports of a sample: alleles lost, now and then one too many or a wrong genotype."""
    weights = np.array(settings.dropout)
    dropout = settings.typing.dropout[rng.choice(len(weights), p=weights / weights.sum())]
    seen = {}
    for marker in table.markers:
        genotype = genes.genotypes[marker.name]
        if rng.random() < settings.typing.error:
            shown = {_allele(marker, rng), _allele(marker, rng)}
        else:
            # each copy by itself, so that a homozygote is lost with d²
            shown = {a for a in genotype.alleles if rng.random() >= dropout}
            if rng.random() < settings.typing.dropin:
                shown.add(_allele(marker, rng))
        if 1 <= len(shown) <= 2:
            first, *second = sorted(shown)
            seen[marker.name] = Genotype(first, second[0] if second else first)
    return Profile("synthetic", seen)


def _allele(marker: Marker, rng: np.random.Generator) -> str:
    at = int(np.searchsorted(np.cumsum(marker.frequencies), rng.random()))
    return marker.alleles[min(at, len(marker.alleles) - 1)]


def _stating(settings: AssemblageSettings, boxes: Mapping[str, str], rng: np.random.Generator) -> dict[str, str | None]:
    """What is written on the boxes; of misplaced ones another incident."""
    written: dict[str, str | None] = dict(boxes)
    for box in boxes:
        if rng.random() < settings.misplaced:
            written[box] = f"I-{rng.integers(settings.incidents) + 1:03d}"
    return written
