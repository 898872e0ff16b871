"""``homeward token``: make a token for a program that acts as an account."""

from __future__ import annotations

from typing import Annotated

import typer

from casework.actions.tokens import make_token
from casework.queries.who import account_named
from homeward.cli import show

__all__ = ["app"]

app = typer.Typer(add_completion=False)


@app.command()
def token(name: Annotated[str, typer.Argument(help="What the token is for, such as: laboratory robot.")],
          as_: Annotated[str | None, typer.Option("--as", help="The account that the program will act as.")] = None,
          days: Annotated[int, typer.Option(help="How many days it is good for.")] = 90) -> None:
    """Make a token for the API; it is shown once and kept nowhere."""
    made, secret = make_token(actor=account_named(as_), name=name, days=days)
    until = f"{made.expires_at:%Y-%m-%d}"
    show.line(f"Token {made.name!r} of {made.account.username}, good until {until}. It is shown once:")
    show.line(secret)
