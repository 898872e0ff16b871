"""What the report says of each proposal: one card, complete enough to be read without the rest."""

from __future__ import annotations

from dataclasses import dataclass

from homeward.blocks import EXCLUDED
from homeward.decide.result import Candidate, Identification, Proposal
from homeward.model import Family
from homeward.report.index import CaseIndex
from homeward.report.marker_chart import MarkerChart, draw_marker_chart
from homeward.report.numbers import log10_lr_text, posterior_text, times_text
from homeward.report.pedigree_drawing import draw_pedigree
from homeward.report.together import JointView, exactness, glr_text
from homeward.report.words import lines_text

__all__ = ["Card", "ProposalRow", "RunnerUp", "cards", "proposal_rows"]

_MOST_DONORS = 5
_MOST_CARDS = 500


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One line of the list of proposals; ``has_card`` says whether its number can be jumped to."""

    number: int
    person: str
    name: str
    remains: str
    conclusion: str
    posterior: str
    exactness: str
    log10_lr: str
    has_card: bool


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The next best candidate, as the card names him; he may be one who could not be compared."""

    person: str
    name: str
    posterior: str
    log10_lr: str
    is_compared: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One proposal, in words and pictures.

    ``donors`` head the genotype columns, ``donors_left`` more have none. ``exactness``: of the posterior;
    ``under_priors``: for each its name, the posterior, and how far that is exact; ``linked``: the second of two linked
    markers, with the first, whose figures belong together.
    """

    number: int
    person: str
    name: str
    remains: str
    family: str | None
    conclusion: str
    reason: str
    meets_rule: bool
    lines: str
    posterior: str
    not_on_roster: str
    log10_lr: str
    times: str
    runner_up: RunnerUp | None
    exactness: str
    log10_glr: str
    under_priors: tuple[tuple[str, str, str], ...]
    person_facts: tuple[tuple[str, str], ...]
    remains_facts: tuple[tuple[str, str], ...]
    pedigree: str
    chart: MarkerChart
    donors: tuple[str, ...]
    donors_left: int
    linked: tuple[tuple[str, str], ...]


def cards(identification: Identification, index: CaseIndex, view: JointView) -> tuple[tuple[Card, ...], str]:
    """A card for each proposal, in their order.

    Args:
        identification: what was found.
        index: the records of its case.
        view: the posteriors of its pairings.

    Returns:
        The cards, and a sentence on those that have none because there are too many for one page ("" where all
        have one).
    """
    proposals = identification.proposals
    left_out = "" if len(proposals) <= _MOST_CARDS else (
        f"Cards are drawn for the first {_MOST_CARDS} of {len(proposals)} proposals; all of them are in the list above "
        "and in the tables below.")
    return tuple(_card(k, p, index, view) for k, p in enumerate(proposals[:_MOST_CARDS], start=1)), left_out


def proposal_rows(identification: Identification, index: CaseIndex, view: JointView) -> tuple[ProposalRow, ...]:
    """A line for every proposal, in their order."""
    return tuple(ProposalRow(k, p.person, index.name(p.person), p.remains, p.conclusion.value,
                             posterior_text(p.posterior, error=p.error), exactness(view.of_remains(p.remains)),
                             log10_lr_text(p.log10_lr), k <= _MOST_CARDS)
                 for k, p in enumerate(identification.proposals, start=1))


def _card(number: int, p: Proposal, index: CaseIndex, view: JointView) -> Card:
    family = index.family(p.family)
    donors = () if family is None else index.donors(family)
    asked = "" if family is None else _drawn(family, p, [member for member, _ in donors])
    return Card(
        number=number, person=p.person, name=index.name(p.person), remains=p.remains, family=p.family,
        conclusion=p.conclusion.value, reason=p.reason, meets_rule=p.meets_rule, lines=_lines(p),
        posterior=posterior_text(p.posterior, error=p.error),
        not_on_roster=posterior_text(p.posterior_not_on_roster, error=p.error),
        exactness=exactness(view.of_remains(p.remains)),
        log10_lr=log10_lr_text(p.log10_lr), times=times_text(p.log10_lr),
        log10_glr="" if p.log10_glr is None else glr_text(p.log10_glr),
        runner_up=_runner_up(p.runner_up, index, p.error), under_priors=view.under_priors(p.person, p.remains),
        person_facts=index.person_facts(p.person), remains_facts=index.remains_facts(p.remains), pedigree=asked,
        chart=draw_marker_chart(p.markers, [profile for _, profile in donors[:_MOST_DONORS]]),
        donors=tuple(member for member, _ in donors[:_MOST_DONORS]), donors_left=max(len(donors) - _MOST_DONORS, 0),
        linked=tuple((m.marker, m.given) for m in p.markers if m.given))


def _lines(p: Proposal) -> str:
    """The lines that support a proposal; where there are several, what each says."""
    if len(p.line_log10_lrs) < 2:
        return lines_text(p.lines)
    return ", ".join(f"{line} {log10_lr_text(value)}" for line, value in p.line_log10_lrs)


def _drawn(family: Family, p: Proposal, typed: list[str]) -> str:
    # A family may ask after several: each card marks its own person, and the others beside him.
    here = next((m.id for m in family.missing if m.person == p.person), None)
    return draw_pedigree(family, typed=typed, missing=here,
                         others_missing=[m.id for m in family.missing if m.id != here])


def _runner_up(c: Candidate | None, index: CaseIndex, error: float) -> RunnerUp | None:
    # Somebody who is excluded is nobody's second choice, even where he comes second in the list.
    if c is None or c.status == EXCLUDED:
        return None
    return RunnerUp(c.person, index.name(c.person), posterior_text(c.posterior, error=error), log10_lr_text(c.log10_lr),
                    c.log10_lr is not None)
