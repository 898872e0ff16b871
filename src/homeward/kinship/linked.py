"""Two markers close together on one chromosome: their joint likelihood, with the recombination fraction between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.lanes import Lanes, run_lanes
from homeward.kinship.likelihood import Typed, lumped_if_possible
from homeward.kinship.locus import Locus, Observation, locus_of
from homeward.kinship.shape import Kind, Shape, shape_of
from homeward.model import InvalidValue, Marker

__all__ = ["pair_loglik"]


def pair_loglik(typed: Typed, first: Marker, second: Marker, recombination_rate: float) -> float:
    """Natural log likelihood of a family's genotypes at two markers together.

    Args: ``recombination_rate`` ρ, from 0 (one block) to 0.5 (as if unlinked). Founders' alleles at the two markers
    are independent (linkage equilibrium); their phase is unknown and summed over.

    Returns log P(genotypes at both | pedigree), −inf where impossible. Raises InvalidValue for ρ outside 0 … 0.5 and
    for markers of different inheritance, TooLarge for a pedigree beyond exact computation.
    """
    if not 0.0 <= recombination_rate <= 0.5:
        raise InvalidValue(f"{first.name}, {second.name}", "recombination_rate", recombination_rate,
                           "must be from 0 to 0.5")
    if first.x_linked != second.x_linked:
        raise InvalidValue(f"{first.name}, {second.name}", "x_linked", second.x_linked, "must be the same for both")
    parts = [lumped_if_possible(locus_of(m), typed.observations(m)) for m in (first, second)]
    seen = {member for _, observations in parts for member in observations}
    single, ids = shape_of(typed.family, dict.fromkeys(seen, Kind.VAGUE), x_linked=first.x_linked)
    kinds = tuple(Kind.VAGUE if m in observations else Kind.UNTYPED for _, observations in parts for m in ids)
    shape = replace(single, father=_twice(single.father), mother=_twice(single.mother), male=single.male * 2,
                    kind=kinds, inbred=frozenset({*single.inbred, *(m + single.size for m in single.inbred)}),
                    linked=True)
    inbreeding = [typed.family.inbreeding.get(m, 0.0) for m in ids] * 2
    value = float(run_lanes(_lanes(shape, parts, ids, inbreeding, recombination_rate))[0])
    return math.log(value) if value > 0.0 else -math.inf


def _twice(parents: tuple[int, ...]) -> tuple[int, ...]:
    return (*parents, *(p if p < 0 else p + len(parents) for p in parents))


def _lanes(shape: Shape, parts: list[tuple[Locus, dict[str, Observation]]], ids: tuple[str, ...],
           inbreeding: list[float], rho: float) -> Lanes:
    """One lane whose alleles are those of both markers, one after the other."""
    sizes = [locus.n_alleles for locus, _ in parts]
    total = sum(sizes)
    spans = [slice(0, sizes[0]), slice(sizes[0], total)]
    dense = np.zeros((2, total, total))
    rows = []
    for (locus, observations), span in zip(parts, spans, strict=True):
        dense[:, span, span] = _matrices(locus)
        rows += [_terms(observations, m, locus.n_alleles, span, total) for m in ids if m in observations]
    frequencies = np.zeros((2, 2, total))
    for k, ((locus, _), span) in enumerate(zip(parts, spans, strict=True)):
        frequencies[k, 0, span] = locus.frequencies
    rows.append(frequencies)
    nothing = np.zeros((1, 2, total))
    return Lanes(shape, frequencies[:1, 0] + frequencies[1:, 0], np.zeros((1, 2)), nothing, dense,
                 np.zeros((1, 0, 2), dtype=np.int64), np.stack(rows)[None], np.array([inbreeding]),
                 recombination=rho)


def _matrices(locus: Locus) -> NDArray[np.float64]:
    if locus.is_dense:
        return locus.dense
    return np.stack([same * np.eye(locus.n_alleles) + other
                     for same, other in zip(locus.same, locus.other, strict=True)])


def _terms(observations: Mapping[str, Observation], member: str, n_alleles: int, span: slice,
           total: int) -> NDArray[np.float64]:
    """The observation's weight terms over the alleles of both markers."""
    observation = observations[member]
    terms = np.zeros((2, 2, total))
    if observation.terms is not None:
        terms[:, :, span] = observation.terms
    elif observation.known is not None:
        a, b = observation.known
        unit = np.eye(n_alleles)
        terms[0, :, span] = unit[[a, b]]
        if a != b:
            terms[1, :, span] = unit[[b, a]]
    return terms
