"""One command: what the science offers on files, and the register's own commands, loaded when they are named."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from types import MappingProxyType
from typing import Any

import django
import typer
from typer.core import TyperGroup

from homeward.cli import science, show
from homeward.model import HomewardError

__all__ = ["main"]

# The register's commands and the modules that hold them; a module has one Typer application named ``app``.
COMMANDS = MappingProxyType({
    "demo": "demo",
    "serve": "serve",
    "work": "work",
    "load": "folders",
    "undo": "folders",
    "export": "folders",
    "account": "account",
    "backup": "backup",
    "restore": "backup",
    "verify-backup": "backup",
    "verify-custody": "custody",
    "custody-head": "custody",
    "export-custody": "custody",
    "run": "runs",
    "verify-run": "runs",
    "migrate": "database",
    "token": "token",
})


class _Desk(TyperGroup):
    """The science's commands, and those of the register, for which Django is set up only when one is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The science's commands first."""
        return [*super().list_commands(ctx), *COMMANDS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, its module imported only now."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
        django.setup()
        command = typer.main.get_command(import_module(f"casework.cli.{COMMANDS[cmd_name]}").app)
        return command.get_command(ctx, cmd_name) if isinstance(command, TyperGroup) else command


def main() -> None:
    """Run the command line; deliberate errors are told in words, with exit code 1."""
    if sys.argv[1:2] == ["demo"]:
        # A demonstration has a folder of its own and says so to the settings, which are read once, on setting up.
        os.environ.setdefault("HOMEWARD_HOME", "build/demo-register")
        os.environ["HOMEWARD_DEMO"] = "1"
    if sys.argv[1:] in ([], ["--help"]):
        # The list of commands needs no key of a register; a key is made with the first command that does something.
        os.environ.setdefault("HOMEWARD_SECRET_KEY", "only to list the commands")
    group = typer.main.get_group(science)
    desk = _Desk(name="homeward", commands=dict(group.commands), callback=group.callback, params=group.params,
                 no_args_is_help=True, invoke_without_command=True, help=group.help)
    try:
        desk()
    except HomewardError as error:
        show.refusal(error)
        sys.exit(1)
    except OSError as error:
        show.failure(f"{error.filename or 'a file'}: {error.strerror or error}")
        sys.exit(1)
