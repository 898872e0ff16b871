"""The records as JSON: one shape for each subject; dates are written as precisely as they are known."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator

__all__ = ["AliasOut", "AuditOut", "BatchOut", "CaseOut", "ChangeOut", "ConsentOut", "ContactOut", "ContainerOut",
           "CustodyOut", "DecisionOut", "DocumentOut", "ElementOut", "ExaminationOut", "FamilyOut", "IncidentOut",
           "MemberOut", "OrganisationOut", "PersonOut", "PlaceOut", "ProfileOut", "ProposalOut", "ReferenceSampleOut",
           "RemainsOut", "RemainsSampleOut", "ReviewOut", "RevisionOut", "RunOut", "StatusOut", "TellingOut",
           "TransferOut"]

When = datetime.datetime
# A partial date travels as text: 1950, 1950-12 or 1950-12-02.
PartialDate = Annotated[str | None, BeforeValidator(lambda value: None if value is None else str(value))]
Words = Annotated[str, BeforeValidator(str)]


class RecordOut(Schema):
    """What every record has: its number, its key in the case, its version."""

    id: int
    key: str
    version: int
    case_id: int
    organisation_id: int | None
    batch_id: int | None
    recorded_at: When
    withdrawn_at: When | None


class CaseOut(Schema):
    """One accounting."""

    id: int
    key: str
    title: str
    synthetic: bool
    settings: dict[str, Any]
    version: int
    created_at: When


class OrganisationOut(Schema):
    """A laboratory, a mission or an office."""

    id: int
    key: str
    name: str
    kind: str


class PersonOut(RecordOut):
    """Someone on the roster."""

    name: str
    sex: str
    born: PartialDate
    missing_since: PartialDate
    incident_id: int | None
    service_number: str
    service_branch: str
    service_unit: str
    rank: str
    vouched_by: str
    status: str


class AliasOut(Schema):
    """Another name that a person bore."""

    id: int
    name: str
    kind: str
    document_id: int | None
    withdrawn_at: When | None


class StatusOut(Schema):
    """A step in a person's history."""

    id: int
    status: str
    dated: PartialDate
    reason: str
    document_id: int | None
    decision_id: int | None
    by: Words
    recorded_at: When


class PlaceOut(RecordOut):
    """A place; degrees of WGS 84."""

    name: str
    spellings: list[str]
    kind: str
    latitude_deg: float | None
    longitude_deg: float | None
    approximate: bool
    source: str


class IncidentOut(RecordOut):
    """Where and when people were lost together."""

    name: str
    date: PartialDate
    place_id: int | None
    place_text: str
    latitude_deg: float | None
    longitude_deg: float | None


class DocumentOut(RecordOut):
    """A document that records rest on."""

    title: str
    kind: str
    publisher: str
    dated: PartialDate
    address: str
    sha256: str


class FamilyOut(RecordOut):
    """A pedigree, without its members."""

    inbreeding: dict[str, float]


class MemberOut(Schema):
    """One member of a pedigree; ``person_id`` where the member is on the roster."""

    id: int
    key: str
    father: str | None
    mother: str | None
    sex: str
    person_id: int | None


class ContactOut(RecordOut):
    """How to reach a family."""

    family_id: int
    member: str
    name: str
    telephone: str
    email: str
    address: str
    language: str
    note: str


class ConsentOut(RecordOut):
    """What a donor agreed to."""

    family_id: int
    member: str
    scope: str
    given: PartialDate
    taken_back: PartialDate
    document_id: int | None


class ReferenceSampleOut(RecordOut):
    """A sample that a relative gave."""

    family_id: int
    member: str
    kind: str
    taken: PartialDate


class TransferOut(RecordOut):
    """A hand-over between parties."""

    date: PartialDate
    giver: str
    receiver: str
    place: str
    count: int | None
    unit: str | None
    document_text: str
    document_id: int | None


class ContainerOut(RecordOut):
    """A box, bag or coffin."""

    transfer_id: int | None
    kind: str
    label: str
    description: str


