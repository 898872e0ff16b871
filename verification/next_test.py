"""The next best test tried out: small synthetic cases are sampled on by the ranking, at random, largest bone first.

Of each case every element has a profile and every family its references, most of which are hidden. A strategy chooses
elements; of each the laboratory fails or shows the hidden profile, the same for all strategies; the posterior is
computed anew and held against the truth. So with persons asked for references: by the ranking, and at random among
those of the incidents that a box states. Rules, on the means over the cases: the ranking gains more log10 probability
of the truth (names, and pairs over the mean elements of a person) than either rival, and than persons at random, by
two standard errors of the paired difference. All people are synthetic.
"""

import argparse
import datetime
import math
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping._information import Views, log_score
from homeward.decide.grouping.assemblage import Assemblage, problem_of
from homeward.decide.grouping.joint_draws import JointDraws, joint_draws
from homeward.decide.grouping.next_test import Laboratory, best_references, best_samples, roster_of, telling
from homeward.kinship.power import Relationship
from homeward.model import Profile
from homeward.simulate.assemblage import Truth, draw_assemblage
from homeward.simulate.assemblage_settings import small
from homeward.simulate.frequencies import fbi2015

_SETTINGS = replace(small(), coverage=1.0, str_share={}, str_else=1.0)
_LABORATORY = Laboratory({"femur": 0.75, "tibia": 0.7, "cranium": 0.6, "humerus": 0.55, "mandible": 0.55, "talus": 0.5,
                          "os_coxa": 0.5, "calcaneus": 0.45}, 0.3)
_LARGEST = ("femur", "os_coxa", "tibia", "cranium", "humerus", "fibula", "ulna", "radius", "scapula", "sacrum",
            "mandible", "clavicle", "calcaneus", "talus")
_KEPT, _FAMILIES = 0.12, 0.6  # shares of profiles and of families' references that are not hidden
_PLAN = (4, 100, 150, 3)
_RANKED, _RANDOM, _LARGE = "ranked", "at random", "largest bone first"
_ASKED, _ANYONE = "asked as ranked", "asked at random"


@dataclass(frozen=True, slots=True)
class Case:
    """What is known and what is hidden. ``works``: of which elements a sample would give a profile."""

    known: Assemblage
    profiles: Mapping[str, tuple[Profile, ...]]
    whole: Assemblage
    works: Mapping[str, bool]
    truth: Truth


@dataclass(frozen=True, slots=True)
class Score:
    """log10 probability of the truth: ``names`` over elements, ``pairs``; elements with the right name at .9."""

    names: float
    pairs: float
    right: int

    @property
    def total(self) -> float:
        """Both."""
        return self.names + self.pairs


def drawn(rng: np.random.Generator) -> Case:
    """One case, with six elements at least."""
    while True:
        whole, truth = draw_assemblage(rng, _SETTINGS)
        if len(truth.person_of) >= 6:
            break
    kept = {e: p for e, p in whole.profiles.items() if rng.random() < _KEPT}
    families = {p.id for p in whole.roster if rng.random() < _FAMILIES}
    known = replace(whole, profiles=kept, relatives={p: r for p, r in whole.relatives.items() if p in families},
                    maternal={p: h for p, h in whole.maternal.items() if p in families})
    works = {e.id: bool(rng.random() < _LABORATORY.chance(e.bone)) for e in whole.inventory}
    return Case(known, whole.profiles, whole, works, truth)


def with_samples(case: Case, elements: Iterable[str]) -> Assemblage:
    """After the laboratory."""
    new = {e: case.profiles[e] for e in elements if case.works[e] and e in case.profiles}
    return replace(case.known, profiles={**case.known.profiles, **new})


def with_references(case: Case, persons: Iterable[str]) -> Assemblage:
    """After the families have answered."""
    new = {p: case.whole.relatives[p] for p in persons if p in case.whole.relatives}
    return replace(case.known, relatives={**case.known.relatives, **new})


def weighed(assemblage: Assemblage, rng: np.random.Generator) -> JointDraws:
    """The posterior's draws."""
    problem, _ = problem_of(assemblage, _SETTINGS.model, _SETTINGS.typing)
    return joint_draws(problem, _SETTINGS.priors, rng=rng, plan=_PLAN)


def scored(case: Case, assemblage: Assemblage, draws: JointDraws) -> Score:
    """The draws beside the truth."""
    number = {p.id: k for k, p in enumerate(assemblage.persons())}
    true = np.array([number.get(p, -1) for p in case.truth.person_of])
    roster = roster_of(assemblage)
    names = log_score(Views.of(draws.group, draws.label, roster), roster, true) / math.log(10.0)
    persons = np.unique(case.truth.person_of, return_inverse=True)[1]
    together = np.array([(draws.group == draws.group[:, e:e + 1]).mean(axis=0) for e in range(len(true))])
    p = np.where(persons[:, None] == persons, together, 1.0 - together)[np.triu_indices(len(true), 1)]
    pairs = np.log10((p * len(draws.group) + 0.5) / (len(draws.group) + 1.0)).sum() * case.truth.n_persons / len(true)
    return Score(float(names.sum()), float(pairs), int((names >= math.log10(0.9)).sum()))


