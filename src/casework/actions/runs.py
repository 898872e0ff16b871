"""Runs: asked for by a person, taken by one worker at a time, kept tile by tile, ended once.

The steps of a worker compare and swap: each names the worker, and is refused where the run has passed to another.
They are written as ``run 12 for user:anna``, and ask for no permission but at the end, when names are proposed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.actions.act import NotPossible, act
from casework.actions.proposals import Raised, raise_proposals
from casework.actions.run_parameters import checked
from casework.policy import Permission
from casework.store.actor import acting_as
from casework.store.models import Account, CaseFile, Run, RunInput, RunTile
from homeward.model import HomewardError, InvalidValue

__all__ = ["Account", "CaseFile", "LostRun", "Run", "beat", "cancel_run", "end_run", "finish_run", "give_back",
           "keep_input", "keep_tile", "note", "record_run", "set_tiles_aside", "take_run"]

_FRUITLESS = 20  # interruptions in a row without a new tile, after which a run is taken for one that kills its worker


class LostRun(HomewardError):
    """A run has passed to another worker, or was ended, while this one was at it."""


def record_run(*, actor: Account, case: CaseFile, parameters: Mapping[str, Any] | None = None,
               seed: int | None = None) -> Run:
    """Write down that a run is wanted; ``casework.jobs.request_run`` also puts it into the queue.

    Args: ``parameters``, settings to be tried instead of the case's, by name (``run_parameters.PARAMETERS``): such a
    run proposes no names; ``seed`` of its random numbers, where it draws any.

    Raises InvalidValue for a parameter that there is not or a value that it may not have, NotAllowed.
    """
    with act(actor, Permission.RUN_START):
        if seed is not None and not 0 <= seed < 2**63:
            raise InvalidValue("run", "seed", seed, "must be from 0 to 2⁶³ − 1")
        run = Run(case=case, parameters=checked(parameters or {}), seed=seed, requested_by=actor)
        run.save(force_insert=True)
    return run


def cancel_run(*, actor: Account, run: Run) -> Run:
    """End a run that waits; ask the worker of one under way to end it, which it does within seconds.

    Raises NotPossible where it has ended, NotAllowed.
    """
    with act(actor, Permission.RUN_START):
        now = timezone.now()
        waiting = Run.objects.filter(pk=run.pk, state="queued").update(
            state="cancelled", ended_at=now, cancel_requested=True, error=f"cancelled by {actor.username}")
        if not waiting and not Run.objects.filter(pk=run.pk, state="running").update(cancel_requested=True):
            raise NotPossible(f"{run} has ended already")
    run.refresh_from_db(fields=["state", "ended_at", "cancel_requested", "error"])
    return run


def take_run(number: int, *, worker: str, orphaned: bool = False) -> Run | None:
    """Take a run that waits, or one whose worker is dead (``orphaned``), as its worker; None where that was too late.

    A run that was interrupted again and again without getting any further is ended as failed: it kills its workers.
    """
    seen = Run.objects.defer("result").select_related("requested_by", "case").get(pk=number)
    if seen.state != "queued" and not (orphaned and seen.state == "running"):
        return None
    done = RunTile.objects.filter(run=number).count()
    fruitless = seen.summary.get("fruitless", 0) + 1 if seen.attempts and done == seen.summary.get("tiles") else 0
    ended = fruitless > _FRUITLESS
    now = timezone.now()
    with _as_run(seen):
        swapped = Run.objects.filter(pk=number, state=seen.state, attempts=seen.attempts, worker=seen.worker).update(
            state="failed" if ended else "running", worker="" if ended else worker, attempts=seen.attempts + 1,
            started_at=seen.started_at or now, heartbeat_at=now, ended_at=now if ended else None,
            summary={"tiles": done, "fruitless": fruitless},
            error=f"interrupted {fruitless} times without getting any further" if ended else "")
    if not swapped or ended:
        return None
    return Run.objects.defer("result").select_related("requested_by", "case").get(pk=number)


def keep_input(run: Run, *, worker: str, content: bytes, digest: str, software: Mapping[str, str]) -> None:
    """Keep the case as the run takes it, once; raises LostRun."""
    with _as_run(run):
        _mine(run, worker, input_digest=digest, software=dict(software), heartbeat_at=timezone.now())
        RunInput.objects.create(run=run, content=content)
    run.input_digest, run.software = digest, dict(software)


def set_tiles_aside(run: Run, *, worker: str, software: Mapping[str, str]) -> None:
    """Begin the comparison anew, with another software than the tiles were computed with; raises LostRun."""
    with _as_run(run):
        _mine(run, worker, software=dict(software), heartbeat_at=timezone.now())
        RunTile.objects.filter(run=run).update(content=b"")
    run.software = dict(software)


def keep_tile(run: Run, *, worker: str, index: int, content: bytes) -> bool:
    """Keep a finished tile; whether somebody wants the run ended. Raises LostRun."""
    with _as_run(run):
        _mine(run, worker, heartbeat_at=timezone.now())
        RunTile.objects.update_or_create(run=run, index=index, defaults={
            "digest": hashlib.sha256(content).hexdigest(), "content": zlib.compress(content, 1)})
        return _cancel_wanted(run)


def beat(run: Run, *, worker: str, progress: float) -> bool:
    """Say that the worker lives and how far it is, from 0 to 1; whether the run is to be ended. Raises LostRun."""
    with _as_run(run):
        _mine(run, worker, heartbeat_at=timezone.now(), progress=min(1.0, max(0.0, progress)))
        return _cancel_wanted(run)


def finish_run(run: Run, *, worker: str, document: Mapping[str, Any], seconds: Mapping[str, float]) -> Raised | None:
    """Keep the result with its digest, and raise the proposals, all at once; raises LostRun, NotAllowed.

    ``document`` is the content of results.json. The tiles' contents, no longer needed, are emptied; their digests
    stay. None of a run with parameters of its own is proposed: it tries out what the case does not say.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    with _as_run(run):
        _mine(run, worker, state="finished", worker="", ended_at=timezone.now(), progress=1.0,
              result=gzip.compress(text.encode(), 6, mtime=0), result_digest=document["result_digest"],
              seconds=dict(seconds))
        RunTile.objects.filter(run=run).update(content=b"")
        raised = None
        if not run.parameters:
            raised = raise_proposals(actor=run.requested_by, run=run, found=document["proposals"])
        Run.objects.filter(pk=run.pk).update(summary=_summary(document, raised))
    return raised


