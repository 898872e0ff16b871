"""``homeward run`` and ``homeward verify-run``: a run of a case in the register, at once; an earlier one again."""

from __future__ import annotations

from typing import Annotated

import typer
from django.core.exceptions import ObjectDoesNotExist

from casework.actions.runs import Run
from casework.jobs import run_now, verify_run
from casework.jobs.worker import require_whole_register
from casework.queries.cases import cases
from casework.queries.who import account_named
from homeward.cli import show
from homeward.model import HomewardError, InvalidValue

__all__ = ["app"]

app = typer.Typer(add_completion=False)
_As = Annotated[str | None, typer.Option("--as", metavar="USERNAME", help="The account in whose name this is done.")]


class Unfinished(HomewardError):
    """A run that ended without a result, or with another result than before."""


@app.command(name="run")
def run_command(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The key of a case in the register.")],
    *,
    username: _As = None,
    parameter: Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=(
        "Try a setting instead of the case's own, such as prior.on_roster=0.3; nothing is proposed then."))] = None,
) -> None:
    """Identify: compare everyone on the case's roster with all remains, keep the result, propose names."""
    require_whole_register()
    actor = account_named(username)
    found = cases(actor).filter(key=case).first()
    if found is None:
        keys = ", ".join(cases(actor).values_list("key", flat=True)[:10])
        raise InvalidValue("command line", "CASE", case, f"must be the key of a case: {keys or 'there is none'}")
    with show.progress("comparing") as progress:
        run = run_now(actor=actor, case=found, parameters=_parameters(parameter or []), progress=progress)
    if run.state != "finished":
        raise Unfinished(f"{run} {run.state}: {run.error}")
    _tell(run)


@app.command(name="verify-run")
def verify_command(
    number: Annotated[int, typer.Argument(metavar="RUN", help="The number of a finished run.")],
    *,
    username: _As = None,
) -> None:
    """Compute a run again from the case that it took, and compare every figure."""
    actor = account_named(username)
    try:
        with show.progress("computing again") as progress:
            found = verify_run(actor=actor, number=number, progress=progress)
    except ObjectDoesNotExist:
        raise InvalidValue("command line", "RUN", number, "must be the number of a run of this register") from None
    for name, (then, now) in found.versions.items():
        show.line(f"{name}: {then or 'absent'} then, {now or 'absent'} now")
    if not found.register_unchanged:
        show.line("The register has changed since: a new run would start from other data.")
    if not found.same:
        raise Unfinished(f"run {found.run} is not the same again: {found.found}, recorded {found.recorded}; "
                         f"blocks that differ: {', '.join(map(str, found.tiles)) or 'none'}")
    show.line(f"run {found.run} is the same again, to the last bit: {found.found}")


def _parameters(given: list[str]) -> dict[str, float | int | bool]:
    parsed: dict[str, float | int | bool] = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            parsed[name] = {"true": True, "false": False}[value] if value in ("true", "false") else (
                int(value) if value.isdigit() else float(value))
        except ValueError:
            raise InvalidValue("command line", "--set", text, "must be NAME=NUMBER or NAME=true") from None
    return parsed


def _tell(run: Run) -> None:
    s = run.summary
    words = ", ".join(f"{count} {conclusion}" for conclusion, count in s["conclusions"].items())
    show.line(f"{run}: {s['persons']} persons, {s['remains']} remains: {words}")
    if s["proposed"]:
        show.line(f"proposed {s['raised']} names, {s['meet_rule']} of {s['proposals']} meet the rule; "
                  f"{s['superseded']} earlier proposals superseded, {s['noted']} under review noted")
    else:
        show.line("nothing proposed: the run tried settings that are not the case's")
    show.line(f"input  {run.input_digest}")
    show.line(f"result {run.result_digest}")
