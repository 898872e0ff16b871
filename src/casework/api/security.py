"""Who asks: a token in the header, and what its account may do."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja.security import HttpBearer

from casework.policy import Permission, Rule, declare, require
from casework.queries.tokens import account_of_token
from casework.store.actor import acting_as

__all__ = ["Token", "guarded"]

_F = TypeVar("_F", bound=Callable[..., Any])


class Token(HttpBearer):
    """``Authorization: Bearer homeward_…``; the session of a browser is no key to the API."""

    openapi_description = "A token made on one's own page of tokens, or by `homeward token`; shown once, kept nowhere."

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The account of the token, or None."""
        return account_of_token(token)


def guarded(permission: Permission) -> Callable[[_F], _F]:
    """Open an operation to the roles that have the permission, and let the audit name the account that asks."""
    def decorate(operation: _F) -> _F:
        @wraps(operation)
        def checked(request: Any, *args: Any, **kwargs: Any) -> Any:
            require(request.auth, permission)
            with acting_as(f"user:{request.auth.username}"):
                return operation(request, *args, **kwargs)

        # The framework reads the form of a request from the signature, and would look for its names in this module.
        checked.__signature__ = inspect.signature(operation, eval_str=True)  # type: ignore[attr-defined]
        declare(checked, Rule(permission))
        return checked  # type: ignore[return-value]

    return decorate
