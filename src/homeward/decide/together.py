"""All pairings of a case weighed together, remains with one profile as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.blocks import Support
from homeward.decide.joint import JointIdentification, Symmetry, identify_jointly
from homeward.decide.same_person import group_of
from homeward.evidence import kinship
from homeward.model import Case

__all__ = ["Together", "joint_warnings", "weigh_together"]

_MOST_PAIRS = 4_000_000  # beyond it the pairings are not weighed together
_NOTABLE_ERROR = 1e-6  # of a posterior, from which a warning says so


@dataclass(frozen=True, slots=True)
class Together:
    """A joint identification of the case's remains, those with one profile as one; ``column``: of each remains."""

    joint: JointIdentification
    column: NDArray[np.int64]
    pm_ids: tuple[str, ...]

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
        own = self.joint.remains[self.column[j]]
        return max((p.error for p in self.joint.stated.parts if own in p.remains), default=0.0)


def weigh_together(case: Case, support: Support, pm: kinship.Postmortem) -> Together | None:
    """The joint identification, None for an empty case and for one that is too large."""
    if not 0 < support.log10_lr.size <= _MOST_PAIRS:
        return None
    first = group_of(pm.profiles, [m.name for m in case.frequencies.markers])
    kept = np.flatnonzero(first == np.arange(len(first)))
    fewer = Support(support.line, support.am_ids, tuple(pm.ids[j] for j in kept),
                    np.ascontiguousarray(support.log10_lr[:, kept]), np.ascontiguousarray(support.status[:, kept]))
    return Together(identify_jointly(case, fewer), np.searchsorted(kept, first), pm.ids)


def _alike(s: Symmetry) -> str:
    """Persons of one place in a family, and the remains that are theirs as a set."""
    theirs = f"{s.remains[0]} is one of" if len(s.remains) == 1 else f"{', '.join(s.remains)} are, in whichever order,"
    return f"{theirs} {', '.join(s.persons)}, whom the references cannot tell apart (posterior {s.posterior:.6g})"


def joint_warnings(case: Case, together: Together | None) -> tuple[str, ...]:
    if together is None:
        large = len(case.roster) * len(case.remains) > _MOST_PAIRS
        return ("the case is too large to weigh all pairings together: each of the remains was taken by itself",
                ) if large else ()
    one = tuple(f"remains {', '.join(g)} have one profile and were weighed as parts of one person"
                for g in together.groups())
    alike = tuple(_alike(s) for s in together.joint.symmetries if s.posterior >= 0.5 and s.remains)
    rough = [p for p in together.joint.stated.parts if p.error > _NOTABLE_ERROR]
    return (*together.joint.warnings, *one, *alike, *(
        f"the posteriors of {len(p.persons)} persons and {len(p.remains)} remains that compete with each other are "
        f"approximate, with an error of about {p.error:.2g} ({p.by})"
        for p in rough))
