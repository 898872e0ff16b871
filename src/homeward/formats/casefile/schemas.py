"""The schemas of the case folder: the one description of its keys, tables, columns and rules.

They are the TOML files of ``schema/``. The reader, the writer and the documentation all load them from there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

__all__ = [
    "BESIDE", "ENTRIES", "PHYSICAL", "TABLES", "Schema", "Value", "manifest_keys", "rules", "schema", "schema_of",
]

# In the order in which they are read: what refers to a table comes after it where that can be.
TABLES = (
    "incidents", "roster", "families", "references", "transfers", "remains", "elements", "samples", "markers",
    "frequencies", "mutation_matrices", "profiles", "mtdna", "mtdna_database", "ystr", "ystr_database",
)
# Tables that lie in the folder beside the case's own, and are read by homeward.formats.inventory.
BESIDE = ("inventory", "measurements", "associations", "element_samples", "boxes")
# The same, read by homeward.formats.physical.
PHYSICAL = (
    "antemortem", "dental_am", "dental_pm", "examinations", "age_traits", "stature_reference", "stature_correlations",
    "effects", "recovery_places", "film_outlines", "bone_outlines", "film_distances", "line_rates",
)
ENTRIES = ("linked",)  # sections of case.toml that may be there any number of times


@dataclass(frozen=True, slots=True)
class Value:
    """What one column, or one key of the manifest, may hold.

    ``type``: id, text, allele, alleles, number, integer, boolean, choice, date or pair (two texts in a list).
    ``refers``: the ``table.column`` of which one must hold the value. A key whose name ends in ``<…>`` stands for any
    name in its section; one whose section is of ``ENTRIES`` stands in each entry of that name, ``[[section]]``.
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    unit: str = ""
    default: str | float | bool | None = None
    choices: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    refers: tuple[str, ...] = ()

    @property
    def section(self) -> str:
        """What stands before the last dot of a key, "" at the top."""
        return self.name.rpartition(".")[0]

    @property
    def is_open(self) -> bool:
        """Whether the key's last part is any name."""
        return self.name.endswith(">")

    @property
    def bounds(self) -> str:
        """The range in words, "" where there is none."""
        words = (("at least", self.minimum), ("above", self.above), ("at most", self.maximum), ("below", self.below))
        return " and ".join(f"{word} {bound:.12g}" for word, bound in words if bound is not None)

    def holds(self, number: float) -> bool:
        """Whether a number is within the range."""
        return not (
            (self.minimum is not None and number < self.minimum) or (self.maximum is not None and number > self.maximum)
            or (self.above is not None and number <= self.above) or (self.below is not None and number >= self.below)
        )


@dataclass(frozen=True, slots=True)
class Schema:
    """One table: its columns, the columns that name a record, and when it must be there (always, dna or no).

    ``key`` is empty where equal rows are allowed. ``together``: pairs of columns of which a row fills both or neither.
    """

    table: str
    required: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Value, ...]
    together: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(c.name for c in self.columns)


@cache
def schema(table: str) -> Schema:
    """The schema of one of TABLES."""
    return schema_of(files(__package__).joinpath("schema", f"{table}.toml").read_text(encoding="utf-8"))


def schema_of(text: str) -> Schema:
    """The schema that a TOML text describes, in the form of the files of ``schema/``."""
    content = tomllib.loads(text)
    together = tuple((one, other) for one, other in content.get("together", ()))
    return Schema(content["table"], content["required"], content["meaning"], tuple(content["key"]),
                  tuple(_value(entry) for entry in content["column"]), together)


@cache
def manifest_keys() -> Mapping[str, Value]:
    """What case.toml may hold: ``section.key`` to its description."""
    return MappingProxyType({entry["name"]: _value(entry) for entry in _load("case")["key"]})


@cache
def rules() -> Mapping[str, str]:
    """The rules that a case folder can break: short name to meaning, in the order of reading."""
    return MappingProxyType({name: meaning for section in _load("rules").values() for name, meaning in section.items()})


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("schema", f"{name}.toml").read_text(encoding="utf-8"))


def _value(entry: Mapping[str, Any]) -> Value:
    # An entry of a schema that Value does not know is a mistake of ours, and Python says so here.
    fields: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}
    return Value(**fields)
