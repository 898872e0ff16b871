"""What machines may write: new records and corrections, once however often the request comes."""

from collections.abc import Callable
from typing import Any

import pytest

from casework.policy import Permission, Role, may
from casework.store.models import AuditEntry, CaseFile, Person, Remains, Revision, Run

Asked = Callable[..., Any]


def test_a_person_is_added_and_the_audit_names_the_tokens_account(ask: Asked, case_file: CaseFile) -> None:
    answer = ask("/persons", Role.HISTORIAN, "post", json={"case": case_file.pk, "key": "P7", "name": "Synthetic Seven",
                                                           "born": "1930-02", "sex": "male"})
    assert answer.status_code == 201, answer.content
    assert (answer.json()["born"], answer.json()["version"]) == ("1930-02", 1)
    stored = Person.objects.get(key="P7")
    assert "seven" in stored.search_text
    assert AuditEntry.objects.get(table_name="store_person", row_key=str(stored.pk)).actor == "user:historian"


def test_a_correction_names_the_version_that_was_seen(ask: Asked, register: dict[str, int]) -> None:
    address = f"/persons/{register['persons']}"
    said = {"version": 1, "reason": "muster roll", "changes": {"rank": "PFC"}}
    assert ask(address, Role.HISTORIAN, "patch", json=said).json()["version"] == 2
    too_late = ask(address, Role.HISTORIAN, "patch", json=said)
    assert too_late.status_code == 409
    assert "since version 1" in too_late.json()["detail"]
    assert Revision.objects.count() == 1


def test_the_same_request_sent_twice_is_done_once(ask: Asked, client: Any, case_file: CaseFile,
                                                  token: Callable[[Role], str]) -> None:
    headers = {"authorization": f"Bearer {token(Role.HISTORIAN)}", "idempotency-key": "roll-7"}

    def send(key: str) -> Any:
        return client.post("/api/v1/persons", {"case": case_file.pk, "key": key}, "application/json", headers=headers)

    first, second = send("P8"), send("P8")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Person.objects.filter(key="P8").count() == 1
    assert send("P9").status_code == 409
    assert not Person.objects.filter(key="P9").exists()


def test_a_refused_request_leaves_its_key_free(client: Any, case_file: CaseFile, token: Callable[[Role], str]) -> None:
    headers = {"authorization": f"Bearer {token(Role.HISTORIAN)}", "idempotency-key": "roll-8"}

    def send(**said: Any) -> int:
        return int(client.post("/api/v1/persons", said, "application/json", headers=headers).status_code)

    assert send(case=999_999, key="P1") == 404
    assert send(case=case_file.pk, key="P1") == 201


@pytest.mark.parametrize(("table", "said", "field"), [
    ("persons", {"key": "P1", "born": "1930-13"}, "born"),
    ("persons", {"key": "P1", "shoe_size": 9}, "shoe_size"),
    ("persons", {"key": ""}, "key"),
    ("transfers", {"key": "T9", "date": "2018-07-27", "giver": "A", "receiver": "B", "unit": "crate"}, "unit"),
    ("places", {"key": "PL9", "name": "Nowhere", "latitude_deg": 91}, "latitude_deg"),
])
def test_what_is_wrong_is_named_and_nothing_is_written(table: str, said: dict[str, Any], field: str, ask: Asked,
                                                       case_file: CaseFile) -> None:
    before = AuditEntry.objects.count()
    answer = ask(f"/{table}", Role.CASE_MANAGER, "post", json={"case": case_file.pk, **said})
    assert answer.status_code == 422
    assert any(field in fault["field"] for fault in answer.json()["faults"])
    assert AuditEntry.objects.exclude(table_name__in=("store_account", "store_apitoken")).count() <= before


