"""The joint posterior held against simulated cases whose truth is known: what is said with probability p is true in p.

The rules, any of which broken makes the exit code 1:

1. Cases drawn from the stated prior: in each band of posterior, the pairings that are true are as many as their
   posteriors add up to, within four standard errors; cases are the units, since pairings of one case go together. With
   one missing in each family, with two brothers missing in every third, with unequal sides; exact posteriors.
2. The same for belief propagation on cases too wide for exact sums.
3. On dense cases of 18 × 18 belief propagation, corrected by exact sums on blocks, is within 0.01 of exact under every
   prior, families with two missing included, and within twice the error that it measures on itself, but for 0.0001.
4. On purpose: a flat prior over assignments, and double the share, break rule 1 somewhere.
5. With --large: 1,000 × 1,000, every tenth family missing two, distant relatives, takes no more than 20 s, warm; the
   measured error is within 0.01 under every prior; the tables of the families with two missing are those of the
   pedigree engine to 1e-9 (natural log), in assignments drawn evenly.

Only told: the reliability table under each prior.
"""

import argparse
import datetime
import itertools
import math
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from joint_cases import DISTANT, THOUSAND, Plan, grow, usual_loci
from numpy.typing import NDArray

from homeward.decide import identify
from homeward.decide.joint import JointLimits, JointPrior, PriorKind
from homeward.decide.joint.families import pairings_of, remains_codes
from homeward.decide.joint.options import Pairings
from homeward.decide.joint.prior import pair_priors
from homeward.decide.joint.propagation import propagate
from homeward.decide.joint.solve import How, Solution, solve
from homeward.decide.lines import compare_lines
from homeward.kinship import Typed, marker_logliks, typed_families
from homeward.kinship.joint import logliks_of_two
from homeward.model import Case, Prior
from homeward.simulate.inheritance import Loci

_BANDS = (0.0, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999, 1.0 + 1e-9)
_ERRORS, _PROPAGATION, _UNNOTICED = 4.0, 0.01, 1e-4
_DENSE = 18
_SECONDS, _DRAWN, _SAME = 20.0, 20, 1e-9
_BROKEN = "rule 1 is broken: "
_NARROW = JointLimits(most_states=2.0, remainder=0.0)  # everything by belief propagation

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report; ``kept`` is whether its rule is kept, None where there is no rule to keep."""

    what: str
    figures: str
    kept: bool | None


def solved(plan: Plan, table: Loci, rng: np.random.Generator,
           limits: JointLimits) -> tuple[dict[PriorKind, Solution], NDArray[np.bool_], Pairings]:
    """The posterior of one grown case under every prior, and the truth."""
    case, true = grow(plan, table, rng)
    priors = pair_priors(JointPrior(plan.share), np.ones(true.shape, dtype=np.bool_))
    pairings = pairings_of(case, compare_lines(case).support, priors[0], limits)
    return {p.kind: solve(pairings, p, limits) for p in priors}, true, pairings


# --- 1., 2. and 4. calibration


def calibrated(name: str, plan: Plan, cases: int, rng: np.random.Generator, *,
               limits: JointLimits) -> Iterator[Outcome]:
    """Reliability tables over many cases, one for each prior; the stated one has a rule to keep."""
    table = usual_loci()
    gathered: dict[PriorKind, list[tuple[_Array, NDArray[np.bool_]]]] = {kind: [] for kind in PriorKind}
    hows: set[How] = set()
    for _ in range(cases):
        solutions, true, _ = solved(plan, table, rng, limits)
        hows |= {part.facts.how for part in solutions[PriorKind.STATED].parts}
        for kind, solution in solutions.items():
            gathered[kind].append((solution.posterior[:-1], true))
    n = cases * plan.persons * plan.remains
    how = "/".join(sorted(h.name.lower() for h in hows))
    for kind, answers in gathered.items():
        rows = [_band(answers, low, high) for low, high in itertools.pairwise(_BANDS)]
        told = "; ".join(f"{r.low:g}–{min(r.high, 1.0):g}: {r.count:,}, {r.true:.0f}/{r.expected:.4g} ({r.off:+.1f})"
                         for r in rows if r.count)
        broken = any(abs(r.off) > _ERRORS for r in rows)
        if kind in (PriorKind.FLAT, PriorKind.DOUBLE):
            yield Outcome(f"{name}, {kind.value}, on purpose", f"{_BROKEN}{broken}", None)
        yield Outcome(f"{name}, {kind.value}",
                      f"{n:,} pairings ({how}). Band: pairings, true/expected (standard errors): {told}",
                      not broken if kind is PriorKind.STATED else None)


@dataclass(frozen=True, slots=True)
class _Band:
    """Pairings with a posterior in a band: how many, how many true, their posteriors' sum, the difference in errors."""

    low: float
    high: float
    count: int
    true: float
    expected: float
    off: float


