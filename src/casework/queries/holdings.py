"""What parties hold, handed over, let others see and were paid, by a day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from casework.policy import Permission, require
from casework.queries.claims import names_of
from casework.queries.said import Said, as_said, rows_with_sources, said
from casework.store.models import Account, CaseFile, Holding, Party, Transfer
from homeward.account import Remaining, Sum, access_on, money_by, remaining
from homeward.model.quantities import Amount

__all__ = ["HandedOver", "Held", "Money", "Site", "access_by_site", "contents_of", "handed_over", "held", "holdings_on",
           "money", "operations", "public_transfer_by_key", "public_transfers"]


@dataclass(frozen=True, slots=True)
class Held:
    """A holding with what may remain of it by a day; ``left`` is None before the time that it speaks of."""

    row: Holding
    record: Any
    left: Remaining | None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A transfer: what was counted, None where nothing was, and what it was found, or said, to contain."""

    row: Transfer
    counted: Amount | None
    contents: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """Access to a site in a season: what was last done about it by a day, None where nothing was, and all of it."""

    site: str
    season: str
    latest: Any
    events: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """Money of one kind, currency, payer and payee by a day, with the rows by key."""

    sum: Sum
    rows: dict[str, Any]


def holdings_on(actor: Account, case_file: CaseFile, day: datetime.date) -> list[Held]:
    """The holdings of a case with what may remain of each by a day, by party and time; raises NotAllowed."""
    around = _Around(actor, case_file)
    found = [around.held(item, day) for item in said(actor, case_file, "holdings")]
    return sorted(found, key=lambda h: (h.record.party, h.record.as_of.begins, h.row.key))


def held(actor: Account, holding: Holding, day: datetime.date) -> Held:
    """One holding with what may remain of it by a day; raises NotAllowed."""
    item, = as_said([holding])
    return _Around(actor, holding.case).held(item, day)


def handed_over(actor: Account, case_file: CaseFile, day: datetime.date) -> list[HandedOver]:
    """The transfers of a case by a day, with their contents as then known; raises NotAllowed."""
    known = [c for c in said(actor, case_file, "contents") if c.record.as_of.ends <= day]
    return [HandedOver(row, Amount.exactly(row.count, row.unit) if row.count is not None and row.unit else None,
                       tuple(c for c in known if c.row.transfer_id == row.pk))
            for row in public_transfers(actor, case_file) if row.date.last_day <= day]


def contents_of(actor: Account, transfer: Transfer) -> list[Said]:
    """What a transfer was found, or said, to contain; raises NotAllowed."""
    return as_said(rows_with_sources(actor, transfer.case, "contents").filter(transfer=transfer))


def access_by_site(actor: Account, case_file: CaseFile, day: datetime.date) -> list[Site]:
    """Access by site and season, with what was last done about it by a day; raises NotAllowed."""
    events: dict[tuple[str, str], list[Said]] = {}
    for item in said(actor, case_file, "access"):
        events.setdefault((item.record.site, item.record.season), []).append(item)
    found = []
    for (site, season), items in events.items():
        items.sort(key=lambda item: (item.record.on.ends, item.row.key))
        latest = access_on([item.record for item in items], day).get((site, season))
        found.append(Site(site, season, latest, tuple(items)))
    return sorted(found, key=lambda s: (s.site, s.season))


def money(actor: Account, case_file: CaseFile, day: datetime.date) -> list[Money]:
    """Money asked, offered and paid by a day, each currency by itself; raises NotAllowed."""
    items = said(actor, case_file, "payments")
    rows = {item.row.key: item.row for item in items}
    return [Money(one, rows) for one in money_by([item.record for item in items], day)]


def operations(actor: Account, case_file: CaseFile, day: datetime.date) -> list[Said]:
    """The operations that were carried out by a day, latest first; raises NotAllowed."""
    found = [o for o in said(actor, case_file, "operations") if o.record.on.begins <= day]
    return sorted(found, key=lambda o: (o.record.on.begins, o.row.key), reverse=True)


class _Around:
    """What stands around the holdings of a case: transfers, their contents, and who hands over for whom."""

    def __init__(self, actor: Account, case_file: CaseFile) -> None:
        rows = public_transfers(actor, case_file).select_related("document")
        self.transfers = [item.record for item in as_said(rows)]
        self.contents = [item.record for item in said(actor, case_file, "contents")]
        self.parties = list(Party.objects.filter(case=case_file, withdrawn_at__isnull=True))

    def held(self, item: Said, day: datetime.date) -> Held:
        stated = item.record.as_of.ends <= day
        left = remaining(item.record, self.transfers, self.contents, as_of=day,
                         givers=self.givers(item.record.party)) if stated else None
        return Held(item.row, item.record, left)

    def givers(self, party: str) -> Sequence[str]:
        """The names of whoever hands over for a party, and of itself."""
        own = {p.pk for p in self.parties if party.casefold() in names_of(p)}
        return [name for p in self.parties if p.pk in own or p.of_id in own for name in (p.name, *p.spellings)]


def public_transfers(actor: Account, case_file: CaseFile) -> QuerySet[Transfer]:
    """The hand-overs between parties, which are public acts, for whoever reads claims; their boxes are not read here.

    Raises NotAllowed.
    """
    require(actor, Permission.CLAIM_READ)
    return Transfer.objects.filter(case=case_file, withdrawn_at__isnull=True).order_by("date", "key")


def public_transfer_by_key(actor: Account, case_file: CaseFile, key: str) -> Transfer | None:
    """The standing transfer of that key, None where there is none; raises NotAllowed."""
    return public_transfers(actor, case_file).filter(key=key).first()
