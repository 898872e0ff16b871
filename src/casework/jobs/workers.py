"""Who works: the name of a worker, by which another can tell whether it is still alive."""

from __future__ import annotations

import os
import socket
from pathlib import Path

__all__ = ["is_dead", "worker_name"]


def worker_name() -> str:
    """This process: its machine, its space of process numbers, its number, and when it started."""
    return f"{_place()}/{os.getpid()}/{_started(os.getpid()) or ''}"


def is_dead(worker: str) -> bool:
    """Whether a worker of this machine has ended; False where that cannot be told, as of another machine's."""
    place, _, process = worker.rpartition("/")[0].rpartition("/")
    started = worker.rpartition("/")[2]
    if place != _place() or not process.isdigit() or not started:
        return False
    return _started(int(process)) != started


def _place() -> str:
    try:
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        space = ""
    return f"{socket.gethostname()[:50]}/{space}"


def _started(process: int) -> str | None:
    """Ticks from the machine's start to the process's; None where there is no such process, or it is a zombie."""
    try:
        # The second field, the program's name, may hold anything; those after it are plain.
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
