"""``homeward verify-custody``, ``custody-head`` and ``export-custody``: the register's chain of custody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.queries.custody import custody_head, export_chain, verify_register
from casework.queries.who import account_named
from homeward.cli import show
from homeward.cli.custody import AGAINST, HEADS, LATEST, heads_of, tell_verdict
from homeward.custody import read_chain, verify

__all__ = ["app"]

app = typer.Typer(add_completion=False)
_As = Annotated[str | None, typer.Option("--as", help="The account in whose name this is done.")]


@app.command("verify-custody")
def verify_custody(
    chain: Annotated[Path | None, typer.Argument(metavar="[CHAIN]", help="An exported chain; without it the "
                                                 "register's own.")] = None,
    head: HEADS = None,
    *,
    against: AGAINST = None,
    latest: LATEST = False,
    as_: _As = None,
) -> None:
    """Verify the chain of custody: every hash, who held what, the heads that you hold, the register's records."""
    heads = heads_of(head or [], against, latest=latest)
    if chain is not None:
        tell_verdict(verify(read_chain(chain), heads=heads, latest=latest))
    else:
        tell_verdict(verify_register(account_named(as_), heads=heads, latest=latest))


@app.command("custody-head")
def print_head(as_: _As = None) -> None:
    """Print the number and hash of the last event as SEQ:HASH; nothing where there is none."""
    head = custody_head(account_named(as_))
    if head is not None:
        show.line(str(head))


@app.command("export-custody")
def export_custody(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it can be verified with "
                                         "`homeward verify-chain` and nothing else of the register.")],
    as_: _As = None,
) -> None:
    """Write the whole chain to a file, and print its head."""
    head = export_chain(account_named(as_), file)
    show.line(f"written to {file}; head {head}" if head else f"written to {file}: no event yet")
