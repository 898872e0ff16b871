"""Y-STRs: the remains' haplotype against the typed men of each missing man's paternal line.

Model: what is compared is how far apart two haplotypes are over the markers typed on both sides: s repeats in all, and
o markers that differ otherwise (a null allele, part of a repeat, a copy more). H1, the remains are the missing man: m
meioses lie between him and the reference; in each, each copy of a marker gains or loses one repeat (seldom two) at the
marker's rate, so that P(s, o) follows from adding up the drift of all copies. H2, they are an unrelated man of the
stated population: P(s, o) is the share of its database that is as far from the reference at the same markers.
LR = P(s, o | H1) / P(s, o | H2); where nothing differs that is P(no mutation)·(N + 1)/(x + 1).
With ``Params.laplace`` the haplotype h itself is weighed instead: LR = T/(θ·T + (1 − θ)·f), with T = P(h | reference,
m) and f(h) from a mixture of discrete Laplace distributions, over the markers that the mixture has. The mixture knows
nothing of likeness by descent; without a θ above 0 it would overstate by orders of magnitude, and is refused.

Assumptions, and what is done where they fail:
- Mutations up and down are equally likely, whatever the allele's length; markers mutate independently.
- Markers outside the mixture, and great distances, can only lower the LR: there P(· | H2) is taken as 1.
- Each father in the pedigree is another man with probability ε, and a reference is not what its label says with
  probability δ; the LR then is 1. So it never falls below 1 − (1 − δ)(1 − ε)^m, and nothing excludes unless the
  parameters say so.
- Several references of one line: the mean of their LRs, which is an LR again.
- Men who share a haplotype are relatives, often unknown ones of one district (Andersen & Balding 2017,
  doi:10.1371/journal.pgen.1007028). A wide database understates how many they are: ``Estimate.theta`` is for that.

The same men's autosomes may already be in the line ``kinship``, under the same pedigree: see DEPENDENCE.

Sources: Rolf et al. 2001, doi:10.1007/s004140000200 (mutation in paternal lines); Andersen, Eriksen & Morling 2013,
doi:10.1016/j.jtbi.2013.03.009 (discrete Laplace); Larmuseau et al. 2013, doi:10.1098/rspb.2013.2400 (ε).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Support
from homeward.kinship.lineage.discrete_laplace import DiscreteLaplace
from homeward.kinship.lineage.haplotypes import Estimate, falling_ratio, poisson_classes
from homeward.kinship.lineage.lines import Descent, Reference, line_references, member_haplotypes, remains_haplotypes
from homeward.kinship.lineage.repeats import Y_RATES, RepeatTable, drift, marker_key, repeat_table, steps_apart
from homeward.model import Case, InvalidValue, YParameters
from homeward.model.lineage import HaplotypeDatabase, YProfile, merge_y_profiles

__all__ = [
    "CONDITIONS_ON", "DEPENDENCE", "NAME", "Antemortem", "Comparison", "Explained", "Params", "Postmortem",
    "antemortem", "compare", "explain", "postmortem",
]

NAME = "ystr"
CONDITIONS_ON: tuple[str, ...] = ("kinship",)
DEPENDENCE = (
    "Y-STRs and autosomal kinship are independent only if the paternal line is as the pedigree has it. Where men of "
    "that line are typed in both, a father who is another man takes away the support of both at once, and their LRs "
    "do not simply multiply: the sum of both is then an upper bound, to be read with the pedigree's own certainty."
)
_USUAL = YParameters()
_PLAIN = tuple(f.name for f in fields(YParameters))[4:]  # six rates and two thresholds
_STEPS, _OTHERS, _REACH = 8, 3, 16  # so many steps or others, or more, are one class, in which P(· | H2) is taken as 1


@dataclass(frozen=True, slots=True)
class Params:
    """The population, and the rates.

    ``database``: haplotypes of the population's men; ``estimate``: how a probability is read from its counts;
    ``laplace``: a fitted mixture to be used instead, with ``estimate.theta``. ``rates``: mutations per copy and
    meiosis, by marker; ``default_rate`` for markers not in it (about the median of those that are). ``two_step``: share
    of mutations by two repeats, 1 in 26 (Ballantyne et al. 2010, doi:10.1016/j.ajhg.2010.08.006). ``other_rate``:
    mutations per marker and meiosis that are no number of repeats; ``error_rate``: misreadings per marker and profile;
    ``wrong_label``: δ: all three assumptions, to be replaced by the laboratory's own. ``other_father``: ε, per meiosis;
    about 1 in 100 (Larmuseau et al. 2013). ``minimum_markers``: shared markers below which a pair is not compared.
    ``exclude_from``: number of markers differing from every reference that excludes; None: none does.

    Raises InvalidValue for a rate that is negative, or 1 and more, and for a mixture without θ.
    """

    database: HaplotypeDatabase[YProfile]
    estimate: Estimate = field(default_factory=Estimate)
    laplace: DiscreteLaplace | None = None
    rates: Mapping[str, float] = field(default_factory=lambda: dict(Y_RATES))
    default_rate: float = _USUAL.default_rate
    two_step: float = _USUAL.two_step
    other_rate: float = _USUAL.other_rate
    error_rate: float = _USUAL.error_rate
    wrong_label: float = _USUAL.wrong_label
    other_father: float = _USUAL.other_father
    minimum_markers: int = _USUAL.minimum_markers
    exclude_from: int | None = _USUAL.exclude_from

    def __post_init__(self) -> None:
        for name, value in (*((n, getattr(self, n)) for n in _PLAIN[:6]),
                            *((f"rate of {m}", r) for m, r in self.rates.items())):
            if not 0.0 <= value < 1.0:
                raise InvalidValue("Y-STR parameters", name, value, "must be at least 0 and below 1")
        for name in _PLAIN[6:]:
            value = getattr(self, name)
            if value is not None and value < 1:
                raise InvalidValue("Y-STR parameters", name, value, "must be at least 1")
        if self.laplace is not None and self.estimate.theta == 0.0:
            raise InvalidValue("Y-STR parameters", "estimate.theta", 0.0, "must be above 0 beside laplace")

    @classmethod
    def stated(cls, database: HaplotypeDatabase[YProfile], stated: YParameters) -> Params:
        """The parameters that a case states, with its database; rates of markers that it does not name are Y_RATES."""
        named = {marker_key(m) for m in stated.rates}
        rates = {m: r for m, r in Y_RATES.items() if marker_key(m) not in named} | dict(stated.rates)
        estimate = Estimate(stated.estimate, stated.confidence, stated.theta)
        return cls(database, estimate, None, rates, *(getattr(stated, f) for f in _PLAIN))


@dataclass(frozen=True, slots=True)
class Antemortem:
    """The missing persons, each with the typed men of his paternal line; None where there are none, and for women."""

    ids: tuple[str, ...]
    references: tuple[tuple[Reference[YProfile], ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Postmortem:
    """The remains with their haplotypes, None where none was got."""

    ids: tuple[str, ...]
    profiles: tuple[YProfile | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``support``, and beside it what it rests on.

    ``n_differences``: fewest markers that differ from any reference, int16 (n_am, n_pm), −1 where not compared;
    ``n_markers``: most shared with any reference, int32.
    """

    support: Support
    n_differences: NDArray[np.int16]
    n_markers: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Explained:
    """One reference against one set of remains, in figures and words.

    ``differences``: such as "DYS19: 14, here 15"; reference first. ``count`` of ``n`` men of the database are as far
    from the reference; ``probability`` is the denominator; where a mixture gives it, ``count`` is None. ``log10_lr``
    is this reference's alone, before δ and ε.
    """

    reference: Reference[YProfile]
    n_markers: int
    differences: tuple[str, ...]
    count: int | None
    n: int
    probability: float
    log10_lr: float


