"""The numbers of an identification, read by remains and by person: candidates, conclusions, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED, Status, Support
from homeward.decide.lines import Lines
from homeward.decide.result import Candidate, Conclusion, MarkerLR, PersonResult, Proposal, RemainsResult
from homeward.decide.rules import Standing, conclude, disagreeing
from homeward.decide.together import Together
from homeward.evidence import kinship
from homeward.model import Case, Profile

__all__ = ["View"]

_SHOWN = 25  # candidates kept in a result for each remains and each person; the matrices hold all
_BY_ITSELF = "exact, each of the remains taken by itself"
_TIE = 1e-9  # log10 LRs closer than this, relatively, are one: brothers whom the line cannot tell apart


@dataclass(frozen=True, slots=True)
class View:
    """The numbers of one identification, read by remains and by person.

    ``posterior``: the one that the conclusions rest on; ``alone``: that of each of the remains taken by itself.
    """

    case: Case
    lines: Lines
    posterior: NDArray[np.float64]
    alone: NDArray[np.float64]
    together: Together | None

    @property
    def am(self) -> kinship.Antemortem:
        """The roster as rows."""
        return self.lines.am

    @property
    def pm(self) -> kinship.Postmortem:
        """The remains as columns."""
        return self.lines.pm

    @property
    def support(self) -> Support:
        """The support of all lines together."""
        return self.lines.support

    def _candidate(self, i: int, j: int) -> Candidate:
        status = Status(int(self.support.status[i, j]))
        log10_lr = None if status is Status.NOT_COMPARED else float(self.support.log10_lr[i, j])
        return Candidate(self.am.ids[i], self.pm.ids[j], status, log10_lr, float(self.posterior[i, j]),
                         self._excluded_by(i, j), self.together.log10_glr(i, j) if self.together else None)

    def _excluded_by(self, i: int, j: int) -> tuple[str, ...]:
        words = [int(w) for w in self.lines.bits[:, i, j]]
        return tuple(name for k, name in enumerate(self.lines.excluding) if words[k // 64] >> (k % 64) & 1)

    def remains_result(self, j: int) -> RemainsResult:
        """Candidates of one set of remains by falling posterior, then log10 LR."""
        order = np.lexsort((np.arange(len(self.am.ids)), -self.support.log10_lr[:, j], -self.posterior[:-1, j]))
        candidates = tuple(self._candidate(int(i), j) for i in order[:_SHOWN])
        absent = float(self.posterior[-1, j])
        n_markers = len(self.pm.profiles[j])
        if not candidates:
            return RemainsResult(self.pm.ids[j], (), absent, Conclusion.INCONCLUSIVE, "the roster is empty", n_markers)
        conclusion, reason = conclude(self._standing(candidates, int(order[0]), j), self.case.rule)
        how, error = (self.together.how(j), self.together.error(j)) if self.together else (_BY_ITSELF, 0.0)
        return RemainsResult(self.pm.ids[j], candidates, absent, conclusion, reason, n_markers, how, error)

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
            n_open=int((status == NOT_COMPARED).sum()), n_lines=self.lines.n_independent(best, j),
            rivals=self._rivals(best, j), error=self.together.error(j) if self.together else 0.0)

    def _rivals(self, i: int, j: int) -> tuple[str, ...]:
        """Other remains that point to the same person by themselves, whose profile says that they are someone else."""
        least = self.case.rule.posterior
        if self.alone[i, j] < least:
            return ()
        pointing = [int(k) for k in np.flatnonzero(self.alone[i] >= least) if k != j]
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
                                 r.conclusion is Conclusion.IDENTIFIED, self.lines.supporting(i, j), best.posterior,
                                 r.posterior_not_on_roster, best.log10_lr or 0.0,
                                 self._marker_lrs(log10_lrs, self.pm.profiles[j]), runner_up,
                                 self.together.under_priors(i, j) if self.together else (),
                                 self.together.error(j) if self.together else 0.0,
                                 tuple((line.line, float(line.log10_lr[i, j])) for line in self.lines.lines
                                       if line.status[i, j] == COMPARED), best.log10_glr))
        return tuple(sorted(made, key=lambda p: (-p.log10_lr, p.remains)))

    def _marker_lrs(self, log10_lrs: Mapping[str, float | None], profile: Profile) -> tuple[MarkerLR, ...]:
        linked = {pair.second: pair.first for pair in self.case.frequencies.linked
                  if None not in (log10_lrs[pair.first], log10_lrs[pair.second])}
        return tuple(MarkerLR(m, str(profile.genotypes[m]) if m in profile.genotypes else "", value, linked.get(m, ""))
                     for m, value in log10_lrs.items())
