"""A register with something of every kind, of one's own laboratory and of another, of one's own family and another."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from casework.policy import STAFF, Role
from casework.store.bridge import to_plain
from casework.store.models import (
    Account,
    Alias,
    CaseFile,
    Consent,
    Contact,
    Container,
    CustodyEvent,
    Decision,
    Document,
    DocumentText,
    Element,
    Examination,
    Family,
    FamilyMember,
    FrequencySet,
    ImportBatch,
    Incident,
    LedgerEntry,
    Lot,
    Organisation,
    Person,
    Place,
    Profile,
    Proposal,
    ReadProposal,
    ReferenceSample,
    Remains,
    RemainsSample,
    Run,
    RunInput,
    Telling,
    Transfer,
)
from homeward.model import FrequencyTable, Marker, PartialDate

from .spoken import spoken

PASSWORD = "a-long-synthetic-password"
Accounts = Callable[..., Account]


@pytest.fixture(autouse=True)
def _no_code_is_remembered() -> None:
    cache.clear()


@dataclass
class Visitor:
    """A browser of the test with its account."""

    client: Client
    account: Account
    secret: str = ""

    def get(self, address: str, data: Any = None, **given: Any) -> Any:
        return self.client.get(address, data, **given)

    def post(self, address: str, data: Any = None, **given: Any) -> Any:
        return self.client.post(address, data or {}, **given)

    def code(self, steps: int = 0) -> str:
        """The code that the account's authenticator shows, now or some steps of 30 seconds later."""
        return format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + steps))


@pytest.fixture
def visitor(account: Accounts) -> Callable[..., Visitor]:
    """Someone who has logged in, with the second factor shown ``ago`` seconds before, None: not shown at all."""
    def of(role: Role, name: str = "", ago: float | None = 1.0, **columns: Any) -> Visitor:
        found = account(role, name, **columns)
        client = Client()
        client.force_login(found, backend="django.contrib.auth.backends.ModelBackend")
        secret = ""
        if role in STAFF:
            secret = generate_totp_secret()
            if not found.authenticator_set.exists():
                TOTP.activate(found, secret)
            if ago is not None:
                session = client.session
                session["account_authentication_methods"] = [
                    {"method": "mfa", "type": "totp", "at": time.time() - ago}]
                session["account_authentication_methods_user"] = str(found.pk)
                session.save()
        return Visitor(client, found, secret)

    return of


@pytest.fixture
def with_password(account: Accounts) -> Callable[..., Visitor]:
    """Someone at the door: an account with a password and, of the staff, a second factor unless told otherwise."""
    def of(role: Role, name: str = "", *, factor: bool = True, **columns: Any) -> Visitor:
        found = account(role, name, **columns)
        found.set_password(PASSWORD)
        found.save()
        secret = ""
        if factor and role in STAFF:
            secret = generate_totp_secret()
            TOTP.activate(found, secret)
        return Visitor(Client(), found, secret)

    return of


@dataclass
class Holdings:
    """What one organisation holds, or one family is: a row of each kind, by the name that addresses give it."""

    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return self.rows[name]


@pytest.fixture
def register(case_file: CaseFile, account: Accounts, laboratory: Organisation) -> SimpleNamespace:
    """``own`` is of the accounts' laboratory, ``other`` of another; ``own.family`` is the family member's."""
    other = Organisation.objects.create(key="OTHER", name="Second laboratory", kind="laboratory")
    by = account(Role.CASE_MANAGER)
    batch = ImportBatch.objects.create(case=case_file, source="synthetic.zip", kind="case", sha256="0" * 64, by=by)
    result = gzip.compress(json.dumps({"remains": [], "persons": [], "proposals": [], "warnings": []}).encode())
    run = Run.objects.create(case=case_file, requested_by=by, state="finished", progress=1.0, result=result,
                             input_digest="0" * 64)
    RunInput.objects.create(run=run, content=b"synthetic")
    document = Document(case=case_file, key="DOC", title="Synthetic report")
    document.file.save("report.txt", ContentFile(b"synthetic"), save=False)
    document.save()
    table = FrequencyTable("synthetic", (Marker("D3S1358", ("15", "16"), (0.5, 0.5)),))
    case_file.frequencies = FrequencySet.objects.create(digest="1" * 64, population="synthetic", n_markers=1,
                                                        content=to_plain(table))
    case_file.account_public_at = timezone.now()  # the public pages show what they may of all that follows
    case_file.save()
    reading, read_proposal = _read(case_file, document, by)
    made = {name: _holdings(case_file, name, organisation, by, run, document)
            for name, organisation in (("own", laboratory), ("other", other))}
    for of in made.values():
        of.rows |= {"case": case_file, "batch": batch, "run": run, "document": document, "account": by}
        of.rows |= {"reading": reading, "read_proposal": read_proposal}
    account(Role.FAMILY, family=made["own"].family, organisation=None)
    return SimpleNamespace(case=case_file, **made)


def _read(case: CaseFile, document: Document, by: Account) -> tuple[DocumentText, ReadProposal]:
    words = "The synthetic ministry said that 5 boxes had come."
    reading = DocumentText.objects.create(case=case, document=document, text=words, reader="rules", state="read",
                                          read_by=by)
    cells = {"subject": "boxes", "value": "5", "unit": "box", "bound": "exactly", "said_by": "Synthetic ministry"}
    return reading, ReadProposal.objects.create(
        reading=reading, number=1, kind="claim", summary="5 boxes", records=[["claims", cells]], quote=words, start=0,
        end=len(words), mark_start=32, mark_end=39, confidence=0.9, same="0" * 64)


