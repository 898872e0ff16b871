"""Reports of the remains and references of the families as weights and tables over the states of each marker.

The states of an autosomal marker are its unordered genotypes, those of mtDNA the haplotypes that anyone shows, and one
for all others. Markers are taken as independent, founders as unrelated (θ = 0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping.dropout import Typing, levels_of_samples
from homeward.decide.grouping.problem import Genetics
from homeward.kinship import ClassWeights, FamilyBatch, Relatives, locus_of
from homeward.kinship.laboratory import open_report
from homeward.model import FrequencyTable, Genotype, Marker, Profile, Unsupported

__all__ = ["Mito", "genetics_of"]

_Array = NDArray[np.float64]
_Levels = dict[tuple[int, int], _Array]
_Reports = tuple[Mapping[int, Sequence[Profile]], Mapping[int, int], _Levels, Typing]


@dataclass(frozen=True, slots=True)
class Mito:
    """mtDNA by haplotype: ``frequencies`` in the population; of ``elements`` and of ``persons``' maternal kin, by
    position."""

    frequencies: Mapping[str, float]
    elements: Mapping[int, str]
    persons: Mapping[int, str]


def genetics_of(samples: Mapping[int, Sequence[Profile]], relatives: Sequence[Relatives | None], table: FrequencyTable,
                *, typing: Typing, mito: Mito | None = None) -> tuple[Genetics, _Array]:
    """Everything genetic as arrays, and how common each level of drop-out was found to be.

    Args: ``samples``, of each element (by its position) the profiles of its samples; ``relatives``, of each person;
    ``table``, whose autosomal markers are used.

    Raises Unsupported for a table with coancestry.
    """
    if table.theta > 0.0:
        raise Unsupported(f"{table.population}: theta={table.theta}: grouping computes no coancestry")
    markers = [m for m in table.markers if not m.x_linked]
    found = sorted({*samples, *(mito.elements if mito else ())})
    row = {e: k for k, e in enumerate(found)}
    referenced = [m for m, r in enumerate(relatives) if r is not None or (mito and m in mito.persons)]
    column = np.full(len(relatives), -1)
    column[np.array(referenced, dtype=np.int64)] = np.arange(len(referenced))
    posterior, common = _levels(samples, markers, typing)
    batch = FamilyBatch([r for r in relatives if r is not None], markers)
    kin = np.array([column[m] for m in referenced if relatives[m] is not None], dtype=np.int64)
    parts = [_autosomal(k, marker, (samples, row, posterior, typing), (batch, kin, len(referenced)))
             for k, marker in enumerate(markers)]
    if mito:
        parts.append(_maternal(mito, row, column[np.array(sorted(mito.persons), dtype=np.int64)], typing,
                               len(referenced)))
    if not parts:
        return Genetics.none(len(relatives)), common
    first = np.concatenate([[0], np.cumsum([len(p.population) for p in parts])]).astype(np.int64)
    return Genetics(first, np.concatenate([p.population for p in parts]), np.array(found, dtype=np.int64),
                    np.concatenate([p.weights for p in parts], axis=1), np.stack([p.typed for p in parts], axis=1),
                    np.concatenate([p.tables for p in parts]), column), common


@dataclass(frozen=True, slots=True)
class _Part:
    """One marker: population (S,), weights (n, S), typed (n,), tables (S, n_ref)."""

    population: _Array
    weights: _Array
    typed: NDArray[np.bool_]
    tables: NDArray[np.float32]


def _shown(samples: Sequence[Profile], marker: Marker) -> tuple[tuple[int, Genotype], ...]:
    return tuple((k, p.genotypes[marker.name]) for k, p in enumerate(samples) if marker.name in p.genotypes)


def _levels(samples: Mapping[int, Sequence[Profile]], markers: Sequence[Marker],
            typing: Typing) -> tuple[_Levels, _Array]:
    """Posterior of the level of each sample, by element and number, and how common the levels are."""
    keys = [(e, k) for e, profiles in samples.items() for k in range(len(profiles))]
    logliks = np.zeros((len(keys), len(typing.dropout)))
    seen = 1.0 - np.array(typing.dropout) ** 2
    for marker in markers:
        known: dict[Genotype, _Array] = {}
        states, population = _states(marker)
        for n, (e, k) in enumerate(keys):
            genotype = samples[e][k].genotypes.get(marker.name)
            if genotype is None:
                continue
            if genotype not in known:
                known[genotype] = np.log([_weights(marker, genotype, lab, states) @ population
                                          for lab in typing.laboratories()] / seen)
            logliks[n] += known[genotype]
    posterior, common = levels_of_samples(logliks)
    return dict(zip(keys, posterior, strict=True)), common


def _states(marker: Marker) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], _Array]:
    a, b = np.triu_indices(len(marker.alleles))
    p = np.array(marker.frequencies)
    return (a, b), p[a] * p[b] * np.where(a == b, 1.0, 2.0)


def _weights(marker: Marker, genotype: Genotype, laboratory: object,
             states: tuple[NDArray[np.int64], NDArray[np.int64]]) -> _Array:
    """P(report | each state)."""
    found: ClassWeights = open_report(marker, [(genotype, laboratory)])  # type: ignore[list-item]
    n, k = len(marker.alleles), len(found.alleles)
    full = np.full((k + 1, k + 1), found.other_pair)
    full[:k, :k], full[:k, k], full[k, :k] = found.seen, found.mixed, found.mixed
    place = np.full(n, k)
    place[list(found.alleles)] = np.arange(k)
    a, b = states
    weights = full[place[a], place[b]]
    return np.asarray(np.where((a == b) & (place[a] == k), found.other_same, weights))


def _autosomal(k: int, marker: Marker, reports: _Reports,
               references: tuple[FamilyBatch, NDArray[np.int64], int]) -> _Part:
    samples, row, posterior, typing = reports
    states, population = _states(marker)
    weights, typed = np.ones((len(row), len(population))), np.zeros(len(row), np.bool_)
    known: dict[Genotype, _Array] = {}
    for e, profiles in samples.items():
        for n, genotype in _shown(profiles, marker):
            if genotype not in known:
                known[genotype] = np.array([_weights(marker, genotype, lab, states) for lab in typing.laboratories()])
            weights[row[e]] *= posterior[e, n] @ known[genotype]
            typed[row[e]] = True
    batch, columns, n_ref = references
    tables = np.tile(population[:, None], (1, n_ref)).astype(np.float32)
    for found in batch.tables(k, locus_of(marker)):
        lane = np.arange(len(found.rows))[:, None]
        lr = 10.0 ** found.log10_lr[lane, found.place[:, states[0]], found.place[:, states[1]]]
        own = lr * population
        ok = found.possible & (own.sum(axis=1) > 0.0)
        tables[:, columns[found.rows[ok]]] = (own[ok] / own[ok].sum(axis=1, keepdims=True)).T
    return _Part(population, weights, typed, tables)


def _maternal(mito: Mito, row: Mapping[int, int], columns: NDArray[np.int64], typing: Typing, n_ref: int) -> _Part:
    names = sorted({*mito.elements.values(), *mito.persons.values()})
    place = {name: k for k, name in enumerate(names)}
    frequency = np.array([*(mito.frequencies[name] for name in names), 0.0])
    frequency[-1] = max(1.0 - frequency.sum(), 1e-6)
    frequency /= frequency.sum()
    weights, typed = np.ones((len(row), len(frequency))), np.zeros(len(row), np.bool_)
    for e, name in mito.elements.items():
        s = place[name]
        weights[row[e]] = typing.mito_error * frequency[s]
        weights[row[e], s] += 1.0 - typing.mito_error
        typed[row[e]] = True
    tables = np.tile(frequency[:, None], (1, n_ref))
    for c, (_, name) in zip(columns.tolist(), sorted(mito.persons.items()), strict=True):
        tables[:, c] = typing.mito_change * frequency
        tables[place[name], c] += 1.0 - typing.mito_change
    return _Part(frequency, weights, typed, tables.astype(np.float32))
