"""From a locus of Familias to a marker: frequencies that sum to 1, the silent allele, the mutation models.

Familias offers two ways for frequencies that do not sum to 1, to scale them or to add a rest allele, and saves what was
chosen. What is left in a file is rounding, so they are scaled here within 5 %, and a rest allele is added below that.

Models 2 and 4 are our ``stepwise``. Model 3 is that model made stationary by the method PM of Simonsson and Mostad
(2016, doi:10.1016/j.fsigen.2016.04.005); over whole repeats that is the reversible model of Dawid et al. (2002), our
``dawid``. Over microvariants, or beside a silent allele, the stationary matrix is written out (``custom``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.formats.familias.values import FamiliasLocus, FamiliasMutation
from homeward.kinship.mutation import mutation_matrix, stationary_matrix
from homeward.model import InvalidValue, Marker, MutationModel, Unsupported

__all__ = ["REST_ALLELE", "marker_of"]

REST_ALLELE = "Rest allele"

_EXACT = 1e-6
_SCALED = 0.05
_KINDS = {0: "equal", 1: "proportional", 2: "stepwise", 3: "stepwise", 4: "stepwise"}
_NAMES = {2: "stepwise", 3: "stationary stepwise", 4: "extended stepwise"}


class _Table(NamedTuple):
    alleles: tuple[str, ...]
    frequencies: NDArray[np.float64]
    silent: str | None


def marker_of(locus: FamiliasLocus, *, fallback: str | None) -> tuple[Marker, tuple[str, ...]]:
    """The marker that a locus of Familias describes, with notes on what was changed.

    Args: ``locus``; ``fallback``, the model (equal or proportional, at the same rate) for a stepwise model whose
    alleles are no numbers of repeats, or that has no stationary form; None refuses such a locus.

    Returns the marker and the notes. Raises Unsupported for a locus that cannot be computed as it stands.
    """
    table, notes = _table(locus)
    models = {}
    for side, mutation in (("female", locus.female), ("male", locus.male)):
        models[side], said = _model(locus.name, mutation, table, fallback)
        notes += [note for note in said if note not in notes]
    if locus.possibilities is not None:
        notes.append(f"{locus.name}: states {locus.possibilities} alleles and lists {len(locus.alleles)}; "
                     "mutation is among those listed")
    try:
        marker = Marker(locus.name, table.alleles, tuple(float(p) for p in table.frequencies), models["female"],
                        models["male"], silent=table.silent)
    except InvalidValue as error:
        raise Unsupported(f"{locus.name}: {error}") from error
    return marker, tuple(notes)


def _table(locus: FamiliasLocus) -> tuple[_Table, list[str]]:
    alleles, p = list(locus.alleles), np.array(locus.frequencies)
    notes: list[str] = []
    missing = 1.0 - p.sum() - (locus.silent or 0.0)
    if locus.silent is not None and abs(1.0 - p.sum()) <= _EXACT < abs(missing):
        # The visible alleles sum to 1 by themselves: the silent one was counted on top.
        notes.append(f"{locus.name}: frequencies scaled by {1.0 - locus.silent:.6g} to make room for the silent allele")
        p = p * (1.0 - locus.silent)
    elif missing > _SCALED and REST_ALLELE not in alleles:
        notes.append(f"{locus.name}: frequencies sum to {1.0 - missing:.6g}; {REST_ALLELE} added with the rest")
        alleles.append(REST_ALLELE)
        p = np.append(p, missing)
    elif abs(missing) > _EXACT:
        notes.append(f"{locus.name}: frequencies sum to {1.0 - missing:.6g} and are scaled to 1")
        p = p * (1.0 - (locus.silent or 0.0)) / p.sum()
    if locus.silent is None:
        return _Table(tuple(alleles), p, None), notes
    name = "silent"
    while name in alleles:
        name += "'"
    return _Table((*alleles, name), np.append(p, locus.silent), name), notes


def _model(
    marker: str, mutation: FamiliasMutation, table: _Table, fallback: str | None
) -> tuple[MutationModel, list[str]]:
    if mutation.rate == 0.0 and (mutation.rate2 == 0.0 or mutation.model in (0, 1)):
        return MutationModel(), []
    kind = _KINDS[mutation.model]
    try:
        if kind == "stepwise":
            _check_repeats(table)
            model = MutationModel(kind, mutation.rate, mutation.rate2, mutation.step_range)
        else:
            model = MutationModel(kind, mutation.rate)
        if mutation.model == 3:
            return _stationary(model, table), []
        mutation_matrix(model, table.alleles, table.frequencies, silent=table.silent)
        return model, []
    except (InvalidValue, Unsupported) as error:
        why = f"{marker}: the {_NAMES.get(mutation.model, kind)} mutation model does not apply ({error})"
        if kind != "stepwise" or fallback is None:
            raise Unsupported(why) from error
    model = MutationModel(fallback, mutation.rate)
    try:
        mutation_matrix(model, table.alleles, table.frequencies, silent=table.silent)
    except InvalidValue as error:
        raise Unsupported(f"{why}, nor does the {fallback} model at the same rate ({error})") from error
    return model, [f"{why}; {fallback} model at the same rate instead"]


def _check_repeats(table: _Table) -> None:
    for allele in table.alleles:
        if allele != table.silent and allele.partition(".")[0] in ("", "0"):
            raise InvalidValue("mutation model", "allele", allele, "must be at least one repeat")


def _stationary(model: MutationModel, table: _Table) -> MutationModel:
    seen = len(table.alleles) - (table.silent is not None)
    alleles, p = table.alleles[:seen], table.frequencies[:seen]
    if table.silent is None and not any("." in allele for allele in alleles):
        dawid = MutationModel("dawid", model.rate, step_range=model.step_range)
        mutation_matrix(dawid, alleles, p)
        return dawid
    matrix = np.eye(len(table.alleles))
    matrix[:seen, :seen] = stationary_matrix(mutation_matrix(model, alleles, p), p)
    return _custom(matrix)


def _custom(matrix: NDArray[np.float64]) -> MutationModel:
    return MutationModel("custom", matrix=tuple(tuple(float(p) for p in row) for row in matrix))
