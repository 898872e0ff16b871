"""Imports: shown before they are applied, applied as one batch or not at all, and taken back whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import IntegrityError

from casework.actions.act import Conflict, act
from casework.actions.disputes import Disputed, disputes, without
from casework.actions.incoming import Incoming, RowShown, first_rows, incoming
from casework.actions.loading import Loading
from casework.actions.undoing import undo_batch
from casework.policy import NotAllowed, Permission, may, require
from casework.store import search_index
from casework.store.bridge import (
    LAYOUT,
    Differences,
    Stored,
    case_of,
    differences_of,
    faults_of_limits,
    merged,
    records_of,
    sets_of,
    settings_of,
)
from casework.store.models import Account, CaseFile, ImportBatch, Organisation, Revision
from homeward.formats.casefile import TABLES
from homeward.model import Case, Fault, FaultyInput, FrequencyTable, HomewardError, InvalidValue

__all__ = ["DISPUTES", "TABLES", "Preview", "load_case", "preview", "undo_batch"]

DISPUTES = ("refuse", "keep", "take")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do.

    ``faults``: what is wrong with the file, and then nothing can be imported; ``counts``: new, changed, unchanged and
    absent records (absent: only in the register, and left alone) by field of the case; ``disputed``: records that
    somebody corrected or withdrew by hand since; ``rows``: the first that are new or changed; ``settings``: what of
    the case itself would change; ``sha256``: of what was read.
    """

    source: str
    kind: str = ""
    sha256: str = ""
    key: str = ""
    is_new_case: bool = False
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    disputed: tuple[Disputed, ...] = ()
    rows: Mapping[str, tuple[RowShown, ...]] = field(default_factory=dict)
    settings: tuple[str, ...] = ()


def preview(*, actor: Account, path: Path, into: CaseFile | None = None, key: str = "", table: str = "",
            name: str = "", missing: Mapping[str, str] | None = None, unseen_allele: float | None = None) -> Preview:
    """Read a file and say what importing it would do; nothing is written.

    Args: as of ``load_case``. Raises NotAllowed; what is wrong with the file is in the answer.
    """
    require(actor, Permission.BATCH_IMPORT)
    called = name or path.name
    asked = _Asked(path, key, called, {"table": table, "missing": missing, "unseen_allele": unseen_allele})
    try:
        return _preview(actor, asked, into)
    except FaultyInput as error:
        return Preview(called, faults=error.faults)
    except NotAllowed:
        raise
    except HomewardError as error:
        return Preview(called, faults=(Fault(called, 0, "", "", str(error), "refused"),))


def load_case(*, actor: Account, source: Path | Case, into: CaseFile | None = None, key: str = "", name: str = "",
              table: str = "", missing: Mapping[str, str] | None = None, unseen_allele: float | None = None,
              organisation: Organisation | None = None, disputed: str = "refuse", sha256: str = "") -> ImportBatch:
    """Load a case, or part of one: new records are added, changed ones superseded, all in one batch.

    Args:
        source: a case; a file or folder that ``homeward check`` reads; or what needs a case to go into: tables of the
            case folder (roster.csv, remains.xlsx, a folder of them), a laboratory's CODIS or NIEM file, a PED file, a
            GEDCOM tree.
        into: the case of the register, by default that of the key, which is made where there is none.
        key: by default the case's name.
        name: what the batch is called.
        table: which table a single file is, where its name does not say.
        missing: of PED and GEDCOM, the roster's id of whoever is missing, by the name in the file.
        unseen_allele: the frequency of alleles that the case's table does not hold; None to refuse them.
        organisation: whose new records are.
        disputed: what becomes of records that were corrected or withdrawn by hand since: refuse the import, keep what
            the register says, or take what the file says.
        sha256: of the preview that is applied.

    Records that the source lacks stay as they are. Raises FaultyInput with all faults, NotAllowed, Conflict where the
    file is not the one that was shown; then nothing is stored.
    """
    if disputed not in DISPUTES:
        raise InvalidValue("import", "disputed", disputed, f"must be one of {', '.join(DISPUTES)}")
    require(actor, Permission.BATCH_IMPORT)
    asked = _Asked(source, key, name, {"table": table, "missing": missing, "unseen_allele": unseen_allele})
    # Reading takes long and writing waits for nobody: what was read beside an earlier state is read again below.
    read, before = asked.read(into)
    if sha256 and sha256 != read.sha256:
        raise Conflict(f"{read.source} is not the file that was shown; look at it again")
    try:
        with act(actor, Permission.BATCH_IMPORT):
            wanted = before.file.key if before.file is not None else key or read.case.name
            file, made = _case_file(actor, read.case, wanted)
            now = _Standing.of(None if made else file)
            if now.versions != before.versions:
                read, now = asked.read(None if made else file)
            return _apply(actor, read, file, now, _Way(made, organisation, disputed))
    except IntegrityError as error:
        raise Conflict(f"records were entered while {read.source} was imported, under keys that are in it too; nothing "
                       "was written, look at it again") from error


