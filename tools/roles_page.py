"""Prints docs/roles.md: the matrix role × permission, and who comes in at every address, from the code itself."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import django
from django.urls import URLPattern, URLResolver, get_resolver

_HEAD = """# Who may what

Written by `tools/roles_page.py` from the policy (`src/casework/policy/matrix.py`) and from the rule at every address; a
test holds it against the code. What is not written here is not allowed.

- **all**: the records of everyone. **own**: records of the account's own laboratory, mission or office, and those that
  are nobody's in particular. **own family**: the family of a family member.
- **fresh**: whoever writes there shows the second factor first, unless it was shown within the last five minutes.
"""


def main() -> None:
    """Set the desk up and print the page."""
    with tempfile.TemporaryDirectory(prefix="homeward-roles-") as home:
        os.environ |= {"HOMEWARD_HOME": home, "HOMEWARD_SECRET_KEY": "of no register",
                       "DJANGO_SETTINGS_MODULE": "casework.settings"}
        django.setup()
        sys.stdout.write("\n".join(_page()))


def _page() -> Iterator[str]:
    from casework.policy import MATRIX, Permission, Role  # noqa: PLC0415  known once Django is set up

    yield _HEAD
    yield "## Roles and permissions\n"
    roles = list(Role)
    yield _row(["permission", *roles])
    yield _row(["---", *([":-:"] * len(roles))])
    for permission in Permission:
        yield _row([f"`{permission.value}`", *(MATRIX[role].get(permission, "–") for role in roles)])
    for title, doors in (("Pages", list(_pages())), ("API", list(_operations()))):
        yield f"\n## {title}\n"
        yield _row(["address", "asks for", "opens to"])
        yield _row(["---", "---", "---"])
        yield from (_row([f"`{route}`", _asked(rule), _opens_to(rule)]) for route, rule in sorted(doors))
    yield ""


def _row(cells: list[Any]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _asked(rule: Any) -> str:
    if rule.permission is None:
        return f"nothing: {rule.reason}"
    said = " and ".join(f"`{p.value}`" for p in (rule.permission, *rule.also))
    return said + (", over all" if rule.whole else "") + (", **fresh**" if rule.fresh else "")


def _opens_to(rule: Any) -> str:
    from casework.policy import Role, Scope, scope_of  # noqa: PLC0415

    if rule.permission is None:
        return "whoever has logged in" if rule.login else "everyone"
    found = []
    for role in Role:
        scopes = {scope_of(role, p) for p in (rule.permission, *rule.also)}
        if rule.admits(role, None, None):
            found.append(f"{role.value} ({'own' if Scope.OWN in scopes else 'own family'})"
                         if scopes != {Scope.ALL} else role.value)
    return ", ".join(found) or "nobody"


def _pages() -> Iterator[tuple[str, Any]]:
    def walk(patterns: Any, before: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern) and not route.startswith("/api/"):
                yield route.replace("<int:", "<"), rule_of(pattern.callback)

    from casework.policy import rule_of  # noqa: PLC0415

    yield from walk(get_resolver().url_patterns, "/")


def _operations() -> Iterator[tuple[str, Any]]:
    from casework.api import api  # noqa: PLC0415
    from casework.policy import rule_of  # noqa: PLC0415

    for prefix, router in api._routers:
        for route, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{'/'.join(operation.methods)} /api{prefix}{route}", rule_of(operation.view_func)


if __name__ == "__main__":
    main()
