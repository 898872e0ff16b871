"""Lineage markers: mitochondrial and Y-STR haplotypes of samples, and databases of those of a population."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Generic, TypeVar

from homeward.model.errors import Fault, FaultyInput, InvalidValue
from homeward.model.mito_notation import GAP, Difference, parse_differences, parse_range
from homeward.model.rcrs import RCRS_LENGTH, reference_base

__all__ = [
    "CONTROL_REGION", "LENGTH_TRACTS", "MULTI_COPY", "NULL_ALLELE", "HaplotypeDatabase", "MitoProfile", "YProfile",
    "in_length_tract", "merge_mito_profiles", "merge_y_profiles",
]

CONTROL_REGION = (16024, 576)
# Where the number of C, or of AC, differs between the molecules of one person: EMPOP's length-variant places
# 16193, 309, 455, 463, 523, 573, 960, 5899 and 8276, each with the tract that it ends.
LENGTH_TRACTS = ((16180, 16193), (303, 315), (455, 463), (513, 524), (568, 573), (960, 965), (5895, 5899), (8270, 8278))
NULL_ALLELE = "0"
MULTI_COPY = ("DYS385", "DYS459", "DYF387S1", "YCAII", "DYS527", "DYF404S1", "DYS464", "DYF399S1")

_ORIGIN = 16024  # forensic lists begin with the control region
_MOST_DIFFERENCES = 500  # whole genomes have up to some 150
_ALLELE = re.compile(r"0|[1-9][0-9]{0,2}(\.[0-9])?")
_COPY = re.compile(r"(" + "|".join(sorted(MULTI_COPY, key=len, reverse=True)) + r")[\s_.]*(?:[abAB]|a/?b)")


def in_length_tract(position: int) -> bool:
    """Whether a position lies in one of the tracts whose length is not compared unless that is asked for."""
    return any(start <= position <= end for start, end in LENGTH_TRACTS)


@dataclass(frozen=True, slots=True)
class MitoProfile:
    """The mitochondrial haplotype of one sample: the ranges read, and the differences from the rCRS in them.

    ``ranges``: (first, last) positions, both included; one that passes the origin has first > last. Ranges are put
    in order from 16024 on and joined where they touch; differences follow in that order. Raises FaultyInput, with
    all faults, for a difference outside the ranges, a place given twice, an inserted base without the one before it.

    >>> print(MitoProfile.parse("R-1", "16024-16365 73-340", "263G 315.1C 16189C"))
    16024-16365 73-340: 16189C 263G 315.1C
    """

    sample: str
    ranges: tuple[tuple[int, int], ...]
    differences: tuple[Difference, ...] = ()

    def __post_init__(self) -> None:
        ranges, differences, faults = _checked(self.sample, self.ranges, self.differences)
        if faults:
            raise FaultyInput(faults)
        object.__setattr__(self, "ranges", ranges)
        object.__setattr__(self, "differences", differences)

    @classmethod
    def parse(cls, sample: str, ranges: str, differences: str) -> MitoProfile:
        """Read a profile from its ranges and differences, each a list parted by blanks, commas or semicolons.

        A position called N was not read and is taken out of the ranges. Raises FaultyInput, with all faults at once.
        """
        spans, misread = _read_ranges(sample, ranges)
        found, unread, faults = _read_differences(sample, differences)
        kept = _without(spans, unread) if unread else spans
        # What lies outside the ranges can be told only where all of them could be read.
        checked = _checked(sample, kept, found[:_MOST_DIFFERENCES])[2]
        faults = misread + faults + [f for f in checked if f.column == "differences" and not misread]
        if faults:
            raise FaultyInput(faults)
        return cls(sample, tuple(kept), tuple(found))

    @property
    def ranges_text(self) -> str:
        """The ranges in canonical form."""
        return " ".join(f"{a}-{b}" if a != b else str(a) for a, b in self.ranges)

    @property
    def differences_text(self) -> str:
        """The differences in canonical form."""
        return " ".join(map(str, self.differences))

    @property
    def key(self) -> tuple[tuple[tuple[int, int], ...], tuple[Difference, ...]]:
        """What makes two samples the same haplotype over the same ranges."""
        return self.ranges, self.differences

    @property
    def n_positions(self) -> int:
        """Number of positions read."""
        return sum((b - a) % RCRS_LENGTH + 1 for a, b in self.ranges)

    def covers(self, position: int) -> bool:
        """Whether a position was read."""
        return _covered(self.ranges, position)

    def __str__(self) -> str:
        return f"{self.ranges_text}: {self.differences_text or 'no differences'}"


def _covered(ranges: Iterable[tuple[int, int]], position: int) -> bool:
    return any(a <= position <= b if a <= b else position >= a or position <= b for a, b in ranges)


def _read_ranges(sample: str, text: str) -> tuple[list[tuple[int, int]], list[Fault]]:
    spans, faults = [], []
    for item in _items(text):
        try:
            spans.append(parse_range(item))
        except InvalidValue as error:
            faults.append(Fault(sample, 0, "ranges", item, error.allowed, "mt-range"))
    if not spans and not faults:
        faults.append(Fault(sample, 0, "ranges", text, "must hold at least one range of positions", "mt-range"))
    return spans, faults


def _read_differences(sample: str, text: str) -> tuple[list[Difference], set[int], list[Fault]]:
    found: list[Difference] = []
    unread: set[int] = set()
    faults = []
    for item in _items(text):
        try:
            differences, skipped = parse_differences(item)
        except InvalidValue as error:
            faults.append(Fault(sample, 0, "differences", item, error.allowed, "mt-difference"))
        else:
            found += differences
            unread.update(skipped)
        if len(found) > _MOST_DIFFERENCES:
            allowed = f"makes more than {_MOST_DIFFERENCES} differences"
            faults.append(Fault(sample, 0, "differences", item, allowed, "mt-difference"))
            break
    return found, unread, faults


def _items(text: str) -> list[str]:
    return [item for item in re.split(r"[\s,;]+", text) if item]


def _checked(sample: str, ranges: Iterable[tuple[int, int]], differences: Iterable[Difference],
             ) -> tuple[tuple[tuple[int, int], ...], tuple[Difference, ...], list[Fault]]:
    """Ranges and differences in canonical order, and what is wrong with them."""
    given = tuple(ranges)
    wrong = [r for r in given if not (1 <= r[0] <= RCRS_LENGTH and 1 <= r[1] <= RCRS_LENGTH)]
    faults = [Fault(sample, 0, "ranges", f"{a}-{b}", f"must hold positions from 1 to {RCRS_LENGTH}", "mt-range")
              for a, b in wrong]
    joined = _joined(r for r in given if r not in wrong)
    start = joined[0][0] if joined else 1
    ordered = sorted(differences, key=lambda d: ((d.position - start) % RCRS_LENGTH, d.insertion))
    if len(ordered) > _MOST_DIFFERENCES:
        faults.append(Fault(sample, 0, "differences", str(len(ordered)), f"must be at most {_MOST_DIFFERENCES}",
                            "mt-difference"))
        ordered = []
    counts = Counter((d.position, d.insertion) for d in ordered)
    read = _read_at(() if wrong else joined)
    for d in ordered:
        if not wrong and not read[d.position]:
            faults.append(Fault(sample, 0, "differences", str(d), "must lie in the ranges", "mt-outside"))
        if counts[d.position, d.insertion] > 1:
            faults.append(Fault(sample, 0, "differences", str(d), "must be given once for each place", "mt-twice"))
        if d.insertion > 1 and (d.position, d.insertion - 1) not in counts:
            allowed = f"needs the base before it, {d.position}.{d.insertion - 1}"
            faults.append(Fault(sample, 0, "differences", str(d), allowed, "mt-insertion-order"))
    if not given:
        faults.append(Fault(sample, 0, "ranges", "", "must hold at least one range of positions", "mt-range"))
    return joined, tuple(ordered), faults


def _joined(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order from 16024, joined where they touch or overlap."""
    spans = sorted(((a - _ORIGIN) % RCRS_LENGTH, (b - a) % RCRS_LENGTH + 1) for a, b in ranges)
    merged: list[list[int]] = []  # [offset from the origin, length]
    for offset, length in spans:
        if merged and offset <= merged[-1][0] + merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], offset + length - merged[-1][0])
        else:
            merged.append([offset, length])
    while len(merged) > 1 and sum(merged[-1]) >= RCRS_LENGTH + merged[0][0]:  # the last runs into the first
        offset, length = merged.pop(0)
        merged[-1][1] = max(merged[-1][1], RCRS_LENGTH + offset + length - merged[-1][0])
    if merged and merged[-1][1] >= RCRS_LENGTH:
        return ((1, RCRS_LENGTH),)
    return tuple(((_ORIGIN - 1 + offset) % RCRS_LENGTH + 1, (_ORIGIN - 2 + offset + length) % RCRS_LENGTH + 1)
                 for offset, length in merged)


