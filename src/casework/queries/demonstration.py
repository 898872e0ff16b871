"""The logins of a demonstration, with the code of each that holds now; of any other register nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from casework.store.models import Account
from homeward.model import HomewardError

__all__ = ["DemoLogin", "NoDemonstration", "demo_code", "demo_logins", "demo_password", "is_made", "is_strange",
           "login_named", "write_demo_password"]

_FILE = "demonstration.json"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One login; ``code`` empty where none is asked for."""

    role: str
    username: str
    code: str


class NoDemonstration(HomewardError):
    """A register with people of record shows no login of anyone."""


def demo_logins(code_of: Callable[[Any], str]) -> list[DemoLogin]:
    """All logins, in the order in which they were made; raises NoDemonstration elsewhere.

    ``code_of``: the code of an authenticator that holds now, which the login's own code knows how to make.
    """
    _require_demonstration()
    factors = {f.user_id: f for f in Authenticator.objects.filter(type=Authenticator.Type.TOTP)}
    return [DemoLogin(a.role, a.username, code_of(factors[a.pk]) if a.pk in factors else "")
            for a in Account.objects.filter(is_active=True).order_by("pk")]


def demo_code(user: Any, code_of: Callable[[Any], str]) -> str:
    """The code of one account that holds now."""
    _require_demonstration()
    factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return "" if factor is None else code_of(factor)


def demo_password() -> str:
    """The password of all logins."""
    _require_demonstration()
    return str(json.loads(_file().read_text(encoding="utf-8"))["password"])


def is_made() -> bool:
    """Whether the demonstration is there whole: its password is written last."""
    return _file().exists()


def is_strange() -> bool:
    """Whether the register holds accounts that no demonstration has made, or one was left half made."""
    return Account.objects.exists() and not is_made()


def login_named(username: str) -> Account:
    """One login; raises DoesNotExist."""
    _require_demonstration()
    return Account.objects.get(username=username)


def write_demo_password(password: str) -> None:
    """Keep the password of all logins beside the register, readable by its owner alone."""
    _require_demonstration()
    _file().touch(mode=0o600)
    _file().write_text(json.dumps({"password": password, "made": int(time.time())}), encoding="utf-8")


def _file() -> Path:
    return Path(settings.HOME) / _FILE


def _require_demonstration() -> None:
    if not settings.DEMO:
        raise NoDemonstration("this register is no demonstration")
