"""The sentences of a report: prior and rule, the words of the conclusions, and what each of them means."""

from __future__ import annotations

from homeward.decide.result import Conclusion
from homeward.model import Case, Prior, Rule
from homeward.report.numbers import count_text, percent_text

__all__ = ["CONCLUSIONS", "lines_text", "prior_sentence", "rule_sentence", "who_is_counted"]

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


def prior_sentence(prior: Prior, *, together: bool) -> str:
    """The stated prior in a sentence; ``together``: whether all pairings were weighed at once."""
    if together:
        return (f"Before any evidence, {percent_text(prior.on_roster)} of the remains are expected to belong to "
                "someone on the roster, all ways of pairing so many alike, but for persons whose recorded sex "
                "contradicts the remains. All pairings are weighed together: each person is at most one of the "
                "remains, and remains with one profile are one person.")
    return (f"Before any evidence, each set of remains belongs to someone on the roster with probability "
            f"{percent_text(prior.on_roster)}, spread evenly over the listed persons whose recorded sex does not "
            f"contradict the remains; the other {percent_text(1.0 - prior.on_roster)} stand on “not on the roster”.")


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


def lines_text(lines: tuple[str, ...]) -> str:
    """The lines of evidence of a proposal, named: "kinship and dental"."""
    if not lines:
        return "none"
    return lines[0] if len(lines) == 1 else f"{', '.join(lines[:-1])} and {lines[-1]}"
