"""Y-STR haplotypes as arrays: how many repeats apart two are, and how far a line drifts in so many meioses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.model.lineage import MULTI_COPY, NULL_ALLELE, YProfile

__all__ = ["Y_RATES", "Apart", "RepeatTable", "drift", "marker_key", "repeat_table", "steps_apart"]

# Mutations per copy and meiosis. YHRD, release 61 (June 2019), as printed in table 1 of doi:10.3390/genes11050566;
# DYS385, DYF387S1 (half the rate of their two copies), DYS549 and DYS643: reference values of pedigrees in table 1 of
# doi:10.1038/s41598-019-45398-3. DYS389II holds DYS389I; the rate printed for it is read as that of its second part.
Y_RATES: Mapping[str, float] = {
    "DYS19": 2.20e-3, "DYS385": 2.685e-3, "DYS389I": 2.72e-3, "DYS389II-I": 4.33e-3, "DYS390": 2.08e-3,
    "DYS391": 2.53e-3, "DYS392": 4.96e-4, "DYS393": 1.07e-3, "DYS437": 1.32e-3, "DYS438": 3.51e-4, "DYS439": 5.46e-3,
    "DYS448": 1.39e-3, "DYS449": 9.44e-3, "DYS456": 4.41e-3, "DYS458": 6.17e-3, "DYS460": 5.82e-3, "DYS481": 4.88e-3,
    "DYS518": 1.46e-2, "DYS533": 3.68e-3, "DYS549": 4.52e-3, "DYS570": 1.14e-2, "DYS576": 1.26e-2, "DYS627": 1.32e-2,
    "DYS635": 4.21e-3, "DYS643": 1.13e-3, "DYF387S1": 7.63e-3, "YGATAH4": 3.01e-3,
}

_FIRST, _BOTH, _SECOND = "DYS389I", "DYS389II", "DYS389II-I"
_ALIASES = {"GATAH4": "YGATAH4", "GATAH41": "YGATAH4", "YGATAH41": "YGATAH4", "DYS3891": _FIRST, "DYS3892": _BOTH,
            "DYS385AB": "DYS385", "DYF387S1AB": "DYF387S1", "DYS394": "DYS19"}
_FOUR_COPIES = ("DYS464", "DYF399S1")
_NOTHING = -1


def marker_key(name: str) -> str:
    """One spelling for each marker: case, blanks and the signs ``_ - . /`` do not count.

    >>> marker_key("Y-GATA-H4"), marker_key("DYS389 II")
    ('YGATAH4', 'DYS389II')
    """
    if name == _SECOND:
        return name
    folded = re.sub(r"[\s_\-./]+", "", name).upper()
    return _ALIASES.get(folded, folded)


@dataclass(frozen=True, slots=True)
class RepeatTable:
    """Haplotypes over ``markers``: ``tenths`` (n, L, copies), tenths of repeats, −1 where there is no such copy.

    ``copies`` (n, L): alleles at the marker, 0 where it was not typed. A null allele is one of 0 repeats. Where both
    DYS389I and DYS389II are known, ``DYS389II-I`` holds what the second has beyond the first, so that one mutation in
    the first part counts once; it takes the place of DYS389II wherever both sides have it.
    """

    markers: tuple[str, ...]
    tenths: NDArray[np.int16]
    copies: NDArray[np.int8]

    def pick(self, rows: Sequence[int] | NDArray[np.int64]) -> RepeatTable:
        """The given rows."""
        return RepeatTable(self.markers, self.tenths[rows], self.copies[rows])

    def whole(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Repeats (n, L), and where they are one allele of whole repeats; elsewhere 0."""
        first = self.tenths[:, :, 0]
        plain = (self.copies == 1) & (first > 0) & (first % 10 == 0)
        return np.where(plain, first // 10, 0).astype(np.int64), plain


def repeat_table(profiles: Sequence[YProfile]) -> RepeatTable:
    """A table with a row for each profile and a column for each marker that any of them has."""
    keyed = [_keyed(profile) for profile in profiles]
    markers = tuple(sorted({m for found in keyed for m in found}))
    column = {m: i for i, m in enumerate(markers)}
    most = max((len(alleles) for found in keyed for alleles in found.values()), default=1)
    tenths = np.full((len(profiles), len(markers), most), _NOTHING, dtype=np.int16)
    copies = np.zeros((len(profiles), len(markers)), dtype=np.int8)
    for row, found in enumerate(keyed):
        for marker, alleles in found.items():
            tenths[row, column[marker], :len(alleles)] = alleles
            copies[row, column[marker]] = len(alleles)
    return RepeatTable(markers, tenths, copies)


def _keyed(profile: YProfile) -> dict[str, tuple[int, ...]]:
    found = {}
    for name, alleles in profile.haplotype.items():
        marker = marker_key(name)
        values = tuple(sorted(round(10.0 * float(a)) for a in alleles))
        # Laboratories write one allele where the two copies are of one length.
        twice = marker in MULTI_COPY and marker not in _FOUR_COPIES and alleles != (NULL_ALLELE,)
        found[marker] = values * 2 if twice and len(values) == 1 else values
    first, both = found.get(_FIRST, ()), found.get(_BOTH, ())
    if len(first) == len(both) == 1 and both[0] > first[0] > 0:
        found[_SECOND] = (both[0] - first[0],)
    return found


@dataclass(frozen=True, slots=True)
class Apart:
    """One haplotype against many, (n, L) each.

    ``compared``: markers that count, where both are typed. ``steps``: repeats apart. ``other``: a difference that is
    no number of repeats: a null allele, part of a repeat, a copy more. Both are 0 where one is not typed.
    """

    compared: NDArray[np.bool_]
    steps: NDArray[np.int64]
    other: NDArray[np.bool_]


def steps_apart(one: RepeatTable, many: RepeatTable) -> Apart:
    """A single row against each of many. Copies are paired by length, which gives the fewest steps."""
    typed = (one.copies > 0) & (many.copies > 0)
    there = (one.tenths != _NOTHING) & (many.tenths != _NOTHING)
    apart = np.where(there, np.abs(one.tenths - many.tenths), 0)
    null = (one.tenths[:, :, 0] == 0) ^ (many.tenths[:, :, 0] == 0)
    other = typed & ((one.copies != many.copies) | (apart % 10 != 0).any(axis=2) | null)
    steps = np.where(typed & ~other, apart.sum(axis=2) // 10, 0)
    compared = typed.copy()
    if _SECOND in one.markers and _BOTH in one.markers:
        compared[:, one.markers.index(_BOTH)] &= ~typed[:, one.markers.index(_SECOND)]
    return Apart(compared, steps.astype(np.int64), other)


def drift(rate: float, meioses: int, *, two_step: float, error: float, reach: int) -> NDArray[np.float64]:
    """Probability of a net change by −reach … reach repeats at one copy; shape (2·reach + 1,).

    Args: ``rate``, mutations per meiosis, up and down alike, of which the share ``two_step`` changes two repeats;
    ``meioses``; ``error``, probability that a laboratory is a step off; ``reach``, ends hold what goes beyond.
    """
    change = np.zeros(2 * reach + 1)
    change[reach] = 1.0
    for changed in (*[rate] * meioses, error):
        one, two = changed * (1.0 - two_step) / 2.0, changed * two_step / 2.0
        wide = np.convolve(change, [two, one, 1.0 - changed, one, two])
        change = wide[2:-2]
        change[0] += wide[:2].sum()
        change[-1] += wide[-2:].sum()
    return change
