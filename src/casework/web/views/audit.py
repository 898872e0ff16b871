"""The audit: who wrote what."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from casework.policy import Permission
from casework.queries.audit import entries, tables, told
from casework.web.listing import Columns, choice, list_page
from casework.web.rules import Request, allowed
from casework.web.shown import Lines, Link

__all__ = ["audit_page"]

_LONGEST = 300


@allowed(Permission.AUDIT_READ)
def audit_page(request: Request) -> HttpResponse:
    """Every write, latest first; filtered by who, table, row and act."""
    table = choice(request, "table", "Table", [(t, t.removeprefix("store_")) for t in tables(request.user)])
    act = choice(request, "act", "Act", [(a, a) for a in ("insert", "update", "delete")])
    row = request.GET.get("row", "")[:120]
    who = request.GET.get("who", "").replace("\x00", "")[:200]
    rows = entries(request.user, who=who, table=table.chosen, row=row.replace("\x00", ""), act=act.chosen)
    columns = Columns(("When", "Who", "Table", "Row", "Act", "What changed"), lambda e: _row(request.user, e))
    about = " and ".join(filter(None, (who and f"by {who}", row and f"of row {row}")))
    return list_page(request, rows, columns, title="Audit", choices=[table, act], kept=_kept(who, row),
                     lead=f"Writes {about}." if about else "Every write to every table, by whatever way it came. "
                     "Values that your role may not read are left out.")


def _row(user: Any, entry: Any) -> tuple[Any, ...]:
    written = told(user, [entry])[0]
    changes = [_words(column, before, after, shown=written.shown) for column, before, after in written.changes
               if written.entry.act != "insert" or after not in (None, "", {}, [])]
    address = f"{reverse('audit')}?table={entry.table_name}&row={entry.row_key}"
    by = Link(entry.actor, f"{reverse('audit')}?who={entry.actor}")
    return (entry.at, by, entry.table_name.removeprefix("store_"), Link(entry.row_key, address), entry.act,
            Lines(changes or ["nothing: the row was held against others"]))


def _words(column: str, before: Any, after: Any, *, shown: bool) -> str:
    if not shown:
        return f"{column}: (not yours to read)"
    return f"{column}: {_short(before)} → {_short(after)}" if before is not None else f"{column}: {_short(after)}"


def _short(value: Any) -> str:
    text = "nothing" if value in (None, "") else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _kept(who: str, row: str) -> list[tuple[str, str]]:
    """What the filter's form hands on unseen."""
    return [(name, value) for name, value in (("who", who), ("row", row)) if value]
