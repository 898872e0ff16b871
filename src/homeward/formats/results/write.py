"""Writes results.json and the CSV tables of an identification."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from homeward.blocks import Status
from homeward.decide import Candidate, Identification, Proposal
from homeward.decide.joint import JointIdentification
from homeward.model import RunFacts

__all__ = ["FORMAT", "write_results", "write_table"]

FORMAT = "homeward-results/1"
MOST_EXCLUSIONS = 200_000  # beyond it exclusions.csv holds only the pairs that one or two markers exclude


def write_results(identification: Identification, facts: RunFacts, folder: Path) -> None:
    """Write results.json, log10_lr.csv, status.csv, posterior.csv, candidates.csv, exclusions.csv and proposals.csv.

    Args: ``folder``, which exists. In log10_lr.csv rows are persons and columns remains; an excluded pair is "-inf",
    a pair that was not compared is empty. posterior.csv has a last row, ``not on the roster``.
    """
    support = identification.support
    lr = [[_number(value, status) for value, status in zip(*row, strict=True)]
          for row in zip(support.log10_lr.tolist(), support.status.tolist(), strict=True)]
    _write_matrix(folder / "log10_lr.csv", support.am_ids, support.pm_ids, lr)
    words = [[Status(s).name.lower() for s in row] for row in support.status.tolist()]
    _write_matrix(folder / "status.csv", support.am_ids, support.pm_ids, words)
    posterior = [[repr(x) for x in row] for row in identification.posterior.tolist()]
    _write_matrix(folder / "posterior.csv", (*support.am_ids, "not on the roster"), support.pm_ids, posterior)
    _write_lists(identification, folder)
    document = json.dumps(_document(identification, facts), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "results.json").write_text(document + "\n", encoding="utf-8")


def _number(log10_lr: float, status: int) -> str:
    return "" if status == Status.NOT_COMPARED else repr(log10_lr)


def _write_lists(identification: Identification, folder: Path) -> None:
    candidates = [[r.remains, str(rank), c.person, c.status.name.lower(), _text(c.log10_lr), repr(c.posterior),
                   r.conclusion.value if rank == 1 else ""]
                  for r in identification.remains for rank, c in enumerate(r.candidates, 1)]
    write_table(folder / "candidates.csv",
                ["remains", "rank", "person", "status", "log10_lr", "posterior", "conclusion"], candidates)
    write_table(folder / "exclusions.csv", ["remains", "person", "excluded_by"], _exclusions(identification))
    proposals = [[p.remains, p.person, p.conclusion.value, repr(p.posterior), repr(p.posterior_not_on_roster),
                  repr(p.log10_lr), p.runner_up.person if p.runner_up else "", p.reason]
                 for p in identification.proposals]
    write_table(folder / "proposals.csv", ["remains", "person", "conclusion", "posterior", "posterior_not_on_roster",
                                      "log10_lr", "runner_up", "reason"], proposals)


def _exclusions(identification: Identification) -> list[list[str]]:
    """All excluded pairs with what excludes them; in a large case those with one or two reasons alone."""
    counts = identification.n_excluding()
    near = counts > 0 if int((counts > 0).sum()) <= MOST_EXCLUSIONS else (counts > 0) & (counts <= 2)
    support = identification.support
    return [[support.pm_ids[j], support.am_ids[i], " ".join(_joined(identification.excluded_by(i, j)))]
            for j, i in np.argwhere(near.T).tolist()]


def _joined(words: Iterable[str]) -> list[str]:
    return [w.replace(" ", "_") for w in words]


def _text(value: float | None) -> str:
    return "" if value is None else repr(value)


def _safe(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe; numbers stay as they are."""
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        try:
            float(cell)
        except ValueError:
            return "'" + cell
    return cell


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV table in which no cell is a spreadsheet's formula."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_safe(cell) for cell in row] for row in rows)


