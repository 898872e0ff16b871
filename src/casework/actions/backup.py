"""Taking a backup."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone

from casework.policy import Permission, require
from casework.store import snapshot
from casework.store.models import Account

__all__ = ["take_backup"]


def take_backup(*, actor: Account, folder: Path) -> snapshot.Manifest:
    """Copy the register into a new folder, of one moment, while others go on writing; raises NotAllowed."""
    require(actor, Permission.BACKUP)
    return snapshot.take(folder, when=timezone.now())
