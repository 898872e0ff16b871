"""What a family member sees: their own family, the people it misses, what it was told, the samples it gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.policy import Permission, require
from casework.store.models import Account, Consent, Family, Person, ReferenceSample, Telling

__all__ = ["OwnFamily", "own_family"]


@dataclass(frozen=True, slots=True)
class OwnFamily:
    """One family as its members see it.

    There is no status of a person here and no proposal: what was decided stands among ``tellings`` once somebody has
    told the family, and not before.
    """

    family: Family
    missing: Sequence[Person]
    tellings: Sequence[Telling]
    samples: Sequence[ReferenceSample]
    consents: Sequence[Consent]


def own_family(actor: Account) -> OwnFamily:
    """The family of the account; raises NotAllowed for anyone who is not a family member."""
    require(actor, Permission.OWN_FAMILY_READ)
    family = Family.objects.filter(withdrawn_at__isnull=True).get(accounts=actor)
    missing = Person.objects.filter(places__family=family, places__withdrawn_at__isnull=True, withdrawn_at__isnull=True)
    samples = ReferenceSample.objects.filter(family=family, withdrawn_at__isnull=True)
    consents = Consent.objects.filter(family=family, withdrawn_at__isnull=True)
    return OwnFamily(family, list(missing.order_by("key")),
                     list(Telling.objects.filter(family=family).select_related("person").order_by("pk")),
                     list(samples.defer("laboratory").order_by("member", "key")), list(consents.order_by("given")))
