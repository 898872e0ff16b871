"""Writing by the pages: what is stored, what is refused and how it is said, what is kept."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from casework.policy import Role
from casework.store.models import (
    Account,
    Alias,
    ApiToken,
    Consent,
    Contact,
    Container,
    CustodyEvent,
    Decision,
    Document,
    Element,
    Examination,
    Family,
    ImportBatch,
    Incident,
    Organisation,
    Person,
    Place,
    Profile,
    Proposal,
    ReferenceSample,
    Remains,
    RemainsSample,
    Revision,
    Run,
    Transfer,
)

Visitors = Callable[..., Any]
SPEC = Path(__file__).parents[3] / "spec" / "valid"

# The role that writes, the address and whose it is, what is written, the table, what stands there afterwards.
NEW: tuple[tuple[Role, str, str, dict[str, Any], Any, dict[str, Any]], ...] = (
    (Role.HISTORIAN, "person-new", "case", {"name": "Synthetic New", "sex": "male", "born": "1930-02",
                                            "incident": "I-own"}, Person, {"name": "Synthetic New", "born": "1930-02"}),
    (Role.HISTORIAN, "place-new", "case", {"name": "Synthetic hill", "spellings": "Hill 1\nHill one",
                                           "latitude_deg": "39.5", "longitude_deg": "125.1"}, Place,
     {"name": "Synthetic hill", "latitude_deg": 39.5}),
    (Role.HISTORIAN, "incident-new", "case", {"date": "1951-04-22", "place": "PL-own"}, Incident,
     {"date": "1951-04-22"}),
    (Role.HISTORIAN, "document-new", "case", {"title": "Synthetic paper", "address": "https://example.org/1"}, Document,
     {"title": "Synthetic paper"}),
    (Role.CUSTODIAN, "transfer-new", "case", {"date": "2018-07-27", "giver": "A", "receiver": "B", "count": "55",
                                              "unit": "box"}, Transfer, {"count": 55}),
    (Role.CUSTODIAN, "container-new", "transfer", {"kind": "box", "label": "1"}, Container, {"label": "1"}),
    (Role.CUSTODIAN, "remains-new", "case", {"sex": "unknown", "container": "B-own"}, Remains, {"sex": "unknown"}),
    (Role.ANTHROPOLOGIST, "element-new", "remains", {"bone": "tibia", "side": "left"}, Element, {"bone": "tibia"}),
    (Role.ANTHROPOLOGIST, "examination-new", "remains", {
        "line": "stature", "examiner": "A", "dated": "2019-01", "observation": "Measured.", "blind": "on"}, Examination,
     {"blind": True}),
    (Role.DNA_ANALYST, "sample-new", "remains", {"element": "E-own", "dropout": "0.1"}, RemainsSample, {}),
    (Role.DNA_ANALYST, "reference-sample-new", "family", {"member": "father", "kind": "relative"}, ReferenceSample,
     {"member": "father"}),
    (Role.LIAISON, "family-new", "case", {"members": "f;;;male;\nm;;;female;\nc;f;m;male;"}, Family, {}),
    (Role.LIAISON, "contact-new", "family", {"name": "Synthetic Aunt", "email": "aunt@example.org"}, Contact,
     {"name": "Synthetic Aunt"}),
    (Role.LIAISON, "consent-new", "family", {"member": "father", "scope": "identification in this case",
                                             "given": "2020"}, Consent, {"member": "father"}),
)


@pytest.mark.parametrize(("role", "name", "of", "said", "model", "stands"), NEW, ids=[n[1] for n in NEW])
def test_a_new_record_is_stored_and_shown(register: SimpleNamespace, visitor: Visitors, role: Role, name: str, of: str,
                                          said: dict[str, Any], model: Any, stands: dict[str, Any]) -> None:
    who, address = visitor(role), reverse(name, args=[register.own.rows[of].pk])
    page = who.get(address)
    assert page.status_code == 200
    answer = who.post(address, {"key": "NEW-1", **said})
    assert answer.status_code == 302, _errors(answer)
    stored = model.objects.get(key="NEW-1")
    assert {n: getattr(stored, n) if not hasattr(getattr(stored, n), "year") else str(getattr(stored, n))
            for n in stands} == stands
    shown = who.get(answer["Location"])
    assert "NEW-1" in shown.content.decode()
    assert "It is recorded." in shown.content.decode()
    # The same once more: the key is in use, and it is said beside the field.
    again = who.post(address, {"key": "NEW-1", **said})
    assert again.status_code == 400
    assert "in use" in again.content.decode()


def test_what_a_form_refuses_is_said_beside_the_field_and_nothing_is_lost(register: SimpleNamespace,
                                                                         visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    answer = historian.post(reverse("person-new", args=[register.case.pk]), {
        "key": "N", "name": "Synthetic <b>Kept</b>", "sex": "male", "born": "1930-13", "incident": "I-nowhere"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "Synthetic &lt;b&gt;Kept&lt;/b&gt;" in text
    assert "There is no such record in this case: I-nowhere." in text
    assert text.count('class="errors"') >= 3
    assert not Person.objects.filter(key="N").exists()


def test_a_correction_keeps_what_stood_before_and_shows_it(register: SimpleNamespace, visitor: Visitors) -> None:
    historian, person = visitor(Role.HISTORIAN), register.own.person
    address = reverse("person-correct", args=[person.pk])
    form = historian.get(address).context["form"]
    said = {"name": "Synthetic Person own", "sex": "male", "rank": "PFC", "incident": form.initial["incident"],
            "version": form.initial["version"]}
    assert historian.post(address, said).status_code == 400  # no reason
    assert historian.post(address, {**said, "reason": "The muster roll.", "basis": "DOC"}).status_code == 302
    stored = Person.objects.get(pk=person.pk)
    assert (stored.rank, stored.version, stored.incident_id) == ("PFC", 2, person.incident_id)
    page = historian.get(reverse("person", args=[person.pk])).content.decode()
    for words in ("The muster roll.", "Version 1, corrected", "rank", "historian", "DOC"):
        assert words in page
    assert Revision.objects.get(row=person.pk, table_name="store_person").document == register.own.document


def test_whoever_comes_second_is_shown_both_and_loses_nothing(register: SimpleNamespace, visitor: Visitors) -> None:
    first, second = visitor(Role.HISTORIAN), visitor(Role.HISTORIAN, "other-historian")
    address = reverse("person-correct", args=[register.own.person.pk])
    said = {"name": "Synthetic Person own", "sex": "unknown", "incident": "I-own", "version": 1, "reason": "A roll."}
    assert first.post(address, {**said, "rank": "SGT"}).status_code == 302
    answer = second.post(address, {**said, "rank": "PFC"})
    text = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Somebody was quicker", "It says now", "SGT", "PFC", "A roll."):
        assert words in text
    assert Person.objects.get(pk=register.own.person.pk).rank == "SGT"
    version = answer.context["form"]["version"].value()
    assert second.post(address, {**said, "rank": "PFC", "version": version}).status_code == 302
    assert Person.objects.get(pk=register.own.person.pk).rank == "PFC"
    assert Revision.objects.filter(row=register.own.person.pk, table_name="store_person").count() == 2


def test_a_withdrawn_record_stays_to_be_seen(register: SimpleNamespace, visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    person = Person.objects.create(case=register.case, key="TWICE", name="Synthetic Twice")
    address = reverse("person-withdraw", args=[person.pk])
    manager.post(address, {"reason": "Entered twice.", "version": 1})
    page = manager.get(reverse("person", args=[person.pk])).content.decode()
    assert "This record is withdrawn." in page
    assert "Entered twice." in page
    assert "person-correct" not in page
    roster = reverse("roster", args=[register.case.pk])
    assert "TWICE" not in manager.get(roster).content.decode()
    assert "TWICE" in manager.get(roster, {"withdrawn": "1"}).content.decode()


def test_a_record_on_which_others_rest_is_not_withdrawn(register: SimpleNamespace, visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    answer = manager.post(reverse("remains-withdraw", args=[register.own.remains.pk]), {"reason": "No.", "version": 1})
    assert answer.status_code == 409
    assert "rests on it" in answer.content.decode()


def test_every_record_can_be_reached_from_the_first_page(register: SimpleNamespace, visitor: Visitors) -> None:
    manager, seen, waiting = visitor(Role.CASE_MANAGER), set[str](), ["/"]
    while waiting:
        address = waiting.pop()
        if address in seen or "correct" in address or "withdraw" in address or "new" in address:
            continue
        seen.add(address)
        answer = manager.get(address)
        if answer.streaming:
            b"".join(answer)
        elif "html" in answer.get("Content-Type", ""):
            waiting += [part.split('"')[0] for part in answer.content.decode().split('href="')[1:]
                        if part.startswith("/") and not part.startswith(("/static", "/accounts"))]
    for name in ("person", "place", "incident", "family", "contact", "consent", "reference-sample", "transfer",
                 "container", "remains", "element", "sample", "profile", "examination", "document", "run", "proposal",
                 "decision", "batch"):
        row = register.own.rows[name.replace("-", "_")]
        assert reverse(name, args=[row.pk]) in seen, name


def test_the_whole_way_of_a_name_by_the_pages(register: SimpleNamespace, visitor: Visitors) -> None:
    proposal, manager, liaison = register.own.proposal, visitor(Role.CASE_MANAGER), visitor(Role.LIAISON)
    for version, reviewer in enumerate((visitor(Role.REVIEWER), visitor(Role.REVIEWER, "second")), 1):
        assert "1" in reviewer.get("/").content.decode()
        answer = reviewer.post(reverse("proposal-review", args=[proposal.pk]), {
            "verdict": "agree", "reason": "It agrees.", "version": version})
        assert answer.status_code == 302, _errors(answer)
    sign = reverse("proposal-sign", args=[proposal.pk])
    assert manager.post(sign, {"reason": "Signed.", "document": "DOC", "version": 3}).status_code == 302
    decision = Decision.objects.get(proposal=proposal)
    publish = reverse("decision-publish", args=[decision.pk])
    refused = manager.post(publish, {"version": 1})
    assert refused.status_code == 409
    assert "cannot be made public now" in refused.content.decode()
    told = {"told": "his sister", "what": "That he was found.", "how": "in person", "dated": "2026-11-20", "version": 1}
    assert liaison.post(reverse("decision-tell", args=[decision.pk]), told).status_code == 302
    assert "That he was found." in visitor(Role.FAMILY).get(reverse("own-family")).content.decode()
    assert manager.post(publish, {"version": 2}).status_code == 302
    decision.refresh_from_db()
    assert decision.published_at is not None
    page = manager.get(reverse("person", args=[register.own.person.pk])).content.decode()
    assert "accounted for" in page
    back = reverse("decision-withdraw", args=[decision.pk])
    assert manager.post(back, {"reason": "A new sample.", "version": 3}).status_code == 302
    assert Person.objects.get(pk=register.own.person.pk).status == "unaccounted for"


def test_a_second_reviewer_who_was_not_quick_enough_is_told(register: SimpleNamespace, visitor: Visitors) -> None:
    first, second = visitor(Role.REVIEWER), visitor(Role.REVIEWER, "second")
    address = reverse("proposal-review", args=[register.own.proposal.pk])
    said = {"verdict": "agree", "reason": "Yes.", "version": 1}
    assert first.post(address, said).status_code == 302
    answer = second.post(address, said)
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.content.decode()
    assert first.post(address, {**said, "version": 2}).status_code == 409


def test_a_name_is_added_and_taken_back(register: SimpleNamespace, visitor: Visitors) -> None:
    historian, person = visitor(Role.HISTORIAN), register.own.person
    historian.post(reverse("person-alias", args=[person.pk]), {"name": "Kim Chŏl", "document": "DOC"})
    alias = Alias.objects.get(name="Kim Chŏl")
    assert person.key in historian.get(reverse("roster", args=[register.case.pk]), {"q": "chol kim"}).content.decode()
    historian.post(reverse("alias-withdraw", args=[alias.pk]))
    assert "Nobody" not in historian.get(reverse("roster", args=[register.case.pk]), {"q": "chol"}).content.decode()
    assert "None found." in historian.get(reverse("roster", args=[register.case.pk]), {"q": "chol"}).content.decode()


def test_a_status_needs_its_document(register: SimpleNamespace, visitor: Visitors) -> None:
    historian, address = visitor(Role.HISTORIAN), reverse("person-status", args=[register.own.person.pk])
    said = {"status": "non-recoverable", "dated": "1954", "reason": "Lost at sea."}
    answer = historian.post(address, said)
    assert answer.status_code == 400
    assert "must be given for non-recoverable" in answer.content.decode()
    assert historian.post(address, {**said, "document": "DOC"}).status_code == 302
    assert "non-recoverable" in historian.get(reverse("person", args=[register.own.person.pk])).content.decode()


def test_a_profile_is_written_and_corrected_line_by_line(register: SimpleNamespace, visitor: Visitors) -> None:
    analyst, sample = visitor(Role.DNA_ANALYST), register.own.reference_sample
    address = reverse("reference-profile-new", args=[sample.pk])
    assert analyst.post(address, {"kind": "str", "markers": ""}).status_code == 400
    assert analyst.post(address, {"kind": "str", "markers": "D3S1358 15/16"}).status_code == 302
    profile = Profile.objects.get(reference_sample=sample)
    assert "15/16" in analyst.get(reverse("profile", args=[profile.pk])).content.decode()
    change = reverse("profile-correct", args=[profile.pk])
    assert analyst.get(change).context["form"].initial["markers"] == "D3S1358 15/16"
    assert analyst.post(change, {"kind": "str", "markers": "D3S1358 15/?", "reason": "Read again.", "version": 1}
                        ).status_code == 302
    assert "15/?" in analyst.get(reverse("profile", args=[profile.pk])).content.decode()
    refused = analyst.post(change, {"kind": "str", "markers": "D3S1358 99/99", "reason": "No.", "version": 2})
    assert refused.status_code == 400


def test_a_pedigree_that_no_family_can_have_is_refused_in_words(register: SimpleNamespace, visitor: Visitors) -> None:
    liaison, address = visitor(Role.LIAISON), reverse("family-new", args=[register.case.pk])
    for members in ("c;f;;male;", "a;b;c;male;\nb;a;c;male;\nc;;;female;", "x;;;neither;", "a;b;c;male;p;more"):
        answer = liaison.post(address, {"key": "BAD", "members": members})
        assert answer.status_code == 400, members
        assert 'class="errors"' in answer.content.decode()
    assert not Family.objects.filter(key="BAD").exists()


def test_a_file_is_kept_and_given_back_as_a_file(register: SimpleNamespace, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    page = b"<script>alert(1)</script>"
    answer = historian.post(reverse("document-new", args=[register.case.pk]), {
        "key": "FILE", "title": "A file", "file": SimpleUploadedFile("Name of Somebody.html", page)})
    assert answer.status_code == 302
    document = Document.objects.get(key="FILE")
    assert "Somebody" not in document.file.name
    given = historian.get(reverse("document-file", args=[document.pk]))
    assert b"".join(given) == page
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"


def _errors(answer: Any) -> list[str]:
    """What a page refuses, for the test's own report."""
    return re.findall(r'<div class="errors".*?</div>', answer.content.decode(), flags=re.DOTALL)


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return buffer.getvalue()


