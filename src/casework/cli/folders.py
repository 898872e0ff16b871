"""``homeward load``, ``undo`` and ``export``: cases, accounts, tables, laboratories' files in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.core.exceptions import ObjectDoesNotExist

from casework.actions.books import load_account
from casework.actions.imports import DISPUTES, TABLES, Preview, load_case, preview, undo_batch
from casework.queries.batches import batch
from casework.queries.exports import FORMS, case_by_key, export_case
from casework.queries.who import account_named
from homeward.account import TABLES as TABLES_OF_ACCOUNT
from homeward.account import read_account
from homeward.account.folder import MANIFEST
from homeward.cli import show
from homeward.model import FaultyInput, InvalidValue

__all__ = ["app"]

app = typer.Typer(add_completion=False)
_As = Annotated[str | None, typer.Option("--as", metavar="USERNAME", help="The account in whose name this is done.")]


@app.command()
def load(
    path: Annotated[Path, typer.Argument(help=(
        "A case folder or its zip, a .fam or .json; or, with --into, tables of a case folder (.csv, .xlsx, a folder of "
        "them), a CODIS or NIEM .xml, a .ped, a .ged. Or an account folder, with or without --into."))],
    *,
    username: _As = None,
    into: Annotated[str, typer.Option(metavar="CASE", help="Key of the case that it goes into.")] = "",
    key: Annotated[str, typer.Option(help="Key of a new case; by default the case's name.")] = "",
    table: Annotated[str, typer.Option(help=f"Which table the file is: {', '.join(TABLES)}.")] = "",
    missing: Annotated[list[str] | None, typer.Option(metavar="NAME=PERSON", help=(
        "Of .ped and .ged: who in the file is which person of the roster."))] = None,
    unseen_allele: Annotated[float | None, typer.Option(help=(
        "Frequency of alleles that the case's table does not hold; without it they are faults."))] = None,
    disputed: Annotated[str, typer.Option(help=(
        f"What becomes of records corrected or withdrawn by hand since: {', '.join(DISPUTES)}."))] = "refuse",
    only_show: Annotated[bool, typer.Option("--preview", help="Say what it would do, and write nothing.")] = False,
) -> None:
    """Load a case, part of one, or an account: all of it or nothing, as one import that can be taken back."""
    actor = account_named(username)
    case = case_by_key(actor, into) if into else None
    if path.is_dir() and (path / MANIFEST).is_file():
        _load_account(actor, path, case, key, only_show=only_show)
        return
    reading: dict[str, Any] = {"into": case, "key": key, "table": table, "missing": _missing(missing or []),
               "unseen_allele": unseen_allele}
    shown = preview(actor=actor, path=path, **reading)
    if shown.faults:
        raise FaultyInput(shown.faults)
    _tell(shown)
    if not only_show:
        made = load_case(actor=actor, source=path, disputed=disputed, sha256=shown.sha256, **reading)
        show.line(f"loaded into {shown.key} as import {made.pk}")


@app.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="The number that `homeward load` told.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, in your words; it stays with the import.")],
    username: _As = None,
) -> None:
    """Take an import back whole: what it added is withdrawn, what it changed says again what it said before."""
    actor = account_named(username)
    try:
        found = batch(actor, number)
    except ObjectDoesNotExist:
        raise InvalidValue("command line", "IMPORT", number, "must be the number of an import") from None
    undo_batch(actor=actor, batch=found, reason=reason)
    show.line(f"import {number} of {found.source} is taken back")


@app.command()
def export(
    case: Annotated[str, typer.Argument(metavar="CASE", help="Key of the case.")],
    target: Annotated[Path, typer.Argument(help="The folder or file to write.")],
    *,
    username: _As = None,
    form: Annotated[str, typer.Option(help=f"What is written: {', '.join(FORMS)}.")] = "folder",
) -> None:
    """Write a case of the register as a case folder, its account, or a file of laboratories or genealogists."""
    actor = account_named(username)
    done = export_case(actor, case_by_key(actor, case), target, form=form)
    for line in done.left_out:
        show.line(f"left out: {line}")
    show.line(f"written to {', '.join(map(str, done.paths))}; digest {done.digest}")


def _load_account(actor: Any, path: Path, case: Any, key: str, *, only_show: bool) -> None:
    book = read_account(path)
    called = case.key if case is not None else key or book.name
    show.line(f"{path.name} (account folder) into case {called}: {book.title or book.name}"
              + (" (synthetic)" if book.synthetic else ""))
    if only_show:
        for table in TABLES_OF_ACCOUNT:
            if count := len(getattr(book, table)):
                show.line(f"{table.replace('_', ' ')}: {count}")
        return
    made = load_account(actor=actor, source=path, into=case, key=key)
    for table, counts in made.counts.items():
        show.line(f"{table.replace('_', ' ')}: {counts['new']} new, {counts['changed']} changed")
    show.line(f"loaded into {made.case.key} as import {made.pk}")


def _missing(given: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, sign, person in pairs:
        if not (name and sign and person):
            raise InvalidValue("command line", "--missing", f"{name}{sign}{person}", "must be NAME=PERSON")
    return {name: person for name, _, person in pairs}


def _tell(shown: Preview) -> None:
    where = f"a new case, {shown.key}" if shown.is_new_case else f"case {shown.key}"
    show.line(f"{shown.source} ({shown.kind}) into {where}")
    for note in shown.notes:
        show.line(f"note: {note}")
    for name, counts in shown.counts.items():
        words = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        show.line(f"{name.replace('_', ' ')}: {words}")
    if shown.settings:
        show.line(f"the case itself: {', '.join(shown.settings)} would change")
    for d in shown.disputed:
        show.line(f"disputed: {d.name.replace('_', ' ')} {d.key} ({', '.join(d.fields)}) was {d.why}")
