"""The command ``homeward blind-search``: everyone against everything, for cases too large for a full matrix."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from homeward.cli import show
from homeward.decide import antemortem, postmortem
from homeward.formats import read_any, write_search
from homeward.kinship import blind_search
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
    seconds["total"] = time.perf_counter() - started
    summary = {"case": read.name, "digest": read.digest(), "synthetic": read.synthetic, "floor_asked": str(floor),
               "top": top, "persons_without_references": len(am.ids) - len(present), "seconds": seconds}
    out.mkdir(parents=True, exist_ok=True)
    write_search(kept, [am.ids[i] for i in present], pm.ids, summary, out)
    show.line(f"{found.n_pairs:,} pairs compared, {found.n_excluded:,} excluded, {len(kept.person):,} kept from log10 "
              f"LR {found.floor_log10_lr:g} on, in {seconds['search']:.2f} s; pairs.csv and search.json are in {out}")
