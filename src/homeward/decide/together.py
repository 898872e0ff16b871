"""All pairings of a case weighed together, remains with one profile as one."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Support
from homeward.decide.joint import JointIdentification, JointPart, JointPrior, Symmetry, identify_jointly
from homeward.decide.joint.prior import highest_share
from homeward.decide.prior import pair_weights, sex_contradicts
from homeward.decide.same_person import group_of
from homeward.evidence import kinship
from homeward.model import Case

__all__ = ["Together", "joint_warnings", "weigh_together"]

_MOST_PAIRS = 4_000_000  # beyond it the pairings are not weighed together
_NOTABLE_ERROR = 1e-6  # of a posterior, from which a warning says so
_NOTHING_COMPETES = "exact: no listed person is possible"
_POSSIBLE = 0.9  # of the highest share that is possible, where more was stated


@dataclass(frozen=True, slots=True)
class Together:
    """A joint identification of the case's remains, those with one profile as one.

    ``column``: of each of ``pm_ids`` its column in ``joint``; ``warnings``: about the prior that was taken.
    """

    joint: JointIdentification
    column: NDArray[np.int64]
    pm_ids: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def posterior(self) -> NDArray[np.float64]:
        """The posterior under the stated prior, for all remains."""
        return self.joint.stated.posterior[:, self.column]

    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Remains with one profile."""
        members: dict[int, list[str]] = {}
        for remains, column in zip(self.pm_ids, self.column.tolist(), strict=True):
            members.setdefault(column, []).append(remains)
        return tuple(tuple(m) for m in members.values() if len(m) > 1)

    def under_priors(self, i: int, j: int) -> tuple[tuple[str, float], ...]:
        """The pair's posterior under each prior."""
        return tuple((r.kind.value, float(r.posterior[i, self.column[j]])) for r in self.joint.results)

    def error(self, j: int) -> float:
        """The error of the remains' posterior, 0 where it is exact."""
        part = self._part(j)
        return 0.0 if part is None else part.error

    def how(self, j: int) -> str:
        """How the remains' posterior was got."""
        part = self._part(j)
        return _NOTHING_COMPETES if part is None else f"{part.how.value}: {part.by}"

    def _part(self, j: int) -> JointPart | None:
        own = self.joint.remains[self.column[j]]
        return next((p for p in self.joint.stated.parts if own in p.remains), None)

    def log10_glr(self, i: int, j: int) -> float | None:
        """GLR of a pair, −inf where it is impossible, None where it is not known."""
        value = float(self.joint.log10_glr[i, self.column[j]])
        return None if math.isnan(value) else value


def weigh_together(case: Case, support: Support, pm: kinship.Postmortem, *,
                   progress: Callable[[float], None] = lambda share: None) -> Together | None:
    """The joint identification, None for an empty case and for one that is too large; ``progress``: as of it."""
    if not 0 < support.log10_lr.size <= _MOST_PAIRS:
        return None
    first = group_of(pm.profiles, [m.name for m in case.frequencies.markers])
    kept = np.flatnonzero(first == np.arange(len(first)))
    fewer = Support(support.line, support.am_ids, tuple(pm.ids[j] for j in kept),
                    np.ascontiguousarray(support.log10_lr[:, kept]), np.ascontiguousarray(support.status[:, kept]))
    prior, lowered = _stated_prior(case, kept)
    return Together(identify_jointly(case, fewer, prior=prior, progress=progress), np.searchsorted(kept, first), pm.ids,
                    lowered)


def _stated_prior(case: Case, kept: NDArray[np.intp]) -> tuple[JointPrior, tuple[str, ...]]:
    """The case's prior for its ``kept`` remains, with a lower share, and a warning, where too few are listed for it."""
    weights = pair_weights(case)
    stated = JointPrior(case.prior.on_roster, case.prior.roster_size, None if weights is None else weights[:, kept],
                        case.prior.flat)
    highest = highest_share(stated, ~sex_contradicts(case)[:, kept])
    if stated.share < highest:
        return stated, ()
    less = replace(stated, share=_POSSIBLE * highest)
    return less, (f"a share of {less.share:.6g} of the remains, not {stated.share:.6g}, was taken to be someone on the "
                  f"roster: no more than {highest:.6g} is possible with the persons listed",)


def _alike(s: Symmetry) -> str:
    """Persons of one place in a family, and the remains that are theirs as a set."""
    theirs = f"{s.remains[0]} is one of" if len(s.remains) == 1 else f"{', '.join(s.remains)} are, in whichever order,"
    return f"{theirs} {', '.join(s.persons)}, whom the references cannot tell apart (posterior {s.posterior:.6g})"


def _unlinked(case: Case) -> tuple[str, ...]:
    """Where linkage is in the pairs' LRs and not in what the remains of one family say of each other."""
    families = [f.id for f in case.families if len(f.missing) > 1]
    if not families or not case.frequencies.linked:
        return ()
    pairs = "; ".join(" and ".join(pair.markers) for pair in case.frequencies.linked)
    return (f"what remains say of each other as members of one family (of {', '.join(families)}) is weighed as if "
            f"linked markers were not linked: {pairs}",)


def joint_warnings(case: Case, together: Together | None) -> tuple[str, ...]:
    if together is None:
        large = len(case.roster) * len(case.remains) > _MOST_PAIRS
        return ("the case is too large to weigh all pairings together: each of the remains was taken by itself",
                ) if large else ()
    one = tuple(f"remains {', '.join(g)} have one profile and were weighed as parts of one person"
                for g in together.groups())
    alike = tuple(_alike(s) for s in together.joint.symmetries if s.posterior >= 0.5 and s.remains)
    rough = [p for p in together.joint.stated.parts if p.error > _NOTABLE_ERROR]
    return (*together.warnings, *together.joint.warnings, *one, *_unlinked(case), *alike, *(
        f"the posteriors of {len(p.persons)} persons and {len(p.remains)} remains that compete with each other are "
        f"approximate, with an error of about {p.error:.2g} ({p.by})"
        for p in rough))
