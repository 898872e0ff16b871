"""Commingled cases as a laboratory would hold them, grouped and scored: beyond the model that the grouping starts from.

Each case of `homeward simulate --like k55` is written as a case folder, read back, grouped with the usual settings and
held against its truth. Bones are broken and worn, sides and units mistaken, some judged pairs wrong, teeth charted with
errors, as the model does not know. Rules, each within what chance allows: the 90 % interval holds the number of persons
in at least 80 % of the cases whose chains agree; of elements under a proposed name at .999 and more at most 1 in 1,000
is wrong. Without such allowance: chains that do not agree propose no name. All people are synthetic.
"""

import argparse
import datetime
import math
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from homeward.decide.commingled import assemblage_of, lines_of_elements
from homeward.decide.grouping.group import Settings, group
from homeward.decide.grouping.result import Grouping
from homeward.decide.score_groups import GroupingScore, StatedGrouping, StatedName, calibration, score_grouping
from homeward.formats import read_case, read_inventory, write_case, write_inventory
from homeward.formats.physical import read_physical, write_physical
from homeward.report.calibration_chart import draw_calibration
from homeward.simulate.k55 import GrownAssemblage, grow_k55

_COVERED, _WRONG = 0.8, 0.001


@dataclass(frozen=True, slots=True)
class Done:
    """One case: seed, score, seconds from files to result, names proposed, what was stated of names and of pairs."""

    seed: int
    score: GroupingScore
    seconds: float
    proposed: int
    names: list[tuple[float, bool]]
    pairs: list[tuple[float, bool]]


def stated(found: Grouping) -> StatedGrouping:
    """A grouping as its files would state it."""
    names = tuple(StatedName(n.person, n.probability, n.anchor, n.is_proposed,
                             {m.element: m.probability for m in n.elements}) for n in found.names)
    pairs = tuple((found.elements[a], found.elements[b], float(p))
                  for (a, b), p in zip(found.pairs.tolist(), found.together, strict=True))
    persons = found.persons
    return StatedGrouping(found.elements, names, persons.low, persons.mean, persons.high, pairs, found.converged)


def through_files(grown: GrownAssemblage) -> Grouping:
    """The case written, read and grouped."""
    with tempfile.TemporaryDirectory() as folder:
        write_case(grown.case, folder)
        write_inventory(grown.inventory, folder)
        write_physical(grown.physical, folder, grown.case)
        case = read_case(folder)
        read = read_inventory(folder, case)
        physical = read_physical(folder, case)
    lines, _ = lines_of_elements(case, read.inventory, physical)
    assemblage = assemblage_of(case, read.inventory, lines).assemblage
    return group(assemblage, Settings(rule=case.rule), rng=np.random.default_rng(1))


def one(seed: int, size: str) -> Done:
    """One case from its seed to its score."""
    grown = grow_k55(np.random.default_rng(seed), size=size)
    started = time.perf_counter()
    found = through_files(grown)
    seconds = time.perf_counter() - started
    roster = {p.id for p in grown.case.roster}
    whose = grown.person_of
    said = stated(found)
    score = score_grouping(said, {e: (p, p in roster) for e, p in whose.items()})
    return Done(seed, score, seconds, len(found.proposals),
                [(p, whose[e] == n.person) for n in said.names for e, p in n.elements.items()],
                [(p, whose[a] == whose[b]) for a, b, p in said.pairs])


def report(size: str, done: list[Done]) -> tuple[list[str], bool]:
    """The lines of the report, and whether the rules are kept."""
    agreed = [d for d in done if d.score.converged]
    held = sum(d.score.holds_number for d in agreed)
    right, wrong = sum(d.score.elements_right for d in done), [w for d in done for w in d.score.elements_wrong]
    allowed = _WRONG * (right + len(wrong)) + 3.0 * math.sqrt(_WRONG * (right + len(wrong)))
    rash = [d.seed for d in done if not d.score.converged and d.proposed]
    least = _COVERED * len(agreed) - 2.0 * math.sqrt(_COVERED * (1.0 - _COVERED) * len(agreed))
    kept = held >= least and len(wrong) <= allowed and not rash
    seconds = sorted(d.seconds for d in done)
    lines = [
        f"## {size}: {len(done)} cases", "",
        f"- elements {sum(d.score.elements for d in done)}, persons {sum(d.score.persons for d in done)}, of them on "
        f"the roster {sum(d.score.listed for d in done)}",
        f"- chains agree in {len(agreed)}; the 90 % interval holds the number of persons in {held} of these",
        f"- persons named rightly {sum(d.score.right for d in done)}, wrongly {sum(len(d.score.wrong) for d in done)}, "
        f"not named {sum(d.score.missed for d in done)}",
        f"- elements under a proposed name with at least .999: {right} rightly, {len(wrong)} wrongly"
        + "".join(f"; {w.element} of {w.truly} under {w.person} with {w.probability:.6f}" for w in wrong),
        f"- F1 of pairs {np.mean([d.score.f1 for d in done]):.3f} on average; seconds {seconds[len(seconds) // 2]:.1f} "
        f"(median), {seconds[-1]:.1f} (most)",
        f"- proposed although the chains do not agree: {rash or 'none'}", "",
        "| stated | names: so / of | pairs: so / of |", "|---|---|---|"]
    names, pairs = ({b.low: b for b in calibration([x for own in kind for x in own])}
                    for kind in ([d.names for d in done], [d.pairs for d in done]))
    for low in sorted({*names, *pairs}):
        cells = [f"{b[low].right} / {b[low].n}" if low in b else "" for b in (names, pairs)]
        lines.append(f"| {low:g} and more | {cells[0]} | {cells[1]} |")
    return [*lines, "", "Rules kept." if kept else "RULES BROKEN."], kept


def main() -> int:
    """Run, write the dated report and the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--medium", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "reports")
    asked = parser.parse_args()
    today = datetime.datetime.now(datetime.UTC).date()
    text = [f"# Worn cases, grouped and scored, {today}", "", f"Seeds from {asked.seed} on. All people synthetic.", ""]
    kept = True
    every: list[Done] = []
    for size, count in (("small", asked.small), ("medium", asked.medium)):
        done = [one(asked.seed + k, size) for k in range(count)]
        if done:
            lines, good = report(size, done)
            text, kept, every = [*text, *lines, ""], kept and good, [*every, *done]
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / f"worn-cases-{today}.md").write_text("\n".join(text), encoding="utf-8")
    plot = draw_calibration([("Elements and names", calibration([x for d in every for x in d.names])),
                             ("Pairs of elements", calibration([x for d in every for x in d.pairs]))])
    (asked.out / f"worn-cases-{today}.svg").write_text(plot, encoding="utf-8")
    sys.stdout.write("\n".join(text) + "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
