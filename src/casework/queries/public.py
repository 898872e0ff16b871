"""What anyone may know: how many decisions are public; never a number that could point to one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import ExtractYear

from casework.store.models import CaseFile, Decision, Person

__all__ = ["LEAST", "PublicCount", "public_counts", "suppressed"]

LEAST = 5  # a smaller count is not told


@dataclass(frozen=True, slots=True)
class PublicCount:
    """The public decisions of a case: all, and by year; None where the number is below five, or would give one away."""

    title: str
    synthetic: bool
    total: int | None
    by_year: Mapping[int, int | None]


def public_counts() -> list[PublicCount]:
    """The public decisions that stand, case by case, of those that have a roster; asks for no account."""
    with_roster = CaseFile.objects.filter(Exists(Person.objects.filter(case=OuterRef("pk"))))
    return [_counted(case) for case in with_roster.order_by("key")]


def suppressed(counts: Mapping[int, int]) -> dict[int, int | None]:
    """Counts with those below five left out, and never just one of them, which the total would give away.

    >>> suppressed({2024: 12, 2025: 3, 2026: 7})
    {2024: 12, 2025: None, 2026: None}
    """
    hidden = {key for key, count in counts.items() if count < LEAST}
    others = sorted((count, key) for key, count in counts.items() if key not in hidden)
    if hidden and others and (len(hidden) == 1 or sum(counts[key] for key in hidden) < LEAST):
        hidden.add(others[0][1])
    return {key: None if key in hidden else counts[key] for key in sorted(counts)}


def _counted(case: CaseFile) -> PublicCount:
    public = Decision.objects.filter(case=case, published_at__isnull=False, withdrawn_at__isnull=True)
    years = public.annotate(year=ExtractYear("published_at")).values("year").order_by("year").annotate(n=Count("pk"))
    by_year = {row["year"]: row["n"] for row in years}
    total = sum(by_year.values())
    few = total < LEAST
    return PublicCount(case.title or case.key, case.synthetic, None if few else total,
                       {} if few else suppressed(by_year))
