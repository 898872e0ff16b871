"""What one family shows at each marker when remains are placed in it: the states of its missing members.

A missing member's state at a marker is the genotype of the remains that he is taken to be, or nothing; remains with one
genotype there are one state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.likelihood import Typed
from homeward.kinship.locus import Locus, Observation, locus_of, lumped, observe
from homeward.kinship.shape import Kind
from homeward.model import FrequencyTable, Marker, Profile, Sex, Unsupported

__all__ = ["MarkerView", "views_of"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MarkerView:
    """One family at one marker, S states for each of its k missing members.

    ``references``: what the typed relatives show, the missing members' own not among them. ``code``: (k, n_remains +
    1), the state of each member for each of the remains, last for none. ``kind``: (k, S); ``known``: (k, S, 2);
    ``terms``: (k, S, 2, 2, A), every state as weights of ordered genotypes, known and untyped ones too.
    ``log_weight``: (k, S), −inf where the remains contradict the member's own reference. ``log_population``: (k,
    n_remains + 1), of the remains' genotype as an unrelated person's.
    """

    typed: Typed
    marker: Marker
    locus: Locus
    members: tuple[str, ...]
    references: dict[str, Observation]
    code: _Index
    kind: NDArray[np.int8]
    known: _Index
    terms: _Array
    log_weight: _Array
    log_population: _Array


def views_of(typed: Typed, members: Sequence[str], remains: Sequence[Profile],
             table: FrequencyTable) -> list[MarkerView]:
    """A view for each marker of the table at which anyone is typed."""
    views = []
    for marker in table.markers:
        references = typed.observations(marker)
        seen = [None if g is None else observe(marker, g, hemizygous=g.hemizygous)
                for g in (p.genotypes.get(marker.name) for p in remains)]
        if references or any(o is not None for o in seen):
            views.append(_view(typed, tuple(members), marker, _lumped(locus_of(marker), references, seen)))
    return views


@dataclass(frozen=True, slots=True)
class _Shown:
    """What relatives and remains show at a marker, in the alleles of ``locus``."""

    locus: Locus
    references: dict[str, Observation]
    remains: list[Observation | None]


def _lumped(locus: Locus, references: dict[str, Observation], remains: list[Observation | None]) -> _Shown:
    """Alleles that nobody shows are taken as one, where mutation and observations permit it."""
    shown = [*references.values(), *(o for o in remains if o is not None)]
    if not locus.lumpable or any(o.known is None for o in shown):
        return _Shown(locus, references, remains)
    small, place = lumped(locus, tuple(sorted({a for o in shown if o.known is not None for a in o.known})))

    def renamed(o: Observation) -> Observation:
        if o.known is None:
            raise AssertionError("only known genotypes are renamed")
        return Observation((int(place[o.known[0]]), int(place[o.known[1]])))

    return _Shown(small, {m: renamed(o) for m, o in references.items()},
                  [None if o is None else renamed(o) for o in remains])


def _view(typed: Typed, members: tuple[str, ...], marker: Marker, shown: _Shown) -> MarkerView:
    which, firsts = _different(shown.remains)
    k, n_states, n_alleles = len(members), len(firsts) + 1, shown.locus.n_alleles
    kind, known = np.zeros((k, n_states), np.int8), np.zeros((k, n_states, 2), np.int64)
    terms = np.zeros((k, n_states, 2, 2, n_alleles))
    log_weight, population = np.zeros((k, n_states)), np.zeros((k, n_states))
    for i, member in enumerate(members):
        single = marker.x_linked and typed.family.member(member).sex is Sex.MALE
        own = shown.references.get(member)
        for s, placed in enumerate([*firsts, None]):
            if single and placed is not None and placed.known is None:
                placed = None  # a partial or silent result on a man's only X is not compared
            if placed is not None:
                population[i, s] = _log_population(shown.locus, placed, single)
            both, log_weight[i, s] = _together(own, placed, single)
            kind[i, s] = Kind.UNTYPED if both is None else both.kind
            known[i, s] = (0, 0) if both is None or both.known is None else both.known
            terms[i, s] = _as_terms(both, n_alleles)
    code = np.tile(np.append(np.where(which < 0, n_states - 1, which), n_states - 1), (k, 1))
    others = {m: o for m, o in shown.references.items() if m not in members}
    return MarkerView(typed, marker, shown.locus, members, others, code, kind, known, terms, log_weight,
                      np.take_along_axis(population, code, axis=1))


def _different(remains: list[Observation | None]) -> tuple[_Index, list[Observation]]:
    """The number of each of the remains' genotype among the different ones, −1 where untyped; and these."""
    numbers: dict[object, int] = {}
    firsts: list[Observation] = []
    which = np.full(len(remains), -1, dtype=np.int64)
    for j, o in enumerate(remains):
        if o is None:
            continue
        key: object = tuple(sorted(o.known)) if o.known is not None else _terms(o).tobytes()
        if key not in numbers:
            numbers[key] = len(firsts)
            firsts.append(o)
        which[j] = numbers[key]
    return which, firsts


def _terms(observation: Observation) -> _Array:
    if observation.terms is None:
        raise AssertionError("a genotype that is not known has weights")
    return observation.terms


def _as_terms(observation: Observation | None, n_alleles: int) -> _Array:
    """An observation as weights of ordered genotypes, (2, 2, A): all ones where nothing was seen."""
    if observation is not None and observation.known is None:
        return _terms(observation)
    terms = np.zeros((2, 2, n_alleles))
    if observation is None:
        terms[0] = 1.0
    elif observation.known is not None:
        a, b = observation.known
        terms[0, 0, a] = terms[0, 1, b] = 1.0
        if a != b:
            terms[1, 0, b] = terms[1, 1, a] = 1.0
    return terms


def _log_population(locus: Locus, observation: Observation, single: bool) -> float:
    """Natural log probability of a genotype in an unrelated person; ``single``: on a man's X."""
    p = locus.frequencies
    if observation.known is None:
        return float(np.log(sum(float(u @ p) * float(w @ p) for u, w in _terms(observation))))
    a, b = observation.known
    if single:
        return float(np.log(p[a]))
    return float(np.log(p[a] * p[b] * (1.0 if a == b else 2.0)))


def _together(own: Observation | None, placed: Observation | None, single: bool) -> tuple[Observation | None, float]:
    """What a member shows who has his own reference and these remains; log weight −inf where they disagree."""
    if single and placed is not None and placed.known is not None and placed.known[0] != placed.known[1]:
        return own, -np.inf  # two alleles on a man's only X
    if own is None or placed is None:
        return (own if placed is None else placed), 0.0
    if own.known is None and placed.known is None:
        if np.array_equal(_terms(own), _terms(placed)):
            return own, 0.0
        raise Unsupported("two different partial genotypes of one person, a personal item's and the remains', are not "
                          "computed jointly")
    exact, other = (own, placed) if own.known is not None else (placed, own)
    return exact, 0.0 if _agree(exact, other) else -np.inf


def _agree(exact: Observation, other: Observation) -> bool:
    if exact.known is None:
        raise AssertionError("one of the two is known")
    a, b = exact.known
    if other.known is not None:
        return sorted(other.known) == sorted((a, b))
    return any(u[a] * w[b] + u[b] * w[a] > 0.0 for u, w in _terms(other))
