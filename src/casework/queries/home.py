"""What waits for whoever logs in: reviews, signatures, families to be told, runs, imports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from casework.policy import STAFF, Permission, Role, may
from casework.queries.decisions import to_publish, to_review, to_sign, to_tell
from casework.queries.visible import visible
from casework.store.models import Account, ImportBatch, Run

__all__ = ["Waiting", "recent_batches", "recent_runs", "waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many things of a kind that this role moves on; ``listed`` names the list that shows them, ``only`` a part."""

    words: str
    count: int
    listed: str
    only: str = ""


def waiting(actor: Account) -> list[Waiting]:
    """What waits for the actor; kinds of which there is nothing are told too, so that an empty desk says so."""
    return [found for permission, look in _LOOKS.items() if may(actor.role, permission) for found in look(actor)]


def recent_runs(actor: Account, most: int = 5) -> QuerySet[Run]:
    """The latest runs, without their results; raises NotAllowed."""
    rows = visible(actor, Permission.RUN_READ, Run).defer("result", "summary", "parameters")
    return rows.select_related("case", "requested_by").order_by("-pk")[:most]


def recent_batches(actor: Account, most: int = 5) -> QuerySet[ImportBatch]:
    """The latest imports; raises NotAllowed."""
    rows = visible(actor, Permission.BATCH_READ, ImportBatch)
    return rows.select_related("case", "by").order_by("-pk")[:most]


def _reviews(actor: Account) -> Iterator[Waiting]:
    yield Waiting("proposals for you to review", to_review(actor).count(), "proposals", "to-review")


def _signatures(actor: Account) -> Iterator[Waiting]:
    yield Waiting("proposals reviewed twice, to be signed or refused", to_sign(actor).count(), "proposals", "to-sign")


def _tellings(actor: Account) -> Iterator[Waiting]:
    yield Waiting("decisions of which a family is to be told", to_tell(actor).count(), "decisions", "to-tell")


def _publications(actor: Account) -> Iterator[Waiting]:
    yield Waiting("decisions that families know of, not yet public", to_publish(actor).count(), "decisions",
                  "to-publish")


def _runs(actor: Account) -> Iterator[Waiting]:
    rows = visible(actor, Permission.RUN_READ, Run)
    yield Waiting("runs queued or under way", rows.filter(state__in=("queued", "running")).count(), "runs")


def _accounts(actor: Account) -> Iterator[Waiting]:
    rows = visible(actor, Permission.ACCOUNT_MANAGE, Account)
    staff = rows.filter(role__in=[Role(r).value for r in STAFF], is_active=True)
    factors = Authenticator.objects.filter(type=Authenticator.Type.TOTP).values("user")
    yield Waiting("staff who have not set up their second factor", staff.filter(~Q(pk__in=factors)).count(), "accounts")
    yield Waiting("locked accounts", rows.filter(is_active=False).count(), "accounts")


_LOOKS: Mapping[Permission, Callable[[Account], Iterator[Waiting]]] = MappingProxyType({
    Permission.REVIEW_WRITE: _reviews,
    Permission.DECISION_SIGN: _signatures,
    Permission.FAMILY_TELL: _tellings,
    Permission.PUBLISH: _publications,
    Permission.RUN_START: _runs,
    Permission.ACCOUNT_MANAGE: _accounts,
})
