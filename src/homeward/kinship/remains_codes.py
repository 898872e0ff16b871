"""The remains as numbers: for each marker the different genotypes shown, and for each remains which it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.laboratory import ClassWeights, open_report
from homeward.kinship.locus import observe
from homeward.model import CERTAIN, FrequencyTable, Genotype, Laboratory, Marker, Profile, Sex

__all__ = ["RemainsCodes", "Report", "encode_remains"]

_SEX_CODES = {Sex.UNKNOWN: 0, Sex.FEMALE: 1, Sex.MALE: 2}


@dataclass(frozen=True, slots=True)
class Report:
    """What the laboratory reports of one set of remains: sex, genotypes, and its rates of drop-out and the like.

    ``replicates``: more samples or amplifications of the same remains, each with its own rates.
    """

    profile: Profile
    sex: Sex = Sex.UNKNOWN
    laboratory: Laboratory = CERTAIN
    replicates: tuple[tuple[Profile, Laboratory], ...] = field(default=())

    def readings(self) -> tuple[tuple[Profile, Laboratory], ...]:
        """All amplifications with their rates."""
        return ((self.profile, self.laboratory), *self.replicates)

    def at(self, marker: str) -> tuple[tuple[Genotype, Laboratory], ...]:
        """All amplifications that gave a result at a marker, with their rates."""
        return tuple((p.genotypes[marker], lab) for p, lab in self.readings() if marker in p.genotypes)


@dataclass(frozen=True, slots=True)
class RemainsCodes:
    """Look-up codes of N remains at M markers.

    ``codes``: (N, M + 1), the row of each marker's genotype and of the sex; row 0 is "not compared". ``known``: for
    each marker its different known genotypes (n, 2), rows from ``known_offset``; ``reports``: its different open
    reports, rows from ``report_offset``. ``pairs``: (M, N, 2), −1 untyped, −2 open; ``report_number``: (M, N).
    """

    codes: NDArray[np.uint32]
    n_rows: int
    sex_offset: int
    known: tuple[NDArray[np.int64], ...]
    known_offset: tuple[int, ...]
    reports: tuple[tuple[ClassWeights, ...], ...]
    report_offset: tuple[int, ...]
    pairs: NDArray[np.int64]
    report_number: NDArray[np.int64]


def encode_remains(reports: Sequence[Report], table: FrequencyTable) -> RemainsCodes:
    """Number the genotypes that the remains show at each marker of the table."""
    n, m = len(reports), len(table.markers)
    codes = np.zeros((n, m + 1), dtype=np.uint32)
    pairs, number = np.full((m, n, 2), -1), np.zeros((m, n), dtype=np.int64)
    known, open_, known_offset, report_offset = [], [], [], []
    next_row = 1
    for k, marker in enumerate(table.markers):
        found = _marker_codes(marker, reports)
        known_offset.append(next_row)
        report_offset.append(next_row + len(found.known))
        pairs[k], number[k] = found.pairs, found.number
        shown = found.pairs[:, 0]
        codes[:, k] = np.where(shown == -1, 0, np.where(shown == -2, report_offset[-1], next_row) + found.number)
        known.append(found.known)
        open_.append(found.reports)
        next_row = report_offset[-1] + len(found.reports)
    codes[:, m] = [next_row + _SEX_CODES[r.sex] for r in reports]
    return RemainsCodes(codes, next_row + 3, next_row, tuple(known), tuple(known_offset), tuple(open_),
                        tuple(report_offset), pairs, number)


@dataclass(frozen=True, slots=True)
class _MarkerCodes:
    known: NDArray[np.int64]
    reports: tuple[ClassWeights, ...]
    pairs: NDArray[np.int64]
    number: NDArray[np.int64]


def _marker_codes(marker: Marker, reports: Sequence[Report]) -> _MarkerCodes:
    known: dict[tuple[int, int], int] = {}
    plain: dict[tuple[str, str | None, bool], tuple[int, int]] = {}
    open_: dict[tuple[tuple[Genotype, Laboratory], ...], int] = {}
    weights: list[ClassWeights] = []
    meanings: dict[tuple[tuple[Genotype, Laboratory], ...], tuple[int, int] | ClassWeights] = {}
    pairs, number = np.full((len(reports), 2), -1), np.zeros(len(reports), dtype=np.int64)
    for n, report in enumerate(reports):
        if not report.replicates and report.laboratory is CERTAIN:  # the common case, without a look at the rates
            g = report.profile.genotypes.get(marker.name)
            if g is None:
                continue
            pair = plain.get((g.first, g.second, g.hemizygous))
            if pair is not None:
                pairs[n], number[n] = pair, known[pair]
                continue
        shown = report.at(marker.name)
        if not shown:
            continue
        meaning = meanings.get(shown)
        if meaning is None:
            meaning = meanings[shown] = _meaning(marker, shown)
        if isinstance(meaning, ClassWeights):
            if shown not in open_:
                open_[shown] = len(weights)
                weights.append(meaning)
            pairs[n], number[n] = -2, open_[shown]
        else:
            pairs[n], number[n] = meaning, known.setdefault(meaning, len(known))
            if len(shown) == 1:
                plain[shown[0][0].first, shown[0][0].second, shown[0][0].hemizygous] = meaning
    return _MarkerCodes(np.array(list(known), dtype=np.int64).reshape(-1, 2), tuple(weights), pairs, number)


def _meaning(marker: Marker, shown: tuple[tuple[Genotype, Laboratory], ...]) -> tuple[int, int] | ClassWeights:
    genotypes = {g for g, _ in shown}
    if len(genotypes) == 1 and all(lab.is_certain for _, lab in shown):
        genotype = shown[0][0]
        observation = observe(marker, genotype, hemizygous=genotype.hemizygous)
        if observation.known is not None:
            first, second = sorted(observation.known)
            return first, second
    return open_report(marker, shown)
