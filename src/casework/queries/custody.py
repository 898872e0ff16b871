"""Custody: where an item has been, who holds it, what was handed over, and whether the chain is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from casework.policy import NotAllowed, Permission, Scope, require, scope_of
from casework.print import Receipt, print_receipt
from casework.queries.visible import visible
from casework.store.custody import contents, every_case_is_its_own, last_head, related_events, row_of
from casework.store.models import Account, CaseFile, Container, CustodyEvent, Element, Record, Remains, RemainsSample
from casework.store.moment import one_moment
from homeward.custody import Event, Findings, Head, Standing, Verdict, Whereabouts, verify, write_chain

__all__ = ["HandOverView", "ItemStanding", "Summary", "custody_head", "export_chain", "handover", "handovers",
           "history", "holdings", "receipt_pdf", "standing", "verify_register"]

_FETCHED = 1000
Summary = Mapping[str, object]
Item = tuple[str, str]  # kind, key
_READ = Permission.CUSTODY_READ
_MODELS: Mapping[str, type[Record]] = MappingProxyType({
    "container": Container, "remains": Remains, "element": Element, "sample": RemainsSample})


@dataclass(frozen=True, slots=True)
class HandOverView:
    """One act of custody with its events, and the head that its receipt shows."""

    key: str
    case: CaseFile
    events: tuple[Event, ...]
    head: Head

    @property
    def first(self) -> Event:
        """The event that says what all have in common: act, parties, time, place."""
        return self.events[0]


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """An item and where it is."""

    kind: str
    key: str
    standing: Standing


def history(actor: Account, case: CaseFile, kind: str, key: str) -> QuerySet[CustodyEvent]:
    """The events of an item, in order; raises NotAllowed."""
    return _visible_events(actor, case).filter(item_kind=kind, item_key=key).order_by("seq")


def standing(actor: Account, case: CaseFile, kind: str, key: str) -> Standing | None:
    """Who holds an item and how it was last seen; None where it has no custody; raises NotAllowed."""
    if not history(actor, case, kind, key).exists():
        return None
    return _followed(related_events(case, [(kind, key)])).standing((case.key, kind, key))


def handovers(actor: Account, case: CaseFile) -> QuerySet[CustodyEvent, Summary]:
    """The acts of a case, the latest first: ``handover``, ``act``, ``giver``, ``receiver``, ``at``, ``place``,
    ``recorded``, ``actor``, ``first_seq``, ``last_seq``, ``n_items``; raises NotAllowed."""
    shared = ("handover", "act", "giver", "receiver", "at", "place", "recorded", "actor")
    summaries: QuerySet[CustodyEvent, Summary] = _visible_events(actor, case).order_by().values(*shared).annotate(
        first_seq=Min("seq"), last_seq=Max("seq"), n_items=Count("seq")).order_by("-last_seq")
    return summaries


def holdings(actor: Account, case: CaseFile) -> list[ItemStanding]:
    """Every item of a case that has custody, by kind and key, and where it is; raises NotAllowed."""
    own = set(_visible_events(actor, case).values_list("item_kind", "item_key").distinct())
    whereabouts = _followed(CustodyEvent.objects.filter(case=case).order_by("seq").iterator())
    order = list(_MODELS)
    found = [ItemStanding(kind, key, where) for _, kind, key in whereabouts
             if (kind, key) in own and (where := whereabouts.standing((case.key, kind, key))) is not None]
    return sorted(found, key=lambda item: (order.index(item.kind), item.key))


def handover(actor: Account, key: str) -> HandOverView:
    """One act whole; raises DoesNotExist, NotAllowed where any of its items belongs to others who recorded it."""
    require(actor, _READ)
    rows = list(CustodyEvent.objects.filter(handover=key).select_related("case").order_by("seq"))
    if not rows:
        raise CustodyEvent.DoesNotExist("there is no such act of custody")
    if _visible_events(actor, rows[0].case).filter(handover=key).count() < len(rows):
        raise NotAllowed(f"{actor.role}: {_READ.value} reaches the records of one's own organisation alone")
    return HandOverView(key, rows[0].case, tuple(Event.of(row_of(row)) for row in rows),
                        Head(rows[-1].seq, rows[-1].hash))


def receipt_pdf(actor: Account, key: str) -> bytes:
    """The receipt of an act, to be signed; the same act gives the same bytes. Raises DoesNotExist, NotAllowed."""
    found = handover(actor, key)
    return print_receipt(Receipt(events=found.events, head=found.head, case_title=str(found.case),
                                 synthetic=found.case.synthetic))


def custody_head(actor: Account) -> Head | None:
    """Number and hash of the last event of the register; None where there is none; raises NotAllowed."""
    require(actor, _READ)
    return last_head()


def export_chain(actor: Account, path: Path) -> Head | None:
    """Write the whole chain to a file that anybody can verify; gives its head. Raises NotAllowed."""
    _require_all(actor)
    with one_moment():
        head = last_head()
        write_chain(contents(), path)
    return head


def verify_register(actor: Account, *, heads: Iterable[Head] = (), latest: bool = False) -> Verdict:
    """Verify the register's chain, and hold its items against the register's records.

    Args: as for ``homeward.custody.verify``. Raises NotAllowed, InvalidValue for heads out of order.
    """
    _require_all(actor)
    with one_moment():
        return verify(contents(), heads=heads, latest=latest, also=_hold_against_records)


def _require_all(actor: Account) -> None:
    require(actor, _READ)
    if scope_of(actor.role, _READ) is not Scope.ALL:
        raise NotAllowed(f"{actor.role}: the whole chain is for those who may read the custody of all organisations")


def _visible_events(actor: Account, case: CaseFile) -> QuerySet[CustodyEvent]:
    """Events of items that the actor may see, and those that the actor's own organisation recorded."""
    require(actor, _READ)
    events = CustodyEvent.objects.filter(case=case)
    if scope_of(actor.role, _READ) is Scope.ALL:
        return events
    colleagues = Account.objects.filter(Q(pk=actor.pk) | (Q(organisation=actor.organisation_id)
                                                           & Q(organisation__isnull=False)))
    reached = Q(actor__in=[f"user:{name}" for name in colleagues.values_list("username", flat=True)])
    for kind, model in _MODELS.items():
        own = visible(actor, _READ, model, withdrawn=True).filter(case=case)
        reached |= Q(item_kind=kind, item_key__in=own.values("key"))
    return events.filter(reached)


