"""The identification of a case: every listed person against all remains, to names with their probabilities."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Status, Support
from homeward.decide.joint import JointIdentification, identify_jointly
from homeward.decide.posterior import posterior_of
from homeward.decide.prior import prior_of, sex_contradicts
from homeward.decide.result import (
    Candidate,
    Conclusion,
    Identification,
    MarkerLR,
    PersonResult,
    Proposal,
    RemainsResult,
)
from homeward.decide.rules import Standing, conclude, disagreeing
from homeward.decide.same_person import group_of
from homeward.evidence import kinship
from homeward.kinship import Relatives, Typed
from homeward.model import Case, Profile

__all__ = ["antemortem", "identify", "postmortem"]

_SHOWN = 25  # candidates kept in a result for each remains and each person; the matrices hold all
_MOST_PAIRS = 4_000_000  # beyond it the pairings are not weighed together
_NOTABLE_ERROR = 1e-6  # of a posterior, from which a warning says so
_TIE = 1e-9  # log10 LRs closer than this, relatively, are one: brothers whom the line cannot tell apart


def identify(case: Case, *, progress: Callable[[float], None] = lambda share: None) -> Identification:
    """Compare every listed person with all remains, and conclude.

    Args: ``case``; ``progress`` is told the share of the work done.

    Returns the support of all pairs, prior and posterior, the ranked candidates of each remains and each person,
    and the proposals, best first. Persons without references are never compared, and never excluded but by sex.

    Raises TooLarge for a pedigree beyond exact computation.
    """
    started = time.perf_counter()
    am, pm = antemortem(case), postmortem(case)
    comparison = kinship.compare(am, pm, kinship.Params(case.frequencies), progress=progress)
    contradicts = sex_contradicts(case)
    support = _excluded_by_sex(comparison.support, contradicts)
    excluding = (*comparison.markers, "sex")
    bits = _with_sex(comparison.excluding, len(comparison.markers), contradicts)
    compared_at = time.perf_counter()
    together = _weigh_together(case, support, pm)
    prior = prior_of(case)
    posterior = posterior_of(support, prior) if together is None else together.posterior()
    view = _View(case, am, pm, support, posterior, excluding, bits, together)
    remains = tuple(view.remains_result(j) for j in range(len(pm.ids)))
    proposals = view.proposals(remains)
    persons = tuple(view.person_result(i, remains) for i in range(len(am.ids)))
    ended = time.perf_counter()
    seconds = {"lr": compared_at - started, "posterior": ended - compared_at}
    warnings = (*_warnings(case, comparison), *_joint_warnings(case, together))
    return Identification(case, support, excluding, bits, prior, posterior, remains, persons, proposals, warnings,
                          seconds, together.joint if together else None, together.groups() if together else ())


def antemortem(case: Case) -> kinship.Antemortem:
    """The roster as rows, each person with the typed relatives of his family, None where there are none."""
    places, profiles = case.place_of(), case.reference_profiles()
    readings = case.reference_readings()
    typed = {f.id: Typed(f, {m.id: profiles[f.id, m.id] for m in f.members if (f.id, m.id) in profiles},
                         {m.id: readings[f.id, m.id] for m in f.members if (f.id, m.id) in readings})
             for f in case.families}
    relatives = [Relatives(typed[places[p.id][0].id], places[p.id][1].id)
                 if p.id in places and typed[places[p.id][0].id].profiles else None for p in case.roster]
    return kinship.Antemortem(tuple(p.id for p in case.roster), tuple(relatives))


def postmortem(case: Case) -> kinship.Postmortem:
    """The remains as columns, each with its profile, sex and laboratory rates."""
    profiles = case.remains_profiles()
    return kinship.Postmortem(tuple(r.id for r in case.remains),
                              tuple(profiles.get(r.id, Profile(r.id)) for r in case.remains),
                              tuple(r.sex for r in case.remains), case.remains_readings())


@dataclass(frozen=True, slots=True)
class _Together:
    """A joint identification of the case's remains, those with one profile as one; ``column``: of each remains."""

    joint: JointIdentification
    column: NDArray[np.int64]
    pm_ids: tuple[str, ...]

    def posterior(self) -> NDArray[np.float64]:
        """The posterior under the stated prior, for all remains."""
        return self.joint.stated.posterior[:, self.column]

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Remains with one profile."""
        members: dict[int, list[str]] = {}
        for remains, column in zip(self.pm_ids, self.column.tolist(), strict=True):
            members.setdefault(column, []).append(remains)
        return tuple(tuple(m) for m in members.values() if len(m) > 1)

    def under_priors(self, i: int, j: int) -> tuple[tuple[str, float], ...]:
        """The pair's posterior under each prior."""
        return tuple((r.kind.value, float(r.posterior[i, self.column[j]])) for r in self.joint.results)

    def error(self, j: int) -> float:
        """The error of the remains' posterior, 0 where it is exact."""
        own = self.joint.remains[self.column[j]]
        return max((p.error for p in self.joint.stated.parts if own in p.remains), default=0.0)


