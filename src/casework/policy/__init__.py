"""Who may do what: the roles, the permissions, the matrix that joins them and the check that asks it."""

from casework.policy.guard import Actor, NotAllowed, require
from casework.policy.matrix import MATRIX, may, scope_of
from casework.policy.roles import STAFF, Permission, Role, Scope
from casework.policy.rules import Rule, declare, rule_of

__all__ = ["MATRIX", "STAFF", "Actor", "NotAllowed", "Permission", "Role", "Rule", "Scope", "declare", "may", "require",
           "rule_of", "scope_of"]
