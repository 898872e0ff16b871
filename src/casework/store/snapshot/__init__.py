"""The whole register as files: taken while others write, put back on an empty machine, compared figure by figure."""

from casework.store.snapshot.folder import restore, take, verify
from casework.store.snapshot.manifest import Manifest, TableFigures

__all__ = ["Manifest", "TableFigures", "restore", "take", "verify"]
