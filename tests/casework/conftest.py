"""A register for the desk's tests: everyone's account, one case, and an actor for what tests write directly."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from casework.policy import Role
from casework.store import triggers
from casework.store.actor import acting_as
from casework.store.models import Account, CaseFile, Organisation


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked for the other database: it is no test of this one, rather than a skipped one."""
    other = "sqlite" if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") else "postgresql"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(autouse=True)
def _written_by_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    databases = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    marked = request.node.get_closest_marker("django_db")
    if marked is not None:
        databases.add("transactional_db" if marked.kwargs.get("transaction") else "db")
    if not databases:
        yield
        return
    for name in databases:
        request.getfixturevalue(name)
    with acting_as("test"):
        yield


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied() -> Iterator[None]:
    # Tests with real transactions empty all tables afterwards, which the triggers forbid on purpose.
    ordinary = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        triggers.remove()
        try:
            ordinary(case)
        finally:
            triggers.install()

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = ordinary


@pytest.fixture
def laboratory(db: None) -> Organisation:
    return Organisation.objects.create(key="LAB", name="Central laboratory", kind="laboratory")


@pytest.fixture
def account(db: None, laboratory: Organisation) -> Callable[..., Account]:
    """An account by role, made once a test; all of one laboratory unless told otherwise."""
    made: dict[str, Account] = {}

    def of(role: Role, name: str = "", **columns: object) -> Account:
        name = name or role.value.replace(" ", "-")
        if name not in made:
            made[name] = Account.objects.create(username=name, role=role.value,
                                                **{"organisation": laboratory, **columns})
        return made[name]

    return of


@pytest.fixture
def case_file(db: None) -> CaseFile:
    return CaseFile.objects.create(key="KW", title="Synthetic case", synthetic=True)


@pytest.fixture
def on_postgres() -> bool:
    return connection.vendor == "postgresql"
