"""What the environment says of this register: its folder, its database, its secret key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["database", "flag", "home", "names", "secret_key"]

_SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA recursive_triggers=ON; PRAGMA cache_size=-65536;",
}


def home() -> Path:
    """The folder of the register: database, files, secret key (HOMEWARD_HOME; by default ./register)."""
    return Path(os.environ.get("HOMEWARD_HOME", "register")).absolute()


def flag(name: str) -> bool:
    """Whether a variable is set to 1, true, yes or on."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def names(name: str, default: str) -> list[str]:
    """The words of a variable that holds a list with commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def database() -> dict[str, Any]:
    """The database: SQLite, unless HOMEWARD_DATABASE=postgresql://user:password@host:port/name."""
    address = os.environ.get("HOMEWARD_DATABASE", "")
    if not address:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(home() / "register.sqlite3"),
                "OPTIONS": dict(_SQLITE_OPTIONS)}
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError("HOMEWARD_DATABASE must be of the form postgresql://user:password@host:port/name")
    options = dict(parse_qsl(parts.query))
    return {"ENGINE": "django.db.backends.postgresql", "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""), "PORT": str(parts.port or ""), "OPTIONS": options,
            "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def secret_key() -> str:
    """HOMEWARD_SECRET_KEY, or a key made once and kept in the register's folder, readable by its owner alone."""
    given = os.environ.get("HOMEWARD_SECRET_KEY", "")
    if given:
        return given
    path = home() / "secret.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass  # another process of this register made it in the meantime
    return path.read_text().strip()
