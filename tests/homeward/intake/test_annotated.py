"""The annotated set: what is found of it, and that every quote is verbatim; the whole is verification/intake.py."""

import importlib.util
import sys
from pathlib import Path

import pytest

from homeward.intake import Kind

_SCRIPT = Path(__file__).parents[3] / "verification" / "intake.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("intake_verification", _SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("part", ["develop", "opened"])
def test_claims_of_the_open_documents_are_found(script, part):
    tally = script.measure(part)
    assert tally.recall >= 0.85
    assert tally.precision >= 0.85


def test_claims_of_documents_held_out_are_found(script):
    tally = script.measure("held out")
    assert tally.recall >= 0.8
    assert tally.precision >= 0.8


# A little under what was measured; the half held out is far from what is wanted, and docs/intake.md says so.
@pytest.mark.parametrize(("part", "recall", "precision"), [("develop", 0.95, 0.96), ("held out", 0.48, 0.56)])
def test_claims_of_the_second_hands_documents_are_found(script, part, recall, precision):
    tally = script.measure(part, script.SECOND)
    assert tally.recall >= recall
    assert tally.precision >= precision


@pytest.mark.parametrize(("part", "kind", "recall", "precision"), [
    ("develop", Kind.MEETING, 0.75, 0.95), ("held out", Kind.MEETING, 0.53, 0.88),
    ("develop", Kind.COMMITMENT, 0.8, 0.9), ("held out", Kind.COMMITMENT, 0.33, 0.46),
])
def test_meetings_and_commitments_of_the_second_hands_documents_are_found(script, part, kind, recall, precision):
    tally = script.measure_acts(part, kind)
    assert tally.recall >= recall
    assert tally.precision >= precision


def test_forty_documents_and_more_are_annotated(script):
    wanted = script.annotations()
    assert sum(len(script.documents(part)) for part in ("develop", "opened", "held out")) >= 40
    assert all(wanted[name] for name in script.documents("held out"))


def test_a_claimant_is_the_same_under_a_shorter_name_and_no_other(script):
    assert script.same_claimant("Reuel", "Brigadier Tomas Reuel")
    assert not script.same_claimant("Ministry of Defence", "Ministry of Justice")

