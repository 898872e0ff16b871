"""Thousands of generated requests against the real register: no answer of ours is a failure of ours."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as settings_of_desk
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from casework.policy import Role

ROLES = (Role.CASE_MANAGER, Role.ADMINISTRATOR, Role.DNA_ANALYST, None)
REQUESTS = 5_000 if settings_of_desk.DATABASES["default"]["ENGINE"].endswith("sqlite3") else 1_000
# What is said of every answer: no failure of the server, a status, a type and a body that the description names.
ASKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """As Django's own client does: a request's end must not close the connection in which the test's rows stand."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name if role else "nobody")
def test_no_generated_request_breaks_the_api(role: Role | None, token: Callable[[Role], str],
                                             register: dict[str, int]) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
    operations = [result.ok() for result in schema.get_all_operations()]
    each = -(-REQUESTS // (len(ROLES) * len(operations)))
    headers = {"Authorization": f"Bearer {token(role)}"} if role else {}
    seen: Counter[int] = Counter()
    for operation in operations:
        _try(operation, headers, each, register, seen)
    assert sum(seen.values()) >= REQUESTS // len(ROLES)
    assert not [status for status in seen if status >= 500]
    if role is Role.CASE_MANAGER:
        assert seen[200] > sum(seen.values()) / 5  # the register was reached, not only its door


def _try(operation: Any, headers: dict[str, str], each: int, register: dict[str, int], seen: Counter[int]) -> None:
    @settings(max_examples=each, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        table = operation.path.removeprefix("/api/v1/").split("/")[0]
        if real and "number" in case.path_parameters and table in register:
            case.path_parameters["number"] = register[table]
        answer = case.call(headers=headers)
        seen[answer.status_code] += 1
        case.validate_response(answer, checks=ASKED, headers=headers)

    ask()
