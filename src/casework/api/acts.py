"""Writing records: a new one, and a correction of one; each act is of ``actions`` and may be sent twice.

The operations stand on the router of ``records``, because one address has one router.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from types import MappingProxyType
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Schema, Status
from pydantic import Field, StringConstraints, create_model

from casework.actions import examinations, people, places, remains, statements
from casework.actions.answers import answered_once
from casework.actions.records import correct
from casework.api import intake, shapes
from casework.api.intake import Link, Prose, Strict
from casework.api.problems import PROBLEMS
from casework.api.records import Number, router
from casework.api.security import guarded
from casework.api.statements import LINKS, SENT, SHOWN, TAGS, WRITTEN_BY
from casework.policy import Permission
from casework.queries import cases, tables
from casework.queries.tables import STATEMENTS

__all__ = ["Repeatable", "answered", "router"]

Repeatable = Annotated[str | None, Header(alias="Idempotency-Key", max_length=100, pattern=r"^[\x21-\x7e]+$")]
_LINKS = {**LINKS, "incident": "incidents", "place": "places", "transfer": "transfers", "container": "containers",
          "remains": "remains", "element": "elements", "document": "documents"}


@dataclass(frozen=True, slots=True)
class _Subject:
    """A table that machines write to: who may, what they send, what does it, what comes back."""

    tag: str
    permission: Permission
    sent: type[Schema]
    add: Callable[..., Any]
    shown: type[Schema]
    correct: Callable[..., Any] | None = None


_SUBJECTS: Mapping[str, _Subject] = MappingProxyType({
    "persons": _Subject("roster", Permission.ROSTER_WRITE, intake.PersonIn, people.add_person, shapes.PersonOut,
                        lambda row, **said: people.correct_person(person=row, **said)),
    "places": _Subject("places", Permission.PLACE_WRITE, intake.PlaceIn, places.add_place, shapes.PlaceOut),
    "incidents": _Subject("places", Permission.PLACE_WRITE, intake.IncidentIn, places.add_incident, shapes.IncidentOut),
    "transfers": _Subject("remains", Permission.REMAINS_WRITE, intake.TransferIn, remains.add_transfer,
                          shapes.TransferOut),
    "containers": _Subject("remains", Permission.REMAINS_WRITE, intake.ContainerIn, remains.add_container,
                           shapes.ContainerOut),
    "remains": _Subject("remains", Permission.REMAINS_WRITE, intake.RemainsIn, remains.add_remains, shapes.RemainsOut),
    "elements": _Subject("remains", Permission.REMAINS_WRITE, intake.ElementIn, remains.add_element, shapes.ElementOut),
    "remains-samples": _Subject("remains", Permission.GENETIC_WRITE, intake.RemainsSampleIn, remains.add_remains_sample,
                                shapes.RemainsSampleOut),
    "examinations": _Subject("remains", Permission.EXAMINATION_WRITE, intake.ExaminationIn,
                             examinations.add_examination, shapes.ExaminationOut),
    **{name: _Subject(TAGS[name], WRITTEN_BY[name], sent, partial(statements.add_statement, table=STATEMENTS[name]),
                      SHOWN[name]) for name, sent in SENT.items()},
})


def answered(request: Any, key: str | None, shape: type[Schema], do: Callable[[], Any]) -> Any:
    """Do the act and give its record as JSON; under an Idempotency-Key, once."""
    def body() -> Any:
        return shape.from_orm(do()).model_dump(mode="json")

    if key is None:
        return body()
    digest = sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    return answered_once(actor=request.auth, key=key, digest=digest, do=body)


def _linked(actor: Any, said: dict[str, Any]) -> dict[str, Any]:
    """The records in the place of their numbers; one that is not to be seen is not there."""
    # A number: the place of a transfer, in words, is a field of the same name.
    return {name: tables.one(actor, _LINKS[name], value) if name in _LINKS and isinstance(value, int) else value
            for name, value in said.items()}


def _changes_of(sent: type[Schema]) -> type[Schema]:
    """The same fields, each of which may be left out."""
    fields: dict[str, Any] = {name: (field.annotation if not field.metadata else Annotated[
        (field.annotation, *field.metadata)], None) for name, field in sent.model_fields.items()
        if name not in ("key", "case", "remains")}
    return create_model(f"{sent.__name__.removesuffix('In')}Changes", __base__=Strict,
                        __doc__="What is to be said instead.", **fields)


def _offer(name: str, subject: _Subject) -> None:
    word = name.replace("-", "_")
    sent, shown = subject.sent, subject.shown

    def add(request: HttpRequest, record: Any, idempotency_key: Repeatable = None) -> Any:
        actor: Any = request.auth  # type: ignore[attr-defined]
        said = dict(record)

        def do() -> Any:
            if "case" in said:
                said["case"] = cases.case(actor, said["case"])
            return subject.add(actor=actor, organisation=actor.organisation, **_linked(actor, said))

        return Status(201, answered(request, idempotency_key, shown, do))

    add.__annotations__["record"] = sent
    router.post(f"/{name}", response={201: shown, **PROBLEMS}, tags=[subject.tag], operation_id=f"add_{word}",
                summary=f"A new record among the {name.replace('-', ' ')}")(guarded(subject.permission)(add))

    correction = create_model(f"{sent.__name__.removesuffix('In')}Correction", __base__=Strict,
                              version=(Annotated[int, Field(ge=1, le=2**31 - 1)], ...),
                              reason=(Annotated[Prose, StringConstraints(min_length=1)], ...),
                              document=(Link | None, None), changes=(_changes_of(sent), ...))

    def change(request: HttpRequest, number: Number, record: Any, idempotency_key: Repeatable = None) -> Any:
        actor: Any = request.auth  # type: ignore[attr-defined]

        def do() -> Any:
            row = tables.one(actor, name, number)
            document = None if record.document is None else tables.one(actor, "documents", record.document)
            changes = _linked(actor, {field: getattr(record.changes, field)
                                       for field in record.changes.model_fields_set})
            said = {"actor": actor, "changes": changes, "reason": record.reason, "version": record.version,
                    "document": document}
            return correct(row, **said) if subject.correct is None else subject.correct(row, **said)

        return answered(request, idempotency_key, shown, do)

    change.__annotations__["record"] = correction
    router.patch(f"/{name}/{{number}}", response={200: shown, **PROBLEMS}, tags=[subject.tag],
                 operation_id=f"correct_{word}",
                 summary="Supersede what it says; the version that was seen has to be named",
                 )(guarded(subject.permission)(change))


for _name, _subject in _SUBJECTS.items():
    _offer(_name, _subject)


class Reason(Strict):
    """Why, in the words of whoever decides."""

    reason: Annotated[Prose, StringConstraints(min_length=1)]


@router.post("/claims/{number}/prefer", response={201: SHOWN["preferences"], **PROBLEMS}, tags=[TAGS["claims"]])
@guarded(Permission.CLAIM_WRITE)
def prefer_claim(request: HttpRequest, number: Number, why: Reason, idempotency_key: Repeatable = None) -> Any:
    """Prefer a claim among its rivals; whichever was preferred before is taken back, and stays on record."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    return Status(201, answered(request, idempotency_key, SHOWN["preferences"], lambda: statements.prefer(
        actor=actor, claim=tables.one(actor, "claims", number), reason=why.reason)))


@router.post("/preferences/{number}/take-back", response={200: SHOWN["preferences"], **PROBLEMS}, tags=[TAGS["claims"]])
@guarded(Permission.CLAIM_WRITE)
def take_back_preference(request: HttpRequest, number: Number, why: Reason, idempotency_key: Repeatable = None) -> Any:
    """Take a preference back: its claim stands beside its rivals again."""
    actor: Any = request.auth  # type: ignore[attr-defined]
    return answered(request, idempotency_key, SHOWN["preferences"], lambda: statements.take_back_preference(
        actor=actor, preference=tables.one(actor, "preferences", number), reason=why.reason))
