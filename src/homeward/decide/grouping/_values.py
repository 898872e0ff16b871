"""What the kernels of the joint posterior work on: the data, the rates, and the state of one chain, as plain arrays.

Groups, elements, persons, boxes and incidents are numbered. A label is −1 for "not on the roster", a person's number,
or −2 − i for "someone of incident i, nothing tells who": a group without evidence on identity has no other.
"""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["OFF", "Data", "Rates", "State"]

OFF = -1


class Data(NamedTuple):
    """What does not change. E elements, N persons by incident, I incidents, B boxes, S states of all markers.

    ``slot``: bone and side of each element; ``opposite``: of each slot, −1 where it has none. ``zone``: bits.
    ``start``: (I + 1,) first person of each incident. ``stated``: incident that each box states, −1 none;
    ``n_boxes``: (I,) boxes that state it. ``informs``, ``dna``, ``am``: row of each element in ``alone``,
    ``weights``, ``lines``, or −1. ``weights``: (n, S), P(seen | state), largest 1 at each marker; ``tables``: (S,
    n_ref), P(state | references); ``column``: of each person in it, −1 without references. ``alone``: (n, N) log LR
    of each informative element by itself; ``top``: its best persons; ``rest``: (n, I) the sum of the LRs of all
    others.
    """

    slot: Any
    opposite: Any
    several: Any
    zone: Any
    box: Any
    stated: Any
    n_boxes: Any
    start: Any
    incident: Any
    stated_class: Any
    informs: Any
    dna: Any
    am: Any
    first: Any
    typed: Any
    weights: Any
    population: Any
    tables: Any
    column: Any
    log_population: Any
    compatible: Any
    alone: Any
    top: Any
    rest: Any
    lines: Any
    measured: Any
    single: Any
    pairs: Any
    pair_start: Any
    rank: Any
    joined_start: Any
    joined: Any
    joined_log: Any
    mark: Any  # of each informative element, at random; their sum is a group's signature
    penalty: Any  # log of: an overlapping element of the same slot, a fragment of the same slot


class Rates(NamedTuple):
    """What is inferred beside the grouping. Scalars are arrays of one.

    ``unlisted``: expected persons not on the roster; ``present``: (2,) probability that a person is here, of an
    incident that some box states, and of others. ``recovery``: (n_slots,); ``shares``: (Q,) of the completeness
    levels; ``spread``, ``wrong``: positions in their grids. The rest follows from these (``_rates.refresh``).
    """

    unlisted: Any
    present: Any
    recovery: Any
    shares: Any
    spread: Any
    wrong: Any
    levels: Any
    spread_grid: Any
    wrong_grid: Any
    recovery_grid: Any
    prior: Any  # shape and rate of unlisted; a, b of present (two pairs); a, b of recovery; a of shares
    odds: Any
    nothing: Any
    missed: Any
    base: Any
    rho: Any
    away: Any
    near: Any
    box: Any  # s/B, R, 1/B


class State(NamedTuple):
    """One chain. G places for groups; ``active``: the groups in use, ``n_active`` of them.

    ``count``, ``gauged``: (G, n_slots) elements, and measured ones, whose numbers ``ids`` adds up. ``bones``: (G,
    10) constant, information vector and matrix; ``fit``: its log evidence. ``level``: (G, Q) probability of each
    completeness. ``all_boxes``, ``own_boxes``: Σ (R^n − 1) over boxes, and over those that state the label's
    incident. ``mixed``: (rows, S) P(state | label) · weights, of sum 1 at each marker. ``log_lrs``: (rows, N) of
    the informative elements whose signature is ``held``; ``signature``: of each group's own.
    """

    group: Any
    following: Any
    before: Any
    head: Any
    size: Any
    n_informing: Any
    n_dna: Any
    label: Any
    active: Any
    place: Any
    n_active: Any
    count: Any
    gauged: Any
    ids: Any
    in_box: Any
    bones: Any
    fit: Any
    level: Any
    all_boxes: Any
    own_boxes: Any
    row: Any
    rows: Any
    n_rows: Any
    anchor: Any
    mixed: Any
    log_lrs: Any
    signature: Any
    held: Any
    deal: Any
    informers: Any
    side: Any
    owner: Any
    named: Any
    lumped: Any
    options: Any
    scratch: Any
    two: Any
    chances: Any
