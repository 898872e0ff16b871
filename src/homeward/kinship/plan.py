"""The plan of a pedigree: one straight-line program for all problems of its shape.

Each untyped parent's transmission gets a selector bit s: P(t | a, b) = ½ Σ_s [s=0 ? M(a,t) : 1]·[s=1 ? M(b,t) : 1],
and each typed member a phase bit. Given the bits, every allele depends on one other allele alone; so a table holds
one vector over alleles for each configuration of a few bits, mutation is a matrix times a vector, and no table over
pairs of alleles is ever made. Members are absorbed one by one: upwards into their parents' tables, or downwards into
the one child that is left. A bit is summed out as soon as a single table holds it. Loops are bits that live longer.

Source of the principle: Elston & Stewart 1971, doi:10.1159/000152448; Cannings, Thompson & Skolnick 1978,
doi:10.2307/1426718 (general pedigrees).

Two linked markers are two copies of the pedigree whose selectors are tied in pairs: a transmission takes the same
grandparent's allele at both with probability 1 − ρ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.program import FREQ, ONE, Program, ProgramBuilder
from homeward.kinship.shape import VAGUE_KINDS, Kind, Shape
from homeward.model import TooLarge

__all__ = ["LoopAboveQuery", "build_program"]

_MOST_BITS, _MOST_LINKED_BITS = 14, 18  # at linked markers nobody can be fixed instead


class LoopAboveQuery(Exception):
    """The query's two alleles may come from one ancestor: no single product table holds his genotype."""


@dataclass(frozen=True, slots=True)
class _Table:
    """Registers, one for each configuration of ``bits`` (ascending); shape (2,) * len(bits)."""

    bits: tuple[int, ...]
    registers: NDArray[np.int64]


def _constant(register: int) -> _Table:
    return _Table((), np.array(register))


def _combine(a: _Table, b: _Table, emit: Callable[[int, int], int], *, most: int) -> _Table:
    bits = tuple(sorted({*a.bits, *b.bits}))
    if len(bits) > most:
        raise TooLarge(f"a table of this pedigree needs {len(bits)} bits; {most} are allowed")
    left, right = (np.broadcast_to(_aligned(t, bits), (2,) * len(bits)).ravel() for t in (a, b))
    made = [emit(int(x), int(y)) for x, y in zip(left, right, strict=True)]
    return _Table(bits, np.array(made).reshape((2,) * len(bits)))


def _aligned(table: _Table, bits: tuple[int, ...]) -> NDArray[np.int64]:
    return table.registers.reshape(tuple(2 if bit in table.bits else 1 for bit in bits))


def _mapped(table: _Table, emit: Callable[[int], int]) -> _Table:
    made = [emit(int(x)) for x in table.registers.ravel()]
    return _Table(table.bits, np.array(made).reshape(table.registers.shape))


def _summed(table: _Table, bit: int, emit: Callable[[int, int], int]) -> _Table:
    axis = table.bits.index(bit)
    first, second = (np.take(table.registers, k, axis=axis) for k in (0, 1))
    made = [emit(int(x), int(y)) for x, y in zip(first.ravel(), second.ravel(), strict=True)]
    return _Table(table.bits[:axis] + table.bits[axis + 1:], np.array(made).reshape(first.shape))


def _choice(bit: int, first: _Table, second: _Table) -> _Table:
    """The first table where a bit is 0, the second where it is 1; at linked markers they may hold the bit already."""
    bits = tuple(sorted({bit, *first.bits, *second.bits}))
    pair = [np.broadcast_to(_aligned(t, bits), (2,) * len(bits)) for t in (first, second)]
    place = bits.index(bit)
    return _Table(bits, np.stack([t.take(k, axis=place) for k, t in enumerate(pair)], axis=place))


def build_program(shape: Shape, *, most: int = 400_000) -> Program:
    """The program of a shape, of at most ``most`` instructions.

    Raises LoopAboveQuery where the query is inbred (condition on an ancestor instead) and TooLarge where the
    tables pass the limits; both are answered by conditioning on a member, see ``engine``.
    """
    return _Planner(shape, most).run()