class RemainsOut(RecordOut):
    """One accession."""

    sex: str
    transfer_id: int | None
    container_id: int | None
    recovered: PartialDate
    provenience: str
    description: str


class ElementOut(RecordOut):
    """One bone or tooth."""

    remains_id: int
    bone: str
    side: str
    portion: str


class RemainsSampleOut(RecordOut):
    """A sample cut from remains."""

    remains_id: int
    element_id: int | None


class ProfileOut(RecordOut):
    """What a laboratory reported of one sample."""

    kind: str
    reference_sample_id: int | None
    remains_sample_id: int | None
    content: Any


class ExaminationOut(RecordOut):
    """What was observed, apart from what was concluded."""

    remains_id: int
    element_id: int | None
    line: str
    examiner: str
    dated: PartialDate
    method: str
    blind: bool
    observation: str
    conclusion: str
    values: dict[str, Any]
    document_id: int | None


class CustodyOut(Schema):
    """One event of the chain of custody."""

    seq: int
    handover: str
    case_id: int
    item_kind: str
    item_key: str
    act: str
    giver: str
    receiver: str
    at: str
    place: str
    count: int | None
    unit: str
    seals: str
    mass_mg: int | None
    note: str
    document_key: str
    actor: str
    recorded: str
    previous_hash: str
    hash: str


class RunOut(Schema):
    """A run: where it stands, and what its figures rest on."""

    id: int
    case_id: int
    kind: str
    parameters: dict[str, Any]
    seed: int | None
    state: str
    progress: float
    cancel_requested: bool
    requested_by: Words
    requested_at: When
    started_at: When | None
    ended_at: When | None
    input_digest: str
    result_digest: str
    software: dict[str, Any]
    seconds: dict[str, Any]
    summary: dict[str, Any]
    error: str


class ReviewOut(Schema):
    """A reviewer's verdict."""

    order: int
    reviewer: Words
    verdict: str
    reason: str
    at: When


class ProposalOut(Schema):
    """A name put forward for remains; ``reviews``: those that the asking account may see."""

    id: int
    case_id: int
    run_id: int
    person_id: int
    remains_id: int
    family_id: int | None
    conclusion: str
    meets_rule: bool
    posterior: float
    posterior_error: float
    log10_lr: float
    reason: str
    state: str
    raised_at: When
    version: int
    reviews: list[ReviewOut]

    @staticmethod
    def resolve_reviews(proposal: Any) -> list[Any]:
        """The reviews that the query let through."""
        return list(proposal.reviews.all())


class DecisionOut(Schema):
    """A signed identification."""

    id: int
    case_id: int
    proposal_id: int
    person_id: int
    remains_id: int
    reason: str
    document_id: int | None
    signed_by: Words
    signed_at: When
    told_at: When | None
    published_at: When | None
    withdrawn_at: When | None
    withdrawn_reason: str
    version: int


class TellingOut(Schema):
    """Who of a family was told what, when and how."""

    id: int
    family_id: int | None
    person_id: int
    decision_id: int | None
    told: str
    what: str
    how: str
    dated: PartialDate
    by: Words


class BatchOut(Schema):
    """One import."""

    id: int
    case_id: int
    source: str
    kind: str
    sha256: str
    counts: dict[str, Any]
    by: Words
    applied_at: When
    undone_at: When | None
    undone_reason: str


class RevisionOut(Schema):
    """What a record said before it was corrected or withdrawn."""

    version: int
    act: str
    values: dict[str, Any]
    by: Words
    at: When
    reason: str
    document_id: int | None


class ChangeOut(Schema):
    """A column that changed; without values where the asking account may not see such rows."""

    column: str
    old: Any = None
    new: Any = None


class AuditOut(Schema):
    """One write."""

    id: int
    at: When
    actor: str
    table_name: str
    row_key: str
    act: str
    shown: bool
    changes: list[ChangeOut]
