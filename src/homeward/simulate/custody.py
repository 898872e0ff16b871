"""An honest chain of custody of synthetic boxes, remains, elements and samples, as long as one wants it.

Boxes come from outside, sealed or not, in hand-overs of one to a dozen; they pass between parties, are opened, and what
lies in them is taken out, sampled, put back, sealed again; samples are used up; some things are released, and a few of
these come back. What the events say is kept here apart from the rules by which a chain is verified.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from homeward.custody import FIRST_HASH, Act, Row, hash_of

__all__ = ["grow_custody"]

_PARTIES = ("Mission 1", "Mission 2", "Central laboratory", "DNA laboratory", "Mortuary")
_OUTSIDE = ("Delegation", "Excavators", "Family", "Cemetery office")
_PLACES = ("Osan", "Wonsan", "Hickam", "Chuncheon", "Yanggu")
_BUFFER = 8192
_MOST_KEPT = 400  # items that still move; older ones rest where they are


@dataclass(slots=True)
class _Item:
    kind: str
    key: str
    holder: str
    mass_mg: int
    seals: str = ""
    parent: _Item | None = None
    inside: list[_Item] = field(default_factory=list)
    released: bool = False


def grow_custody(n_events: int, *, rng: np.random.Generator, case: str = "SYN") -> Iterator[tuple[str, str]]:
    """Grow a chain; gives each event's line and its hash, one after another.

    Args: ``n_events``: how many at least (the last act is brought to its end); ``case``: the key of the case.
    """
    world = _World(case, rng)
    while world.seq < n_events:
        yield from world.act()


class _World:
    """The items that move, the clock, and the end of the chain."""

    def __init__(self, case: str, rng: np.random.Generator) -> None:
        self.seq, self._previous, self._case, self._rng = 0, FIRST_HASH, case, rng
        self._drawn: Iterator[float] = iter(())
        self._now = datetime.datetime(2018, 7, 27, 5, 20, tzinfo=datetime.UTC)
        self._items: list[_Item] = []
        self._made = 0
        self._ways: tuple[tuple[float, Callable[[], list[tuple[str, str]]]], ...] = (
            (0.04, self._receive), (0.48, self._hand_over), (0.57, self._open), (0.67, self._take_out),
            (0.74, self._put_into), (0.83, self._seal), (0.93, self._check), (0.96, self._use_up),
            (1.0, self._release))

    def act(self) -> list[tuple[str, str]]:
        """The events of one act; another is tried where one is not possible."""
        self._now += datetime.timedelta(minutes=1 + self._pick(90))
        while True:
            chosen = self._draw()
            done = next(way for share, way in self._ways if chosen < share)()
            if done:
                return done

    def _draw(self) -> float:
        drawn = next(self._drawn, None)
        if drawn is None:
            self._drawn = iter(self._rng.random(_BUFFER).tolist())
            drawn = next(self._drawn)
        return drawn

    def _pick(self, n: int) -> int:
        return int(self._draw() * n)

    def _one(self, fits: Callable[[_Item], bool]) -> _Item | None:
        """An item that fits, found from a random place on."""
        n = len(self._items)
        start = self._pick(n) if n else 0
        for i in range(min(n, 40)):
            item = self._items[(start + i) % n]
            if fits(item):
                return item
        return None

    def _record(self, act: Act, items: list[_Item], giver: str, receiver: str, *, parent: _Item | None = None,
                seals: bool = True) -> list[tuple[str, str]]:
        """The events of an act; masses are stated now and then, and weighed within a hundredth."""
        at = self._now.strftime("%Y-%m-%d" if self._pick(5) == 0 else "%Y-%m-%dT%H:%MZ")
        recorded = (self._now + datetime.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        handover, place, lines = f"H-{self.seq + 1:06d}", _PLACES[self._pick(len(_PLACES))], []
        for item in items:
            self.seq += 1
            weighed = act is Act.RECEIVED or self._pick(4) == 0
            row = Row(
                form="1", seq=str(self.seq), handover=handover, case_key=self._case, item_kind=item.kind,
                item_key=item.key, act=act.value, giver=giver, receiver=receiver, at=at, place=place,
                parent_kind=parent.kind if parent else "", parent_key=parent.key if parent else "", count="", unit="",
                seals=item.seals if seals else "", mass_mg=str(item.mass_mg) if weighed else "", difference="",
                note="", document_key="", actor="user:synthetic", recorded=recorded, previous_hash=self._previous)
            self._previous = hash_of(row.line)
            lines.append((row.line, self._previous))
        return lines

    def _receive(self) -> list[tuple[str, str]]:
        back = self._one(lambda item: item.released) if self._pick(8) == 0 else None
        if back is not None:
            giver, back.holder, back.released = back.holder, _PARTIES[self._pick(5)], False
            return self._record(Act.RECEIVED, [back], giver, back.holder)
        holder, boxes = _PARTIES[self._pick(5)], []
        for _ in range(1 + self._pick(12)):
            self._made += 1
            boxes.append(_Item("container", f"B-{self._made:06d}", holder, 4_000_000 + self._pick(9_000_000),
                               f"A{self._made:06d}" if self._pick(3) else ""))
        self._items = [*self._items, *boxes][-_MOST_KEPT:]
        return self._record(Act.RECEIVED, boxes, _OUTSIDE[self._pick(2)], holder)

    def _hand_over(self) -> list[tuple[str, str]]:
        first = self._one(_free)
        if first is None:
            return []
        together = [i for i in self._items if _free(i) and i.holder == first.holder][:1 + self._pick(12)]
        giver, receiver = first.holder, _PARTIES[self._pick(5)]
        if giver == receiver:
            return []
        for item in together:
            item.holder = receiver
        return self._record(Act.HANDED_OVER, together, giver, receiver)

    def _by_holder(self, act: Act, item: _Item | None, *, seals: bool = True) -> list[tuple[str, str]]:
        return [] if item is None else self._record(act, [item], item.holder, item.holder, seals=seals)

    def _open(self) -> list[tuple[str, str]]:
        box = self._one(lambda i: _free(i) and i.seals != "")
        done = self._by_holder(Act.OPENED, box)
        if box is not None:
            box.seals = ""
        return done

    def _seal(self) -> list[tuple[str, str]]:
        box = self._one(lambda i: _free(i) and i.kind == "container" and i.seals == "")
        if box is not None:
            box.seals = f"C{self.seq:07d}"
        return self._by_holder(Act.SEALED, box)

    def _check(self) -> list[tuple[str, str]]:
        return self._by_holder(Act.CHECKED, self._one(_free))

    def _take_out(self) -> list[tuple[str, str]]:
        whole = self._one(lambda i: _free(i) and i.seals == "" and i.kind != "sample")
        if whole is None:
            return []
        if whole.inside and self._pick(2):
            part = whole.inside.pop()
        else:
            self._made += 1
            kind = {"container": "remains", "remains": "element", "element": "sample"}[whole.kind]
            part = _Item(kind, f"{kind[0].upper()}-{self._made:06d}", "", 1 + whole.mass_mg // 20)
            self._items = [*self._items, part][-_MOST_KEPT:]
        part.parent, part.holder = None, whole.holder
        lines = self._record(Act.TAKEN_OUT, [part], whole.holder, whole.holder, parent=whole)
        whole.mass_mg = max(0, whole.mass_mg - part.mass_mg)
        return lines

    def _put_into(self) -> list[tuple[str, str]]:
        box = self._one(lambda i: _free(i) and i.kind == "container" and i.seals == "")
        part = box and self._one(lambda i: _free(i) and i.kind != "container" and i.holder == box.holder)
        if box is None or part is None:
            return []
        lines = self._record(Act.PUT_INTO, [part], box.holder, box.holder, parent=box)
        part.parent = box
        box.inside.append(part)
        box.mass_mg += part.mass_mg
        return lines

    def _use_up(self) -> list[tuple[str, str]]:
        sample = self._one(lambda i: _free(i) and i.kind == "sample")
        if sample is None:
            return []
        self._items.remove(sample)
        return self._record(Act.USED_UP, [sample], sample.holder, "")

    def _release(self) -> list[tuple[str, str]]:
        item = self._one(_free)
        if item is None:
            return []
        giver, item.holder, item.released = item.holder, _OUTSIDE[2 + self._pick(2)], True
        return self._record(Act.RELEASED, [item], giver, item.holder)


def _free(item: _Item) -> bool:
    """Whether an item is in somebody's hands and can be moved by itself."""
    return item.parent is None and not item.released