def _band(answers: Sequence[tuple[_Array, NDArray[np.bool_]]], low: float, high: float) -> _Band:
    """The standard error is that of the sum over cases, and no less than chance alone would make it."""
    counts, right, expected, by_chance = [], [], [], 0.0
    for posterior, true in answers:
        here = (posterior >= low) & (posterior < high)
        p = posterior[here]
        counts.append(int(here.sum()))
        right.append(float(true[here].sum()))
        expected.append(float(p.sum()))
        by_chance += float((p * (1.0 - p)).sum())
    off = np.array(right) - np.array(expected)
    error = math.sqrt(max(len(off) * float(off.var(ddof=1)), by_chance)) or 1.0
    return _Band(low, high, sum(counts), sum(right), sum(expected), float(off.sum()) / error)


# --- 3. belief propagation against exact sums


def propagated(cases: int, rng: np.random.Generator) -> Iterator[Outcome]:
    """Dense cases that are just narrow enough for exact sums, by messages and blocks too."""
    table = usual_loci()
    for name, plan in (("one missing", Plan(_DENSE, _DENSE, 0.6)),
                       ("every third family two missing", Plan(_DENSE, _DENSE, 0.6, two_in=3)),
                       ("distant shapes, every third two missing", Plan(_DENSE, _DENSE, 0.6, DISTANT, two_in=3))):
        apart: dict[PriorKind, list[float]] = {kind: [] for kind in PriorKind}
        alone, beyond = 0.0, -1.0
        for _ in range(cases):
            solutions, _, pairings = solved(plan, table, rng, JointLimits())
            for kind, solution in solutions.items():
                rough = solve(pairings, solution.prior, _NARROW)
                apart[kind].append(float(np.abs(rough.posterior - solution.posterior).max()))
                beyond = max(beyond, apart[kind][-1] - 2.0 * max(p.facts.error for p in rough.parts))
                alone = max(alone, _without_blocks(pairings, solution))
        told = "; ".join(f"{kind.value} {max(a):.5f}, median {np.median(a):.6f}" for kind, a in apart.items())
        yield Outcome(f"{_DENSE} × {_DENSE}, {name}", f"largest difference from exact in {cases} cases: {told}; "
                      f"twice the measured error is passed by at most {max(beyond, 0.0):.1e}; messages without blocks "
                      f"are off by up to {alone:.4f}",
                      max(max(a) for a in apart.values()) <= _PROPAGATION and beyond <= _UNNOTICED)


def _without_blocks(pairings: Pairings, solution: Solution) -> float:
    """How far belief propagation alone is from a solution."""
    beliefs = propagate(pairings.choices(solution.prior), pairings.n_remains)
    return float(np.abs(beliefs.free - solution.posterior[-1]).max(initial=0.0))


# --- 5. a thousand by a thousand


def large(rng: np.random.Generator) -> Iterator[Outcome]:
    """1,000 × 1,000 with every tenth family missing two, distant relatives: all of it, as `identify` does it."""
    identify(grow(replace(THOUSAND, persons=60, remains=60), usual_loci(), rng)[0])  # compiles
    case, true = grow(THOUSAND, usual_loci(), rng)
    case = replace(case, prior=Prior(THOUSAND.share))
    started = time.perf_counter()
    found = identify(case)
    taken = time.perf_counter() - started
    if found.joint is None:
        raise AssertionError("a million pairs are weighed together")
    steps = {"LRs": found.seconds["lr"], **found.joint.seconds}
    told = ", ".join(f"{name} {seconds:.1f}" for name, seconds in steps.items())
    yield Outcome("1,000 × 1,000, every tenth family missing two", f"{taken:.1f} s from a case in memory to the result "
                  f"({told})", taken <= _SECONDS)
    for result in found.joint.results:
        part = result.parts[0]
        yield Outcome(f"1,000 × 1,000, {result.kind.value}", f"{part.by}; error {result.error:.2g}; "
                      f"{result.posterior[:-1].sum():.1f} pairs expected, {int(true.sum())} true",
                      result.error <= _PROPAGATION)
    pairs = {(case.roster[i].id, case.remains[j].id) for i, j in np.argwhere(true).tolist()}
    best = found.joint.assignments[0].pairs
    right = len(pairs.intersection(best))
    yield Outcome("1,000 × 1,000, best assignment", f"{right} of its {len(best)} pairs are true", None)
    yield _tables(case, rng)


