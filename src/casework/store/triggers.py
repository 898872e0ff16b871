"""The triggers that write the audit, on both databases: whoever writes a row leaves name, time, old and new value.

They are made from the tables as they stand, after every migration. On SQLite they call ``current_actor()``, which
only a connection of the register defines, so that another program cannot write at all; on PostgreSQL they ask for
the setting ``homeward.actor`` of the session and refuse where it is empty.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections, models, transaction

__all__ = ["NOT_AUDITED", "after_migrations", "audited_models", "install", "missing", "remove"]

# Tables without audit, each with its reason.
NOT_AUDITED = {
    "store_auditentry": "is the audit; it takes new rows alone",
    "django_migrations": "the schema's own history, written by migrations",
    "django_session": "signed, short-lived; logins are in axes' tables and in the audit of accounts",
    "django_content_type": "names of tables, written by migrations",
    "auth_permission": "not used; written by migrations",
    "axes_accessattempt": "is itself a log, of failed logins",
    "axes_accessattemptexpiration": "is itself a log, of failed logins",
    "axes_accesslog": "is itself a log, of logins",
    "axes_accessfailurelog": "is itself a log, of failed logins",
    "django_tasks_database_dbtaskresult": "the worker's queue; what a run does is in the audited table of runs",
}
APPEND_ONLY = ("store_auditentry", "store_custodyevent")
# Columns whose content must not be copied; the audit keeps that they changed.
_SECRET = {"password", "token_digest", "data"}
_SECRET_TABLES = {"store_account", "store_apitoken", "mfa_authenticator"}
_PREFIX = "homeward_"
_AUDIT_COLUMNS = "at, actor, table_name, row_key, act, old, new"


def audited_models() -> list[type[models.Model]]:
    """The tables whose every write is audited, by name."""
    found = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True) if m._meta.managed}
    return [found[name] for name in sorted(found) if name not in NOT_AUDITED]


def after_migrations(*, using: str, **_: object) -> None:
    """Install the triggers of every table that exists by now."""
    install(using)


def install(using: str = "default") -> None:
    """Write all triggers anew, in one transaction."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if "store_auditentry" not in tables:
            return
        remove(using)
        for statement in _statements(connection.vendor, tables):
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    """Drop all triggers; only migrations that copy tables, and tests that empty them, have reason to."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in _present(connection, cursor):
            on = f' ON "{table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def missing(using: str = "default") -> list[str]:
    """The triggers that ought to be there and are not."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = {name for name, _ in _present(connection, cursor)}
        tables = set(connection.introspection.table_names(cursor))
    wanted = [f"{_PREFIX}{m._meta.db_table}_{act}" for m in audited_models() if m._meta.db_table in tables
              for act in ("insert", "update", "delete")]
    wanted += [f"{_PREFIX}keep_{table}_{act}" for table in APPEND_ONLY for act in ("update", "delete")]
    if connection.vendor == "postgresql":
        wanted = [name[:63] for name in wanted]
    return [name for name in wanted if name not in present]


def _present(connection: Any, cursor: Any) -> list[tuple[str, str]]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    else:
        cursor.execute("SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                       "WHERE NOT t.tgisinternal")
    return [(name, table) for name, table in cursor.fetchall() if name.startswith(_PREFIX)]


def _statements(vendor: str, tables: set[str]) -> list[str]:
    made = [] if vendor == "sqlite" else list(_POSTGRES_FUNCTIONS)
    one = _sqlite_audit if vendor == "sqlite" else _postgres_audit
    keep = _sqlite_keep if vendor == "sqlite" else _postgres_keep
    for model in audited_models():
        if model._meta.db_table in tables:
            made += one(model)
    for table in APPEND_ONLY:
        if table in tables:
            made += keep(table)
    return made


def _hidden(model: type[models.Model]) -> dict[str, str]:
    """Columns that are not copied, each with what stands in their place."""
    table = model._meta.db_table
    hidden = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.BinaryField):
            hidden[str(field.column)] = "size"
        elif table in _SECRET_TABLES and field.column in _SECRET:
            hidden[str(field.column)] = "secret"
    return hidden