def test_an_import_is_shown_applied_and_taken_back(register: SimpleNamespace, visitor: Visitors) -> None:
    manager, folder = visitor(Role.CASE_MANAGER), SPEC / "minimal"
    upload = SimpleUploadedFile("case.zip", _zipped(folder if folder.exists() else next(SPEC.iterdir())))
    shown = manager.post(reverse("import"), {"file": upload, "into": "", "table": ""})
    assert shown.status_code == 200
    assert "a new case" in shown.content.decode()
    assert ImportBatch.objects.count() == 1  # the register's own
    said = {n: f.value() or "" for n, f in ((f.name, f) for f in shown.context["form"])}
    done = manager.post(reverse("import-apply"), said)
    assert done.status_code == 302, _errors(done)
    batch = ImportBatch.objects.latest("pk")
    assert "case.zip" in manager.get(done["Location"]).content.decode()
    assert manager.post(reverse("import-apply"), said)["Location"] == reverse("import")  # the file is gone
    undone = manager.post(reverse("batch-undo", args=[batch.pk]), {"reason": "The wrong file."})
    assert undone.status_code == 302
    assert "The wrong file." in manager.get(undone["Location"]).content.decode()


def test_a_faulty_file_shows_all_its_faults_and_cannot_be_applied(register: SimpleNamespace, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    upload = SimpleUploadedFile("roster.csv", b"person,name,sex\nP-9,Nine,neither\nP-9,Ten,male\n")
    answer = historian.post(reverse("import-into", args=[register.case.pk]), {
        "file": upload, "into": register.case.pk, "table": "roster"})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "What is wrong" in text
    assert "neither" in text
    assert answer.context["form"] is None


@override_settings(MOST_UPLOAD_BYTES=1000)
def test_a_file_that_is_too_large_is_refused_before_it_is_read(register: SimpleNamespace, visitor: Visitors) -> None:
    historian = visitor(Role.HISTORIAN)
    upload = SimpleUploadedFile("roster.csv", b"x" * 2000)
    answer = historian.post(reverse("import"), {"file": upload})
    assert answer.status_code == 400
    assert "not understood" in answer.content.decode()


def test_strangers_send_no_files(register: SimpleNamespace) -> None:
    upload = SimpleUploadedFile("roster.csv", b"x" * 70_000)
    stranger = Client(enforce_csrf_checks=True)
    stranger.get(reverse("account_login"))  # gives the cookie without which nothing is read at all
    stranger.cookies["sessionid"] = "invented"
    assert stranger.post(reverse("import"), {"file": upload}).status_code == 400


def test_custody_is_recorded_and_its_receipt_printed(register: SimpleNamespace, visitor: Visitors) -> None:
    custodian, box = visitor(Role.CUSTODIAN), register.own.container
    new = reverse("custody-new", args=[register.case.pk])
    prefilled = custodian.get(new, {"item": f"container {box.key}"}).context["form"].initial["items"]
    assert prefilled == "container B-own"
    said = {"act": "received", "items": "container B-own; 1 box; seals S-1, S-2; 12500.5 g; note: dented",
            "giver": "Party North", "receiver": "Party South", "at": "2018-07-27 05:20", "place": "Wonsan"}
    answer = custodian.post(new, said)
    assert answer.status_code == 302, _errors(answer)
    event = CustodyEvent.objects.get()
    assert (event.count, event.unit, event.seals, event.mass_mg, event.note, event.at) == (
        1, "box", "S-1, S-2", 12_500_500, "dented", "2018-07-27T05:20Z")
    receipt = custodian.get(reverse("custody-receipt"), {"key": event.handover})
    assert receipt.content.startswith(b"%PDF")
    page = custodian.get(reverse("container", args=[box.pk])).content.decode()
    assert "Party South" in page
    wrong = custodian.post(new, {**said, "act": "handed over", "giver": "Nobody", "receiver": "Party West",
                                 "items": "container B-own"})
    assert wrong.status_code == 400
    assert CustodyEvent.objects.count() == 1
    opened = custodian.post(new, {"act": "opened", "items": "container B-own; seals S-1, S-2", "giver": "Party South",
                                  "at": "2018-08", "place": "Laboratory"})
    assert opened.status_code == 302, _errors(opened)
    taken = custodian.post(new, {"act": "taken out", "items": "remains R-own", "giver": "Party South", "at": "2018-08",
                                 "place": "Laboratory", "parent_kind": "container", "parent_key": "B-own"})
    assert taken.status_code == 302, _errors(taken)
    gone = custodian.post(reverse("custody-release", args=[register.case.pk]), {
        "items": "remains R-own", "giver": "Party South", "receiver": "The family", "at": "2019", "place": "Home"})
    assert gone.status_code == 302, _errors(gone)
    assert "Released to" in custodian.get(reverse("remains", args=[register.own.remains.pk])).content.decode()
    chief = visitor(Role.ADMINISTRATOR)
    assert "whole, and custody unbroken" in chief.get(reverse("custody-verify")).content.decode()
    assert b"B-own" in chief.get(reverse("custody-chain")).content


@pytest.mark.parametrize("items", ["", "box B-1", "container B-own; twelve boxes", "container"])
def test_items_that_cannot_be_understood_are_refused_line_by_line(register: SimpleNamespace, visitor: Visitors,
                                                                  items: str) -> None:
    answer = visitor(Role.CUSTODIAN).post(reverse("custody-new", args=[register.case.pk]), {
        "act": "received", "items": items, "giver": "A", "receiver": "B", "at": "2018", "place": "C"})
    assert answer.status_code == 400
    assert 'id="id_items_error"' in answer.content.decode()


def test_a_run_is_asked_for_watched_and_cancelled(register: SimpleNamespace, visitor: Visitors) -> None:
    analyst, new = visitor(Role.DNA_ANALYST), reverse("run-new", args=[register.case.pk])
    refused = analyst.post(new, {"settings": "rule.nothing = 1"})
    assert refused.status_code == 400
    answer = analyst.post(new, {"settings": "rule.posterior = 0.99", "seed": "7"})
    assert answer.status_code == 302, _errors(answer)
    run = Run.objects.latest("pk")
    assert (run.parameters, run.seed, run.state) == ({"rule.posterior": 0.99}, 7, "queued")
    page = analyst.get(answer["Location"]).content.decode()
    assert 'http-equiv="refresh"' in page
    assert "?watch=1" in page
    analyst.post(reverse("run-cancel", args=[run.pk]))
    page = analyst.get(answer["Location"]).content.decode()
    assert "cancelled" in page
    assert "http-equiv" not in page


def test_an_account_is_made_changed_locked_and_opened(register: SimpleNamespace, visitor: Visitors) -> None:
    chief = visitor(Role.ADMINISTRATOR)
    said = {"username": "new-one", "password": "a-long-synthetic-word", "role": "historian", "full_name": "Synthetic"}
    weak = chief.post(reverse("account-new"), {**said, "password": "short"})
    assert weak.status_code == 400
    assert "short" not in weak.content.decode().replace("too short", "")
    assert chief.post(reverse("account-new"), said).status_code == 302
    made = Account.objects.get(username="new-one")
    own = reverse("account", args=[made.pk])
    laboratory = Organisation.objects.get(key="LAB")
    change = {"role": "evidence custodian", "organisation": laboratory.pk, "full_name": "Synthetic"}
    assert chief.post(reverse("account-change", args=[made.pk]), change).status_code == 302
    assert "evidence custodian" in chief.get(own).content.decode()
    chief.post(reverse("account-lock", args=[made.pk]))
    assert not Account.objects.get(pk=made.pk).is_active
    chief.post(reverse("account-unlock", args=[made.pk]))
    assert Account.objects.get(pk=made.pk).is_active
    family = {"role": "family member", "family": f"{register.case.key}/F-own"}
    assert chief.post(reverse("account-change", args=[made.pk]), family).status_code == 302
    assert Account.objects.get(pk=made.pk).family == register.own.family
    last = chief.post(reverse("account-lock", args=[chief.account.pk]))
    assert last.status_code == 409
    assert "last administrator" in last.content.decode()


def test_a_token_is_shown_once_and_ended(register: SimpleNamespace, visitor: Visitors) -> None:
    analyst = visitor(Role.DNA_ANALYST)
    page = analyst.post(reverse("tokens"), {"name": "notebook", "days": "30"}).content.decode()
    assert "homeward_" in page
    assert "homeward_" not in analyst.get(reverse("tokens")).content.decode()
    token = ApiToken.objects.get()
    analyst.post(reverse("token-revoke", args=[token.pk]))
    assert ApiToken.objects.get().revoked_at is not None


def test_a_consent_taken_back_is_shown(register: SimpleNamespace, visitor: Visitors) -> None:
    liaison, consent = visitor(Role.LIAISON), register.own.consent
    liaison.post(reverse("consent-back", args=[consent.pk]), {"taken_back": "2026-11-01", "reason": "-", "version": 1})
    assert "2026-11-01" in liaison.get(reverse("family", args=[register.own.family.pk])).content.decode()


def test_a_proposal_page_shows_nothing_of_genotypes(register: SimpleNamespace, visitor: Visitors) -> None:
    Proposal.objects.filter(pk=register.own.proposal.pk).update(details={
        "markers": [{"marker": "D3S1358", "log10_lr": "-inf"}], "lines": ["kinship"], "not_on_roster": 0.01,
        "runner_up": {"person": "P-2", "remains": "R-own", "posterior": 0.001}, "under_priors": {"flat": 0.99},
        "line_log10_lrs": {"kinship": 12.0}})
    page = visitor(Role.REVIEWER).get(reverse("proposal", args=[register.own.proposal.pk])).content.decode()
    for words in ("D3S1358", "excluded", "P-2 for R-own", "<svg", "kinship"):
        assert words in page
