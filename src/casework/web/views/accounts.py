"""Accounts and organisations, for administrators; tokens, for everyone's own programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from casework.actions import accounts as acting
from casework.actions.tokens import make_token, revoke_token
from casework.policy import Permission, Role
from casework.queries.accounts import account, accounts, failures_of, organisations, own_token, own_tokens, tokens_of
from casework.web.filling import Sheet, fill, written
from casework.web.forms.accounts import AccountForm, NewAccountForm, OrganisationForm, PasswordForm, TokenForm
from casework.web.forms.fields import DeskForm
from casework.web.listing import Columns, choice, crumbs, list_page
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Badge, Facts, Table, act, link

__all__ = ["account_change", "account_factor", "account_lock", "account_new", "account_page", "account_password",
           "account_unlock", "accounts_page", "organisation_new", "organisations_page", "token_revoke", "tokens"]

P = Permission


@allowed(Permission.ACCOUNT_MANAGE)
def accounts_page(request: Request) -> HttpResponse:
    """All accounts."""
    role = choice(request, "role", "Role", [(r.value, r.value) for r in Role])
    columns = Columns(("Username", "Name", "Role", "Organisation", "Second factor", "State"), lambda a: (
        link("account", a, a.username), a.full_name, a.role, a.organisation and a.organisation.name,
        "set up" if a.has_factor else "not set up", Badge("locked") if not a.is_active else "open"))
    return list_page(request, accounts(request.user, role=role.chosen), columns, title="Accounts", choices=[role],
                     acts=[act("Make an account", "account-new"), act("Organisations", "organisations")])


@allowed(Permission.ACCOUNT_MANAGE)
def account_page(request: Request, account_id: int) -> HttpResponse:
    """One account."""
    found: Any = account(request.user, account_id)
    lock = act("Unlock", "account-unlock", found.pk) if not found.is_active else act(
        "Lock", "account-lock", found.pk, danger=True)
    audit = Act("What this account wrote", f"{reverse('audit')}?who=user:{found.username}")
    sections = [
        Facts("The account", (
            ("Username", found.username), ("Name", found.full_name), ("Role", found.role),
            ("Organisation", found.organisation and found.organisation.name),
            ("Family", found.family and found.family.key), ("Made", found.date_joined),
            ("Last login", found.last_login),
            ("Second factor", "set up" if found.has_factor else "not set up"),
            ("Failed logins of the last quarter of an hour", failures_of(request.user, found)))),
        Table("Tokens for programs", ("Name", "Made", "Good until", "Revoked"), [
            (t.name, t.created_at, t.expires_at, t.revoked_at or "no") for t in tokens_of(request.user, found)]),
    ]
    return render(request, "web/record.html", {
        "title": found.username, "kind": "Account", "history": None, "sections": sections,
        "badges": [] if found.is_active else [Badge("locked")], "crumbs": crumbs(("Accounts", reverse("accounts"))),
        "acts": [act("Change role and belonging", "account-change", found.pk), lock,
                 act("New password", "account-password", found.pk, danger=True),
                 act("Reset the second factor", "account-factor", found.pk, danger=True), audit]})


@allowed(Permission.ACCOUNT_MANAGE, fresh=True)
def account_new(request: Request) -> HttpResponse:
    """Make an account."""
    sheet = Sheet("Make an account", "Make the account", reverse("accounts"), "The account is made.",
                  ("Staff set up their second factor when they first log in.",))
    form = NewAccountForm(actor=request.user, **written(request))
    return fill(request, sheet, form, lambda said: _to(acting.add_account(
        actor=request.user, **{**said, "role": Role(said["role"])})))


@allowed(Permission.ACCOUNT_MANAGE, fresh=True)
def account_change(request: Request, account_id: int) -> HttpResponse:
    """Change role, organisation or family of an account."""
    found = account(request.user, account_id)
    sheet = Sheet(f"Who {found.username} is in the register", "Change it", _to(found), "The account is changed.")
    form = AccountForm(actor=request.user, **written(request), initial={
        "full_name": found.full_name, "role": found.role, "organisation": found.organisation_id,
        "family": f"{found.family.case.key}/{found.family.key}" if found.family else ""})
    return fill(request, sheet, form, lambda said: _to(acting.assign_role(
        actor=request.user, account=found, **{**said, "role": Role(said["role"])})))


@allowed(Permission.ACCOUNT_MANAGE, fresh=True)
def account_lock(request: Request, account_id: int) -> HttpResponse:
    """Lock an account."""
    found = account(request.user, account_id)
    sheet = Sheet(f"Lock {found.username}", "Lock the account", _to(found), "The account is locked.", (
        "Its sessions and tokens end at once. What it wrote stays.",), danger=True)
    return fill(request, sheet, DeskForm(**written(request)),
                lambda _: _to(acting.lock_account(actor=request.user, account=found)))


@allowed(Permission.ACCOUNT_MANAGE, fresh=True)
def account_unlock(request: Request, account_id: int) -> HttpResponse:
    """Unlock an account."""
    found = account(request.user, account_id)
    sheet = Sheet(f"Unlock {found.username}", "Unlock the account", _to(found), "The account is open again.")
    return fill(request, sheet, DeskForm(**written(request)),
                lambda _: _to(acting.unlock_account(actor=request.user, account=found)))


@allowed(Permission.ACCOUNT_MANAGE, fresh=True)
def account_password(request: Request, account_id: int) -> HttpResponse:
    """Give an account a new password."""
    found = account(request.user, account_id)
    sheet = Sheet(f"A new password for {found.username}", "Set the password", _to(found), "The password is set.",
                  ("The account's sessions end.",), danger=True)

    def act_on(said: dict[str, Any]) -> str:
        acting.reset_password(actor=request.user, account=found, password=said["password"])
        return _to(found)

    return fill(request, sheet, PasswordForm(**written(request)), act_on)


@allowed(Permission.ACCOUNT_MANAGE, fresh=True)
def account_factor(request: Request, account_id: int) -> HttpResponse:
    """Forget an account's second factor."""
    found = account(request.user, account_id)
    sheet = Sheet(f"Reset the second factor of {found.username}", "Reset it", _to(found), "The second factor is reset.",
                  ("The authenticator and the recovery codes are forgotten, the sessions end, and a new password is "
                   "set, so that nobody who knows the old one sets up a factor of their own. Be sure of whom you "
                   "speak with.",), danger=True)

    def act_on(said: dict[str, Any]) -> str:
        acting.reset_factor(actor=request.user, account=found, password=said["password"])
        return _to(found)

    return fill(request, sheet, PasswordForm(**written(request)), act_on)