@dataclass(frozen=True, slots=True)
class _Standing:
    """What stood when a file was read beside it; ``versions`` tell whether it still does."""

    file: CaseFile | None
    records: Mapping[str, Mapping[str, Stored]]

    @classmethod
    def of(cls, file: CaseFile | None) -> _Standing:
        return cls(file, {name: {} for name in LAYOUT} if file is None else records_of(file))

    @property
    def versions(self) -> tuple[Any, ...]:
        whole = () if self.file is None else (self.file.pk, self.file.version)
        return (*whole, *((s.row, s.version) for records in self.records.values() for s in records.values()))

    def case(self) -> Case | None:
        return None if self.file is None else case_of(self.file, self.records)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be read; ``options``: of ``incoming``."""

    source: Path | Case
    key: str
    name: str
    options: Mapping[str, Any]

    def read(self, into: CaseFile | None) -> tuple[Incoming, _Standing]:
        """What comes in, and what it goes into; the two must not contradict each other."""
        file = into if into is not None else CaseFile.objects.filter(key=self.key).first() if self.key else None
        standing = _Standing.of(file)
        beside = standing.case()
        read = incoming(self.source, beside, name=self.name, **self.options)
        if file is None and not self.key:
            standing = _Standing.of(CaseFile.objects.filter(key=read.case.name).first())
            beside = standing.case()
        faults = faults_of_limits(read.case, read.source) or _contradictions(read, beside)
        if faults:
            raise FaultyInput(faults)
        return read, standing


def _contradictions(read: Incoming, beside: Case | None) -> tuple[Fault, ...]:
    try:
        if beside is not None:
            merged(beside, read.case)
    except InvalidValue as error:
        what = f"{error.allowed} ({error.record}), beside what the register holds"
        return (Fault(read.source, 0, error.field, str(error.value), what, "refused"),)
    return ()


def _preview(actor: Account, asked: _Asked, into: CaseFile | None) -> Preview:
    read, standing = asked.read(into)
    file, found = standing.file, differences_of(read.case, standing.records)
    settings = () if file is None else tuple(_settings_changed(file, read.case))
    _require_subjects(actor, found)
    if file is None or settings:
        require(actor, Permission.CASE_WRITE)
    return Preview(
        read.source, read.kind, read.sha256, asked.key or (read.case.name if file is None else file.key), file is None,
        notes=read.notes, counts=found.counts, disputed=() if file is None else disputes(file, found),
        rows=first_rows(found), settings=settings)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a case is loaded: into one that was made for it or not, whose its records are, what of disputed ones."""

    made: bool
    organisation: Organisation | None
    disputed: str


def _apply(actor: Account, read: Incoming, file: CaseFile, standing: _Standing, way: _Way) -> ImportBatch:
    found = differences_of(read.case, standing.records)
    _require_subjects(actor, found)
    found = _settled(file, found, read.source, way.disputed)
    batch = ImportBatch.objects.create(case=file, source=read.source[:300], kind=read.kind, sha256=read.sha256,
                                       by=actor, counts=found.counts)
    _settle(file, read.case, actor=actor, batch=batch, made=way.made)
    keys = {name: {key: stored.row for key, stored in records.items()} for name, records in standing.records.items()}
    Loading(file, batch, way.organisation, keys).load(found)
    search_index.learn()
    return batch


def _case_file(actor: Account, case: Case, key: str) -> tuple[CaseFile, bool]:
    """The case of the register, locked against other imports, and whether it is new."""
    found = CaseFile.objects.select_for_update().filter(key=key).first()
    if found is not None:
        return found, False
    require(actor, Permission.CASE_WRITE)
    made, is_new = CaseFile.objects.get_or_create(key=key, defaults={"title": case.title, "synthetic": case.synthetic})
    return CaseFile.objects.select_for_update().get(pk=made.pk), is_new


def _require_subjects(actor: Account, found: Differences) -> None:
    """Who may write the case as a whole may import all of it; others what their role writes."""
    if not may(actor.role, Permission.CASE_WRITE):
        for name in found.touched:
            require(actor, Permission(f"{LAYOUT[name].model.SUBJECT}.write"))


def _settled(file: CaseFile, found: Differences, source: str, disputed: str) -> Differences:
    if disputed == "take":
        return found
    held = disputes(file, found)
    if held and disputed == "refuse":
        raise FaultyInput(Fault(source, 0, ", ".join(d.fields), d.key, f"was {d.why} ({d.name})", "disputed")
                          for d in held)
    return without(found, held)


def _settings_changed(file: CaseFile, case: Case) -> list[str]:
    """The names of what the case itself would say otherwise; that of its reference material by what it is."""
    usual = settings_of(Case(file.key, FrequencyTable("not stated", ())))
    new, old = settings_of(case), {**usual, **file.settings}
    names = [name for name in new if old[name] != new[name] and name != "notes"]
    names += [name for name in ("title", "synthetic") if getattr(file, name) != getattr(case, name)]
    for column, unsaved in sets_of(case).items():
        kept = getattr(file, column)
        nothing = column == "frequencies" and not case.frequencies.markers and kept is None
        if not nothing and (None if unsaved is None else unsaved.digest) != (None if kept is None else kept.digest):
            names.append(column)
    return names


def _settle(file: CaseFile, case: Case, *, actor: Account, batch: ImportBatch, made: bool) -> None:
    """Give the case its reference material and settings; what they were before is kept as a revision."""
    if not made and not _settings_changed(file, case):
        return
    values: dict[str, Any] = {"title": case.title, "synthetic": case.synthetic, "settings": settings_of(case)}
    for column, unsaved in sets_of(case).items():
        values[f"{column}_id"] = None if unsaved is None else _kept(unsaved).pk
    if not made:
        require(actor, Permission.CASE_WRITE)
        before = {name: getattr(file, name) for name in values}
        Revision.objects.create(table_name=CaseFile._meta.db_table, row=file.pk, key=file.key, version=file.version,
                                values=before, act="corrected", by=actor, reason=f"import of {batch.source}",
                                batch=batch)
        file.version += 1
    for name, value in values.items():
        setattr(file, name, value)
    file.save()


def _kept(unsaved: Any) -> Any:
    """The reference material of that digest, stored now if it was not yet."""
    fields = {f.attname: getattr(unsaved, f.attname) for f in unsaved._meta.concrete_fields if f.attname != "id"}
    return type(unsaved).objects.get_or_create(digest=fields.pop("digest"), defaults=fields)[0]
