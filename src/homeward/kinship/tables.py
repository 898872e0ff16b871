"""The genotype table of a missing member: one peeling a family and marker, then the LR of any remains is a look-up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.engine import Problem, evaluate_scaled
from homeward.kinship.likelihood import Typed, lumped_if_possible, problem_of
from homeward.kinship.locus import Locus, Observation, locus_of, lumped
from homeward.kinship.shape import males_of
from homeward.model import Family, Marker, Member, Sex, Unsupported

__all__ = [
    "SOMEONE_ELSE", "GenotypeTable", "Relatives", "genotype_tables", "lrs_in_urn", "with_someone_else",
]

SOMEONE_ELSE = "\N{WHITE MEDIUM LOZENGE}"  # the unrelated person of H2; no pedigree has a member of that name


@dataclass(frozen=True, slots=True)
class Relatives:
    """A missing person's place in a family whose members gave references."""

    typed: Typed
    member: str

    @property
    def sex(self) -> Sex:
        """Recorded sex of the missing member."""
        return self.typed.family.member(self.member).sex


@dataclass(frozen=True, slots=True)
class GenotypeTable:
    """LR of each genotype of the missing member at one marker.

    H1: the genotype is the member's, given the references; H2: it is an unrelated person's of the population.
    ``place``: (A,) index of each allele of the marker in the table; alleles that no relative shows may share one.
    ``lr``: (K, K), symmetric, the LR of the unordered genotype {a, b}; on a man's X the diagonal alone is meant.
    ``weights``: (K,) population frequencies. ``loglik``: natural log likelihood of the references alone; −inf means
    that they contradict the pedigree, and the table is then all NaN-free zeros and not to be used.
    """

    place: NDArray[np.int64]
    lr: NDArray[np.float64]
    weights: NDArray[np.float64]
    loglik: float

    def log10_lr(self, observation: Observation, frequencies: NDArray[np.float64], *, single: bool) -> float:
        """log10 LR of what the remains show at this marker; −inf where it is impossible for the member."""
        if observation.known is not None:
            a, b = self.place[list(observation.known)]
            value = float(self.lr[a, b])
        else:
            value = self._vague(observation, frequencies, single)
        return math.log10(value) if value > 0.0 else -math.inf

    def _vague(self, observation: Observation, frequencies: NDArray[np.float64], single: bool) -> float:
        if single or observation.terms is None:
            raise AssertionError("a man's X is known or untyped")
        above = below = 0.0
        for u, w in observation.terms:
            x, y = (np.bincount(self.place, weights=frequencies * v, minlength=len(self.weights)) for v in (u, w))
            above += float(x @ self.lr @ y)
            below += float(x.sum() * y.sum())
        return above / below


def genotype_tables(relatives: Sequence[Relatives], marker: Marker, locus: Locus | None = None,
                    ) -> list[GenotypeTable | None]:
    """The tables of many missing members at one marker; None where none of the relatives is typed there.

    Args: ``relatives``; ``marker``; ``locus``, its arrays if at hand. Families of one shape share one plan and run
    together. With no mutation and with the proportional model, alleles that no relative shows are taken as one,
    exactly.

    Raises TooLarge for a pedigree beyond exact computation.
    """
    locus = locus if locus is not None else locus_of(marker)
    problems: list[Problem] = []
    places: list[NDArray[np.int64] | None] = []
    for r in relatives:
        observations = r.typed.observations(marker)
        if not observations:
            places.append(None)
            continue
        problem, own_place = _problem(r, marker, locus, observations)
        problems.append(problem)
        places.append(own_place)
    solved = iter(zip(problems, evaluate_scaled(problems), strict=True))
    tables: list[GenotypeTable | None] = []
    for place in places:
        if place is None:
            tables.append(None)
        else:
            problem, (result, log_scale) = next(solved)
            tables.append(_table(problem, result, log_scale, place))
    return tables


def _problem(r: Relatives, marker: Marker, locus: Locus,
             observations: dict[str, Observation]) -> tuple[Problem, NDArray[np.int64]]:
    full = problem_of(r.typed, locus, observations, query=r.member, x_linked=marker.x_linked)
    known = {a for o in observations.values() if o.known is not None for a in o.known}
    all_known = all(o.known is not None for o in observations.values())
    outbred = max(full.shape.paths_to_query()) <= 1 and full.shape.query not in full.shape.inbred
    if not (locus.lumpable and all_known and outbred) or len(known) + 1 >= locus.n_alleles:
        return full, np.arange(locus.n_alleles)
    small, place = lumped(locus, tuple(sorted(known)))
    renamed = tuple(None if o is None or o.known is None else
                    Observation((int(place[o.known[0]]), int(place[o.known[1]]))) for o in full.observations)
    return Problem(full.shape, small, renamed, full.inbreeding), place