def antemortem(case: Case, profiles: Iterable[YProfile]) -> Antemortem:
    """The roster as rows, with the references of each paternal line. Raises FaultyInput for samples of no record."""
    typed = member_haplotypes(case, profiles, merge_y_profiles)
    return Antemortem(tuple(p.id for p in case.roster), line_references(case, Descent.PATERNAL, typed))


def postmortem(case: Case, profiles: Iterable[YProfile]) -> Postmortem:
    """The remains as columns, samples of one set merged. Raises FaultyInput where they disagree."""
    found = remains_haplotypes(case, profiles, merge_y_profiles)
    return Postmortem(tuple(r.id for r in case.remains), tuple(found.get(r.id) for r in case.remains))


def compare(am: Antemortem, pm: Postmortem, params: Params, *,
            progress: Callable[[float], None] = lambda share: None) -> Comparison:
    """log10 LR of every pair.

    Args: ``am`` rows, ``pm`` columns; ``progress`` is told the share done, from 0 to 1.

    Returns the tile's support. A pair without a reference on the man's line, without a haplotype of the remains, or
    with too few shared markers is not compared. Excluded is only what ``params.exclude_from`` excludes, or what the
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
    for done, (references, rows) in enumerate(zip(persons, alike.values(), strict=True)):
        log_lr[rows], k[rows], shared[rows] = work.person(references)
        progress((done + 1) / len(persons))
    excluded = (k >= (params.exclude_from or math.inf)) | np.isneginf(log_lr)
    status = np.where(k < 0, NOT_COMPARED, np.where(excluded, EXCLUDED, COMPARED)).astype(np.int8)
    log10_lr = np.where(status == COMPARED, log_lr / math.log(10.0), np.where(status == EXCLUDED, -np.inf, 0.0))
    return Comparison(Support(NAME, am.ids, pm.ids, log10_lr, status), k, shared)


def explain(references: Sequence[Reference[YProfile]], profile: YProfile, params: Params) -> tuple[Explained, ...]:
    """What each reference of a line says of one set of remains; references with too few shared markers left out."""
    work = _Work.of([r.profile for r in references], (profile,), params)
    return tuple(work.explained(r) for r in references if work.row(r)[2][0] >= params.minimum_markers)


_Row = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]  # log LR, markers that differ, shared markers


@dataclass(frozen=True, slots=True)
class _Population:
    """The database as seen from a reference: men in each class (s, o) below the last, their number, probabilities."""

    counts: NDArray[np.int64]
    n: int
    probability: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Work:
    """One tile: the table of all haplotypes, and which of its rows are whose.

    ``columns``: for each remains the index among ``pms``, −1 without a haplotype. ``rates`` (L,): per copy; of
    DYS389II, the sum of its parts. ``memo`` keeps what depends on a set of markers and the meioses alone.
    """

    params: Params
    table: RepeatTable
    row_of: dict[object, int]
    pms: RepeatTable
    columns: NDArray[np.int64]
    people: RepeatTable
    counts: NDArray[np.int64]
    rates: NDArray[np.float64]
    memo: dict[tuple[bytes, int], NDArray[np.float64]] = field(default_factory=dict)

    @classmethod
    def of(cls, references: Sequence[YProfile], remains: Sequence[YProfile | None], params: Params) -> _Work:
        """Lay out a tile; equal haplotypes share a row."""
        rows: dict[object, YProfile] = {}
        for profile in (*references, *(p for p in remains if p is not None), *params.database.haplotypes):
            rows.setdefault(profile.key, profile)
        row_of: dict[object, int] = {key: i for i, key in enumerate(rows)}
        table = repeat_table(tuple(rows.values()))
        used = sorted({row_of[p.key] for p in remains if p is not None})
        index = {row: i for i, row in enumerate(used)}
        columns = np.array([-1 if p is None else index[row_of[p.key]] for p in remains], dtype=np.int64)
        people = table.pick([row_of[h.key] for h in params.database.haplotypes])
        counts = np.array(params.database.counts, dtype=np.int64)
        return cls(params, table, row_of, table.pick(used), columns, people, counts, _rates(table.markers, params))

    def person(self, references: Sequence[Reference[YProfile]]) -> _Row:
        """Log LR of one line over all remains: the mean over its references of (1 − δ′)·LR + δ′."""
        found = [self.row(r) for r in references]
        log_lr, k, shared = (np.array(part) for part in zip(*found, strict=True))
        p = self.params
        right = np.array([[(1.0 - p.wrong_label) * (1.0 - p.other_father) ** r.meioses] for r in references])
        enough = shared >= p.minimum_markers
        n = enough.sum(axis=0)
        with np.errstate(divide="ignore"):
            each = np.logaddexp(np.log(right) + log_lr, np.log1p(-right))
            mean = np.logaddexp.reduce(np.where(enough, each, -np.inf), axis=0) - np.log(np.maximum(n, 1))
        fewest = np.where(enough, k, np.iinfo(np.int16).max).min(axis=0)
        ok = (self.columns >= 0) & (n[self.columns] > 0)
        return (np.where(ok, mean[self.columns], 0.0), np.where(ok, fewest[self.columns], -1),
                np.where(self.columns >= 0, shared.max(axis=0)[self.columns], 0))

    def row(self, reference: Reference[YProfile]) -> _Row:
        """One reference against every haplotype of the remains."""
        one = self._one(reference)
        apart = steps_apart(one, self.pms)
        modelled, log_way, log_stranger = self._mixture(reference, apart.compared)
        log_lr = log_way - log_stranger
        counted = apart.compared & ~modelled
        steps = np.minimum((apart.steps * counted).sum(axis=1), _STEPS)
        others = np.minimum((apart.other & counted).sum(axis=1), _OTHERS)
        sets, set_of = np.unique(counted, axis=0, return_inverse=True)
        lines = [self._line(one, chosen, reference.meioses) for chosen in sets]
        rows_of = [np.flatnonzero(set_of == i) for i in range(len(sets))]
        if self.params.laplace is None:
            # Great distances need no look at the database: there it is taken to agree.
            near = [i for i, rows in enumerate(rows_of) if _is_near(lines[i], steps[rows], others[rows])]
            for i, seen in zip(near, self._population(one, sets[near]), strict=True):
                lines[i] = falling_ratio(lines[i], seen.probability)
        for loglik, rows in zip(lines, rows_of, strict=True):
            log_lr[rows] += loglik[steps[rows], others[rows]]
        differ = (apart.compared & ((apart.steps > 0) | apart.other)).sum(axis=1)
        return log_lr, differ.astype(np.int64), apart.compared.sum(axis=1).astype(np.int64)

    def _one(self, reference: Reference[YProfile]) -> RepeatTable:
        return self.table.pick([self.row_of[reference.profile.key]])

    def _line(self, one: RepeatTable, chosen: NDArray[np.bool_], meioses: int) -> NDArray[np.float64]:
        """Log P(s, o | H1) over the chosen markers; shape (_STEPS + 1, _OTHERS + 1), last classes "or more"."""
        copies = np.where(chosen, one.copies[0], 0)
        key = (copies.tobytes(), meioses)
        if key not in self.memo:
            total = np.eye(1, _STEPS + 1)[0]
            for i in np.flatnonzero(chosen):
                change = self._drift(int(i), meioses)
                off = np.append(change[_REACH], change[_REACH + 1:] + change[_REACH - 1::-1])
                for _ in range(int(copies[i])):
                    both = np.convolve(total, np.append(off[:_STEPS], off[_STEPS:].sum()))
                    total = np.append(both[:_STEPS], both[_STEPS:].sum())
            # Two profiles are misread at ε each; half of it is a step, within the drift, and half is not.
            mean = float(chosen.sum()) * (meioses * self.params.other_rate + self.params.error_rate)
            with np.errstate(divide="ignore"):
                self.memo[key] = np.log(total)[:, None] + poisson_classes(mean, _OTHERS)
        return self.memo[key]

    def _population(self, one: RepeatTable, sets: NDArray[np.bool_]) -> list[_Population]:
        """The database as seen from the reference, over each set of markers (n_sets, L)."""
        apart = steps_apart(one, self.people)
        wide = sets.astype(np.float32).T  # small whole numbers: exact, and fast to multiply
        steps = np.minimum(apart.steps.astype(np.float32) @ wide, _STEPS)
        others = np.minimum(apart.other.astype(np.float32) @ wide, _OTHERS)
        complete = (self.people.copies > 0).astype(np.float32) @ wide == wide.sum(axis=0)
        size = (_STEPS + 1) * (_OTHERS + 1)
        place = np.where(complete, steps * (_OTHERS + 1) + others, size).astype(np.int64)
        found = []
        for i, chosen in enumerate(sets):
            by_class = np.bincount(place[:, i], weights=self.counts, minlength=size + 1)[:size].astype(np.int64)
            n, counts = int(by_class.sum()), by_class.reshape(_STEPS + 1, _OTHERS + 1)[:-1, :-1]
            singletons = self._singletons(chosen, complete[:, i]) if self.params.estimate.kind == "kappa" else 0
            found.append(_Population(counts, n, self.params.estimate.probabilities(counts, n, singletons)))
        return found

    def _singletons(self, chosen: NDArray[np.bool_], complete: NDArray[np.bool_]) -> int:
        """Men of the database whose haplotype at these markers nobody else in it has."""
        key = (chosen.tobytes(), -1)
        if key not in self.memo:
            seen = self.people.tenths[complete][:, chosen].reshape(int(complete.sum()), -1)
            _, which = np.unique(seen, axis=0, return_inverse=True)
            self.memo[key] = np.bincount(which.ravel(), weights=self.counts[complete]).astype(np.float64)
        return int((self.memo[key] == 1).sum())

    def _mixture(self, reference: Reference[YProfile], compared: NDArray[np.bool_],
                 ) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
        """Where the discrete Laplace mixture weighs a marker, (n, L); over these, the log probability (n,) of the
        haplotype for a man of the line, and for a stranger.
        """
        laplace = self.params.laplace
        used, log_way = np.zeros_like(compared), np.zeros(len(compared))
        if laplace is None:
            return used, log_way, log_way
        mine, plain = self._one(reference).whole()
        theirs, plain_there = self.pms.whole()
        repeats = np.zeros((len(compared), len(laplace.loci)), np.int64)
        typed = np.zeros(repeats.shape, dtype=bool)
        for j, locus in enumerate(map(marker_key, laplace.loci)):
            if locus in self.table.markers:
                i = self.table.markers.index(locus)
                used[:, i] = typed[:, j] = compared[:, i] & plain[0, i] & plain_there[:, i]
                repeats[:, j] = theirs[:, i]
                off = np.clip(theirs[:, i] - mine[0, i], -_REACH, _REACH)
                with np.errstate(divide="ignore"):
                    log_way += np.where(typed[:, j], np.log(self._drift(i, reference.meioses)[off + _REACH]), 0.0)
        theta = self.params.estimate.theta
        return used, log_way, np.logaddexp(math.log(theta) + log_way,
                                           math.log1p(-theta) + laplace.logprob(repeats, typed))

    def _drift(self, marker: int, meioses: int) -> NDArray[np.float64]:
        p = self.params
        return drift(float(self.rates[marker]), meioses, two_step=p.two_step, error=p.error_rate, reach=_REACH)

    def explained(self, reference: Reference[YProfile]) -> Explained:
        """One reference against the only remains of the tile."""
        log_lr, _, shared = self.row(reference)
        one = self._one(reference)
        apart = steps_apart(one, self.pms)
        differ = apart.compared[0] & ((apart.steps[0] > 0) | apart.other[0])
        words = tuple(f"{m}: {_shown(one, i)}, here {_shown(self.pms, i)}"
                      for i, m in enumerate(self.table.markers) if differ[i])
        figures = float(log_lr[0]) / math.log(10.0)
        if self.params.laplace is not None:
            stranger = self._mixture(reference, apart.compared)[2]
            return Explained(reference, int(shared[0]), words, None, self.params.database.size,
                             math.exp(float(stranger[0])), figures)
        seen = self._population(one, apart.compared)[0]
        s, o = int((apart.steps * apart.compared).sum()), int((apart.other & apart.compared).sum())
        near = s < _STEPS and o < _OTHERS
        return Explained(reference, int(shared[0]), words, int(seen.counts[s, o]) if near else 0, seen.n,
                         float(seen.probability[s, o]) if near else 1.0, figures)


def _is_near(loglik: NDArray[np.float64], steps: NDArray[np.int64], others: NDArray[np.int64]) -> bool:
    """Whether the database matters for any of these distances: all but the last classes, if those are the rarest."""
    last = (steps == _STEPS) | (others == _OTHERS)
    rarest = falling_ratio(loglik, np.ones((1, 1)))[steps, others] == loglik[steps, others]
    return not bool((last & rarest).all())


def _rates(markers: Sequence[str], params: Params) -> NDArray[np.float64]:
    rates = {marker_key(m): r for m, r in params.rates.items()}
    parts = [rates.get(m, params.default_rate) for m in ("DYS389I", "DYS389II-I")]
    rates.setdefault("DYS389II", sum(parts))
    return np.array([rates.get(m, params.default_rate) for m in markers])


def _shown(table: RepeatTable, i: int) -> str:
    alleles = table.tenths[0, i, :table.copies[0, i]]
    return "-".join(f"{a // 10}.{a % 10}" if a % 10 else str(a // 10) for a in alleles.tolist())
