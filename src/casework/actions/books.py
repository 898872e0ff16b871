"""The account of a case: loaded from a folder as one batch, told to the public or not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from casework.actions.act import Conflict, NotPossible, act
from casework.actions.bulk import keep, store_new, supersede
from casework.policy import Permission
from casework.store.bridge import BOOK, BookTable, book_of, rows_of_book
from casework.store.models import Account, CaseFile, ImportBatch, Incident, Organisation, Person, Record, Revision
from homeward.account import Account as Book
from homeward.account import cells_of, read_account
from homeward.model import Fault, FaultyInput

__all__ = ["hide_account", "load_account", "publish_account"]

_KIND = "account folder"
_REFERRED = (Person, Incident)  # records of the case itself that entries name


def load_account(*, actor: Account, source: Path | Book, into: CaseFile | None = None, key: str = "",
                 organisation: Organisation | None = None) -> ImportBatch:
    """Load an account: new records are added, those that say something else superseded, all in one undoable batch.

    ``into``: the case, by default that of the key or of the account's own name, made where there is none. Records that
    the folder lacks stay as they are. Raises FaultyInput with all faults, Conflict, NotAllowed; then nothing is stored.
    """
    with act(actor, Permission.BATCH_IMPORT):
        book = source if isinstance(source, Book) else read_account(source)
        case = into or _case(book, key or book.name)
        case = CaseFile.objects.select_for_update().get(pk=case.pk)
        called = book.name if isinstance(source, Book) else source.name
        batch = ImportBatch.objects.create(case=case, source=called, kind=_KIND, sha256=_digest(book), by=actor)
        try:
            batch.counts = _Loading(case, batch, organisation).load(book)
        except IntegrityError as error:
            raise Conflict(f"records were entered while {called} was loaded, under keys that are in it too; nothing "
                           "was written, look at it again") from error
        batch.save()
        _settle(case, book, batch)
        book_of(case)  # the whole must fit together, what stood before included
    return batch


def publish_account(*, actor: Account, case: CaseFile) -> CaseFile:
    """Tell the public what the account of a case says, without what could point to one person; raises NotAllowed."""
    with act(actor, Permission.PUBLISH):
        if case.account_public_at is not None:
            raise NotPossible(f"the account of {case} is public already")
        case.account_public_at = timezone.now()
        case.save(update_fields=["account_public_at"])
    return case


def hide_account(*, actor: Account, case: CaseFile) -> CaseFile:
    """Take the account of a case out of the public pages again; raises NotAllowed."""
    with act(actor, Permission.PUBLISH):
        if case.account_public_at is None:
            raise NotPossible(f"the account of {case} is not public")
        case.account_public_at = None
        case.save(update_fields=["account_public_at"])
    return case


def _case(book: Book, key: str) -> CaseFile:
    found, _ = CaseFile.objects.get_or_create(key=key, defaults={"title": book.title, "synthetic": book.synthetic})
    return found


def _settle(case: CaseFile, book: Book, batch: ImportBatch) -> None:
    """What the account says beside its records; what it said before is kept, and comes back with the batch undone."""
    basis = book.basis
    said = {
        "note": book.note, "line": {"name": basis.line.name, "latitude_deg": basis.line.latitude_deg,
                                    "version": basis.line.version},
        "accounted_from": None if basis.accounted_from is None else basis.accounted_from.isoformat()}
    if said == case.account:
        return
    Revision.objects.create(table_name=CaseFile._meta.db_table, row=case.pk, key=case.key, version=case.version,
                            values={"account": case.account}, act="corrected", by=batch.by,
                            reason=f"import of {batch.source}", batch=batch)
    case.account, case.version = said, case.version + 1
    case.save(update_fields=["account", "version"])


def _digest(book: Book) -> str:
    said = [[name, [cells_of(name, record) for record in getattr(book, name)]] for name in BOOK]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class _Loading:
    """One loading: into which case, in which batch, and the numbers of the rows met so far."""

    case: CaseFile
    batch: ImportBatch
    organisation: Organisation | None

    def load(self, book: Book) -> dict[str, Any]:
        keys: dict[type[Record], dict[str, int]] = {model: self._numbers(model) for model in _REFERRED}
        counts = {}
        for table in BOOK.values():
            records = getattr(book, table.name)
            self._refuse_strangers(table, records, keys)
            keys[table.model] = self._numbers(table.model)
            counts[table.name] = self._table(table, records, keys)
        return {name: count for name, count in counts.items() if count}

    def _table(self, table: BookTable, records: tuple[Any, ...], keys: Mapping[type[Record], dict[str, int]]) -> dict[
            str, int]:
        own = keys[table.model]
        standing = {row.key: row for row in table.model._default_manager.filter(
            case=self.case, withdrawn_at__isnull=True, key__in=[r.id for r in records])}
        new = [r for r in records if r.id not in standing]
        own.update((r.id, 0) for r in new)  # numbers come with the rows; what names its own table is filled in after
        rows = list(rows_of_book(table.name, new, keys, case=self.case, batch=self.batch,
                                 organisation=self.organisation))
        named = _cut_own_names(table, rows, new)
        own.update((row.key, row.pk) for row in store_new(table.model, rows))
        for row, name, key in named:
            setattr(row, name, own[key])
        if named:
            table.model._default_manager.bulk_update([row for row, _, _ in named], [named[0][1].removesuffix("_id")])
        changed = self._change(table, [r for r in records if r.id in standing], standing, keys)
        return {"new": len(new), "changed": changed} if records else {}

    def _change(self, table: BookTable, records: list[Any], standing: Mapping[str, Record],
                keys: Mapping[type[Record], Mapping[str, int]]) -> int:
        said = ((standing[row.key], row) for row in rows_of_book(table.name, records, keys, case=self.case))
        columns = [str(table.model._meta.get_field(table.attribute(c)).attname)  # type: ignore[union-attr]
                   for c in table.columns if c != "id"]
        if table.name == "transfers":
            columns.append("document_text")
        differing = [(old, [getattr(row, c) for c in columns]) for old, row in said
                     if any(getattr(old, c) != getattr(row, c) for c in columns)]
        if differing:
            keep(table.model, [old.pk for old, _ in differing], actor=self.batch.by, act_name="corrected",
                 reason=f"import of {self.batch.source}", batch=self.batch)
            supersede(table.model, columns, ((old.pk, old.version, values) for old, values in differing))
        return len(differing)

    def _numbers(self, model: type[Record]) -> dict[str, int]:
        rows = model._default_manager.filter(case=self.case, withdrawn_at__isnull=True)
        return dict(rows.values_list("key", "pk"))

    def _refuse_strangers(self, table: BookTable, records: tuple[Any, ...],
                          keys: Mapping[type[Record], Mapping[str, int]]) -> None:
        """Entries name persons and incidents, which must be in the register."""
        allowed = "must be the key of a record of the case"
        faults = [Fault(f"{table.name}.csv", line, column, value, allowed, "reference")
                  for column, model in table.refers.items() if model in _REFERRED
                  for line, record in enumerate(records, start=2)
                  if (value := getattr(record, column)) and value not in keys[model]]
        if faults:
            raise FaultyInput(faults)


def _cut_own_names(table: BookTable, rows: list[Any], records: list[Any]) -> list[tuple[Any, str, str]]:
    """Take out of rows what names other rows of their own table; gives each with its column and the key it named."""
    column = next((c for c, model in table.refers.items() if model is table.model), "")
    if not column:
        return []
    name = f"{table.attribute(column)}_id"
    named = [(row, name, getattr(record, column)) for row, record in zip(rows, records, strict=True)
             if getattr(record, column)]
    for row, _, _ in named:
        setattr(row, name, None)
    return named
