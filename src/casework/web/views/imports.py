"""Imports: a file is shown before it is applied, applied whole or not at all, and taken back whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.actions.imports import Preview, load_case, preview, undo_batch
from casework.policy import NotAllowed, Permission, may
from casework.queries.batches import batch, batches
from casework.queries.cases import case
from casework.web.errors import words_of
from casework.web.filling import Sheet, fill, written
from casework.web.forms.fields import ReasonForm
from casework.web.forms.imports import ApplyForm, ImportForm
from casework.web.listing import Columns, crumbs, list_page
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Badge, Facts, Lines, Table, act, link
from casework.web.uploads import forget, keep, kept
from homeward.model import HomewardError

__all__ = ["batch_page", "batch_undo", "import_apply", "import_into", "import_new", "imports_page"]

P = Permission


@allowed(Permission.BATCH_READ)
def imports_page(request: Request) -> HttpResponse:
    """All imports."""
    columns = Columns(("Import", "Kind", "Case", "By", "When", "State"), lambda b: (
        link("batch", b, b.source), b.kind, link("case", b.case), str(b.by), b.applied_at,
        Badge("undone") if b.undone_at else "applied"))
    acts = [act("Import a file", "import")] if may(request.user.role, P.BATCH_IMPORT) else []
    return list_page(request, batches(request.user), columns, title="Imports", acts=acts)


@allowed(Permission.BATCH_READ)
def batch_page(request: Request, batch_id: int) -> HttpResponse:
    """One import."""
    found = batch(request.user, batch_id)
    sections: list[Any] = [
        Facts("The import", (
            ("File", found.source), ("Kind", found.kind), ("Case", link("case", found.case)), ("By", str(found.by)),
            ("When", found.applied_at), ("SHA-256", found.sha256))),
        _counts(found.counts),
    ]
    if found.undone_at:
        sections.append(Facts("Taken back", (
            ("When", found.undone_at), ("By", str(found.undone_by)), ("Why", found.undone_reason))))
    may_undo = found.undone_at is None and may(request.user.role, P.BATCH_UNDO)
    return render(request, "web/record.html", {
        "title": found.source, "kind": f"Import {found.pk}", "case": found.case, "sections": sections, "history": None,
        "badges": [Badge("undone")] if found.undone_at else [],
        "acts": [act("Take it back", "batch-undo", found.pk, danger=True)] if may_undo else [],
        "crumbs": crumbs(("Imports", reverse("imports")))})


@allowed(Permission.BATCH_UNDO, fresh=True)
def batch_undo(request: Request, batch_id: int) -> HttpResponse:
    """Take an import back."""
    found = batch(request.user, batch_id)
    there = reverse("batch", args=[found.pk])
    sheet = Sheet(f"Take the import of {found.source} back", "Take it back", there, "The import is taken back.", (
        "What it added is withdrawn, what it changed says again what it said before. It is refused where later work "
        "rests on it.",), danger=True)
    form = ReasonForm(**written(request))

    def act_on(said: dict[str, Any]) -> str:
        undo_batch(actor=request.user, batch=found, reason=said["reason"])
        return there

    return fill(request, sheet, form, act_on, case=found.case)


@allowed(Permission.BATCH_IMPORT)
def import_new(request: Request) -> HttpResponse:
    """Choose a file, and see what importing it would do."""
    return _choose(request, None)


@allowed(Permission.BATCH_IMPORT)
def import_into(request: Request, case_id: int) -> HttpResponse:
    """Choose a file for a case."""
    return _choose(request, case(request.user, case_id))


@allowed(Permission.BATCH_IMPORT)
def import_apply(request: Request) -> HttpResponse:
    """Apply the import that was shown."""
    form = ApplyForm(request.POST or None)
    if not form.is_valid():
        return redirect("import")
    said = form.cleaned_data
    path = kept(said["token"])
    if path is None:
        messages.error(request, "The file is not kept any more: choose it again.")
        return redirect("import")
    into = case(request.user, said["into"]) if said["into"] else None
    try:
        made = load_case(actor=request.user, source=path, into=into, name=path.name, table=said["table"],
                         disputed=said["disputed"], sha256=said["sha256"])
    except NotAllowed:
        raise
    except HomewardError as error:
        shown = preview(actor=request.user, path=path, into=into, table=said["table"], name=path.name)
        return _show(request, shown, said["token"], into, said["table"], refused=words_of(error))
    forget(said["token"])
    messages.success(request, "The import is applied.")
    return redirect("batch", made.pk)


def _choose(request: Request, into: Any) -> HttpResponse:
    form = ImportForm(actor=request.user, initial={"into": into}, **written(request))
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        token = keep(said["file"])
        path = kept(token)
        if not isinstance(path, Path):
            raise forms.ValidationError("the file could not be kept")
        shown = preview(actor=request.user, path=path, into=said["into"], table=said["table"], name=path.name)
        if shown.faults:
            forget(token)
        return _show(request, shown, token, said["into"], said["table"])
    sheet = Sheet("Import a file", "Show what it would do", reverse("imports"), lead=(
        "Nothing is written yet: you see first what is new, what would change, and what is wrong.",))
    return render(request, "web/form.html", {"title": sheet.title, "sheet": sheet, "form": form, "case": into},
                  status=400 if form.is_bound else 200)


def _show(request: Request, shown: Preview, token: str, into: Any, table: str,
          refused: list[str] | None = None) -> HttpResponse:
    form = None if shown.faults else ApplyForm(has_disputed=bool(shown.disputed), initial={
        "token": token, "sha256": shown.sha256, "into": into.pk if into is not None else None, "table": table,
        "disputed": "refuse"})
    return render(request, "web/preview.html", {
        "title": f"What importing {shown.source} would do", "shown": shown, "form": form, "refused": refused,
        "case": into, "sections": list(_sections(shown)),
        "crumbs": in_case(into) if into is not None else crumbs(("Imports", reverse("imports"))),
    }, status=400 if shown.faults else 409 if refused else 200)


def _sections(shown: Preview) -> Any:
    if shown.faults:
        heads = ("File", "Line", "Column", "It says", "What is allowed")
        yield Table(f"What is wrong ({len(shown.faults):,})", heads, [
            (f.file, f.line or None, f.column, f.value, f.allowed) for f in shown.faults[:500]], numbers=(1,),
            note="Nothing can be imported before all of it is right.")
        return
    yield Facts("The file", (("Kind", shown.kind), ("SHA-256", shown.sha256), (
        "Goes into", f"a new case, {shown.key}" if shown.is_new_case else f"case {shown.key}")))
    yield _counts(shown.counts)
    if shown.notes:
        yield Table("What was guessed in reading it", ("Note",), [(note,) for note in shown.notes])
    if shown.settings:
        yield Table("What of the case itself would change", ("Setting",), [(s,) for s in shown.settings])
    if shown.disputed:
        yield Table("Corrected or withdrawn by hand since", ("Record", "Fields", "Why"), [
            (f"{d.name.replace('_', ' ')} {d.key}", ", ".join(d.fields), d.why) for d in shown.disputed])
    for name, rows in shown.rows.items():
        yield Table(f"First of {name.replace('_', ' ')}", ("Record", "", "What it says"), [
            (r.key, r.act, Lines([f"{field}: {value}" for field, value in r.values.items()])) for r in rows])


def _counts(counts: Any) -> Table:
    heads = ("new", "changed", "unchanged", "absent")
    return Table("How many", ("Records", *(h.capitalize() for h in heads)), [
        (name.replace("_", " "), *(of.get(h, 0) for h in heads)) for name, of in counts.items()],
        numbers=(1, 2, 3, 4), note="Absent: in the register and not in the file; left as they are.")
