"""What is timed. To add one: a function that prepares its input and returns a Task, named in TASKS."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from homeward.decide import identify
from homeward.formats.neutral import read_neutral
from homeward.simulate import grow_case

__all__ = ["TASKS", "Absent", "Task"]

_BENCH = Path(__file__).parents[2] / "shared" / "bench"


class Absent(Exception):
    """The input of a benchmark is not on this machine."""


@dataclass(frozen=True, slots=True)
class Task:
    """``work`` is what is timed; ``peer_seconds`` (CPU) and ``origin`` say what another program takes for it."""

    name: str
    work: Callable[[], object]
    peer_seconds: float | None = None
    origin: str = ""


def start(module: str) -> Task:
    """A Python process that imports one room."""
    command = [sys.executable, "-c", f"import {module}"]
    return Task(f"start: import {module}", partial(subprocess.run, command, check=True))


def grow() -> Task:
    """The synthetic case of the demonstration."""
    return Task("grow 60 families, 80 remains", lambda: grow_case(rng=np.random.default_rng(1950)))


def demonstration() -> Task:
    """The identification of the demonstration."""
    case = grow_case(rng=np.random.default_rng(1950)).case
    return Task("identify 70 × 80, proportional mutation", lambda: identify(case))


def pairwise(name: str) -> Task:
    """Reading and identifying a case that dvir took the stated time for; dvir's figure is of the LR matrix alone."""
    path = _BENCH / "pairwise" / f"{name}.json"
    if not path.exists():
        raise Absent(f"{name}: ../shared/bench is absent")
    peer = json.loads(path.read_text(encoding="utf-8"))["outputs"]["pairwise_LR"]
    return Task(f"read, identify {name}", lambda: identify(read_neutral(path)), peer["cpu_s"],
                f"dvir 3.4.2, pairwise LR, bench/pairwise/{name}.json")


TASKS: tuple[Callable[[], Task], ...] = (
    partial(start, "homeward.model"),
    partial(start, "homeward.cli"),
    grow,
    demonstration,
    partial(pairwise, "parent_sib_none_100"),
    partial(pairwise, "parent_sib_stepwise_50"),
    partial(pairwise, "nephews2_none_50"),
    partial(pairwise, "cousins2_aunt_none_50"),
)
