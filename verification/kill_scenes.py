"""The scenes of kill.py: what is written, over and over, until the kill comes; and what may stand afterwards.

Everything here that touches the register runs in child processes: the parent has no connection that they could share.
"""

import importlib
import itertools
import json
import random
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from kill_children import Told, both, in_child, play
from kill_register import Ack, Scene, account, databases, lay_foundation, timed, unsound
from kill_upgrade import Migrations

from casework.actions import runs
from casework.actions.act import Conflict
from casework.actions.custody import Handed, hand_over, receive
from casework.actions.decisions import sign_proposal
from casework.actions.imports import load_case, undo_batch
from casework.actions.reviews import review
from casework.jobs import request_run, work
from casework.jobs.worker import work as work_off_the_queue
from casework.queries.custody import verify_register
from casework.store.actor import acting_as
from casework.store.bridge import case_of
from casework.store.models import (
    AuditEntry,
    CaseFile,
    Container,
    CustodyEvent,
    Decision,
    ImportBatch,
    Person,
    Proposal,
    Remains,
    Run,
    RunTile,
)
from homeward.custody import Head
from homeward.decide import identify
from homeward.decide import tiles as science_tiles
from homeward.formats.results import facts_of, results_document
from homeward.model import Case, MissingPerson
from homeward.simulate import grow_case

__all__ = ["main"]

_SHARES = {"import": 8, "run": 8, "hand-over": 7, "migration": 2}


class Imports(Scene):
    """A case is loaded, loaded again with changes, and the changes are undone."""

    name = "import"

    def _states(self, key: str) -> list[tuple[Case, tuple[str, int, int]]]:
        """What is loaded, and what may then stand: digest, batches, batches undone."""
        number = sum(int(n) * 1000**k for k, n in enumerate(key.split("-")[1:]))
        first = grow_case(families=6, remains=5, rng=np.random.default_rng([self.seed, number])).case
        first = replace(first, name=key)
        changed = replace(first, roster=(replace(first.roster[0], name="Synthetic Changed"), *first.roster[1:],
                                         MissingPerson("new", "Synthetic New")))
        return [(first, (first.digest(), 1, 0)), (changed, (changed.digest(), 2, 0)), (first, (first.digest(), 2, 1))]

    def work(self, ack: Ack, number: int) -> None:
        for k in itertools.count():
            key = f"c-{number}-{k}"
            (first, _), (changed, _), _ = self._states(key)
            manager = account("manager")
            load_case(actor=manager, source=first)
            ack(f"{key} 0")
            batch = load_case(actor=manager, source=changed)
            ack(f"{key} 1")
            undo_batch(actor=manager, batch=batch, reason="verification")
            ack(f"{key} 2")

    def check(self, acknowledged: list[str], number: int) -> list[str]:
        mine = [line for line in acknowledged if line.startswith(f"c-{number}-")]
        return unsound() + self._broken(mine, CaseFile.objects.filter(key__startswith=f"c-{number}-"))

    def _broken(self, acknowledged: list[str], files: Any) -> list[str]:
        last = {key: int(step) for key, step in (line.split() for line in acknowledged)}
        found = [f"{key} was acknowledged and is lost" for key in last if key not in {f.key for f in files}]
        for file in files:
            states = [state for _, state in self._states(file.key)]
            batches = ImportBatch.objects.filter(case=file)
            stands = case_of(file).digest(), batches.count(), batches.filter(undone_at__isnull=False).count()
            step = last.get(file.key, -1)
            if stands not in states[max(step, 0):step + 2]:
                found.append(f"{file.key}: acknowledged up to {step}, but {stands} stands")
        return found

    def end(self, acknowledged: list[str]) -> tuple[list[str], str]:
        files = CaseFile.objects.filter(key__startswith="c-")
        return (self._broken(acknowledged, files),
                f"{files.count()} cases and {ImportBatch.objects.count()} batches whole, 0 acknowledged rows lost")


