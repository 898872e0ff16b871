"""Reads back what an identification proposed, and a table of known truth to hold it against."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from homeward.decide import ProposedName
from homeward.model import Fault, FaultyInput

__all__ = ["read_proposals", "read_truth"]


def read_proposals(folder: Path) -> tuple[ProposedName, ...]:
    """The conclusions in ``folder``/results.json; raises FaultyInput where that is not a homeward result."""
    path = folder / "results.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        proposed = {p["remains"]: p["person"] for p in document["proposals"]}
        return tuple(_name(entry, proposed) for entry in document["remains"])
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, IndexError) as error:
        raise FaultyInput([Fault(path.name, 0, "", "", f"must be a results.json of this program ({error})",
                                 "results-format")]) from error


def _name(entry: dict[str, list[dict[str, str]]], proposed: dict[str, str]) -> ProposedName:
    best = entry["candidates"][0] if entry["candidates"] else None
    remains = str(entry["remains"])
    return ProposedName(remains, str(entry["conclusion"]), None if best is None else best["person"],
                        0.0 if best is None else float(best["posterior"]), proposed.get(remains))


def read_truth(path: Path) -> dict[str, str | None]:
    """A truth table, columns remains and person (empty: not on the roster); raises FaultyInput with all faults."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FaultyInput([Fault(path.name, 0, "", "", f"cannot be read ({error})", "truth-unreadable")]) from error
    rows = csv.DictReader(io.StringIO(text))
    if not {"remains", "person"} <= set(rows.fieldnames or ()):
        raise FaultyInput([Fault(path.name, 1, "", ",".join(rows.fieldnames or ()),
                                 "must have the columns remains and person", "truth-columns")])
    truth: dict[str, str | None] = {}
    faults = []
    for row in rows:
        remains = (row["remains"] or "").strip()
        if not remains or remains in truth:
            fault = Fault(path.name, rows.line_num, "remains", remains, "must be given, and once", "truth-remains")
            faults.append(fault)
        truth[remains] = (row["person"] or "").strip() or None
    if faults:
        raise FaultyInput(faults)
    return truth
