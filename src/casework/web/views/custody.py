"""Custody: the acts of a case, who holds what, receipts, whether the chain is whole."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.actions.custody import HandOver, hand_over, receive, record_act, release
from casework.policy import Permission, Scope, may, scope_of
from casework.queries.cases import case
from casework.queries.custody import (
    custody_head,
    export_chain,
    handover,
    handovers,
    holdings,
    receipt_pdf,
    standing,
    verify_register,
)
from casework.queries.remains import containers, transfer
from casework.web.filling import Sheet, fill, written
from casework.web.forms.custody import ActForm, ReleaseForm, line_of
from casework.web.listing import Columns, asked_text, list_page
from casework.web.record_page import in_case
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Lines, Link, Table, act
from casework.web.views.items import act_address, holder_of, seen_of
from homeward.custody import Act as CustodyAct
from homeward.custody import Head, grouped
from homeward.model import HomewardError

__all__ = ["custody_act", "custody_chain", "custody_holdings", "custody_new", "custody_page", "custody_receipt",
           "custody_release", "custody_verify"]

P = Permission


@allowed(Permission.CUSTODY_READ)
def custody_page(request: Request, case_id: int) -> HttpResponse:
    """The acts of custody of a case."""
    user, found = request.user, case(request.user, case_id)
    columns = Columns(("Record", "What happened", "From", "To", "When", "Where", "Items"), lambda h: (
        Link(h["handover"], act_address(h["handover"])), h["act"], h["giver"], h["receiver"], h["at"], h["place"],
        h["n_items"]), numbers=(6,))
    head = custody_head(user)
    lead = f"Head of the whole register's chain: {head.seq}:{grouped(head.hash)}" if head else "No event yet."
    return list_page(request, handovers(user, found), columns, title="Custody", case=found, crumbs=in_case(found),
                     acts=_acts(user, found), lead=lead)


@allowed(Permission.CUSTODY_READ)
def custody_holdings(request: Request, case_id: int) -> HttpResponse:
    """Who holds what."""
    found = case(request.user, case_id)
    text = asked_text(request).lower()
    rows = [h for h in holdings(request.user, found) if text in f"{h.kind} {h.key} {h.standing.holder}".lower()]
    columns = Columns(("Item", "State", "Where", "Since"), lambda h: (
        f"{h.kind} {h.key}", Badge(h.standing.phase.value), Lines([
            f"{word.lower()}: {said}" for word, said in holder_of(h.standing) if said and word != "Since"]),
        h.standing.since))
    return list_page(request, rows, columns, title="Who holds what", case=found, search="Kind, key or holder",
                     crumbs=in_case(found, ("Custody", "custody")))


@allowed(Permission.CUSTODY_READ)
def custody_act(request: Request) -> HttpResponse:
    """One act with its items."""
    found = handover(request.user, request.GET.get("key", "")[:120])
    first = found.first
    sections = [
        Facts("The act", (
            ("What happened", first.act), ("From", first.giver), ("To", first.receiver), ("When", first.at),
            ("Where", first.place), ("Note", first.note), ("Document", first.document_key),
            ("Recorded", f"{first.recorded} by {first.actor}"))),
        Table(f"Items ({len(found.events):,})", ("Event", "Item", "Count, seals, mass", "Of, or in"), [
            (e.seq, f"{e.item_kind} {e.item_key}", seen_of(e),
             f"{e.parent_kind} {e.parent_key}" if e.parent_key else "–") for e in found.events]),
        Facts("Head of the chain after it", (("Number", found.head.seq), ("Hash", grouped(found.head.hash)))),
    ]
    receipt = Act("Receipt to be signed (PDF)", f"{reverse('custody-receipt')}?{request.GET.urlencode()}")
    return render(request, "web/record.html", {
        "title": found.key, "kind": "Act of custody", "case": found.case, "sections": sections, "acts": [receipt],
        "history": None, "crumbs": in_case(found.case, ("Custody", "custody"))})


@allowed(Permission.CUSTODY_READ)
def custody_receipt(request: Request) -> HttpResponse:
    """The receipt of an act, to be printed and signed."""
    key = request.GET.get("key", "")[:120]
    return HttpResponse(receipt_pdf(request.user, key), content_type="application/pdf", headers={
        "Content-Disposition": 'inline; filename="receipt.pdf"'})


@allowed(Permission.CUSTODY_WRITE)
def custody_new(request: Request, case_id: int) -> HttpResponse:
    """Record an act of custody."""
    found = case(request.user, case_id)
    form = ActForm(actor=request.user, case=found, initial=_prefilled(request, found), **written(request))
    sheet = Sheet("Record an act of custody", "Record it", reverse("custody", args=[found.pk]), "It is recorded.", (
        "An act is refused whole where it cannot follow what was recorded before. What is recorded cannot be changed: "
        "a mistake is put right by a further act, with a note.",))
    return fill(request, sheet, form, lambda said: act_address(_record(request.user, found, said).key), case=found,
                crumbs=in_case(found, ("Custody", "custody")))


@allowed(Permission.CUSTODY_RELEASE, fresh=True)
def custody_release(request: Request, case_id: int) -> HttpResponse:
    """Release items to a family or another authority."""
    found = case(request.user, case_id)
    form = ReleaseForm(actor=request.user, case=found, initial=_prefilled(request, found), **written(request))
    sheet = Sheet("Release items", "Release them", reverse("custody", args=[found.pk]), "The release is recorded.", (
        "The items leave the custody of this register's world, for a family or another authority.",), danger=True)
    return fill(request, sheet, form, lambda said: act_address(release(
        actor=request.user, case=found, **_keyed(said)).key), case=found, crumbs=in_case(found, ("Custody", "custody")))


@allowed(Permission.CUSTODY_READ, whole=True)
def custody_verify(request: Request) -> HttpResponse:
    """Verify the chain of the whole register, against heads that somebody holds."""
    text = request.GET.get("heads", "")
    heads: list[Head] = []
    refused: list[str] = []
    for line in text.splitlines():
        try:
            heads += [Head.parse(line)] if line.strip() else []
        except HomewardError as error:
            refused.append(str(error))
    verdict = verify_register(request.user, heads=sorted(heads)) if not refused else None
    return render(request, "web/verify.html", {
        "title": "Is the chain whole?", "heads": text, "refused": refused,
        "sections": _verdict(verdict) if verdict is not None else []})


@allowed(Permission.CUSTODY_READ, whole=True)
def custody_chain(request: Request) -> HttpResponse:
    """The whole chain as a file that the other party can verify with the science alone."""
    with tempfile.TemporaryDirectory(prefix="homeward-") as folder:
        path = Path(folder) / "chain.tsv"
        export_chain(request.user, path)
        content = path.read_bytes()
    return HttpResponse(content, content_type="text/tab-separated-values; charset=utf-8", headers={
        "Content-Disposition": 'attachment; filename="custody-chain.tsv"'})


def _record(actor: Any, found: Any, said: dict[str, Any]) -> HandOver:
    kind = CustodyAct(said["act"])
    common = _keyed({n: v for n, v in said.items() if n not in ("act", "to", "parent_kind", "parent_key")})
    if kind in (CustodyAct.HANDED_OVER, CustodyAct.RECEIVED):
        step = hand_over if kind is CustodyAct.HANDED_OVER else receive
        return step(actor=actor, case=found, to=said["to"], **common)
    parent = (said["parent_kind"], said["parent_key"]) if said["parent_key"] else None
    items = [type(i)(i.kind, i.key, i.count, i.unit, i.seals, i.mass_mg, i.difference, i.note, parent)
             for i in common.pop("items")]
    holder = common.pop("giver")
    del common["receiver"]
    return record_act(actor=actor, case=found, act=kind, items=items, holder=holder, **common)


def _keyed(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "key": said["key"].strip() or None}


def _prefilled(request: Request, found: Any) -> dict[str, str]:
    """The items that a page has named: one, or all containers of a transfer."""
    lines, giver = [], ""
    item = request.GET.get("item", "")
    if item:
        kind, _, key = item.partition(" ")
        now = standing(request.user, found, kind, key)
        lines, giver = [line_of(kind, key, now)], now.holder if now is not None else ""
    number = request.GET.get("transfer", "")
    if number.isdigit():
        of = transfer(request.user, int(number))
        keys = list(containers(request.user, found, came_by=of).values_list("key", flat=True))
        now = standing(request.user, found, "container", keys[0]) if keys else None
        lines, giver = [line_of("container", key) for key in keys], now.holder if now is not None else of.giver
    return {"items": "\n".join(lines), "giver": giver}


def _acts(user: Any, found: Any) -> list[Act]:
    whole = scope_of(user.role, P.CUSTODY_READ) is Scope.ALL
    offered = ((may(user.role, P.CUSTODY_WRITE), act("Record an act", "custody-new", found.pk)),
               (may(user.role, P.CUSTODY_RELEASE), act("Release items", "custody-release", found.pk, danger=True)),
               (True, act("Who holds what", "custody-holdings", found.pk)),
               (whole, act("Is the chain whole?", "custody-verify")),
               (whole, act("The chain as a file", "custody-chain")))
    return [one for yes, one in offered if yes]


def _verdict(verdict: Any) -> list[Any]:
    head = verdict.head
    said = "whole, and custody unbroken" if verdict.sound else (
        "whole; what it says is no unbroken custody" if verdict.whole else "NOT the one that was written")
    return [
        Facts("Verdict", (
            ("The chain is", said), ("Events", verdict.n_events),
            ("Head", f"{head.seq}:{grouped(head.hash)}" if head else None),
            ("Vouched for by a head from outside, up to event", verdict.vouched_to or "none was given"),
            ("First bad event", str(verdict.first_bad) if verdict.first_bad else "none"))),
        Table("What was found", ("Event", "Item", "Weight", "Rule", "What"), [
            (f.seq or None, f.item, f.weight.value, f.rule, f.message) for f in verdict.findings],
            empty="Nothing.", note=", ".join(f"{rule}: {n:,}" for rule, n in verdict.counts.items() if n)),
    ]