def _tables(case: Case, rng: np.random.Generator) -> Outcome:
    """Assignments of the families with two missing, drawn evenly, against the likelihood of the whole family."""
    profiles, typed = case.remains_profiles(), typed_families(case)
    remains = [r.id for r in case.remains]
    codes, apart, count = remains_codes(case, remains), 0.0, 0
    for family in (f for f in case.families if len(f.missing) == 2):
        members = [m.id for m in family.missing]
        matrix = logliks_of_two(typed[family.id], members, codes, case.frequencies)
        drawn = rng.integers(0, len(remains) + 1, (_DRAWN, 2))
        drawn = drawn[(drawn[:, 0] != drawn[:, 1]) | (drawn[:, 0] == len(remains))]
        placed = [{m: profiles[remains[r]] for m, r in zip(members, row, strict=True) if r < len(remains)}
                  for row in drawn.tolist()]
        whole = [Typed(family, {**typed[family.id].profiles, **p}) for p in placed]
        expected = [math.fsum(one.values()) for one in marker_logliks(whole, case.frequencies)]
        apart = max(apart, float(np.abs(matrix[drawn[:, 0], drawn[:, 1]] - expected).max()))
        count += len(drawn)
    return Outcome("1,000 × 1,000, tables of two missing", f"largest difference from the engine's log likelihood in "
                   f"{count:,} assignments: {apart:.1e}", apart <= _SAME)


# --- the report


def write(outcomes: list[Outcome], path: Path, *, day: datetime.date, seed: int, cases: int) -> None:
    """The dated report: what was found, with what, and whether the rules are kept."""
    marks = {True: "kept", False: "**broken**", None: "–"}
    software = ", ".join(f"{name} {version(name)}" for name in ("homeward", "numpy", "scipy", "numba"))
    rules = [o for o in outcomes if o.kept is not None]
    lines = [f"# The joint posterior, verified on {day.isoformat()}", "",
             f"{software}, Python {platform.python_version()}; seed {seed}; {cases} cases each. "
             f"{sum(bool(o.kept) for o in rules)} of {len(rules)} checks kept. The rules stand in "
             "`verification/joint_calibration.py`. All people are synthetic.", "",
             "| what | figures | rule |", "|---|---|---|",
             *(f"| {o.what} | {o.figures} | {marks[o.kept]} |" for o in outcomes)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Run everything; the exit code says whether all rules are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=60, help="grown for each table")
    parser.add_argument("--seed", type=int, default=1953)
    parser.add_argument("--large", action="store_true", help="1,000 × 1,000 as well")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "reports")
    asked = parser.parse_args()
    day = datetime.datetime.now(tz=datetime.UTC).date()
    rng = np.random.default_rng(asked.seed)
    exact = JointLimits()
    parts = [calibrated("20 × 20", Plan(20, 20, 0.6), max(5, asked.cases // 6), rng, limits=exact),
             calibrated("14 × 14, few", Plan(14, 14, 0.2), asked.cases, rng, limits=exact),
             calibrated("14 × 14, most", Plan(14, 14, 0.9), asked.cases, rng, limits=exact),
             calibrated("18 persons × 10 remains", Plan(18, 10, 0.6), asked.cases, rng, limits=exact),
             calibrated("12 × 12, every third family two missing", Plan(12, 12, 0.6, two_in=3), asked.cases, rng,
                        limits=exact),
             calibrated("100 × 100 by messages", Plan(100, 100, 0.6, DISTANT, two_in=10), max(5, asked.cases // 6),
                        rng, limits=exact),
             propagated(max(3, asked.cases // 3), rng)]
    outcomes: list[Outcome] = []
    for part in (*parts, large(rng)) if asked.large else parts:
        for outcome in part:
            outcomes.append(outcome)
            sys.stdout.write(f"{ {True: 'kept  ', False: 'BROKEN', None: '      '}[outcome.kept]} {outcome.what}: "
                             f"{outcome.figures}\n")
            sys.stdout.flush()
    noticed = any(o.figures == f"{_BROKEN}True" for o in outcomes)
    outcomes.append(Outcome("wrong priors, on purpose", f"noticed: {noticed}", noticed))
    path = asked.out / f"joint-calibration-{day.isoformat()}.md"
    write(outcomes, path, day=day, seed=asked.seed, cases=asked.cases)
    sys.stdout.write(f"report: {path}\n")
    return int(any(o.kept is False for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
