"""The worked cases of spec/: the engine gives the log10 LRs that anyone can compute by hand from their READMEs."""

import csv
import math
from pathlib import Path

import pytest

from homeward.blocks import EXCLUDED
from homeward.decide import identify
from homeward.formats import read_case

WORKED = Path(__file__).parents[2] / "spec" / "worked"
FOLDERS = sorted(p for p in WORKED.iterdir() if p.is_dir())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_the_engine_gives_the_worked_answers(folder):
    support = identify(read_case(folder)).support
    with (folder / "expected.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    for row in rows:
        i, j = support.am_ids.index(row["person"]), support.pm_ids.index(row["remains"])
        expected = float(row["log10_lr"])
        if math.isinf(expected):
            assert support.status[i, j] == EXCLUDED
        else:
            assert support.log10_lr[i, j] == pytest.approx(expected, abs=1e-11)