@lru_cache(maxsize=256)  # most haplotypes of a database were read over the same few ranges
def _read_at(joined: tuple[tuple[int, int], ...]) -> bytes:
    """A byte for each position, 1 where it lies in the ranges; that at 0 is unused."""
    read = bytearray(RCRS_LENGTH + 1)
    for a, b in joined:
        for first, last in ((a, b),) if a <= b else ((a, RCRS_LENGTH), (1, b)):
            read[first:last + 1] = b"\1" * (last - first + 1)
    return bytes(read)


def _without(ranges: Iterable[tuple[int, int]], unread: set[int]) -> list[tuple[int, int]]:
    """The ranges without the positions that were not read."""
    kept = []
    offsets = sorted((p - _ORIGIN) % RCRS_LENGTH for p in unread)
    twice = [*offsets, *(k + RCRS_LENGTH for k in offsets)]  # for the range that passes the origin of the list
    for a, b in _joined(ranges):
        start = (a - _ORIGIN) % RCRS_LENGTH
        end = start + (b - a) % RCRS_LENGTH + 1
        for cut in (*twice[bisect_left(twice, start):bisect_left(twice, end)], end):
            if cut > start:
                kept.append(((_ORIGIN - 1 + start) % RCRS_LENGTH + 1, (_ORIGIN - 2 + cut) % RCRS_LENGTH + 1))
            start = cut + 1
    return kept