class Runs(Scene):
    """Workers come and are killed; the runs go on."""

    name = "run"
    seconds = 0.3

    def _case(self) -> Case:
        grown = grow_case(families=16, remains=6, rng=np.random.default_rng([self.seed, 1])).case
        return replace(grown, name="run-case")

    def _digest(self) -> str:
        found = identify(self._case())
        facts = facts_of(found, source="files", when=timezone.now())
        return str(results_document(found, facts)["result_digest"])

    def prepare(self) -> None:
        load_case(actor=account("manager"), source=self._case())

    def work(self, ack: Ack, number: int) -> None:
        science_tiles._ROWS = 1
        _acknowledge(work.Tiles, "put", lambda tiles, index, content: ack(f"tile {tiles._run.pk} {index}"))
        _acknowledge(runs, "finish_run", lambda run, **_: ack(f"finished {run.pk}"))
        case = CaseFile.objects.get(key="run-case")
        while True:
            if not Run.objects.filter(state__in=("queued", "running")).exists():
                ack(f"asked {request_run(actor=account('analyst'), case=case).pk}")
            work_off_the_queue(once=True)

    def check(self, acknowledged: list[str], number: int) -> list[str]:
        found = unsound()
        states = dict(Run.objects.values_list("pk", "state"))
        tiles = set(RunTile.objects.values_list("run_id", "index"))
        for line in acknowledged:
            what, run, *index = line.split()
            if int(run) not in states or (what == "finished" and states[int(run)] != "finished"):
                found.append(f"{line}: is lost")
            if what == "tile" and (int(run), int(index[0])) not in tiles:
                found.append(f"{line}: is lost")
        for run in Run.objects.exclude(state="finished"):
            if run.state not in ("queued", "running"):
                found.append(f"{run} {run.state}: {run.error}")
            if run.proposals.exists():
                found.append(f"{run} is {run.state} and has proposed")
        return found

    def end(self, acknowledged: list[str]) -> tuple[list[str], str]:
        science_tiles._ROWS = 1
        work_off_the_queue(once=True)
        digest, found = self._digest(), []
        for run in Run.objects.all():
            inserted = AuditEntry.objects.filter(table_name="store_runtile", act="insert", new__run_id=run.pk)
            tiles = RunTile.objects.filter(run=run).count()
            if (run.state, run.result_digest) != ("finished", digest):
                found.append(f"{run} {run.state} {run.error} with the digest {run.result_digest}, not {digest}")
            if inserted.count() != tiles:
                found.append(f"{run}: {inserted.count()} tiles were computed for {tiles}")
            if run.proposals.count() != run.summary["raised"]:
                found.append(f"{run}: {run.proposals.count()} proposals, {run.summary['raised']} raised")
        resumed = Run.objects.filter(attempts__gt=1)
        times = sum(r.attempts - 1 for r in resumed)
        return found, (f"{Run.objects.count()} runs, {resumed.count()} of them resumed, {times} times in all, every "
                       "one with the digest of an undisturbed run, no tile computed twice")


def _acknowledge(owner: Any, name: str, ack: Callable[..., None]) -> None:
    """After a function has returned, say so."""
    usual = getattr(owner, name)

    def said(*args: Any, **kwargs: Any) -> Any:
        answer = usual(*args, **kwargs)
        ack(*args, **kwargs)
        return answer

    setattr(owner, name, said)


class HandOvers(Scene):
    """Twelve boxes pass from hand to hand, each time all of them."""

    name = "hand-over"
    boxes, parties = 12, ("Synthetic mission", "Synthetic laboratory")

    def _items(self) -> list[Handed]:
        return [Handed("container", f"B{k}", count=1, unit="box", seals=f"S{k}") for k in range(self.boxes)]

    def prepare(self) -> None:
        custodian = account("custodian")
        with acting_as("verification"):
            case = CaseFile.objects.create(key="boxes", synthetic=True)
            for item in self._items():
                Container.objects.create(case=case, key=item.key, organisation=custodian.organisation)
        receive(actor=custodian, case=case, items=self._items(), giver="Synthetic field team",
                receiver=self.parties[0], at=timezone.now(), place="Synthetic bridge")

    def work(self, ack: Ack, number: int) -> None:
        custodian, case = account("custodian"), CaseFile.objects.get(key="boxes")
        while True:
            giver = CustodyEvent.objects.latest("seq").receiver
            receiver = next(p for p in self.parties if p != giver)
            done = hand_over(actor=custodian, case=case, items=self._items(), giver=giver, receiver=receiver,
                             at=timezone.now(), place="Synthetic bridge")
            ack(f"{done.key} {done.head}")

    def check(self, acknowledged: list[str], number: int) -> list[str]:
        heads = [Head.parse(line.split()[1]) for line in acknowledged]
        verdict = verify_register(account("manager"), heads=heads)
        events = dict(CustodyEvent.objects.values_list("handover").annotate(n=Count("seq")).order_by())
        found = unsound() + [f"{key}: {n} events of {self.boxes}" for key, n in events.items() if n != self.boxes]
        found += [f"{line} is lost" for line in acknowledged if line.split()[0] not in events]
        return found + ([] if verdict.sound else [str(verdict.first_bad)])

    def end(self, acknowledged: list[str]) -> tuple[list[str], str]:
        events = CustodyEvent.objects.count()
        return self.check(acknowledged, 0), (f"{events // self.boxes} acts of {self.boxes} boxes whole, the chain of "
                                             f"{events} events sound with each of {len(acknowledged)} heads")


