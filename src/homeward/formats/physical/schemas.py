"""The schemas of the tables of bodies, as TOML in ``schema/``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from homeward.formats.casefile.describe import described_tables
from homeward.formats.casefile.schemas import PHYSICAL, Schema, schema_of

__all__ = ["PHYSICAL", "describe_physical", "physical_rules", "physical_schema"]


@cache
def physical_schema(table: str) -> Schema:
    """The schema of one of PHYSICAL."""
    return schema_of(_text(table))


@cache
def physical_rules() -> Mapping[str, str]:
    """The rules that these tables can break beside those of any table: short name to meaning."""
    return MappingProxyType(dict(tomllib.loads(_text("rules"))["physical"]))


def describe_physical() -> str:
    """The part of docs/physical.md that is never written by hand: tables, columns and rules, as Markdown."""
    return described_tables(map(physical_schema, PHYSICAL), physical_rules())


def _text(name: str) -> str:
    return files(__package__).joinpath("schema", f"{name}.toml").read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(describe_physical())
