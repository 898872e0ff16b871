"""The figures that the public may see, as CSV and JSON-LD: no ids of persons, no count that points to one of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homeward.model.entries import Lot
from homeward.model.figures import Figure
from homeward.model.quantities import Amount

__all__ = ["LEAST_SHOWN", "PublicFigure", "public_csv", "public_figures", "public_json_ld"]

LEAST_SHOWN = 5
_POINTING = ("place", "incident", "side", "lot", "origin")
_FORMULA = ("=", "+", "-", "@")
_HEADER = ("key", "label", "as_of", "low", "high", "unit", "about", "shown", "definition", "version", "text")


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """A figure as the public sees it; ``amount`` is None where it is withheld, and ``shown`` then says so."""

    key: str
    label: str
    as_of: str
    amount: Amount | None
    unit: str
    shown: str
    definition: str
    version: int
    text: str


def public_figures(figures: Iterable[Figure], lots: Iterable[Lot] = ()) -> tuple[PublicFigure, ...]:
    """The figures with small counts of persons withheld where they could point to one.

    A breakdown withholds counts of persons from 1 to 4. Where the sum of what is withheld could then be found from the
    total by subtraction, and is below 5 or a single group's, the next smallest is withheld too. Records are never
    published.

    Args: ``lots``: of the ledger; those of one origin are a breakdown of that origin as well.
    """
    taken = tuple(figures)
    origins = {lot.id: lot.kind for lot in lots}
    withheld = {id(f) for f in taken if _points(f) and _is_small(f.amount)}
    groups: dict[tuple[str, ...], list[Figure]] = {}
    for figure in taken:
        if _points(figure):
            measure, _, group = figure.definition.id.partition(", ")
            groups.setdefault((measure, group), []).append(figure)
            if group == "lot":
                groups.setdefault((measure, group, origins.get(_name(figure), "")), []).append(figure)
    before = -1
    while len(withheld) > before:  # withholding one may lay open another: until nothing changes
        before = len(withheld)
        for found in groups.values():
            withheld |= {id(f) for f in _second(found, withheld)}
        for origin in (f for f in taken if id(f) in withheld and f.definition.id.endswith(", origin")):
            measure = origin.definition.id.partition(", ")[0]
            withheld |= {id(f) for f in groups.get((measure, "lot", _name(origin)), ())}
    # A stage computed from another would give it away.
    hidden = {_name(f) for f in taken if id(f) in withheld and f.definition.id == "accounted for, lot"}
    withheld |= {id(f) for f in taken if f.definition.id == "not yet named, lot" and _name(f) in hidden}
    return tuple(_public(f, withheld=id(f) in withheld) for f in taken)


def _name(figure: Figure) -> str:
    return figure.key.partition("/")[2]


def _points(figure: Figure) -> bool:
    return figure.amount.unit == "person" and figure.definition.id.partition(", ")[2] in _POINTING


def _is_small(amount: Amount) -> bool:
    return (amount.high is not None and 0 < amount.high < LEAST_SHOWN) or 0 < amount.low < LEAST_SHOWN


def _second(found: Sequence[Figure], withheld: set[int]) -> list[Figure]:
    hidden = [f for f in found if id(f) in withheld]
    open_ = [f for f in found if id(f) not in withheld and f.amount.low > 0]
    # Two that are withheld and sum to fewer than 5 could still point to somebody.
    if not hidden or not open_ or (len(hidden) > 1 and sum(f.amount.low for f in hidden) >= LEAST_SHOWN):
        return []
    return [min(open_, key=lambda f: (f.amount.low, f.key))]


def _public(figure: Figure, *, withheld: bool) -> PublicFigure:
    small = _is_small(figure.amount)
    shown = (f"fewer than {LEAST_SHOWN}" if small else "withheld, so that a smaller count cannot be computed"
             ) if withheld else str(figure.amount)
    definition = figure.definition
    return PublicFigure(figure.key, figure.label, str(figure.as_of), None if withheld else figure.amount,
                        figure.amount.unit, shown, definition.id, definition.version, definition.text)


def public_csv(figures: Iterable[PublicFigure]) -> str:
    """The figures as CSV, one a row; nothing in it can be taken for a formula."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_HEADER)
    for f in figures:
        low, high, about = ("", "", "") if f.amount is None else (
            _number(f.amount.low), "" if f.amount.high is None else _number(f.amount.high), str(f.amount.about).lower())
        writer.writerow([_protected(cell) for cell in (f.key, f.label, f.as_of, low, high, f.unit, about, f.shown,
                                                       f.definition, str(f.version), f.text)])
    return written.getvalue()


def public_json_ld(figures: Iterable[PublicFigure], *, name: str, description: str = "",
                   about: Mapping[str, Any] | None = None) -> str:
    """The figures as JSON-LD: a schema.org Dataset, and an Observation for each figure with its definition.

    Args: ``about``: further properties of the dataset, by their names at schema.org: url, isBasedOn, distribution.
    """
    taken = tuple(figures)
    dataset: dict[str, Any] = {"@type": "Dataset", "name": name,
                               "variableMeasured": list(dict.fromkeys(f.label for f in taken))}
    if description:
        dataset["description"] = description
    dataset |= about or {}
    content = {"@context": "https://schema.org/", "@graph": [dataset, *map(_observation, taken)]}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _observation(f: PublicFigure) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Observation", "observationDate": f.as_of, "unitText": f.unit, "description": f.shown,
        "variableMeasured": {"@type": "PropertyValue", "propertyID": f.key, "name": f.label},
        "measurementTechnique": f"{f.definition}, version {f.version}: {f.text}"}
    if f.amount is not None and f.amount.is_exact:
        found["value"] = f.amount.low
    elif f.amount is not None:
        found["minValue"] = f.amount.low
        if f.amount.high is not None:
            found["maxValue"] = f.amount.high
    return found


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.10g}"


def _protected(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