def merge_mito_profiles(name: str, profiles: tuple[MitoProfile, ...]) -> MitoProfile:
    """One profile from several samples of the same person or remains, over all that any of them read.

    Where two samples share something at a place (C in one, Y in another), or differ in the length of a C-stretch,
    both are kept as a mixture. Raises FaultyInput, with all places, where they share nothing.
    """
    ranges = tuple(r for p in profiles for r in p.ranges)
    by_place = [{(d.position, d.insertion): d.seen for d in p.differences} for p in profiles]
    kept, faults = [], []
    for place in sorted({place for found in by_place for place in found}):
        reference = GAP if place[1] else reference_base(place[0])
        seen = {found.get(place, reference) for p, found in zip(profiles, by_place, strict=True) if p.covers(place[0])}
        union = "".join(sorted(set().union(*seen)))
        agree = bool(set.intersection(*map(set, seen))) or (in_length_tract(place[0]) and GAP in union)
        if agree and union != "ACGT" and (GAP not in union or len(union) <= 2):
            kept += [Difference(*place, union)] if union != reference else []
        else:
            written = " and ".join(sorted(str(Difference(*place, s)) if s != reference else "the rCRS" for s in seen))
            faults.append(Fault(name, 0, "differences", written, "must agree between the samples", "mt-disagree"))
    if faults:
        raise FaultyInput(faults)
    return MitoProfile(name, ranges, tuple(kept))


