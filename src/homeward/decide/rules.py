"""The rules that turn posteriors into the words of a conclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homeward.blocks import Status
from homeward.decide.result import Candidate, Conclusion
from homeward.model import Profile, Rule

__all__ = ["PROBABLE", "Standing", "conclude", "disagreeing"]

PROBABLE = 0.95  # posterior from which a name is called probable though the rule is not met


@dataclass(frozen=True, slots=True)
class Standing:
    """How one set of remains stands towards the roster.

    ``best``: candidates by falling posterior, at least the two best; ``tied``: persons whom the evidence cannot tell
    from the best; ``tied_posterior``, ``listed_posterior``: of those, and of all who were compared, together;
    ``n_compared``, ``n_excluded``, ``n_open``: persons compared, excluded, and not compared; ``n_lines``: independent
    lines that support the best; ``rivals``: other remains that, taken by themselves, point to the same person with a
    different profile, as these do; ``error``: of the posteriors, 0 where they are exact.
    """

    best: Sequence[Candidate]
    tied: Sequence[str]
    tied_posterior: float
    listed_posterior: float
    not_on_roster: float
    n_compared: int
    n_excluded: int
    n_open: int
    n_lines: int = 1
    rivals: Sequence[str] = ()
    error: float = 0.0


def disagreeing(profiles: Mapping[str, Profile], remains: str, others: Sequence[str]) -> tuple[str, ...]:
    """Those of ``others`` whose profile differs from the remains' at some marker: they cannot be one person."""
    mine = profiles[remains].genotypes
    return tuple(o for o in others if o != remains and any(
        not g.is_partial and not mine[m].is_partial and g != mine[m]
        for m, g in profiles[o].genotypes.items() if m in mine))


def conclude(standing: Standing, rule: Rule) -> tuple[Conclusion, str]:
    """The conclusion about one set of remains under the case's rule, and its reason in words."""
    if standing.n_compared + standing.n_excluded == 0:
        return Conclusion.INCONCLUSIVE, "compared with nobody: no marker is typed on both sides"
    best = standing.best[0]
    compared = best.status is Status.COMPARED
    if compared and standing.rivals:
        others = ", ".join(standing.rivals)
        return Conclusion.DISPUTED, f"other remains point to {best.person} with another profile: {others}"
    if compared and best.posterior - standing.error >= rule.posterior:
        return _named(standing, rule)
    if len(standing.tied) > 1 and standing.tied_posterior >= PROBABLE:
        return Conclusion.NONIDENTIFIABLE, (f"the references cannot tell {', '.join(standing.tied)} apart "
                                            f"(together {standing.tied_posterior:.6g})")
    if compared and best.posterior >= PROBABLE:
        less = f" less its error of about {standing.error:.1g}" if best.posterior >= rule.posterior else ""
        return Conclusion.PROBABLE, f"posterior {best.posterior:.6g}{less} is below the rule's {rule.posterior:.6g}"
    if standing.listed_posterior >= rule.posterior and len(standing.best) > 1:
        return Conclusion.DISPUTED, f"{best.person} and {standing.best[1].person} compete for these remains"
    if standing.listed_posterior <= 1.0 - rule.posterior:
        return _nobody(standing)
    return Conclusion.INCONCLUSIVE, "no listed person stands out from the others and from someone not on the roster"


def _named(standing: Standing, rule: Rule) -> tuple[Conclusion, str]:
    n = standing.n_lines
    met, lines = f"posterior at least {rule.posterior:.6g}", f"{n} line{'' if n == 1 else 's'} of evidence"
    if n < rule.minimum_lines:
        return Conclusion.PROBABLE, f"{met}, but {lines}; the rule asks for {rule.minimum_lines}"
    return Conclusion.IDENTIFIED, f"{met}, no exclusion, {lines}"


def _nobody(standing: Standing) -> tuple[Conclusion, str]:
    if standing.n_compared == 0:
        reason = "each listed person who could be compared is excluded"
    else:
        reason = f"the persons who could be compared have together a posterior of {standing.listed_posterior:.2g}"
    if standing.n_open:
        return Conclusion.EXCLUDED, f"{reason}; {standing.n_open} who could not be compared stay possible"
    return Conclusion.EXCLUDED, f"{reason}; not on the roster: {standing.not_on_roster:.6g}"