def _weigh_together(case: Case, support: Support, pm: kinship.Postmortem) -> _Together | None:
    """The joint identification, None for an empty case and for one that is too large."""
    if not 0 < support.log10_lr.size <= _MOST_PAIRS:
        return None
    first = group_of(pm.profiles, [m.name for m in case.frequencies.markers])
    kept = np.flatnonzero(first == np.arange(len(first)))
    fewer = Support(support.line, support.am_ids, tuple(pm.ids[j] for j in kept),
                    np.ascontiguousarray(support.log10_lr[:, kept]), np.ascontiguousarray(support.status[:, kept]))
    return _Together(identify_jointly(case, fewer), np.searchsorted(kept, first), pm.ids)


def _joint_warnings(case: Case, together: _Together | None) -> tuple[str, ...]:
    if together is None:
        large = len(case.roster) * len(case.remains) > _MOST_PAIRS
        return ("the case is too large to weigh all pairings together: each of the remains was taken by itself",
                ) if large else ()
    one = tuple(f"remains {', '.join(g)} have one profile and were weighed as parts of one person"
                for g in together.groups())
    rough = [p for p in together.joint.stated.parts if p.error > _NOTABLE_ERROR]
    return (*together.joint.warnings, *one, *(
        f"{len(p.persons)} persons and {len(p.remains)} remains that compete: {p.by}; error up to {p.error:.2g}"
        for p in rough))


def _excluded_by_sex(support: Support, contradicts: NDArray[np.bool_]) -> Support:
    return Support(support.line, support.am_ids, support.pm_ids, np.where(contradicts, -np.inf, support.log10_lr),
                   np.where(contradicts, np.int8(EXCLUDED), support.status).astype(np.int8))


