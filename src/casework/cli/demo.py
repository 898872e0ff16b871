"""``homeward demo``: a register of invented people with a login for each role, computed and served on this machine."""

from __future__ import annotations

import secrets
from pathlib import Path

import numpy as np
import typer
from django.conf import settings
from rich.console import Console
from rich.table import Table

from casework.actions.demo_logins import SECOND_REVIEWER, add_family_login, make_demo_logins
from casework.actions.demo_reading import add_demo_reading
from casework.actions.demo_work import hand_over_boxes, work_on_proposals
from casework.actions.demonstration import load_demonstration, load_public_account
from casework.cli.serve import HOST, PORT, is_loopback, prepare, run_servers
from casework.jobs import run_now
from casework.queries.decisions import decisions
from casework.queries.demonstration import (
    demo_logins,
    demo_password,
    is_made,
    is_strange,
    login_named,
    write_demo_password,
)
from homeward.cli import show
from homeward.model import HomewardError, InvalidValue
from homeward.simulate import grow_korea

__all__ = ["app"]

app = typer.Typer(add_completion=False)
_SEED = 1950
# Words of which a password is made that can be typed; it keeps nobody out who is on this machine.
_WORDS = (
    "acorn", "amber", "anchor", "apple", "autumn", "basket", "beacon", "birch", "bridge", "canvas", "cedar", "chapel",
    "cliff", "clover", "coast", "copper", "cotton", "creek", "daisy", "desert", "ember", "fern", "field", "finch",
    "forest", "garden", "garnet", "glacier", "granite", "harbor", "hazel", "heron", "hollow", "island", "ivory",
    "juniper", "kettle", "lantern", "linen", "maple", "marble", "meadow", "mirror", "north", "ocean", "olive",
    "orchard", "otter", "pebble", "pepper", "quarry", "raven", "ribbon", "river", "saddle", "silver", "sparrow",
    "summer", "thistle", "timber", "valley", "velvet", "willow", "winter")


class Unfinished(HomewardError):
    """The demonstration could not be made whole; its folder is to be removed before another attempt."""


@app.command()
def demo(host: HOST = "127.0.0.1", port: PORT = 8000, *, only_make: bool = typer.Option(
        False, "--only-make", help="Make the demonstration and end, without serving it.")) -> None:
    """Make the demonstration, unless it is there, and serve it until Ctrl-C: all people in it are invented."""
    if not is_loopback(host):
        raise InvalidValue("command line", "--host", host, "must be this machine alone: the passwords of the "
                           "demonstration stand on its first page")
    prepare()
    home = Path(settings.HOME)
    if is_strange():
        raise InvalidValue("command line", "HOMEWARD_HOME", str(home), "holds a register that is no demonstration")
    if not is_made():
        _make()
    _tell_logins(f"http://{'localhost' if host == 'localhost' else host}:{port}")
    if not only_make:
        show.line("\nCtrl-C ends it; the same command starts it again. It lies in " + str(home))
        raise typer.Exit(run_servers(host, port))


def _make() -> None:
    show.line("Making the demonstration: about a minute, once.")
    password = "-".join(secrets.choice(_WORDS) for _ in range(4))
    show.line("  logins, one for each role")
    actors = make_demo_logins(password)
    grown = grow_korea(np.random.default_rng(_SEED))
    show.line(f"  {len(grown.case.roster):,} invented persons, {len(grown.case.families)} families, "
              f"{len(grown.case.remains)} sets of remains in {len(grown.boxes)} boxes")
    case = load_demonstration(actors=actors, grown=grown)
    add_demo_reading(actors=actors, case=case)
    load_public_account(actors=actors)
    show.line("  beside it, not synthetic: what was said, promised and handed over in public, 1954 to 2025")
    roles = {account.role: account for account in actors.values()}
    custodian, analyst = roles["evidence custodian"], roles["DNA analyst"]
    acts = hand_over_boxes(custodian=custodian, case=case, grown=grown)
    show.line(f"  {acts} acts of custody")
    with show.progress("  comparing everyone with all remains") as progress:
        run = run_now(actor=analyst, case=case, progress=progress)
    if run.state != "finished":
        raise Unfinished(f"{run} {run.state}: {run.error}; remove {settings.HOME} before you try again")
    came = work_on_proposals(actors=actors, second=login_named(SECOND_REVIEWER), case=case)
    show.line("  " + ", ".join(f"{n} {stage}" for stage, n in came.items()))
    told = decisions(roles["case manager"], case).filter(told_at__isnull=False, proposal__family__isnull=False)
    family = told[0].proposal.family
    if family is not None:
        add_family_login(actor=roles["administrator"], family=family, password=password)
    write_demo_password(password)


def _tell_logins(address: str) -> None:
    show.line(f"\nOpen {address}/accounts/login/ and log in. Password of all: {demo_password()}")
    show.line("The code of six digits that is asked for next stands on the login page, beside each name.\n")
    table = Table(box=None, pad_edge=False)
    for head in ("Role", "Username"):
        table.add_column(head)
    for login in demo_logins(lambda _: ""):
        table.add_row(login.role, login.username)
    Console().print(table)
