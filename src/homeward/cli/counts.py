"""``homeward counts``: how many people there must be, and how many there probably were, by bone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.table import Table

from homeward.cli import show
from homeward.cli.group import inventory_of
from homeward.commingling.likely_number import PairCount, chapman, interval_text, likely_number, lincoln
from homeward.commingling.minimum_number import MinimumCount, minimum_number
from homeward.commingling.pairs import compare_pairs
from homeward.commingling.size_shape import SizeShape, populations, shipped
from homeward.commingling.uncertain_pairs import number_with_uncertain_pairs
from homeward.formats import read_any
from homeward.model import InvalidValue
from homeward.model.bones import BONES
from homeward.model.inventory import Inventory, same_slot

__all__ = ["counts_command", "pair_counts"]


def counts_command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case folder with an inventory, or the same zipped.")],
    *,
    level: Annotated[float, typer.Option("--level", min=0.5, max=0.999, help="Of the highest-density region.")] = 0.95,
    most: Annotated[int, typer.Option("--most", min=0, help="How many persons there can be at most; 0: as many as are "
                                      "listed, or as there are elements.")] = 0,
    population: Annotated[str, typer.Option("--bones", help="Whose bones the model of size and shape is "
                                            "of.")] = "us_white_men",
    zones: Annotated[bool, typer.Option("--zones", help="Show the count of every zone.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")] = 1950,
) -> None:
    """Count: MNI by bone, side and zone; Lincoln's index and the most likely number, with its region."""
    if population not in populations():
        raise InvalidValue("counts", "--bones", population, f"must be one of {', '.join(populations())}")
    read = read_any(case)
    inventory = inventory_of(case, read).inventory
    _show_minimum(inventory, zones)
    _show_judged(inventory, level)
    _show_weighed(inventory, shipped(population), most=most or max(len(read.roster), len(inventory)), level=level,
                  rng=np.random.default_rng(seed))


def _show_minimum(inventory: Inventory, zones: bool) -> None:
    found = minimum_number(inventory)
    table = Table(title="Minimum number of individuals (MNI)", title_justify="left", box=box.SIMPLE_HEAD)
    for column in ("bone", "side", "zone"):
        table.add_column(column)
    for column in ("elements", "persons"):
        table.add_column(column, justify="right")
    largest: dict[tuple[str, str], MinimumCount] = {}
    for c in found.counts:  # the greatest comes first
        largest.setdefault((c.bone, c.side), c)
    for c in found.counts if zones else largest.values():
        table.add_row(c.bone, c.side, "" if c.zone is None else str(c.zone), str(len(c.elements)), str(c.persons))
    Console().print(table)
    if found.by is not None:
        zone = "" if found.by.zone is None else f", zone {found.by.zone}"
        show.line(f"MNI {found.persons}: {len(found.by.elements)} × {found.by.bone}, {found.by.side}{zone}. It is a "
                  "least number, and says nothing of how many there were")


def pair_counts(inventory: Inventory) -> tuple[PairCount, ...]:
    """Left, right and pairs of each paired bone, as associations of the kind pair state them.

    Fragments that may be of one bone count once: as many as must be different.
    """
    sides: dict[tuple[str, str], list[str]] = defaultdict(list)
    for e in inventory:
        kind = BONES[e.bone]
        if kind.paired and kind.per_person == 1 and e.side is not None:
            known = sides[e.bone, e.side]
            if e.completeness != "incomplete" or e.zones is not None:
                known.append(e.id)
    mated: dict[str, set[str]] = defaultdict(set)
    for a in inventory.associations:
        if a.kind == "pair" and a.same:
            bone = inventory[a.elements[0]].bone
            if all(id_ in sides[bone, str(inventory[id_].side)] for id_ in a.elements):
                mated[bone].add(min(a.elements))
    found = []
    for name in dict.fromkeys(bone for bone, _ in sides):
        left, right = (_different(inventory, sides[name, side]) for side in ("left", "right"))
        if left and right:
            found.append(PairCount(name, left, right, min(len(mated[name]), left, right)))
    return tuple(found)


def _different(inventory: Inventory, ids: list[str]) -> int:
    """How many bones these must be: fragments without a zone in common may be one."""
    bones: list[list[str]] = []
    for id_ in ids:
        home = next((b for b in bones if not any(same_slot(inventory[id_], inventory[o]) for o in b)), None)
        if home is None:
            bones.append([id_])
        else:
            home.append(id_)
    return len(bones)


def _show_judged(inventory: Inventory, level: float) -> None:
    counts = [c for c in pair_counts(inventory) if c.pairs]
    if not counts:
        show.line("no pair of a left and a right was judged")
        return
    table = Table(title="From pairs that were judged", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("bone")
    for column in ("left", "right", "pairs", "Lincoln–Petersen", "MLNI"):
        table.add_column(column, justify="right")
    table.add_column("most likely, with its region")
    for c in counts:
        table.add_row(c.bone, str(c.left), str(c.right), str(c.pairs), f"{lincoln(c.left, c.right, c.pairs):.1f}",
                      str(chapman(c.left, c.right, c.pairs)), interval_text(likely_number([c], level=level)))
    Console().print(table)
    show.line("These hold where every pair that is there was judged one: a pair that nobody looked for makes the "
              "number too large")


def _show_weighed(inventory: Inventory, model: SizeShape, *, most: int, level: float, rng: np.random.Generator) -> None:
    """Every left against every right, weighed by size and shape: nobody need have looked."""
    sure = {e.id: replace(e, measurements=inventory.measured(e.id), measured_by={}) for e in inventory}
    table = Table(title="From all lefts and rights, weighed by size and shape", title_justify="left",
                  box=box.SIMPLE_HEAD)
    table.add_column("bone")
    for column in ("left", "right", "pairs expected"):
        table.add_column(column, justify="right")
    table.add_column("most likely, with its region")
    for bone, (left, right) in _whole_sides(inventory, model).items():
        pairs = compare_pairs([sure[e] for e in left], [sure[e] for e in right], model)
        if not pairs.compared.any():
            continue
        found = number_with_uncertain_pairs(pairs.log10_lr, most=max(most, len(left), len(right)), level=level, rng=rng)
        expected = float(found.pairs @ np.arange(len(found.pairs)))
        table.add_row(bone, str(len(left)), str(len(right)), f"{expected:.1f}", interval_text(found.number))
    if table.row_count:
        Console().print(table)
        show.line(f"The prior is flat up to {most} persons. Bones of one kind say little by themselves; the joint "
                  "posterior (homeward group) weighs all bones, DNA and boxes together")


def _whole_sides(inventory: Inventory, model: SizeShape) -> dict[str, tuple[list[str], list[str]]]:
    """The lefts and rights of each paired bone that the model knows, whole ones: fragments may be one bone."""
    known = set(model.bone_of_code)
    sides: dict[str, tuple[list[str], list[str]]] = {}
    for e in inventory:
        if e.bone in known and BONES[e.bone].paired and e.side in ("left", "right") and e.completeness != "incomplete":
            own = sides.setdefault(e.bone, ([], []))
            own[0 if e.side == "left" else 1].append(e.id)
    return {bone: (left, right) for bone, (left, right) in sides.items() if left and right}
