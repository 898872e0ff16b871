"""A grouping as files that other programs read, results.json and CSV tables; and both read back to be scored."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeward.decide.grouping.result import Grouping, Membership, Name
from homeward.decide.score_groups import StatedGrouping, StatedName
from homeward.formats.results.document import result_digest
from homeward.formats.results.write import write_table
from homeward.model import Case, Fault, FaultyInput, RunFacts

__all__ = ["GROUPING_FORMAT", "grouping_document", "is_grouping", "read_grouping", "read_owners", "write_grouping"]

GROUPING_FORMAT = "homeward-grouping/1"
_TRUE = ("true", "yes", "1")


def grouping_document(found: Grouping, case: Case, facts: RunFacts, warnings: tuple[str, ...] = ()) -> dict[str, Any]:
    """The content of results.json; ``warnings``: those of reading, beside the grouping's own."""
    document: dict[str, Any] = {
        "format": GROUPING_FORMAT, "software": facts.software, "source": facts.source, "case": case.name,
        "synthetic": case.synthetic, "digest": facts.digest, "when": facts.when.isoformat(), "seed": facts.seed,
        "versions": dict(facts.versions), "parameters": dict(facts.parameters), "seconds": dict(facts.seconds),
        "converged": found.converged, "sweeps": found.sweeps, "r_hat": dict(found.r_hats),
        "effective_draws": dict(found.effective), "warnings": [*found.warnings, *warnings],
        "persons": {"mean": found.persons.mean, "low": found.persons.low, "high": found.persons.high,
                    "error": found.persons.error, "probability": list(found.persons.probability)},
        "rates": {name: {"mean": mean, "sd": sd} for name, (mean, sd) in found.rates.items()},
        "names": [_name(n) for n in found.names],
        "groups": [{"probability": g.probability, "elements": [_membership(m) for m in g.elements]}
                   for g in found.groups],
        "elements": list(found.elements), "not_on_roster": found.unlisted.tolist(),
    }
    # Infinite where chains never met: JSON has no such number.
    document["r_hat"] = {name: value if value < 1e9 else None for name, value in found.r_hats.items()}
    document["result_digest"] = result_digest(document)
    return document


def _name(n: Name) -> dict[str, Any]:
    return {
        "person": n.person, "probability": n.probability, "error": n.error, "conclusion": n.conclusion.value,
        "reason": n.reason, "proposed": n.is_proposed, "anchor": n.anchor,
        "elements": [_membership(m) for m in n.elements],
        "line_log10_lrs": {line: _finite(lr) for line, lr in n.line_log10_lrs},
        "without": dict(n.without), "runner_up": {"person": n.runner_up[0] or None, "probability": n.runner_up[1]},
        "alike": list(n.alike)}


def _finite(value: float) -> float | None:
    return value if abs(value) < 1e300 else None


def _membership(m: Membership) -> dict[str, Any]:
    return {"element": m.element, "probability": m.probability, "error": m.error}


def write_grouping(found: Grouping, case: Case, facts: RunFacts, folder: Path, *,
                   warnings: tuple[str, ...] = ()) -> None:
    """Write results.json, names.csv, memberships.csv, groups.csv, together.csv and persons.csv into a folder."""
    document = grouping_document(found, case, facts, warnings)
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "results.json").write_text(text + "\n", encoding="utf-8")
    lines = sorted({line for n in found.names for line, _ in n.line_log10_lrs})
    write_table(folder / "names.csv",
                ["person", "probability", "error", "conclusion", "anchor", "elements", "runner_up",
                 "runner_up_probability", *(f"log10_lr {line}" for line in lines), "reason"],
                [[n.person, repr(n.probability), repr(n.error), n.conclusion.value, n.anchor, str(len(n.elements)),
                  n.runner_up[0], repr(n.runner_up[1]), *(_text(dict(n.line_log10_lrs).get(line)) for line in lines),
                  n.reason] for n in found.names])
    write_table(folder / "memberships.csv", ["person", "element", "probability", "error"],
                [[n.person, m.element, repr(m.probability), repr(m.error)] for n in found.names for m in n.elements])
    write_table(folder / "groups.csv", ["group", "element", "probability", "error"],
                [[str(k), m.element, repr(m.probability), repr(m.error)] for k, g in enumerate(found.groups, 1)
                 for m in g.elements])
    write_table(folder / "together.csv", ["element", "other", "probability"],
                [[found.elements[a], found.elements[b], repr(p)] for (a, b), p in
                 zip(found.pairs.tolist(), found.together.tolist(), strict=True)])
    write_table(folder / "persons.csv", ["persons", "probability"],
                [[str(k), repr(p)] for k, p in enumerate(found.persons.probability) if p > 0.0])


def _text(value: float | None) -> str:
    return "" if value is None else repr(value)


def is_grouping(folder: Path) -> bool:
    """Whether a folder holds a grouping; raises FaultyInput where its results.json cannot be read."""
    return str(_document(folder).get("format")) == GROUPING_FORMAT


def read_grouping(folder: Path) -> StatedGrouping:
    """What a grouping in a folder states; raises FaultyInput where it is not one of this program."""
    document = _document(folder)
    try:
        with (folder / "together.csv").open(encoding="utf-8", newline="") as file:
            pairs = tuple((row["element"], row["other"], float(row["probability"])) for row in csv.DictReader(file))
        names = tuple(StatedName(n["person"], float(n["probability"]), n["anchor"], bool(n["proposed"]),
                                 {m["element"]: float(m["probability"]) for m in n["elements"]})
                      for n in document["names"])
        persons = document["persons"]
        return StatedGrouping(tuple(document["elements"]), names, int(persons["low"]), float(persons["mean"]),
                              int(persons["high"]), pairs, bool(document["converged"]))
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise FaultyInput([_not_ours(error)]) from error


def _document(folder: Path) -> Mapping[str, Any]:
    try:
        document = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FaultyInput([_not_ours(error)]) from error
    if not isinstance(document, dict):
        raise FaultyInput([_not_ours("it holds no object")])
    return document


def _not_ours(error: object) -> Fault:
    return Fault("results.json", 0, "", "", f"must be a results.json of this program ({error})", "results-format")


def read_owners(path: Path) -> dict[str, tuple[str, bool]]:
    """A truth table of elements, columns element, person, listed: element → whose it is, whether on the roster.

    Args: ``path``, of the table or of the folder that holds it as elements.csv. Raises FaultyInput with all faults.
    """
    path = path / "elements.csv" if path.is_dir() else path
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise FaultyInput([Fault(path.name, 0, "", "", f"cannot be read ({error})", "truth-unreadable")]) from error
    if not {"element", "person", "listed"} <= set(rows.fieldnames or ()):
        raise FaultyInput([Fault(path.name, 1, "", ",".join(rows.fieldnames or ()),
                                 "must have the columns element, person and listed", "truth-columns")])
    owners: dict[str, tuple[str, bool]] = {}
    faults = []
    for row in rows:
        element, person = (row["element"] or "").strip(), (row["person"] or "").strip()
        for column, value, wrong in (("element", element, not element or element in owners),
                                     ("person", person, not person)):
            if wrong:
                faults.append(Fault(path.name, rows.line_num, column, value, "must be given, and an element once",
                                    "truth-elements"))
        owners[element] = (person, (row["listed"] or "").strip().casefold() in _TRUE)
    if faults:
        raise FaultyInput(faults)
    return owners
