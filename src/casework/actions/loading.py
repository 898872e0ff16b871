"""One batch on its way into the tables: what is new is added, what says something else is superseded."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from casework.actions.act import NotPossible
from casework.actions.bulk import chunks, keep, store_new, supersede
from casework.actions.searchable import make_searchable
from casework.store.bridge import (
    LAYOUT,
    Changed,
    Differences,
    columns_of,
    key_of,
    members_of,
    rows_of,
)
from casework.store.models import CaseFile, Family, FamilyMember, ImportBatch, Organisation, Person

__all__ = ["Loading"]


class Loading:
    """The writing of one batch; ``keys``: number of the row by key, of each field, of what stands already."""

    def __init__(self, file: CaseFile, batch: ImportBatch, organisation: Organisation | None,
                 keys: dict[str, dict[str, int]]) -> None:
        self.batch, self.keys = batch, keys
        self.reason = f"import of {batch.source}"
        self.common = {"case": file, "batch": batch, "organisation": organisation}

    def load(self, found: Differences) -> None:
        """Write all fields, in the order in which they refer to each other; raises Conflict, NotPossible."""
        # Everyone leaves the changed pedigrees first, so that a person may move from one to the other.
        self._empty_pedigrees(found.changed["families"])
        for name in LAYOUT:
            try:
                self._add(name, found.new[name])
                self._change(name, found.changed[name])
                if name == "families":
                    self._fill_pedigrees([*found.new[name], *(c.record for c in found.changed[name])])
            except KeyError as error:
                raise NotPossible(f"{name}: {error.args[0]} is referred to and is not loaded, since the register keeps "
                                  "it withdrawn") from error

    def _add(self, name: str, records: tuple[Any, ...]) -> None:
        rows = rows_of(name, records, self.keys, **self.common)
        keys = self.keys[name]
        for record, row in zip(records, store_new(LAYOUT[name].model, rows), strict=True):
            keys[key_of(record)] = row.pk

    def _change(self, name: str, changed: tuple[Changed, ...]) -> None:
        model, columns = LAYOUT[name].model, columns_of(name, self.keys)
        for chunk in chunks(changed):
            if name != "families":  # theirs were kept before their pedigrees were emptied
                self._keep(model, chunk)
            said = [(c.stored.row, c.stored.version, columns(c.record)) for c in chunk]
            supersede(model, tuple(said[0][2]), ((row, version, tuple(v.values())) for row, version, v in said))
            if model is Person:
                make_searchable(row for row, _, _ in said)

    def _keep(self, model: Any, changed: list[Changed]) -> None:
        keep(model, [c.stored.row for c in changed], actor=self.batch.by, act_name="corrected", reason=self.reason,
             batch=self.batch)

    def _empty_pedigrees(self, changed: tuple[Changed, ...]) -> None:
        for chunk in chunks(changed, 500):
            self._keep(Family, chunk)
            FamilyMember.objects.filter(family_id__in=[c.stored.row for c in chunk], withdrawn_at__isnull=True).update(
                withdrawn_at=timezone.now())

    def _fill_pedigrees(self, families: list[Any]) -> None:
        members = (m for family in families
                   for m in members_of(family, self.keys["families"][family.id], self.keys["roster"]))
        for _ in store_new(FamilyMember, members):
            pass