def _with_sex(bits: NDArray[np.uint64], n_markers: int, contradicts: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """The markers' bits, and one more after them where the sexes exclude."""
    words = np.zeros((n_markers // 64 + 1, *contradicts.shape), np.uint64)
    words[:len(bits)] = bits[:len(words)]
    words[n_markers // 64] |= contradicts.astype(np.uint64) << np.uint64(n_markers % 64)
    return words


def _warnings(case: Case, comparison: kinship.Comparison) -> tuple[str, ...]:
    places = case.place_of()
    found = [f"family {places[person][0].id}: the references contradict the pedigree at {', '.join(markers)}; "
             f"{person} was not compared" for person, markers in comparison.contradictions.items()]
    typed = {s.remains for s in case.remains_samples}
    found += [f"remains {r.id}: no sample" for r in case.remains if r.id not in typed]
    return (*found, *case.notes)


@dataclass(frozen=True, slots=True)
class _View:
    """The numbers of one identification, read by remains and by person."""

    case: Case
    am: kinship.Antemortem
    pm: kinship.Postmortem
    support: Support
    posterior: NDArray[np.float64]
    excluding: tuple[str, ...]
    bits: NDArray[np.uint64]
    together: _Together | None

    def _candidate(self, i: int, j: int) -> Candidate:
        status = Status(int(self.support.status[i, j]))
        log10_lr = None if status is Status.NOT_COMPARED else float(self.support.log10_lr[i, j])
        return Candidate(self.am.ids[i], self.pm.ids[j], status, log10_lr, float(self.posterior[i, j]),
                         self._excluded_by(i, j))

    def _excluded_by(self, i: int, j: int) -> tuple[str, ...]:
        words = [int(w) for w in self.bits[:, i, j]]
        return tuple(name for k, name in enumerate(self.excluding) if words[k // 64] >> (k % 64) & 1)

    def remains_result(self, j: int) -> RemainsResult:
        """Candidates of one set of remains by falling posterior, then log10 LR."""
        order = np.lexsort((np.arange(len(self.am.ids)), -self.support.log10_lr[:, j], -self.posterior[:-1, j]))
        candidates = tuple(self._candidate(int(i), j) for i in order[:_SHOWN])
        absent = float(self.posterior[-1, j])
        n_markers = len(self.pm.profiles[j])
        if not candidates:
            return RemainsResult(self.pm.ids[j], (), absent, Conclusion.INCONCLUSIVE, "the roster is empty", n_markers)
        conclusion, reason = conclude(self._standing(candidates, int(order[0]), j), self.case.rule)
        return RemainsResult(self.pm.ids[j], candidates, absent, conclusion, reason, n_markers)

    def _standing(self, candidates: tuple[Candidate, ...], best: int, j: int) -> Standing:
        status, posterior = self.support.status[:, j], self.posterior[:-1, j]
        log10_lr = self.support.log10_lr[:, j]
        with np.errstate(invalid="ignore"):
            near = np.abs(log10_lr - log10_lr[best]) <= _TIE * max(1.0, abs(log10_lr[best]))
        equals = np.flatnonzero((status == COMPARED) & (status[best] == COMPARED) & near)
        return Standing(
            best=candidates, tied=[self.am.ids[i] for i in equals], tied_posterior=float(posterior[equals].sum()),
            listed_posterior=float(posterior[status == COMPARED].sum()), not_on_roster=float(self.posterior[-1, j]),
            n_compared=int((status == COMPARED).sum()), n_excluded=int((status == EXCLUDED).sum()),
            n_open=int((status == NOT_COMPARED).sum()), rivals=self._rivals(best, j))

    def _rivals(self, i: int, j: int) -> tuple[str, ...]:
        """Other remains that point to the same person, and whose profile says that they are someone else."""
        pointing = [int(k) for k in np.flatnonzero(self.posterior[i] >= self.case.rule.posterior) if k != j]
        profiles = {self.pm.ids[k]: self.pm.profiles[k] for k in (j, *pointing)}
        return disagreeing(profiles, self.pm.ids[j], [self.pm.ids[k] for k in pointing])

    def person_result(self, i: int, remains: tuple[RemainsResult, ...]) -> PersonResult:
        """Remains by falling log10 LR for one listed person."""
        order = np.lexsort((np.arange(len(self.pm.ids)), -self.support.log10_lr[i],
                            -(self.support.status[i] == COMPARED).astype(int)))
        candidates = tuple(self._candidate(i, int(j)) for j in order[:_SHOWN])
        person, references = self.am.ids[i], self.am.relatives[i] is not None
        named = [r for r in remains if r.candidates and r.candidates[0].person == person
                 and r.conclusion in (Conclusion.IDENTIFIED, Conclusion.PROBABLE, Conclusion.DISPUTED)]
        if named:
            return PersonResult(person, candidates, named[0].conclusion,
                                f"{', '.join(r.remains for r in named)}: {named[0].reason}", references)
        conclusion, reason = self._unnamed(i, remains)
        return PersonResult(person, candidates, conclusion, reason, references)

    def _unnamed(self, i: int, remains: tuple[RemainsResult, ...]) -> tuple[Conclusion, str]:
        person, status = self.am.ids[i], self.support.status[i]
        if self.am.relatives[i] is None:
            return Conclusion.INCONCLUSIVE, "no reference samples: nothing could be compared"
        for r in remains:
            if r.conclusion is Conclusion.NONIDENTIFIABLE and any(
                    c.person == person and c.posterior >= r.candidates[0].posterior * 0.999 for c in r.candidates):
                return Conclusion.NONIDENTIFIABLE, f"{r.remains}: {r.reason}"
        if len(status) and (status == EXCLUDED).all():
            return Conclusion.EXCLUDED, "none of these remains"
        return Conclusion.INCONCLUSIVE, "no remains stand out"

    def proposals(self, remains: tuple[RemainsResult, ...]) -> tuple[Proposal, ...]:
        """A proposal for each set of remains whose best candidate reaches the rule's posterior, best first."""
        places = self.case.place_of()
        index = {p: i for i, p in enumerate(self.am.ids)}
        named = [(index[r.candidates[0].person], j) for j, r in enumerate(remains) if r.candidates
                 and r.candidates[0].log10_lr is not None and r.candidates[0].posterior >= self.case.rule.posterior]
        explained = kinship.explain(self.am, self.pm, kinship.Params(self.case.frequencies), named) if named else []
        made = []
        for (i, j), log10_lrs in zip(named, explained, strict=True):
            r, best = remains[j], remains[j].candidates[0]
            family = places[best.person][0].id if best.person in places else None
            runner_up = r.candidates[1] if len(r.candidates) > 1 else None
            made.append(Proposal(best.person, r.remains, family, r.conclusion, r.reason,
                                 r.conclusion is Conclusion.IDENTIFIED, (kinship.NAME,), best.posterior,
                                 r.posterior_not_on_roster, best.log10_lr or 0.0,
                                 _marker_lrs(log10_lrs, self.pm.profiles[j]), runner_up,
                                 self.together.under_priors(i, j) if self.together else (),
                                 self.together.error(j) if self.together else 0.0))
        return tuple(sorted(made, key=lambda p: (-p.log10_lr, p.remains)))


def _marker_lrs(log10_lrs: Mapping[str, float | None], profile: Profile) -> tuple[MarkerLR, ...]:
    return tuple(MarkerLR(m, str(profile.genotypes[m]) if m in profile.genotypes else "", value)
                 for m, value in log10_lrs.items())
