"""Damaged GEDCOM files are read or refused in words, and soon: `verification/mutated_text.py`, in small."""

import importlib.util
import os
import random
from pathlib import Path

_SCRIPT = Path(__file__).resolve().parents[4] / "verification" / "mutated_text.py"
_MUTATIONS = int(os.environ.get("HOMEWARD_FUZZ", "300"))


def _proof():
    spec = importlib.util.spec_from_file_location("mutated_text", _SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module._SECONDS = 10.0  # a busy machine is no fault of the reader; the proof itself keeps to two
    return module


def test_damaged_files_end_in_a_value_or_in_words(tmp_path):
    proof = _proof()
    tally = proof.run(proof.gedcom_files(random.Random(1953), _MUTATIONS, tmp_path), proof.through_gedcom, tmp_path)
    assert tally.broken == []
    assert min(tally.ends[end] for end in ("read", "refused")) > 0
    assert sum(tally.ends.values()) == _MUTATIONS


def test_random_bytes_are_refused_in_words(tmp_path):
    proof = _proof()
    tally = proof.run(proof.noise(random.Random(7), 60, tmp_path, "x.ged"), proof.through_gedcom, tmp_path)
    assert (tally.broken, dict(tally.ends)) == ([], {"refused": 60})
