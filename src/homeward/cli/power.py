"""The command ``homeward power``: what the families can say before any bone is typed, and whom to ask next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from homeward.cli import show
from homeward.decide.power import PersonPower, PowerQuestion, powers_of
from homeward.formats import read_any
from homeward.kinship.power import Power
from homeward.kinship.power.next_relative import RelativeGain
from homeward.kinship.power.tails import Estimate

__all__ = ["power_command"]

_THRESHOLD = 4.0
_PASSING = f"P(LR > 10^{_THRESHOLD:g})"
_ENOUGH = 0.99  # of the probability to pass: such a family is asked for no more, unless its person is named
_IN_THE_PEDIGREE, _BEYOND_IT = 3, 2  # relatives named for each person
_LEAST_GAIN = 0.05  # of log10 LR: below it a sample is not worth asking a family for


def power_command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case folder, the same zipped, a .fam or a .json.")],
    *,
    person: Annotated[list[str] | None, typer.Option("--person", help="Only this person of the roster; may be given "
                                                                      "more than once.")] = None,
    draws: Annotated[int, typer.Option("--draws", min=1, help="Profiles drawn for each probability.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the random numbers.")] = 1950,
) -> None:
    """Say what each family can say of its missing member, and whose sample would add most."""
    read = read_any(case)
    question = PowerQuestion(draws, _THRESHOLD, math.inf if person else _ENOUGH)
    with show.progress("weighing families") as progress:
        found = powers_of(read, question, rng=np.random.default_rng(seed), persons=person or (), progress=progress)
    computed = [(one, one.power) for one in found if one.power is not None]
    _show_powers(computed, len(read.remains))
    show.line(f"± is the standard error of {draws} draws, seed {seed}; figures without it are exact")
    _show_reasons(found)
    # What is to be said of everybody is said once.
    notes = [one.notes for one, _ in computed]
    common = [note for note in notes[0] if all(note in own for own in notes)] if len(notes) > 1 else []
    for note in common:
        show.line(f"note: {note}")
    told = [replace(one, notes=tuple(n for n in one.notes if n not in common)) for one, _ in computed]
    for one in told:
        _show_gains(one)
    _show_sufficient([one.person for one in told if one.gains is None and not one.notes])


def _show_powers(computed: Sequence[tuple[PersonPower, Power]], pool: int) -> None:
    table = Table(title="What the families can say", title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("person", no_wrap=True)
    table.add_column("references")
    for name in ("log10 LR", "sd", _PASSING, "exclusion", "false"):
        table.add_column(name, justify="right", no_wrap=True)
    for one, power in computed:
        tail = power.tail(_THRESHOLD)
        false = tail.false_candidates(pool)
        table.add_row(escape(one.person), escape(", ".join(power.typed) or "none"), f"{power.mean_log10_lr:.1f}",
                      f"{power.sd_log10_lr:.1f}", _share(tail.if_member),
                      _probability(power.exclusion_without_mutation), f"{false.value:.1e} ±{false.error:.0e}")
    Console().print(table)
    show.line(f"log10 LR: expected, with its standard deviation, and {_PASSING}: if the remains are the person's, "
              "typed at every marker")
    show.line("exclusion: probability that an unrelated person's profile is impossible, or possible by a mutation only")
    show.line(f"false: how many of {pool} unrelated persons' remains are expected above LR 10^{_THRESHOLD:g}")


def _show_reasons(found: Sequence[PersonPower]) -> None:
    reasons: dict[str, list[str]] = {}
    for one in found:
        if one.power is None:
            reasons.setdefault(one.reason, []).append(one.person)
    for reason, persons in reasons.items():
        show.line(f"not computed: {', '.join(persons)}: {reason}")


def _show_gains(one: PersonPower) -> None:
    if one.gains is None and not one.notes:
        return
    show.line(f"\n{one.person}, family {one.family}:")
    for note in one.notes:
        show.line(f"  note: {note}")
    if one.gains is None:
        return
    worth = [g for g in one.gains if g.gain_log10_lr >= _LEAST_GAIN]
    shown = [*[g for g in worth if not g.hypothetical][:_IN_THE_PEDIGREE],
             *[g for g in worth if g.hypothetical][:_BEYOND_IT]]
    for gain in shown:
        show.line(f"  {_sentence(gain)}")
    if not shown:
        show.line("  no further sample would raise the expected log10 LR")


def _sentence(gain: RelativeGain) -> str:
    whose = f"a {gain.relative} outside the pedigree, if there is one," if gain.hypothetical else gain.relative
    before, after = gain.before, gain.after
    return (f"a sample from {whose} would raise the expected log10 LR from {before.mean_log10_lr:.1f} to "
            f"{after.mean_log10_lr:.1f} ({_PASSING} {_share(after.above)}, exclusion "
            f"{_probability(after.exclusion_without_mutation)})")


def _show_sufficient(persons: Sequence[str]) -> None:
    if persons:
        show.line(f"\nfor {len(persons)} other person{'' if len(persons) == 1 else 's'} {_PASSING} is {_ENOUGH:g} or "
                  "more; --person ID shows whose sample would add to it")


def _share(estimate: Estimate) -> str:
    error = "<0.001" if 0.0 < estimate.error < 0.0005 else f"{estimate.error:.3f}"
    return f"{_probability(estimate.value)} ±{error}"


def _probability(value: float) -> str:
    """Never rounded up to 1 or down to 0."""
    if 0.0 < value < 0.0005:
        return "<0.001"
    return ">0.999" if 0.9995 <= value < 1.0 else f"{value:.3f}"
