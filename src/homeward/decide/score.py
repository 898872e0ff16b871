"""Conclusions held against a known truth: for simulated cases and for exercises."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["ProposedName", "Score", "score"]


@dataclass(frozen=True, slots=True)
class ProposedName:
    """What a run concluded of one set of remains: its best candidate, and the name where one was proposed."""

    remains: str
    conclusion: str
    best: str | None
    posterior: float
    proposed: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of remains. ``listed``: of persons on the roster; ``absent``: of others; ``unknown``: not in the truth.

    ``right``, ``wrong``: proposals with the true and with another name; ``named_absent``: proposals for remains of
    people who are not on the roster; ``ranked_first``: listed persons who are the best candidate for their remains.
    """

    listed: int
    absent: int
    unknown: int
    right: int
    wrong: tuple[ProposedName, ...]
    named_absent: tuple[ProposedName, ...]
    ranked_first: int


def score(names: Iterable[ProposedName], truth: Mapping[str, str | None]) -> Score:
    """Hold the conclusions of a run against ``truth``: remains → person, None for someone not on the roster."""
    names = tuple(names)
    judged = [n for n in names if n.remains in truth]
    listed = [n for n in judged if truth[n.remains] is not None]
    absent = [n for n in judged if truth[n.remains] is None]
    return Score(
        listed=len(listed), absent=len(absent), unknown=len(names) - len(judged),
        right=sum(n.proposed == truth[n.remains] for n in listed),
        wrong=tuple(n for n in listed if n.proposed not in (None, truth[n.remains])),
        named_absent=tuple(n for n in absent if n.proposed is not None),
        ranked_first=sum(n.best == truth[n.remains] for n in listed))
