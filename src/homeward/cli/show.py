"""What the terminal shows: tables that a person can read, and faults that a person can mend."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from homeward.blocks import Status
from homeward.decide import Conclusion, Identification, Score
from homeward.formats.inventory import InventoryFile
from homeward.model import Case, Fault, FaultyInput, HomewardError

__all__ = ["case", "failure", "faults", "identification", "inventory", "line", "progress", "refusal", "score"]


def line(text: str) -> None:
    """One plain line on standard output, its tabs kept for the program that reads it."""
    sys.stdout.write(text + "\n")


def refusal(error: HomewardError) -> None:
    """Why a command refuses, on standard error."""
    if isinstance(error, FaultyInput):
        faults(error.faults)
    else:
        failure(str(error))


def failure(why: str) -> None:
    """Why a command ends without a result, on standard error."""
    Console(stderr=True).print(f"homeward: {why}", markup=False, highlight=False, soft_wrap=True)


def faults(found: Sequence[Fault]) -> None:
    """All faults, one a line, on standard error."""
    console = Console(stderr=True)
    for fault in found:
        console.print(str(fault), markup=False, highlight=False, soft_wrap=True)
    count = f"{len(found)} fault{'' if len(found) == 1 else 's'}"
    console.print(f"{count}; nothing was read", markup=False, highlight=False)


def case(read: Case) -> None:
    """A case in one line, and the guesses made in reading it."""
    samples = len(read.reference_samples) + len(read.remains_samples)
    line(f"{read.title or read.name}: {len(read.roster)} persons on the roster, {len(read.families)} families, "
         f"{len(read.remains)} remains, {samples} samples, {len(read.profiles)} profiles, "
         f"{len(read.frequencies.markers)} markers" + (" (synthetic)" if read.synthetic else ""))
    for note in read.notes:
        line(f"note: {note}")


def inventory(read: InventoryFile) -> None:
    """An inventory in one line, and what was guessed or is in doubt."""
    elements = read.inventory.elements
    profiled = sum(any(s.profile is not None for s in e.samples) for e in elements)
    line(f"inventory: {len(elements)} elements in {len(read.inventory.boxes)} boxes, "
         f"{sum(len(e.measurements) for e in elements)} measurements, {sum(len(e.samples) for e in elements)} samples, "
         f"{profiled} elements with a profile, {len(read.inventory.associations)} associations")
    for note in read.notes:
        line(f"note: {note}")


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on standard error; yields the function that is told the share done."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
               TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def identification(found: Identification) -> None:
    """The proposals, the counts of each conclusion, the warnings."""
    console = Console()
    table = Table(title="Proposals", title_justify="left")
    for name in ("remains", "person", "conclusion"):
        table.add_column(name)
    for name in ("posterior", "log10 LR", "runner-up"):
        table.add_column(name, justify="right")
    for p in found.proposals:
        second = p.runner_up
        runner_up = "–" if second is None or second.status is Status.EXCLUDED else (
            f"{second.person} {second.posterior:.1e}")
        table.add_row(*(escape(cell) for cell in (p.remains, p.person, p.conclusion.value, _posterior(p.posterior),
                                                   f"{p.log10_lr:.2f}", runner_up)))
    if found.proposals:
        console.print(table)
    else:
        line("no proposal: no name reaches the rule's posterior")
    counts = Counter(r.conclusion for r in found.remains)
    line("remains: " + (", ".join(f"{counts[c]} {c.value}" for c in Conclusion if counts[c]) or "none in this case"))
    how = "spread evenly" if found.joint is None else "all pairings weighed together"
    line(f"prior: the remains belong to someone on the roster with probability {found.case.prior.on_roster:g}, "
         f"{how}; rule: posterior at least {found.case.rule.posterior:g}, lines at least "
         f"{found.case.rule.minimum_lines}")
    for warning in found.warnings:
        line(f"warning: {warning}")


def _posterior(value: float) -> str:
    """Never rounded up to 1: 0.99995 stays below it."""
    return f"{value:.6f}" if value < 0.9999995 else f"1 − {1.0 - value:.0e}" if value < 1.0 else "1 − <1e-16"


def score(result: Score) -> None:
    """A run held against the truth, in four lines; wrong names one by one."""
    line(f"remains of listed persons: {result.listed}; named rightly {result.right}, wrongly {len(result.wrong)}, "
         f"not named {result.listed - result.right - len(result.wrong)}; true person ranked first "
         f"{result.ranked_first}")
    line(f"remains of people not on the roster: {result.absent}; given a name {len(result.named_absent)}")
    for name in (*result.wrong, *result.named_absent):
        line(f"wrong: {name.remains} was named {name.proposed} with posterior {name.posterior:.6g}")
    if result.unknown:
        line(f"not in the truth table: {result.unknown}")
