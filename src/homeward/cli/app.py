"""The commands, each a few lines over the rooms below."""

from __future__ import annotations

import datetime
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from homeward import __version__
from homeward.cli import show
from homeward.cli.account import ledger_command
from homeward.cli.blind import blind_search_command
from homeward.cli.counts import counts_command
from homeward.cli.custody import verify_chain_command
from homeward.cli.group import group_command
from homeward.cli.grow import grow_commingled
from homeward.cli.power import power_command
from homeward.cli.read import read_command
from homeward.cli.score_groups import score_groups
from homeward.decide import Identification, identify, score
from homeward.formats import (
    check_any,
    read_any,
    read_inventory,
    read_proposals,
    read_truth,
    write_case,
    write_inventory,
    write_results,
)
from homeward.formats.inventory import holds_inventory
from homeward.formats.physical import check_physical, read_physical, write_physical
from homeward.formats.results import facts_of
from homeward.formats.results.groups import is_grouping
from homeward.kinship import marker_logliks, typed_families
from homeward.model import HomewardError, InvalidValue, RunFacts
from homeward.report import write_report
from homeward.simulate import grow_case

__all__ = ["main"]

_WRITTEN = frozenset({"results.json", "report.html", "log10_lr.csv", "status.csv", "posterior.csv", "candidates.csv",
                      "exclusions.csv", "proposals.csv"})

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
                  help="Homeward accounts for the missing: from a case folder to names, with their probabilities.")

app.command(name="blind-search")(blind_search_command)
app.command(name="counts")(counts_command)
app.command(name="group")(group_command)
app.command(name="ledger")(ledger_command)
app.command(name="power")(power_command)
app.command(name="read")(read_command)
app.command(name="verify-chain")(verify_chain_command)

_CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="A case folder, the same zipped, a .fam or a .json.")]


def main() -> None:
    """Run the command line; deliberate errors are told in words, with exit code 1."""
    try:
        app()
    except HomewardError as error:
        show.refusal(error)
        sys.exit(1)
    except OSError as error:
        show.failure(f"{error.filename or 'a file'}: {error.strerror or error}")
        sys.exit(1)


@app.callback(invoke_without_command=True)
def _root(*, version_: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version_:
        show.line(f"homeward {__version__}")
        raise typer.Exit


@app.command()
def check(case: _CasePath) -> None:
    """Check a case: every fault with its file, line, column, value and what is allowed."""
    faults = check_any(case)
    if faults:
        show.faults(faults)
        raise typer.Exit(1)
    read = read_any(case)
    of_bodies = check_physical(case, read)
    if of_bodies:
        show.faults(of_bodies)
        raise typer.Exit(1)
    show.case(read)
    inventory = read_inventory(case, read)
    if inventory is not None:
        show.inventory(inventory)


@app.command()
def convert(source: _CasePath, target: Annotated[Path, typer.Argument(help="The case folder to write.")]) -> None:
    """Write any input as a case folder."""
    case = read_any(source)
    inventory, bodies = read_inventory(source, case), read_physical(source, case)
    if inventory is None and holds_inventory(target):
        raise InvalidValue("convert", "TARGET", str(target), "must not hold the inventory of another case")
    write_case(case, target)
    if not bodies.is_empty:
        write_physical(bodies, target, case)
    if inventory is not None:
        write_inventory(inventory.inventory, target)
    show.case(case)
    show.line(f"written to {target}")


@app.command()
def loglik(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A .json, a .fam or a case.")],
    *,
    familias_pruning: Annotated[bool, typer.Option("--familias-pruning", help="Leave out untyped founders with one "
                                                   "child, as Familias does.")] = False,
) -> None:
    """Print each marker's natural log likelihood of each family's references, and the total, to 17 digits."""
    case = read_any(source)
    families = list(typed_families(case).values())
    found = marker_logliks(families, case.frequencies, familias_pruning=familias_pruning)
    for typed, logliks in zip(families, found, strict=True):
        if len(families) > 1:
            show.line(f"# family {typed.family.id}")
        for marker, value in logliks.items():
            show.line(f"{marker}\t{value:.17g}")
        show.line(f"total\t{sum(logliks.values()):.17g}")


@app.command(name="identify")
def identify_command(
    case: _CasePath,
    out: Annotated[Path, typer.Option("--out", help="Folder for results.json, tables and report.html.")],
) -> None:
    """Compare everyone on the roster with all remains; write the results and the report."""
    _refuse_other_folders(out)
    started = time.perf_counter()
    read = read_any(case)
    bodies = read_physical(case, read)
    seconds = {"read": time.perf_counter() - started}
    with show.progress("comparing") as progress:
        found = identify(read, physical=bodies, progress=progress)
    seconds |= found.seconds
    seconds["total"] = time.perf_counter() - started
    facts = facts_of(found, source=case.name or str(case), when=datetime.datetime.now(datetime.UTC), seconds=seconds)
    _write_outputs(found, facts, out)
    show.identification(found)
    show.line(f"results, tables and report.html are in {out}")


def _refuse_other_folders(out: Path) -> None:
    """The folder is replaced whole: nothing that somebody else put there may be lost."""
    allowed = "must be a new folder, an empty one or one with results"
    if not out.exists():
        return
    if not out.is_dir():
        raise InvalidValue("identify", "--out", str(out), allowed)
    others = sorted(p.name for p in out.iterdir() if p.name not in _WRITTEN)
    if others:
        raise InvalidValue("identify", "--out", str(out), f"{allowed} alone; it holds {', '.join(others[:3])}")


def _write_outputs(found: Identification, facts: RunFacts, out: Path) -> None:
    """Write into a sibling folder, then put it in the place of the old one: never half a result."""
    out = out.absolute()
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write_results(found, facts, partial)
    write_report(found, partial / "report.html", facts=facts)
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)


@app.command()
def simulate(
    out: Annotated[Path, typer.Argument(help="New folder for case/ and truth.csv.")],
    *,
    families: Annotated[int, typer.Option(min=1, help="Families with a missing member.")] = 60,
    remains: Annotated[int, typer.Option(min=1, help="Sets of remains.")] = 80,
    like: Annotated[str, typer.Option("--like", help="k55: commingled bones in boxes, with an inventory.")] = "",
    size: Annotated[str, typer.Option("--size", help="Of --like k55: small, medium or k55.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 1950,
) -> None:
    """Grow a synthetic case with real allele frequencies; the truth is kept beside it, in truth.csv or truth/."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidValue("simulate", "OUT", str(out), "must be a new folder or an empty one")
    if like or size:
        grow_commingled(out, like=like, size=size, seed=seed)
        return
    grown = grow_case(families=families, remains=remains, rng=np.random.default_rng(seed))
    out.mkdir(parents=True, exist_ok=True)
    write_case(grown.case, out / "case")
    rows = [f"{remains_id},{person or ''}\n" for remains_id, person in grown.truth.items()]
    (out / "truth.csv").write_text("remains,person\n" + "".join(rows), encoding="utf-8")
    show.case(grown.case)
    show.line(f"case and truth written to {out}")


@app.command(name="score")
def score_command(
    results: Annotated[Path, typer.Argument(help="The folder that identify or group wrote.")],
    truth: Annotated[Path, typer.Argument(help="CSV with the columns remains, person (empty: not on the roster); for a "
                                          "grouping with element, person, listed, or the folder truth.")],
    *,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw the calibration of a grouping, as "
                                              "SVG.")] = None,
) -> None:
    """Hold the conclusions of a run against a known truth."""
    if is_grouping(results):
        score_groups(results, truth, plot)
        return
    show.score(score(read_proposals(results), read_truth(truth)))
