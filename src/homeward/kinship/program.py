"""Straight-line programs over allele vectors: what a plan emits and the kernel runs.

A vector register holds one number for each allele, a scalar register one number; both for several problems at once
(lanes). An instruction is written once: asking for the same product again gives the register that holds it, so that
configurations that differ only in what no longer matters cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from homeward.kinship._registers import allocate
from homeward.model import TooLarge

__all__ = ["FREQ", "ONE", "ONES", "Op", "Program", "ProgramBuilder"]

ONES, FREQ = 0, 1  # vector registers that are there from the start: all ones, the founders' allele frequencies
ONE = 0  # scalar register that is there from the start: 1; after it the presets of the builder


class Op(IntEnum):
    """Instructions: (op, destination, a, b, c). v are vector, s scalar registers, k known members, sex 0 female."""

    VMUL = 0  # v = v[a] · v[b]
    VADD = 1  # v = v[a] + v[b]
    VSCALE = 2  # v = v[a] · s[b]
    VUP = 3  # v[x] = Σ_t M(x,t) v[a][t], M of sex b: what a child's allele says of its parental allele
    VDOWN = 4  # v[t] = Σ_x v[a][x] M(x,t), M of sex b: what a parental allele says of the child's
    VCOL = 5  # v[x] = M(x, allele b of known member a), M of sex c
    VROW = 6  # v[t] = M(a1,t) + M(a2,t) of known member a, M of sex b; c = 1: M(a1,t) alone (a man's X)
    VOBS = 7  # v = weight vector b of vague member a, for slot c
    SSUM = 8  # s = Σ v[a]
    SDOT = 9  # s = Σ v[a] · v[b]
    SMUL = 10  # s = s[a] · s[b]
    SADD = 11  # s = s[a] + s[b]
    SROW = 12  # s = M(a1,t) + M(a2,t), known parent a, t allele (b & 1) of known child (b >> 1); c as sex + 2·X man
    SFREQ = 13  # s = population frequency of allele b of known member a


_SCALAR_OPS = frozenset({Op.SSUM, Op.SDOT, Op.SMUL, Op.SADD, Op.SROW, Op.SFREQ})
_VECTOR_READS = {Op.VMUL: (0, 1), Op.VADD: (0, 1), Op.VSCALE: (0,), Op.VUP: (0,), Op.VDOWN: (0,), Op.SSUM: (0,),
                 Op.SDOT: (0, 1)}
_SCALAR_READS = {Op.VSCALE: (1,), Op.SMUL: (0, 1), Op.SADD: (0, 1)}
_FILES = np.array([[*(0 if k in _VECTOR_READS.get(op, ()) else 1 if k in _SCALAR_READS.get(op, ()) else -1
                      for k in range(3)), int(op in _SCALAR_OPS)] for op in Op], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Program:
    """Instructions with registers reused once their last reader has run.

    ``code``: int32 (n, 5). ``result``: the scalar register of the likelihood, −1 where the program ends in a table.
    ``pairs``: (n, 2) vector registers whose outer products sum to the query's ordered genotype table;
    ``diagonal``: vector registers that add to its diagonal (an inbred founder asked for). ``halvings``: the result
    is to be multiplied by 2^−halvings.
    """

    code: NDArray[np.int32]
    n_vectors: int
    n_scalars: int
    result: int
    pairs: NDArray[np.int32]
    diagonal: NDArray[np.int32]
    halvings: int

    def cost(self, n_alleles: int, *, dense: bool) -> float:
        """Rough number of multiplications for each lane."""
        ops = self.code[:, 0]
        mutations = int(np.isin(ops, (Op.VUP, Op.VDOWN)).sum())
        vectors = int((ops < Op.SMUL).sum())
        table = (len(self.pairs) + len(self.diagonal)) * n_alleles**2
        return len(ops) * 2.0 + vectors * n_alleles + mutations * n_alleles**2 * dense + table


@dataclass(slots=True)
class ProgramBuilder:
    """Writes a program; ``presets`` scalar registers after ``ONE`` are filled by the caller of the kernel."""

    presets: int = 0
    limit: int = 400_000
    halvings: int = 0
    _code: list[tuple[int, int, int, int]] = field(default_factory=list)
    _known: dict[tuple[int, int, int, int], int] = field(default_factory=dict)

    # registers are numbered by the instruction that fills them; vectors and scalars are told apart by the op
    _n_vectors: int = 2
    _n_scalars: int = field(default=0)
    _register: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._n_scalars = 1 + self.presets

    def _emit(self, op: Op, a: int, b: int = 0, c: int = 0) -> int:
        key = (int(op), a, b, c)
        register = self._known.get(key)
        if register is None:
            if len(self._code) >= self.limit:
                raise TooLarge(f"the plan of this pedigree passes {self.limit:,} instructions")
            if op in _SCALAR_OPS:
                register, self._n_scalars = self._n_scalars, self._n_scalars + 1
            else:
                register, self._n_vectors = self._n_vectors, self._n_vectors + 1
            self._known[key] = register
            self._code.append(key)
            self._register.append(register)
        return register

    def vmul(self, a: int, b: int) -> int:
        """Product of two vectors."""
        if ONES in (a, b):
            return a + b - ONES
        return self._emit(Op.VMUL, min(a, b), max(a, b))

    def vadd(self, a: int, b: int) -> int:
        """Sum of two vectors."""
        return self._emit(Op.VADD, min(a, b), max(a, b))

    def vscale(self, vector: int, scalar: int) -> int:
        """A vector times a scalar."""
        return vector if scalar == ONE else self._emit(Op.VSCALE, vector, scalar)

    def up(self, vector: int, male: bool) -> int:
        """Message of a child's allele to the allele it was copied from."""
        return self._emit(Op.VUP, vector, int(male))

    def down(self, vector: int, male: bool) -> int:
        """Message of a parental allele to the copy of it."""
        return self._emit(Op.VDOWN, vector, int(male))

    def column(self, known: int, allele: int, male: bool) -> int:
        """Message of a known child's allele to the parental allele."""
        return self._emit(Op.VCOL, known, allele, int(male))

    def row(self, known: int, male: bool, single: bool) -> int:
        """What a known parent hands down."""
        return self._emit(Op.VROW, known, int(male), int(single))

    def observed(self, vague: int, term: int, slot: int) -> int:
        """One term of what was observed of a vague member."""
        return self._emit(Op.VOBS, vague, term, slot)

    def total(self, vector: int) -> int:
        """Sum over the alleles of a vector."""
        return self._emit(Op.SSUM, vector)

    def dot(self, a: int, b: int) -> int:
        """Sum over the alleles of a product."""
        if ONES in (a, b):
            return self.total(a + b - ONES)
        return self._emit(Op.SDOT, min(a, b), max(a, b))

    def smul(self, a: int, b: int) -> int:
        """Product of two scalars."""
        if ONE in (a, b):
            return a + b - ONE
        return self._emit(Op.SMUL, min(a, b), max(a, b))

    def sadd(self, a: int, b: int) -> int:
        """Sum of two scalars."""
        return self._emit(Op.SADD, min(a, b), max(a, b))

    def frequency(self, known: int, allele: int) -> int:
        """The population frequency of a known member's allele whose parent is outside the pedigree."""
        return self._emit(Op.SFREQ, known, allele)

    def transmitted(self, parent: int, child_allele: tuple[int, int], male: bool, single: bool) -> int:
        """Twice the probability that a known parent hands down a known child's allele (once for a man's X)."""
        known, allele = child_allele
        return self._emit(Op.SROW, parent, 2 * known + allele, int(male) + 2 * int(single))

    def finish(self, *, result: int = -1, pairs: list[tuple[int, int]] | None = None,
               diagonal: list[int] | None = None) -> Program:
        """The program whose outputs are these registers."""
        pairs, diagonal = pairs or [], diagonal or []
        keep = np.zeros((2, max(self._n_vectors, self._n_scalars)), dtype=np.bool_)
        keep[0, [v for pair in pairs for v in pair] + diagonal] = True
        keep[1, [] if result < 0 else [result]] = True
        code = np.array(self._code, dtype=np.int32).reshape(-1, 4)
        made, used, place = allocate(code, np.array(self._register, dtype=np.int64), _FILES, keep,
                                     np.array([2, 1 + self.presets]))
        return Program(
            code=made, n_vectors=int(used[0]), n_scalars=int(used[1]),
            result=-1 if result < 0 else int(place[1, result]),
            pairs=np.array([(place[0, a], place[0, b]) for a, b in pairs], dtype=np.int32).reshape(-1, 2),
            diagonal=np.array([place[0, a] for a in diagonal], dtype=np.int32), halvings=self.halvings)