def _sqlite_row(model: type[models.Model], row: str) -> str:
    hidden = _hidden(model)
    parts = []
    for field in model._meta.concrete_fields:
        column = str(field.column)
        value = {"size": f'length({row}."{column}")', "secret": "'(not copied)'"}.get(
            hidden.get(column, ""), f'{row}."{column}"')
        parts.append(f"'{column}', {value}")
    # SQLite takes no more than 127 arguments in one call, and 100 in older versions.
    chunks = [f"json_object({', '.join(parts[i:i + 40])})" for i in range(0, len(parts), 40)]
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = f"json_patch({whole}, {chunk})"
    return whole


def _sqlite_audit(model: type[models.Model]) -> list[str]:
    table, key = model._meta.db_table, model._meta.pk.column
    made = []
    for act, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        old = "NULL" if act == "insert" else _sqlite_row(model, "OLD")
        new = "NULL" if act == "delete" else _sqlite_row(model, "NEW")
        values = (f"strftime('%Y-%m-%d %H:%M:%f', 'now'), current_actor(), '{table}', "
                  f"CAST({row}.\"{key}\" AS TEXT), '{act}', {old}, {new}")
        made.append(
            f'CREATE TRIGGER "{_PREFIX}{table}_{act}" AFTER {act.upper()} ON "{table}" BEGIN '
            f"INSERT INTO store_auditentry ({_AUDIT_COLUMNS}) VALUES ({values}); END")  # nosec B608  names of our own
    return made


def _sqlite_keep(table: str) -> list[str]:
    return [f'CREATE TRIGGER "{_PREFIX}keep_{table}_{act}" BEFORE {act.upper()} ON "{table}" BEGIN '
            f"SELECT RAISE(ABORT, '{table} takes new rows alone'); END" for act in ("update", "delete")]


_POSTGRES_FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION homeward_audit() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        who text := coalesce(current_setting('homeward.actor', true), '');
        before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
        after jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
        hidden text;
    BEGIN
        IF who = '' THEN
            RAISE EXCEPTION 'nobody is named as the one who writes to %', TG_TABLE_NAME;
        END IF;
        FOREACH hidden IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP
            before := CASE WHEN before IS NULL THEN NULL ELSE before || jsonb_build_object(hidden, '(not copied)') END;
            after := CASE WHEN after IS NULL THEN NULL ELSE after || jsonb_build_object(hidden, '(not copied)') END;
        END LOOP;
        INSERT INTO store_auditentry (at, actor, table_name, row_key, act, old, new)
        VALUES (clock_timestamp(), who, TG_TABLE_NAME, coalesce(after, before) ->> TG_ARGV[0], lower(TG_OP), before,
                after);
        RETURN NULL;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION homeward_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% takes new rows alone', TG_TABLE_NAME;
    END $$
    """,
)


def _postgres_audit(model: type[models.Model]) -> list[str]:
    table, key = model._meta.db_table, model._meta.pk.column
    hidden = ",".join(_hidden(model))
    made = [f'CREATE TRIGGER "{f"{_PREFIX}{table}_{act}"[:63]}" AFTER {act.upper()} ON "{table}" '
            f"FOR EACH ROW EXECUTE FUNCTION homeward_audit('{key}', '{hidden}')"
            for act in ("insert", "update", "delete")]
    made.append(f'CREATE TRIGGER "{f"{_PREFIX}{table}_truncate"[:63]}" BEFORE TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION homeward_keep()")
    return made


def _postgres_keep(table: str) -> list[str]:
    made = [f'CREATE TRIGGER "{f"{_PREFIX}keep_{table}_{act}"[:63]}" BEFORE {act.upper()} ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION homeward_keep()" for act in ("update", "delete")]
    made.append(f'CREATE TRIGGER "{f"{_PREFIX}keep_{table}_truncate"[:63]}" BEFORE TRUNCATE ON "{table}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION homeward_keep()")
    return made
