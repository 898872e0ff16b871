"""Every write to every table leaves who, when, what before and what after, by whatever path it comes."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from casework.policy import Role
from casework.store import triggers
from casework.store.actor import acting_as
from casework.store.models import Account, AuditEntry, CaseFile, Person

Accounts = Callable[..., Account]
TABLES = triggers.audited_models()


def _names(tables: list[type[models.Model]]) -> list[str]:
    return [t._meta.db_table for t in tables]


def test_every_table_is_audited_or_excused_with_a_reason(db: None) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    assert tables == set(_names(TABLES)) | (set(triggers.NOT_AUDITED) & tables)
    assert triggers.missing() == []
    assert all(triggers.NOT_AUDITED.values())


@pytest.fixture
def rows(db: None) -> Iterator[Callable[[type[models.Model]], int]]:
    """Puts a row into a table by raw SQL, with foreign keys and checks set aside, and gives its key."""
    made: dict[str, int] = {}

    def insert(model: type[models.Model]) -> int:
        table = model._meta.db_table
        values: dict[str, object] = {}
        for field in model._meta.concrete_fields:
            if field.primary_key and isinstance(field, models.AutoField | models.BigAutoField):
                continue
            values[str(field.column)] = _value(field)
        columns = ", ".join(f'"{c}"' for c in values)
        with connection.cursor() as cursor:
            cursor.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({", ".join(["%s"] * len(values))}) '
                           f'RETURNING "{model._meta.pk.column}"', list(values.values()))
            made[table] = cursor.fetchone()[0]
        return made[table]

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            cursor.execute("PRAGMA defer_foreign_keys = ON")
            yield insert
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        else:
            for table, constraint in _checks():
                cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{constraint}" CASCADE')
            yield insert
    # The rows point nowhere: they are taken back before foreign keys are looked at.
    transaction.set_rollback(True)


def _checks() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
                       "WHERE k.contype IN ('c', 'f') AND k.connamespace = 'public'::regnamespace")
        return list(cursor.fetchall())


def _value(field: models.Field) -> object:  # type: ignore[type-arg]
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if field.null:
        return None
    if isinstance(kind, models.BinaryField):
        return b"synthetic"
    if isinstance(kind, models.DateTimeField):
        return str(timezone.now())
    if isinstance(kind, models.DateField):
        return "2026-01-01"
    if isinstance(kind, models.BooleanField):
        return False
    if isinstance(kind, models.JSONField):
        return "{}"
    if isinstance(kind, models.IntegerField | models.AutoField | models.FloatField):
        return 1
    return f"x{field.column}"[: field.max_length or 40]


@pytest.mark.parametrize("model", TABLES, ids=_names(TABLES))
def test_raw_sql_leaves_who_when_what_before_and_after(model: type[models.Model],
                                                       rows: Callable[[type[models.Model]], int]) -> None:
    table, pk = model._meta.db_table, model._meta.pk.column
    appends_only = table in triggers.APPEND_ONLY
    acts = ["insert"] if appends_only else ["insert", "update", "delete"]
    with acting_as("user:raw"):
        key = rows(model)
        column = str(model._meta.concrete_fields[-1].column)
        with connection.cursor() as cursor:
            if not appends_only:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = "{column}" WHERE "{pk}" = %s', [key])
                cursor.execute(f'DELETE FROM "{table}" WHERE "{pk}" = %s', [key])
    entries = list(AuditEntry.objects.filter(table_name=table, row_key=str(key), actor="user:raw"))
    assert [e.act for e in entries] == acts
    columns = {str(f.column) for f in model._meta.concrete_fields}
    for entry in entries:
        assert abs((timezone.now() - entry.at).total_seconds()) < 60
        for side, there in (("old", entry.act != "insert"), ("new", entry.act != "delete")):
            values = getattr(entry, side)
            assert (values is not None) == there
            assert values is None or set(values) == columns


@pytest.mark.parametrize("model", TABLES, ids=_names(TABLES))
def test_nobody_writes_without_a_name(model: type[models.Model],
                                      rows: Callable[[type[models.Model]], int]) -> None:
    with acting_as(""), pytest.raises(DatabaseError), transaction.atomic():
        rows(model)


def _person(case_file: CaseFile, key: str) -> Person:
    return Person(case=case_file, key=key, name=f"Synthetic {key}")


def test_orm_bulk_update_and_raw_delete_are_caught(case_file: CaseFile) -> None:
    before = AuditEntry.objects.count()
    made = Person.objects.bulk_create([_person(case_file, f"P{i}") for i in range(10)])
    Person.objects.filter(case=case_file).update(rank="PFC")
    Person.objects.bulk_update([_with_rank(p) for p in made], ["rank"])
    Person.objects.filter(case=case_file).delete()
    acts = list(AuditEntry.objects.filter(table_name="store_person").values_list("act", flat=True))
    assert AuditEntry.objects.count() - before == 40
    assert (acts.count("insert"), acts.count("update"), acts.count("delete")) == (10, 20, 10)


def _with_rank(person: Person) -> Person:
    person.rank = "SGT"
    return person


@pytest.mark.parametrize("statement", ["UPDATE store_auditentry SET actor = 'nobody'", "DELETE FROM store_auditentry",
                                       "UPDATE store_custodyevent SET note = ''", "DELETE FROM store_custodyevent"])
def test_audit_and_custody_take_new_rows_alone(statement: str, rows: Callable[[type[models.Model]], int],
                                               case_file: CaseFile) -> None:
    rows(next(t for t in TABLES if t._meta.db_table == "store_custodyevent"))
    refused = pytest.raises(DatabaseError, match="takes new rows alone")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.sqlite
def test_an_audit_row_cannot_be_replaced(case_file: CaseFile) -> None:
    first = AuditEntry.objects.earliest("id")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO store_auditentry (id, at, actor, table_name, row_key, act) "
                       "VALUES (%s, '2026-01-01', 'nobody', 'x', '1', 'insert')", [first.pk])
    assert AuditEntry.objects.get(pk=first.pk).actor == first.actor


@pytest.mark.postgresql
def test_no_table_can_be_truncated(case_file: CaseFile) -> None:
    for model in TABLES:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'TRUNCATE "{model._meta.db_table}" CASCADE')


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_program_that_is_not_the_register_cannot_write(tmp_path: object, case_file: CaseFile) -> None:
    connection.ensure_connection()
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)
    with pytest.raises(sqlite3.OperationalError, match="no such function: current_actor"):
        copy.execute("UPDATE store_casefile SET title = 'changed from outside'")
    copy.close()


def test_passwords_and_tokens_are_not_copied(account: Accounts) -> None:
    someone = account(Role.HISTORIAN)
    someone.set_password("a synthetic passphrase")
    someone.save()
    entries = AuditEntry.objects.filter(table_name="store_account", row_key=str(someone.pk))
    assert {e.new["password"] for e in entries} == {"(not copied)"}


def test_triggers_that_were_dropped_are_missed_and_written_again(db: None) -> None:
    triggers.remove()
    assert len(triggers.missing()) > 100
    triggers.install()
    assert triggers.missing() == []
