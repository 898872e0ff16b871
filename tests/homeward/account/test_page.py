"""docs/account.md: its examples run, and it names every column of every table."""

import re
from pathlib import Path

from homeward.account.tables import SPECS

PAGE = (Path(__file__).parents[3] / "docs" / "account.md").read_text(encoding="utf-8")


def test_the_examples_of_the_page_run_one_after_the_other():
    names = {}
    examples = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert len(examples) >= 5
    for example in examples:
        exec(compile(example, "docs/account.md", "exec"), names)


def test_the_page_names_every_column_and_which_must_be_filled():
    for table, spec in SPECS.items():
        row = re.search(rf"^\| `{table}` \| .* \| (.*) \|$", PAGE, flags=re.MULTILINE)[1]
        columns = [f"**{c}**" if f.required and c == f.columns[0] else c for f in spec.fields for c in f.columns]
        assert row == ", ".join(columns), table
