"""Every address declares its rule: pages, login and API."""

import pytest
from django.urls import get_resolver

from casework.api import api
from casework.policy import Permission, rule_of
from casework.web.rules import allowed

from .doors import OF_THE_FRAMEWORK, Door, doors, pages


def _id(door: Door) -> str:
    return f"{door.route or '/'} {door.name}"


@pytest.mark.parametrize("door", doors(), ids=_id)
def test_an_address_has_a_rule(door: Door) -> None:
    assert door.rule is not None, f"{door.route}: neither @allowed nor @open_to_all stands at this address"
    if door.rule.permission is None:
        assert len(door.rule.reason) > 10, f"{door.route}: it must be said why it stands open"


def test_the_walk_meets_pages_login_and_api() -> None:
    found = doors()
    routes = {d.route for d in found}
    assert {"", "cases/<int:case_id>/roster/", "accounts/login/", "accounts/factor/set-up/"} <= routes
    operations = [d for d in found if d.route.startswith("api/") and not d.name]
    described = api.get_openapi_schema()["paths"]
    assert len(operations) == sum(len(of) for of in described.values()) > 20
    assert len(pages()) > 100
    assert set(OF_THE_FRAMEWORK) <= {d.name for d in found}


def test_an_address_without_a_rule_is_found() -> None:
    def bare(request: object) -> None:
        """A view that nobody has given a rule."""

    assert rule_of(bare) is None
    assert rule_of(allowed(Permission.AUDIT_READ)(bare)).permission is Permission.AUDIT_READ  # type: ignore[arg-type, union-attr]


def test_what_cannot_be_taken_back_asks_for_a_fresh_factor() -> None:
    fresh = {d.name for d in pages() if d.rule is not None and d.rule.fresh}
    permissions = (Permission.CUSTODY_RELEASE, Permission.DECISION_SIGN, Permission.DECISION_WITHDRAW,
                   Permission.RECORD_WITHDRAW, Permission.BATCH_UNDO, Permission.PUBLISH)
    names = ("-withdraw", "-release", "-undo", "-sign", "-refuse", "-publish")
    grave = {d.name for d in pages()
             if d.name.endswith(names) or (d.rule is not None and d.rule.permission in permissions)}
    assert grave <= fresh
    assert {"custody-release", "proposal-sign", "decision-withdraw", "person-withdraw", "batch-undo"} <= grave


def test_no_address_holds_more_than_numbers_of_rows() -> None:
    for door in doors():
        if not door.route.startswith("api/"):
            assert "<str:" not in door.route
            assert "<path:" not in door.route
            assert "<slug:" not in door.route
    assert get_resolver().url_patterns
