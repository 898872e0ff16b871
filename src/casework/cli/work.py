"""``homeward work``: the worker that takes runs from the queue."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.jobs.worker import work
from homeward.cli import show

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command(name="work")
def work_command(
    *,
    once: Annotated[bool, typer.Option("--once", help="End when nothing waits any more.")] = False,
    interval: Annotated[float, typer.Option(min=0.05, help="Seconds between looks at an empty queue.")] = 1.0,
) -> None:
    """Work off the queue of runs until Ctrl-C; runs whose worker was killed are taken up where they stopped."""
    if not once:
        show.line("Waiting for runs; Ctrl-C ends, and the run in hand goes back into the queue.")
    work(once=once, interval_seconds=interval)
