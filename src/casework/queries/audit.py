"""The audit: who wrote what, and when; the values of a row for whoever may read the row itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from casework.policy import Permission, may
from casework.queries.visible import visible
from casework.store.models import Account, AuditEntry, Proposal, Record

__all__ = ["Written", "entries", "tables", "told"]

_P = Permission
# Tables that are no records; what is named neither here nor by a record keeps its values to itself.
_READ_BY: Mapping[str, Permission] = MappingProxyType({
    "store_account": _P.AUDIT_READ, "store_organisation": _P.AUDIT_READ, "store_apitoken": _P.AUDIT_READ,
    "mfa_authenticator": _P.AUDIT_READ, "store_alias": _P.ROSTER_READ, "store_statuschange": _P.ROSTER_READ,
    "store_familymember": _P.FAMILY_READ, "store_casefile": _P.CASE_READ, "store_frequencyset": _P.CASE_READ,
    "store_haplotypeset": _P.GENETIC_READ, "store_importbatch": _P.BATCH_READ, "store_custodyevent": _P.CUSTODY_READ,
    "store_run": _P.RUN_READ, "store_runinput": _P.RUN_READ, "store_runtile": _P.RUN_READ,
    "store_proposal": _P.PROPOSAL_READ, "store_documenttext": _P.DOCUMENT_READ,
    "store_readproposal": _P.DOCUMENT_READ, "store_readrecord": _P.DOCUMENT_READ,
    "store_review": _P.PROPOSAL_READ, "store_decision": _P.DECISION_READ, "store_telling": _P.FAMILY_READ,
})
_BLIND = ("proposed", "first review")  # while a proposal is in these states, no verdict on it is told to anyone


@dataclass(frozen=True, slots=True)
class Written:
    """One write as it is shown: each column that changed with the value before and after.

    ``shown`` False: the reader may not read such rows; the columns are named and their values are left out.
    """

    entry: AuditEntry
    changes: tuple[tuple[str, Any, Any], ...]
    shown: bool


def entries(actor: Account, *, who: str = "", table: str = "", row: str = "", act: str = "") -> QuerySet[AuditEntry]:
    """The audit, latest first, of one actor, table, row or act, or of all; raises NotAllowed."""
    rows = visible(actor, Permission.AUDIT_READ, AuditEntry)
    for column, value in (("actor", who), ("table_name", table), ("row_key", row), ("act", act)):
        if value:
            rows = rows.filter(**{column: value})
    return rows.order_by("-pk")


def tables(actor: Account) -> list[str]:
    """The names of the tables that the audit watches, for a filter; raises NotAllowed."""
    visible(actor, Permission.AUDIT_READ, AuditEntry)
    return sorted({*_READ_BY, *_records(), "store_revision"})


def told(actor: Account, found: Iterable[AuditEntry]) -> list[Written]:
    """The writes with what changed in each, as far as the reader may see it."""
    return [_told(actor, entry) for entry in found]


def _told(actor: Account, entry: AuditEntry) -> Written:
    old, new = entry.old or {}, entry.new or {}
    columns = [c for c in (new or old) if old.get(c) != new.get(c)]
    shown = _may_see(actor, entry)
    return Written(entry, tuple((c, old.get(c) if shown else None, new.get(c) if shown else None) for c in columns),
                   shown)


def _may_see(actor: Account, entry: AuditEntry) -> bool:
    row: Mapping[str, Any] = entry.new or entry.old or {}
    # A revision holds the values of another table's row.
    table = str(row.get("table_name", "")) if entry.table_name == "store_revision" else entry.table_name
    permission = _READ_BY.get(table) or _records().get(table)
    if permission is None or not may(actor.role, permission):
        return False
    return table != "store_review" or not Proposal.objects.filter(pk=row["proposal_id"], state__in=_BLIND).exists()


def _records() -> dict[str, Permission]:
    return {m._meta.db_table: Permission(f"{m.SUBJECT}.read") for m in apps.get_models() if issubclass(m, Record)}
