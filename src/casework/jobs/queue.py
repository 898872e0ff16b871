"""The queue: a run that is wanted is put in as it is written down; one whose worker died is put in again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from casework.actions.runs import Account, CaseFile, Run, record_run
from casework.jobs.work import Stopped, work_off
from casework.jobs.workers import is_dead
from casework.queries.runs import unfinished

__all__ = ["STALE_SECONDS", "STOPPING", "request_run", "revive_runs", "work_at"]

STALE_SECONDS = 60.0  # without a heartbeat, after which a worker of another machine is taken for dead
STOPPING = threading.Event()  # set once, by the signal that ends this worker


@task()
def work_at(number: int) -> None:
    """The queue's task: work at a run, or go on with one whose worker died."""
    try:
        work_off(number, orphaned=_is_orphan(number), stop=STOPPING.is_set)
    except Stopped:
        work_at.enqueue(number)


def request_run(*, actor: Account, case: CaseFile, parameters: Mapping[str, Any] | None = None,
                seed: int | None = None) -> Run:
    """Ask for a run of a case: written down and queued at once, so that neither is without the other.

    Args and what is raised: as ``actions.runs.record_run``. Returns the run, which a worker takes within seconds.
    """
    with transaction.atomic():
        run = record_run(actor=actor, case=case, parameters=parameters, seed=seed)
        work_at.enqueue(run.pk)
    return run


def revive_runs(*, stale_seconds: float = STALE_SECONDS) -> list[int]:
    """Queue again what nobody works at: runs whose worker is dead, and runs that wait without a place in the queue.

    Said by every worker when it starts and every few seconds; twice does no harm, since one worker alone takes a run.
    """
    revived = []
    for run in unfinished():
        if _waits_in_queue(run.pk) or not _is_left(run, stale_seconds):
            continue
        work_at.enqueue(run.pk)
        revived.append(run.pk)
    return revived


def _is_left(run: Run, stale_seconds: float) -> bool:
    silent_since = timezone.now() - timedelta(seconds=stale_seconds)
    if run.state == "queued":
        return bool(run.requested_at < silent_since)
    return is_dead(run.worker) or run.heartbeat_at is None or run.heartbeat_at < silent_since


def _is_orphan(number: int) -> bool:
    return any(run.pk == number and run.state == "running" and _is_left(run, STALE_SECONDS) for run in unfinished())


def _waits_in_queue(number: int) -> bool:
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=work_at.module_path)
    return any(args["args"] == [number] for args in ready.values_list("args_kwargs", flat=True))
