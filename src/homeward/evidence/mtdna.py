"""Mitochondrial DNA: the remains' haplotype against the typed members of each missing person's maternal line.

Model: what is compared is the number k of differences over what both have read. H1, the remains are the missing
person: m meioses lie between him and the reference, each base mutates at a rate μ in each, a laboratory misreads it at
a rate ε, so that k is Poisson with mean λ = Σ (m·μ + 2·ε) over the shared positions. H2, they are an unrelated member
of the stated population: P(k) is the share of its database that differs from the reference in k places over the same
positions. LR = P(k | H1) / P(k | H2); for k = 0 that is the textbook's (N + 1)/(x + 1). Dividing P(k | H1) by the
frequency of the one haplotype found would overstate k ≥ 1 by the number of haplotypes as far away.

Assumptions, and what is done where they fail:
- Mutations and misreadings are independent; sites are alike within the control region, and within the rest.
- The lengths of C-stretches and of the AC repeat are not compared: they differ within one person (Forster et al.
  2010, doi:10.1007/s00414-009-0385-0, found up to 6 % mutations a generation). ``Params.lengths`` compares them.
- Point heteroplasmy: a mixture is compatible with each of its bases; the database is then counted as if all who have
  one of them showed the mixture, so that the LR lies between those of a match and of a difference. A mixture that both
  show gets no more credit than that.
- What the database has not read can only lower the LR: there P(k | H2) is taken as 1.
- The reference is of another line than recorded (an adoption, a second wife's child, an exchanged tube) with
  probability δ; the LR then is 1. So it never falls below δ, and no number of differences excludes unless the
  parameters say so: one wrong label must not close a family's door.
- Several references of one line: the mean of their LRs, which is an LR again, at worst halved by a wrong second one.

Sources: Parson et al. 2014, doi:10.1016/j.fsigen.2014.07.010 (comparison, heteroplasmy, databases); Buckleton, Krawczak
& Weir 2011, doi:10.1016/j.fsigen.2011.01.007 (interpretation of lineage markers).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.kinship.lineage.haplotypes import Estimate, falling_ratio, poisson_classes
from homeward.kinship.lineage.lines import Descent, Reference, line_references, member_haplotypes, remains_haplotypes
from homeward.kinship.lineage.sites import Sites, SiteTable, pack_positions, positions_read, site_table
from homeward.model import Case, InvalidValue, MitoParameters
from homeward.model.lineage import CONTROL_REGION, HaplotypeDatabase, MitoProfile, merge_mito_profiles
from homeward.model.mito_notation import GAP
from homeward.model.rcrs import reference_base

__all__ = [
    "CONDITIONS_ON", "NAME", "Antemortem", "Comparison", "Explained", "Params", "Postmortem", "antemortem", "compare",
    "explain", "postmortem",
]

NAME = "mtdna"
CONDITIONS_ON: tuple[str, ...] = ()  # given identity and pedigree, independent of the autosomes
_USUAL = MitoParameters()
_FAR = 8  # so many differences or more are one class, in which P(k | H2) is taken as 1


@dataclass(frozen=True, slots=True)
class Params:
    """The population, and the rates.

    ``database``: haplotypes of the population; ``estimate``: how a probability is read from its counts.
    ``control_rate``, ``coding_rate``: substitutions per base and meiosis in 16024–576, and in the rest. 2.1e-5: 15 in
    1,113 transmissions over the some 640 bases of the two hypervariable segments (10/327 Parsons et al. 1997,
    doi:10.1038/ng0497-363; 2/81 Howell et al. 1996; 3/705 Sigurðardóttir et al. 2000, doi:10.1086/302902; 95 %: 1.2e-5
    to 3.5e-5). 1.6e-6: 9 in 345 over the whole genome (Connell et al. 2022, doi:10.1038/s41598-022-10530-3).
    ``error_rate``: misreadings per base and profile; ``wrong_line``: δ. Both are assumptions, to be replaced by the
    laboratory's own. ``lengths``: whether lengths of C-stretches and of the AC repeat are compared.
    ``minimum_positions``: shared positions below which a pair is not compared. ``exclude_from``: number of differences
    from every reference that excludes, 2 in many laboratories; None: none does.

    Raises InvalidValue for a rate that is negative, or 1 and more.
    """

    database: HaplotypeDatabase[MitoProfile]
    estimate: Estimate = field(default_factory=Estimate)
    control_rate: float = _USUAL.control_rate
    coding_rate: float = _USUAL.coding_rate
    error_rate: float = _USUAL.error_rate
    wrong_line: float = _USUAL.wrong_line
    lengths: bool = _USUAL.lengths
    minimum_positions: int = _USUAL.minimum_positions
    exclude_from: int | None = _USUAL.exclude_from

    def __post_init__(self) -> None:
        for name in ("control_rate", "coding_rate", "error_rate", "wrong_line"):
            if not 0.0 <= getattr(self, name) < 1.0:
                raise InvalidValue("mtDNA parameters", name, getattr(self, name), "must be at least 0 and below 1")
        for name in ("minimum_positions", "exclude_from"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise InvalidValue("mtDNA parameters", name, value, "must be at least 1")

    @classmethod
    def stated(cls, database: HaplotypeDatabase[MitoProfile], stated: MitoParameters) -> Params:
        """The parameters that a case states, with its database."""
        return cls(database, Estimate(stated.estimate, stated.confidence, stated.theta), stated.control_rate,
                   stated.coding_rate, stated.error_rate, stated.wrong_line, stated.lengths, stated.minimum_positions,
                   stated.exclude_from)


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons, each with the typed members of his maternal line; None where nobody of it is typed."""

    ids: tuple[str, ...]
    references: tuple[tuple[Reference[MitoProfile], ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains with their haplotypes, None where none was got."""

    ids: tuple[str, ...]
    profiles: tuple[MitoProfile | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``support``, and beside it what it rests on.

    ``n_differences``: fewest from any reference, int16 (n_am, n_pm), −1 where not compared; ``n_positions``: most
    shared with any reference, int32. ``discordant``: person → references of his line, by their samples, that differ
    from each other in two places or more: someone's place in the pedigree, or a tube, may be wrong.
    """

    support: Support
    n_differences: NDArray[np.int16]
    n_positions: NDArray[np.int32]
    discordant: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explained:
    """One reference against one set of remains, in figures and words.

    ``differences``: such as "16093: T, here C"; reference first. ``count`` of ``n`` people of the database are as
    close to the reference; ``probability`` is P(k | H2). ``log10_lr`` is this reference's alone, before δ.
    """

    reference: Reference[MitoProfile]
    n_positions: int
    differences: tuple[str, ...]
    count: int
    n: int
    probability: float
    log10_lr: float


def antemortem(case: Case, profiles: Iterable[MitoProfile]) -> Antemortem:
    """The roster as rows, with the references of each maternal line. Raises FaultyInput for samples of no record."""
    typed = member_haplotypes(case, profiles, merge_mito_profiles)
    return Antemortem(tuple(p.id for p in case.roster), line_references(case, Descent.MATERNAL, typed))


def postmortem(case: Case, profiles: Iterable[MitoProfile]) -> Postmortem:
    """The remains as columns, samples of one set merged. Raises FaultyInput where they disagree."""
    found = remains_haplotypes(case, profiles, merge_mito_profiles)
    return Postmortem(tuple(r.id for r in case.remains), tuple(found.get(r.id) for r in case.remains))


def compare(am: Antemortem, pm: Postmortem, params: Params, *,
            progress: Callable[[float], None] = lambda share: None) -> Comparison:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns; ``progress`` is told the share done, from 0 to 1.

    Returns the tile's support. A pair without a reference on the person's line, without a haplotype of the remains, or
    with too few shared positions is not compared. Excluded is only what ``params.exclude_from`` excludes, or what the
    parameters make impossible (differences at rates of 0).
    """
    shape = (len(am.ids), len(pm.ids))
    log_lr, k, shared = np.zeros(shape), np.full(shape, -1, np.int16), np.zeros(shape, np.int32)
    alike: dict[tuple[tuple[object, int], ...], list[int]] = {}
    for i, references in enumerate(am.references):
        if references:
            alike.setdefault(tuple((r.profile.key, r.meioses) for r in references), []).append(i)
    persons = [am.references[rows[0]] or () for rows in alike.values()]
    work = _Work.of([r.profile for references in persons for r in references], pm.profiles, params)
    discordant: dict[str, tuple[str, ...]] = {}
    for done, (references, rows) in enumerate(zip(persons, alike.values(), strict=True)):
        log_lr[rows], k[rows], shared[rows] = work.person(references)
        wrong = work.discordant(references)
        for i in rows if wrong else ():
            discordant[am.ids[i]] = tuple((am.references[i] or ())[r].profile.sample for r in wrong)
        progress((done + 1) / len(persons))
    excluded = (k >= (params.exclude_from or math.inf)) | np.isneginf(log_lr)
    status = np.where(k < 0, NOT_COMPARED, np.where(excluded, EXCLUDED, COMPARED)).astype(np.int8)
    log10_lr = np.where(status == COMPARED, log_lr / math.log(10.0), np.where(status == EXCLUDED, -np.inf, 0.0))
    return Comparison(Support(NAME, am.ids, pm.ids, log10_lr, status), k, shared, discordant)


def explain(references: Sequence[Reference[MitoProfile]], profile: MitoProfile, params: Params,
            ) -> tuple[Explained, ...]:
    """What each reference of a line says of one set of remains; references with too few shared positions left out."""
    work = _Work.of([r.profile for r in references], (profile,), params)
    return tuple(work.explained(r, profile) for r in references
                 if work.row(r)[2][0] >= params.minimum_positions)


_Row = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]  # log LR, differences, shared positions


@dataclass(frozen=True, slots=True)
class _Work:
    """One tile: the table of all haplotypes, and which of its rows are whose.

    ``columns``: for each remains the index among ``pms``, −1 without a haplotype. ``patterns``: remains that the
    database is counted alike for: same positions read, same mixtures. ``core``: what half the database or more has
    read. ``regions``: (in the core, outside) × (control region, rest), as words of positions.
    """

    params: Params
    table: SiteTable
    row_of: dict[object, int]
    pms: Sites
    columns: NDArray[np.int64]
    patterns: tuple[NDArray[np.int64], ...]
    people: Sites
    counts: NDArray[np.int64]
    core: NDArray[np.uint64]
    regions: NDArray[np.uint64]

    @classmethod
    def of(cls, references: Sequence[MitoProfile], remains: Sequence[MitoProfile | None], params: Params) -> _Work:
        """Lay out a tile; equal haplotypes share a row."""
        rows: dict[object, MitoProfile] = {}
        for profile in (*references, *(p for p in remains if p is not None), *params.database.haplotypes):
            rows.setdefault(profile.key, profile)
        row_of: dict[object, int] = {key: i for i, key in enumerate(rows)}
        table = site_table(tuple(rows.values()), lengths=params.lengths)
        used = sorted({row_of[p.key] for p in remains if p is not None})
        index = {row: i for i, row in enumerate(used)}
        pms = table.rows.pick(used)
        columns = np.array([-1 if p is None else index[row_of[p.key]] for p in remains], dtype=np.int64)
        people = table.rows.pick([row_of[h.key] for h in params.database.haplotypes])
        counts = np.array(params.database.counts, dtype=np.int64)
        core = _core(people, table, counts)
        control = positions_read((CONTROL_REGION,))
        regions = np.array([[pack_positions(a & b) for b in (control, ~control)] for a in (core, ~core)])
        return cls(params, table, row_of, pms, columns, _patterns(table, pms), people, counts, table.within(core),
                   regions)

    def person(self, references: Sequence[Reference[MitoProfile]]) -> _Row:
        """Log LR of one line over all remains: (1 − δ)·mean over its references + δ."""
        found = [self.row(r) for r in references]
        log_lr, k, shared = (np.array(part) for part in zip(*found, strict=True))
        enough = shared >= self.params.minimum_positions
        n = enough.sum(axis=0)
        with np.errstate(divide="ignore"):
            mean = np.logaddexp.reduce(np.where(enough, log_lr, -np.inf), axis=0) - np.log(np.maximum(n, 1))
            wrong = math.log(self.params.wrong_line) if self.params.wrong_line else -math.inf
            mixed = np.logaddexp(math.log1p(-self.params.wrong_line) + mean, wrong)
        fewest = np.where(enough, k, np.iinfo(np.int16).max).min(axis=0)
        ok = (self.columns >= 0) & (n[self.columns] > 0)
        return (np.where(ok, mixed[self.columns], 0.0), np.where(ok, fewest[self.columns], -1),
                np.where(self.columns >= 0, shared.max(axis=0)[self.columns], 0))

    def row(self, reference: Reference[MitoProfile]) -> _Row:
        """One reference against every haplotype of the remains."""
        one = self._one(reference)
        events = self.table.events(one, self.pms)
        inside = np.bitwise_count(events & self.core).sum(axis=1, dtype=np.int64)
        outside = np.bitwise_count(events).sum(axis=1, dtype=np.int64) - inside
        shared = np.zeros(len(inside), np.int64)
        log_lr = np.zeros(len(inside))
        for pattern in self.patterns:
            k, k_out = np.minimum(inside[pattern], _FAR), np.minimum(outside[pattern], _FAR)
            lengths = self._lengths(one, pattern)
            mean_in, mean_out = (lengths @ self._rates(reference.meioses)).tolist()
            loglik = poisson_classes(mean_in, _FAR)
            # Great distances need no look at the database, unless they are what such a line would show.
            if k.min() < _FAR or loglik.min() < loglik[_FAR]:
                loglik = falling_ratio(loglik, self._population(one, pattern)[2])
            log_lr[pattern] = loglik[k] + poisson_classes(mean_out, _FAR)[k_out]
            shared[pattern] = lengths.sum()
        return log_lr, inside + outside, shared

    def _lengths(self, one: Sites, pattern: NDArray[np.int64]) -> NDArray[np.int64]:
        """Shared positions in (the core, outside) × (control region, rest)."""
        both = self.table.genomes[one.coverage[0]] & self.table.genomes[self.pms.coverage[pattern[0]]]
        return np.asarray(np.bitwise_count(both & self.regions).sum(axis=-1, dtype=np.int64))

    def _one(self, reference: Reference[MitoProfile]) -> Sites:
        return self.table.rows.pick([self.row_of[reference.profile.key]])

    def _rates(self, meioses: int) -> NDArray[np.float64]:
        p = self.params
        return np.array([meioses * p.control_rate + 2 * p.error_rate, meioses * p.coding_rate + 2 * p.error_rate])

    def _population(self, one: Sites, pattern: NDArray[np.int64]) -> tuple[NDArray[np.int64], int, NDArray[np.float64]]:
        """Counts of the database by differences from the reference, its size over these positions, probabilities."""
        pm = self.pms.pick(pattern[:1])
        both = self.table.genomes[one.coverage] & self.table.genomes[pm.coverage]
        needed = both & np.bitwise_or.reduce(self.regions[0])
        complete = ~(needed & ~self.table.genomes).any(axis=1)
        keep = np.flatnonzero(complete[self.people.coverage])
        people, counts = self.people.pick(keep), self.counts[keep]
        within = one.read & pm.read & self.core
        seen = self.table.as_mixed(people, pm, self.table.mixed(pm))
        k = np.bitwise_count(self.table.events(one, seen) & within).sum(axis=1)
        by_k = np.bincount(np.minimum(k, _FAR), weights=counts, minlength=_FAR + 1)[:_FAR].astype(np.int64)
        n = int(counts.sum())
        singletons = _singletons(people, counts, within) if self.params.estimate.kind == "kappa" else 0
        return by_k, n, self.params.estimate.probabilities(by_k, n, singletons)

    def discordant(self, references: Sequence[Reference[MitoProfile]]) -> tuple[int, ...]:
        """Which of the references differ from another one in two places or more."""
        rows = self.table.rows.pick([self.row_of[r.profile.key] for r in references])
        far = [(np.bitwise_count(self.table.events(self._one(r), rows)).sum(axis=1) >= 2).any() for r in references]
        return tuple(i for i, wrong in enumerate(far) if wrong)

    def explained(self, reference: Reference[MitoProfile], profile: MitoProfile) -> Explained:
        """One reference against the only remains of the tile."""
        log_lr, _, shared = self.row(reference)
        one = self._one(reference)
        by_k, n, probability = self._population(one, self.patterns[0])
        places = self.table.written(self.table.events(one, self.pms)[0])
        words = tuple(f"{_named(place)}: {_shown(reference.profile, place)}, here {_shown(profile, place)}"
                      for place in places)
        inside = int(np.bitwise_count(self.table.events(one, self.pms) & self.core).sum())
        near = inside < _FAR
        return Explained(reference, int(shared[0]), words, int(by_k[inside]) if near else 0, n,
                         float(probability[inside]) if near else 1.0, float(log_lr[0]) / math.log(10.0))


def _core(people: Sites, table: SiteTable, counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Positions that half of the database or more has read; bool (16569,)."""
    weight = np.bincount(people.coverage, weights=counts, minlength=len(table.genomes))
    bits = np.unpackbits(table.genomes.view(np.uint8), axis=-1, bitorder="little")
    size = positions_read(()).size
    return np.asarray(2.0 * (weight @ bits)[:size] >= counts.sum())


def _patterns(table: SiteTable, pms: Sites) -> tuple[NDArray[np.int64], ...]:
    found: dict[tuple[int, bytes], list[int]] = {}
    for i in range(len(pms.coverage)):
        row = pms.pick([i])
        mixed = table.mixed(row)
        key = (int(row.coverage[0]), row.read.tobytes() + (row.seen[0] & mixed).tobytes())
        found.setdefault(key, []).append(i)
    return tuple(np.array(rows, dtype=np.int64) for rows in found.values())


def _singletons(people: Sites, counts: NDArray[np.int64], within: NDArray[np.uint64]) -> int:
    """Number of people whose haplotype over these places nobody else in the database has."""
    seen = (people.seen & within[:, None, :]).reshape(len(counts), -1)
    _, which = np.unique(seen, axis=0, return_inverse=True)
    return int((np.bincount(which.ravel(), weights=counts) == 1).sum())


def _named(place: tuple[int, int]) -> str:
    return f"{place[0]}.{place[1]}" if place[1] else str(place[0])


def _shown(profile: MitoProfile, place: tuple[int, int]) -> str:
    for d in profile.differences:
        if (d.position, d.insertion) == place:
            return "/".join("none" if sign == GAP else sign for sign in d.seen)
    return "none" if place[1] else reference_base(place[0])
