"""Runs of a case in the register: queued, worked off tile by tile, resumed, cancelled, computed again."""

import dataclasses
import functools
import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from casework.actions import runs
from casework.actions.act import NotPossible
from casework.actions.imports import load_case
from casework.actions.records import correct
from casework.jobs import Stopped, heart, queue, request_run, revive_runs, run_now, verify_run, work, work_off, workers
from casework.policy import NotAllowed, Role
from casework.queries import runs as queries
from casework.store.actor import current_actor
from casework.store.models import Account, AuditEntry, CaseFile, Person, Proposal, Run, RunInput, RunTile
from homeward.decide import identify
from homeward.decide import tiles as science
from homeward.formats import read_any
from homeward.formats.results import facts_of, result_digest, results_document
from homeward.model import Case, HomewardError, InvalidValue, TooLarge
from homeward.simulate import grow_case

Accounts = Callable[..., Account]
TILE = 2
PLANTED = "15/17.planted"


@pytest.fixture(scope="module")
def case() -> Case:
    return grow_case(families=7, remains=5, rng=np.random.default_rng(1950)).case


@pytest.fixture(scope="module")
def digest(case: Case) -> str:
    """What the science alone makes of the case, in one go."""
    found = identify(case)
    return str(results_document(found, facts_of(found, source="files", when=timezone.now()))["result_digest"])


@pytest.fixture
def analyst(account: Accounts) -> Account:
    return account(Role.DNA_ANALYST)


@pytest.fixture
def loaded(case: Case, account: Accounts, monkeypatch: pytest.MonkeyPatch) -> CaseFile:
    monkeypatch.setattr(science, "_ROWS", TILE)
    load_case(actor=account(Role.CASE_MANAGER), source=case)
    return CaseFile.objects.get()


@pytest.fixture(autouse=True)
def _no_thread_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    # A test's transaction is one that no other thread sees.
    monkeypatch.setattr(queue, "work_off", functools.partial(work_off, beat_seconds=None))


@pytest.fixture
def asked(loaded: CaseFile, analyst: Account) -> Run:
    return request_run(actor=analyst, case=loaded)


