"""``homeward ledger``: figures of an account folder as of a day, what became of promises, where claims differ."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from homeward.account import (
    Account,
    ClaimedFigures,
    Standing,
    access_on,
    channel_is_open,
    flow_of,
    meeting_on,
    money_by,
    public_csv,
    public_figures,
    public_json_ld,
    read_account,
    remaining,
    series_with_claims,
    states_of,
    table_sums,
)
from homeward.cli import show
from homeward.model import InvalidValue, PartialDate
from homeward.report.flow_chart import draw_flow
from homeward.report.time_series import draw_series

__all__ = ["ledger_command"]

_MOST_DAYS = 300
_NEVER_SHOWN = ("incident",)  # too many to read; they are in the files


def ledger_command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="An account folder.")],
    *,
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="The day, YYYY-MM-DD.")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder for figures.csv, figures.jsonld, flow.svg and "
                                             "unaccounted-for.svg, as the public may see them.")] = None,
    records: Annotated[str, typer.Option("--records", metavar="KEY", help="Print the ids of the records behind one "
                                         "figure.")] = "",
) -> None:
    """Say what an account comes to at the end of a day: figures, promises, holdings, differences."""
    day = _day(as_of)
    account = read_account(folder)
    standing = account.ledger().as_of(day)
    if records:
        _show_records(standing, records)
        return
    show.line(f"{account.title or account.name}, at the end of {day}" + (" (synthetic)" if account.synthetic else ""))
    if account.note:
        show.line(f"note: {account.note}")
    _show_figures(standing)
    _show_differences(account, standing)
    _show_commitments(account, day)
    _show_holdings(account, day)
    _show_talks(account, day)
    _show_money(account, day)
    if out is not None:
        _write(account, standing, out)


def _day(text: str) -> datetime.date:
    found = PartialDate.parse(text)
    if found.day is None:
        raise InvalidValue("command line", "--as-of", text, "must be a day, YYYY-MM-DD")
    return found.first_day


def _show_records(standing: Standing, key: str) -> None:
    figures = standing.of(key)
    if not figures:
        raise InvalidValue("command line", "--records", key, "must be the key of a figure of the day")
    for figure in figures:
        show.line(f"# {figure.label}: {figure.amount}; {figure.definition.id}, version {figure.definition.version}: "
                  f"{figure.definition.text}")
        for record in figure.records:
            show.line(record)


def _show_figures(standing: Standing) -> None:
    table = _table("Figures", "figure", "amount", "records", "key")
    for figure in standing.figures:
        if figure.definition.id.partition(", ")[2] not in _NEVER_SHOWN:
            table.add_row(escape(figure.label), escape(str(figure.amount)), str(len(figure.records)),
                          escape(figure.key))
    Console().print(table)
    for note in standing.notes:
        show.line(f"note: {note}")
    definitions = {f.definition for f in standing.figures}
    for definition in sorted(definitions, key=lambda d: d.id):
        if definition.id.partition(", ")[2] not in _NEVER_SHOWN:
            show.line(f"{definition.id} (version {definition.version}): {definition.text}")


def _show_differences(account: Account, standing: Standing) -> None:
    claimed = ClaimedFigures(standing.ledger, account.claims)
    differences = claimed.differences(standing.day)
    if differences:
        table = _table("Claims that differ from the records", "figure", "of", "claim less records", "why", "claims")
        for d in differences:
            table.add_row(escape(d.key), str(d.as_of), "–" if d.gap is None else escape(str(d.gap)), escape(d.why),
                          escape(", ".join(d.claims)))
        Console().print(table)
    for found in table_sums(account.known_by(standing.day), standing.ledger):
        show.line(f"{found.source}, {found.as_of}: {found.why}")


def _show_commitments(account: Account, day: datetime.date) -> None:
    states = states_of(account.commitments, account.fulfilments, day)
    if states:
        what = {c.id: f"{' and '.join(c.by)}: {c.what}" for c in account.commitments}
        table = _table("Promises", "id", "promise", "how vague", "state", "why", "who says so")
        for s in states:
            table.add_row(escape(s.commitment), escape(what[s.commitment]), s.vagueness.value,
                          s.state.value + ("" if s.sure else " (unsure)"), escape(s.reason),
                          escape("; ".join(s.said_by)) or "nobody")
        Console().print(table)


def _show_holdings(account: Account, day: datetime.date) -> None:
    stated = [h for h in account.holdings if h.as_of.ends <= day]
    if stated:
        table = _table("Holdings", "id", "what may remain", "why", "who says so")
        for holding in stated:
            left = remaining(holding, account.transfers, account.contents, as_of=day,
                             givers=_names_of(account, holding.party))
            table.add_row(escape(holding.id), escape(str(left.amount)), escape(left.reason), escape(str(holding.chain)))
        Console().print(table)


def _names_of(account: Account, party: str) -> Collection[str]:
    """The names of whoever belongs to a party, and of itself."""
    own = {a.id for a in account.actors if party in (a.id, a.name, *a.spellings)}
    return [a.name for a in account.actors if a.id in own or a.of in own]


def _show_talks(account: Account, day: datetime.date) -> None:
    table = _table("Talks", "id", "what", "state", "set for", "held", "stayed away")
    for channel in account.channels:
        is_open = channel_is_open([e for e in account.channel_events if e.channel == channel.id], day)
        if is_open is not None:
            table.add_row(escape(channel.id), escape(channel.name), "open" if is_open else "cut", "", "", "")
    for meeting in account.meetings:
        stands = meeting_on([e for e in account.meeting_events if e.meeting == meeting.id], day)
        if stands.state is not None:
            missed = "; ".join(f"{', '.join(absent)}, {when}" for when, absent in stands.missed)
            table.add_row(escape(meeting.id), escape(meeting.title), stands.state.value, str(stands.meant_for or ""),
                          ", ".join(map(str, stands.held)), escape(missed))
    for (site, season), event in access_on(account.access, day).items():
        what = f"access to {site}, {season}".rstrip(", ")
        table.add_row(escape(event.id), escape(what), event.state.value, "", "", "")
    if table.row_count:
        Console().print(table)


def _show_money(account: Account, day: datetime.date) -> None:
    table = _table("Asked and paid", "what", "payer", "payee", "single sums", "running totals, as stated")
    for found in money_by(account.payments, day):
        running = "; ".join(f"{amount} ({id_})" for id_, amount in found.running)
        added = "" if found.added is None else f"{found.added} ({', '.join(found.payments)})"
        table.add_row(found.state.value, escape(found.payer), escape(found.payee), escape(added), escape(running))
    if table.row_count:
        Console().print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column, justify="right" if column in ("amount", "records") else "left")
    return table


def _write(account: Account, standing: Standing, out: Path) -> None:
    figures = public_figures(standing.figures, standing.ledger.lots)
    title = f"{account.title or account.name}, at the end of {standing.day}"
    out.mkdir(parents=True, exist_ok=True)
    (out / "figures.csv").write_text(public_csv(figures), encoding="utf-8")
    (out / "figures.jsonld").write_text(public_json_ld(figures, name=title, description=account.note), encoding="utf-8")
    (out / "flow.svg").write_text(draw_flow(flow_of(standing, public=True)), encoding="utf-8")
    days = _days_drawn(standing)
    if days:
        series = series_with_claims(standing.ledger, "unaccounted for", days, account.known_by(standing.day))
        (out / "unaccounted-for.svg").write_text(draw_series(series), encoding="utf-8")
    show.line(f"what the public may see is in {out}: {', '.join(sorted(p.name for p in out.iterdir()))}")


def _days_drawn(standing: Standing) -> list[datetime.date]:
    """The days on which the missing become fewer or more; years, where there are too many of them to draw."""
    if not standing.of("unaccounted for"):
        return []
    changes = standing.ledger.days_of_change("unaccounted for", standing.day)
    if len(changes) > _MOST_DAYS:
        changes = tuple(datetime.date(year, 1, 1) for year in range(changes[0].year + 1, standing.day.year + 1))
    return sorted({*changes, standing.day})
