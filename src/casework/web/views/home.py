"""The first page of everyone, one's own account, the family's page, the public page."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from casework.policy import STAFF, Permission, Role, may
from casework.queries.cases import cases, cases_with_roster
from casework.queries.home import recent_batches, recent_runs, waiting
from casework.queries.own_family import own_family
from casework.queries.public import LEAST, public_counts
from casework.queries.public_account import public_accounts
from casework.web.rules import Request, allowed, open_to_all, signed_in
from casework.web.shown import Badge, Facts, Table, act, link, name_of

__all__ = ["home", "me", "own_family_page", "public"]


@open_to_all("sends everyone to the first page of their role")
def home(request: Request) -> HttpResponse:
    """What waits for whoever has logged in; strangers come to the public figures."""
    user = request.user
    if not user.is_authenticated:
        return redirect("public")
    role = Role(user.role)
    if role not in STAFF:
        return redirect("own-family" if role is Role.FAMILY else "public")
    found = list(cases(user)[:20])
    sections = [Table("Cases", ("Case", "Key", ""), [
        (link("case", c), c.key, Badge("synthetic") if c.synthetic else "") for c in found],
        empty="There is no case yet: import one.")]
    if may(role, Permission.RUN_READ):
        sections.append(Table("Latest runs", ("Run", "Case", "State", "Asked for"), [
            (link("run", r), link("case", r.case), Badge(r.state), r.requested_at) for r in recent_runs(user)],
            empty="Nothing has been computed yet."))
    if may(role, Permission.BATCH_READ):
        sections.append(Table("Latest imports", ("Import", "Case", "By", "When"), [
            (link("batch", b, b.source), link("case", b.case), str(b.by), b.applied_at) for b in recent_batches(user)],
            empty="Nothing has been imported yet."))
    # Work is done within a case with a roster: where there is one, what waits leads into it.
    worked_on = list(cases_with_roster(user)[:2]) or found
    waits = [(w.words, w.count, _list_of(w.listed, w.only, worked_on)) for w in waiting(user)]
    return render(request, "web/home.html", {"title": "What waits for you", "waits": waits, "sections": sections})


@signed_in("one's own account")
def me(request: Request) -> HttpResponse:
    """One's own account: role, password, second factor, tokens."""
    user = request.user
    facts = Facts("Who you are in this register", (
        ("Username", user.get_username()), ("Name", user.full_name), ("Role", user.role),
        ("Organisation", user.organisation and user.organisation.name), ("Last login", user.last_login)))
    acts = [act("Change the password", "account_change_password"), act("Second factor", "mfa_index")]
    if may(user.role, Permission.TOKEN_OWN):
        acts.append(act("Tokens for programs", "tokens"))
    return render(request, "web/record.html", {"title": "My account", "sections": [facts], "acts": acts,
                                               "history": None})


@allowed(Permission.OWN_FAMILY_READ)
def own_family_page(request: Request) -> HttpResponse:
    """What a family member sees of their family; of others nothing."""
    found = own_family(request.user)
    sections = [
        Table("Whom the family misses", ("Name", "Number on the roster", "Missing since"), [
            (p.name, p.key, p.missing_since) for p in found.missing], empty="Nobody is on the roster."),
        Table("What the family was told", ("When", "Who was told", "Of whom", "What", "How"), [
            (t.dated, t.told, name_of(t.person), t.what, t.how) for t in found.tellings],
            empty="Nothing yet. Whatever is found out, you are told in person before anyone else."),
        Table("Samples the family gave", ("Sample", "Member", "Kind", "Taken"), [
            (s.key, s.member, s.kind, s.taken) for s in found.samples]),
        Table("What donors agreed to", ("Member", "To what", "Given", "Taken back"), [
            (c.member, c.scope, c.given, c.taken_back or "no") for c in found.consents],
            note="A consent can be taken back at any time, without a reason: tell your liaison."),
    ]
    return render(request, "web/record.html", {"title": "My family", "sections": sections, "history": None})


@open_to_all("figures that anyone may know; those below five are not told")
def public(request: Request) -> HttpResponse:
    """How many identifications are public."""
    return render(request, "web/public.html", {"title": "Public figures", "counts": public_counts(), "least": LEAST,
                                               "accounts": public_accounts()})


def _list_of(listed: str, only: str, found: Sequence[object]) -> str:
    if listed == "accounts":
        return reverse("accounts")
    if len(found) != 1:
        return reverse("cases")
    query = f"?only={only}" if only else ""
    return reverse(listed, args=[getattr(found[0], "pk", 0)]) + query
