"""Writes results.json and the CSV tables of an identification."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from homeward.blocks import Status
from homeward.decide import Identification
from homeward.formats.results.document import results_document
from homeward.model import RunFacts

__all__ = ["write_results", "write_table"]

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
    document = json.dumps(results_document(identification, facts), indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "results.json").write_text(document + "\n", encoding="utf-8")


def _number(log10_lr: float, status: int) -> str:
    return "" if status == Status.NOT_COMPARED else repr(log10_lr)


def _write_lists(identification: Identification, folder: Path) -> None:
    candidates = [[r.remains, str(rank), c.person, c.status.name.lower(), _text(c.log10_lr), repr(c.posterior),
                   r.conclusion.value if rank == 1 else "", _text(c.log10_glr)]
                  for r in identification.remains for rank, c in enumerate(r.candidates, 1)]
    write_table(folder / "candidates.csv",
                ["remains", "rank", "person", "status", "log10_lr", "posterior", "conclusion", "log10_glr"],
                candidates)
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


_FORMULA = frozenset("=+-@＝＋－＠\t\n")  # full-width signs, too, begin a formula in East Asian settings


def _safe(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula gets an apostrophe; numbers stay as they are.

    A carriage return becomes a line feed, which is quoted: some programs take it for the end of a row.
    """
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    if cell[:1] in _FORMULA:
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
