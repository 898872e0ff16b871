"""The schemas of the tables of an inventory, as TOML in ``schema/``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from homeward.formats.casefile.describe import described_tables
from homeward.formats.casefile.schemas import BESIDE, Schema, schema_of

__all__ = ["describe_inventory", "inventory_rules", "inventory_schema"]


@cache
def inventory_schema(table: str) -> Schema:
    """The schema of one of the tables that lie beside a case's own."""
    return schema_of(_text(table))


@cache
def inventory_rules() -> Mapping[str, str]:
    """The rules that an inventory can break beside those of any table: short name to meaning."""
    return MappingProxyType(dict(tomllib.loads(_text("rules"))["inventory"]))


def describe_inventory() -> str:
    """The part of docs/inventory.md that is never written by hand: tables, columns and rules, as Markdown."""
    return described_tables(map(inventory_schema, BESIDE), inventory_rules())


def _text(name: str) -> str:
    return files(__package__).joinpath("schema", f"{name}.toml").read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.stdout.write(describe_inventory())
