"""A chain of custody of a million synthetic events, in memory or in the register of ``large_register``."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
from large_register import _home

from homeward.custody import Row, verify
from homeward.simulate.custody import grow_custody

__all__ = ["chain_in_memory", "fill_register", "verify_chain", "verify_whole_register"]

Line = tuple[str, str]  # what is hashed, and the hash
_CHUNK = 20_000
_KIND = Row._fields.index("item_kind")


def _grown(n: int) -> Iterator[Line]:
    return grow_custody(n, rng=np.random.default_rng(1950))


def chain_in_memory(n: int) -> list[Line]:
    """The lines of a chain, as an export holds them."""
    return list(_grown(n))


def verify_chain(lines: list[Line]) -> int:
    """Verify them; gives their number."""
    verdict = verify(lines)
    if not verdict.sound:
        raise SystemExit(f"the grown chain is not sound: {verdict.first_bad}")
    return verdict.n_events


def fill_register(n: int) -> None:
    """Write a chain into the register as fast as may be: nobody's act, and no audit of it."""
    _home()
    from django.db import connection, transaction  # noqa: PLC0415  Django must be set up first

    from casework.store import triggers  # noqa: PLC0415
    from casework.store.actor import acting_as  # noqa: PLC0415
    from casework.store.models import Account, CaseFile, Container, CustodyEvent, Element, Remains, RemainsSample  # noqa: PLC0415  # noqa: PLC0415

    columns = [*Row._fields, "hash", "case_id"]
    query = (f"INSERT INTO {CustodyEvent._meta.db_table} ({', '.join(columns)}) "
             f"VALUES ({', '.join(['%s'] * len(columns))})")
    with acting_as("benchmark"):
        Account.objects.get_or_create(username="auditor", defaults={"role": "administrator"})
        case = CaseFile.objects.create(key="SYN", title="Custody", synthetic=True)
    triggers.remove()
    grown = _grown(n)
    items: dict[str, set[str]] = {"container": set(), "remains": {"R"}, "element": set(), "sample": set()}
    with transaction.atomic(), connection.cursor() as cursor:
        while some := list(islice(grown, _CHUNK)):
            rows = [_typed(text) for text, _ in some]
            cursor.executemany(query, [(*row, stored, case.pk) for row, (_, stored) in zip(rows, some, strict=True)])
            for row in rows:
                items[str(row[_KIND])].add(str(row[_KIND + 1]))
        remains = Remains.objects.create(case=case, key="R-0")
        for model, kind, of in ((Container, "container", {}), (Remains, "remains", {}),
                                (Element, "element", {"remains": remains, "bone": "femur", "side": "left"}),
                                (RemainsSample, "sample", {"remains": remains})):
            model.objects.bulk_create((model(case=case, key=key, **of) for key in sorted(items[kind])),
                                      batch_size=_CHUNK)
    triggers.install()


def _typed(text: str) -> list[str | int | None]:
    row = Row._make(text.split("\t"))
    whole = {"form", "seq", "count", "mass_mg"}
    return [(int(value) if value else None) if name in whole else value
            for name, value in zip(row._fields, row, strict=True)]


def verify_whole_register() -> int:
    """What ``homeward verify-custody`` does: the chain, and the register's record of every item."""
    from casework.queries.custody import verify_register  # noqa: PLC0415
    from casework.store.models import Account  # noqa: PLC0415

    verdict = verify_register(Account.objects.get(username="auditor"))
    if not verdict.sound:
        raise SystemExit(f"the grown chain is not sound: {verdict.first_bad}")
    return verdict.n_events
