"""What machines may send: the shape of each new record, and which fields point to other records."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from ninja import Schema
from pydantic import ConfigDict, Field, PlainSerializer, PlainValidator, StringConstraints, WithJsonSchema

from casework.api.paging import LARGEST
from homeward.model import InvalidValue, PartialDate, Sex

__all__ = ["ContainerIn", "ElementIn", "ExaminationIn", "IncidentIn", "PersonIn", "PlaceIn", "RemainsIn",
           "RemainsSampleIn", "Strict", "TransferIn"]

# No control characters but those of a text of several lines.
_PLAIN = r"^[^\x00-\x1f\x7f]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Key = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=_PLAIN)]
Short = Annotated[str, StringConstraints(max_length=60, pattern=_PLAIN)]
Line = Annotated[str, StringConstraints(max_length=200, pattern=_PLAIN)]
Prose = Annotated[str, StringConstraints(max_length=10_000, pattern=_LINES)]
Link = Annotated[int, Field(ge=1, le=LARGEST)]


def _date(text: object) -> PartialDate:
    try:
        return PartialDate.parse(text) if isinstance(text, str) else PartialDate.parse("")
    except InvalidValue as error:
        raise ValueError(error.allowed) from error


Date = Annotated[PartialDate, PlainValidator(_date), PlainSerializer(str, return_type=str, when_used="json"),
                 WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"})]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Strict(Schema):
    """A shape that takes no field but its own."""

    model_config: ClassVar = ConfigDict(extra="forbid")


class _New(Strict):
    key: Key


class _InCase(_New):
    case: Link


class _OfRemains(_New):
    remains: Link


class PersonIn(_InCase):
    """Someone for the roster."""

    name: Line = ""
    sex: Sex = Sex.UNKNOWN
    born: Date | None = None
    missing_since: Date | None = None
    incident: Link | None = None
    service_number: Short = ""
    service_branch: Short = ""
    service_unit: Line = ""
    rank: Short = ""
    vouched_by: Line = ""


class PlaceIn(_InCase):
    """A place; degrees of WGS 84."""

    name: Line
    spellings: list[Line] = Field(default_factory=list)
    kind: Short = ""
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude_deg: Degrees | None = None
    approximate: bool = False
    source: Prose = ""


class IncidentIn(_InCase):
    """Where and when people were lost together."""

    name: Line = ""
    date: Date | None = None
    place: Link | None = None
    place_text: Line = ""
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude_deg: Degrees | None = None


class TransferIn(_InCase):
    """A hand-over between parties; count and unit together or neither."""

    date: Date
    giver: Annotated[Line, Field(min_length=1)]
    receiver: Annotated[Line, Field(min_length=1)]
    place: Line = ""
    count: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None
    unit: Annotated[str, StringConstraints(pattern=r"^(box|set|bone|person)$")] | None = None
    document_text: Prose = ""
    document: Link | None = None


class ContainerIn(_InCase):
    """A box, bag or coffin."""

    transfer: Link | None = None
    kind: Annotated[str, StringConstraints(max_length=40, pattern=_PLAIN)] = ""
    label: Line = ""
    description: Prose = ""


class RemainsIn(_InCase):
    """One accession."""

    sex: Sex = Sex.UNKNOWN
    transfer: Link | None = None
    container: Link | None = None
    recovered: Date | None = None
    provenience: Line = ""
    description: Prose = ""


class ElementIn(_OfRemains):
    """One bone or tooth."""

    bone: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=_PLAIN)]
    side: Annotated[str, StringConstraints(pattern=r"^(left|right|middle|unsided)$")] = "unsided"
    portion: Line = ""


class RemainsSampleIn(_OfRemains):
    """A sample cut from remains."""

    element: Link | None = None


class ExaminationIn(_OfRemains):
    """What was observed, apart from what was concluded."""

    line: Annotated[str, StringConstraints(max_length=20, pattern=_PLAIN)]
    examiner: Annotated[Line, Field(min_length=1)]
    dated: Date
    observation: Annotated[Prose, Field(min_length=1)]
    conclusion: Prose = ""
    method: Line = ""
    blind: bool = False
    values: dict[str, Any] = Field(default_factory=dict)
    element: Link | None = None
    document: Link | None = None
