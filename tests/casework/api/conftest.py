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
    Access,
    Account,
    AgendaItem,
    Agreement,
    Alias,
    ApiToken,
    CaseFile,
    Channel,
    ChannelEvent,
    Claim,
    Commitment,
    Consent,
    Contact,
    Container,
    Content,
    Delegation,
    Document,
    Element,
    Examination,
    Family,
    FamilyMember,
    Fulfilment,
    Holding,
    Incident,
    LedgerEntry,
    Lot,
    Meeting,
    MeetingEvent,
    Operation,
    Organisation,
    Party,
    Payment,
    Person,
    Place,
    Preference,
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
    rows: dict[str, Any] = {
            "documents": document, "places": place, "incidents": incident, "persons": person, "families": family,
            "contacts": contact, "consents": consent, "reference-samples": reference, "transfers": transfer,
            "containers": container, "remains": remains, "elements": element, "remains-samples": sample,
            "profiles": profile, "examinations": examination, "cases": case_file}
    rows |= _statements(in_case, document, transfer, person, incident)
    return {name: row.pk for name, row in rows.items()}


def _statements(in_case: dict[str, Any], document: Document, transfer: Transfer, person: Person,
                incident: Incident) -> dict[str, Any]:
    """One of everything that an account holds."""
    said: dict[str, Any] = {**in_case, "source": document, "said_by": "A ministry → A newspaper"}
    boxes: dict[str, Any] = {"value": 55.0, "unit": "box", "bound": "exactly"}
    made: dict[str, Any] = {"parties": Party.objects.create(**in_case, key="A1", name="A ministry", kind="government")}
    claim = Claim.objects.create(**said, **boxes, key="CL1", subject="boxes handed over", group="boxes", said="2018-07")
    made["claims"] = claim
    made["preferences"] = Preference.objects.create(**in_case, key="PF1", claim=claim, group="boxes", by="N. N.",
                                                    on="2019-01-01", reason="counted")
    channel = made["channels"] = Channel.objects.create(**in_case, key="CH1", name="a line", between=["A", "B"])
    made["channel-events"] = ChannelEvent.objects.create(**said, key="CE1", channel=channel, state="open", on="2018")
    meeting = made["meetings"] = Meeting.objects.create(**in_case, key="M1", title="Talks", parties=["A", "B"])
    made["meeting-events"] = MeetingEvent.objects.create(**said, key="ME1", meeting=meeting, state="held", on="2018-07")
    made["delegations"] = Delegation.objects.create(**in_case, key="DE1", meeting=meeting, party="A")
    made["agenda-items"] = AgendaItem.objects.create(**said, key="AG1", meeting=meeting, subject="remains")
    quoted = {name: value for name, value in said.items() if name != "said_by"}
    agreement = made["agreements"] = Agreement.objects.create(**quoted, key="AR1", title="A statement", made="2018-06",
                                                              parties=["A", "B"])
    owed = made["commitments"] = Commitment.objects.create(**said, **boxes, key="K1", agreement=agreement, by=["A"],
                                                           what="to hand over boxes", kind="transfer", made="2018-06",
                                                           due="2018-07")
    made["fulfilments"] = Fulfilment.objects.create(**said, **boxes, key="FU1", commitment=owed, effect="fulfils",
                                                    on="2018-07-27", record="T1")
    made["holdings"] = Holding.objects.create(**said, **boxes, key="H1", party="A", kind="says", as_of="2018-06")
    made["contents"] = Content.objects.create(**said, key="CT1", transfer=transfer, value=250.0, unit="person",
                                              bound="about", as_of="2019")
    made["access"] = Access.objects.create(**said, key="AC1", site="Synthetic hill", state="requested", on="2018-09")
    made["payments"] = Payment.objects.create(**said, key="PA1", state="paid", payer="B", payee="A", value=10.0,
                                              unit="USD", bound="exactly", on="2005")
    made["operations"] = Operation.objects.create(**said, key="O1", name="A search", site="Synthetic hill", on="2004",
                                                  parties=["A", "B"])
    lot = made["lots"] = Lot.objects.create(**in_case, key="L1", name="boxes of 2018", kind="turnover",
                                            transfer=transfer)
    made["ledger-entries"] = LedgerEntry.objects.create(**in_case, key="LE1", kind="accounted for", on="2019-03-01",
                                                        lot=lot, person=person, incident=incident, source=document)
    return made
