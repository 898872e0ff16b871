"""The matrix role × permission → scope; what is not written here is not allowed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.policy import roles
from casework.policy.roles import Role, Scope

__all__ = ["MATRIX", "may", "scope_of"]

P = roles.Permission

# What every member of the staff may see: nothing of this points to a family or holds a genotype.
_STAFF_READS = {P.PUBLIC_READ: Scope.ALL, P.CASE_READ: Scope.ALL, P.ROSTER_READ: Scope.ALL, P.PLACE_READ: Scope.ALL,
                P.DOCUMENT_READ: Scope.ALL, P.CLAIM_READ: Scope.ALL, P.TALK_READ: Scope.ALL,
                P.LEDGER_READ: Scope.ALL, P.TOKEN_OWN: Scope.ALL}
# Remains, examinations and custody belong to the laboratory or mission that holds them.
_OWN_REMAINS = {P.REMAINS_READ: Scope.OWN, P.EXAMINATION_READ: Scope.OWN, P.CUSTODY_READ: Scope.OWN}
_ALL_REMAINS = {P.REMAINS_READ: Scope.ALL, P.EXAMINATION_READ: Scope.ALL, P.CUSTODY_READ: Scope.ALL}


def _all(*permissions: P) -> dict[P, Scope]:
    return dict.fromkeys(permissions, Scope.ALL)


def _own(*permissions: P) -> dict[P, Scope]:
    return dict.fromkeys(permissions, Scope.OWN)


MATRIX: Mapping[Role, Mapping[P, Scope]] = MappingProxyType({
    # Accounts, audit and backups; deliberately no genotype, no contact, no decision.
    Role.ADMINISTRATOR: {**_STAFF_READS, **_ALL_REMAINS, **_all(
        P.ACCOUNT_MANAGE, P.AUDIT_READ, P.BACKUP, P.CASE_WRITE, P.BATCH_READ, P.BATCH_IMPORT, P.BATCH_UNDO,
        P.RUN_READ)},
    Role.CASE_MANAGER: {**_STAFF_READS, **_ALL_REMAINS, **_all(
        P.CASE_WRITE, P.CASE_EXPORT, P.BATCH_READ, P.BATCH_IMPORT, P.BATCH_UNDO, P.ROSTER_WRITE, P.PLACE_WRITE,
        P.DOCUMENT_WRITE, P.CLAIM_WRITE, P.TALK_WRITE, P.LEDGER_WRITE, P.FAMILY_READ, P.FAMILY_WRITE, P.CONTACT_READ,
        P.GENETIC_READ, P.REMAINS_WRITE, P.RUN_READ, P.RUN_START, P.PROPOSAL_READ, P.DECISION_READ, P.DECISION_SIGN,
        P.DECISION_WITHDRAW, P.PUBLISH, P.RECORD_WITHDRAW, P.AUDIT_READ, P.CUSTODY_RELEASE)},
    Role.HISTORIAN: {**_STAFF_READS, **_all(
        P.ROSTER_WRITE, P.PLACE_WRITE, P.DOCUMENT_WRITE, P.CLAIM_WRITE, P.TALK_WRITE, P.LEDGER_WRITE, P.BATCH_READ,
        P.BATCH_IMPORT, P.DECISION_READ)},
    Role.FIELD_TEAM: {**_STAFF_READS, **_OWN_REMAINS, **_own(P.PLACE_WRITE, P.REMAINS_WRITE, P.CUSTODY_WRITE)},
    Role.CUSTODIAN: {**_STAFF_READS, **_OWN_REMAINS, **_own(P.REMAINS_WRITE, P.CUSTODY_WRITE, P.CUSTODY_RELEASE)},
    Role.ANTHROPOLOGIST: {**_STAFF_READS, **_OWN_REMAINS, **_own(P.REMAINS_WRITE, P.EXAMINATION_WRITE), **_all(
        P.RUN_READ)},
    Role.DNA_ANALYST: {**_STAFF_READS, **_OWN_REMAINS, **_own(P.EXAMINATION_WRITE), **_all(
        P.FAMILY_READ, P.GENETIC_READ, P.GENETIC_WRITE, P.RUN_READ, P.RUN_START, P.PROPOSAL_READ, P.BATCH_READ,
        P.BATCH_IMPORT)},
    Role.REVIEWER: {**_STAFF_READS, **_ALL_REMAINS, **_all(
        P.FAMILY_READ, P.GENETIC_READ, P.RUN_READ, P.PROPOSAL_READ, P.REVIEW_WRITE, P.DECISION_READ)},
    Role.LIAISON: {**_STAFF_READS, **_all(
        P.FAMILY_READ, P.FAMILY_WRITE, P.CONTACT_READ, P.CONTACT_WRITE, P.DECISION_READ, P.FAMILY_TELL)},
    Role.FAMILY: {P.PUBLIC_READ: Scope.ALL, P.OWN_FAMILY_READ: Scope.FAMILY},
    Role.PUBLIC: {P.PUBLIC_READ: Scope.ALL},
})


def scope_of(role: Role | str, permission: P) -> Scope | None:
    """How far the role's permission reaches; None where it has none."""
    return MATRIX[Role(role)].get(permission)


def may(role: Role | str, permission: P) -> bool:
    """Whether the role has the permission over anything at all."""
    return scope_of(role, permission) is not None
