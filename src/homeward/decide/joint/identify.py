"""Joint identification: all pairings of a case weighed together, one person to one of the remains and back.

The likelihood of an assignment is the product of the families' joint pedigree likelihoods, with the assigned profiles
in their places, and of the unassigned remains' probabilities as unrelated people. Posterior ∝ prior × likelihood; of a
pairing, the sum over the assignments with it (Vigeland & Egeland 2021, doi:10.1038/s41598-021-93071-5).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Support
from homeward.decide.joint.baseline import unidentified_loglik
from homeward.decide.joint.crowds import Crowds, apart
from homeward.decide.joint.families import pairings_of, remains_codes
from homeward.decide.joint.first import first_look, symmetries
from homeward.decide.joint.glr import Likeliest, likeliest
from homeward.decide.joint.options import Choice, Pairings
from homeward.decide.joint.parts import orient, split
from homeward.decide.joint.prior import JointPrior, highest_share, pair_priors
from homeward.decide.joint.ranked import ranked
from homeward.decide.joint.result import JointIdentification, JointPart, PriorResult, RankedAssignment
from homeward.decide.joint.solve import JointLimits, Solution, solve
from homeward.decide.joint.subsets import sums_of
from homeward.decide.prior import sex_contradicts
from homeward.kinship import typed_families
from homeward.model import Case, InvalidValue

__all__ = ["identify_jointly"]

_SHOWN = 100
_EQUAL = 1e-9  # log10 likelihoods closer than this are one
_POSSIBLE = 0.9
_ENOUGH = 8  # markers from which one profile twice is worth a warning

_Array = NDArray[np.float64]


def identify_jointly(case: Case, support: Support, *, prior: JointPrior | None = None,
                     limits: JointLimits | None = None, shown: int = _SHOWN,
                     progress: Callable[[float], None] = lambda share: None) -> JointIdentification:
    """Weigh all pairings of a case together.

    Args: ``case``; ``support`` of its persons (rows) and remains (columns), of kinship or of several lines together,
    excluded by sex where sex excludes; ``prior``, by default that of the case: the share of remains that belong to
    someone on the roster; ``limits`` of the computation; ``shown``, the number of best assignments listed;
    ``progress`` is told the share done, family by family's tables together, then prior by prior.

    A pair that was not compared has LR 1. Persons who share a family with other missing are weighed by their family's
    joint table. Every number says whether it is exact.

    Raises InvalidValue for support of other persons or remains than the case's, or a prior that does not fit them.
    """
    allowed = _allowed(case, support)
    prior, lowered = (prior, ()) if prior is not None else _of_case(case, allowed)
    limits = JointLimits() if limits is None else limits
    started = time.perf_counter()
    priors = pair_priors(prior, allowed)
    priors = tuple(sorted(priors, key=lambda p: p.kind is not prior.kind))
    pairings = pairings_of(case, support, priors[0], limits)
    baseline = unidentified_loglik(case, tuple(typed_families(case).values()), support.pm_ids,
                                   remains_codes(case, support.pm_ids))
    tables_at = time.perf_counter()
    progress(1 / (len(priors) + 2))
    everyone, (pairings, crowds) = pairings, apart(pairings, priors)
    solutions = []
    for p in priors:
        solutions.append(solve(pairings, p, limits, crowds))
        progress((len(solutions) + 1) / (len(priors) + 2))
    posterior_at = time.perf_counter()
    best = _likeliest(pairings, crowds, limits)
    found = _assignments(solutions[0], shown, baseline, best.log_lr, support)
    ended = time.perf_counter()
    equal = sum(a.log10_lr_best is not None and a.log10_lr_best <= _EQUAL for a in found)
    return JointIdentification(
        case, prior, support.am_ids, support.pm_ids, tuple(_result(s, support) for s in solutions), best.log10_glr,
        found, equal, _count(everyone, limits) if not crowds.rows else None, baseline, first_look(support, everyone),
        symmetries(pairings, solutions[0], support), (*lowered, *_warnings(case, support, pairings)),
        {"tables": tables_at - started, "posterior": posterior_at - tables_at, "best": ended - posterior_at})


def _of_case(case: Case, allowed: NDArray[np.bool_]) -> tuple[JointPrior, tuple[str, ...]]:
    """The case's share, or nine tenths of what is possible, with a warning, where it needs more persons than listed."""
    stated = JointPrior(case.prior.on_roster)
    highest = highest_share(stated, allowed)
    if stated.share < highest:
        return stated, ()
    less = JointPrior(_POSSIBLE * highest)
    return less, (f"a share of {less.share:.6g} of the remains, not {stated.share:.6g}, was taken to be someone on the "
                  f"roster: no more than {highest:.6g} is possible with the persons listed",)