def end_run(run: Run, *, worker: str, state: str, error: str) -> None:
    """End a run as "failed" or "cancelled", with the reason in words; raises LostRun."""
    with _as_run(run):
        _mine(run, worker, state=state, worker="", ended_at=timezone.now(), error=error)
        RunTile.objects.filter(run=run).update(content=b"")


def give_back(run: Run, *, worker: str) -> None:
    """Let another worker go on from the tiles that are done; raises LostRun."""
    with _as_run(run):
        _mine(run, worker, state="queued", worker="")


def note(run: Run) -> str:
    """The name under which the audit keeps what a run writes."""
    return f"run {run.pk} for user:{run.requested_by.username}"


@contextmanager
def _as_run(run: Run) -> Iterator[None]:
    with acting_as(note(run)), transaction.atomic():
        yield


def _mine(run: Run, holder: str, /, **columns: Any) -> None:
    if not Run.objects.filter(pk=run.pk, state="running", worker=holder).update(**columns):
        raise LostRun(f"{run} is no longer this worker's")


def _cancel_wanted(run: Run) -> bool:
    return bool(Run.objects.values_list("cancel_requested", flat=True).get(pk=run.pk))


def _summary(document: Mapping[str, Any], raised: Raised | None) -> dict[str, Any]:
    """A run in a few figures, without names, numbers of pairs or genotypes."""
    conclusions: dict[str, int] = {}
    for r in document["remains"]:
        conclusions[r["conclusion"]] = conclusions.get(r["conclusion"], 0) + 1
    figures = {"persons": len(document["persons"]), "remains": len(document["remains"]), "conclusions": conclusions,
               "proposals": len(document["proposals"]),
               "meet_rule": sum(p["meets_rule"] for p in document["proposals"]),
               "warnings": len(document["warnings"]), "proposed": raised is not None}
    if raised is not None:
        figures |= {"raised": raised.raised, "noted": raised.noted, "standing": raised.standing,
                    "superseded": raised.superseded, "missing": list(raised.missing)}
    return figures