def _write_matrix(path: Path, rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    lines = ([r, *line] for r, line in zip(rows, cells, strict=True))
    write_table(path, ["person", *(_safe(c) for c in columns)], lines)


# --- results.json


def _document(identification: Identification, facts: RunFacts) -> dict[str, object]:
    case = identification.case
    return {
        "format": FORMAT,
        "software": facts.software,
        "source": facts.source,
        "case": case.name,
        "synthetic": case.synthetic,
        "digest": facts.digest,
        "when": facts.when.isoformat(),
        "seed": facts.seed,
        "versions": dict(facts.versions),
        "parameters": dict(facts.parameters),
        "seconds": dict(facts.seconds),
        "warnings": list(identification.warnings),
        "joint": None if identification.joint is None else _joint(identification.joint),
        "one_profile": [list(group) for group in identification.parts_of],
        "excluded_pairs": int((identification.support.status == Status.EXCLUDED).sum()),
        "proposals": [_proposal(p) for p in identification.proposals],
        "remains": [{"remains": r.remains, "conclusion": r.conclusion.value, "reason": r.reason,
                     "markers": r.n_markers, "not_on_roster": r.posterior_not_on_roster,
                     "candidates": [_candidate(c) for c in r.candidates]} for r in identification.remains],
        "persons": [{"person": p.person, "conclusion": p.conclusion.value, "reason": p.reason,
                     "has_references": p.has_references, "candidates": [_candidate(c) for c in p.candidates]}
                    for p in identification.persons],
    }


def _joint(joint: JointIdentification) -> dict[str, object]:
    return {
        "priors": [{"prior": r.kind.value, "share": r.share, "pair_odds": r.pair_odds,
                    "expected_pairs": r.expected_pairs, "error": r.error,
                    "parts": [{"persons": len(p.persons), "remains": len(p.remains), "how": p.how.value, "by": p.by,
                               "error": p.error} for p in r.parts]} for r in joint.results],
        "assignments_in_all": joint.n_assignments,
        "assignments": [{"pairs": {remains: person for person, remains in a.pairs}, "loglik": a.loglik,
                         "log10_lr_best": a.log10_lr_best, "posterior": a.posterior} for a in joint.assignments],
        "undisputed": [{"person": person, "remains": remains} for person, remains in joint.first.undisputed],
        "excluded_persons": list(joint.first.excluded_persons),
        "excluded_remains": list(joint.first.excluded_remains),
        "uninformed_persons": list(joint.first.uninformed),
        "symmetries": [{"persons": list(s.persons), "remains": list(s.remains), "posterior": s.posterior}
                       for s in joint.symmetries],
    }


def _finite(value: float | None) -> float | str | None:
    """JSON has no infinity: an exclusion is written "-inf"."""
    return "-inf" if value is not None and math.isinf(value) else value


def _candidate(c: Candidate) -> dict[str, object]:
    entry: dict[str, object] = {"person": c.person, "remains": c.remains, "status": c.status.name.lower(),
                                "log10_lr": _finite(c.log10_lr), "posterior": c.posterior}
    if c.excluded_by:
        entry["excluded_by"] = list(c.excluded_by)
    return entry


def _proposal(p: Proposal) -> dict[str, object]:
    return {
        "person": p.person, "remains": p.remains, "family": p.family, "conclusion": p.conclusion.value,
        "reason": p.reason, "meets_rule": p.meets_rule, "lines": list(p.lines), "posterior": p.posterior,
        "not_on_roster": p.posterior_not_on_roster, "log10_lr": p.log10_lr,
        "markers": [{"marker": m.marker, "genotype": m.genotype, "log10_lr": _finite(m.log10_lr)} for m in p.markers],
        "runner_up": None if p.runner_up is None else _candidate(p.runner_up),
        "under_priors": dict(p.under_priors), "error": p.error, "line_log10_lrs": dict(p.line_log10_lrs),
    }
