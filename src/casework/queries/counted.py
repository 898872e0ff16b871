"""How many records hang on each row of a list, counted for the rows that are shown and for no others."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

__all__ = ["number_of"]


def number_of(rows: QuerySet[Any], column: str) -> Coalesce:
    """An annotation: the standing ``rows`` whose ``column`` refers to the row."""
    standing = rows.filter(**{column: OuterRef("pk"), "withdrawn_at__isnull": True}).order_by()
    counted = standing.values(column).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