@dataclass(frozen=True, slots=True)
class YProfile:
    """The Y-STR haplotype of one sample: marker → alleles, sorted by length; a marker that is absent was not typed.

    A marker with several copies (DYS385, DYF387S1) has an allele for each that was told apart. ``0`` is a null
    allele: typed, and nothing there. Raises FaultyInput, with all faults, for an allele that is not a number of
    repeats (11, 17.2).

    >>> print(YProfile.parse("R-1", {"DYS19": "14", "DYS385": "14,11"}))
    DYS19 14, DYS385 11-14
    """

    sample: str
    haplotype: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = [Fault(self.sample, 0, marker, ",".join(alleles), _why(alleles), "y-allele")
                  for marker, alleles in self.haplotype.items() if _why(alleles)]
        if faults:
            raise FaultyInput(faults)
        ordered = {m: tuple(sorted(alleles, key=float)) for m, alleles in self.haplotype.items()}
        object.__setattr__(self, "haplotype", ordered)

    @classmethod
    def parse(cls, sample: str, written: Mapping[str, str]) -> YProfile:
        """Read alleles as written, several parted by a comma, slash, hyphen or blank; blank: not typed.

        ``DYS385a`` and ``DYS385b`` are one marker, DYS385: which copy is which is not told apart by the usual kits.
        """
        found: dict[str, tuple[str, ...]] = {}
        for marker, text in written.items():
            copy = _COPY.fullmatch(marker.strip())
            name = copy[1] if copy else marker.strip()
            alleles = tuple(NULL_ALLELE if a.lower() == "null" else a for a in re.split(r"[\s,/\-]+", text) if a)
            if alleles:
                found[name] = (*found.get(name, ()), *alleles)
        return cls(sample, found)

    @property
    def key(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What makes two samples the same haplotype over the same markers."""
        return tuple(sorted(self.haplotype.items()))

    def __len__(self) -> int:
        return len(self.haplotype)

    def __str__(self) -> str:
        return ", ".join(f"{m} {'-'.join(a)}" for m, a in self.haplotype.items()) or "nothing typed"


def _why(alleles: tuple[str, ...]) -> str:
    """What is wrong with the alleles of a marker; empty where nothing is."""
    if not alleles:
        return "must hold an allele, or be left out"
    if not all(_ALLELE.fullmatch(a) for a in alleles):
        return "must be numbers of repeats, such as 11, 17.2, or 0 for a null allele"
    if NULL_ALLELE in alleles and len(alleles) > 1:
        return "must not hold a null allele beside others"
    return ""


def merge_y_profiles(name: str, profiles: tuple[YProfile, ...]) -> YProfile:
    """One profile from several samples of one person or remains; raises FaultyInput where they disagree."""
    merged: dict[str, tuple[str, ...]] = {}
    faults = []
    for profile in profiles:
        for marker, alleles in profile.haplotype.items():
            before = merged.setdefault(marker, alleles)
            if before != alleles:
                written = f"{','.join(before)} and {','.join(alleles)}"
                faults.append(Fault(name, 0, marker, written, "must agree between the samples", "y-disagree"))
    if faults:
        raise FaultyInput(faults)
    return YProfile(name, merged)


_H = TypeVar("_H", MitoProfile, YProfile)


@dataclass(frozen=True, slots=True)
class HaplotypeDatabase(Generic[_H]):
    """Haplotypes of people drawn from one stated population, with how often each was seen.

    ``haplotypes`` and ``counts`` go together. Their samples' names are not kept: nobody in a database is named.
    Raises InvalidValue where the two do not fit each other, or nobody is in it.
    """

    population: str
    haplotypes: tuple[_H, ...]
    counts: tuple[int, ...]
    source: str = ""

    def __post_init__(self) -> None:
        if not self.population:
            raise InvalidValue("haplotype database", "population", "", "must be stated")
        if not self.haplotypes or len(self.haplotypes) != len(self.counts):
            raise InvalidValue(self.population, "counts", len(self.counts),
                               f"must be one for each of the {len(self.haplotypes)} haplotypes, and at least one")
        for count in self.counts:
            if count < 1:
                raise InvalidValue(self.population, "count", count, "must be at least 1")
        nameless = tuple(replace(h, sample="") if h.sample else h for h in self.haplotypes)
        object.__setattr__(self, "haplotypes", nameless)

    @classmethod
    def of(cls, population: str, haplotypes: Iterable[_H], source: str = "") -> HaplotypeDatabase[_H]:
        """A database of people listed one by one; equal haplotypes are counted together."""
        seen: dict[object, _H] = {}
        counts: Counter[object] = Counter()
        for haplotype in haplotypes:
            seen.setdefault(haplotype.key, haplotype)
            counts[haplotype.key] += 1
        return cls(population, tuple(seen.values()), tuple(counts[k] for k in seen), source)

    @property
    def size(self) -> int:
        """Number of people in it."""
        return sum(self.counts)
