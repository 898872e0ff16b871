"""What statements must be to each other, which no row can check of itself alone."""

from __future__ import annotations

from casework.store.models import Claim, Commitment, Fulfilment, Preference, Record
from homeward.model import InvalidValue

__all__ = ["check_together"]


def check_together(row: Record) -> None:
    """Raise InvalidValue where a statement does not fit to those that stand: the account as a whole would be refused.

    Evidence concerns somebody who owes what was promised, and a claim that was ever preferred stays among its rivals.
    """
    if isinstance(row, Fulfilment):
        _owes(row.commitment, row.by, row.key, "by")
    elif isinstance(row, Commitment) and row.pk is not None:
        for item in Fulfilment.objects.filter(commitment=row.pk, withdrawn_at__isnull=True).exclude(by=""):
            if item.by not in row.by:
                raise InvalidValue(row.key, "by", "; ".join(row.by),
                                   f"must name {item.by}, whose part the evidence {item.key} concerns")
    elif isinstance(row, Preference) and row.claim.group != row.group:
        raise InvalidValue(row.key, "group", row.group, f"must be the group of {row.claim.key}")
    elif isinstance(row, Claim) and row.pk is not None:
        for preference in Preference.objects.filter(claim=row.pk, withdrawn_at__isnull=True).exclude(group=row.group):
            raise InvalidValue(row.key, "group", row.group,
                               f"must stay {preference.group}: {preference.key} prefers it, or did, among its rivals")


def _owes(commitment: Commitment, by: str, key: str, field: str) -> None:
    if by and by not in commitment.by:
        raise InvalidValue(key, field, by, f"must be one of those who owe it: {', '.join(commitment.by)}")
