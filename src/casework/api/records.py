"""Reading records: the rows of each table, one row, and what it said before."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from casework.api import shapes
from casework.api.paging import LARGEST, Page, Paging, Text, page_of
from casework.api.problems import READ_PROBLEMS
from casework.api.security import guarded
from casework.api.statements import SHOWN, TAGS
from casework.queries import tables

__all__ = ["Number", "router"]

router = Router()
Number = Annotated[int, Path(ge=1, le=LARGEST)]
_SHAPES: Mapping[str, tuple[str, type[Schema]]] = MappingProxyType({
    "persons": ("roster", shapes.PersonOut), "places": ("places", shapes.PlaceOut),
    "incidents": ("places", shapes.IncidentOut), "documents": ("documents", shapes.DocumentOut),
    "families": ("families", shapes.FamilyOut), "contacts": ("families", shapes.ContactOut),
    "consents": ("families", shapes.ConsentOut), "reference-samples": ("families", shapes.ReferenceSampleOut),
    "transfers": ("remains", shapes.TransferOut), "containers": ("remains", shapes.ContainerOut),
    "remains": ("remains", shapes.RemainsOut), "elements": ("remains", shapes.ElementOut),
    "remains-samples": ("remains", shapes.RemainsSampleOut), "profiles": ("remains", shapes.ProfileOut),
    "examinations": ("remains", shapes.ExaminationOut),
    **{name: (TAGS[name], shape) for name, shape in SHOWN.items()},
})


class RowFilter(Paging):
    """Which rows: of one ``case``, of one ``key``; with ``withdrawn`` those too that no longer stand."""

    case: Annotated[int | None, Query(ge=1, le=LARGEST)] = None
    key: Text | None = None
    withdrawn: bool = False


def _offer(name: str, tag: str, shape: Any) -> None:
    permission = tables.READ_BY[name]
    word = name.replace("-", "_")

    @router.get(f"/{name}", response={200: Page[shape], **READ_PROBLEMS}, tags=[tag], operation_id=f"list_{word}",
                summary=f"The {name.replace('-', ' ')}, page by page")
    @guarded(permission)
    def listing(request: HttpRequest, wanted: Query[RowFilter]) -> dict[str, Any]:
        rows = tables.listed(request.auth, name, case=wanted.case, key=wanted.key,  # type: ignore[attr-defined]
                             withdrawn=wanted.withdrawn)
        return page_of(rows, wanted)

    @router.get(f"/{name}/{{number}}", response={200: shape, **READ_PROBLEMS}, tags=[tag],
                operation_id=f"get_{word}", summary=f"One of the {name.replace('-', ' ')}")
    @guarded(permission)
    def one(request: HttpRequest, number: Number) -> Any:
        return tables.one(request.auth, name, number)  # type: ignore[attr-defined]

    @router.get(f"/{name}/{{number}}/revisions", response={200: list[shapes.RevisionOut], **READ_PROBLEMS}, tags=[tag],
                operation_id=f"revisions_{word}", summary="What it said before, with who, when and why")
    @guarded(permission)
    def revisions(request: HttpRequest, number: Number) -> Any:
        return list(tables.revisions_of(request.auth, name, number))  # type: ignore[attr-defined]


for _name, (_tag, _shape) in _SHAPES.items():
    _offer(_name, _tag, _shape)
