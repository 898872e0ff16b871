"""The worker: takes runs from the queue one after the other, and looks after those whose worker died."""

from __future__ import annotations

import logging
import threading
from types import FrameType

from django.db import DatabaseError, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from casework.actions.act import NotPossible
from casework.jobs.queue import STOPPING, revive_runs
from casework.store import triggers

__all__ = ["require_whole_register", "work"]

_REVIVE_SECONDS = 10.0
_LOG = logging.getLogger(__name__)


class _Worker(Worker):
    """The queue's own worker, at whose end the run in hand goes back into the queue."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        STOPPING.set()
        super().shutdown(signum, frame)


def require_whole_register() -> None:
    """Raise NotPossible where an upgrade was interrupted: some table would be written without an audit."""
    missing = triggers.missing()
    if missing:
        raise NotPossible(f"an upgrade of the register was interrupted ({len(missing)} triggers are missing): "
                          "say `homeward migrate` again")


def work(*, once: bool = False, interval_seconds: float = 1.0) -> None:
    """Work off the queue until a signal comes (SIGTERM, SIGINT); with ``once`` until nothing waits.

    At the signal the run in hand is left at its next tile, goes back into the queue, and loses nothing. Killed without
    one, it is taken up again by whichever worker comes next. Raises NotPossible as ``require_whole_register``.
    """
    require_whole_register()
    revive_runs()
    worker = _Worker(queue_names=["default"], interval=interval_seconds, batch=once, backend_name="default",
                     startup_delay=False, max_tasks=None, worker_id=get_random_string(32), excluded_queue_names=[])
    worker.configure_signals()
    logging.getLogger("django_tasks").setLevel(logging.ERROR)
    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
    ended = threading.Event()
    keeper = threading.Thread(target=_look_after, args=(ended,), name="reviver", daemon=True)
    keeper.start()
    try:
        worker.run()
    finally:
        ended.set()
        keeper.join()


def _look_after(ended: threading.Event) -> None:
    try:
        while not ended.wait(_REVIVE_SECONDS):
            try:
                revive_runs()
            except DatabaseError as error:
                _LOG.warning("could not look for interrupted runs: %s", type(error).__name__)
    finally:
        connection.close()
