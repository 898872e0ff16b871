"""Very many synthetic families and remains, made quickly: genes dropped through all families of a shape at once."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from homeward.kinship import Relatives, Report, Typed
from homeward.model import FrequencyTable, Genotype, Laboratory, Profile
from homeward.simulate import ShapedFamily, family_of

__all__ = ["MIX", "degraded", "many_families"]

# A parent or a sib beside another, sibs alone, nephews, cousins with an aunt.
MIX: Mapping[str, float] = {"parent and sib": 0.4, "two sibs": 0.3, "two nephews": 0.2, "two cousins and an aunt": 0.1}

_Alleles = NDArray[np.int64]  # (people, markers, 2)


def many_families(n_families: int, n_remains: int, table: FrequencyTable,
                  rng: np.random.Generator) -> tuple[list[Relatives], list[Report], list[int]]:
    """Families of the mix and remains, every second of which is the missing member of a family, drawn by lot.

    Nothing mutates, so that references never contradict each other. Returns the relatives, what the laboratory reports
    of the remains, and for each the number of its family, −1 for a stranger.
    """
    genotypes = [_genotypes(m.alleles) for m in table.markers]
    relatives: list[Relatives | None] = [None] * n_families
    of_missing = np.empty((n_families, len(table.markers), 2), dtype=np.int64)
    which = rng.choice(len(MIX), n_families, p=list(MIX.values()))
    for k, name in enumerate(MIX):
        rows = np.flatnonzero(which == k)
        shaped = family_of(name)
        carried = _dropped(shaped, len(rows), table, rng)
        missing = shaped.family.missing[0].id
        of_missing[rows] = carried[missing]
        shown = {d: _profiles(d, carried[d], table, genotypes) for d in shaped.donors}
        for i, row in enumerate(rows.tolist()):
            typed = Typed(shaped.family, {d: profiles[i] for d, profiles in shown.items()})
            relatives[row] = Relatives(typed, missing)
    truth, alleles = np.full(n_remains, -1), _founders(n_remains, table, rng)
    if n_families:
        truth[::2] = rng.integers(0, n_families, len(truth[::2]))
        alleles[::2] = of_missing[truth[::2]]
    reports = [Report(p) for p in _profiles("remains", alleles, table, genotypes)]
    return [r for r in relatives if r is not None], reports, truth.tolist()


def _founders(n: int, table: FrequencyTable, rng: np.random.Generator) -> _Alleles:
    drawn = [rng.choice(len(m.alleles), (n, 2), p=np.array(m.frequencies) / sum(m.frequencies)) for m in table.markers]
    return np.stack(drawn, axis=1)


def _dropped(shaped: ShapedFamily, n: int, table: FrequencyTable, rng: np.random.Generator) -> dict[str, _Alleles]:
    carried: dict[str, _Alleles] = {}
    for m in shaped.family.members:  # shapes list parents before children
        if m.father is None or m.mother is None:
            carried[m.id] = _founders(n, table, rng)
        else:
            from_father, from_mother = rng.integers(0, 2, (2, n, len(table.markers), 1))
            carried[m.id] = np.concatenate([np.take_along_axis(carried[m.father], from_father, axis=2),
                                            np.take_along_axis(carried[m.mother], from_mother, axis=2)], axis=2)
    return carried


def _genotypes(alleles: tuple[str, ...]) -> NDArray[np.object_]:
    """Every genotype once, as an object that all profiles share: (A, A)."""
    made = np.empty((len(alleles), len(alleles)), dtype=object)
    for a, first in enumerate(alleles):
        for b, second in enumerate(alleles):
            made[a, b] = made[b, a] if b < a else Genotype(first, second)
    return made


def _profiles(sample: str, alleles: _Alleles, table: FrequencyTable,
              genotypes: Sequence[NDArray[np.object_]]) -> list[Profile]:
    columns = [g[alleles[:, m, 0], alleles[:, m, 1]].tolist() for m, g in enumerate(genotypes)]
    names = [m.name for m in table.markers]
    return [Profile(sample, dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]


def degraded(reports: Sequence[Report], rates: Sequence[Laboratory], rng: np.random.Generator) -> list[Report]:
    """The remains as bad DNA shows them: alleles lost at one of the rates, which the report states."""
    made = []
    for report, k in zip(reports, rng.integers(0, len(rates), len(reports)).tolist(), strict=True):
        lost = rng.random((len(report.profile), 2)) < rates[k].dropout
        shown = {}
        for (name, g), (first, second) in zip(report.profile.genotypes.items(), lost.tolist(), strict=True):
            seen = [a for a, gone in ((g.first, first), (g.second, second)) if not gone]
            if seen:
                shown[name] = Genotype(seen[0], seen[-1])
        made.append(Report(Profile(report.profile.sample, shown), laboratory=rates[k]))
    return made
