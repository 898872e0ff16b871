"""Damaged files of CODIS and NIEM are read or refused in words; the whole of it is verification/mutated_xml.py."""

import importlib.util
import os
import random
import sys
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).parents[4] / "verification" / "mutated_xml.py"
_MUTATIONS = int(os.environ.get("HOMEWARD_FUZZ", "300"))


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("mutated_xml", _SCRIPT)
    module = sys.modules["mutated_xml"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module._SECONDS = 10.0  # a busy machine is no fault of the reader; the proof itself keeps to two
    yield module
    del sys.modules["mutated_xml"]


@pytest.mark.parametrize(("kind", "through"), [("codis", "through_cmf"), ("niem", "through_niem")])
def test_damaged_files_end_in_a_value_or_in_words(script, tmp_path, kind, through):
    tally = script.run(script.files(kind, random.Random(1953), _MUTATIONS), getattr(script, through), tmp_path)
    assert tally.broken == []
    assert min(tally.ends["read"], tally.ends["refused"]) > 0


@pytest.mark.parametrize("through", ["through_cmf", "through_niem"])
def test_random_bytes_are_refused_in_words(script, tmp_path, through):
    tally = script.run(script.noise(random.Random(7), _MUTATIONS // 5), getattr(script, through), tmp_path)
    assert tally.broken == []
    assert set(tally.ends) == {"refused"}


@pytest.mark.parametrize(("root", "through"), [("CODISImportFile", "through_cmf"), ("x", "through_niem")])
def test_files_made_to_do_harm_are_refused_in_words(script, tmp_path, root, through):
    tally = script.run(script.hostile(root), getattr(script, through), tmp_path)
    assert tally.broken == []
    assert set(tally.ends) == {"refused"}
