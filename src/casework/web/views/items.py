"""Custody as the page of an item shows it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from casework.policy import Permission, may
from casework.queries.custody import history, standing
from casework.queries.history import may_act_on
from casework.web.shown import Act, Facts, Link, Table, link
from homeward.custody import Phase

__all__ = ["act_address", "custody_section", "holder_of"]

P = Permission


def custody_section(user: Any, found: Any, kind: str) -> list[Any]:
    """Where the item has been and who holds it; nothing for whoever may not read custody."""
    if not may(user.role, P.CUSTODY_READ):
        return []
    now = standing(user, found.case, kind, found.key)
    heads = ("Event", "What happened", "From", "To", "When", "Where", "Count, seals, mass", "Record")
    events = Table("Custody, event by event", heads, [
        (e.seq, e.act, e.giver, e.receiver, e.at, e.place, seen_of(e), Link(e.handover, act_address(e.handover)))
        for e in history(user, found.case, kind, found.key)], empty="No event of custody is recorded.",
        acts=_acts(user, found, kind))
    if now is not None:
        return [Facts("Who holds it", holder_of(now)), events]
    return [*_with_its_container(user, found), events]


def _with_its_container(user: Any, found: Any) -> list[Any]:
    """What has no custody of its own goes with the container in which it lies."""
    lying_in = getattr(found, "container", None) or getattr(getattr(found, "remains", None), "container", None)
    now = standing(user, found.case, "container", lying_in.key) if lying_in is not None else None
    if now is None:
        return []
    return [Facts("Who holds it", [("With its container", link("container", lying_in)), *holder_of(now)])]


def holder_of(now: Any) -> list[tuple[str, Any]]:
    """Where an item is, as facts."""
    rows: list[tuple[str, Any]] = []
    if now.phase is Phase.INSIDE and now.parent is not None:
        rows.append(("Lies in", f"{now.parent[1]} {now.parent[2]}"))
    if now.phase is Phase.RELEASED:
        rows.append(("Released to", now.receiver))
    if now.phase is Phase.USED_UP:
        rows.append(("Used up", "yes"))
    if now.holder:
        rows.append(("Holder", now.holder))
    seals = None if now.seals is None else now.seals or "none"
    mass = None if now.mass_mg is None else f"{now.mass_mg / 1000:,.3f} g"
    return [*rows, ("Since", now.since), ("Seals", seals), ("Mass", mass)]


def seen_of(event: Any) -> str:
    """Count, seals and mass of one event."""
    parts = []
    if event.count is not None:
        parts.append(f"{event.count} {event.unit}")
    if event.seals:
        parts.append(f"seals {event.seals}")
    if event.mass_mg is not None:
        parts.append(f"{event.mass_mg / 1000:,.3f} g")
    if event.difference:
        parts.append(f"differs: {event.difference}")
    return "; ".join(parts) or "not stated"


def act_address(key: str) -> str:
    """The page of one act."""
    return f"{reverse('custody-act')}?{urlencode({'key': key})}"


def _acts(user: Any, found: Any, kind: str) -> list[Act]:
    if found.withdrawn_at is not None:
        return []
    query = urlencode({"item": f"{kind} {found.key}"})
    offered = ((P.CUSTODY_WRITE, Act("Record an act of custody", f"{_to('custody-new', found)}?{query}")),
               (P.CUSTODY_RELEASE, Act("Release it", f"{_to('custody-release', found)}?{query}", danger=True)))
    return [one for permission, one in offered if may_act_on(user, permission, found)]


def _to(name: str, found: Any) -> str:
    return reverse(name, args=[found.case_id])
