"""The public figures of a day as tables: what is withheld says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.queries.public_account import PublicAccount
from casework.web.shown import Lines, Table
from homeward.account import PublicFigure

__all__ = ["definition_table", "figure_tables"]

_OF_LOSS = (("side", "north and south of the line"), ("place", "place of the loss"))
_STAGES = (("received", "Received"), ("estimated", "Thought to be"), ("accounted for", "Have a name"),
           ("returned", "To another country"), ("not yet named", "Not yet named"))
_MOST = 60  # rows of a breakdown; the CSV has them all

_ByDefinition = Mapping[str, Sequence[PublicFigure]]


def figure_tables(found: PublicAccount) -> list[Any]:
    """The figures: in all, by where people were lost, by lot and origin."""
    by: dict[str, list[PublicFigure]] = {}
    for figure in found.figures:
        by.setdefault(figure.definition, []).append(figure)
    tables = [_in_all(by), *(_of_loss(by, *group) for group in _OF_LOSS), _matrix(
        by, "lot", "By lot, each in its own unit", "Boxes, sets and persons are different things and are never added."),
        _matrix(by, "origin", "By origin of the remains", "")]
    return [table for table in tables if table.rows]


def definition_table(found: PublicAccount) -> Table:
    """What each figure counts, with the version of its definition."""
    said = {f.definition: f for f in found.figures}
    return Table("What each figure counts", ("Figure", "Version", "Definition"), [
        (name, said[name].version, said[name].text) for name in sorted(said)], numbers=(1,))


def _in_all(by: _ByDefinition) -> Table:
    return Table("In all", ("Figure", "Amount"), [(f.label, f.shown) for name, figures in by.items()
                                                  if "," not in name for f in figures], numbers=(1,))


def _of_loss(by: _ByDefinition, group: str, words: str) -> Table:
    found = sorted(by.get(f"unaccounted for, {group}", ()), key=lambda f: (
        -(f.amount.low if f.amount is not None else 0), f.label))
    note = f"{found[0].text} (version {found[0].version} of the definition)" if found else ""
    if len(found) > _MOST:
        note += f" The {_MOST} largest of {len(found):,}; the CSV has them all."
    return Table(f"Unaccounted for by {words}", (group.capitalize(), "Amount"), [
        (f.label.removeprefix("unaccounted for, "), _short(f)) for f in found[:_MOST]], numbers=(1,), note=note)


def _matrix(by: _ByDefinition, group: str, title: str, note: str) -> Table:
    """Lots or origins, each with its stages side by side."""
    cells: dict[str, dict[str, list[PublicFigure]]] = {}
    for measure, _ in _STAGES:
        for figure in by.get(f"{measure}, {group}", ()):
            name = figure.label.removeprefix(f"{measure}, ")
            cells.setdefault(name, {}).setdefault(measure, []).append(figure)
    stages = [(measure, words) for measure, words in _STAGES if any(measure in row for row in cells.values())]
    rows = [(name, *(Lines([_short(f) for f in row[measure]]) if measure in row else None for measure, _ in stages))
            for name, row in cells.items()]
    return Table(title, (group.capitalize(), *(words for _, words in stages)), rows, note=note)


def _short(figure: PublicFigure) -> str:
    """What is shown of a figure among others: why it is withheld is said above them."""
    return "withheld" if figure.shown.startswith("withheld") else figure.shown
