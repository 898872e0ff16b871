"""Runs of the science on a case: asked for, watched, cancelled, read."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.actions.runs import cancel_run
from casework.jobs import request_run
from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.runs import input_of, result_of, run, runs
from casework.web.filling import Sheet, fill, written
from casework.web.forms.fields import DeskForm
from casework.web.forms.runs import RunForm
from casework.web.listing import Columns, choice, list_page
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, act, link
from homeward.report.numbers import log10_lr_text, posterior_text

__all__ = ["run_cancel", "run_conclusions", "run_input", "run_new", "run_page", "run_result", "runs_page"]

P = Permission
_STATES = ("queued", "running", "finished", "failed", "cancelled")
_WATCH_SECONDS = 4
_CONCLUSIONS = ("identified", "probable", "disputed", "inconclusive", "excluded", "nonidentifiable")


@allowed(Permission.RUN_READ)
def runs_page(request: Request, case_id: int) -> HttpResponse:
    """The runs of a case."""
    found = case(request.user, case_id)
    state = choice(request, "state", "State", [(s, s) for s in _STATES])
    columns = Columns(("Run", "State", "Progress", "Asked for", "By", "Proposals"), lambda r: (
        link("run", r), Badge(r.state), f"{r.progress:.0%}", r.requested_at, str(r.requested_by),
        r.summary.get("proposals")), numbers=(2, 5))
    acts = [act("Begin a run", "run-new", found.pk)] if may(request.user.role, P.RUN_START) else []
    return list_page(request, runs(request.user, found, state=state.chosen), columns, title="Runs", case=found,
                     crumbs=in_case(found), acts=acts, choices=[state])


@allowed(Permission.RUN_READ)
def run_page(request: Request, run_id: int) -> HttpResponse:
    """One run: how far it is, what it found, how it can be computed again. Looks again by itself while it runs."""
    user, found = request.user, run(request.user, run_id)
    is_open = found.state in ("queued", "running")
    sections: list[Any] = [_progress(found)]
    if found.state == "finished":
        sections.append(_summary(found))
    sections.append(_provenance(found))
    return render(request, "web/run.html", {
        "title": str(found).capitalize(), "kind": f"{found.kind} on {found.case}", "case": found.case, "run": found,
        "badges": [Badge(found.state)], "sections": sections, "acts": _acts(user, found, is_open=is_open),
        "crumbs": in_case(found.case, ("Runs", "runs")), "history": None, "percent": round(found.progress * 100),
        "watch": _WATCH_SECONDS if is_open else None})


@allowed(Permission.RUN_START)
def run_new(request: Request, case_id: int) -> HttpResponse:
    """Ask for a run."""
    found = case(request.user, case_id)
    sheet = Sheet("Begin a run", "Begin the run", reverse("runs", args=[found.pk]), "The run is queued.", (
        "It takes the case as it stands now. Whatever is corrected afterwards changes nothing in it.",
        "Names are proposed by a run with the case's own settings alone; with others it is a trial."))
    form = RunForm(**written(request))
    return fill(request, sheet, form, lambda _: reverse("run", args=[request_run(
        actor=request.user, case=found, parameters=form.parameters(), seed=form.cleaned_data["seed"]).pk]), case=found,
        crumbs=in_case(found, ("Runs", "runs")))


@allowed(Permission.RUN_START)
def run_cancel(request: Request, run_id: int) -> HttpResponse:
    """End a run that waits or is under way."""
    found = run(request.user, run_id)
    there = reverse("run", args=[found.pk])
    sheet = Sheet(f"Cancel {found}", "Cancel the run", there, "The run is being cancelled.", danger=True)
    return fill(request, sheet, DeskForm(**written(request)), lambda _: _after(
        cancel_run(actor=request.user, run=found), there), case=found.case)


@allowed(Permission.PROPOSAL_READ)
def run_conclusions(request: Request, run_id: int) -> HttpResponse:
    """What a run concludes on each set of remains."""
    found = run(request.user, run_id)
    result = result_of(request.user, found)
    if result is None:
        raise Http404
    conclusion = choice(request, "conclusion", "Conclusion", [(c, c) for c in _CONCLUSIONS])
    rows = [r for r in result["remains"] if r["conclusion"] == (conclusion.chosen or r["conclusion"])]
    columns = Columns(("Remains", "Conclusion", "Best candidate", "Posterior", "log₁₀ LR", "Why"), lambda r: (
        r["remains"], Badge(r["conclusion"]), *_best(r["candidates"]), r["reason"]), numbers=(3, 4))
    warnings = "; ".join(result["warnings"])
    return list_page(request, rows, columns, title=f"What {found} concludes", case=found.case, choices=[conclusion],
                     lead=f"Warnings: {warnings}" if warnings else "",
                     crumbs=in_case(found.case, ("Runs", "runs"), (str(found), reverse("run", args=[found.pk]))))


@allowed(Permission.PROPOSAL_READ)
def run_result(request: Request, run_id: int) -> HttpResponse:
    """The whole result, results.json; genotypes for whoever may read them."""
    found = run(request.user, run_id)
    result = result_of(request.user, found)
    if result is None:
        raise Http404
    return _file(json.dumps(result, ensure_ascii=False), "application/json", f"run-{found.pk}-results.json")


@allowed(Permission.CASE_EXPORT)
def run_input(request: Request, run_id: int) -> HttpResponse:
    """The case as the run took it."""
    found = run(request.user, run_id)
    content = input_of(request.user, found)
    if content is None:
        raise Http404
    return _file(content, "application/zip", f"run-{found.pk}-input.zip")


def _acts(user: Any, found: Any, *, is_open: bool) -> list[Act]:
    offered = [
        (P.RUN_START, act("Cancel", "run-cancel", found.pk, danger=True), is_open),
        (P.PROPOSAL_READ, act("Conclusions", "run-conclusions", found.pk), found.state == "finished"),
        (P.PROPOSAL_READ, act("Results as a file", "run-result", found.pk), found.state == "finished"),
        (P.CASE_EXPORT, act("The case as it was taken", "run-input", found.pk), bool(found.input_digest)),
    ]
    return [one for permission, one, open_now in offered if open_now and may(user.role, permission)]


def _progress(found: Any) -> Facts:
    rows = [("Asked for", found.requested_at), ("By", str(found.requested_by)),
            ("Begun", found.started_at or "not yet"), ("Ended", found.ended_at or "not yet")]
    if found.error:
        rows.append(("Why it ended", found.error))
    if found.attempts > 1:
        rows.append(("Times begun", found.attempts))
    return Facts("The run", rows)


def _summary(found: Any) -> Facts:
    said = found.summary
    rows = [("Persons", said.get("persons")), ("Sets of remains", said.get("remains")),
            *((f"Remains: {words}", n) for words, n in sorted(said.get("conclusions", {}).items())),
            ("Proposals", said.get("proposals")), ("of them meeting the rule", said.get("meet_rule")),
            ("put before the reviewers anew", said.get("raised")), ("under review already", said.get("noted")),
            ("signed already", said.get("standing")), ("Warnings", said.get("warnings"))]
    if not said.get("proposed", True):
        rows.append(("A trial", "run with other settings than the case's: it proposes no names"))
    return Facts("What it found", [(word, value) for word, value in rows if value is not None])


def _best(candidates: list[dict[str, Any]]) -> tuple[str | None, str, str]:
    if not candidates:
        return None, "", ""
    best = candidates[0]
    lr = best["log10_lr"]
    return best["person"], posterior_text(best["posterior"]), log10_lr_text(float("-inf") if lr == "-inf" else lr)


def _provenance(found: Any) -> Facts:
    return Facts("How it can be computed again", (
        ("Digest of the case", found.input_digest), ("Digest of the result", found.result_digest),
        ("Settings instead of the case's", found.parameters or "none: the case's own"), ("Seed", found.seed),
        ("Software", found.software or None),
        ("Seconds", {stage: f"{s:.1f}" for stage, s in found.seconds.items()} or None), ("Worker", found.worker)))


def _file(content: str | bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _after(_done: Any, there: str) -> str:
    return there
