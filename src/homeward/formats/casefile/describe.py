"""The schemas in words: the part of docs/case-folder.md that is never written by hand.

``python -m homeward.formats.casefile.describe`` prints it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping

from homeward.formats.casefile.schemas import ENTRIES, TABLES, Schema, Value, manifest_keys, rules, schema

__all__ = ["describe_case_folder", "described_tables"]

_REQUIRED = {"always": "always", "dna": "beside any other table about DNA but those of haplotypes", "no": "no"}


def described_tables(schemas: Iterable[Schema], rules_of: Mapping[str, str]) -> str:
    """Tables with their columns, and rules, as Markdown."""
    tables = (line for table in schemas for line in _table(table))
    return "\n".join([*tables, *_rules(rules_of)]) + "\n"


def describe_case_folder() -> str:
    """The keys of case.toml, the tables with their columns, and the rules, as Markdown."""
    return "\n".join([*_keys(), described_tables(map(schema, TABLES), rules())])


def _keys() -> Iterator[str]:
    yield from ("### case.toml", "", "| key | holds | required | meaning |", "|---|---|---|---|")
    for key in manifest_keys().values():
        required = f"in each `[[{key.section}]]`" if key.section in ENTRIES else "yes" if key.required else ""
        yield f"| `{key.name}` | {_holds(key)} | {required} | {_meaning(key)} |"
    yield f"| `tables.<table>` | text |  | {_meaning(_TABLES_KEY)} |"
    yield ""


_TABLES_KEY = Value("tables", "text", "the file of a table that does not bear the table's own name")


def _table(table: Schema) -> Iterator[str]:
    key = f" One row for each {', '.join(f'`{c}`' for c in table.key)}." if table.key else ""
    pairs = "".join(f" `{one}` and `{other}` go together." for one, other in table.together)
    yield from (f"### {table.table}", "", table.meaning, "", f"Required: {_REQUIRED[table.required]}.{key}{pairs}", "",
                "| column | holds | required | meaning |", "|---|---|---|---|")
    for column in table.columns:
        yield f"| `{column.name}` | {_holds(column)} | {'yes' if column.required else ''} | {_meaning(column)} |"
    yield ""


def _rules(rules_of: Mapping[str, str]) -> Iterator[str]:
    yield from ("### Rules", "", "| rule | broken where |", "|---|---|")
    for name, meaning in rules_of.items():
        yield f"| `{name}` | {meaning} |"


def _holds(value: Value) -> str:
    words = "two texts in a list" if value.type == "pair" else value.type
    if value.choices:
        aliases = "".join(f", `{a}` for `{c}`" for a, c in value.aliases.items())
        words = f"one of {', '.join(f'`{c}`' for c in value.choices)}{f' ({aliases[2:]})' if aliases else ''}"
    elif value.refers:
        words = f"{value.type}, of {' or '.join(f'`{place}`' for place in value.refers)}"
    return ", ".join(part for part in (words, value.bounds, value.unit) if part)


def _meaning(value: Value) -> str:
    if value.default is None or value.default == "":
        return value.meaning
    default = str(value.default).lower() if isinstance(value.default, bool) else value.default
    return f"{value.meaning}; default `{default}`"


if __name__ == "__main__":
    sys.stdout.write(describe_case_folder())
