"""What parties hold, handed over, let others see, and were paid, as of any day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from casework.policy import Permission, may
from casework.queries.books import statement
from casework.queries.cases import case
from casework.queries.holdings import (
    HandedOver,
    Held,
    Money,
    access_by_site,
    handed_over,
    held,
    holdings_on,
    money,
    operations,
    public_transfers,
)
from casework.web.record_page import in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Lines, Table, act, link
from casework.web.stated import STATED, Day, Names, asked_day, at_day, day_page, facts_of, place_facts

__all__ = ["holding_page", "holdings_page"]

P = Permission


@allowed(P.CLAIM_READ)
def holdings_page(request: Request, case_id: int) -> HttpResponse:
    """Holdings, hand-overs, access, money and operations of a case, as they stood at the end of a day."""
    user, found, day = request.user, case(request.user, case_id), asked_day(request)
    names = Names(user, found)
    sections = [
        Table("What parties hold", ("Holding", "Number", "Of when", "Who says so", "What may remain", "Why"), [
            _held_row(h, names, day) for h in holdings_on(user, found, day.day)], note=(
                "What was handed over later is taken from it only where both are counted in the same unit: boxes are "
                "not persons."), acts=_adding(user, ("Add a holding", "holding-new", found.pk))),
        Table("Handed over", ("Transfer", "Date", "From", "To", "Counted", "Found, or said, to contain"), [
            _transfer_row(user, t) for t in handed_over(user, found, day.day)], acts=_adding(
                user, ("Add what a transfer contains", "content-new", found.pk))),
        *_access(user, found, day), *_money(user, found, day),
        Table("Operations", ("Operation", "Where", "When", "Who took part", "How many"), [
            (link("operation", o.row, o.row.name), o.row.site, o.record.on, names.several(o.record.parties),
             o.row.count) for o in operations(user, found, day.day)], numbers=(4,),
            acts=_adding(user, ("Add an operation", "operation-new", found.pk)))]
    return day_page(request, "web/day.html", day, title="Holdings, access, money", case=found, sections=sections,
                    crumbs=in_case(found))


@allowed(P.CLAIM_READ)
def holding_page(request: Request, holding_id: int) -> HttpResponse:
    """One holding with what may remain of it at the end of a day."""
    user, row, day = request.user, statement(request.user, "holdings", holding_id), asked_day(request)
    found = held(user, row, day.day)
    sections = [facts_of(user, row, STATED["holding"]), _remaining(user, found, day), place_facts(user, row)]
    return record_page(request, row, kind=f"Holding {row.key}", title=f"{row.party}: {found.record.quantity}",
                       sections=sections, day=day, template="web/dated.html", acts=standard_acts(user, row, "holding"),
                       crumbs=in_case(row.case, ("Holdings", "holdings")))


def _held_row(found: Held, names: Names, day: Day) -> tuple[Any, ...]:
    said, row = found.record, found.row
    left, why = ("not yet stated", None) if found.left is None else (found.left.amount, found.left.reason)
    verb = "says that it holds" if row.kind == "says" else "is thought to hold"
    return (at_day(link("holding", row, f"{row.party} {verb}", row.whose), day), said.quantity, said.as_of, row.said_by,
            left, why)


def _remaining(user: Any, found: Held, day: Day) -> Facts:
    title = f"What may remain at the end of {day.day}"
    if found.left is None:
        return Facts(title, (("", f"It speaks of a later time: {found.record.as_of}."),))
    rows = {t.key: t for t in public_transfers(user, found.row.case)}
    shown = [[_transfer(user, rows[key]) for key in keys if key in rows]
             for keys in (found.left.counted, found.left.not_counted)]
    return Facts(title, (("It may be", found.left.amount), ("Why", found.left.reason),
                         ("Subtracted", Lines(shown[0]) if shown[0] else "nothing"),
                         ("Could not be subtracted", Lines(shown[1]) if shown[1] else "nothing")))


def _transfer_row(user: Any, found: HandedOver) -> tuple[Any, ...]:
    row = found.row
    contents = [link("content", c.row, str(c.record.quantity), f"{c.row.whose or ''} {c.row.said_by}".strip())
                for c in found.contents]
    return (_transfer(user, row), row.date, row.giver, row.receiver, found.counted,
            Lines(contents) if contents else None)


def _transfer(user: Any, row: Any) -> Any:
    """Its boxes are for those who see remains; that it took place is public."""
    return link("transfer", row) if may(user.role, P.REMAINS_READ) else row.key


def _access(user: Any, found: Any, day: Day) -> list[Table]:
    rows = []
    for site in access_by_site(user, found, day.day):
        events = Lines([link("access", e.row, f"{e.record.on}: {e.record.state.value}", " · ".join(
            part for part in (e.row.by and f"by {e.row.by}", e.row.note) if part)) for e in site.events])
        state = Badge("not on record", "unknown") if site.latest is None else Badge(site.latest.state.value)
        rows.append((site.site, site.season, state, events))
    return [Table("Access", ("Site", "Season", "State", "What was done"), rows,
                  acts=_adding(user, ("Add what was done about access", "access-new", found.pk)))]


def _money(user: Any, found: Any, day: Day) -> list[Table]:
    heads = ("What", "In", "By", "To", "Single sums, added up", "Running totals, as stated")
    return [Table("Asked, offered and paid", heads, [_money_row(one) for one in money(user, found, day.day)],
                  note="Each currency by itself; a total that somebody states is never added to single sums.",
                  acts=_adding(user, ("Add a payment", "payment-new", found.pk)))]


def _money_row(one: Money) -> tuple[Any, ...]:
    total = one.sum
    single = [link("payment", one.rows[key]) for key in total.payments]
    running = [link("payment", one.rows[key], str(amount), one.rows[key].said_by) for key, amount in total.running]
    added = Lines([total.added, *single]) if total.added is not None else None
    return total.state.value, total.currency, total.payer, total.payee, added, Lines(running) if running else None


def _adding(user: Any, *offered: tuple[str, str, int]) -> list[Act]:
    return [act(words, name, number) for words, name, number in offered] if may(user.role, P.CLAIM_WRITE) else []
