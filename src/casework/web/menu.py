"""What stands on every page: the menus, cut to the role, and whether this is a demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from casework.policy import Permission, may

__all__ = ["Item", "everywhere"]

P = Permission
_Entries = Sequence[tuple[str, str, Permission, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a menu; ``here``: the page shown is in its part of the register."""

    words: str
    name: str
    here: bool


# Words, address, who sees it, and how the names of the pages in its part begin.
_REGISTER: _Entries = (
    ("Cases", "cases", P.CASE_READ, ()),
    ("Imports", "imports", P.BATCH_READ, ("import", "batch")),
    ("Audit", "audit", P.AUDIT_READ, ("audit",)),
    ("Accounts", "accounts", P.ACCOUNT_MANAGE, ("account", "organisation")),
    ("My family", "own-family", P.OWN_FAMILY_READ, ("own-family",)),
    ("Public figures", "public", P.PUBLIC_READ, ("public",)),
)
_CASE: _Entries = (
    ("Roster", "roster", P.ROSTER_READ, ("roster", "person")),
    ("Incidents", "incidents", P.PLACE_READ, ("incident",)),
    ("Places", "places", P.PLACE_READ, ("place",)),
    ("Families", "families", P.FAMILY_READ, ("famil", "contact", "consent", "reference-sample")),
    ("Transfers", "transfers", P.REMAINS_READ, ("transfer",)),
    ("Containers", "containers", P.REMAINS_READ, ("container",)),
    ("Remains", "remains-list", P.REMAINS_READ, ("remains", "element", "sample", "profile")),
    ("Examinations", "examinations", P.EXAMINATION_READ, ("examination",)),
    ("Custody", "custody", P.CUSTODY_READ, ("custody", "hand-over")),
    ("Documents", "documents", P.DOCUMENT_READ, ("document",)),
    ("Readings", "readings", P.DOCUMENT_READ, ("reading", "read-")),
    ("Claims", "claims", P.CLAIM_READ, ("claim", "rivals", "preference", "part")),
    ("Talks", "talks", P.TALK_READ, ("channel", "meeting", "delegation", "agenda", "agreement", "commitment",
                                     "fulfilment")),
    ("Holdings", "holdings", P.CLAIM_READ, ("holding", "content", "access", "payment", "operation")),
    ("Ledger", "ledger", P.LEDGER_READ, ("ledger", "lot", "entr")),
    ("Runs", "runs", P.RUN_READ, ("run",)),
    ("Proposals", "proposals", P.PROPOSAL_READ, ("proposal",)),
    ("Decisions", "decisions", P.DECISION_READ, ("decision",)),
)


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The context of every page."""
    context: dict[str, Any] = {"demo": settings.DEMO}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        here = request.resolver_match.url_name or "" if request.resolver_match else ""
        context["register_menu"] = list(_items(_REGISTER, user.role, here))
        context["case_menu"] = list(_items(_CASE, user.role, here))
    return context


def _items(entries: _Entries, role: str, here: str) -> Iterable[Item]:
    for words, name, permission, begins in entries:
        if may(role, permission):
            yield Item(words, name, here == name or (bool(begins) and here.startswith(begins)))
