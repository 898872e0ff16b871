"""The addresses of the login: those of allauth that this register uses, each with why it stands open."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from casework.web.rules import open_to_all, signed_in
from casework.web.views.login import login, with_demo_code

__all__ = ["urlpatterns"]

_before = open_to_all("nobody has a role before logging in")
_own = signed_in("one's own login")

urlpatterns = [
    path("login/", _before(login), name="account_login"),
    path("logout/", open_to_all("ends one's own session")(account.logout), name="account_logout"),
    path("locked/", _before(account.account_inactive), name="account_inactive"),
    path("confirm/", _own(account.reauthenticate), name="account_reauthenticate"),
    path("password/", _own(account.password_change), name="account_change_password"),
    path("factor/", _own(factor.index), name="mfa_index"),
    path("factor/code/", _before(with_demo_code(factor.AuthenticateView)), name="mfa_authenticate"),
    path("factor/confirm/", _own(with_demo_code(factor.ReauthenticateView)), name="mfa_reauthenticate"),
    path("factor/set-up/", _own(totp.activate_totp), name="mfa_activate_totp"),
    path("factor/change/", _own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("factor/recovery-codes/", _own(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("factor/recovery-codes/new/", _own(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("factor/recovery-codes/file/", _own(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
]
