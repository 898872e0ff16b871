"""The command ``homeward blind-search``: everyone against everything, for cases too large for a full matrix."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path
from typing import Annotated

import typer

from homeward.cli import show
from homeward.decide import antemortem, postmortem
from homeward.formats import read_any
from homeward.kinship import BlindSearch, blind_search
from homeward.model import InvalidValue

__all__ = ["blind_search_command"]


def blind_search_command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case folder, the same zipped, a .fam or a .json.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for pairs.csv and search.json.")],
    *,
    floor: Annotated[float, typer.Option("--floor", help="Keep pairs from this log10 LR on.")] = 2.0,
    top: Annotated[int, typer.Option("--top", min=0, help="Keep the best so many of each person and of each set of "
                                                          "remains; 0 keeps all above the floor.")] = 0,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Threads.")] = 2,
) -> None:
    """Search all remains against all families; keep what passes the floor, count what is excluded."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "search.json").exists())):
        raise InvalidValue("blind-search", "--out", str(out), "must be a new folder, an empty one or one of a search")
    started = time.perf_counter()
    read = read_any(case)
    am, pm = antemortem(read), postmortem(read)
    present = [i for i, r in enumerate(am.relatives) if r is not None]
    seconds = {"read": time.perf_counter() - started}
    with show.progress("searching") as progress:
        found = blind_search([r for r in am.relatives if r is not None], pm.reports(), read.frequencies,
                             floor_log10_lr=floor, workers=workers, progress=progress)
    seconds["search"] = time.perf_counter() - started - seconds["read"]
    kept = found.top(top) if top else found
    persons = [am.ids[i] for i in present]
    out.mkdir(parents=True, exist_ok=True)
    _write_pairs(kept, persons, pm.ids, out / "pairs.csv")
    seconds["total"] = time.perf_counter() - started
    summary = {
        "format": "homeward-search/1", "case": read.name, "digest": read.digest(), "synthetic": read.synthetic,
        "floor_log10_lr": found.floor_log10_lr, "floor_asked": floor, "top": top, "pairs": found.n_pairs,
        "excluded": found.n_excluded, "kept": len(kept.person),
        "persons_without_references": len(am.ids) - len(present),
        "contradictions": {persons[k]: list(markers) for k, markers in found.contradictions.items()},
        "seconds": seconds,
    }
    (out / "search.json").write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    show.line(f"{found.n_pairs:,} pairs compared, {found.n_excluded:,} excluded, {len(kept.person):,} kept from log10 "
              f"LR {found.floor_log10_lr:g} on, in {seconds['search']:.2f} s; pairs.csv and search.json are in {out}")


def _write_pairs(found: BlindSearch, persons: list[str], remains: tuple[str, ...], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["person", "remains", "log10_lr", "markers"])
        writer.writerows((persons[i], remains[j], repr(float(v)), int(n)) for i, j, v, n in zip(
            found.person, found.remains, found.log10_lr, found.n_markers, strict=True))
