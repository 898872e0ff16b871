"""Count, seals and mass of an item, held against those recorded before."""

from __future__ import annotations

from collections.abc import Callable

from homeward.custody.event import Row, whole
from homeward.custody.state import State

__all__ = ["MASS_TOLERANCE", "MASS_TOLERANCE_MG", "MASS_TOLERANCE_PART", "SAW_PART", "divided", "joined", "reconcile"]

Tell = Callable[[str, str], None]

# Bones take up and give off water, and balances differ: two parts of a hundred, and no less than 50 mg.
MASS_TOLERANCE_PART, MASS_TOLERANCE_MG = 50, 50
MASS_TOLERANCE = "2 % of the mass recorded before, and 50 mg at least"
_DIGITS = 18
SAW_PART = 5  # a fifth of a sample's mass may have become dust when it was cut


def reconcile(row: Row, state: State, tell: Tell, *, silent_seals: bool = True) -> None:
    """Compare what an event states with what the state holds, then take it over.

    A difference that the event explains is told as ``difference``. What an event does not state stays as it was, except
    that the seals of a sealed item must be stated unless ``silent_seals``.
    """
    if row.seals != state.seals:
        _look_at_seals(row, state, tell, silent=silent_seals)
    if row.count and (row.count != state.count or row.unit != state.unit):
        _count(row, state, tell)
    if row.mass_mg and row.mass_mg != state.weighed:
        _weigh(row, state, tell)


def _look_at_seals(row: Row, state: State, tell: Tell, *, silent: bool) -> None:
    if row.seals:
        if state.seals or state.bare:
            _differ("seals", f"seals {row.seals}, before {state.seals or 'none'}", row, tell)
        state.seals, state.bare = row.seals, False
    elif not silent:
        _differ("seals", f"is sealed with {state.seals}; it is not said which seals were seen", row, tell)
        if row.difference:
            state.seals, state.bare = "", True


def _count(row: Row, state: State, tell: Tell) -> None:
    if whole(row.count) is None or not row.unit:
        tell("form", f"count={row.count!r} must be a whole number, with its unit")
        return
    if state.count:
        _differ("count", f"count {row.count} {row.unit}, before {state.count} {state.unit}", row, tell)
    state.count, state.unit = row.count, row.unit


def _weigh(row: Row, state: State, tell: Tell) -> None:
    stated, before = row.mass_mg, state.mass_mg
    if not stated.isdecimal() or len(stated) > _DIGITS:
        tell("form", f"mass_mg={stated!r} must be a whole number")
        return
    mass_mg = int(stated)
    if before is not None:
        tolerance = max(MASS_TOLERANCE_MG, before // MASS_TOLERANCE_PART)
        if not -tolerance - state.slack_mg <= mass_mg - before <= tolerance:
            _differ("mass", f"mass {mass_mg} mg, before {before} mg; tolerance {tolerance + state.slack_mg} mg", row,
                    tell)
    state.mass_mg, state.weighed, state.slack_mg = mass_mg, stated, 0


def _differ(rule: str, message: str, row: Row, tell: Tell) -> None:
    if row.difference:
        tell("difference", f"{message}: {row.difference}")
    else:
        tell(rule, f"{message}; the difference is not explained")


def divided(parent: State, child: State) -> None:
    """Something was taken out of the parent: its count is open, its mass less by the child's."""
    parent.count = parent.unit = parent.weighed = ""
    if parent.mass_mg is not None and child.mass_mg is not None:
        parent.mass_mg = max(0, parent.mass_mg - child.mass_mg)
        parent.slack_mg += child.mass_mg // SAW_PART
    else:
        parent.mass_mg, parent.slack_mg = None, 0


def joined(parent: State, child: State) -> None:
    """Something was put into the parent."""
    parent.count = parent.unit = parent.weighed = ""
    if parent.mass_mg is not None and child.mass_mg is not None:
        parent.mass_mg += child.mass_mg
    else:
        parent.mass_mg, parent.slack_mg = None, 0
