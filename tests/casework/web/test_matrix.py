"""Who may what: every role at every address, with one's own records and another's, reading and writing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from casework.actions.tokens import make_token
from casework.policy import Role
from casework.web import errors

from .doors import Door, pages

Visitors = Callable[..., Any]
_ROLES = [*Role, None]  # None: nobody has logged in
_OUTSIDE = (Role.FAMILY, Role.PUBLIC, None)
_DENIED = (403, 404)


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def everyone(visitor: Visitors, register: SimpleNamespace, custody_of: Any) -> dict[Role | None, Any]:
    for seq, of in ((1, register.own), (2, register.other)):
        custody_of(register.case, "container", of.container.key, seq)
        of.rows["custody"] = f"H-{seq:06d}"
    made: dict[Role | None, Any] = {role: visitor(role) for role in Role}
    made[None] = SimpleNamespace(client=Client(), account=None)
    for of, role in ((register.own, None), (register.other, Role.ADMINISTRATOR)):
        of.rows["tokens"] = {r: make_token(actor=made[role or r].account, name="t")[0] for r in Role
                             if r not in (Role.FAMILY, Role.PUBLIC)}
    return made


def _address(door: Door, of: Any, role: Role | None) -> str:
    arguments = {}
    for name in door.arguments:
        row = of.tokens.get(role, of.tokens[Role.ADMINISTRATOR]) if name == "token_id" else of.rows[
            name.removesuffix("_id")]
        arguments[name] = row.pk
    query = f"?{urlencode({'key': of.custody})}" if door.name in ("custody-act", "custody-receipt") else ""
    return reverse(door.name, kwargs=arguments) + query


def _owner(door: Door, of: Any) -> int | None:
    """Whose the record behind an address is; None where it is nobody's in particular."""
    if door.name in ("custody-act", "custody-receipt"):
        return int(of.container.organisation_id)
    for name in door.arguments:
        row = of.rows.get(name.removesuffix("_id"))
        if name not in ("case_id", "account_id", "decision_id", "proposal_id"):
            return getattr(row, "organisation_id", None)
    return None


def _is_somebodys(door: Door, of: Any) -> bool:
    return "token_id" in door.arguments or _owner(door, of) is not None


def _expected(door: Door, who: Any, of: Any, *, own: bool) -> bool:
    """What the policy says; a token is one's own, whatever one may do."""
    if who.account is None or door.rule is None:
        return False
    if "token_id" in door.arguments and not own and who.account.role != Role.ADMINISTRATOR:
        return False
    return door.rule.admits(who.account.role, who.account.organisation_id, _owner(door, of))


def _let_in(answer: Any) -> bool:
    if answer.streaming:
        b"".join(answer)  # a file is closed when it has been read
    to_login = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    assert answer.status_code < 500
    return answer.status_code not in _DENIED and not to_login


_GUARDED = [door for door in pages() if door.rule is not None and door.rule.permission is not None]


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_role_at_every_address_is_let_in_or_turned_away_as_the_policy_says(
        everyone: dict[Role | None, Any], register: SimpleNamespace, monkeypatch: pytest.MonkeyPatch,
        method: str) -> None:
    # Thousands are turned away; the page that says so is drawn elsewhere.
    monkeypatch.setattr(errors, "_page", lambda request, status, *words: HttpResponse(status=status))
    allows, denials, tried = [], [], 0
    for door in _GUARDED:
        for of, own in ((register.own, True), (register.other, False)):
            if not own and not door.arguments and door.name not in ("custody-act", "custody-receipt"):
                continue
            for role, who in everyone.items():
                if not own and role not in _OUTSIDE and not _is_somebodys(door, of):
                    continue  # nobody's in particular: no role reaches one's own and not another's
                expected = _expected(door, who, of, own=own)
                with _undone():
                    answer = getattr(who.client, method)(_address(door, of, role))
                came_in = _let_in(answer)
                tried += 1
                line = f"{role or 'nobody'} {method} {door.name} of {'own' if own else 'other'}: {answer.status_code}"
                if came_in and not expected:
                    allows.append(line)
                if expected and not came_in:
                    denials.append(line)
    assert allows == [], "unexpected allows"
    assert denials == [], "unexpected denials"
    assert tried > 1500


def test_open_addresses_answer_everyone(everyone: dict[Role | None, Any], register: SimpleNamespace) -> None:
    for door in pages():
        if door.rule is not None and door.rule.permission is None:
            for role, who in everyone.items():
                assert who.client.get(_address(door, register.own, role)).status_code in (200, 302)


@pytest.mark.parametrize("role", [Role.FAMILY, Role.PUBLIC, None])
def test_outsiders_come_to_no_page_of_the_staff(everyone: dict[Role | None, Any], register: SimpleNamespace,
                                                role: Role | None) -> None:
    open_to_them = {"home", "public", "public-account", "public-account-csv", "public-account-json-ld", "me",
                    "own-family"}
    for door in pages():
        answer = everyone[role].client.get(_address(door, register.own, role))
        if door.name not in open_to_them:
            assert not _let_in(answer), door.name


def test_a_page_that_is_denied_says_nothing_of_the_record(everyone: dict[Role | None, Any],
                                                          register: SimpleNamespace) -> None:
    custodian = everyone[Role.CUSTODIAN]
    there, absent = (_without_tokens(custodian.client.get(reverse("remains", args=[number])))
                     for number in (register.other.remains.pk, 10**9))
    assert register.other.remains.key not in there
    assert there == absent


def _without_tokens(answer: Any) -> str:
    assert answer.status_code == 404
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.content.decode())
