"""Working at one run: taken, computed tile by tile, ended; whoever is killed leaves it to be resumed."""

from __future__ import annotations

import datetime
import hashlib
import logging
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from casework.actions import runs
from casework.actions.runs import Account, CaseFile, Run
from casework.jobs.heart import BEAT_SECONDS, Cancelled, Heart
from casework.jobs.inputs import archived, restored, taken
from casework.jobs.workers import worker_name
from casework.queries.tiles import stored_input, stored_tile
from homeward.decide import Identification, identify
from homeward.formats.results import facts_of, results_document, versions
from homeward.model import Case, FaultyInput, HomewardError, InvalidValue

__all__ = ["Interrupted", "Stopped", "Tiles", "computed", "in_words", "run_now", "work_off"]

_LOG = logging.getLogger(__name__)
_Progress = Callable[[float], None]


class Stopped(Exception):
    """The worker is to end; the run goes back into the queue."""


class Interrupted(Exception):
    """The register could not be reached; the run stays with its worker until somebody takes it over."""


class Tiles:
    """The tiles of one run, kept in the register."""

    def __init__(self, run: Run, worker: str, heart: Heart) -> None:
        self._run, self._worker, self._heart = run, worker, heart

    def get(self, index: int) -> bytes | None:
        """The tile's content; None where it is not finished, or not what it was when it was kept."""
        content, digest = stored_tile(self._run, index)
        return content if content is not None and hashlib.sha256(content).hexdigest() == digest else None

    def put(self, index: int, content: bytes) -> None:
        """Keep a tile; raises LostRun, Cancelled."""
        if runs.keep_tile(self._run, worker=self._worker, index=index, content=content):
            raise Cancelled
        self._heart.check()


def work_off(number: int, *, orphaned: bool = False, beat_seconds: float | None = BEAT_SECONDS,
             stop: Callable[[], bool] = lambda: False) -> bool:
    """Take a run and work at it until it has ended; False where there was nothing to take.

    Args: ``orphaned``, also a run whose worker is dead; ``beat_seconds`` between heartbeats, None for none but with
    the tiles; ``stop`` is asked wherever the work can be left, and sends the run back into the queue.

    Whatever goes wrong in the run is written into it. Raises Interrupted where the register cannot be reached,
    Stopped where ``stop`` said so.
    """
    worker = worker_name()
    run = runs.take_run(number, worker=worker, orphaned=orphaned)
    if run is None:
        return False
    _work(run, worker, beat_seconds=beat_seconds, stop=stop)
    return True


def run_now(*, actor: Account, case: CaseFile, parameters: Mapping[str, Any] | None = None, seed: int | None = None,
            progress: _Progress = lambda share: None, beat_seconds: float | None = BEAT_SECONDS) -> Run:
    """Ask for a run and work at it here, by the same steps as a worker; gives the run as it ended.

    Interrupted by Ctrl-C it is cancelled; killed, it waits for a worker to go on. Raises as ``request_run``.
    """
    worker = worker_name()
    with transaction.atomic():
        asked = runs.record_run(actor=actor, case=case, parameters=parameters, seed=seed)
        run = runs.take_run(asked.pk, worker=worker)
    if run is None:
        raise runs.LostRun(f"{asked} was taken by another worker")
    try:
        _work(run, worker, beat_seconds=beat_seconds, told=progress)
    except KeyboardInterrupt:
        runs.end_run(run, worker=worker, state="cancelled", error=f"cancelled by {actor.username}")
        raise
    asked.refresh_from_db()
    return asked


def _work(run: Run, worker: str, *, beat_seconds: float | None, stop: Callable[[], bool] = lambda: False,
          told: _Progress = lambda share: None) -> None:
    heart = Heart(run, worker, every_seconds=beat_seconds)

    def progress(share: float) -> None:
        heart.progress(share)
        told(share)
        if stop():
            raise Stopped

    try:
        with heart:
            _compute(run, worker, Tiles(run, worker, heart), progress)
    except Cancelled:
        _ended(run, worker, "cancelled", "cancelled while it was computed")
    except Stopped:
        runs.give_back(run, worker=worker)
        raise
    except runs.LostRun as lost:
        _LOG.warning("%s", lost)
    except (OperationalError, InterfaceError) as error:
        raise Interrupted(f"run {run.pk}: the register could not be reached ({type(error).__name__})") from None
    except Exception as error:
        _ended(run, worker, "failed", in_words(error))


def _compute(run: Run, worker: str, tiles: Tiles, progress: _Progress) -> None:
    started = time.perf_counter()
    if not run.input_digest:
        case = taken(run.case, run.parameters)
        runs.keep_input(run, worker=worker, content=archived(case), digest=case.digest(), software=versions())
    elif run.software != versions():
        runs.set_tiles_aside(run, worker=worker, software=versions())
    # Also of a case that was just taken: what is computed is always what is kept.
    case = restored(stored_input(run), digest=run.input_digest)
    read_at = time.perf_counter()
    progress(0.0)
    found, document = computed(case, run, tiles=tiles, progress=progress)
    seconds = {"read": read_at - started, **found.seconds, "total": time.perf_counter() - started}
    runs.finish_run(run, worker=worker, document=document, seconds=seconds)


def computed(case: Case, run: Run, *, tiles: Any, progress: _Progress) -> tuple[Identification, dict[str, object]]:
    """The identification of a run's case, and results.json of it."""
    found = identify(case, progress=progress, tiles=tiles)
    facts = facts_of(found, source=f"run {run.pk}", when=datetime.datetime.now(datetime.UTC), digest=run.input_digest)
    return found, results_document(found, facts)


def _ended(run: Run, worker: str, state: str, error: str) -> None:
    try:
        runs.end_run(run, worker=worker, state=state, error=error)
    except runs.LostRun as lost:
        _LOG.warning("%s", lost)


def in_words(error: Exception) -> str:
    """Why a run failed, for its page: never the value that was refused, which may be a genotype or a name."""
    if isinstance(error, FaultyInput):
        places = [f"{f.file}:{f.line} {f.column} {f.allowed}" for f in error.faults[:20]]
        return "the case cannot be computed: " + "; ".join(places)
    if isinstance(error, InvalidValue):
        return f"the case cannot be computed: {error.record}: {error.field} {error.allowed}"
    if isinstance(error, HomewardError):
        return str(error)
    if isinstance(error, MemoryError):
        return "the computation needs more memory than this machine has"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"unexpected {type(error).__name__} in {Path(last.filename).name}, line {last.lineno} ({last.name})"
