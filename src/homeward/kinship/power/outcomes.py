"""What remains can show at one marker: every genotype, and its probability if they are the missing member or not.

With it the moments of an LR are closed sums, Σ_g P(g) log10 LR(g), and only the tails of a sum over markers have to be
drawn. Principle: Egeland, Pinto & Vigeland 2014, doi:10.1016/j.fsigen.2013.05.001.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.batch import FamilyBatch, MarkerTables
from homeward.kinship.engine import Problem, evaluate
from homeward.kinship.likelihood import lumped_if_possible, problem_of
from homeward.kinship.locus import Locus, Observation, locus_of
from homeward.kinship.shape import males_of
from homeward.kinship.tables import SOMEONE_ELSE, Relatives, with_someone_else
from homeward.model import Marker

__all__ = ["Outcomes", "as_reported", "has_one_allele", "marker_outcomes", "outcomes_in_tables", "quotients",
           "report_pairs"]

_NOISE = 1e-12  # a log10 LR below it is rounding: the relatives say nothing of this genotype

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What remains can show at one marker, for L sets of references.

    ``if_member``: (L, n), the probability of each of n outcomes if the remains are the missing member;
    ``if_unrelated``: (L, n), if they are an unrelated person of the population; ``log10_lr``: (L, n), −inf where the
    outcome is impossible for the member. Each row of probabilities sums to 1, but for the member's where the
    references contradict the pedigree: that row is all 0. A genotype of two alleles is there in both orders, and
    alleles that no relative shows may be one outcome. What a laboratory cannot see is not compared: its log10 LR is 0.
    """

    if_member: _Array
    if_unrelated: _Array
    log10_lr: _Array

    @property
    def possible(self) -> NDArray[np.bool_]:
        """Whether the references agree with the pedigree, (L,)."""
        return np.asarray(self.if_member.sum(axis=1) > 0.0)

    @property
    def exclusion(self) -> _Array:
        """Probability that an unrelated person is excluded here, (L,): Σ_g P(g | unrelated) [LR(g) = 0]."""
        return np.asarray((self.if_unrelated * np.isneginf(self.log10_lr)).sum(axis=1))

    def moment(self, order: int) -> _Array:
        """E[(log10 LR)^order], (L,), if the remains are the member: Σ_g P(g | member) (log10 LR(g))^order."""
        values = np.where(self.if_member > 0.0, self.log10_lr, 0.0)
        return np.asarray((self.if_member * values**order).sum(axis=1))

    def draw(self, rows: NDArray[np.int64], rng: np.random.Generator, *, unrelated: bool = False) -> _Array:
        """A log10 LR for each of ``rows`` (row numbers, with repeats), as the member's or an unrelated person's."""
        each = self.if_unrelated if unrelated else self.if_member
        reached = each.cumsum(axis=1)
        reached /= reached[:, -1:]
        # The rows laid end to end, row r from r to r + 1: one search serves all draws.
        ends = (reached + np.arange(len(each))[:, None]).ravel()
        at = np.searchsorted(ends, rows + np.minimum(rng.random(len(rows)), 1.0 - 1e-12), side="right")
        return np.asarray(self.log10_lr.ravel()[at])


def has_one_allele(marker: Marker, person: Relatives) -> bool:
    """Whether the person has one allele only at the marker: a man's X."""
    return marker.x_linked and person.member in males_of(person.typed.family)


def marker_outcomes(relatives: Relatives, marker: Marker, *, locus: Locus | None = None,
                    theta: float = 0.0) -> Outcomes | None:
    """What remains can show at one marker beside these relatives; None where none of them is typed there.

    Args: ``relatives``; ``marker``; ``locus``, its arrays if at hand, or others with another mutation model;
    ``theta``, coancestry: the unrelated person then comes from the same urn as the founders. Returns one row (L = 1).

    Raises TooLarge for a pedigree beyond exact computation, Unsupported for coancestry with founder inbreeding.

    >>> from homeward.kinship import Typed
    >>> from homeward.model import Family, Genotype, Member, Profile, Sex
    >>> marker = Marker("M", ("7", "8", "9"), (0.5, 0.3, 0.2))
    >>> family = Family("synthetic", (Member("father", None, None, Sex.MALE), Member("mother", None, None, Sex.FEMALE),
    ...                               Member("child", "father", "mother", Sex.FEMALE)))
    >>> father = Profile("father", {"M": Genotype("7", "8")})
    >>> found = marker_outcomes(Relatives(Typed(family, {"father": father}), "child"), marker)
    >>> found.exclusion.round(3).tolist()  # (1 − p₇ − p₈)²
    [0.04]
    """
    locus = locus if locus is not None else locus_of(marker)
    if theta > 0.0:
        return _outcomes_in_urn(relatives, marker, locus, theta)
    for tables in FamilyBatch([relatives], [marker]).tables(0, locus):
        return outcomes_in_tables(tables, marker, locus)
    return None


def outcomes_in_tables(tables: MarkerTables, marker: Marker, locus: Locus) -> Outcomes:
    """The outcomes that a batch's tables hold, of ``marker`` with the arrays ``locus``: a row for each family."""
    log10_lr, weights = tables.log10_lr, tables.weights
    if marker.silent is not None:  # it must stand apart from the rest to be hidden
        row, place = np.arange(len(tables.place))[:, None, None], tables.place
        log10_lr = log10_lr[row, place[:, :, None], place[:, None, :]]
        weights = np.broadcast_to(locus.frequencies, place.shape)
    unrelated = _squares(weights, single=tables.single)
    member = np.where(tables.possible[:, None, None], unrelated * 10.0**log10_lr, 0.0)
    return _of_squares(member, unrelated, marker)


