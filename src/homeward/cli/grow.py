"""``homeward simulate --like k55``: a commingled case with its inventory, and the truth kept apart."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np

from homeward.cli import show
from homeward.formats import write_case, write_inventory
from homeward.formats.physical import write_physical
from homeward.model import InvalidValue
from homeward.simulate.k55 import SIZES, GrownAssemblage, grow_k55

__all__ = ["grow_commingled"]


def grow_commingled(out: Path, *, like: str, size: str, seed: int) -> None:
    """Write OUT/case with its inventory, and OUT/truth: elements.csv and rates.json.

    Raises InvalidValue for a likeness or a size that is not known.
    """
    if like != "k55":
        raise InvalidValue("simulate", "--like", like, "must be k55" + (" where --size is given" if size else ""))
    if size and size not in SIZES:
        raise InvalidValue("simulate", "--size", size, f"must be one of {', '.join(SIZES)}")
    grown = grow_k55(np.random.default_rng(seed), size=size or "k55")
    out.mkdir(parents=True, exist_ok=True)
    write_case(grown.case, out / "case")
    write_inventory(grown.inventory, out / "case")
    write_physical(grown.physical, out / "case", grown.case)
    _write_truth(grown, out / "truth", seed)
    show.case(grown.case)
    persons = set(grown.person_of.values())
    listed = sum(p in {m.id for m in grown.case.roster} for p in persons)
    show.line(f"inventory: {len(grown.inventory)} elements in {len(grown.inventory.boxes)} boxes, of {len(persons)} "
              f"persons, {listed} of them on the roster")
    show.line(f"case and truth written to {out}; everyone in it is invented")


def _write_truth(grown: GrownAssemblage, folder: Path, seed: int) -> None:
    folder.mkdir()
    roster = {p.id for p in grown.case.roster}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("element", "person", "listed"))
    writer.writerows((e, p, str(p in roster).lower()) for e, p in grown.person_of.items())
    (folder / "elements.csv").write_text(text.getvalue(), encoding="utf-8")
    truth = grown.truth
    rates = {"synthetic": True, "seed": seed, "persons": truth.n_persons, "spread": truth.spread, "wrong": truth.wrong,
             "present": list(truth.present), "unlisted": truth.unlisted}
    (folder / "rates.json").write_text(json.dumps(rates, indent=1) + "\n", encoding="utf-8")
