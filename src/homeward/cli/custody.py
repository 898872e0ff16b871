"""``homeward verify-chain``: an exported chain of custody, verified without the register that wrote it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from homeward.cli import show
from homeward.custody import RULES, Head, Verdict, read_chain, verify
from homeward.model import InvalidValue

__all__ = ["AGAINST", "HEADS", "LATEST", "heads_of", "tell_verdict", "verify_chain_command"]

_SHOWN = 20  # findings of each rule

HEADS = Annotated[list[str] | None, typer.Option("--head", metavar="SEQ:HASH", help="A head from a receipt; may be "
                                                 "given more than once.")]
AGAINST = Annotated[Path | None, typer.Option("--against", metavar="FILE", help="A chain exported earlier and kept "
                                              "elsewhere: every event of it is a head.")]
LATEST = Annotated[bool, typer.Option("--latest", help="The last head is that of the last event: whatever comes after "
                                      "it is a fault.")]


def verify_chain_command(
    chain: Annotated[Path, typer.Argument(metavar="CHAIN", help="An exported chain.")],
    head: HEADS = None,
    *,
    against: AGAINST = None,
    latest: LATEST = False,
) -> None:
    """Verify an exported chain of custody: every hash, who held what, and the heads that you hold."""
    heads = heads_of(head or [], against, latest=latest)
    tell_verdict(verify(read_chain(chain), heads=heads, latest=latest))


def heads_of(given: Iterable[str], against: Path | None, *, latest: bool) -> Iterator[Head]:
    """All heads that somebody holds, in order; raises InvalidValue for what is none, FaultyInput."""
    heads = sorted(Head.parse(text) for text in given)
    if latest and not heads and against is None:
        raise InvalidValue("command line", "--latest", "", "needs --head or --against")
    return heapq.merge(heads, _heads_in(against) if against is not None else ())


def _heads_in(path: Path) -> Iterator[Head]:
    for text, stored in read_chain(path):
        yield Head.parse(f"{text.split(chr(9), 2)[1] if chr(9) in text else '?'}:{stored}")


def tell_verdict(verdict: Verdict) -> None:
    """What verification came to, in words; ends the command with exit code 1 where the chain is not sound."""
    items = len(verdict.whereabouts)
    show.line(f"{verdict.n_events:,} event{'' if verdict.n_events == 1 else 's'} of "
              f"{items:,} item{'' if items == 1 else 's'}"
              + (f"; head {verdict.head.seq}:{verdict.head.hash}" if verdict.head else ""))
    shown: Counter[str] = Counter()
    for finding in verdict.findings:
        shown[finding.rule] += 1
        if shown[finding.rule] <= _SHOWN:
            show.line(f"{finding.weight.value}: {finding}")
    for rule, n in verdict.counts.items():
        if n > _SHOWN:
            show.line(f"{RULES[rule][0].value}: {n - _SHOWN:,} more [{rule}]")
    show.line(_vouched(verdict))
    bad = verdict.first_bad
    if bad is None:
        show.line("The chain is whole and custody unbroken.")
        return
    what = "The chain is broken" if not verdict.whole else "The chain is whole, and custody is not unbroken"
    which = f"event {bad.seq}" if bad.since == bad.seq else f"one of the events {bad.since} to {bad.seq}"
    show.line(f"{what}: the first bad event is {which}.")
    raise typer.Exit(1)


def _vouched(verdict: Verdict) -> str:
    if verdict.vouched_to:
        return f"The heads vouch for event {verdict.vouched_to} and all before it."
    if any(verdict.counts.get(rule) for rule in ("head", "cut")):
        return "No head agrees with this chain."
    return ("No head was given: a tail cut off, a chain rewritten to its end and events appended at its end would not "
            "show. Heads stand on the receipts; give one with --head.")