def _allowed(case: Case, support: Support) -> NDArray[np.bool_]:
    """The pairs that sex does not forbid, for the support's rows and columns."""
    persons = {p.id: row for row, p in enumerate(case.roster)}
    remains = {r.id: column for column, r in enumerate(case.remains)}
    for name, ids, known in (("person", support.am_ids, persons), ("remains", support.pm_ids, remains)):
        for i in ids:
            if i not in known:
                raise InvalidValue("support", name, i, "must be of the case")
    contradicts = sex_contradicts(case)
    return ~contradicts[np.ix_([persons[p] for p in support.am_ids], [remains[r] for r in support.pm_ids])]


def _result(solution: Solution, support: Support) -> PriorResult:
    parts = tuple(JointPart(tuple(support.am_ids[i] for i in s.facts.persons),
                            tuple(support.pm_ids[j] for j in s.facts.remains), s.facts.how, s.facts.by, s.facts.error)
                  for s in solution.parts)
    prior = solution.prior
    for array in (solution.posterior, solution.unnamed):
        array.setflags(write=False)
    return PriorResult(prior.kind, prior.share, math.exp(prior.log_odds), prior.expected_pairs, solution.posterior,
                       solution.unnamed, parts)


def _assignments(solution: Solution, shown: int, baseline: float, highest: float | None,
                 support: Support) -> tuple[RankedAssignment, ...]:
    """The best assignments with their likelihoods, and their posteriors where every part has an exact sum."""
    totals = [s.log_total for s in solution.parts]
    log_total = None if any(t is None for t in totals) else math.fsum(t for t in totals if t is not None)
    found = []
    for r in ranked(solution, shown):
        log_lr = r.log_weight - math.fsum(solution.prior.log_weight[i, j] for i, j in r.pairs)
        if solution.log_nobody is not None:
            log_lr += math.fsum(solution.log_nobody[j] for _, j in r.pairs)
        found.append(RankedAssignment(
            tuple((support.am_ids[i], support.pm_ids[j]) for i, j in r.pairs), baseline + log_lr,
            None if highest is None else max(0.0, highest - log_lr) / math.log(10.0),
            None if log_total is None else math.exp(r.log_weight - log_total)))
    return tuple(found)


def _likeliest(pairings: Pairings, crowds: Crowds, limits: JointLimits) -> Likeliest:
    """GLRs of everyone; of a crowd one person stands for all, since no reference makes any of them likelier."""
    stand_ins = np.sort(np.concatenate([pairings.singles, crowds.representatives()]))
    best = likeliest(replace(pairings, singles=stand_ins), most_states=limits.most_states)
    for rows in crowds.rows:
        best.log10_glr[rows] = best.log10_glr[rows[0]]
    return best


def _count(pairings: Pairings, limits: JointLimits) -> float | None:
    """The number of assignments whose every pair is possible; None where it cannot be counted exactly."""
    total = 1.0
    choices = []
    for row in range(pairings.n_persons):
        columns = np.flatnonzero(pairings.log_lr[row] > -np.inf)
        picks = np.append(-1, columns).astype(np.int32)[:, None]
        choices.append(Choice(np.array([row]), picks, np.zeros(len(picks))))
    for part in split(choices, pairings.n_remains):
        oriented = orient(part, most_states=limits.most_states)
        sums = None if oriented is None else sums_of(oriented.choices, oriented.n_things, oriented.frontier)
        if sums is None:
            return None
        total *= math.exp(sums.log_total)
    return round(total) if total < 2.0**50 else total


def _warnings(case: Case, support: Support, pairings: Pairings) -> tuple[str, ...]:
    """What a reader must know besides."""
    return (*(reason for _, reason in pairings.doubts), *_alike(case, support.pm_ids))


def _alike(case: Case, remains: Sequence[str]) -> list[str]:
    """Remains whose profiles agree wherever both are typed: they may be one person, which no assignment allows."""
    profiles = case.remains_profiles()
    seen: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for r in remains:
        if r in profiles and len(profiles[r]) >= _ENOUGH:
            key = tuple(sorted((m, str(g)) for m, g in profiles[r].genotypes.items()))
            seen.setdefault(key, []).append(r)
    return [f"remains {', '.join(group)} have one profile: if they are one person, join them before they are weighed, "
            "since each person is at most one of the remains" for group in seen.values() if len(group) > 1]