def n_tiles(case: Case) -> int:
    return -(-len([p for p in case.roster if p.id in case.place_of()]) // TILE)


def work_on(run: Run, **how: Any) -> Run:
    work_off(run.pk, beat_seconds=None, **how)
    return Run.objects.get(pk=run.pk)


class Leave:
    """Lets so many tiles be finished, then wants the worker to end."""

    def __init__(self, run: Run, tiles: int) -> None:
        self.run, self.tiles = run, tiles

    def __call__(self) -> bool:
        return RunTile.objects.filter(run=self.run).count() >= self.tiles


def test_a_run_is_written_down_and_queued_at_once_or_not_at_all(loaded: CaseFile, analyst: Account) -> None:
    run = request_run(actor=analyst, case=loaded, seed=7)
    assert (run.state, run.seed, run.requested_by) == ("queued", 7, analyst)
    assert DBTaskResult.objects.get().args_kwargs["args"] == [run.pk]
    with transaction.atomic():
        request_run(actor=analyst, case=loaded)
        transaction.set_rollback(True)
    assert (Run.objects.count(), DBTaskResult.objects.count()) == (1, 1)


def test_the_register_gives_the_digest_that_the_files_give(asked: Run, case: Case, digest: str, tmp_path: Path,
                                                          account: Accounts) -> None:
    run = work_on(asked)
    assert (run.state, run.error, run.progress) == ("finished", "", 1.0)
    assert (run.input_digest, run.result_digest) == (case.digest(), digest)
    assert run.software.keys() >= {"homeward", "python", "numpy", "scipy", "numba"}
    assert run.summary["persons"] == len(case.roster)
    (tmp_path / "input.zip").write_bytes(queries.input_of(account(Role.CASE_MANAGER), run) or b"")
    again = identify(read_any(tmp_path / "input.zip"))
    assert results_document(again, facts_of(again, source="x", when=timezone.now()))["result_digest"] == digest


def test_the_result_is_kept_whole_and_the_tiles_as_digests(asked: Run, case: Case, analyst: Account) -> None:
    run = work_on(asked)
    document = queries.result_of(analyst, run)
    assert document is not None
    assert document["format"] == "homeward-results/1"
    assert result_digest(document) == run.result_digest
    assert len(document["remains"]) == len(case.remains)
    assert list(run.tiles.values_list("index", flat=True)) == list(range(n_tiles(case)))
    assert {bytes(content) for content in run.tiles.values_list("content", flat=True)} == {b""}


def test_names_are_proposed_as_the_run_says(asked: Run, analyst: Account) -> None:
    run = work_on(asked)
    document = queries.result_of(analyst, run) or {}
    assert document["proposals"]
    stored = {(p.person.key, p.remains.key): p for p in Proposal.objects.all()}
    assert set(stored) == {(p["person"], p["remains"]) for p in document["proposals"]}
    for p in document["proposals"]:
        mine = stored[p["person"], p["remains"]]
        assert (mine.posterior, mine.log10_lr, mine.meets_rule) == (p["posterior"], p["log10_lr"], p["meets_rule"])
        assert (mine.state, mine.run, mine.raised_by) == ("proposed", run, analyst)
    assert run.summary["raised"] == len(stored)


def test_the_audit_says_who_asked_for_what_a_run_writes(asked: Run) -> None:
    work_on(asked)
    tables = ("store_proposal", "store_runtile", "store_runinput")
    actors = set(AuditEntry.objects.filter(table_name__in=tables).values_list("actor", flat=True))
    assert actors == {f"run {asked.pk} for user:DNA-analyst"}
    assert current_actor() == "test"


@pytest.mark.parametrize("done", [1, 2, 3])
def test_an_interrupted_run_goes_on_where_it_stopped(asked: Run, case: Case, digest: str, done: int) -> None:
    with pytest.raises(Stopped):
        work_on(asked, stop=Leave(asked, done))
    between = Run.objects.get(pk=asked.pk)
    assert (between.state, between.worker) == ("queued", "")
    assert RunTile.objects.count() == done
    before = AuditEntry.objects.filter(table_name="store_runtile").count()
    run = work_on(asked)
    assert (run.result_digest, run.attempts) == (digest, 2)
    entries = AuditEntry.objects.filter(table_name="store_runtile", act="insert").count()
    assert (before, entries) == (done, n_tiles(case))


def test_what_is_corrected_meanwhile_does_not_change_the_run(asked: Run, case: Case, digest: str,
                                                             account: Accounts) -> None:
    with pytest.raises(Stopped):
        work_on(asked, stop=Leave(asked, 1))
    person = Person.objects.first()
    correct(person, actor=account(Role.HISTORIAN), changes={"name": "Synthetic Corrected"}, reason="muster roll")
    run = work_on(asked)
    assert (run.input_digest, run.result_digest) == (case.digest(), digest)
    assert not verify_run(actor=run.requested_by, number=run.pk).register_unchanged


def test_a_tile_that_was_damaged_is_computed_again(asked: Run, digest: str) -> None:
    with pytest.raises(Stopped):
        work_on(asked, stop=Leave(asked, 2))
    first = RunTile.objects.get(index=0)
    RunTile.objects.filter(index=0).update(content=b"damaged")
    RunTile.objects.filter(index=1).update(digest="0" * 64)
    assert work_on(asked).result_digest == digest
    assert RunTile.objects.get(index=0).digest == first.digest


def test_after_an_upgrade_of_the_software_the_comparison_begins_anew(asked: Run, case: Case, digest: str,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Stopped):
        work_on(asked, stop=Leave(asked, 2))
    Run.objects.update(software={"homeward": "0.0.1"})
    kept: list[int] = []
    usual = runs.keep_tile
    monkeypatch.setattr(runs, "keep_tile", lambda run, **tile: kept.append(tile["index"]) or usual(run, **tile))
    run = work_on(asked)
    assert run.software["homeward"] != "0.0.1"
    assert run.result_digest == digest
    assert kept == list(range(n_tiles(case)))


def test_one_worker_alone_takes_a_run(asked: Run) -> None:
    assert runs.take_run(asked.pk, worker="one") is not None
    assert runs.take_run(asked.pk, worker="two") is None
    assert work_off(asked.pk, beat_seconds=None) is False


def test_a_worker_that_lost_its_run_writes_nothing_more(asked: Run) -> None:
    mine = runs.take_run(asked.pk, worker="one")
    assert mine is not None
    runs.keep_tile(mine, worker="one", index=0, content=b"mine")
    assert runs.take_run(asked.pk, worker="two", orphaned=True) is not None
    for write in (lambda: runs.keep_tile(mine, worker="one", index=1, content=b"late"),
                  lambda: runs.beat(mine, worker="one", progress=0.5),
                  lambda: runs.keep_input(mine, worker="one", content=b"late", digest="0", software={}),
                  lambda: runs.finish_run(mine, worker="one", document={"result_digest": ""}, seconds={}),
                  lambda: runs.give_back(mine, worker="one"),
                  lambda: runs.end_run(mine, worker="one", state="failed", error="late")):
        with pytest.raises(runs.LostRun):
            write()
    assert (RunTile.objects.count(), RunInput.objects.count(), Run.objects.get().worker) == (1, 0, "two")


def test_a_run_that_waits_is_cancelled_at_once(asked: Run, analyst: Account) -> None:
    cancelled = runs.cancel_run(actor=analyst, run=asked)
    assert (cancelled.state, cancelled.error) == ("cancelled", "cancelled by DNA-analyst")
    assert work_off(asked.pk, beat_seconds=None) is False
    with pytest.raises(NotPossible, match="has ended already"):
        runs.cancel_run(actor=analyst, run=asked)


def test_a_run_under_way_is_cancelled_at_its_next_tile(asked: Run, analyst: Account) -> None:
    def cancel_after_two() -> bool:
        if RunTile.objects.count() == 2:
            runs.cancel_run(actor=analyst, run=asked)
        return False

    run = work_on(asked, stop=cancel_after_two)
    assert (run.state, run.worker, run.error) == ("cancelled", "", "cancelled while it was computed")
    assert RunTile.objects.count() == 3
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(("error", "words"), [
    (InvalidValue("S-0012", "D3S1358", PLANTED, "must be two alleles"),
     "the case cannot be computed: S-0012: D3S1358 must be two alleles"),
    (TooLarge("family F1: 9,000,000 assignments; 2,000,000 are allowed"),
     "family F1: 9,000,000 assignments; 2,000,000 are allowed"),
    (MemoryError(), "the computation needs more memory than this machine has"),
    (ValueError(f"could not read {PLANTED}"), "unexpected ValueError in test_runs.py"),
])
def test_a_run_that_fails_says_why_without_a_genotype(asked: Run, monkeypatch: pytest.MonkeyPatch, error: Exception,
                                                      words: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(work, "identify", fail)
    run = work_on(asked)
    assert run.state == "failed"
    assert run.error.startswith(words)
    everything = [*AuditEntry.objects.values_list("new", flat=True), *DBTaskResult.objects.values_list("traceback")]
    assert "planted" not in str(everything)


def test_a_run_that_fails_does_not_hold_up_the_next(asked: Run, loaded: CaseFile, analyst: Account, digest: str,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    second = request_run(actor=analyst, case=loaded)
    with monkeypatch.context() as patched:
        patched.setattr(work, "identify", lambda *_, **__: 1 / 0)
        queue.work_at.call(asked.pk)
    queue.work_at.call(second.pk)
    assert [Run.objects.get(pk=r.pk).state for r in (asked, second)] == ["failed", "finished"]


def test_a_run_that_kills_its_worker_every_time_is_given_up(asked: Run) -> None:
    for attempt in range(40):
        if runs.take_run(asked.pk, worker=f"worker {attempt}", orphaned=True) is None:
            break
    run = Run.objects.get()
    assert (run.state, run.attempts) == ("failed", 22)
    assert "interrupted 21 times without getting any further" in run.error


def test_a_run_that_gets_further_each_time_is_never_given_up(asked: Run) -> None:
    for attempt in range(60):
        mine = runs.take_run(asked.pk, worker=f"worker {attempt}", orphaned=True)
        assert mine is not None
        if attempt % 5 == 0:
            runs.keep_tile(mine, worker=f"worker {attempt}", index=attempt, content=b"done")


def test_an_account_that_was_closed_meanwhile_proposes_nothing(asked: Run, analyst: Account) -> None:
    analyst.is_active = False
    analyst.save()
    run = work_on(asked)
    assert run.state == "failed"
    assert "run.start" in run.error
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(("parameters", "words"), [
    ({"rule.posterior": 0.2}, "posterior"), ({"rule.posterior": "0.9"}, "must be a number"),
    ({"prior.flat": 1}, "must be true or false"), ({"rule.minimum_lines": True}, "must be a number"),
    ({"prior.incidents": 1}, "must be one of"), ({"seed": 1}, "must be one of")])
def test_parameters_that_cannot_be_are_refused_at_the_door(loaded: CaseFile, analyst: Account, words: str,
                                                           parameters: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match=words):
        request_run(actor=analyst, case=loaded, parameters=parameters)
    assert (Run.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_a_run_with_settings_of_its_own_proposes_nothing(loaded: CaseFile, analyst: Account, case: Case) -> None:
    run = run_now(actor=analyst, case=loaded, parameters={"rule.posterior": 0.9, "prior.on_roster": 0.3},
                  beat_seconds=None)
    assert (run.state, run.summary["proposed"]) == ("finished", False)
    assert Proposal.objects.count() == 0
    tried = dataclasses.replace(case, rule=dataclasses.replace(case.rule, posterior=0.9),
                                prior=dataclasses.replace(case.prior, on_roster=0.3))
    assert run.input_digest == tried.digest() != case.digest()
    assert verify_run(actor=analyst, number=run.pk).register_unchanged


def test_a_parameter_that_the_case_contradicts_fails_the_run(loaded: CaseFile, analyst: Account) -> None:
    run = run_now(actor=analyst, case=loaded, parameters={"prior.roster_size": 1}, beat_seconds=None)
    assert run.state == "failed"
    assert "roster_size" in run.error


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR, Role.LIAISON, Role.FAMILY, Role.PUBLIC])
def test_who_may_not_start_runs_starts_none(loaded: CaseFile, account: Accounts, role: Role) -> None:
    with pytest.raises(NotAllowed):
        request_run(actor=account(role), case=loaded)
    assert Run.objects.count() == 0


def test_a_result_is_for_those_who_see_proposals(asked: Run, account: Accounts) -> None:
    run = work_on(asked)
    anthropologist = account(Role.ANTHROPOLOGIST)
    assert queries.run(anthropologist, run.pk) == run
    for reader in (anthropologist, account(Role.ADMINISTRATOR), account(Role.LIAISON)):
        with pytest.raises(NotAllowed):
            queries.result_of(reader, run)
    for reader in (account(Role.DNA_ANALYST), account(Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            queries.input_of(reader, run)
    assert list(queries.runs(anthropologist, run.case, state="finished")) == [run]
    assert list(queries.runs(anthropologist, state="queued")) == []


def test_the_page_of_a_run_names_no_genotype(asked: Run) -> None:
    run = work_on(asked)
    markers = {m["marker"] for p in json.loads(gzip.decompress(bytes(run.result)))["proposals"] for m in p["markers"]}
    assert markers
    shown = str([run.summary, run.seconds, run.software, run.parameters, run.error])
    assert [m for m in markers if m in shown] == []


# --- computed again


def test_a_run_computed_again_is_the_same(asked: Run, analyst: Account) -> None:
    run = work_on(asked)
    shares: list[float] = []
    found = verify_run(actor=analyst, number=run.pk, progress=shares.append)
    assert (found.same, found.tiles, found.versions, found.register_unchanged) == (True, (), {}, True)
    assert shares[-1] == 1.0


def test_a_run_that_was_tampered_with_is_not_the_same(asked: Run, analyst: Account) -> None:
    run = work_on(asked)
    RunTile.objects.filter(index=1).update(digest="0" * 64)
    Run.objects.filter(pk=run.pk).update(software={**run.software, "numpy": "1.0"})
    found = verify_run(actor=analyst, number=run.pk)
    assert (found.same, found.tiles) == (False, (1,))
    assert found.versions["numpy"][0] == "1.0"
    RunInput.objects.update(content=bytes(RunInput.objects.get().content).replace(b"PK", b"XX"))
    with pytest.raises(HomewardError):
        verify_run(actor=analyst, number=run.pk)


def test_a_run_without_a_result_is_not_verified(asked: Run, analyst: Account) -> None:
    with pytest.raises(NotPossible, match="is queued"):
        verify_run(actor=analyst, number=asked.pk)


# --- the queue and its workers


@pytest.fixture
def empty_queue(asked: Run) -> Run:
    """A run whose place in the queue went with its worker."""
    DBTaskResult.objects.all().delete()
    return asked


def _queued() -> list[int]:
    return [row["args"][0] for row in DBTaskResult.objects.values_list("args_kwargs", flat=True)]


def test_a_run_without_a_place_in_the_queue_gets_one_again(empty_queue: Run) -> None:
    assert revive_runs() == []  # its worker may be about to take it
    assert revive_runs(stale_seconds=0) == [empty_queue.pk]
    assert revive_runs(stale_seconds=0) == []
    assert _queued() == [empty_queue.pk]


@pytest.fixture(scope="module")
def gone() -> str:
    """The name of a worker of this machine that has ended."""
    code = "from casework.jobs.workers import worker_name; print(worker_name())"
    return subprocess.run([sys.executable, "-c", f"import django; django.setup(); {code}"], capture_output=True,
                          text=True, check=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "casework.settings"},
                          ).stdout.strip()


def test_the_run_of_a_dead_worker_is_taken_up_at_once(empty_queue: Run, gone: str, digest: str) -> None:
    assert runs.take_run(empty_queue.pk, worker=gone) is not None
    assert revive_runs() == [empty_queue.pk]
    queue.work_at.call(empty_queue.pk)
    assert Run.objects.get().result_digest == digest


def test_the_run_of_a_live_worker_is_left_alone(empty_queue: Run) -> None:
    for worker in (workers.worker_name(), "other-machine/4026531836/17/9000"):
        Run.objects.update(state="queued")
        assert runs.take_run(empty_queue.pk, worker=worker) is not None
        assert revive_runs() == []
        queue.work_at.call(empty_queue.pk)
        assert Run.objects.get().worker == worker


def test_a_worker_elsewhere_that_fell_silent_is_taken_for_dead(empty_queue: Run) -> None:
    runs.take_run(empty_queue.pk, worker="other-machine/4026531836/17/9000")
    assert revive_runs(stale_seconds=3600) == []
    assert revive_runs(stale_seconds=0) == [empty_queue.pk]


def test_a_worker_knows_the_living_from_the_dead(gone: str) -> None:
    assert not workers.is_dead(workers.worker_name())
    assert workers.is_dead(gone)
    own = workers.worker_name().split("/")
    assert workers.is_dead("/".join([*own[:-1], "1"]))  # the number was given to another process
    for unknown in ("", "one", "other-machine/1/2/3"):
        assert not workers.is_dead(unknown)


def test_a_signal_sends_the_run_back_into_the_queue(asked: Run, monkeypatch: pytest.MonkeyPatch, digest: str) -> None:
    DBTaskResult.objects.all().delete()
    monkeypatch.setattr(queue, "STOPPING", threading.Event())
    queue.STOPPING.set()
    queue.work_at.call(asked.pk)
    assert (Run.objects.get().state, _queued()) == ("queued", [asked.pk])
    queue.STOPPING.clear()
    queue.work_at.call(asked.pk)
    assert Run.objects.get().result_digest == digest


class Beats:
    """Stands in for the register: answers beats as it is told to."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.seen, self.answered = list(answers), [], threading.Event()

    def __call__(self, run: object, *, worker: str, progress: float) -> bool:
        self.seen.append((worker, progress))
        answer = self.answers.pop(0) if self.answers else False
        if not self.answers:
            self.answered.set()
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)


@pytest.fixture
def beating(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Beats]]:
    def with_answers(*answers: Any) -> Beats:
        beats = Beats(*answers)
        monkeypatch.setattr(heart, "beat", beats)
        return beats

    return with_answers


def _until_it_stops(mine: heart.Heart) -> None:
    while True:
        mine.progress(0.5)


@pytest.mark.parametrize(("answer", "error"), [(True, heart.Cancelled), (runs.LostRun("lost"), runs.LostRun)])
def test_a_heart_learns_while_the_computation_goes_on(beating: Callable[..., Beats], answer: object,
                                                      error: type[Exception]) -> None:
    beats = beating(False, answer)
    with heart.Heart(Run(), "one", every_seconds=0.01) as mine:
        mine.progress(0.25)
        assert beats.answered.wait(10)
        with pytest.raises(error):
            _until_it_stops(mine)
    assert beats.seen[0][0] == "one"
    assert {share for _, share in beats.seen} <= {0.0, 0.25, 0.5}
