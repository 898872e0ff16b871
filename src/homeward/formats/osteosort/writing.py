"""Writing OsteoSort's CSV, so that what Homeward holds can be sorted there, and reference measurements exchanged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from homeward.commingling import ReferenceTable
from homeward.model import InvalidValue
from homeward.model.inventory import Inventory
from homeward.model.measurement_codes import MEASUREMENTS

__all__ = ["write_osteosort", "write_osteosort_reference"]

_HEADERS = {"2.0": ("accession", "side", "element"), "1.4": ("id", "Side", "Element")}


def write_osteosort(inventory: Inventory, path: str | Path, *, version: str = "2.0",
                    doubtful: bool = False) -> tuple[str, ...]:
    """Write the measured elements of an inventory.

    Args: ``inventory``; ``path``; ``version`` of OsteoSort, 2.0 or 1.4; ``doubtful``, whether values in doubt are
    written too.

    Returns the ids of elements that were left out: OsteoSort knows no element without a measurement or a side.
    """
    if version not in _HEADERS:
        raise InvalidValue("OsteoSort", "version", version, f"must be one of {', '.join(_HEADERS)}")
    values = {e.id: e.measurements if doubtful else inventory.measured(e.id) for e in inventory}
    kept = [e for e in inventory if values[e.id] and e.side in ("left", "right")]
    codes = [c for c in MEASUREMENTS if any(c in values[e.id] for e in kept)]
    rows = ([e.id, e.side or "", _bone(e.bone, version), *(_shown(values[e.id].get(c)) for c in codes)] for e in kept)
    _write(path, [*_HEADERS[version], *codes], rows)
    written = {e.id for e in kept}
    return tuple(e.id for e in inventory if e.id not in written)


def write_osteosort_reference(table: ReferenceTable, path: str | Path, *, sex: str = "", ancestry: str = "") -> None:
    """Write reference persons in the form of OsteoSort 1.4: a row for each bone of each side.

    Args: ``table``; ``path``; ``sex`` and ``ancestry`` as they shall stand in every row.
    """
    bones = list(dict.fromkeys(table.bone_of_code))
    rows = []
    for person, id in enumerate(table.ids):
        for s, side in enumerate(("left", "right")):
            for bone in bones:
                mine = [not np.isnan(table.values_mm[person, s, v]) and b == bone
                        for v, b in enumerate(table.bone_of_code)]
                if any(mine):
                    rows.append([id, side, bone, "", sex, ancestry,
                                 *(_shown(float(x)) if m else "" for x, m in zip(table.values_mm[person, s], mine,
                                                                                 strict=True))])
    _write(path, ["id", "Side", "Element", "Stature", "Sex", "Ancestry", *table.codes], rows)


def _bone(bone: str, version: str) -> str:
    return bone if version == "2.0" else bone.capitalize()


def _shown(value: float | None) -> str:
    return "" if value is None else repr(value).removesuffix(".0")


def _write(path: str | Path, header: list[str], rows: Iterable[list[str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    Path(path).write_text(text.getvalue(), encoding="utf-8")