def one(seed: int, samples: int, persons: int, tells: Mapping[str, float]) -> tuple[dict[str, Score], float]:
    """One case by every strategy, each less what was known before; and what the ranking expected of its samples."""
    rng = np.random.default_rng(seed)
    case = drawn(rng)
    known = case.known
    draws = weighed(known, np.random.default_rng(seed))
    before = scored(case, known, draws)
    ranked = best_samples(known, draws, _LABORATORY, most=samples)
    unsampled = [e for e in known.inventory if e.id not in known.profiles]
    largest = sorted(unsampled, key=lambda e: _LARGEST.index(e.bone))
    stated = set(known.boxes.values())
    unasked = [p.id for p in known.roster if p.id not in known.relatives and p.incident in stated]
    asked = best_references(known, draws, tells, most=persons)
    chosen = {
        _RANKED: with_samples(case, [t.element for t in ranked]),
        _RANDOM: with_samples(case, _some([e.id for e in unsampled], samples, rng)),
        _LARGE: with_samples(case, [e.id for e in largest[:samples]]),
        _ASKED: with_references(case, [t.person for t in asked]),
        _ANYONE: with_references(case, _some(unasked, persons, rng)),
    }
    found = {name: scored(case, a, weighed(a, np.random.default_rng(seed + 1))) for name, a in chosen.items()}
    return ({name: Score(s.names - before.names, s.pairs - before.pairs, s.right - before.right)
             for name, s in found.items()}, sum(t.gain for t in ranked))


def _some(ids: list[str], n: int, rng: np.random.Generator) -> list[str]:
    return [ids[k] for k in rng.permutation(len(ids))[:n].tolist()]


def _mean(values: NDArray[np.float64]) -> str:
    return f"{values.mean():+.2f} ± {values.std(ddof=1) / math.sqrt(len(values)):.2f}"


def report(done: list[dict[str, Score]]) -> tuple[list[str], bool]:
    """The table, the paired differences, and whether the rules are kept."""
    text = ["| chosen | names | pairs | both | elements with the right name at ≥ .9 |", "|---|---|---|---|---|"]
    for name in (_RANKED, _RANDOM, _LARGE, _ASKED, _ANYONE):
        columns = [np.array([getattr(d[name], part) for d in done], dtype=np.float64)
                   for part in ("names", "pairs", "total", "right")]
        text.append(f"| {name} | " + " | ".join(map(_mean, columns)) + " |")
    text, kept = [*text, ""], True
    for ours, rival in ((_RANKED, _RANDOM), (_RANKED, _LARGE), (_ASKED, _ANYONE)):
        more = np.array([d[ours].total - d[rival].total for d in done])
        good = more.mean() > 2.0 * more.std(ddof=1) / math.sqrt(len(more))
        kept = kept and bool(good)
        text.append(f"- {ours} less {rival}: {_mean(more)}, more in {int((more > 0).sum())} of {len(more)} cases: "
                    f"{'kept' if good else '**broken**'}")
    return text, kept


def main() -> int:
    """Run all cases and write the report."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("--cases", type=int, default=30)
    asking.add_argument("--samples", type=int, default=5)
    asking.add_argument("--persons", type=int, default=3)
    asking.add_argument("--seed", type=int, default=1950)
    asking.add_argument("--out", type=Path, default=Path(__file__).parent / "reports")
    asked = asking.parse_args()
    start, cpu, today = time.perf_counter(), time.process_time(), datetime.datetime.now(datetime.UTC).date()
    tells = telling(fbi2015(), [Relationship.CHILD, Relationship.SIB], rng=np.random.default_rng(asked.seed))
    done, expected = [], []
    for k in range(asked.cases):
        found, gain = one(asked.seed + 10 * k, asked.samples, asked.persons, tells)
        done.append(found)
        expected.append(gain)
        sys.stderr.write(f"{k} " + " ".join(f"{name} {s.total:.1f}" for name, s in found.items()) + f" ({gain:.1f})\n")
    lines, kept = report(done)
    took = f"{time.perf_counter() - start:.0f} s, {time.process_time() - cpu:.0f} CPU seconds"
    text = [f"# Next best test, {today}", "",
            f"{asked.cases} cases from seed {asked.seed} on; {asked.samples} samples or {asked.persons} persons each; "
            f"{took}. All people synthetic.", "", "Gain in log10 probability of the truth, mean and standard error:",
            "", *lines, "", f"The ranking expected {_mean(np.array(expected))} of its samples."]
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / f"next-test-{today}.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(text) + "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
