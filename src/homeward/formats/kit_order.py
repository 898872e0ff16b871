"""Neutral files whose relatives' genotypes stand in the order of a typing kit instead of that of their own markers."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from homeward.formats.neutral import read_neutral
from homeward.model import Case, Fault, FaultyInput

__all__ = ["read_neutral_in_some_order"]

# The order in which a kit's markers are printed on its data sheet, by its name.
_KITS = {
    "AmpFLSTR Identifiler": (
        "D8S1179", "D21S11", "D7S820", "CSF1PO", "D3S1358", "TH01", "D13S317", "D16S539", "D2S1338", "D19S433", "vWA",
        "TPOX", "D18S51", "D5S818", "FGA"),
}


def read_neutral_in_some_order(path: Path) -> Case:
    """The case of a neutral file, as ``read_neutral``; a kit's order is tried where the file's own cannot be meant.

    That is so where the only faults are relatives' alleles that their markers do not have, and the same genotypes,
    read in the order of one kit with just these markers, are without a fault. The guess is among the case's notes.
    Raises FaultyInput with the faults of the file's own order otherwise.
    """
    try:
        return read_neutral(path)
    except FaultyInput as error:
        if not all(f.rule == "allele" and f.column.startswith("genotypes.reference.") for f in error.faults):
            raise
        markers = _marker_names(path)
        for kit, order in _KITS.items():
            if set(order) == markers:
                return _in_order(path, kit, order, error.faults)
        raise


def _in_order(path: Path, kit: str, order: tuple[str, ...], faults: tuple[Fault, ...]) -> Case:
    try:
        case = read_neutral(path, reference_markers=order)
    except FaultyInput:
        raise FaultyInput(faults) from None
    note = (f"{path.name}: in the order of its markers {len(faults)} of the relatives' genotypes hold alleles that do "
            f"not exist there; they were read in the order of {kit}, in which all fit")
    return dataclasses.replace(case, notes=(*case.notes, note))


def _marker_names(path: Path) -> set[str]:
    return {str(m["name"]) for m in json.loads(path.read_text(encoding="utf-8"))["markers"]}
