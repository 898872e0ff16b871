"""The demonstration's records: beside the case, invented but for places and hand-overs, real public statements."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

from casework.actions.books import load_account, publish_account
from casework.actions.documents import add_document
from casework.actions.examinations import add_examination
from casework.actions.families import add_contact, give_consent
from casework.actions.imports import load_case
from casework.actions.people import add_alias, correct_person
from casework.actions.places import add_place
from casework.actions.records import correct
from casework.actions.remains import add_container
from casework.policy import Role
from casework.store.models import (
    Account,
    CaseFile,
    Container,
    Family,
    Incident,
    Person,
    ReferenceSample,
    Remains,
    Transfer,
)
from homeward.account import korea_account
from homeward.model import PartialDate
from homeward.simulate import GrownKorea

__all__ = ["load_demonstration", "load_public_account"]

_WHY = "set-up of the demonstration"
_SYNTHETIC = "synthetic"
_BRANCHES = ("Army", "Army", "Army", "Marine Corps", "Air Force")
_RANKS = ("PVT", "PFC", "PFC", "CPL", "SGT", "1LT")
_EXAMINED = 40  # remains with an inventory and an estimate of stature
_CONSENTED = PartialDate(2016)

Actors = Mapping[Role, Account]


def load_demonstration(*, actors: Actors, grown: GrownKorea) -> CaseFile:
    """Load the demonstration into the register: the case, and its places, documents, boxes, consents, examinations.

    Args: ``actors``: an account of each role of the staff, who enters what that role enters; the remains belong to the
    custodian's organisation; ``grown``: of ``homeward.simulate.grow_korea``.

    Custody begins elsewhere: ``grown.legs`` says where the boxes went. Raises NotAllowed, FaultyInput where a case of
    that name stands and says something else.
    """
    manager = actors[Role.CASE_MANAGER]
    batch = load_case(actor=manager, source=grown.case, organisation=actors[Role.CUSTODIAN].organisation)
    case = CaseFile.objects.get(pk=batch.case_id)
    _documents(manager, case, grown)
    _places(actors[Role.HISTORIAN], case, grown)
    _boxes(manager, case, grown)
    _service(actors[Role.HISTORIAN], case)
    _families(actors[Role.LIAISON], case)
    _examinations(actors[Role.ANTHROPOLOGIST], case)
    return case


def load_public_account(*, actors: Actors) -> CaseFile:
    """Load the public account of the Korean War's missing as a case of its own, and make it public.

    It is not synthetic: real public statements with their sources, without any person of record. Raises NotAllowed.
    """
    case = load_account(actor=actors[Role.HISTORIAN], source=korea_account(), key="korea-statements").case
    return publish_account(actor=actors[Role.CASE_MANAGER], case=case)


def _documents(actor: Account, case: CaseFile, grown: GrownKorea) -> None:
    made = {s.id: add_document(actor=actor, case=case, key=s.id, title=s.title, kind=s.kind, publisher=s.publisher,
                               dated=s.dated, address=s.address) for s in grown.sources}
    for transfer in Transfer.objects.filter(case=case, key__in=grown.transfer_sources):
        correct(transfer, actor=actor, changes={"document": made[grown.transfer_sources[transfer.key]]}, reason=_WHY)


def _places(actor: Account, case: CaseFile, grown: GrownKorea) -> None:
    made = {}
    for p in grown.places:
        counted = "" if p.rough_count is None else f"; about {p.rough_count:,} unaccounted for, {p.counted}"
        made[p.id] = add_place(
            actor=actor, case=case, key=p.id, name=p.name, spellings=p.spellings, kind=p.kind,
            latitude_deg=p.latitude_deg, longitude_deg=p.longitude_deg, approximate=p.approximate,
            source=f"{p.source}{counted}. {p.note}".strip())
    for incident in Incident.objects.filter(case=case, key__in=grown.incident_places):
        correct(incident, actor=actor, changes={"place": made[grown.incident_places[incident.key]]}, reason=_WHY)


def _boxes(actor: Account, case: CaseFile, grown: GrownKorea) -> None:
    transfers = {t.key: t for t in Transfer.objects.filter(case=case)}
    organisation = Remains.objects.filter(case=case).select_related("organisation")[0].organisation
    made: dict[str, Container] = {
        b.id: add_container(actor=actor, case=case, key=b.id, transfer=transfers[b.transfer], kind="box", label=b.label,
                            description=_SYNTHETIC, organisation=organisation) for b in grown.boxes}
    for remains in Remains.objects.filter(case=case, key__in=grown.box_of):
        correct(remains, actor=actor, changes={"container": made[grown.box_of[remains.key]]}, reason=_WHY)


def _service(actor: Account, case: CaseFile) -> None:
    """Service data and another spelling for those who have families: invented, as their names are."""
    branches, ranks = cycle(_BRANCHES), cycle(_RANKS)
    for number, person in enumerate(Person.objects.filter(case=case, places__isnull=False).order_by("key")):
        correct_person(actor=actor, person=person, reason=_WHY, changes={
            "service_branch": next(branches), "rank": next(ranks),
            "service_unit": f"Synthetic Company {number % 9 + 1}"})
        if number % 10 == 0:
            given, *_, family = person.name.removesuffix(" (synthetic)").split()
            add_alias(actor=actor, person=person, name=f"{family.upper()}, {given}", kind="as on the muster roll")


def _families(actor: Account, case: CaseFile) -> None:
    for family in Family.objects.filter(case=case).order_by("pk"):
        donors = sorted(set(ReferenceSample.objects.filter(family=family, kind="relative").values_list(
            "member", flat=True)))
        for donor in donors:
            give_consent(actor=actor, family=family, key=f"CONSENT-{family.key}-{donor}", member=donor,
                         scope="any identification of the missing", given=_CONSENTED)
        if donors:
            add_contact(actor=actor, family=family, key=f"CONTACT-{family.key}", member=donors[0],
                        name=f"Synthetic relative of {family.key}", telephone="+00 000 000 000",
                        address="1 Invented Street, Invented Town", language="English", note=_SYNTHETIC)


def _examinations(actor: Account, case: CaseFile) -> None:
    for number, remains in enumerate(Remains.objects.filter(case=case).order_by("pk")[:_EXAMINED]):
        bones = ", ".join(f"{e.side} {e.bone}" for e in remains.elements.order_by("pk"))
        add_examination(actor=actor, remains=remains, key=f"EX-{remains.key}-1", line="inventory",
                        examiner="Synthetic Anthropologist", dated=PartialDate(2018, 9), blind=True,
                        observation=f"Elements present: {bones}. Synthetic.")
        if number % 4 == 0:
            add_examination(actor=actor, remains=remains, key=f"EX-{remains.key}-2", line="stature",
                            examiner="Synthetic Anthropologist", dated=PartialDate(2018, 10), blind=True,
                            method="invented for the demonstration", observation="Long bones measured. Synthetic.",
                            conclusion="Stature consistent with an adult man. Synthetic.",
                            values={"stature_cm": 165 + number % 20})