def _table(problem: Problem, result: NDArray[np.float64], log_scale: float,
           place: NDArray[np.int64]) -> GenotypeTable:
    p = problem.locus.frequencies
    query, shape = problem.shape.query, problem.shape
    single = shape.x_linked and shape.male[query]
    own = problem.observations[query]
    ordered = result
    if result.ndim == 0:  # the member himself is typed, from a personal item: all on his genotype
        if own is None or own.known is None:
            raise AssertionError("a likelihood without a table is a known query's")
        ordered = np.zeros((len(p), len(p)))
        ordered[own.known] = float(result)
    total = float(ordered.sum())
    if total <= 0.0:
        return GenotypeTable(place, np.zeros((len(p), len(p))), p, -math.inf)
    population = np.diag(p) if single else np.outer(p, p)
    symmetric = ordered if single else (ordered + ordered.T) / 2.0
    lr = np.divide(symmetric, population * total, out=np.zeros_like(symmetric), where=population > 0.0)
    return GenotypeTable(place, lr, p, math.log(total) + log_scale)


def with_someone_else(relatives: Relatives) -> Typed:
    """The family with the unrelated person of H2 beside it: of the missing member's sex, and of the same urn."""
    family = relatives.typed.family
    sex = Sex.MALE if relatives.member in males_of(family) else relatives.sex
    stranger = Member(SOMEONE_ELSE, None, None, sex)
    return replace(relatives.typed, family=Family(family.id, (*family.members, stranger), family.inbreeding))


def lrs_in_urn(relatives: Relatives, marker: Marker, shown: Sequence[Observation], theta: float,
               ) -> NDArray[np.float64] | None:
    """LRs of what several remains show at one marker, with coancestry θ; None where no relative is typed there.

    H1: the remains are the member; H2: they are an unrelated person of the same population, whose alleles come from
    the same urn as the founders'. With θ the LR is no product of a family's and a population's part, so that each
    genotype is computed with its own pedigree. Returns (n_shown,); NaN where the references alone are impossible.

    Raises TooLarge where the urn needs too many evaluations, Unsupported where a personal item and the remains both
    leave too much open.
    """
    observations = relatives.typed.observations(marker)
    if not observations:
        return None
    locus, member = locus_of(marker), relatives.member
    wider = with_someone_else(relatives)
    problems: list[Problem] = []
    single = marker.x_linked and relatives.sex is Sex.MALE  # two different alleles cannot be a man's X
    weights = np.array([0.0 if single and o.known is not None and o.known[0] != o.known[1] else 1.0 for o in shown])
    for n, observation in enumerate(shown):
        own = observation
        if member in observations:  # he is typed himself, from a personal item
            own, factor = _together(observations[member], observation)
            weights[n] *= factor
        for typed, who, seen in ((relatives.typed, member, own), (wider, SOMEONE_ELSE, observation)):
            small, renamed = lumped_if_possible(locus, {**observations, who: seen})
            problems.append(problem_of(typed, small, renamed, x_linked=marker.x_linked))
    solved = evaluate_scaled(problems, theta=theta)
    values = np.array([float(v) for v, _ in solved]).reshape(-1, 2)
    scale = np.array([log_scale for _, log_scale in solved]).reshape(-1, 2)
    values[:, 0] *= weights * np.exp(scale[:, 0] - scale[:, 1])
    nan = np.full(len(shown), np.nan)
    return np.asarray(np.divide(values[:, 0], values[:, 1], out=nan, where=values[:, 1] > 0.0))


def _together(a: Observation, b: Observation) -> tuple[Observation, float]:
    """Two observations of one genotype as one, and a factor: P(both | genotype) = factor · P(the one | genotype)."""
    if a.known is not None:
        return a, _weight(b, a.known)
    if b.known is not None:
        return b, _weight(a, b.known)
    if a.terms is None or b.terms is None:
        raise AssertionError("a vague observation has weights")
    if len(a.terms) * len(b.terms) > 4:
        raise Unsupported("coancestry with a personal item and remains that both leave their genotypes this open")
    terms = (a.terms[:, None] * b.terms[None, :]).reshape(-1, *a.terms.shape[1:])
    return Observation(None, terms), 1.0


def _weight(observation: Observation, pair: tuple[int, int]) -> float:
    """P(what was observed | genotype)."""
    if observation.known is not None:
        return float(sorted(observation.known) == sorted(pair))
    if observation.terms is None:
        raise AssertionError("a vague observation has weights")
    return float((observation.terms[:, 0, pair[0]] * observation.terms[:, 1, pair[1]]).sum())
