"""``homeward group``: which elements are one person, how many people they are, and who, in one posterior."""

from __future__ import annotations

import datetime
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from homeward import __version__
from homeward.cli import show
from homeward.commingling.size_shape import populations, shipped
from homeward.decide.commingled import assemblage_of, lines_of_elements
from homeward.decide.grouping.group import Settings, group
from homeward.decide.grouping.result import Grouping
from homeward.decide.grouping.sampling import Effort
from homeward.formats import read_any, read_inventory
from homeward.formats.inventory import InventoryFile, inventory_digest
from homeward.formats.physical import read_physical
from homeward.formats.results import versions
from homeward.formats.results.groups import write_grouping
from homeward.model import Case, InvalidValue, RunFacts

__all__ = ["group_command", "inventory_of"]

_WRITTEN = frozenset({"results.json", "names.csv", "memberships.csv", "groups.csv", "together.csv", "persons.csv",
                      "calibration.svg"})
_MOST_SHOWN, _GROUPS_SHOWN = 40, 12
_ROOMY = 110  # columns of a terminal

_RATES = {
    "unlisted": "expected number of people who are not on the roster",
    "present": "share of the listed who are here, of incidents that boxes state",
    "spread": "share of elements outside their person's box",
    "recovery": "recovery of a bone of a person who is here as a whole, on average",
}


def group_command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case folder with an inventory, or the same zipped.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for results.json and tables.")],
    *,
    population: Annotated[str, typer.Option("--bones", help="Whose bones the model of size and shape is "
                                            "of.")] = "us_white_men",
    chains: Annotated[int, typer.Option("--chains", min=2, help="Chains that must agree.")] = Effort().chains,
    most: Annotated[int, typer.Option("--most", min=8, help="Most sweeps of a chain.")] = Effort().most,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Threads.")] = 2,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")] = 1950,
) -> None:
    """Join bones, DNA, boxes and names: groups of elements, the number of people, and who they are."""
    _refuse_other_folders(out)
    if population not in populations():
        raise InvalidValue("group", "--bones", population, f"must be one of {', '.join(populations())}")
    started = time.perf_counter()
    read = read_any(case)
    inventory = inventory_of(case, read)
    lines, left_out = lines_of_elements(read, inventory.inventory, read_physical(case, read))
    commingled = assemblage_of(read, inventory.inventory, lines)
    seconds = {"read": time.perf_counter() - started}
    settings = Settings(model=shipped(population), rule=read.rule,
                        effort=Effort(chains=chains, workers=workers, most=most))
    with show.progress("sampling") as progress:
        found = group(commingled.assemblage, settings, rng=np.random.default_rng(seed), progress=progress)
    seconds["group"] = time.perf_counter() - started - seconds["read"]
    seconds["total"] = time.perf_counter() - started
    stated = {"bones": population, "antemortem lines": ", ".join(s.line for s in lines),
              "inventory": inventory_digest(inventory.inventory)}
    facts = _facts(read, settings, stated, source=case.name or str(case), seed=seed, seconds=seconds)
    warnings = (*(n for n in inventory.notes if "in doubt" in n), *commingled.warnings, *left_out)
    _write(found, read, facts, out, warnings)
    _show(found, warnings, read)
    show.line(f"results.json and tables are in {out} ({seconds['total']:.1f} s)")


def inventory_of(path: Path, case: Case) -> InventoryFile:
    """The inventory of a case; raises InvalidValue where it has none."""
    found = read_inventory(path, case)
    if found is None or not found.inventory.elements:
        raise InvalidValue(path.name, "inventory", "", "must be there: the tables of elements, as docs/inventory.md "
                           "has them")
    return found


def _refuse_other_folders(out: Path) -> None:
    allowed = "must be a new folder, an empty one or one with results of a grouping"
    if out.exists() and not out.is_dir():
        raise InvalidValue("group", "--out", str(out), allowed)
    others = sorted(p.name for p in out.iterdir() if p.name not in _WRITTEN) if out.exists() else []
    if others:
        raise InvalidValue("group", "--out", str(out), f"{allowed}; it holds {', '.join(others[:3])}")


def _facts(case: Case, settings: Settings, stated: dict[str, str], *, source: str, seed: int,
           seconds: dict[str, float]) -> RunFacts:
    table, effort = case.frequencies, settings.effort
    parameters = {
        "population": table.population, "frequencies": table.source, "rule posterior": repr(case.rule.posterior),
        "rule minimum lines": str(case.rule.minimum_lines), "chains": str(effort.chains),
        "most sweeps": str(effort.most), "priors": str(settings.priors), "typing": str(settings.typing), **stated}
    return RunFacts(software=f"homeward {__version__}", source=source, digest=case.digest(),
                    when=datetime.datetime.now(datetime.UTC), seed=seed, versions=versions(), parameters=parameters,
                    seconds=seconds)


