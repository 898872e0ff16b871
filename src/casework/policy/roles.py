"""The roles of a register, what can be permitted, and how far a permission reaches."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["STAFF", "Permission", "Role", "Scope"]


class Role(StrEnum):
    """What someone is in the work; everyone has one role."""

    ADMINISTRATOR = "administrator"
    CASE_MANAGER = "case manager"
    HISTORIAN = "historian"
    FIELD_TEAM = "field team"
    CUSTODIAN = "evidence custodian"
    ANTHROPOLOGIST = "anthropologist"
    DNA_ANALYST = "DNA analyst"
    REVIEWER = "identification reviewer"
    LIAISON = "family liaison"
    FAMILY = "family member"
    PUBLIC = "public"


STAFF = frozenset(Role) - {Role.FAMILY, Role.PUBLIC}


class Scope(StrEnum):
    """How far a permission reaches."""

    ALL = "all"
    OWN = "own"  # records of the account's own laboratory, mission or office, and those that nobody holds
    FAMILY = "own family"


class Permission(StrEnum):
    """What can be permitted: a subject, then read, write or the act."""

    PUBLIC_READ = "public.read"
    OWN_FAMILY_READ = "own_family.read"
    CASE_READ = "case.read"
    CASE_WRITE = "case.write"
    CASE_EXPORT = "case.export"
    BATCH_READ = "batch.read"
    BATCH_IMPORT = "batch.import"
    BATCH_UNDO = "batch.undo"
    ROSTER_READ = "roster.read"
    ROSTER_WRITE = "roster.write"
    PLACE_READ = "place.read"
    PLACE_WRITE = "place.write"
    DOCUMENT_READ = "document.read"
    DOCUMENT_WRITE = "document.write"
    CLAIM_READ = "claim.read"
    CLAIM_WRITE = "claim.write"
    TALK_READ = "talk.read"
    TALK_WRITE = "talk.write"
    LEDGER_READ = "ledger.read"
    LEDGER_WRITE = "ledger.write"
    FAMILY_READ = "family.read"
    FAMILY_WRITE = "family.write"
    CONTACT_READ = "contact.read"
    CONTACT_WRITE = "contact.write"
    GENETIC_READ = "genetic.read"
    GENETIC_WRITE = "genetic.write"
    REMAINS_READ = "remains.read"
    REMAINS_WRITE = "remains.write"
    EXAMINATION_READ = "examination.read"
    EXAMINATION_WRITE = "examination.write"
    CUSTODY_READ = "custody.read"
    CUSTODY_WRITE = "custody.write"
    CUSTODY_RELEASE = "custody.release"
    RUN_READ = "run.read"
    RUN_START = "run.start"
    PROPOSAL_READ = "proposal.read"
    REVIEW_WRITE = "review.write"
    DECISION_READ = "decision.read"
    DECISION_SIGN = "decision.sign"
    DECISION_WITHDRAW = "decision.withdraw"
    FAMILY_TELL = "family.tell"
    PUBLISH = "publish"
    RECORD_WITHDRAW = "record.withdraw"
    AUDIT_READ = "audit.read"
    ACCOUNT_MANAGE = "account.manage"
    TOKEN_OWN = "token.own"
    BACKUP = "backup"
