"""Every door of the desk: all addresses of the URL configuration, each with its rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from casework.api import api
from casework.policy import Rule, rule_of

# Of the API's framework itself: no record stands behind them.
OF_THE_FRAMEWORK = {"api:openapi-json": "the description of the API", "api:api-root": "the API's beginning, for links"}


@dataclass(frozen=True)
class Door:
    """One address: its name, its pattern, the names of the records in it, its rule."""

    name: str
    route: str
    arguments: tuple[str, ...]
    rule: Rule | None


def doors() -> list[Door]:
    """All addresses; of the API each operation."""
    return [*_walk(get_resolver().url_patterns, "", ""), *_operations()]


def pages() -> list[Door]:
    """The addresses of the desk's own pages: neither of the API nor of the login."""
    return [d for d in doors() if d.name and not d.route.startswith(("api/", "accounts/"))]


def _walk(patterns: Any, before: str, space: str) -> Iterator[Door]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            named = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, named)
        elif isinstance(pattern, URLPattern) and not _is_operation(pattern):
            name = f"{space}{pattern.name}"
            rule = Rule(None, OF_THE_FRAMEWORK[name]) if name in OF_THE_FRAMEWORK else rule_of(pattern.callback)
            yield Door(name, route, tuple(pattern.pattern.converters), rule)


def _is_operation(pattern: URLPattern) -> bool:
    """Whether it is the framework's view of the API's operations, which are walked one by one."""
    return pattern.callback.__module__ == "ninja.operation"


def _operations() -> Iterator[Door]:
    for prefix, router in api._routers:
        for route, view in router.path_operations.items():
            for operation in view.operations:
                yield Door("", f"api/{prefix}{route} {','.join(operation.methods)}", (), rule_of(operation.view_func))
