"""The joint posterior of groups and names, verified: enumeration, calibration, errors, a rival, stress.

Rules: within .003 of enumeration; 90 % sets of persons and of names hold the truth in 88–92 % of assemblages drawn from
the model (within what chance allows at the number drawn); of elements with a name at ≥ .999 at most 1 in 1,000 is
wrong; against two steps with membership probabilities, as many persons named and fewer elements under a wrong name;
under stress the sets hold the truth in at least 80 %, and the result warns. All people are synthetic.
"""

import argparse
import datetime
import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from grouping_cases import Weighed, two_steps, weighed

from homeward.commingling.size_shape import shipped
from homeward.decide.grouping.priors import GivenRates, Priors
from homeward.decide.grouping.sampling import Effort, sample
from homeward.simulate.assemblage_settings import AssemblageSettings, medium, small

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "homeward" / "decide" / "grouping"))
from enumeration import Enumeration
from inventing import invented_problem

_EXACT, _COVERED, _STRESSED, _WRONG = 0.003, (0.88, 0.92), 0.8, 0.001
_SURE, _NAMED = 0.999, 0.9995
_BANDS = ((0.0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 0.99), (0.99, 0.999), (0.999, 1.01))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report; ``kept``: whether its rule is, None where it has none."""

    what: str
    figures: str
    kept: bool | None


def enumerated(cases: int, sweeps: int, rng: np.random.Generator) -> Outcome:
    """Small problems with everything in them, at given rates."""
    priors, given = Priors(), GivenRates(1.5, (0.4, 0.1), np.linspace(0.3, 0.8, 6), [1 / 6] * 6, 3, 2)
    effort = Effort(chains=4, workers=2, warmup=500, sweeps=sweeps, most=sweeps + 500)
    apart = []
    for case in range(cases):
        problem = invented_problem(rng, elements=4 + case % 5, persons=4)
        exact, found = Enumeration(problem, priors, given), sample(problem, priors, effort, rng=rng, given=given)
        tells = found.data.informs >= 0
        names = np.abs(found.by_label.mean(axis=0)[tells] - exact.name[tells, :-1])
        apart.append(max(float(np.abs(found.together.mean(axis=0) - exact.together).max()),
                         float(names.max(initial=0.0)),
                         float(np.abs(found.unlisted.mean(axis=0) - exact.name[:, -1]).max())))
    told = f"{cases} cases of 4–8 elements: largest difference {max(apart):.4f}, median {np.median(apart):.4f}"
    return Outcome("enumeration", told, max(apart) <= _EXACT)


def run(settings: AssemblageSettings, analysed: AssemblageSettings, cases: int, *, seed: int,
        effort: Effort) -> list[Weighed]:
    """Assemblages drawn by one setting and weighed by another."""
    return [weighed(settings, analysed, effort, rng=np.random.default_rng([seed, k])) for k in range(cases)]


def coverage(what: str, found: list[Weighed], low: float, high: float) -> Iterator[Outcome]:
    """Of the sets of persons and names; each assemblage counts once."""
    for which, values in (("number of persons", [w.persons_held() for w in found]),
                          ("names", [float(np.mean(h)) for w in found if (h := w.names_held())])):
        mean, error = float(np.mean(values)), float(np.std(values) / math.sqrt(len(values)))
        yield Outcome(f"{what}: {which}", f"90 % sets hold the truth in {mean:.3f} (± {error:.3f}) of {len(values)}",
                      low - 2.0 * error <= mean <= high + 2.0 * error)
    bias = [float(w.draws.traces[:, :, 0].mean()) - w.truth.n_persons for w in found]
    converged = sum(w.draws.converged for w in found)
    yield Outcome(f"{what}: persons", f"posterior mean less truth {np.mean(bias):+.2f}; {converged} of {len(found)} "
                  f"converged; {sum(len(w.true) for w in found):,} elements of "
                  f"{sum(w.truth.n_persons for w in found):,} persons", None)


def errors(what: str, found: list[Weighed]) -> Iterator[Outcome]:
    """Elements under a name, by the probability of it."""
    best = np.concatenate([w.belongs.max(axis=1) for w in found])
    right = np.concatenate([w.belongs.argmax(axis=1) == w.true for w in found])
    for low, high in _BANDS:
        here = (best >= low) & (best < high)
        if here.any():
            wrong = int((~right[here]).sum())
            kept = None if low < _SURE else bool(wrong <= max(_WRONG * here.sum(), 1.0))
            yield Outcome(f"{what}: names at {low:g}–{min(high, 1.0):g}", f"{here.sum():,} elements: mean probability "
                          f"{best[here].mean():.4f}, right {right[here].mean():.4f}, wrong {wrong}", kept)
    for k, w in enumerate(found):
        sure = (w.belongs.max(axis=1) >= _SURE) & (w.belongs.argmax(axis=1) != w.true)
        for e in np.flatnonzero(sure).tolist():
            yield Outcome(f"{what}: wrong at ≥ {_SURE}", _explained(k, w, e), None)


def _explained(k: int, w: Weighed, e: int) -> str:
    element, m = w.assemblage.inventory.elements[e], int(w.belongs[e].argmax())
    others = [f for f in np.flatnonzero(w.draws.together.mean(axis=0)[e] >= 0.5).tolist() if f != e]
    same = sum(int(w.true[f]) == m for f in others)
    return (f"case {k}: {element.bone} {element.side} in {element.box}, {len(element.measurements)} measurements, "
            f"{'STR' if element.id in w.assemblage.profiles else 'no STR'}, "
            f"{'mtDNA' if element.id in w.assemblage.haplotypes else 'no mtDNA'}; lies with {len(others)} elements, "
            f"{same} of them the named person's; its own person is {w.truth.person_of[e]}")


def rivals(what: str, found: list[Weighed], settings: AssemblageSettings, effort: Effort) -> Outcome:
    """Joint against two steps on the same assemblages: persons named, and elements right and wrong at ≥ .999."""
    rng, counts = np.random.default_rng(7), np.zeros((2, 4), dtype=int)
    for w in found:
        for k, belongs in enumerate((w.belongs, two_steps(w, settings, effort, rng=rng))):
            sure, best = belongs.max(axis=1) >= _SURE, belongs.argmax(axis=1)
            right = best == w.true
            named = np.flatnonzero(belongs.max(axis=0) >= _NAMED)
            true = [m for m in named if w.true[int(belongs[:, m].argmax())] == m]
            counts[k] += len(true), len(named) - len(true), int((sure & right).sum()), int((sure & ~right).sum())
    told = "; ".join(f"{name}: {c[0]} persons named rightly and {c[1]} wrongly at ≥ {_NAMED}, {c[2]:,} elements right "
                     f"and {c[3]} wrong at ≥ {_SURE}" for name, c in zip(("joint", "two steps"), counts, strict=True))
    return Outcome(f"{what}: against two steps", told,
                   bool(counts[0, 0] >= counts[1, 0] and counts[0, 3] <= counts[1, 3]))


def stressed(cases: int, seed: int, effort: Effort) -> Iterator[Outcome]:
    """What the model does not say of the assemblage: coverage, errors, and how often the result warns."""
    base = small()
    wide = replace(base, priors=Priors(unlisted=(1.0, 0.3), stated=(1.0, 1.0), elsewhere=(1.0, 20.0)))
    trials = (("vague priors of all rates", base, wide),
              ("a tenth of the boxes misplaced", replace(base, misplaced=0.1), base),
              ("two missing brothers in half of the families", replace(base, brothers=0.5), base),
              ("bones of another population", replace(base, model=shipped("japanese_men")), base))
    for what, drawn, analysed in trials:
        found = run(drawn, analysed, cases, seed=seed, effort=effort)
        yield from (replace(o, kept=None if o.kept is None else _least(o)) for o in coverage(what, found, 0.0, 1.0))
        best = np.concatenate([w.belongs.max(axis=1) for w in found])
        right = np.concatenate([w.belongs.argmax(axis=1) == w.true for w in found])
        sure = best >= _SURE
        yield Outcome(f"{what}: names at ≥ {_SURE}", f"{sure.sum():,} elements, wrong {int((~right[sure]).sum())}; "
                      f"{sum(bool(w.warnings) for w in found)} of {len(found)} results warn", None)


def _least(outcome: Outcome) -> bool:
    return float(outcome.figures.split("truth in ")[1].split()[0]) >= _STRESSED


def write(outcomes: list[Outcome], path: Path, heading: str) -> None:
    """The dated report."""
    marks = {True: "kept", False: "**broken**", None: "–"}
    lines = [heading, "", "The rules stand in `verification/grouping_calibration.py`. All people are synthetic.", "",
             "| what | figures | rule |", "|---|---|---|",
             *(f"| {o.what} | {o.figures} | {marks[o.kept]} |" for o in outcomes)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def parts(asked: argparse.Namespace) -> Iterator[Outcome]:
    """All that was asked for."""
    effort = Effort(chains=4, workers=2, warmup=100, sweeps=300, most=2700)
    if "enumeration" in asked.parts:
        yield enumerated(asked.enumerated, asked.sweeps, np.random.default_rng(asked.seed))
    if "small" in asked.parts:
        found = run(small(), small(), asked.cases, seed=asked.seed, effort=effort)
        yield from coverage("small", found, *_COVERED)
        yield from errors("small", found)
        yield rivals("small", found[:asked.rivals], small(), effort)
    if "medium" in asked.parts:
        found = run(medium(), medium(), asked.medium, seed=asked.seed + 1, effort=effort)
        yield from coverage("medium", found, 0.0, 1.0)
        yield from errors("medium", found)
    if "stress" in asked.parts:
        yield from stressed(asked.stress, asked.seed + 2, effort)


def main() -> int:
    """Run what is asked for; the exit code says whether all rules are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", default=["enumeration", "small", "medium", "stress"])
    for name, default in (("cases", 300), ("enumerated", 100), ("sweeps", 60_000), ("rivals", 60), ("medium", 8),
                          ("stress", 40), ("seed", 1953)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "reports")
    asked = parser.parse_args()
    day, started, outcomes = datetime.datetime.now(tz=datetime.UTC).date(), time.monotonic(), []
    for outcome in parts(asked):
        outcomes.append(outcome)
        sys.stdout.write(f"{outcome.kept} {outcome.what}: {outcome.figures}\n")
        sys.stdout.flush()
    path = asked.out / f"grouping-{'-'.join(asked.parts)}-{day.isoformat()}.md"
    write(outcomes, path, f"# Groups and names, verified on {day.isoformat()} ({time.monotonic() - started:.0f} s)")
    sys.stdout.write(f"report: {path}\n")
    return int(any(o.kept is False for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
