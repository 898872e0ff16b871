"""What one family shows at each marker when remains are placed in it: the states of its missing members.

A missing member's state at a marker is what is shown by the remains that he is taken to be, or nothing; remains that
show the same there are one state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.laboratory import rank_one_terms
from homeward.kinship.likelihood import Typed, lumped_if_possible
from homeward.kinship.locus import Locus, Observation, locus_of
from homeward.kinship.remains_codes import RemainsCodes
from homeward.kinship.shape import Kind, Shape, males_of, shape_of
from homeward.model import Family, FrequencyTable, Marker, Member, Unsupported

__all__ = ["MarkerView", "as_strangers", "views_of"]

_Array = NDArray[np.float64]
_Index = NDArray[np.int64]
_Shapes = dict[tuple[frozenset[tuple[str, Kind]], str | None, bool], tuple[Shape, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class MarkerView:
    """One family at one marker, S states for each of its k missing members.

    ``references``: what the typed relatives show, the missing members' own not among them. ``code``: (k, n_remains +
    1), the state of each member for each of the remains, last for none. ``kind``: (k, S); ``known``: (k, S, 2);
    ``terms``: (k, S, 4, 2, A), every state as weights of ordered genotypes, known and untyped ones too.
    ``log_weight``: (k, S), of the remains' report beside the member's own reference. ``log_population``: (k,
    n_remains + 1), of the remains' report as an unrelated person's. ``shapes``: those that were needed so far, of all
    the family's markers.
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
    shapes: _Shapes = field(default_factory=dict)

    def shape(self, kinds: Sequence[Kind], *, query: str | None = None) -> tuple[Shape, tuple[str, ...]]:
        """The family's shape at the marker where the missing show ``kinds``, and the ids of its members."""
        shown = {m: o.kind for m, o in self.references.items()}
        shown |= {m: kind for m, kind in zip(self.members, kinds, strict=True) if kind is not Kind.UNTYPED}
        key = frozenset(shown.items()), query, self.marker.x_linked
        found = self.shapes.get(key)
        if found is None:
            found = self.shapes[key] = shape_of(self.typed.family, shown, query=query, x_linked=self.marker.x_linked)
        return found


def views_of(typed: Typed, members: Sequence[str], remains: RemainsCodes, table: FrequencyTable) -> list[MarkerView]:
    """A view for each marker of the table at which anyone is typed; ``remains`` are coded for the same table."""
    views: list[MarkerView] = []
    shapes: _Shapes = {}
    for m, marker in enumerate(table.markers):
        references = typed.observations(marker)
        shown = _shown(remains, m, marker)
        if references or shown:
            family = _At(typed, tuple(members), marker, shapes)
            views.append(family.view(_Seen.of(locus_of(marker), references, shown), _numbers(remains, m, len(shown))))
    return views


def as_strangers(typed: Typed, members: Sequence[str]) -> tuple[Typed, tuple[str, ...]]:
    """The family with an unrelated stranger for each of the members, of his sex, and the strangers' ids."""
    family = typed.family
    made = tuple(Member(f"someone else than {m}", None, None, family.member(m).sex) for m in members)
    wider = Family(family.id, (*family.members, *made), family.inbreeding)
    return replace(typed, family=wider), tuple(m.id for m in made)


def _shown(remains: RemainsCodes, m: int, marker: Marker) -> list[Observation]:
    """The different reports of the remains at a marker: the known genotypes, then the open ones."""
    shown = [Observation((a, b)) for a, b in remains.known[m].tolist()]
    for report in remains.reports[m]:
        terms = rank_one_terms(report, len(marker.alleles))
        if terms is None:
            raise Unsupported(f"{marker.name}: several missing in one family and remains with drop-out need "
                              "dropout_homozygote = dropout² and at most three alleles shown")
        shown.append(Observation(None, terms))
    return shown


