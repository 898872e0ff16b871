"""A run's heartbeat: in a thread of its own, so that a long computation does not look like a dead worker."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

from django.db import DatabaseError, connection

from casework.actions.runs import LostRun, Run, beat

__all__ = ["BEAT_SECONDS", "Cancelled", "Heart"]

BEAT_SECONDS = 10.0
_FIRST_SECONDS, _SLOWER = 1.0, 1.1  # a short run shows its progress; a long one fills no audit
_LOG = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody wants the run ended."""


class Heart:
    """Beats while a run is worked at, and learns from the register whether it is still wanted.

    ``every_seconds``: the longest time between two beats, None for none.

    ``check`` is called wherever the computation can be left: it raises what the beats have found.
    """

    def __init__(self, run: Run, worker: str, *, every_seconds: float | None = BEAT_SECONDS) -> None:
        self._run, self._worker, self._every = run, worker, every_seconds
        self._progress = 0.0
        self._end, self._found = threading.Event(), list[Exception]()
        self._thread = threading.Thread(target=self._beat_on, name="heartbeat", daemon=True)

    def __enter__(self) -> Heart:
        if self._every is not None:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._end.set()
        if self._every is not None:
            self._thread.join()

    def progress(self, share: float) -> None:
        """Note how far the computation is, and leave it where it is not wanted any more."""
        self._progress = share
        self.check()

    def check(self) -> None:
        """Raise Cancelled or LostRun where a beat has found that the run is not to go on here."""
        if self._found:
            raise self._found[0]

    def beat(self) -> None:
        """One beat, by whoever calls."""
        try:
            if beat(self._run, worker=self._worker, progress=self._progress):
                self._found.append(Cancelled())
        except LostRun as lost:
            self._found.append(lost)

    def _beat_on(self) -> None:
        wait = min(_FIRST_SECONDS, self._every or 0.0)
        try:
            while not self._end.wait(wait) and not self._found:
                wait = min(_SLOWER * wait, self._every or 0.0)
                try:
                    self.beat()
                except DatabaseError as error:
                    # The next beat may reach the register again; if none does, another worker takes over.
                    _LOG.warning("a heartbeat did not reach the register: %s", type(error).__name__)
        finally:
            connection.close()