def _write(found: Grouping, case: Case, facts: RunFacts, out: Path, warnings: tuple[str, ...]) -> None:
    """Write into a sibling folder, then put it in the place of the old one: never half a result."""
    out = out.absolute()
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write_grouping(found, case, facts, partial, warnings=warnings)
    shutil.rmtree(out, ignore_errors=True)
    partial.rename(out)


def _show(found: Grouping, warnings: tuple[str, ...], case: Case) -> None:
    persons = found.persons
    show.line(f"{case.title or case.name}: {len(found.elements)} elements of {persons.mean:.1f} ± {persons.error:.1f} "
              f"persons (90 %: {persons.low} to {persons.high})" + (" (synthetic)" if case.synthetic else ""))
    _show_names(found, case)
    _show_groups(found)
    for name, (mean, sd) in found.rates.items():
        show.line(f"inferred: {_RATES.get(name, name)}: {mean:.3g} ± {sd:.2g}")
    worst = max(found.r_hats.items(), key=lambda item: item[1])
    state = "the chains agree" if found.converged else "THE CHAINS DO NOT AGREE: nothing is proposed"
    show.line(f"{state}: largest R-hat {worst[1]:.3f} ({worst[0]}), fewest effective draws "
              f"{min(found.effective.values()):.0f}, {found.sweeps} sweeps of each chain")
    for warning in (*found.warnings, *warnings):
        show.line(f"warning: {warning}")


def _show_groups(found: Grouping) -> None:
    """The largest groups, each element with its own probability of lying with the others."""
    several = [g for g in found.groups if len(g.elements) > 1]
    joined = sum(len(g.elements) for g in several)
    show.line(f"groups of two and more, by average linkage: {len(several)}, of {joined} elements; "
              f"{len(found.elements) - joined} elements stand alone. Each element's own probabilities are in "
              "memberships.csv and together.csv: they are the result, a group is a reading aid")
    for g in several[:_GROUPS_SHOWN]:
        members = sorted(g.elements, key=lambda m: -m.probability)
        show.line(f"  least of any two {g.probability:.2f}: "
                  + ", ".join(f"{m.element} {m.probability:.2f}" for m in members))
    if len(several) > _GROUPS_SHOWN:
        show.line(f"  {len(several) - _GROUPS_SHOWN} smaller groups are in groups.csv")


def _show_names(found: Grouping, case: Case) -> None:
    who = {p.id: p.name for p in case.roster}
    table = Table(title="Names", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0),
                  pad_edge=False)
    console = Console()
    table.add_column("person", no_wrap=True)
    roomy = console.width >= _ROOMY  # in a narrow terminal the name gives way: ids are what is looked up
    if roomy:
        table.add_column("name", no_wrap=True, overflow="ellipsis", max_width=28)
    for column in ("conclusion", "anchor"):
        table.add_column(column, no_wrap=True)
    for column in ("probability", "elements", "runner-up"):
        table.add_column(column, justify="right", no_wrap=True)
    for n in found.names[:_MOST_SHOWN]:
        sure, likely = (sum(m.probability >= least for m in n.elements) for least in (0.999, 0.5))
        runner_up = f"{n.runner_up[0] or 'unlisted'} {n.runner_up[1]:.0e}"
        name = (who.get(n.person, ""),) if roomy else ()
        table.add_row(*map(escape, (n.person, *name, n.conclusion.value, n.anchor, _probability(n.probability),
                                    f"{sure} + {likely - sure}", runner_up)))
    if table.row_count:
        console.print(table)
        show.line("elements: those of the person with at least .999, and further ones with at least .5")
    counts = Counter(n.conclusion.value for n in found.names)
    said = ", ".join(f"{k} {name}" for name, k in counts.items()) or "none with 5 % or more"
    more = f"; {len(found.names) - _MOST_SHOWN} more are in names.csv" if len(found.names) > _MOST_SHOWN else ""
    show.line(f"names: {said}; {len(found.proposals)} proposed{more}")


def _probability(value: float) -> str:
    """Never rounded up to 1."""
    return f"{value:.6f}" if value < 0.9999995 else f"1 − {1.0 - value:.0e}" if value < 1.0 else "1 − <1e-16"
