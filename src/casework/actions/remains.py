"""Remains: hand-overs, containers, accessions, elements, and the samples cut from them."""

from __future__ import annotations

from casework.actions.act import NotPossible
from casework.actions.records import save_new
from casework.actions.samples import new_sample_key
from casework.store.bridge import to_plain
from casework.store.models import (
    Account,
    CaseFile,
    Container,
    Document,
    Element,
    Organisation,
    Remains,
    RemainsSample,
    Transfer,
)
from homeward.model import CERTAIN, InvalidValue, Laboratory, PartialDate, Sex
from homeward.model import Element as ElementValue
from homeward.model import Transfer as TransferValue

__all__ = ["add_container", "add_element", "add_remains", "add_remains_sample", "add_transfer"]


def add_transfer(*, actor: Account, case: CaseFile, key: str, date: PartialDate, giver: str, receiver: str,
                 place: str = "", count: int | None = None, unit: str | None = None, document_text: str = "",
                 document: Document | None = None, organisation: Organisation | None = None) -> Transfer:
    """Add a hand-over; ``count`` of ``unit``: box, set, bone or person, which are never added up.

    Raises InvalidValue for a key in use, nobody as giver or receiver, a count without its unit; NotAllowed.
    """
    TransferValue(key, date, giver, receiver, place, count, unit, document_text)
    return save_new(Transfer(
        case=case, key=key, date=date, giver=giver, receiver=receiver, place=place, count=count, unit=unit,
        document_text=document_text, document=document, organisation=organisation), actor=actor)


def add_container(*, actor: Account, case: CaseFile, key: str, transfer: Transfer | None = None, kind: str = "",
                  label: str = "", description: str = "", organisation: Organisation | None = None) -> Container:
    """Add a box, bag or coffin; ``label``: what is written on it. Raises InvalidValue, NotAllowed."""
    return save_new(Container(case=case, key=key, transfer=transfer, kind=kind, label=label, description=description,
                              organisation=organisation), actor=actor)


def add_remains(*, actor: Account, case: CaseFile, key: str, sex: Sex = Sex.UNKNOWN, transfer: Transfer | None = None,
                container: Container | None = None, recovered: PartialDate | None = None, provenience: str = "",
                description: str = "", organisation: Organisation | None = None) -> Remains:
    """Accession remains under a number; ``sex`` as they show it; they came with their container's transfer.

    Raises InvalidValue for a key in use, a container of another transfer; NotAllowed.
    """
    if container is not None and container.transfer is not None:
        transfer = transfer or container.transfer
        if transfer.pk != container.transfer_id:
            raise InvalidValue(key, "container", container.key, f"must be of transfer {transfer.key}")
    return save_new(Remains(
        case=case, key=key, sex=Sex(sex).value, transfer=transfer, container=container, recovered=recovered,
        provenience=provenience, description=description, organisation=organisation), actor=actor)


def add_element(*, actor: Account, remains: Remains, key: str, bone: str, side: str = "unsided",
                portion: str = "", organisation: Organisation | None = None) -> Element:
    """Add a bone or tooth of remains; raises InvalidValue for a side that is none, NotPossible, NotAllowed."""
    _require_standing(remains)
    ElementValue(key, remains.key, bone, side, portion)
    return save_new(Element(
        case_id=remains.case_id, key=key, remains=remains, bone=bone, side=side, portion=portion,
        organisation=organisation or remains.organisation), actor=actor)


def add_remains_sample(*, actor: Account, remains: Remains, key: str, element: Element | None = None,
                       laboratory: Laboratory = CERTAIN, organisation: Organisation | None = None) -> RemainsSample:
    """Add a sample cut from remains; ``laboratory``: how surely it is read.

    Raises InvalidValue for a key in use among all samples, an element of other remains; NotPossible, NotAllowed.
    """
    _require_standing(remains)
    if element is not None and element.remains_id != remains.pk:
        raise InvalidValue(key, "element", element.key, f"must be of {remains.key}")
    return save_new(RemainsSample(
        case_id=remains.case_id, key=new_sample_key(remains.case_id, key), remains=remains, element=element,
        laboratory=None if laboratory == CERTAIN else to_plain(laboratory),
        organisation=organisation or remains.organisation), actor=actor)


def _require_standing(remains: Remains) -> None:
    if remains.withdrawn_at is not None:
        raise NotPossible(f"{remains.key} is withdrawn")
