"""The rule of an address: which permission opens it, or why it stands open; declared at the door, read by the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from casework.policy.matrix import scope_of
from casework.policy.roles import Permission, Role, Scope

__all__ = ["Rule", "declare", "rule_of"]

_F = TypeVar("_F", bound=Callable[..., Any])
_MARK = "homeward_rule"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a door asks of whoever comes.

    ``permission`` None: the door stands open for the ``reason`` given, to everyone, or with ``login`` to everyone who
    has logged in. ``also``: what it asks besides, where an act
    takes reading what it is done to; ``whole``: whether the permission must reach everyone's records; ``fresh``: a
    second factor shown within the last five minutes is asked for before anything is written.
    """

    permission: Permission | None
    reason: str = ""
    login: bool = False
    also: tuple[Permission, ...] = ()
    whole: bool = False
    fresh: bool = False

    def admits(self, role: Role | str, organisation: int | None, owner: int | None) -> bool:
        """Whether someone of this role and organisation comes in, to a record of ``owner`` (None: nobody's, or none).
        """
        scopes = [scope_of(role, p) for p in (self.permission, *self.also) if p is not None]
        if None in scopes or (self.whole and scopes[0] is not Scope.ALL):
            return False
        return Scope.OWN not in scopes or owner in (None, organisation)


def declare(door: _F, rule: Rule) -> _F:
    """Write the rule on a view or an operation of the API; gives the same function back."""
    setattr(door, _MARK, rule)
    return door


def rule_of(door: object) -> Rule | None:
    """The rule written on a view, on what it wraps, or on its class; None where nobody has declared one."""
    while door is not None:
        found = getattr(door, _MARK, None) or getattr(getattr(door, "view_class", None), _MARK, None)
        if isinstance(found, Rule):
            return found
        door = getattr(door, "__wrapped__", None)
    return None
