"""Chooses how a shape is computed: its plain plan, or the plan with some members' genotypes fixed in turn.

Where a plan is too wide (large sibships, loops above the asked-for member) it conditions: a member's genotype is
fixed to each value in turn, each value a lane, and the lanes are summed. That is exact (Lange & Elston 1975,
doi:10.1159/000152714), and often cheaper than carrying his bits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from homeward.kinship.plan import LoopAboveQuery, build_program
from homeward.kinship.program import Program
from homeward.kinship.shape import Kind, Shape
from homeward.model import TooLarge

__all__ = ["Strategy", "n_genotypes", "strategy_for"]

_MOST_WORK = 2e10  # multiplications for one marker of one family; beyond it the problem is refused, with the number
_CHEAP = 2e5  # below it nothing better is looked for


@dataclass(frozen=True, slots=True)
class Strategy:
    """Members whose genotypes are fixed in turn (``pins``), and the program for the shape with them known.

    A query that is pinned stands first.
    """

    pins: tuple[int, ...]
    shape: Shape
    program: Program


def n_genotypes(n_alleles: int) -> int:
    """Number of unordered genotypes."""
    return int(n_alleles * (n_alleles + 1) // 2)


def strategy_for(shape: Shape, n_alleles: int, *, dense: bool) -> Strategy:
    """The strategy for a shape with so many alleles, ``dense`` where mutation needs the full matrix.

    Raises TooLarge, with the number, for a pedigree that is beyond exact computation here.
    """
    return _strategy(shape, _size_class(n_alleles), dense)


def _size_class(n_alleles: int) -> int:
    """Plans are chosen for a size class of markers: the next of 2, 3, 4, 6, 8, 12, 16, 24 …"""
    size = 2
    while size < n_alleles:
        size += size // 2 if size & (size - 1) == 0 else size // 3
    return size


@lru_cache(maxsize=4096)
def _strategy(shape: Shape, n_alleles: int, dense: bool) -> Strategy:
    """The cheapest of: no conditioning, one member, a couple, and so on while it pays.

    At linked markers nobody is fixed: a known genotype does not say which alleles are of one chromosome.
    """
    loops = max(shape.paths_to_query(), default=0) > 1
    pins: tuple[int, ...] = (shape.query,) if loops and not shape.linked else ()
    best = _with_pins(shape, pins, n_alleles, dense)
    while (best is None or best[0] > _CHEAP) and not shape.linked:
        better = [found for extra in _worth_pinning(shape, pins) for found in
                  [_with_pins(shape, (*pins, *extra), n_alleles, dense)] if found is not None]
        if not better:
            break
        cheapest = min(better, key=lambda found: found[0])
        if best is not None and cheapest[0] >= best[0]:
            break
        best, pins = cheapest, cheapest[1].pins
    if best is None or best[0] > _MOST_WORK:
        work = f"{best[0]:.2g} multiplications" if best else "more memory than is allowed"
        raise TooLarge(f"this pedigree of {shape.size} members with {n_alleles} alleles needs {work} a marker; "
                       f"{_MOST_WORK:.0g} multiplications are allowed")
    return best[1]


def _worth_pinning(shape: Shape, pins: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Open members who hand on alleles more than once, alone and with the other parent of a common child."""
    open_ = {m for m in range(shape.size) if shape.kind[m] is not Kind.KNOWN and m not in pins and m != shape.query}
    repeated = [m for m in sorted(open_) if len(shape.children(m)) > 1]
    couples = {(f, m) for f, m in zip(shape.father, shape.mother, strict=True)
               if f in open_ and m in open_ and (f in repeated or m in repeated)}
    return [*((m,) for m in repeated), *sorted(couples)]


@lru_cache(maxsize=1024)
def _program(shape: Shape) -> Program:
    """The plain program of a shape, which is the same for markers of all sizes."""
    return build_program(shape)


def _with_pins(shape: Shape, pins: tuple[int, ...], n_alleles: int, dense: bool) -> tuple[float, Strategy] | None:
    kinds = tuple(Kind.KNOWN if m in pins else k for m, k in enumerate(shape.kind))
    query = -1 if shape.query in pins else shape.query
    pinned = replace(shape, kind=kinds, query=query)
    try:
        program = _program(pinned)
    except (TooLarge, LoopAboveQuery):
        return None
    lanes = float(n_genotypes(n_alleles)) ** len(pins)
    return lanes * program.cost(n_alleles, dense=dense), Strategy(pins, pinned, program)