@allowed(Permission.ACCOUNT_MANAGE)
def organisations_page(request: Request) -> HttpResponse:
    """Laboratories, missions and offices."""
    columns = Columns(("Name", "Key", "Kind"), lambda o: (o.name, o.key, o.kind))
    return list_page(request, organisations(request.user), columns, title="Organisations",
                     acts=[act("Add an organisation", "organisation-new")],
                     crumbs=crumbs(("Accounts", reverse("accounts"))))


@allowed(Permission.ACCOUNT_MANAGE)
def organisation_new(request: Request) -> HttpResponse:
    """Add a laboratory, mission or office."""
    back = reverse("organisations")
    return fill(request, Sheet("Add an organisation", "Add it", back, "It is added."),
                OrganisationForm(**written(request)),
                lambda said: _after(acting.add_organisation(actor=request.user, **said), back))


@allowed(Permission.TOKEN_OWN, fresh=True)
def tokens(request: Request) -> HttpResponse:
    """One's own tokens; a new one is shown here, once."""
    form = TokenForm(**written(request))
    shown_once = ""
    if form.is_bound and form.is_valid():
        _, shown_once = make_token(actor=request.user, **form.cleaned_data)
        form = TokenForm()
    table = Table("Your tokens", ("Name", "Made", "Good until", ""), [
        (t.name, t.created_at, t.expires_at, "revoked" if t.revoked_at else
         link("token-revoke", t, "revoke")) for t in own_tokens(request.user)], empty="You have none.")
    return render(request, "web/tokens.html", {"title": "Tokens for programs", "form": form, "secret": shown_once,
                                               "sections": [table], "crumbs": crumbs(("My account", reverse("me")))})


@allowed(Permission.TOKEN_OWN)
def token_revoke(request: Request, token_id: int) -> HttpResponse:
    """End one of one's own tokens."""
    found, back = own_token(request.user, token_id), reverse("tokens")
    sheet = Sheet(f"Revoke the token {found.name}", "Revoke it", back, "The token is revoked.", danger=True)
    return fill(request, sheet, DeskForm(**written(request)),
                lambda _: _after(revoke_token(actor=request.user, token=found), back))


def _to(found: Any) -> str:
    return reverse("account", args=[found.pk])


def _after(_done: Any, to: str) -> str:
    return to
