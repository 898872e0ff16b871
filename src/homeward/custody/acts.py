"""What each act asks of an item's state, and what it makes of it.

A faulty event is told and then followed as far as it goes, so that one fault does not bring forth all later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from homeward.custody.event import Act, Row
from homeward.custody.reconcile import Tell, divided, joined, reconcile
from homeward.custody.state import ItemId, Phase, State

__all__ = ["RULE_OF", "Rule", "parent_of"]

Find = Callable[[ItemId], State | None]
Rule = Callable[[Row, State | None, Find, Tell], State]

# What an item of a kind may be taken out of, or put into.
_PARENTS: Mapping[str, frozenset[str]] = MappingProxyType({
    "container": frozenset({"container"}), "remains": frozenset({"container", "remains"}),
    "element": frozenset({"container", "remains", "element"}),
    "sample": frozenset({"container", "remains", "element", "sample"})})
_HELD = Phase.HELD
_CONSUMED = frozenset({"element", "sample"})  # remains, and what held them, are never used up


def parent_of(row: Row) -> ItemId:
    """What the item was taken out of, or put into."""
    return row.case_key, row.parent_kind, row.parent_key


def _received(row: Row, state: State | None, _: Find, tell: Tell) -> State:
    if not row.receiver or row.receiver == row.giver:
        _two_parties(row, tell)
    if state is None:
        state = State()
    elif state.phase is Phase.RELEASED:
        tell("outside", f"was released to {state.holder}, {state.at}, and comes back from {row.giver}")
    elif state.phase is Phase.HELD:
        tell("holder", f"is said to come from outside, and {state.holder} holds it")
    else:
        tell("ended" if state.phase is Phase.USED_UP else "holder",
             f"is said to come from outside, and {_whereabouts(state)}")
    if row.seals or row.mass_mg or row.count:
        reconcile(row, state, tell)
    state.phase, state.holder = _HELD, row.receiver
    return state


def _handed_over(row: Row, state: State | None, _: Find, tell: Tell) -> State:
    if state is None or state.phase is not _HELD or state.holder != row.giver:
        state = _must_hold(row, state, tell)
    if not row.receiver or row.receiver == row.giver:
        _two_parties(row, tell)
    if row.seals != state.seals or row.mass_mg or row.count:  # otherwise there is nothing to reconcile
        reconcile(row, state, tell, silent_seals=False)
    state.phase, state.holder = _HELD, row.receiver
    return state


def _released(row: Row, state: State | None, find: Find, tell: Tell) -> State:
    state = _handed_over(row, state, find, tell)
    state.phase = Phase.RELEASED
    return state


def _opened(row: Row, state: State | None, _: Find, tell: Tell) -> State:
    _one_party(row, tell)
    state = _must_hold(row, state, tell)
    reconcile(row, state, tell, silent_seals=False)
    state.seals, state.bare = "", True
    return _held(row, state)


def _sealed(row: Row, state: State | None, _: Find, tell: Tell) -> State:
    _one_party(row, tell)
    state = _must_hold(row, state, tell)
    if not row.seals:
        tell("seals", "it is not said with which seals")
    if state.seals:
        tell("sealed", f"is sealed with {state.seals}; it has to be opened first")
    state.seals, state.bare = "", False
    reconcile(row, state, tell)
    return _held(row, state)


def _checked(row: Row, state: State | None, _: Find, tell: Tell) -> State:
    _one_party(row, tell)
    state = _must_hold(row, state, tell)
    reconcile(row, state, tell, silent_seals=False)
    return _held(row, state)


def _used_up(row: Row, state: State | None, _: Find, tell: Tell) -> State:
    if row.receiver:
        tell("party", f"is used up, and {row.receiver} is said to have it afterwards")
    if row.item_kind not in _CONSUMED:
        tell("ended", f"{row.item_kind} cannot be used up")
    state = _must_hold(row, state, tell)
    if state.n_inside:
        tell("parent", f"is used up, and {state.n_inside} more lie in it")
    reconcile(row, state, tell)
    state.phase, state.holder = Phase.USED_UP, ""
    return state


def _taken_out(row: Row, state: State | None, find: Find, tell: Tell) -> State:
    _one_party(row, tell)
    parent = _must_hold_parent(row, find, tell)
    if state is None:
        state = State()
    elif state.phase is Phase.INSIDE and state.parent == parent_of(row):
        if parent is not None:
            parent.n_inside -= 1
    else:
        tell("ended" if state.phase in (Phase.USED_UP, Phase.RELEASED) else "parent",
             f"is taken out of {_named(parent_of(row))}, and {_whereabouts(state)}")
    reconcile(row, state, tell)
    if parent is not None:
        divided(parent, state)
    state.parent = None
    return _held(row, state)


def _put_into(row: Row, state: State | None, find: Find, tell: Tell) -> State:
    _one_party(row, tell)
    state = _must_hold(row, state, tell)
    parent = _must_hold_parent(row, find, tell)
    reconcile(row, state, tell)
    if parent is None or parent.phase is not _HELD:
        return _held(row, state)  # nothing that lies in something else holds anything new: no circles
    joined(parent, state)
    parent.n_inside += 1
    state.phase, state.holder, state.parent = Phase.INSIDE, "", parent_of(row)
    return state


def _held(row: Row, state: State) -> State:
    state.phase, state.holder = _HELD, row.receiver
    return state


def _two_parties(row: Row, tell: Tell) -> None:
    if not row.receiver:
        tell("party", "no receiver is named")
    elif row.receiver == row.giver:
        tell("party", f"{row.giver} gives it to itself")


def _one_party(row: Row, tell: Tell) -> None:
    if row.receiver != row.giver:
        tell("party", f"is {row.act} by {row.giver}, and {row.receiver or 'nobody'} is said to hold it afterwards")


def _must_hold(row: Row, state: State | None, tell: Tell) -> State:
    if state is None:
        tell("begins", f"is {row.act} by {row.giver}, and no event says how it came into custody")
        return State()
    if state.phase is not Phase.HELD:
        tell("holder" if state.phase is Phase.INSIDE else "ended",
             f"is {row.act} by {row.giver}, and {_whereabouts(state)}")
    elif state.holder != row.giver:
        tell("holder", f"is {row.act} by {row.giver}, and {_whereabouts(state)}")
    return state


def _must_hold_parent(row: Row, find: Find, tell: Tell) -> State | None:
    what = _named(parent_of(row))
    done = f"{row.act} of {what}" if row.act == Act.TAKEN_OUT else f"{row.act} {what}"
    if row.parent_kind not in _PARENTS[row.item_kind] or (row.parent_key == row.item_key and (
            row.parent_kind == row.item_kind)):
        tell("parent", f"{row.item_kind} cannot be {done}")
        return None
    parent = find(parent_of(row))
    if parent is None:
        tell("parent", f"is {done}, and no event says how that came into custody")
        return None
    if parent.phase is not _HELD or parent.holder != row.giver:
        tell("parent", f"is {done} by {row.giver}, and that {_whereabouts(parent)}")
    if parent.seals:
        tell("sealed", f"is {done}, which is sealed with {parent.seals}")
    return parent


def _whereabouts(state: State) -> str:
    if state.phase is Phase.HELD:
        return f"is held by {state.holder}"
    if state.phase is Phase.INSIDE and state.parent is not None:
        return f"lies in {_named(state.parent)}: it moves with that, or is taken out first"
    return f"was released to {state.holder}" if state.phase is Phase.RELEASED else "was used up"


def _named(item: ItemId) -> str:
    return f"{item[1]} {item[2]}".strip() or "nothing"


# Keyed by plain text, which is what a chain holds and what is looked up a million times.
RULE_OF: Mapping[str, Rule] = MappingProxyType({act.value: rule for act, rule in {
    Act.RECEIVED: _received, Act.HANDED_OVER: _handed_over, Act.RELEASED: _released, Act.OPENED: _opened,
    Act.SEALED: _sealed, Act.CHECKED: _checked, Act.USED_UP: _used_up, Act.TAKEN_OUT: _taken_out,
    Act.PUT_INTO: _put_into}.items()})