def _numbers(remains: RemainsCodes, m: int, n_shown: int) -> _Index:
    """Which of the different reports each of the remains shows, ``n_shown`` for nothing; one more for no remains."""
    first, number = remains.pairs[m, :, 0], remains.report_number[m]
    each = np.where(first == -1, n_shown, np.where(first == -2, len(remains.known[m]), 0) + number)
    return np.append(each, n_shown)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What relatives and remains show at a marker, in the alleles of ``locus``; ``shown``: the different reports."""

    locus: Locus
    references: dict[str, Observation]
    shown: tuple[Observation, ...]

    @classmethod
    def of(cls, locus: Locus, references: dict[str, Observation], shown: Sequence[Observation]) -> _Seen:
        """With the alleles that nobody shows taken as one, where that changes no likelihood."""
        relatives = {f"relative {m}": o for m, o in references.items()}
        alleles = {a: f"allele {a}" for o in shown for a in o.known or ()}
        known = {name: Observation((a, a)) for a, name in alleles.items()}
        open_ = {f"report {n}": o for n, o in enumerate(shown) if o.known is None}
        small, renamed = lumped_if_possible(locus, relatives | known | open_)
        place = {a: (renamed[name].known or (0, 0))[0] for a, name in alleles.items()}
        again = tuple(renamed[f"report {n}"] if o.known is None else Observation((place[o.known[0]], place[o.known[1]]))
                      for n, o in enumerate(shown))
        return cls(small, {m: renamed[f"relative {m}"] for m in references}, again)


@dataclass(frozen=True, slots=True)
class _At:
    """One family and its missing members at a marker."""

    typed: Typed
    members: tuple[str, ...]
    marker: Marker
    shapes: _Shapes

    def view(self, seen: _Seen, numbers: _Index) -> MarkerView:
        males, states = males_of(self.typed.family), list[_States]()
        alike: dict[bool, _States] = {}  # members without a reference of their own differ in sex alone
        for member in self.members:
            single, own = self.marker.x_linked and member in males, seen.references.get(member)
            if own is not None or single not in alike:
                states.append(_States.of(seen, own, single))
                if own is None:
                    alike[single] = states[-1]
            else:
                states.append(alike[single])
        others = {m: o for m, o in seen.references.items() if m not in self.members}
        return MarkerView(
            self.typed, self.marker, seen.locus, self.members, others, np.tile(numbers, (len(states), 1)),
            np.stack([s.kind for s in states]), np.stack([s.known for s in states]),
            np.stack([s.terms for s in states]), np.stack([s.log_weight for s in states]),
            np.stack([s.population[numbers] for s in states]), self.shapes)


@dataclass(frozen=True, slots=True)
class _States:
    """What one member may show at a marker, the last with nothing placed; as in ``MarkerView``, without its k."""

    kind: NDArray[np.int8]
    known: _Index
    terms: _Array
    log_weight: _Array
    population: _Array

    @classmethod
    def of(cls, seen: _Seen, own: Observation | None, single: bool) -> _States:
        n_states, n_alleles = len(seen.shown) + 1, seen.locus.n_alleles
        made = cls(np.zeros(n_states, np.int8), np.zeros((n_states, 2), np.int64),
                   np.zeros((n_states, 4, 2, n_alleles)), np.zeros(n_states), np.zeros(n_states))
        for s, report in enumerate([*seen.shown, None]):
            # A partial or silent result on a man's only X is not compared.
            placed = None if report is None or (single and report.known is None) else report
            if placed is not None:
                made.population[s] = _log_population(seen.locus, placed, single)
            both, made.log_weight[s] = _together(own, placed, single)
            made.kind[s] = Kind.UNTYPED if both is None else both.kind
            made.known[s] = (0, 0) if both is None or both.known is None else both.known
            given = _as_terms(both, n_alleles)
            made.terms[s, :len(given)] = given
        return made


def _terms(observation: Observation) -> _Array:
    if observation.terms is None:
        raise AssertionError("a genotype that is not known has weights")
    return observation.terms


def _as_terms(observation: Observation | None, n_alleles: int) -> _Array:
    """An observation as weights of ordered genotypes, (2 or 4, 2, A): all ones where nothing was seen."""
    if observation is not None and observation.known is None:
        return _terms(observation)
    terms = np.zeros((2, 2, n_alleles))
    if observation is None or observation.known is None:
        terms[0] = 1.0
    else:
        a, b = observation.known
        terms[0, 0, a] = terms[0, 1, b] = 1.0
        if a != b:
            terms[1, 0, b] = terms[1, 1, a] = 1.0
    return terms


def _log_population(locus: Locus, observation: Observation, single: bool) -> float:
    """Natural log probability of a report in an unrelated person; ``single``: on a man's X."""
    p = locus.frequencies
    if observation.known is None:
        return float(np.log(sum(float(u @ p) * float(w @ p) for u, w in _terms(observation))))
    a, b = observation.known
    if single:
        return float(np.log(p[a]))
    return float(np.log(p[a] * p[b] * (1.0 if a == b else 2.0)))


def _together(own: Observation | None, placed: Observation | None, single: bool) -> tuple[Observation | None, float]:
    """What a member shows who has his own reference and these remains, and the log weight that goes with it."""
    if single and placed is not None and placed.known is not None and placed.known[0] != placed.known[1]:
        return own, -np.inf  # two alleles on a man's only X
    if own is None or placed is None:
        return (own if placed is None else placed), 0.0
    exact, other = (own, placed) if own.known is not None else (placed, own)
    if exact.known is not None:
        weight = _weight(other, exact.known)
        return exact, float(np.log(weight)) if weight > 0.0 else -np.inf
    if len(_terms(own)) * len(_terms(placed)) > 4:
        raise Unsupported("a personal item and remains that both leave their genotypes this open")
    return Observation(None, (_terms(own)[:, None] * _terms(placed)[None]).reshape(4, 2, -1)), 0.0


def _weight(observation: Observation, pair: tuple[int, int]) -> float:
    """P(what was reported | genotype)."""
    if observation.known is not None:
        return float(sorted(observation.known) == sorted(pair))
    return float((_terms(observation)[:, 0, pair[0]] * _terms(observation)[:, 1, pair[1]]).sum())