class _Planner:
    """Absorbs the members of a shape, cheapest first, and writes down each step."""

    def __init__(self, shape: Shape, most: int) -> None:
        self.shape = shape
        self.inbred = sorted(shape.inbred)
        self.combine = partial(_combine, most=_MOST_LINKED_BITS if shape.linked else _MOST_BITS)
        self.out = ProgramBuilder(presets=2 * len(self.inbred) + 2 * shape.linked, limit=most)
        self.selectors: dict[tuple[int, int], int] = {}  # of linked transmissions, tied before they are used
        self.waiting: set[int] = set()  # selectors that no table holds yet
        self.scalars: list[_Table] = []
        self.slots: dict[tuple[int, int], list[_Table]] = {}
        self.open_children: dict[int, set[tuple[int, int]]] = {}
        self.open_parents: dict[int, set[int]] = {}
        self.symmetric: set[int] = set()  # founders whose two slots may still be exchanged
        self.next_bit = 0
        self.vague = [m for m in range(shape.size) if shape.kind[m] in VAGUE_KINDS]
        self.known = [m for m in range(shape.size) if shape.kind[m] is Kind.KNOWN]

    def run(self) -> Program:
        if max(self.shape.paths_to_query(), default=0) > 1:
            raise LoopAboveQuery
        self._tie_selectors()
        self._place_open_members()
        self._place_known_members()
        while True:
            self._sum_out()
            members = [m for m in self.open_children if m != self.shape.query]
            if not members:
                break
            self._absorb_cheapest(members)
        return self._finish() if self.shape.query in self.open_children else self._finish_likelihood()

    # --- what is there before anyone is absorbed

    def _tie_selectors(self) -> None:
        """At linked markers: P(s, s') = ½ (1 − ρ) where a transmission's selectors agree, ½ ρ where they do not."""
        half = self.shape.size // 2 if self.shape.linked else 0
        together, apart = 2 * len(self.inbred) + 2, 2 * len(self.inbred) + 1
        for m in range(half):
            for slot in self.shape.slots(m):
                parent = self.shape.parent(m, slot)
                if parent >= 0 and not self._single(parent):
                    bits = self._bit(), self._bit()
                    self.selectors[m, slot], self.selectors[m + half, slot] = bits
                    self.waiting.update(bits)
                    self.out.halvings += 1
                    self.scalars.append(_Table(bits, np.array([[together, apart], [apart, together]])))

    def _frequencies(self, m: int) -> int:
        """The register of a founder's allele frequencies; at linked markers each has its own alleles."""
        if not self.shape.linked:
            return FREQ
        return self.out.observed(len(self.vague), int(m >= self.shape.size // 2), 0)

    def _bit(self) -> int:
        self.next_bit += 1
        return self.next_bit - 1

    def _is_known(self, member: int) -> bool:
        return member >= 0 and self.shape.kind[member] is Kind.KNOWN

    def _single(self, member: int) -> bool:
        return self.shape.x_linked and self.shape.male[member]

    def _place_open_members(self) -> None:
        shape = self.shape
        for m in range(shape.size):
            if self._is_known(m):
                continue
            self.open_children[m] = {(c, s) for c, s in shape.children(m) if not self._is_known(c)}
            self.open_parents[m] = {s for s in shape.slots(m) if shape.parent(m, s) >= 0
                                    and not self._is_known(shape.parent(m, s))}
            for slot in shape.slots(m):
                self.slots[m, slot] = []
                parent = shape.parent(m, slot)
                if parent < 0 and m not in shape.inbred:
                    self.slots[m, slot].append(_constant(self._frequencies(m)))
                elif self._is_known(parent):
                    self.slots[m, slot].append(_constant(self._handed_down(parent)))
            if shape.kind[m] in VAGUE_KINDS:
                self._place_observation(m)
            if shape.is_founder(m) and not self._single(m) and not shape.linked:
                self.symmetric.add(m)

    def _place_observation(self, m: int) -> None:
        k = self.vague.index(m)
        bits = tuple(self._bit() for _ in range(1 if self.shape.kind[m] is Kind.VAGUE else 2))
        for slot in self.shape.slots(m):
            terms = [self.out.observed(k, term, slot) for term in range(2 ** len(bits))]
            self.slots[m, slot].append(_Table(bits, np.array(terms).reshape((2,) * len(bits))))

    def _handed_down(self, parent: int) -> int:
        if not self._single(parent):
            self.out.halvings += 1
        return self.out.row(self.known.index(parent), self.shape.male[parent], self._single(parent))

    def _place_known_members(self) -> None:
        shape = self.shape
        for k, m in enumerate(self.known):
            if shape.is_founder(m):
                continue  # a known founder's probability is a number: the engine multiplies it in
            phase = None if self._single(m) else self._bit()
            for slot in shape.slots(m):
                self._place_transmission(k, slot, phase)

    def _place_transmission(self, k: int, slot: int, phase: int | None) -> None:
        """The known member's allele in a slot, phase by phase, said of the parent from whom it came."""
        child = self.known[k]
        parent, male = self.shape.parent(child, slot), slot == 0
        alleles = (0,) if phase is None else ((0, 1) if slot == 0 else (1, 0))
        if parent < 0:
            made = [self.out.frequency(k, a) for a in alleles]
            self.scalars.append(self._by_phase(made, phase))
        elif self._is_known(parent):
            j, single = self.known.index(parent), self._single(parent)
            made = [self.out.transmitted(j, (k, a), male, single) for a in alleles]
            self.out.halvings += 0 if single else 1
            self.scalars.append(self._by_phase(made, phase))
        else:
            made = [self.out.column(k, a, male) for a in alleles]
            self._gate(parent, self._by_phase(made, phase), (child, slot))

    @staticmethod
    def _by_phase(made: list[int], phase: int | None) -> _Table:
        return _constant(made[0]) if phase is None else _Table((phase,), np.array(made))

    def _gate(self, parent: int, message: _Table, transmission: tuple[int, int]) -> None:
        """Hand a child's message to both alleles of an open parent, tied by a selector."""
        if self._single(parent):
            self.slots[parent, 1].append(message)
        elif parent in self.symmetric:
            self.symmetric.discard(parent)
            self.slots[parent, 0].append(message)
        else:
            bit, ones = self._selector(transmission), _constant(0)
            self.slots[parent, 0].append(_choice(bit, message, ones))
            self.slots[parent, 1].append(_choice(bit, ones, message))

    def _selector(self, transmission: tuple[int, int]) -> int:
        bit = self.selectors.get(transmission)
        if bit is None:
            self.out.halvings += 1
            return self._bit()
        self.waiting.discard(bit)
        return bit

    # --- summing out

    def _holders(self, bit: int) -> tuple[list[_Table], list[tuple[int, int]]]:
        scalars = [t for t in self.scalars if bit in t.bits]
        slots = [key for key, tables in self.slots.items() if any(bit in t.bits for t in tables)]
        return scalars, slots

    def _sum_out(self) -> None:
        """Sum every bit that the scalars and at most one slot hold, fewest companions first."""
        while True:
            best: tuple[int, int] | None = None
            bits = {b for t in self.scalars for b in t.bits} | {
                b for ts in self.slots.values() for t in ts for b in t.bits}
            for bit in bits - self.waiting:
                scalars, slots = self._holders(bit)
                if len(slots) > 1:
                    continue
                touched = [*scalars, *(t for key in slots for t in self.slots[key] if bit in t.bits)]
                width = len({b for t in touched for b in t.bits})
                if best is None or (width, bit) < best:
                    best = (width, bit)
            if best is None:
                return
            self._sum_bit(best[1])

    def _sum_bit(self, bit: int) -> None:
        scalars, slots = self._holders(bit)
        self.scalars = [t for t in self.scalars if bit not in t.bits]
        scalar = self._product(scalars, self.out.smul, ONE)
        if not slots:
            self.scalars.append(_summed(scalar, bit, self.out.sadd))
            return
        tables = self.slots[slots[0]]
        vector = self._product([t for t in tables if bit in t.bits], self.out.vmul, 0)
        vector = self.combine(vector, scalar, self.out.vscale)
        rest = [t for t in tables if bit not in t.bits]
        self.slots[slots[0]] = [*rest, _summed(vector, bit, self.out.vadd)]

    def _product(self, tables: list[_Table], emit: Callable[[int, int], int], empty: int) -> _Table:
        narrow_first = sorted(tables, key=lambda t: len(t.bits))
        return reduce(lambda product, table: self.combine(product, table, emit), narrow_first, _constant(empty))

    # --- absorbing a member

    def _absorb_cheapest(self, members: list[int]) -> None:
        choices: list[tuple[int, int, int, tuple[int, int] | None]] = []
        for m in members:
            width = len({b for s in self.shape.slots(m) for t in self.slots[m, s] for b in t.bits})
            if not self.open_children[m]:
                choices.append((width + len(self.open_parents[m]), 1, m, None))
            elif len(self.open_children[m]) == 1 and not self.open_parents[m]:
                choices.append((width, 0, m, next(iter(self.open_children[m]))))
        if not choices:
            raise LoopAboveQuery
        *_, member, child = min(choices, key=lambda choice: choice[:3])
        if child is None:
            self._absorb_upwards(member)
        else:
            self._absorb_downwards(member, child)
        del self.open_children[member]

    def _taken(self, member: int) -> dict[int, _Table]:
        return {s: self._product(self.slots.pop((member, s)), self.out.vmul, 0) for s in self.shape.slots(member)}

    def _absorb_upwards(self, m: int) -> None:
        open_parents = self.open_parents[m]
        tables = self._taken(m)
        if m in self.shape.inbred:
            self.scalars.append(self._inbred_founder(m, tables))
            return
        for slot, table in tables.items():
            if slot not in open_parents:
                self.scalars.append(_mapped(table, self.out.total))
        for slot in open_parents:
            parent = self.shape.parent(m, slot)
            message = _mapped(tables[slot], lambda v, s=slot: self.out.up(v, s == 0))  # type: ignore[misc]
            self._gate(parent, message, (m, slot))
            self.open_children[parent].discard((m, slot))

    def _absorb_downwards(self, m: int, child: tuple[int, int]) -> None:
        male = self.shape.male[m]
        inbred = m in self.shape.inbred
        symmetric = m in self.symmetric
        tables = self._taken(m)
        if self._single(m):
            message = _mapped(tables[1], lambda v: self.out.down(v, male))
        elif inbred:
            message = self._inbred_message(m, tables, child)
        else:
            first = self._half_message(tables[0], tables[1], male)
            message = first if symmetric else _choice(
                self._selector(child), first, self._half_message(tables[1], tables[0], male))
        self.slots[child].append(message)
        self.open_parents[child[0]].discard(child[1])

    def _half_message(self, passed: _Table, kept: _Table, male: bool) -> _Table:
        weight = _mapped(kept, self.out.total)
        return self.combine(_mapped(passed, lambda v: self.out.down(v, male)), weight, self.out.vscale)

    # --- founders whose alleles may be one and the same: (1 − f) p_a p_b + f p_a [a=b]

    def _presets(self, m: int) -> tuple[int, int]:
        k = self.inbred.index(m)
        return 1 + 2 * k, 2 + 2 * k

    def _inbred_founder(self, m: int, tables: dict[int, _Table]) -> _Table:
        f, other = self._presets(m)
        p = self._frequencies(m)
        apart = [_mapped(t, lambda v: self.out.dot(p, v)) for t in tables.values()]
        if self._single(m):
            return apart[0]
        same = _mapped(self.combine(tables[0], tables[1], self.out.vmul), lambda v: self.out.dot(p, v))
        outbred = self.combine(apart[0], apart[1], self.out.smul)
        return self.combine(_mapped(outbred, lambda s: self.out.smul(s, other)),
                        _mapped(same, lambda s: self.out.smul(s, f)), self.out.sadd)

    def _inbred_message(self, m: int, tables: dict[int, _Table], child: tuple[int, int]) -> _Table:
        f, other = self._presets(m)
        male, p = self.shape.male[m], self._frequencies(m)
        free = {s: _mapped(t, lambda v: self.out.vmul(p, v)) for s, t in tables.items()}
        outbred = _choice(self._selector(child), self._half_message(free[0], free[1], male),
                          self._half_message(free[1], free[0], male))
        same = _mapped(self.combine(free[0], tables[1], self.out.vmul), lambda v: self.out.down(v, male))
        return self.combine(_mapped(outbred, lambda v: self.out.vscale(v, other)),
                        _mapped(same, lambda v: self.out.vscale(v, f)), self.out.vadd)

    # --- the end

    def _finish_likelihood(self) -> Program:
        result = self._product(self.scalars, self.out.smul, ONE)
        return self.out.finish(result=int(result.registers))

    def _finish(self) -> Program:
        query = self.shape.query
        tables = self._taken(query)
        rest = self._product(self.scalars, self.out.smul, ONE)
        inbred = query in self.shape.inbred and not self._single(query)
        if query in self.shape.inbred:
            free = {s: _mapped(t, lambda v: self.out.vmul(FREQ, v)) for s, t in tables.items()}
        else:
            free = tables
        if self._single(query):
            only = self.combine(free[1], rest, self.out.vscale)
            return self.out.finish(diagonal=[int(v) for v in only.registers.ravel()])
        if inbred:
            f, other = self._presets(query)
            same = self.combine(self.combine(free[0], tables[1], self.out.vmul), rest, self.out.vscale)
            diagonal = [self.out.vscale(int(v), f) for v in same.registers.ravel()]
            rest = _mapped(rest, lambda s: self.out.smul(s, other))
        left = self.combine(free[0], rest, self.out.vscale)
        bits = tuple(sorted({*left.bits, *free[1].bits}))
        first, second = (np.broadcast_to(_aligned(t, bits), (2,) * len(bits)).ravel() for t in (left, free[1]))
        pairs = [(int(a), int(b)) for a, b in zip(first, second, strict=True)]
        return self.out.finish(pairs=self._joined(pairs), diagonal=diagonal if inbred else None)

    def _joined(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Pairs with one second vector become one pair: fewer outer products."""
        by_second: dict[int, int] = {}
        for a, b in pairs:
            by_second[b] = self.out.vadd(by_second[b], a) if b in by_second else a
        return [(a, b) for b, a in by_second.items()]
