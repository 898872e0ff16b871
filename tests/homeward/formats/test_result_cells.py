"""Tables of results hold no cell that a spreadsheet would run, and no cell that breaks a row."""

import csv
from pathlib import Path

import pytest

from homeward.formats.results.write import write_table


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "@SUM(A1)", "-2+3", "\t=1", "\r=1", "\n=1", "＝1+1", "＠A1"])
def test_what_looks_like_a_formula_is_disarmed(cell: str, tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ["person"], [[cell]])
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[1][0].startswith("'")


def test_a_carriage_return_inside_a_cell_ends_no_row(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ["person"], [["P1\r=1+1"]])
    content = (tmp_path / "t.csv").read_bytes()
    assert b"\r" not in content
    assert content == b'person\n"P1\n=1+1"\n'


@pytest.mark.parametrize("cell", ["-0.5", "+3", "1e-9", "-inf", "Kim"])
def test_numbers_and_names_stay_as_they_are(cell: str, tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", ["person"], [[cell]])
    assert (tmp_path / "t.csv").read_text() == f"person\n{cell}\n"
