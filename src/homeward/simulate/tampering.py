"""Seven ways to tamper with a chain of custody, each with the first event that is not what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from homeward.custody import Act, Findings, Head, Phase, Row, Whereabouts, hash_of

__all__ = ["NEED_A_HEAD", "TAMPERINGS", "Line", "Tampered", "heads_of_all", "heads_on_receipts"]

Line = tuple[str, str]  # what is hashed, and the hash


@dataclass(frozen=True, slots=True)
class Tampered:
    """A chain after somebody has been at it, and the number of the first event that is not what was written."""

    lines: list[Line]
    first_bad: int


def heads_on_receipts(lines: Sequence[Line]) -> list[Head]:
    """The heads that the receipts of a chain show: of the last event of every act."""
    rows = [_row(line) for line in lines]
    return [Head(i + 1, lines[i][1]) for i in range(len(rows))
            if i + 1 == len(rows) or rows[i + 1].handover != rows[i].handover]


def heads_of_all(lines: Sequence[Line]) -> list[Head]:
    """The head of every event, as a chain exported earlier holds them."""
    return [Head(i, stored) for i, (_, stored) in enumerate(lines, 1)]


def _row(line: Line) -> Row:
    return Row._make(line[0].split("\t"))


def _any(lines: Sequence[Line], rng: np.random.Generator, *, less: int = 0) -> int:
    """Index of an event, but for the last ``less``."""
    return int(rng.integers(0, len(lines) - less))


def _edit(lines: Sequence[Line], rng: np.random.Generator) -> Tampered:
    """One column of one event says something else; its hash stays."""
    k = _any(lines, rng)
    row = _row(lines[k])
    column = str(rng.choice(Row._fields))
    value = getattr(row, column)
    if column == "seq" and rng.random() < 0.5:
        changed = str(rng.integers(1, 10**6) + len(lines))
    else:
        changed = value[:-1] if len(value) > 1 and rng.random() < 0.5 else value + str(rng.choice(list("x7 é")))
    return Tampered([*lines[:k], (row._replace(**{column: changed}).line, lines[k][1]), *lines[k + 1:]], k + 1)


def _edit_hash(lines: Sequence[Line], rng: np.random.Generator) -> Tampered:
    """One digit of one hash is another."""
    k, at = _any(lines, rng), int(rng.integers(0, 64))
    text, stored = lines[k]
    digit = "0123456789abcdef"[(int(stored[at], 16) + 1 + int(rng.integers(0, 15))) % 16]
    return Tampered([*lines[:k], (text, stored[:at] + digit + stored[at + 1:]), *lines[k + 1:]], k + 1)


def _delete(lines: Sequence[Line], rng: np.random.Generator) -> Tampered:
    """One event is gone, and it was not the last."""
    k = _any(lines, rng, less=1)
    return Tampered([*lines[:k], *lines[k + 1:]], k + 1)


def _swap(lines: Sequence[Line], rng: np.random.Generator) -> Tampered:
    """Two events have changed places: with their numbers, or all but their numbers."""
    i, j = sorted(int(x) for x in rng.choice(len(lines), 2, replace=False))
    first, second = lines[i], lines[j]
    if rng.random() < 0.5:
        first = (_row(first)._replace(seq=str(j + 1)).line, first[1])
        second = (_row(second)._replace(seq=str(i + 1)).line, second[1])
    return Tampered([*lines[:i], second, *lines[i + 1:j], first, *lines[j + 1:]], i + 1)


def _cut(lines: Sequence[Line], rng: np.random.Generator) -> Tampered:
    """The chain ends too early."""
    k = _any(lines, rng)
    return Tampered(list(lines[:k]), k + 1)


def _rewrite(lines: Sequence[Line], rng: np.random.Generator) -> Tampered:
    """One event happened elsewhere, and every hash from it on is computed anew."""
    k = _any(lines, rng)
    made, previous = list(lines[:k]), lines[k - 1][1] if k else _row(lines[0]).previous_hash
    for i in range(k, len(lines)):
        row = _row(lines[i])._replace(previous_hash=previous)
        row = row._replace(place=row.place + " 2") if i == k else row
        previous = hash_of(row.line)
        made.append((row.line, previous))
    return Tampered(made, k + 1)


def _append(lines: Sequence[Line], rng: np.random.Generator) -> Tampered:
    """Events that nobody signed for stand at the end, in all form and in accord with the rest."""
    whereabouts = Whereabouts(Findings())
    for line in lines:
        whereabouts.add(_row(line))
    standing = {item: where for item in whereabouts
                if (where := whereabouts.standing(item)) and where.phase is Phase.HELD}
    made, last = list(lines), _row(lines[-1])
    for (case, kind, key), where in list(standing.items())[:int(rng.integers(1, 4))]:
        row = last._replace(
            seq=str(len(made) + 1), handover="F-1", case_key=case, item_kind=kind, item_key=key, act=Act.CHECKED.value,
            giver=where.holder, receiver=where.holder, parent_kind="", parent_key="", seals=where.seals or "",
            mass_mg="", previous_hash=made[-1][1])
        made.append((row.line, hash_of(row.line)))
    if not standing:  # everything was released: something comes back
        item, gone = next((i, w) for i in whereabouts if (w := whereabouts.standing(i)) and w.phase is Phase.RELEASED)
        row = last._replace(
            seq=str(len(made) + 1), handover="F-1", item_kind=item[1], item_key=item[2], act=Act.RECEIVED.value,
            giver=gone.receiver, receiver="Mission 1", parent_kind="", parent_key="", seals=gone.seals or "",
            mass_mg="", previous_hash=made[-1][1])
        made.append((row.line, hash_of(row.line)))
    return Tampered(made, len(lines) + 1)


TAMPERINGS: Mapping[str, Callable[[Sequence[Line], np.random.Generator], Tampered]] = MappingProxyType({
    "edit": _edit, "hash edit": _edit_hash, "delete": _delete, "swap": _swap, "cut tail": _cut,
    "rewrite from k on": _rewrite, "forged append": _append})
NEED_A_HEAD = ("cut tail", "rewrite from k on", "forged append")  # nothing inside the chain shows them
