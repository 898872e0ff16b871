"""Pages of a list: by the key of the last row that was seen, so that nothing is missed while others write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from ninja import Query, Schema
from pydantic import StringConstraints

__all__ = ["LARGEST", "MOST", "Page", "Paging", "Text", "page_of"]

MOST = 500
LARGEST = 2**63 - 1
_T = TypeVar("_T")

# No control characters: no record holds one, and databases differ in what they do with them.
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Paging(Schema):
    """``limit``: how many rows at most; ``after``: the ``next`` of the page before."""

    limit: Annotated[int, Query(ge=1, le=MOST)] = 100
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0


class Page(Schema, Generic[_T]):
    """Rows by rising number; ``next`` is what to send as ``after`` for the following page, absent on the last."""

    items: list[_T]
    next: int | None = None


def page_of(rows: Any, paging: Paging, shape: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    """One page of a query set, whatever its own order."""
    found = list(rows.order_by("pk").filter(pk__gt=paging.after)[:paging.limit + 1])
    shown = found[:paging.limit]
    return {"items": [shape(row) for row in shown] if shape else shown,
            "next": shown[-1].pk if len(found) > paging.limit else None}
