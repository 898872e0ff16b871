"""What an identification concludes: candidates, proposals, and the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Status, Support
from homeward.decide.joint import JointIdentification
from homeward.model import Case

__all__ = ["Candidate", "Conclusion", "Identification", "MarkerLR", "PersonResult", "Proposal", "RemainsResult"]


class Conclusion(StrEnum):
    """The words of the literature on disaster victim identification."""

    IDENTIFIED = "identified"
    PROBABLE = "probable"
    DISPUTED = "disputed"
    INCONCLUSIVE = "inconclusive"
    EXCLUDED = "excluded"
    NONIDENTIFIABLE = "nonidentifiable"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One pair of a person and remains, as seen from either side.

    ``log10_lr`` is None where the pair was not compared, −inf where it is excluded. ``excluded_by`` names what
    excludes: markers, or "sex". ``log10_glr``: of the best assignment of all with the pair over the best without it;
    None where the pairings were not weighed together, or it is not known.
    """

    person: str
    remains: str
    status: Status
    log10_lr: float | None
    posterior: float
    excluded_by: tuple[str, ...] = ()
    log10_glr: float | None = None


@dataclass(frozen=True, slots=True)
class MarkerLR:
    """What one marker says of a pair: the genotype seen and its log10 LR (−inf: excludes; None: not compared).

    ``given``: the linked marker to whose LR this one adds; "" where the marker stands by itself.
    """

    marker: str
    genotype: str
    log10_lr: float | None
    given: str = ""


@dataclass(frozen=True, slots=True)
class RemainsResult:
    """The remains' side: the best candidates by falling posterior, and why the conclusion is this one, in words.

    ``how`` the posteriors were got, and their ``error``, 0 where they are exact.
    """

    remains: str
    candidates: tuple[Candidate, ...]
    posterior_not_on_roster: float
    conclusion: Conclusion
    reason: str
    n_markers: int
    how: str = ""
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class PersonResult:
    """The person's side: the best remains by falling log10 LR; has_references: whether any relative gave a sample."""

    person: str
    candidates: tuple[Candidate, ...]
    conclusion: Conclusion
    reason: str
    has_references: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name put forward for remains, to be signed or refused by people.

    ``runner_up`` is the next best candidate among the listed persons, None where there is no other. ``meets_rule``
    says whether the case's rule is met; ``lines`` are the lines of evidence that support it. ``under_priors``: the
    posterior under each prior that was tried, by its name; ``error``: of the posterior, 0 where it is exact.
    ``line_log10_lrs``: what each line that compared the pair says of it; they add up to ``log10_lr``. ``log10_glr``: as
    of a candidate.
    """

    person: str
    remains: str
    family: str | None
    conclusion: Conclusion
    reason: str
    meets_rule: bool
    lines: tuple[str, ...]
    posterior: float
    posterior_not_on_roster: float
    log10_lr: float
    markers: tuple[MarkerLR, ...]
    runner_up: Candidate | None
    under_priors: tuple[tuple[str, float], ...] = ()
    error: float = 0.0
    line_log10_lrs: tuple[tuple[str, float], ...] = ()
    log10_glr: float | None = None


@dataclass(frozen=True, slots=True)
class Identification:
    """The whole of one identification of a case.

    ``support`` holds the combined log10 LR (rows persons in roster order, columns remains in case order), ``lines``
    that of each line of evidence;
    ``posterior`` has shape (n_persons + 1, n_remains), its last row "not on the roster", each column summing to 1;
    ``prior`` has the same shape. ``excluding_bits``: uint64 (n_words, n_persons, n_remains), bit k % 64 of word
    k // 64 set where ``excluding``[k] (the markers, then "sex") excludes. ``seconds``: of lr and posterior.
    ``joint``: how the pairings were weighed together, None where the case is too large for that and each of the
    remains was taken by itself; ``parts_of``: groups of remains with one profile, weighed as one.
    """

    case: Case
    support: Support
    lines: tuple[Support, ...]
    excluding: tuple[str, ...]
    excluding_bits: NDArray[np.uint64]
    prior: NDArray[np.float64]
    posterior: NDArray[np.float64]
    remains: tuple[RemainsResult, ...]
    persons: tuple[PersonResult, ...]
    proposals: tuple[Proposal, ...]
    warnings: tuple[str, ...]
    seconds: dict[str, float]
    joint: JointIdentification | None = None
    parts_of: tuple[tuple[str, ...], ...] = ()

    def excluded_by(self, i: int, j: int) -> tuple[str, ...]:
        """What excludes person i from being remains j: markers, or "sex"; empty where the pair is not excluded."""
        words = [int(w) for w in self.excluding_bits[:, i, j]]
        return tuple(name for k, name in enumerate(self.excluding) if words[k // 64] >> (k % 64) & 1)

    def n_excluding(self) -> NDArray[np.int64]:
        """How many exclude each pair: (n_persons, n_remains)."""
        return np.asarray(np.bitwise_count(self.excluding_bits).sum(axis=0, dtype=np.int64))
