"""Two markers close together on one chromosome: their joint likelihood, with the recombination fraction between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from homeward.kinship.lanes import Lanes, run_lanes
from homeward.kinship.likelihood import Typed, lumped_if_possible
from homeward.kinship.locus import Locus, Observation, locus_of
from homeward.kinship.shape import Kind, Shape, shape_of
from homeward.model import InvalidValue, Marker

__all__ = ["Part", "genotype_terms", "linked_lanes", "linked_shape", "pair_loglik"]

Part = tuple[Locus, Mapping[str, Observation]]  # one of the two markers: its numbers, and what each member shows there


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
    inbreeding = [typed.family.inbreeding.get(m, 0.0) for m in ids]
    lanes = linked_lanes(linked_shape(single, parts, ids), parts, ids, inbreeding, recombination_rate)
    value = float(run_lanes(lanes)[0])
    return math.log(value) if value > 0.0 else -math.inf


def linked_shape(single: Shape, parts: Sequence[Part], ids: Sequence[str]) -> Shape:
    """The shape of a family at one marker made that of the family at both; a query is asked for at the second.

    ``ids``: the members in the shape's order. What is known of a member is told by weights, whose phases are summed.
    """
    kinds = tuple(_kind(observations.get(m)) for _, observations in parts for m in ids)
    return replace(single, father=_twice(single.father), mother=_twice(single.mother), male=single.male * 2,
                   kind=kinds, inbred=frozenset({*single.inbred, *(m + single.size for m in single.inbred)}),
                   query=single.query if single.query < 0 else single.query + single.size, linked=True)


def _kind(observation: Observation | None) -> Kind:
    if observation is None:
        return Kind.UNTYPED
    return Kind.VAGUE if observation.known is not None else observation.kind


def _twice(parents: tuple[int, ...]) -> tuple[int, ...]:
    return (*parents, *(p if p < 0 else p + len(parents) for p in parents))


def linked_lanes(shape: Shape, parts: Sequence[Part], ids: Sequence[str], inbreeding: Sequence[float],
                 recombination_rate: float) -> Lanes:
    """One lane whose alleles are those of both markers, one after the other. ``inbreeding``: f of each of ``ids``."""
    sizes = [locus.n_alleles for locus, _ in parts]
    total = sum(sizes)
    spans = [slice(0, sizes[0]), slice(sizes[0], total)]
    n_terms = 4 if Kind.VAGUER in shape.kind else 2
    dense = np.zeros((2, total, total))
    rows = []
    for (locus, observations), span in zip(parts, spans, strict=True):
        dense[:, span, span] = _matrices(locus)
        for m in ids:
            if m in observations:
                terms = np.zeros((n_terms, 2, total))
                shown = genotype_terms(observations[m], locus.n_alleles)
                terms[:len(shown), :, span] = shown
                rows.append(terms)
    frequencies = np.zeros((n_terms, 2, total))
    for k, ((locus, _), span) in enumerate(zip(parts, spans, strict=True)):
        frequencies[k, 0, span] = locus.frequencies
    rows.append(frequencies)
    nothing = np.zeros((1, 2, total))
    return Lanes(shape, frequencies[:1, 0] + frequencies[1:2, 0], np.zeros((1, 2)), nothing, dense,
                 np.zeros((1, 0, 2), dtype=np.int64), np.stack(rows)[None], np.array([[*inbreeding, *inbreeding]]),
                 recombination=recombination_rate)


def _matrices(locus: Locus) -> NDArray[np.float64]:
    if locus.is_dense:
        return locus.dense
    return np.stack([same * np.eye(locus.n_alleles) + other
                     for same, other in zip(locus.same, locus.other, strict=True)])


def genotype_terms(observation: Observation, n_alleles: int) -> NDArray[np.float64]:
    """The weights of ordered genotypes as terms (2 or 4, 2, A); a known genotype stands in both orders."""
    if observation.known is None:
        if observation.terms is None:
            raise AssertionError("a vague observation has weights")
        return observation.terms
    a, b = observation.known
    unit = np.eye(n_alleles)
    terms = np.zeros((2, 2, n_alleles))
    terms[0] = unit[[a, b]]
    if a != b:
        terms[1] = unit[[b, a]]
    return terms