def race(number: int) -> list[str]:
    """Two who sign the same proposal, and two workers for the same run, at the same moment."""
    proposal, run = in_child(lambda: _to_be_raced_for(number))
    signed = both(lambda who: _sign(who, proposal), ("manager", "other"), connection.ensure_connection)
    taken = both(lambda who: _take(who, run), ("one", "two"), connection.ensure_connection)
    found = [] if sorted(signed) == ["conflict", "signed"] else [f"race {number} for a signature: {signed}"]
    found += [] if sorted(taken) == ["late", "taken"] else [f"race {number} for a run: {taken}"]
    decisions = in_child(lambda: Decision.objects.filter(proposal=proposal).count())
    return found + ([] if decisions == 1 else [f"race {number}: {decisions} decisions"])


def _to_be_raced_for(number: int) -> tuple[int, int]:
    with acting_as("verification"):
        case, _ = CaseFile.objects.get_or_create(key="race")
        run = Run.objects.create(case=case, requested_by=account("analyst"))
        person = Person.objects.create(case=case, key=f"P{number}")
        remains = Remains.objects.create(case=case, key=f"R{number}")
        proposal = Proposal.objects.create(case=case, run=run, person=person, remains=remains, meets_rule=True,
                                           posterior=1.0, log10_lr=9.0, raised_by=account("analyst"),
                                           reason="synthetic")
    for reviewer in ("one", "two"):
        proposal.refresh_from_db()
        review(actor=account(reviewer), proposal=proposal, verdict="agree", reason="synthetic")
    return proposal.pk, run.pk


def _sign(who: str, proposal: int) -> str:
    try:
        sign_proposal(actor=account(who), proposal=Proposal.objects.get(pk=proposal), reason="synthetic", version=3)
    except Conflict:
        return "conflict"
    return "signed"


def _take(who: str, run: int) -> str:
    return "late" if runs.take_run(run, worker=who) is None else "taken"


def _races(rounds: int) -> Told:
    told = Told("two at once")
    for number in range(rounds):
        told.broken += race(number)
    told.more = f"{rounds} races for a signature and {rounds} for a run, one winner each"
    return told


def _scenes(home: Path, seed: int) -> list[Scene]:
    """All scenes, the tables made; what they compute is compiled before the first child is forked."""
    identify(grow_case(families=4, remains=3, rng=np.random.default_rng(seed)).case)
    importlib.import_module("django_tasks_db.models")
    seconds = timed(lay_foundation)
    return [Imports(home, seed), Runs(home, seed), HandOvers(home, seed), Migrations(home, seed, seconds)]


def _counts(kills: int, names: list[str]) -> dict[str, int]:
    """How many kills each scene gets."""
    whole = sum(_SHARES[s] for s in names)
    shares = {s: kills * _SHARES[s] // whole for s in names}
    shares[names[0]] += kills - sum(shares.values())
    return shares


def main(asked: dict[str, Any]) -> None:
    """Play the scenes; each says one line of JSON when it has ended."""
    with databases():
        scenes = {s.name: s for s in _scenes(Path(settings.HOME), asked["seed"])}
        wanted = [name for name in asked["scene"] or scenes if name in scenes]
        rng = random.Random(asked["seed"])
        for name, kills in _counts(asked["kills"], wanted).items():
            _say(play(scenes[name], kills, rng))
        _say(_races(asked["races"]))


def _say(told: Told) -> None:
    sys.stdout.write(json.dumps(asdict(told)) + "\n")
    sys.stdout.flush()
