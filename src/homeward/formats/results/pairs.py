"""Writes pairs.csv and search.json of a blind search."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from homeward.formats.results.write import write_table
from homeward.kinship import BlindSearch

__all__ = ["write_search"]


def write_search(kept: BlindSearch, persons: Sequence[str], remains: Sequence[str], summary: Mapping[str, object],
                 folder: Path) -> None:
    """Write the kept pairs, best first within each person, and what is to be known of the search.

    Args: ``persons``, ``remains``: ids of what was searched; ``summary`` goes into search.json with the search's own
    counts; ``folder`` exists.
    """
    rows = [[persons[i], remains[j], repr(v), str(n)] for i, j, v, n in zip(
        kept.person.tolist(), kept.remains.tolist(), kept.log10_lr.tolist(), kept.n_markers.tolist(), strict=True)]
    write_table(folder / "pairs.csv", ["person", "remains", "log10_lr", "markers"], rows)
    floor = kept.floor_log10_lr
    document = {
        "format": "homeward-search/1", **summary, "floor_log10_lr": floor if math.isfinite(floor) else str(floor),
        "pairs": kept.n_pairs, "excluded": kept.n_excluded, "kept": len(rows),
        "contradictions": {persons[k]: list(markers) for k, markers in kept.contradictions.items()},
        "left_out": {persons[k]: list(markers) for k, markers in kept.left_out.items()},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "search.json").write_text(text + "\n", encoding="utf-8")