def _squares(weights: _Array, *, single: bool) -> _Array:
    """Population probabilities of ordered genotypes, (L, A, A), from those of alleles, (L, A)."""
    if single:
        return np.asarray(weights[:, :, None] * np.eye(weights.shape[1]))
    return weights[:, :, None] * weights[:, None, :]


def _of_squares(member: _Array, unrelated: _Array, marker: Marker) -> Outcomes:
    """Outcomes of tables of ordered genotypes, (L, A, A)."""
    unseen = np.zeros(member.shape[1:], dtype=np.bool_)
    if marker.silent is not None:
        silent = marker.index(marker.silent)
        unseen[silent, silent] = True
        member, unrelated = _as_seen(member, silent), _as_seen(unrelated, silent)
    n = len(member)
    return quotients(member.reshape(n, -1), unrelated.reshape(n, -1), unseen.ravel())


def quotients(member: _Array, unrelated: _Array, unseen: NDArray[np.bool_]) -> Outcomes:
    """Outcomes of two tables (L, n), the LR being their quotient; ``unseen``: (n,), what is not compared."""
    with np.errstate(divide="ignore"):
        log10_lr = np.log10(np.divide(member, unrelated, out=np.zeros_like(member), where=unrelated > 0.0))
    log10_lr[(np.abs(log10_lr) < _NOISE) | unseen] = 0.0
    totals = [x.sum(axis=1, keepdims=True) for x in (member, unrelated)]
    made = [np.divide(x, t, out=np.zeros_like(member), where=t > 0.0)
            for x, t in zip((member, unrelated), totals, strict=True)]
    return Outcomes(made[0], made[1], log10_lr)


def _as_seen(table: _Array, silent: int) -> _Array:
    """a/silent is reported as a/a; silent/silent stays by itself, as nothing seen."""
    table = table.copy()
    others = [a for a in range(table.shape[1]) if a != silent]
    table[:, others, others] += table[:, others, silent] + table[:, silent, others]
    table[:, others, silent] = table[:, silent, others] = 0.0
    return table


def report_pairs(marker: Marker, *, single: bool) -> NDArray[np.int64]:
    """The allele indices of every genotype, (n, 2), the first not above the second; (a, a) for one allele."""
    n = len(marker.alleles)
    return np.stack([np.arange(n)] * 2, axis=1) if single else np.stack(np.triu_indices(n), axis=1)


def as_reported(ordered: _Array, marker: Marker, pairs: NDArray[np.int64]) -> _Array:
    """Tables of ordered genotypes (L, A, A) as tables of what a laboratory reports, (L, n), of ``report_pairs``."""
    table = ordered if marker.silent is None else _as_seen(ordered, marker.index(marker.silent))
    first, second = pairs.T
    return np.asarray(np.where(first == second, table[:, first, second],
                               table[:, first, second] + table[:, second, first]))


def _outcomes_in_urn(relatives: Relatives, marker: Marker, locus: Locus, theta: float) -> Outcomes | None:
    """With coancestry each genotype is computed with its own pedigree, for the member and for someone else."""
    observations = relatives.typed.observations(marker)
    if not observations:
        return None
    n = locus.n_alleles
    pairs = [(int(a), int(b)) for a, b in report_pairs(marker, single=has_one_allele(marker, relatives))]
    values = _in_urn(relatives, marker, (locus, theta), pairs)
    tables = np.zeros((2, 1, n, n))
    for (a, b), value in zip(pairs, values, strict=True):
        tables[:, 0, a, b] = tables[:, 0, b, a] = value if a == b else value / 2.0
    own = observations.get(relatives.member)
    if own is not None:
        tables[0, 0] *= _weights(own, n)
    # Both tables sum to the probability of the references, so that the quotient is the LR.
    return _of_squares(tables[0], tables[1], marker)


def _in_urn(relatives: Relatives, marker: Marker, urn: tuple[Locus, float],
            pairs: Sequence[tuple[int, int]]) -> _Array:
    """P(references, genotype) of each pair of alleles: (n_pairs, 2), the member's and someone else's."""
    locus, theta = urn
    wider = with_someone_else(relatives)
    observations = relatives.typed.observations(marker)
    problems: list[Problem] = []
    for pair in pairs:
        for typed, who in ((relatives.typed, relatives.member), (wider, SOMEONE_ELSE)):
            small, seen = lumped_if_possible(locus, {**observations, who: Observation(pair)})
            problems.append(problem_of(typed, small, seen, x_linked=marker.x_linked))
    return np.array([float(v) for v in evaluate(problems, theta=theta)]).reshape(-1, 2)


def _weights(own: Observation, n_alleles: int) -> _Array:
    """P(what a personal item showed | ordered genotype), (A, A)."""
    if own.known is not None:
        weights = np.zeros((n_alleles, n_alleles))
        weights[own.known] = weights[own.known[::-1]] = 1.0
        return weights
    if own.terms is None:
        raise AssertionError("an observation is known or has weights")
    weights = np.asarray(np.einsum("ka,kb->ab", own.terms[:, 0], own.terms[:, 1]))
    return (weights + weights.T) / 2.0
