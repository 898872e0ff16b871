"""A register with one record of everything, tokens for every role, and a client that sends them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.actions.tokens import make_token
from casework.policy import STAFF, Role
from casework.policy.tokens import digest_of
from casework.store.models import (
    Account,
    Alias,
    ApiToken,
    CaseFile,
    Consent,
    Contact,
    Container,
    Document,
    Element,
    Examination,
    Family,
    FamilyMember,
    Incident,
    Organisation,
    Person,
    Place,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Transfer,
)
from homeward.model import PartialDate

Asked = Callable[..., Any]


@pytest.fixture
def token(account: Callable[..., Account]) -> Callable[[Role], str]:
    """A token in force by role; roles that may not make one get one all the same, to show what it opens: nothing."""

    def of(role: Role) -> str:
        one = account(role)
        if role in STAFF:
            return make_token(actor=one, name="test")[1]
        secret = f"homeward_synthetic_{role.name}"
        ApiToken.objects.get_or_create(token_digest=digest_of(secret), defaults={
            "account": one, "name": "test", "expires_at": timezone.now() + timezone.timedelta(days=1)})
        return secret

    return of


@pytest.fixture
def ask(client: Client, token: Callable[[Role], str]) -> Asked:
    """Ask the API as a role, or as nobody."""

    def asking(address: str, role: Role | None, method: str = "get", **sent: Any) -> Any:
        headers = {} if role is None else {"authorization": f"Bearer {token(role)}"}
        if "json" in sent:
            sent = {"data": sent["json"], "content_type": "application/json"}
        return getattr(client, method)(f"/api/v1{address}", headers=headers, **sent)

    return asking


@pytest.fixture
def register(case_file: CaseFile, laboratory: Organisation) -> dict[str, int]:
    """One record of each table, all synthetic, of the laboratory that the accounts belong to; the numbers by table."""
    in_case: dict[str, Any] = {"case": case_file, "organisation": laboratory}
    document = Document.objects.create(**in_case, key="D1", title="Synthetic report")
    place = Place.objects.create(**in_case, key="PL1", name="Synthetic hill", spellings=["Hill"])
    incident = Incident.objects.create(**in_case, key="I1", place=place, date=PartialDate(1950, 11))
    person = Person.objects.create(**in_case, key="P1", name="Synthetic Person", incident=incident, search_text="p1")
    Alias.objects.create(person=person, name="Another Name")
    family = Family.objects.create(**in_case, key="F1")
    FamilyMember.objects.create(family=family, key="son", sex="male", person=person)
    contact = Contact.objects.create(**in_case, key="C1", family=family, name="Planted Contact",
                                     address="Planted Street")
    consent = Consent.objects.create(**in_case, key="CO1", family=family, member="son", given=PartialDate(2000),
                                     scope="identification in this case")
    reference = ReferenceSample.objects.create(**in_case, key="RS1", family=family, member="son", kind="relative")
    transfer = Transfer.objects.create(**in_case, key="T1", date=PartialDate(2018, 7, 27), giver="A", receiver="B",
                                       count=55, unit="box")
    container = Container.objects.create(**in_case, key="B1", transfer=transfer, kind="box")
    remains = Remains.objects.create(**in_case, key="R1", transfer=transfer, container=container)
    element = Element.objects.create(**in_case, key="E1", remains=remains, bone="femur", side="left")
    sample = RemainsSample.objects.create(**in_case, key="S1", remains=remains, element=element)
    profile = Profile.objects.create(**in_case, key="PR1", kind="str", remains_sample=sample,
                                     content={"D3S1358": ["planted-15", "16"]})
    examination = Examination.objects.create(**in_case, key="X1", remains=remains, line="stature", examiner="N. N.",
                                             dated=PartialDate(2019), observation="synthetic")
    rows = {"documents": document, "places": place, "incidents": incident, "persons": person, "families": family,
            "contacts": contact, "consents": consent, "reference-samples": reference, "transfers": transfer,
            "containers": container, "remains": remains, "elements": element, "remains-samples": sample,
            "profiles": profile, "examinations": examination, "cases": case_file}
    return {name: row.pk for name, row in rows.items()}
