"""What the API shows, to whom, and how it refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.actions.records import correct
from casework.actions.tokens import make_token, revoke_token
from casework.api import api
from casework.policy import STAFF, Permission, Role, Rule, may, rule_of
from casework.queries import tables
from casework.store.models import Account, ApiToken, CaseFile, Organisation, Person, Remains

Asked = Callable[..., Any]
OPERATIONS = [(path, operation) for _, router in api._routers for path, view in router.path_operations.items()
              for operation in view.operations]


def test_every_operation_declares_its_permission() -> None:
    assert len(OPERATIONS) > 50
    for path, operation in OPERATIONS:
        rule = rule_of(operation.view_func)
        assert isinstance(rule, Rule), path
        assert rule.permission is not None, path


@pytest.mark.parametrize("role", list(Role), ids=[r.name for r in Role])
def test_the_matrix_decides_who_reads_what(role: Role, ask: Asked, register: dict[str, int]) -> None:
    for name, permission in tables.READ_BY.items():
        expected = 200 if may(role, permission) else 403
        for address in (f"/{name}", f"/{name}/{register[name]}", f"/{name}/{register[name]}/revisions"):
            assert ask(address, role).status_code == expected, (address, role)


def test_nobody_reads_anything_without_a_token(ask: Asked, register: dict[str, int]) -> None:
    for path, _ in OPERATIONS:
        answer = ask(path.replace("{number}", "1").removeprefix("/v1"), None)
        assert answer.status_code in (401, 405), path
        assert b"Planted" not in answer.content


def test_families_and_the_public_get_nothing_here(ask: Asked, register: dict[str, int]) -> None:
    for role in set(Role) - STAFF:
        for name, number in register.items():
            answer = ask(f"/{name}/{number}", role)
            assert answer.status_code == 403
            assert "lanted" not in answer.content.decode()


def test_a_row_comes_with_its_partial_dates_and_links(ask: Asked, register: dict[str, int]) -> None:
    found = ask(f"/incidents/{register['incidents']}", Role.HISTORIAN).json()
    assert (found["date"], found["place_id"], found["key"]) == ("1950-11", register["places"], "I1")
    (member,) = ask(f"/families/{register['families']}/members", Role.LIAISON).json()
    assert member["person_id"] == register["persons"]


def test_pages_hold_every_row_once(ask: Asked, case_file: CaseFile) -> None:
    Person.objects.bulk_create(Person(case=case_file, key=f"P{i}") for i in range(25))
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = ask("/persons", Role.HISTORIAN, data={"limit": 10, "after": after, "case": case_file.pk}).json()
        seen += [row["key"] for row in page["items"]]
        after = page["next"]
    assert sorted(seen) == sorted(f"P{i}" for i in range(25))


def test_another_laboratorys_remains_are_not_there(ask: Asked, case_file: CaseFile) -> None:
    other = Organisation.objects.create(key="L2", name="Other laboratory", kind="laboratory")
    theirs = Remains.objects.create(case=case_file, key="R9", organisation=other)
    assert ask(f"/remains/{theirs.pk}", Role.ANTHROPOLOGIST).status_code == 404
    assert ask("/remains", Role.ANTHROPOLOGIST).json()["items"] == []
    assert ask(f"/remains/{theirs.pk}", Role.CASE_MANAGER).status_code == 200


def test_revisions_say_who_when_and_why(ask: Asked, register: dict[str, int],
                                        account: Callable[..., Account]) -> None:
    person = Person.objects.get(pk=register["persons"])
    correct(person, actor=account(Role.HISTORIAN), changes={"rank": "PFC"}, reason="muster roll")
    (revision,) = ask(f"/persons/{person.pk}/revisions", Role.HISTORIAN).json()
    assert (revision["version"], revision["by"], revision["reason"]) == (1, "historian", "muster roll")


def test_refusals_have_the_form_of_rfc_9457(ask: Asked, register: dict[str, int]) -> None:
    for address, role, status in (("/persons/999999", Role.HISTORIAN, 404), ("/contacts", Role.DNA_ANALYST, 403),
                                  ("/persons?limit=9999", Role.HISTORIAN, 422), ("/persons", None, 401)):
        answer = ask(address, role)
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        body = answer.json()
        assert body["status"] == status
        assert {"title", "detail", "faults"} <= set(body)


def test_tokens_that_ended_open_nothing(client: Client, account: Callable[..., Account]) -> None:
    historian = account(Role.HISTORIAN)
    token, secret = make_token(actor=historian, name="laptop")

    def status() -> int:
        return client.get("/api/v1/cases", headers={"authorization": f"Bearer {secret}"}).status_code

    assert status() == 200
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    assert status() == 401
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() + timezone.timedelta(days=1))
    Account.objects.filter(pk=historian.pk).update(is_active=False)
    assert status() == 401
    Account.objects.filter(pk=historian.pk).update(is_active=True)
    assert status() == 200
    revoke_token(actor=historian, token=ApiToken.objects.get(pk=token.pk))
    assert status() == 401
    assert not ApiToken.objects.filter(token_digest=secret).exists()


def test_a_browsers_session_is_no_key(client: Client, account: Callable[..., Account]) -> None:
    client.force_login(account(Role.PUBLIC), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/cases").status_code == 401


def test_acts_that_ask_for_a_second_factor_are_not_in_the_api() -> None:
    kept_out = {Permission.CUSTODY_RELEASE, Permission.DECISION_SIGN, Permission.DECISION_WITHDRAW,
                Permission.RECORD_WITHDRAW, Permission.PUBLISH, Permission.FAMILY_TELL, Permission.REVIEW_WRITE}
    assert not kept_out & {rule_of(o.view_func).permission for _, o in OPERATIONS}  # type: ignore[union-attr]
