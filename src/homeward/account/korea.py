"""The public account of the Korean War's missing, as a folder that comes with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from homeward.account.book import Account
from homeward.account.folder import read_account

__all__ = ["korea_account"]


@cache
def korea_account() -> Account:
    """Public statements of 1954 to 2025 with who said each, promises, hand-overs, and entries of the official tables.

    They are what sources said, not what is true. No person is named in the entries.
    """
    return read_account(files("homeward.account").joinpath("data", "korea"))
