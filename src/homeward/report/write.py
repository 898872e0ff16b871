"""Writing the report: one HTML file that asks nothing of any other place."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from homeward.decide.result import Conclusion, Identification
from homeward.model import InvalidValue, RunFacts
from homeward.report.heat_map import draw_heat_map
from homeward.report.index import CaseIndex, check_identification
from homeward.report.numbers import seconds_text, when_text
from homeward.report.proposals import cards, proposal_rows
from homeward.report.tables import exclusion_table, person_table, remains_table
from homeward.report.together import JointView, together_of
from homeward.report.words import CONCLUSIONS, line_parameters, prior_sentence, rule_sentence, who_is_counted

__all__ = ["write_report"]

_STAGES = {"lr": "likelihood ratios", "posterior": "posteriors", "read": "reading", "total": "in all"}


def write_report(identification: Identification, path: Path, *, facts: RunFacts) -> None:
    """Write the report of an identification as one self-contained HTML file.

    The page has its style and pictures inside, no JavaScript, and a policy that forbids it to ask for anything. It is
    written beside its place and then moved there, so that no half report is ever found.

    Args:
        identification: what was found, with its case.
        path: the file to write; its folder must exist; a file of that name is replaced.
        facts: how the figures came to be.

    Raises:
        FaultyInput: where results name records that the case does not hold, or arrays do not fit it.
        InvalidValue: where the path's folder does not exist, or the path is a folder.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise InvalidValue("report", "path", str(path), "must be a file in a folder that exists")
    check_identification(identification)
    text = _render(identification, facts)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # A lone surrogate in a name cannot be written; it becomes "?", rather than the whole report failing for it.
        temporary.write_text(text, encoding="utf-8", errors="replace")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _render(identification: Identification, facts: RunFacts) -> str:
    environment = Environment(loader=PackageLoader("homeward.report"), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    environment.filters["seconds"] = seconds_text
    return environment.get_template("report.html").render(_page(identification, facts))


def _page(identification: Identification, facts: RunFacts) -> dict[str, object]:
    """Everything the templates need, ready to be read: they format nothing and decide nothing."""
    case, index = identification.case, CaseIndex(identification.case)
    view = JointView(identification)
    proposal_cards, cards_left_out = cards(identification, index, view)
    without = [(p.person, index.name(p.person)) for p in identification.persons if not p.has_references]
    proposed = [(p.person, p.remains) for p in identification.proposals]
    return {
        "case": case,
        "when": when_text(facts.when),
        "counted": who_is_counted(case, n_without_references=len(without)),
        "tally": _tally(identification),
        "meanings": [(word.value, meaning) for word, meaning in CONCLUSIONS.items()],
        "prior": prior_sentence(case, together=identification.joint is not None),
        "rule": rule_sentence(case.rule),
        "n_meeting_rule": sum(p.meets_rule for p in identification.proposals),
        "warnings": identification.warnings,
        "proposals": proposal_rows(identification, index, view),
        "cards": proposal_cards,
        "cards_left_out": cards_left_out,
        "together": together_of(identification, index, view),
        "heat": draw_heat_map(identification.support, proposed=proposed),
        "remains": remains_table(identification, index, view),
        "persons": person_table(identification, index, view),
        "exclusions": exclusion_table(identification),
        "without_references": without,
        "line_parameters": line_parameters(case),
        "facts": facts,
        "seconds": {_STAGES.get(k, k): v for k, v in (identification.seconds | dict(facts.seconds)).items()},
    }


def _tally(identification: Identification) -> list[tuple[str, int, int]]:
    """Each word of the conclusions with its count of remains and of persons."""
    remains = Counter(r.conclusion for r in identification.remains)
    persons = Counter(p.conclusion for p in identification.persons)
    return [(word.value, remains[word], persons[word]) for word in Conclusion]
