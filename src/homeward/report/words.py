"""The sentences of a report: prior and rule, the words of the conclusions, and what each of them means."""

from __future__ import annotations

import dataclasses

from homeward.decide.result import Conclusion
from homeward.model import Case, Rule
from homeward.report.numbers import count_text, percent_text

__all__ = ["CONCLUSIONS", "line_parameters", "lines_text", "prior_sentence", "rule_sentence", "who_is_counted"]

CONCLUSIONS: dict[Conclusion, str] = {
    Conclusion.IDENTIFIED: "The evidence meets the rule of this case and nothing contradicts it. It stays a proposal "
                           "until people have signed it.",
    Conclusion.PROBABLE: "The evidence points to this person, and does not reach the rule. More is needed: another "
                         "relative’s reference, more markers, another line of evidence.",
    Conclusion.DISPUTED: "Pieces of the evidence contradict each other, or two candidates claim the same place. No "
                         "name may be given before that is settled.",
    Conclusion.INCONCLUSIVE: "There is too little to speak for a name or against it. This is not an exclusion.",
    Conclusion.EXCLUDED: "The evidence says that the remains are not those of the persons they were compared with.",
    Conclusion.NONIDENTIFIABLE: "What is at hand cannot tell apart those who may be meant (two brothers, say, where "
                                "all relatives are related to both alike), or cannot be compared at all.",
}


def prior_sentence(case: Case, *, together: bool) -> str:
    """The stated prior in sentences; ``together``: whether all pairings were weighed at once."""
    prior, share = case.prior, percent_text(case.prior.on_roster)
    evenly = "evenly " if not prior.incidents else ""
    if not together:
        said = (f"Before any evidence, each set of remains belongs to someone on the roster with probability {share}, "
                f"spread {evenly}over the listed persons whose recorded sex does not contradict the remains; the other "
                f"{percent_text(1.0 - prior.on_roster)} stand on “not on the roster”.")
    elif prior.flat:
        said = "Before any evidence, all ways of pairing persons with remains are taken as equally probable."
    else:
        but = "but for the weights below and" if prior.incidents else "but for"
        said = (f"Before any evidence, {share} of the remains are expected to belong to someone on the roster, all "
                f"ways of pairing so many alike, {but} persons whose recorded sex contradicts the remains.")
    if together:
        said += (" All pairings are weighed together: each person is at most one of the remains, and remains with one "
                 "profile are one person.")
    return " ".join([said, *_of_the_roster(case), *_of_incidents(case)])


def _of_the_roster(case: Case) -> list[str]:
    size = case.prior.roster_size
    return [] if size is None else [
        f"The case holds {len(case.roster)} of the {count_text(size, 'person', 'persons')} on the roster; the others "
        "have their part of it, which stands here on “not on the roster”."]


def _of_incidents(case: Case) -> list[str]:
    names = {i.id: i.name or i.id for i in case.incidents}
    said = [f"{names.get(i, i)} ({i}) × {weight:g}" for i, weight in case.prior.incidents.items()]
    return [f"Whoever was lost in one of these incidents is so many times as probable as others: {', '.join(said)}."
            ] if said else []


def rule_sentence(rule: Rule) -> str:
    """The case's rule in one sentence."""
    lines = count_text(rule.minimum_lines, "independent line", "independent lines")
    verb = "supports" if rule.minimum_lines == 1 else "support"
    return (f"A name meets the rule of this case where its posterior is at least {percent_text(rule.posterior)} and at "
            f"least {lines} of evidence {verb} it.")


def who_is_counted(case: Case, *, n_without_references: int) -> tuple[tuple[str, str], ...]:
    """How many persons, families and remains the case holds: figure and noun."""
    typed = len(case.remains_profiles())
    donors = len(case.reference_profiles())
    counted = ((len(case.roster), "person on the roster", "persons on the roster"),
               (n_without_references, "of them without references", "of them without references"),
               (len(case.families), "family", "families"),
               (donors, "donor with a profile", "donors with a profile"),
               (len(case.remains), "set of remains", "sets of remains"),
               (typed, "set of remains with a profile", "sets of remains with a profile"))
    return tuple((str(n), one if n == 1 else many) for n, one, many in counted)


def line_parameters(case: Case) -> tuple[tuple[str, str], ...]:
    """For each line of evidence of haplotypes that was compared: its name, its database and its parameters."""
    made = []
    for name, profiles, database, stated in (
            ("Mitochondrial DNA", case.mito_profiles, case.mito_database, case.mito_parameters),
            ("Y-STRs", case.y_profiles, case.y_database, case.y_parameters)):
        if profiles and database is not None:
            values = {f.name: getattr(stated, f.name) for f in dataclasses.fields(stated)}
            rates = values.pop("rates", {})
            said = [f"{k} {v}" for k, v in values.items() if v is not None]
            said += [f"rate of {m} {r}" for m, r in rates.items()]
            made.append((name, f"{database.population}, {count_text(database.size, 'person', 'persons')}"
                               f"{f' ({database.source})' if database.source else ''}; {', '.join(said)}"))
    return tuple(made)


def lines_text(lines: tuple[str, ...]) -> str:
    """The lines of evidence of a proposal, named: "kinship and dental"."""
    if not lines:
        return "none"
    return lines[0] if len(lines) == 1 else f"{', '.join(lines[:-1])} and {lines[-1]}"
