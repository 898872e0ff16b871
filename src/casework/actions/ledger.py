"""On what the figures of a case's ledger rest: its note, the line between north and south, since when it counts."""

from __future__ import annotations

import datetime

from casework.actions.act import Conflict, act
from casework.policy import Permission
from casework.store.bridge import basis_of
from casework.store.models import Account, CaseFile, Revision
from homeward.account import Line
from homeward.model import InvalidValue

__all__ = ["change_ledger_settings"]


def change_ledger_settings(*, actor: Account, case: CaseFile, note: str, line_name: str, line_latitude_deg: float,
                           accounted_from: datetime.date | None, reason: str, version: int | None = None) -> CaseFile:
    """Say on what the figures of a case rest from now on; what was said before is kept.

    A line that lies elsewhere is a new version of it, which every definition that uses it names. Raises Conflict where
    the case has been changed since ``version``, InvalidValue, NotAllowed.
    """
    with act(actor, Permission.CASE_WRITE):
        case = CaseFile.objects.select_for_update().get(pk=case.pk)
        if not reason.strip():
            raise InvalidValue(case.key, "reason", reason, "must be given")
        if version is not None and version != case.version:
            raise Conflict(f"{case.key} has been changed since version {version}; look at it again")
        if not line_name.strip():
            raise InvalidValue(case.key, "line_name", line_name, "must be given")
        before = basis_of(case).line
        moved = (before.name, before.latitude_deg) != (line_name.strip(), line_latitude_deg)
        line = Line(line_name.strip(), line_latitude_deg, before.version + 1 if moved else before.version)
        Revision.objects.create(table_name=CaseFile._meta.db_table, row=case.pk, key=case.key, version=case.version,
                                values={"account": case.account}, act="corrected", by=actor, reason=reason.strip())
        case.account = {
            "note": note.strip(), "line": {"name": line.name, "latitude_deg": line.latitude_deg,
                                           "version": line.version},
            "accounted_from": None if accounted_from is None else accounted_from.isoformat()}
        case.version += 1
        case.save(update_fields=["account", "version"])
    return case
