"""The register killed with kill -9 while it writes: a part of what verification/kill.py does at length."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[3] / "verification" / "kill.py"
KILLS = 25 if os.environ.get("HOMEWARD_DATABASE") else 50


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What each scene showed."""
    done = subprocess.run([sys.executable, SCRIPT, "--json", "--kills", str(KILLS), "--races", "4"], text=True,
                          capture_output=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, done.stderr[-3000:]
    assert "could not be played" not in done.stderr, done.stderr[-3000:]
    return {line["scene"]: line for line in lines}


@pytest.mark.parametrize("scene", ["import", "run", "hand-over", "migration"])
def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(told: dict[str, Any], scene: str) -> None:
    assert told[scene]["broken"] == []
    assert told[scene]["kills"] >= 2
    assert scene == "migration" or told[scene]["acknowledged"] >= told[scene]["kills"] // 2


def test_interrupted_runs_went_on_to_the_same_digest(told: dict[str, Any]) -> None:
    assert told["run"]["more"].endswith("every one with the digest of an undisturbed run, no tile computed twice")
    assert ", 0 of them resumed" not in told["run"]["more"]


def test_of_two_who_act_at_once_one_succeeds(told: dict[str, Any]) -> None:
    assert told["two at once"]["broken"] == []


def test_as_many_kills_as_were_promised(told: dict[str, Any]) -> None:
    assert sum(scene["kills"] for scene in told.values()) == KILLS
