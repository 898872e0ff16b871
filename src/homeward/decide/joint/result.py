"""What a joint identification concludes: posteriors under several priors, the best assignments, what cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.decide.joint.prior import JointPrior, PriorKind
from homeward.decide.joint.solve import How
from homeward.model import Case

__all__ = ["FirstLook", "JointIdentification", "JointPart", "PriorResult", "RankedAssignment", "Symmetry"]

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JointPart:
    """One connected part of the case: who and what is in it, and how its numbers were got.

    ``error``: of a pairing's posterior: 0 where ``how`` is exact, a proven bound where bounded, where approximate the
    largest difference from exact sums on blocks. ``by`` says it in words.
    """

    persons: tuple[str, ...]
    remains: tuple[str, ...]
    how: How
    by: str
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class PriorResult:
    """The posterior under one prior.

    ``share``: x, of the remains that are thought to belong to listed people, None for the flat prior; ``pair_odds``: κ;
    ``expected_pairs``: before the evidence. ``posterior``: (n_persons + 1, n_remains), last row "none of the listed",
    columns summing to 1. ``unnamed``: (n_persons,), posterior of each person being none of the remains. ``parts``: how
    the numbers were got.
    """

    kind: PriorKind
    share: float | None
    pair_odds: float
    expected_pairs: float | None
    posterior: _Array
    unnamed: _Array
    parts: tuple[JointPart, ...]

    @property
    def error(self) -> float:
        """The largest error of any part: 0 where all is exact."""
        return max((part.error for part in self.parts), default=0.0)


@dataclass(frozen=True, slots=True)
class RankedAssignment:
    """One assignment. ``pairs``: (person, remains); whoever is in no pair is unnamed.

    ``loglik``: natural log likelihood of all profiles. ``log10_lr_best``: log10 of L(likeliest assignment)/L(this),
    None where the likeliest is not known for certain. ``posterior``: under the stated prior, None where a part is
    approximate.
    """

    pairs: tuple[tuple[str, str], ...]
    loglik: float
    log10_lr_best: float | None
    posterior: float | None


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What the pairwise LRs say before anything is weighed jointly.

    ``undisputed``: (person, remains) with an LR of at least the threshold, and so many times every other of the person
    and of the remains. ``excluded_persons``, ``excluded_remains``: excluded everywhere. ``uninformed``: persons of whom
    the references say nothing, alone or together with other missing: nonidentifiable. ``not_compared``: persons who
    could be compared with none of the remains.
    """

    undisputed: tuple[tuple[str, str], ...]
    excluded_persons: tuple[str, ...]
    excluded_remains: tuple[str, ...]
    uninformed: tuple[str, ...]
    not_compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Symmetry:
    """Persons whom the references cannot tell apart, and the remains that are most probably theirs, as a set.

    ``posterior``: of these remains being these persons' (fewer remains than persons: of some of them), in whichever
    order. Who of them is who is nonidentifiable.
    """

    persons: tuple[str, ...]
    remains: tuple[str, ...]
    posterior: float


@dataclass(frozen=True, slots=True, eq=False)
class JointIdentification:
    """The whole of one joint identification.

    ``persons``, ``remains``: ids of rows and columns. ``results``: under the stated prior first, then half and double
    the share and flat (or flat first, if that was stated). ``log10_glr``: (n_persons, n_remains), −inf where a pairing
    is impossible, NaN where a part is too wide to tell. ``assignments``: the best, by falling posterior;
    ``likeliest_equal``: how many of them are as likely as the likeliest. ``n_assignments``: admissible ones in all,
    None where they cannot be counted. ``loglik_unidentified``: natural log likelihood of no remains being anyone.
    ``warnings``: in words. ``seconds`` has the keys tables, posterior and best.
    """

    case: Case
    prior: JointPrior
    persons: tuple[str, ...]
    remains: tuple[str, ...]
    results: tuple[PriorResult, ...]
    log10_glr: _Array
    assignments: tuple[RankedAssignment, ...]
    likeliest_equal: int
    n_assignments: float | None
    loglik_unidentified: float
    first: FirstLook
    symmetries: tuple[Symmetry, ...]
    warnings: tuple[str, ...]
    seconds: dict[str, float]

    @property
    def stated(self) -> PriorResult:
        """The result under the prior that was stated."""
        return self.results[0]

    def under(self, kind: PriorKind) -> PriorResult:
        """The result under one of the priors."""
        return next(r for r in self.results if r.kind is kind)
