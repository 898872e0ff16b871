"""Time the tasks and print the table: `make bench`, or with words of the names wanted, and --large, as arguments."""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from entries import LARGE, TASKS, Absent, Task

_HEAD = ("what", "CPU s", "wall s", "M pairs/CPU s", "peak MiB", "peer CPU s", "times as fast",
         "where the peer's figure comes from")
_LEFT = (0, len(_HEAD) - 1)  # columns of words
_LEAST_RUNS, _MOST_SECONDS = 3, 10.0
_LARGE = "--large"
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Measured:
    """CPU seconds of all threads and children, seconds by the clock, the process's largest memory where it is told."""

    cpu: float
    wall: float
    peak_mib: float | None


def main(arguments: list[str]) -> None:
    """Run the tasks whose names contain any of the words, all where there are none; with --large the large ones."""
    wanted = [a for a in arguments if a != _LARGE]
    tasks = LARGE if _LARGE in arguments else TASKS
    sys.stdout.write(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores before the first\n")
    rows = [_HEAD, *_rows(tasks, wanted)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    for row in rows:
        cells = (c.ljust(w) if i in _LEFT else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _rows(tasks: tuple[Callable[[], Task], ...], wanted: list[str]) -> Iterator[tuple[str, ...]]:
    for entry in tasks:
        try:
            task = entry()
        except Absent as absent:
            yield (str(absent), "not run", *[""] * (len(_HEAD) - 2))
            continue
        if not wanted or any(word in task.name for word in wanted):
            yield _row(task, _measured(task))


def _row(task: Task, m: Measured) -> tuple[str, ...]:
    rate = "–" if task.pairs is None else f"{task.pairs / m.cpu / 1e6:.1f}"
    peak = "–" if m.peak_mib is None else f"{m.peak_mib:.0f}"
    own = (task.name, f"{m.cpu:.3f}", f"{m.wall:.3f}", rate, peak)
    if task.peer_seconds is None:
        return (*own, "–", "–", "–")
    return (*own, f"{task.peer_seconds:.1f}", f"{task.peer_seconds / m.cpu:.0f}", task.origin)


def _measured(task: Task) -> Measured:
    """The run of least CPU seconds, after one that is not counted, since it compiles."""
    work = task.prepare()
    if not task.repeat:
        return _once(work)
    work()
    began, runs = time.monotonic(), []
    while len(runs) < _LEAST_RUNS and (not runs or time.monotonic() - began < _MOST_SECONDS):
        runs.append(_once(work))
    return min(runs, key=lambda run: run.cpu)


def _once(work: Callable[[], object]) -> Measured:
    if _CLEAR.exists():
        _CLEAR.write_text("5", encoding="ascii")  # Linux: the high-water mark of memory starts anew
    cpu, wall = _cpu_seconds(), time.monotonic()
    work()
    return Measured(_cpu_seconds() - cpu, time.monotonic() - wall, _peak_mib())


def _peak_mib() -> float | None:
    if not _CLEAR.exists():
        return None
    line = next(line for line in _STATUS.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _cpu_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
