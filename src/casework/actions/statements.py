"""Single statements of an account: recorded, preferred among rivals, and preferences taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from casework.actions.act import NotPossible, act
from casework.actions.records import correct, save_new
from casework.policy import Permission
from casework.store.bridge import BOOK, rows_of_book
from casework.store.models import Account, CaseFile, Claim, Organisation, Preference, Record
from homeward.account import record_of
from homeward.model import InvalidValue

__all__ = ["PREFIXES", "add_statement", "next_key", "prefer", "record_statement", "take_back_preference"]

# How the keys of each table begin that the register gives itself.
PREFIXES: Mapping[str, str] = {
    "sources": "S", "actors": "PARTY", "claims": "C", "preferences": "PREF", "channels": "CH", "channel_events": "CHE",
    "meetings": "M", "meeting_events": "ME", "delegations": "D", "agenda": "AG", "agreements": "A", "commitments": "K",
    "fulfilments": "F", "holdings": "H", "transfers": "T", "contents": "CT", "access": "AC", "payments": "P",
    "operations": "O", "lots": "L", "entries": "E"}


def add_statement(*, actor: Account, case: CaseFile, table: str, organisation: Organisation | None = None,
                  **values: Any) -> Record:
    """Record one row of an account's table, its values as the row has them; raises InvalidValue, NotAllowed."""
    model = BOOK[table].model
    # What was not given has not been said: the column's own default stands for it.
    said = {name: value for name, value in values.items() if value is not None and value != ""}
    return save_new(model(case=case, organisation=organisation, **said), actor=actor)


def record_statement(*, actor: Account, case: CaseFile, table: str, cells: Mapping[str, str],
                     organisation: Organisation | None = None) -> Record:
    """Record one row of an account's table, its cells by column as in the account folder; "" as id gives it a key.

    Raises InvalidValue naming the column, NotAllowed.
    """
    if table not in BOOK:
        raise InvalidValue("statement", "table", table, f"must be one of {', '.join(BOOK)}")
    book = BOOK[table]
    cells = {**cells, "id": cells.get("id") or next_key(case, table)}
    with act(actor, Permission(f"{book.model.SUBJECT}.write")):
        record = record_of(table, cells)
        keys: dict[type[Record], dict[str, int]] = {}
        for column, model in book.refers.items():
            rows = model._default_manager.filter(case=case, withdrawn_at__isnull=True, key=cells.get(column) or "")
            keys[model] = {**keys.get(model, {}), **dict(rows.values_list("key", "pk"))}
            if cells.get(column) and cells[column] not in keys[model]:
                raise InvalidValue(record.id, column, cells[column],
                                   f"must be the key of a standing {model._meta.verbose_name} of the case")
        row, = rows_of_book(table, [record], keys, case=case, organisation=organisation)
        return save_new(row, actor=actor)


def next_key(case: CaseFile, table: str) -> str:
    """A key that no record of the table has yet, the withdrawn ones included: C-0001, C-0002 …"""
    prefix = PREFIXES[table]
    keys = BOOK[table].model._default_manager.filter(case=case, key__startswith=f"{prefix}-").values_list(
        "key", flat=True)
    taken = [int(found[1]) for key in keys if (found := re.fullmatch(rf"{prefix}-(\d{{1,9}})", key))]
    return f"{prefix}-{max(taken, default=0) + 1:04d}"


def prefer(*, actor: Account, claim: Claim, reason: str) -> Preference:
    """Prefer a claim among its rivals; whichever was preferred before is taken back with that, and stays on record.

    Raises NotPossible for a claim without rivals or one that is preferred already, InvalidValue without a reason,
    NotAllowed.
    """
    with act(actor, Permission.CLAIM_WRITE, claim):
        CaseFile.objects.select_for_update().get(pk=claim.case_id)
        if not claim.group or claim.withdrawn_at is not None:
            raise NotPossible(f"{claim.key} has no rivals: it belongs to no group, or is withdrawn")
        if not reason.strip():
            raise InvalidValue(claim.key, "reason", reason, "must be given")
        for standing in Preference.objects.filter(case=claim.case, group=claim.group, withdrawn_at__isnull=True,
                                                  withdrawn_on__isnull=True):
            if standing.claim_id == claim.pk:
                raise NotPossible(f"{claim.key} is preferred already")
            take_back_preference(actor=actor, preference=standing, reason=f"{claim.key} is preferred: {reason}")
        return save_new(Preference(
            case=claim.case, key=next_key(claim.case, "preferences"), group=claim.group, claim=claim,
            by=actor.full_name or actor.username, on=timezone.localdate(), reason=reason.strip()), actor=actor)


def take_back_preference(*, actor: Account, preference: Preference, reason: str) -> Preference:
    """Take a preference back, so that its claim stands beside its rivals again.

    Raises NotPossible where it was taken back already, InvalidValue without a reason, NotAllowed.
    """
    if preference.withdrawn_on is not None or preference.withdrawn_at is not None:
        raise NotPossible(f"{preference.key} was taken back already")
    return correct(preference, actor=actor, reason=reason, changes={
        "withdrawn_on": max(timezone.localdate(), preference.on),
        "withdrawn_by": actor.full_name or actor.username, "withdrawn_why": reason.strip()})