def _followed(events: Iterable[CustodyEvent]) -> Whereabouts:
    whereabouts = Whereabouts(Findings())
    for event in events:
        whereabouts.add(row_of(event))
    return whereabouts


def _hold_against_records(whereabouts: Whereabouts, findings: Findings) -> None:
    for seq, named, filed in every_case_is_its_own():
        findings.tell("case", seq, "", f"names the case {named}, and the register files it under {filed}")
    missing = set(whereabouts)
    for kind in ("element", "sample"):
        rows = _MODELS[kind]._default_manager.order_by().values_list("case__key", "key")
        missing.difference_update((case, kind, key) for case, key in rows.iterator(chunk_size=_FETCHED))
    for kind, of in (("container", "pk"), ("remains", "container__key")):
        records: Any = _MODELS[kind]._default_manager.order_by("pk").values_list("case__key", "key", "withdrawn_at", of)
        for case, key, withdrawn, whole in records.iterator(chunk_size=_FETCHED):
            if (case, kind, key) in whereabouts:
                missing.discard((case, kind, key))
            elif withdrawn is None and (case, "container", whole) not in whereabouts:
                findings.tell("uncovered", 0, f"{kind} {key}", "is in the register, and no event of custody speaks of "
                              "it or of what it lies in")
    for item in sorted(missing):
        where = whereabouts.standing(item)
        findings.tell("unknown", where.seq if where else 0, f"{item[1]} {item[2]}",
                      f"is in custody in case {item[0]}, and the register has no record of it")
