"""The chain of custody, tampered with in seven ways a thousand times each, and ten thousand honest chains.

The rules, any of which broken makes the exit code 1:

1. With the heads that the receipts show, every tampering is found, and the first bad event is named: exactly, but for a
   chain rewritten from an event on, which lies between two receipts and is named as such.
2. With a chain exported before, the first bad event is named exactly, whatever was done.
3. With the last receipt's head alone every tampering is found, and the first bad event is within what is named.
4. Without any head, edits, edited hashes, deletions and swaps are found; a tail cut off, a chain rewritten and events
   appended are not, not once: the papers say so, and a rule that says otherwise would be noticed here.
5. Of ten thousand honest chains none raises an alarm.

Chains are synthetic, of 8 to 120 events; every tampering is of a chain of its own.
"""

import argparse
import datetime
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from homeward.custody import Finding, Head, verify
from homeward.simulate.custody import grow_custody
from homeward.simulate.tampering import NEED_A_HEAD, TAMPERINGS, Line, heads_of_all, heads_on_receipts

_SHORTEST, _LONGEST = 8, 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the report; ``kept`` is whether its rule is kept."""

    what: str
    figures: str
    kept: bool


def chain(rng: np.random.Generator) -> list[Line]:
    """An honest chain of any length."""
    return list(grow_custody(int(rng.integers(_SHORTEST, _LONGEST + 1)), rng=rng))


def named(found: Finding | None, first_bad: int) -> bool:
    """Whether the first bad event lies within what the finding names."""
    return found is not None and found.since <= first_bad <= found.seq


def exactly(found: Finding | None, first_bad: int) -> bool:
    """Whether the finding names the first bad event and no other."""
    return found is not None and found.since == found.seq == first_bad


def tampered(kind: str, times: int, rng: np.random.Generator) -> Iterator[Outcome]:
    """One way of tampering, held against rules 1 to 4."""
    receipts = located = all_events = last = without = 0
    widths = []
    for _ in range(times):
        lines = chain(rng)
        done = TAMPERINGS[kind](lines, rng)
        by_receipts = _first_bad(done.lines, heads_on_receipts(lines))
        receipts += named(by_receipts, done.first_bad)
        located += exactly(by_receipts, done.first_bad)
        widths.append(0 if by_receipts is None else by_receipts.seq - by_receipts.since + 1)
        all_events += exactly(_first_bad(done.lines, heads_of_all(lines)), done.first_bad)
        last += named(_first_bad(done.lines, [Head(len(lines), lines[-1][1])]), done.first_bad)
        without += exactly(verify(done.lines).first_bad, done.first_bad)
    bounded = kind == "rewrite from k on"
    yield Outcome(f"{kind}, heads of all receipts", f"{receipts} of {times} found, the first bad event named exactly "
                  f"in {located}" + (f", else as one of {np.mean(widths):.1f} events on average" if bounded else ""),
                  receipts == times and (bounded or located == times))
    yield Outcome(f"{kind}, chain exported before", f"{all_events} of {times} named exactly", all_events == times)
    yield Outcome(f"{kind}, last head alone", f"{last} of {times} found", last == times)
    missed = kind in NEED_A_HEAD
    yield Outcome(f"{kind}, no head", f"{without} of {times} found" + (", as the papers say" if missed else ""),
                  without == (0 if missed else times))


def _first_bad(lines: Sequence[Line], heads: Sequence[Head]) -> Finding | None:
    return verify(lines, heads=heads, latest=True).first_bad


def honest(times: int, rng: np.random.Generator) -> Outcome:
    """Rule 5."""
    alarms = events = 0
    for _ in range(times):
        lines = chain(rng)
        events += len(lines)
        alarms += not verify(lines, heads=heads_on_receipts(lines), latest=True).sound
    return Outcome("honest chains", f"{alarms} false alarms in {times:,}, of {events:,} events", alarms == 0)


def write(outcomes: list[Outcome], path: Path, *, day: datetime.date, seed: int) -> None:
    """The dated report: what was found, with what, and whether the rules are kept."""
    software = ", ".join(f"{name} {version(name)}" for name in ("homeward", "numpy"))
    lines = [f"# Tampering with the chain of custody, verified on {day.isoformat()}", "",
             f"{software}, Python {platform.python_version()}; seed {seed}. {sum(o.kept for o in outcomes)} of "
             f"{len(outcomes)} checks kept. The rules stand in `verification/custody_tampering.py`.", "",
             "| what | figures | rule |", "|---|---|---|",
             *(f"| {o.what} | {o.figures} | {'kept' if o.kept else '**broken**'} |" for o in outcomes)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Run everything; the exit code says whether all rules are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=1000, help="of each kind of tampering; honest chains ten times as "
                        "many")
    parser.add_argument("--seed", type=int, default=1950)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "reports")
    asked = parser.parse_args()
    day, began = datetime.datetime.now(tz=datetime.UTC).date(), time.monotonic()
    outcomes: list[Outcome] = []
    for number, kind in enumerate(TAMPERINGS):
        outcomes += tampered(kind, asked.times, np.random.default_rng([asked.seed, number]))
    outcomes.append(honest(10 * asked.times, np.random.default_rng([asked.seed, 100])))
    for outcome in outcomes:
        sys.stdout.write(f"{'kept  ' if outcome.kept else 'BROKEN'} {outcome.what}: {outcome.figures}\n")
    path = asked.out / f"custody-tampering-{day.isoformat()}.md"
    write(outcomes, path, day=day, seed=asked.seed)
    sys.stdout.write(f"report: {path}; {time.monotonic() - began:.0f} s\n")
    return int(not all(o.kept for o in outcomes))


if __name__ == "__main__":
    sys.exit(main())
