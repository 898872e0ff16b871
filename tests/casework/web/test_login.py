"""The login: second factor, lock, idle sessions, fresh factors."""

import datetime
import os
import subprocess
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from casework.actions.accounts import reset_factor
from casework.policy import Role
from casework.store.models import AuditEntry, Proposal
from casework.web.adapter import SecondFactors, UnreadableFactor
from casework.web.factors import code_key

Visitors = Callable[..., Any]
PASSWORD = "a-long-synthetic-password"
LOGIN, CODE, HOME = "/accounts/login/", "/accounts/factor/code/", "/"


def _log_in(who: Any, password: str = PASSWORD, **given: Any) -> Any:
    # A login that was begun is gone on with: each attempt comes from a browser of its own.
    who.client = Client()
    return who.post(LOGIN, {"login": who.account.username, "password": password}, **given)


def _in(who: Any) -> bool:
    return bool(who.get(reverse("cases")).status_code == 200)


def test_staff_come_in_by_password_and_code(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    answer = _log_in(analyst)
    assert answer["Location"] == CODE
    assert not _in(analyst)
    assert analyst.post(CODE, {"code": analyst.code()})["Location"] == HOME
    assert _in(analyst)


def test_a_family_member_comes_in_by_password(with_password: Visitors, register: SimpleNamespace) -> None:
    member = with_password(Role.FAMILY)
    assert _log_in(member)["Location"] == HOME
    assert member.get(HOME)["Location"] == reverse("own-family")


def test_staff_without_a_second_factor_reach_its_set_up_alone(with_password: Visitors) -> None:
    new = with_password(Role.HISTORIAN, factor=False)
    _log_in(new)
    for address in (HOME, reverse("cases"), reverse("me"), reverse("tokens")):
        assert new.get(address)["Location"] == reverse("mfa_activate_totp")
    assert new.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.django_db(transaction=True)  # allauth tells of the factor when it is committed
def test_setting_up_the_second_factor_lets_staff_in(with_password: Visitors) -> None:
    new = with_password(Role.HISTORIAN, factor=False)
    _log_in(new)
    activate = reverse("mfa_activate_totp")
    new.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": activate})
    page = new.get(activate)
    new.secret = page.context["form"].secret
    assert new.post(activate, {"code": new.code()}).status_code == 302
    assert _in(new)
    assert Authenticator.objects.filter(user=new.account).count() == 2
    codes = new.get(reverse("mfa_view_recovery_codes"))
    assert len(codes.context["unused_codes"]) == 10


def test_a_session_opened_by_password_alone_is_not_let_in_by_a_factor_set_up_elsewhere(
        with_password: Visitors) -> None:
    thief = with_password(Role.HISTORIAN, factor=False)
    _log_in(thief)
    TOTP.activate(thief.account, generate_totp_secret())
    assert thief.get(reverse("cases"))["Location"].startswith(reverse("mfa_reauthenticate"))


@pytest.mark.parametrize("failures", [4, 5])
def test_five_failures_lock_the_account_from_every_address(with_password: Visitors, failures: int) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    for i in range(failures):
        answer = _log_in(analyst, "wrong", REMOTE_ADDR=f"192.0.2.{i}")
    assert answer.status_code == (429 if failures == 5 else 200)
    answer = _log_in(analyst, REMOTE_ADDR="198.51.100.1")
    assert answer.status_code == (429 if failures == 5 else 302)
    if failures == 5:
        assert "15 minutes" in answer.content.decode()


def test_five_failures_lock_the_address_for_every_account(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    stranger = Client(REMOTE_ADDR="192.0.2.7")
    for i in range(5):
        stranger.post(LOGIN, {"login": f"nobody-{i}", "password": "wrong"})
    assert _log_in(analyst, REMOTE_ADDR="192.0.2.7").status_code == 429
    assert _log_in(analyst, REMOTE_ADDR="192.0.2.8").status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour_and_trying_on_does_not_lengthen_it(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    for _ in range(8):
        _log_in(analyst, "wrong")
    past = timezone.now() - datetime.timedelta(minutes=14)
    AccessAttempt.objects.update(attempt_time=past)
    assert _log_in(analyst).status_code == 429
    assert AccessAttempt.objects.get().attempt_time == past
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=15, seconds=1))
    assert _log_in(analyst).status_code == 302


def test_wrong_codes_lock_the_account_like_wrong_passwords(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    _log_in(analyst)
    answers = [analyst.post(CODE, {"code": "000000"}).status_code for _ in range(5)]
    assert answers[-1] == 429
    # The right code opens nothing now, nor does the password from elsewhere.
    assert analyst.post(CODE, {"code": analyst.code()}).status_code == 429
    assert _log_in(analyst, REMOTE_ADDR="198.51.100.2").status_code == 429
    assert not _in(analyst)


def test_a_right_password_does_not_forget_the_wrong_codes(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    for _ in range(2):
        _log_in(analyst)
        analyst.post(CODE, {"code": "000000"})
        analyst.post(CODE, {"code": "111111"})
    _log_in(analyst)
    assert analyst.post(CODE, {"code": "222222"}).status_code == 429


def test_someone_with_an_account_of_their_own_cannot_guess_on_at_another(with_password: Visitors,
                                                                        register: SimpleNamespace) -> None:
    member, victim = with_password(Role.FAMILY), with_password(Role.DNA_ANALYST)
    statuses = []
    for _ in range(3):
        statuses += [_log_in(victim, "wrong").status_code for _ in range(2)]
        _log_in(member)
        member.post(reverse("account_logout"))
    assert statuses[-2:] == [429, 429]


def test_who_logs_in_forgets_their_own_failures(with_password: Visitors, register: SimpleNamespace) -> None:
    member = with_password(Role.FAMILY)
    for _ in range(3):
        for _ in range(3):
            _log_in(member, "wrong")
        assert _log_in(member).status_code == 302
        member.post(reverse("account_logout"))


@override_settings(BEHIND_PROXY=True)
def test_behind_a_proxy_the_last_hop_is_the_address(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    for i in range(5):
        Client(REMOTE_ADDR="127.0.0.1").post(LOGIN, {"login": f"nobody-{i}", "password": "wrong"},
                                             headers={"X-Forwarded-For": f"10.9.8.{i}, 192.0.2.7"})
    assert _log_in(analyst, headers={"X-Forwarded-For": "192.0.2.9"}).status_code == 302
    assert _log_in(analyst, headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 429


def test_a_code_is_good_once(with_password: Visitors) -> None:
    analyst, again = with_password(Role.DNA_ANALYST), Client()
    code = analyst.code()
    _log_in(analyst)
    analyst.post(CODE, {"code": code})
    again.post(LOGIN, {"login": analyst.account.username, "password": PASSWORD})
    # As it is half a minute later, when allauth has forgotten it and the tolerance still takes it.
    cache.delete(f"allauth.mfa.totp.used?user={analyst.account.pk}&code={code}")
    assert "has been used" in again.post(CODE, {"code": f"{code[:3]} {code[3:]}"}).content.decode()
    assert cache.get(code_key(analyst.account.pk, code)) == 1


def test_a_recovery_code_is_good_once(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    analyst.client.force_login(analyst.account, backend="django.contrib.auth.backends.ModelBackend")
    _confirm(analyst)
    analyst.post(reverse("mfa_generate_recovery_codes"))
    code = analyst.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for expected in (302, 200):
        door = Client()
        door.post(LOGIN, {"login": analyst.account.username, "password": PASSWORD})
        assert door.post(CODE, {"code": code}).status_code == expected


def _confirm(who: Any, steps: int = 0, to: str = "/") -> Any:
    return who.post(reverse("mfa_reauthenticate"), {"code": who.code(steps), "next": to})


def test_half_an_hour_of_silence_ends_a_session(visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    assert _in(manager)
    session = manager.client.session
    session["seen_at"] = time.time() - 30 * 60 + 30
    session.save()
    assert _in(manager)
    session = manager.client.session
    assert time.time() - session["seen_at"] < 5
    session["seen_at"] = time.time() - 30 * 60
    session.save()
    assert manager.get(reverse("cases"))["Location"].startswith(LOGIN)


def test_a_page_that_asks_again_by_itself_keeps_no_session_open(visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER)
    manager.get(reverse("cases"))
    session = manager.client.session
    session["seen_at"] = then = time.time() - 20 * 60
    session.save()
    manager.get(reverse("cases") + "?watch=1")
    assert manager.client.session["seen_at"] == then
    manager.get(reverse("cases"))
    assert manager.client.session["seen_at"] > then


def test_reading_is_no_write(visitor: Visitors, django_assert_max_num_queries: Any) -> None:
    manager = visitor(Role.CASE_MANAGER)
    manager.get(reverse("cases"))
    with django_assert_max_num_queries(30) as seen:
        manager.get(reverse("cases"))
    assert [q["sql"] for q in seen.captured_queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []


def test_withdrawing_asks_for_a_fresh_factor_and_keeps_what_was_written(visitor: Visitors,
                                                                       register: SimpleNamespace) -> None:
    manager = visitor(Role.CASE_MANAGER, ago=301.0)
    proposal = register.own.proposal
    address = reverse("proposal-withdraw", args=[proposal.pk])
    assert manager.get(address).status_code == 200
    answer = manager.post(address, {"reason": "A synthetic reason.", "version": proposal.version})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert Proposal.objects.get(pk=proposal.pk).state == "proposed"
    assert _confirm(manager, to=address).status_code == 302
    stored = Proposal.objects.get(pk=proposal.pk)
    assert (stored.state, stored.closed_reason) == ("withdrawn", "A synthetic reason.")


@pytest.mark.parametrize(("ago", "fresh"), [(299.0, True), (301.0, False), (None, False)])
def test_a_factor_is_fresh_for_five_minutes(visitor: Visitors, register: SimpleNamespace, ago: float | None,
                                            fresh: bool) -> None:
    manager = visitor(Role.CASE_MANAGER, ago=ago)
    proposal = register.own.proposal
    answer = manager.post(reverse("proposal-withdraw", args=[proposal.pk]), {"reason": "Why.", "version": 1})
    assert answer.status_code == 302
    assert (Proposal.objects.get(pk=proposal.pk).state == "withdrawn") == fresh


def test_staff_confirm_by_their_second_factor_and_never_by_the_password(visitor: Visitors) -> None:
    manager = visitor(Role.CASE_MANAGER, ago=301.0)
    answer = manager.get(reverse("account_reauthenticate"))
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert manager.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    assert manager.get(reverse("mfa_deactivate_totp"))["Location"].startswith(reverse("mfa_reauthenticate"))


def test_the_secret_of_a_factor_lies_encrypted(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    stored = Authenticator.objects.get(user=analyst.account).data["secret"]
    assert analyst.secret not in stored
    assert SecondFactors().decrypt(stored) == analyst.secret
    with override_settings(SECRET_KEY="another key"), pytest.raises(UnreadableFactor, match="another secret key"):
        SecondFactors().decrypt(stored)
    assert analyst.secret not in str(list(AuditEntry.objects.values_list("new", flat=True)))


def test_resetting_a_factor_ends_sessions_and_the_old_password(with_password: Visitors, visitor: Visitors,
                                                               account: Any) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    _log_in(analyst)
    analyst.post(CODE, {"code": analyst.code()})
    reset_factor(actor=account(Role.ADMINISTRATOR), account=analyst.account, password="another-synthetic-password")
    assert analyst.get(reverse("cases"))["Location"].startswith(LOGIN)
    assert _log_in(analyst).status_code == 200
    assert _log_in(analyst, "another-synthetic-password")["Location"] == HOME
    assert analyst.get(HOME)["Location"] == reverse("mfa_activate_totp")


def test_a_locked_account_is_out_at_once(visitor: Visitors, account: Any) -> None:
    historian = visitor(Role.HISTORIAN)
    assert _in(historian)
    historian.account.is_active = False
    historian.account.save()
    assert historian.get(reverse("cases"))["Location"].startswith(LOGIN)


def test_changing_the_password_ends_the_session(with_password: Visitors, register: SimpleNamespace) -> None:
    member = with_password(Role.FAMILY)
    _log_in(member)
    new = "one-more-synthetic-password"
    answer = member.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new,
                                                              "password2": new})
    assert answer.status_code == 302
    assert member.get(reverse("own-family"))["Location"].startswith(LOGIN)
    assert _log_in(member, new)["Location"] == HOME


def test_nobody_signs_up(db: None) -> None:
    for address in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/accounts/login/code/"):
        assert Client().get(address).status_code == 404


def test_a_failed_login_leaves_neither_password_nor_code_in_the_tables(with_password: Visitors) -> None:
    analyst = with_password(Role.DNA_ANALYST)
    _log_in(analyst, "not-the-password-4711")
    _log_in(analyst)
    analyst.post(CODE, {"code": "471147"})
    kept = str(list(AccessAttempt.objects.values()))
    assert "4711" not in kept


def test_the_deployment_check_has_no_warning() -> None:
    environment = {**os.environ, "HOMEWARD_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "casework.settings",
                   "HOMEWARD_SECRET_KEY": "k" * 30 + "0123456789abcdefghijABCDEFGHIJ"}
    done = subprocess.run([sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "INFO"],
                          capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
