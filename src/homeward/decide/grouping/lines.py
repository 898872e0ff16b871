"""What each line of evidence says of a name, and what the name's probability would be without it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping.problem import Genetics, Problem

__all__ = ["ANTEMORTEM", "AUTOSOMAL", "MITO", "log10_lrs", "same_evidence", "without_line"]

AUTOSOMAL, MITO, ANTEMORTEM = "autosomal STR", "mtDNA", "antemortem"


def log10_lrs(problem: Problem, members: Sequence[int], person: int, n_autosomal: int) -> tuple[tuple[str, float], ...]:
    """log10 LR of the members' evidence by line: they are this person, over someone not on the roster.

    ``n_autosomal``: how many of the markers are autosomal; one after them is mtDNA. Lines that compare nothing are
    left out.
    """
    g = problem.genetics
    rows = [r for r, e in enumerate(g.element.tolist()) if e in set(members)]
    found = []
    markers = len(g.first) - 1
    for line, which in ((AUTOSOMAL, range(n_autosomal)), (MITO, range(n_autosomal, markers))):
        typed = [k for k in which if g.typed[rows, k].any()]
        if typed and g.column[person] >= 0:
            found.append((line, sum(_marker(g, rows, k, int(g.column[person])) for k in typed)))
    lines = [r for r, e in enumerate(problem.line_element.tolist()) if e in set(members)]
    if lines:
        found.append((ANTEMORTEM, float(problem.lines[lines, person].sum()) / math.log(10.0)))
    return tuple(found)


def _marker(g: Genetics, rows: list[int], k: int, column: int) -> float:
    states = slice(g.first[k], g.first[k + 1])
    product = g.weights[rows, states].prod(axis=0)
    named, anyone = float(product @ g.tables[states, column]), float(product @ g.population[states])
    return math.log10(max(named, 1e-300) / max(anyone, 1e-300))


def without_line(probability: float, log10_lr: float) -> float:
    """The probability of a name if a line had said nothing: its odds over the line's LR."""
    p = min(max(probability, 1e-12), 1.0 - 1e-12)
    log10_odds = math.log10(p / (1.0 - p)) - log10_lr
    return float(1.0 / (1.0 + 10.0 ** min(max(-log10_odds, -300.0), 300.0)))


def same_evidence(problem: Problem, person: int) -> NDArray[np.int64]:
    """The other persons of his incident of whom references and antemortem lines say exactly what they say of him."""
    g = problem.genetics
    others = np.flatnonzero((problem.incident == problem.incident[person]) & (np.arange(problem.n_persons) != person))
    mine = g.column[person]
    same = []
    for m in others.tolist():
        column = g.column[m]
        if (column < 0) != (mine < 0) or not np.array_equal(problem.lines[:, m], problem.lines[:, person]):
            continue
        if mine < 0 or np.allclose(g.tables[:, column], g.tables[:, mine], rtol=1e-4, atol=1e-7):
            same.append(m)
    return np.array(same, dtype=np.int64)
