"""The command homeward: the science's commands, and the register's own beside them."""

from casework.cli.app import main

__all__ = ["main"]
