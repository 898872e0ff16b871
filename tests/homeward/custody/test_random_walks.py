"""Ten thousand random walks: whatever is tried, an item that has custody has one holder, by two ways of counting."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

from homeward.custody import ACTS, FIRST_HASH, Act, Findings, ItemId, Row, Weight, Whereabouts

WALKS, STEPS = 10_000, 18
PARTIES = ("A", "B", "C")
ITEMS = (("container", "B1"), ("container", "B2"), ("remains", "R1"), ("element", "E1"), ("sample", "S1"))
HOLDERS_ACTS = {Act.OPENED, Act.SEALED, Act.CHECKED, Act.TAKEN_OUT, Act.PUT_INTO}


def tried(rng: random.Random, step: int, whereabouts: Whereabouts) -> Row:
    """Any act on any item by anyone; half of the time by whoever holds it, so that walks get somewhere."""
    kind, key = rng.choice(ITEMS)
    act, receiver = rng.choice(ACTS), rng.choice(PARTIES)
    known = whereabouts.holder(("K", kind, key)) if rng.random() < 0.5 else ""
    giver = known or rng.choice(PARTIES)
    if not known and rng.random() < 0.3:
        act = Act.RECEIVED
    if act in HOLDERS_ACTS and rng.random() < 0.9:
        receiver = giver
    parent = rng.choice(ITEMS) if act in (Act.TAKEN_OUT, Act.PUT_INTO) else ("", "")
    return Row("1", str(step), f"H{step}", "K", kind, key, act, giver, "" if act == Act.USED_UP else receiver,
               "2018-07-27", "Osan", *parent, "", "", "x" if act == Act.SEALED else "", "", "unlike" if
               rng.random() < 0.5 else "", "", "", "user:a", "2018-07-28T00:00:00Z", FIRST_HASH)


def holders_by_balance(accepted: Sequence[Row]) -> dict[ItemId, list[str]]:
    """Who holds each item, by adding up what went in and out of each pair of hands; things move with what they lie in.

    Nothing of what it is held against is used: no order of phases, no state, only sums.
    """
    hands: Counter[tuple[ItemId, str]] = Counter()
    lies_in: Counter[tuple[ItemId, ItemId]] = Counter()
    for row in accepted:
        item, whole = (row.case_key, row.item_kind, row.item_key), (row.case_key, row.parent_kind, row.parent_key)
        if row.act in (Act.HANDED_OVER, Act.RELEASED, Act.USED_UP, Act.PUT_INTO):
            hands[item, row.giver] -= 1
        if row.act in (Act.RECEIVED, Act.HANDED_OVER, Act.TAKEN_OUT):
            hands[item, row.receiver] += 1
        if row.act == Act.PUT_INTO:
            lies_in[item, whole] += 1
        if row.act == Act.TAKEN_OUT and lies_in[item, whole]:
            lies_in[item, whole] -= 1

    def holders(item: ItemId) -> Iterator[str]:
        yield from (party for (one, party), n in hands.items() if one == item for _ in range(abs(n)))
        for (one, whole), n in lies_in.items():
            if one == item and n:
                yield from holders(whole)

    return {item: list(holders(item)) for item in {(row.case_key, row.item_kind, row.item_key) for row in accepted}}


def ended(accepted: Sequence[Row], item: ItemId) -> bool:
    """Whether the item, or what it lies in, was last released or used up."""
    last = [row for row in accepted if (row.case_key, row.item_kind, row.item_key) == item][-1]
    if last.act == Act.PUT_INTO:
        return ended(accepted, (last.case_key, last.parent_kind, last.parent_key))
    return last.act in (Act.RELEASED, Act.USED_UP)


def whereabouts_of(rows: Sequence[Row]) -> Whereabouts:
    whereabouts = Whereabouts(Findings())
    for row in rows:
        whereabouts.add(row)
    return whereabouts


def test_after_ten_thousand_walks_no_item_has_no_holder_and_none_has_two() -> None:
    rng, n_accepted, n_refused, acts = random.Random(1950), 0, 0, Counter[str]()
    for _ in range(WALKS):
        accepted: list[Row] = []
        whereabouts = whereabouts_of(accepted)
        for step in range(1, STEPS + 1):
            row = tried(rng, step, whereabouts)
            whereabouts.findings = Findings()
            whereabouts.add(row)
            bad = whereabouts.findings.first_bad
            assert bad is None or bad.weight is Weight.FAULT
            if bad is None:
                accepted.append(row)
                acts[row.act] += 1
            else:  # the door refuses: nothing of it remains
                n_refused += 1
                whereabouts = whereabouts_of(accepted)
        n_accepted += len(accepted)
        for item, holders in holders_by_balance(accepted).items():
            if ended(accepted, item):
                assert (holders, whereabouts.holder(item)) == ([], "")
            else:
                assert holders == [whereabouts.holder(item)]
    assert n_accepted > 3 * WALKS
    assert n_refused > 10 * WALKS
    assert min(acts[act] for act in ACTS) > 100  # every act was walked
