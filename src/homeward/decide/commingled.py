"""From a case and its inventory to the assemblage that the joint posterior starts from.

An element's profiles are those of the case's samples that its own samples name. Mitochondrial types are compared as
whole haplotypes over the positions that nearly all profiles have in common, without the length of the C-stretches; each
sample's drop-out is inferred by the grouping, so that the rates stated of samples are not used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Support
from homeward.decide.grouping.assemblage import Assemblage
from homeward.decide.lines import antemortem
from homeward.decide.physical import compare_physical
from homeward.evidence import dental, effects, mtdna, radiograph
from homeward.model import Case
from homeward.model.inventory import Inventory
from homeward.model.lineage import MitoProfile, in_length_tract, merge_mito_profiles
from homeward.model.physical import Physical
from homeward.model.rcrs import RCRS_LENGTH

__all__ = ["Commingled", "assemblage_of", "lines_of_elements"]

# The others describe a body: two bones of one person would say one thing twice, and a product count it twice.
INDEPENDENT = (dental.NAME, effects.NAME, radiograph.NAME)

_NEARLY_ALL = 0.9
_LEAST_POSITIONS = 100
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Commingled:
    """The assemblage, and what of the case could not enter it, in words."""

    assemblage: Assemblage
    warnings: tuple[str, ...]


def assemblage_of(case: Case, inventory: Inventory, lines: tuple[Support, ...] = ()) -> Commingled:
    """The assemblage of a case.

    Args: ``case``; ``inventory``, whose samples name samples of the case; ``lines``, antemortem evidence, rows persons,
    columns elements.

    Raises FaultyInput where mitochondrial profiles of one element, or of one donor, disagree.
    """
    am = antemortem(case)
    by_sample = {p.sample: p for p in case.profiles if p.genotypes}
    profiles = {}
    for e in inventory:
        found = tuple(by_sample[s.profile] for s in e.samples if s.profile in by_sample)
        if found:
            profiles[e.id] = found
    mito = _mito(case, inventory)
    return Commingled(
        Assemblage(inventory, case.roster, case.frequencies, boxes=inventory.stated, profiles=profiles,
                   haplotypes=mito.elements, maternal=mito.persons, haplotype_frequencies=mito.frequencies,
                   relatives={p: r for p, r in zip(am.ids, am.relatives, strict=True) if r is not None}, lines=lines),
        (*mito.warnings, *_warnings(case)))


def lines_of_elements(case: Case, inventory: Inventory,
                      physical: Physical) -> tuple[tuple[Support, ...], tuple[str, ...]]:
    """The antemortem lines of elements, and in words what was left out.

    A line compares the case's remains. Those that are one element alone, by its id or by its samples, speak for that
    element. Teeth, effects and films enter; sex, age and stature do not, since several bones of one person share them.
    """
    place = {r.id: k for k, r in enumerate(case.remains)}
    holders: dict[str, list[str]] = {}
    for e, own in _remains_of(case, inventory).items():
        for remains in own & place.keys():
            holders.setdefault(remains, []).append(e)
    alone = {elements[0]: place[remains] for remains, elements in holders.items() if len(elements) == 1}
    found = compare_physical(case, physical).supports if not physical.is_empty else ()
    left_out = [s.line for s in found if s.line not in INDEPENDENT]
    columns = np.array(list(alone.values()), dtype=np.int64)
    lines = tuple(Support(s.line, s.am_ids, tuple(alone), s.log10_lr[:, columns], s.status[:, columns])
                  for s in found if s.line in INDEPENDENT)
    why = f"not in the grouping: {', '.join(left_out)}; several bones of one person share them"
    return lines, (why,) if left_out else ()


def _remains_of(case: Case, inventory: Inventory) -> dict[str, set[str]]:
    of_sample = {s.id: s.remains for s in case.remains_samples}
    return {e.id: {e.id, *(of_sample[s.profile] for s in e.samples if s.profile in of_sample)} for e in inventory}


def _warnings(case: Case) -> list[str]:
    found = []
    if case.frequencies.linked:
        found.append("linked markers are taken as independent in a grouping")
    if case.y_profiles:
        found.append("Y haplotypes do not enter the grouping: they lean on the autosomal kinship of the same men")
    if any(m.x_linked for m in case.frequencies.markers):
        found.append("X-linked markers do not enter the grouping")
    return found


@dataclass(frozen=True, slots=True)
class _Mito:
    elements: Mapping[str, str]
    persons: Mapping[str, str]
    frequencies: Mapping[str, float]
    warnings: tuple[str, ...]


def _mito(case: Case, inventory: Inventory) -> _Mito:
    by_sample = {p.sample: p for p in case.mito_profiles}
    elements = {e.id: merge_mito_profiles(e.id, own) for e in inventory
                if (own := tuple(by_sample[s.profile] for s in e.samples if s.profile in by_sample))}
    if not elements:
        return _Mito({}, {}, {}, ())
    if case.mito_database is None:
        return _Mito({}, {}, {}, ("mtDNA haplotypes do not enter: the case has no database to count them in",))
    of_samples = [p for p in case.mito_profiles if p.sample in {s.id for s in case.reference_samples}]
    am = mtdna.antemortem(case, of_samples)
    persons = {person: references[0].profile for person, references in zip(am.ids, am.references, strict=True)
               if references}
    database = case.mito_database
    shared = _shared_positions([*elements.values(), *persons.values(), *database.haplotypes])
    if shared.sum() < _LEAST_POSITIONS:
        return _Mito({}, {}, {}, (f"mtDNA does not enter: the profiles have {shared.sum()} positions in common, fewer "
                                  f"than {_LEAST_POSITIONS}",))
    named = {id_: name for id_, p in elements.items() if (name := _name(p, shared)) is not None}
    known = {id_: name for id_, p in persons.items() if (name := _name(p, shared)) is not None}
    counted = [(_name(p, shared), n) for p, n in zip(database.haplotypes, database.counts, strict=True)]
    frequencies = _frequencies(counted, {*named.values(), *known.values()})
    short = [*(e for e in elements if e not in named), *(p for p in persons if p not in known)]
    warnings = (f"mtDNA of {len(short)} does not enter, since it was read over less than the {shared.sum()} positions "
                f"that nearly all have in common: {', '.join(short[:5])}{' …' if len(short) > 5 else ''}",)
    return _Mito(named, known, frequencies, warnings if short else ())


def _frequencies(counted: Sequence[tuple[str | None, int]], wanted: Collection[str]) -> dict[str, float]:
    """(x + 1)/(N + 1) of each haplotype, over those of the database that were read far enough."""
    counts: Counter[str] = Counter()
    for name, n in counted:
        if name is not None:
            counts[name] += n
    size = counts.total()
    return {name: (counts[name] + 1) / (size + 1) for name in sorted(wanted)}


def _shared_positions(profiles: Iterable[MitoProfile]) -> _Mask:
    """The positions that nearly all profiles have read."""
    ranges = Counter(p.ranges for p in profiles)
    read = np.zeros(RCRS_LENGTH + 1, dtype=np.int64)
    for own, n in ranges.items():
        read += n * _mask(own)
    shared = read >= _NEARLY_ALL * ranges.total()
    shared[[p for p in np.flatnonzero(shared).tolist() if in_length_tract(p)]] = False
    return np.asarray(shared)


def _mask(ranges: Iterable[tuple[int, int]]) -> _Mask:
    mask = np.zeros(RCRS_LENGTH + 1, dtype=np.bool_)
    for first, last in ranges:
        for a, b in ((first, last),) if first <= last else ((first, RCRS_LENGTH), (1, last)):
            mask[a:b + 1] = True
    return mask


def _name(profile: MitoProfile, shared: _Mask) -> str | None:
    """The haplotype by its differences at the shared positions; None where it was not read at all of them."""
    if (shared & ~_mask(profile.ranges)).any():
        return None
    return " ".join(str(d) for d in profile.differences if shared[d.position]) or "rCRS"
