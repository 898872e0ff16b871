"""Time every task and print the table: `make bench`, or with words of the names wanted as arguments."""

import resource
import sys
import time
from collections.abc import Callable, Iterator

from entries import TASKS, Absent, Task

_HEAD = ("what", "CPU s", "peer CPU s", "times as fast", "where the peer's figure comes from")
_LEAST_RUNS, _MOST_SECONDS = 3, 10.0


def main(wanted: list[str]) -> None:
    """Run the tasks whose names contain any of the words, all where there are none."""
    rows = [_HEAD, *_rows(wanted)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    for row in rows:
        cells = (c.ljust(w) if i in (0, 4) else c.rjust(w) for i, (c, w) in enumerate(zip(row, widths, strict=True)))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _rows(wanted: list[str]) -> Iterator[tuple[str, ...]]:
    for prepare in TASKS:
        try:
            task = prepare()
        except Absent as absent:
            yield (str(absent), "not run", "", "", "")
            continue
        if not wanted or any(word in task.name for word in wanted):
            yield _row(task, _least_seconds(task.work))


def _row(task: Task, seconds: float) -> tuple[str, ...]:
    if task.peer_seconds is None:
        return (task.name, f"{seconds:.3f}", "–", "–", "–")
    return (task.name, f"{seconds:.3f}", f"{task.peer_seconds:.1f}", f"{task.peer_seconds / seconds:.0f}", task.origin)


def _least_seconds(work: Callable[[], object]) -> float:
    work()
    began, seconds = time.monotonic(), []
    while len(seconds) < _LEAST_RUNS and (not seconds or time.monotonic() - began < _MOST_SECONDS):
        before = _cpu_seconds()
        work()
        seconds.append(_cpu_seconds() - before)
    return min(seconds)


def _cpu_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