def _holdings(case: CaseFile, name: str, organisation: Organisation, by: Account, run: Run,
              document: Document) -> Holdings:
    held = {"case": case, "organisation": organisation}
    place = Place.objects.create(**held, key=f"PL-{name}", name=f"Synthetic place {name}", latitude_deg=39.9,
                                 longitude_deg=125.8)
    incident = Incident.objects.create(**held, key=f"I-{name}", name=f"Synthetic loss {name}", place=place,
                                       date=PartialDate(1950, 11))
    person = Person.objects.create(case=case, key=f"P-{name}", name=f"Synthetic Person {name}", incident=incident,
                                   search_text=f" synthetic person {name} ")
    alias = Alias.objects.create(person=person, name=f"Other spelling {name}")
    family = Family.objects.create(case=case, key=f"F-{name}")
    for key, parents, who in (("father", (None, None), None), ("mother", (None, None), None),
                              ("missing", ("father", "mother"), person)):
        FamilyMember.objects.create(family=family, key=key, father=parents[0], mother=parents[1], person=who,
                                    sex="female" if key == "mother" else "male")
    contact = Contact.objects.create(case=case, key=f"C-{name}", family=family, name=f"Synthetic Relative {name}",
                                     address=f"1 Invented Street {name}", telephone=f"+00 {name}")
    consent = Consent.objects.create(case=case, key=f"CO-{name}", family=family, member="mother",
                                     scope="identification in this case", given=PartialDate(2016))
    reference = ReferenceSample.objects.create(case=case, key=f"RS-{name}", family=family, member="mother",
                                               kind="relative")
    transfer = Transfer.objects.create(**held, key=f"T-{name}", date=PartialDate(2018, 7, 27), giver="Party North",
                                       receiver="Party South")
    container = Container.objects.create(**held, key=f"B-{name}", transfer=transfer, kind="box")
    remains = Remains.objects.create(**held, key=f"R-{name}", transfer=transfer, container=container)
    element = Element.objects.create(**held, key=f"E-{name}", remains=remains, bone="femur", side="left")
    sample = RemainsSample.objects.create(**held, key=f"S-{name}", remains=remains, element=element)
    profile = Profile.objects.create(**held, key=f"S-{name}", kind="str", remains_sample=sample,
                                     content={"genotypes": [["D3S1358", "15", "16", False]]})
    examination = Examination.objects.create(**held, key=f"X-{name}", remains=remains, line="stature", examiner="A",
                                             dated=PartialDate(2018, 9), observation="Measured.")
    proposal = Proposal.objects.create(case=case, run=run, person=person, remains=remains, family=family,
                                       conclusion="identified", meets_rule=True, posterior=0.9999, log10_lr=12.0,
                                       reason="synthetic", raised_by=by, details={})
    decision = _decided(case, name, organisation, by, run, document)
    if name == "other":
        Telling.objects.create(family=family, person=person, told="nobody yet", what="Synthetic secret other",
                               how="letter", dated=PartialDate(2026), by=by)
    lot = Lot.objects.create(**held, key=f"LOT-{name}", name=f"Synthetic turnover {name}", kind="turnover",
                             transfer=transfer)
    entry = LedgerEntry.objects.create(**held, key=f"EN-{name}", kind="received", on="2018-07-27", count=55, unit="box",
                                       lot=lot, source=document)
    return Holdings({
        "lot": lot, "entry": entry,
        "place": place, "incident": incident, "person": person, "alias": alias, "family": family, "contact": contact,
        "consent": consent, "reference_sample": reference, "transfer": transfer, "container": container,
        "remains": remains, "element": element, "sample": sample, "profile": profile, "examination": examination,
        "proposal": proposal, "decision": decision, "organisation": organisation,
        **spoken(case, name, document, transfer)})


def _decided(case: CaseFile, name: str, organisation: Organisation, by: Account, run: Run,
             document: Document) -> Decision:
    person = Person.objects.create(case=case, key=f"PD-{name}", name=f"Synthetic Named {name}", status="accounted for")
    remains = Remains.objects.create(case=case, key=f"RD-{name}", organisation=organisation)
    proposal = Proposal.objects.create(case=case, run=run, person=person, remains=remains, conclusion="identified",
                                       meets_rule=True, posterior=0.9999, log10_lr=12.0, reason="synthetic",
                                       raised_by=by, details={}, state="signed")
    return Decision.objects.create(case=case, proposal=proposal, person=person, remains=remains, reason="signed",
                                   signed_by=by, signed_at="2026-11-01T00:00:00Z", document=document)


@pytest.fixture
def custody_of() -> Callable[..., CustodyEvent]:
    """An event written as it is, without its chain: for pages that only look."""
    def of(case: CaseFile, kind: str, key: str, seq: int, *, actor: str = "user:nobody") -> CustodyEvent:
        return CustodyEvent.objects.create(
            seq=seq, handover=f"H-{seq:06d}", case=case, case_key=case.key, item_kind=kind, item_key=key,
            act="received", giver="Party North", receiver="Party South", at="2018-07-27", place="Wonsan", actor=actor,
            recorded="2018-07-28T00:00:00Z", previous_hash="0" * 64, hash=f"{seq:064x}")

    return of
