"""A case out of the register: as a case folder, or as what laboratories and genealogists read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from django.utils import timezone

from casework.policy import Permission, require
from casework.queries.visible import visible
from casework.store.bridge import book_of, case_of
from casework.store.models import Account, CaseFile, Person
from casework.store.moment import one_moment
from homeward.account import TABLES, cells_of, write_account
from homeward.formats import write_case
from homeward.formats.codis import Letter, case_to_cmf, write_cmf
from homeward.formats.gedcom import gedcom_of, write_gedcom
from homeward.formats.niem import case_to_niem, write_niem
from homeward.formats.ped import ped_file, write_ped
from homeward.model import Case, InvalidValue

__all__ = ["FORMS", "Exported", "case_by_key", "export_case", "exported_case"]

FORMS = ("folder", "account", "cmf", "niem", "ped", "gedcom")
_ORI = 10  # characters that CODIS gives a laboratory


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written; ``left_out`` says, line by line, what of the case the format does not carry."""

    paths: tuple[Path, ...]
    digest: str
    left_out: tuple[str, ...] = ()


def case_by_key(actor: Account, key: str) -> CaseFile:
    """The case of that key; raises InvalidValue where there is none, NotAllowed."""
    found = visible(actor, Permission.CASE_READ, CaseFile).filter(key=key).first()
    if found is None:
        raise InvalidValue("register", "case", key, "must be the key of a case")
    return found


def exported_case(actor: Account, case_file: CaseFile) -> Case:
    """The case as it stands at one moment; raises NotAllowed."""
    require(actor, Permission.CASE_EXPORT)
    with one_moment():
        return case_of(CaseFile.objects.get(pk=case_file.pk))


def export_case(actor: Account, case_file: CaseFile, target: Path, *, form: str = "folder") -> Exported:
    """Write a case.

    Args: ``target``: the folder (``folder``, ``account``) or the file that is written; ``form``: one of FORMS. Family
    trees come without names: who lives is not told.

    Raises NotAllowed; InvalidValue or FaultyInput, with all faults, for what the format cannot carry.
    """
    if form not in FORMS:
        raise InvalidValue("export", "form", form, f"must be one of {', '.join(FORMS)}")
    if form == "account":
        return _export_account(actor, case_file, target)
    case = exported_case(actor, case_file)
    digest = case.digest()
    if form == "cmf":
        cmf = case_to_cmf(case, _letter(actor))
        write_cmf(cmf.file, target)
        return Exported((target,), digest, cmf.left_out)
    if form == "niem":
        niem = case_to_niem(case)
        write_niem(niem.file, target)
        return Exported((target,), digest, niem.left_out)
    if form == "ped":
        ped = ped_file(case.families, case.reference_profiles(), frequencies=case.frequencies)
        return Exported(write_ped(ped, target), digest, ped.notes)
    if form == "gedcom":
        write_gedcom(gedcom_of(case.families), target)
        return Exported((target,), digest, ("names, samples and profiles",))
    write_case(case, target)
    return Exported((target,), digest)


def _export_account(actor: Account, case_file: CaseFile, target: Path) -> Exported:
    """The account as it was entered: the entries that the roster makes belong to the case folder."""
    for permission in (Permission.CASE_EXPORT, Permission.CLAIM_READ, Permission.TALK_READ, Permission.LEDGER_READ):
        require(actor, permission)
    with one_moment():
        account = book_of(CaseFile.objects.get(pk=case_file.pk), roster=False)
    write_account(account, target)
    said = [[name, [cells_of(name, record) for record in getattr(account, name)]] for name in TABLES]
    digest = sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()
    roster = Person.objects.filter(case=case_file, withdrawn_at__isnull=True).exists()
    return Exported((target,), digest, ("the roster, which the case folder holds",) if roster else ())


def _letter(actor: Account) -> Letter:
    laboratory = (actor.organisation.key if actor.organisation else "HOMEWARD")[:_ORI]
    return Letter(destination=laboratory, source=laboratory, submitted_by=actor.username[:20],
                  submitted_at=f"{timezone.now():%Y-%m-%dT%H:%M:%S}")