def test_new_remains_belong_to_the_writers_laboratory(ask: Asked, register: dict[str, int],
                                                      case_file: CaseFile) -> None:
    answer = ask("/remains", Role.CUSTODIAN, "post", json={"case": case_file.pk, "key": "R2",
                                                           "container": register["containers"]})
    assert answer.status_code == 201, answer.content
    assert Remains.objects.get(key="R2").organisation.key == "LAB"
    assert ask("/elements", Role.ANTHROPOLOGIST, "post", json={
        "remains": answer.json()["id"], "key": "E2", "bone": "tibia", "side": "right"}).status_code == 201
    examined = ask("/examinations", Role.ANTHROPOLOGIST, "post", json={
        "remains": answer.json()["id"], "key": "X2", "line": "stature", "examiner": "N. N.", "dated": "2019-03",
        "observation": "Maximum length taken."})
    assert examined.status_code == 201, examined.content


@pytest.mark.parametrize("role", list(Role), ids=[r.name for r in Role])
def test_who_may_not_write_is_refused_before_what_they_sent_is_read(role: Role, ask: Asked,
                                                                    case_file: CaseFile) -> None:
    from_matrix = may(role, Permission.ROSTER_WRITE)
    status = ask("/persons", role, "post", json={"case": case_file.pk, "key": "P5"}).status_code
    assert status == (201 if from_matrix else 403)


def test_a_run_is_queued_and_called_off(ask: Asked, case_file: CaseFile) -> None:
    answer = ask("/runs", Role.DNA_ANALYST, "post", json={
        "case": case_file.pk, "parameters": {"rule.posterior": 0.999}})
    assert answer.status_code == 201, answer.content
    number = answer.json()["id"]
    assert Run.objects.get(pk=number).requested_by.username == "DNA-analyst"
    assert ask(f"/runs/{number}/cancel", Role.DNA_ANALYST, "post").json()["state"] == "cancelled"
    assert ask(f"/runs/{number}/cancel", Role.DNA_ANALYST, "post").status_code == 409
    wrong = ask("/runs", Role.DNA_ANALYST, "post", json={"case": case_file.pk, "parameters": {"luck": 1.0}})
    assert wrong.status_code == 422


def test_a_claim_is_recorded_preferred_and_its_preference_taken_back(ask: Asked, register: dict[str, int]) -> None:
    claim = {"key": "CL2", "case": register["cases"], "source": register["documents"], "said_by": "Another → A paper",
             "subject": "boxes handed over", "value": 50, "unit": "box", "bound": "more than", "group": "boxes"}
    refused = ask("/claims", Role.HISTORIAN, "post", json=claim)
    assert refused.status_code == 422
    made = ask("/claims", Role.HISTORIAN, "post", json={**claim, "bound": "at least", "hedge": "more than"})
    assert made.status_code == 201, made.json()
    number = made.json()["id"]
    assert (made.json()["value"], made.json()["source_id"]) == (50, register["documents"])
    first = ask(f"/claims/{number}/prefer", Role.HISTORIAN, "post", json={"reason": "it was counted"})
    assert first.status_code == 201
    before = ask(f"/preferences/{register['preferences']}", Role.REVIEWER).json()
    assert before["withdrawn_why"].endswith("it was counted")
    taken = ask(f"/preferences/{first.json()['id']}/take-back", Role.HISTORIAN, "post", json={"reason": "both stand"})
    assert (taken.status_code, taken.json()["withdrawn_why"]) == (200, "both stand")
    assert ask(f"/claims/{number}/prefer", Role.REVIEWER, "post", json={"reason": "x"}).status_code == 403


def test_a_promise_due_before_it_was_made_is_refused_by_its_field(ask: Asked, register: dict[str, int]) -> None:
    promise = {"key": "K2", "case": register["cases"], "source": register["documents"], "said_by": "A", "by": ["A"],
               "what": "to meet", "made": "2018-06", "due": "2018-05"}
    refused = ask("/commitments", Role.HISTORIAN, "post", json=promise)
    assert refused.status_code == 422
    assert "before it was made" in str(refused.json())
    fixed = ask(f"/commitments/{register['commitments']}", Role.HISTORIAN, "patch", json={
        "version": 1, "reason": "misread", "changes": {"due": "2018-08", "by": ["A", "B"]}})
    assert (fixed.status_code, fixed.json()["due"], fixed.json()["by"]) == (200, "2018-08", ["A", "B"])
