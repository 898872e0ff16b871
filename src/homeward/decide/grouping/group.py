"""From an assemblage to persons and names: the door of the joint posterior.

p(grouping, names | data) ∝ p(grouping, names) · ∏ over groups of P(the group's reports | its name) · P(its bones as one
person's) · P(its boxes | the name's incident) · P(what was recovered, what was not). Persons are here each by the rate
of his incident; people who are not on the roster are a Poisson number. A person's completeness, each bone type's
recovery, the spread over boxes, the share of wrong proveniences and each sample's drop-out are inferred, not given.
Names of listed persons without references are never left out: their prior mass stands beside every other's.
Collapsed Gibbs sampling: Liu 1994, doi:10.1080/01621459.1994.10476829; Neal 2000,
doi:10.1080/10618600.2000.10474879.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from homeward.commingling.size_shape import SizeShape, shipped
from homeward.decide.grouping._sweeps import TRACES
from homeward.decide.grouping.assemblage import Assemblage, problem_of
from homeward.decide.grouping.dropout import Typing
from homeward.decide.grouping.lines import log10_lrs, same_evidence, without_line
from homeward.decide.grouping.priors import Priors
from homeward.decide.grouping.problem import Problem
from homeward.decide.grouping.result import Group, Grouping, Membership, Name, Persons
from homeward.decide.grouping.sampling import Draws, Effort, sample
from homeward.decide.grouping.warnings import warnings_of
from homeward.decide.result import Conclusion
from homeward.model import Rule

__all__ = ["Settings", "group"]

_KEPT = 0.01  # a less probable pair or membership is not kept
_SHOWN = 0.05  # a less probable name is not shown
_SHARE = 0.9  # that an interval holds
_RATES = ("unlisted", "present", "spread", "recovery")


@dataclass(frozen=True, slots=True)
class Settings:
    """How an assemblage is weighed: the bones' model, the typing, the priors, the rule, and how long to sample."""

    model: SizeShape = field(default_factory=shipped)
    typing: Typing = field(default_factory=Typing)
    priors: Priors = field(default_factory=Priors)
    rule: Rule = field(default_factory=Rule)
    effort: Effort = field(default_factory=Effort)


def group(assemblage: Assemblage, settings: Settings, *, rng: np.random.Generator,
          progress: Callable[[float], None] = lambda share: None) -> Grouping:
    """Which elements are one person, how many people they are, and who.

    Args: ``assemblage``; ``settings``; ``rng``, of which equal states give equal results; ``progress`` is told the
    share of the most that may be done, and may raise an error to end it.

    Returns the posterior with its Monte-Carlo errors. Raises Unsupported for coancestry, TooLarge for a pedigree
    beyond exact computation.
    """
    problem, levels = problem_of(assemblage, settings.model, settings.typing)
    draws = sample(problem, settings.priors, settings.effort, rng=rng, progress=progress)
    view = _View(assemblage, problem, draws, settings.rule)
    together = draws.together.mean(axis=0)
    upper = np.triu(together, 1)
    pairs = np.argwhere(upper >= _KEPT)
    found = view.names()
    return Grouping(
        elements=view.ids, persons=_persons(draws), groups=tuple(_groups(view.ids, together, draws.together)),
        names=found, pairs=pairs, together=upper[pairs[:, 0], pairs[:, 1]].astype(np.float64),
        unlisted=draws.unlisted.mean(axis=0), rates=_rates(draws), r_hats=draws.r_hats, effective=draws.effective,
        converged=draws.converged, sweeps=draws.sweeps,
        warnings=warnings_of(assemblage, settings.model, draws, levels=levels, typing=settings.typing))


def _persons(draws: Draws) -> Persons:
    counts = draws.traces[:, :, 0].astype(np.int64)
    probability = np.bincount(counts.ravel()) / counts.size
    order = np.argsort(-probability, kind="stable")
    kept = order[:int(np.searchsorted(np.cumsum(probability[order]), _SHARE)) + 1]
    error = float(counts.std() / np.sqrt(max(draws.effective["persons"], 1.0)))
    return Persons(tuple(probability.tolist()), float(counts.mean()), int(kept.min()), int(kept.max()), error)


def _rates(draws: Draws) -> dict[str, tuple[float, float]]:
    return {name: (float(draws.traces[:, :, k].mean()), float(draws.traces[:, :, k].std()))
            for k, name in enumerate(TRACES) if name in _RATES}


def _error(by_chain: NDArray[np.float32]) -> float:
    """Standard error of a mean over chains; for equal chains that of one draw more that differs."""
    return float(by_chain.std(ddof=1) / np.sqrt(len(by_chain)))


def _groups(ids: tuple[str, ...], together: NDArray[np.float32], by_chain: NDArray[np.float32]) -> list[Group]:
    if len(ids) < 2:
        return [Group((Membership(ids[0], 1.0, 0.0),), 1.0)] if ids else []
    apart = np.clip(1.0 - together, 0.0, 1.0)
    np.fill_diagonal(apart, 0.0)
    cluster = fcluster(linkage(squareform((apart + apart.T) / 2.0, checks=False), "average"), 0.5, "distance")
    made = []
    for k in np.unique(cluster):
        members = np.flatnonzero(cluster == k)
        block = together[np.ix_(members, members)]
        made.append(Group(tuple(_with_others(ids, members, e, by_chain) for e in members.tolist()),
                          float(block.min()) if len(members) > 1 else 1.0))
    return sorted(made, key=lambda g: (-len(g.elements), g.elements[0].element))


def _with_others(ids: tuple[str, ...], members: NDArray[np.int64], e: int, by_chain: NDArray[np.float32]) -> Membership:
    others = members[members != e]
    if not len(others):
        return Membership(ids[e], 1.0, 0.0)
    share = by_chain[:, e, others].mean(axis=1)
    return Membership(ids[e], float(share.mean()), _error(share))


class _View:
    """The draws as names."""

    def __init__(self, assemblage: Assemblage, problem: Problem, draws: Draws, rule: Rule) -> None:
        self.ids = tuple(e.id for e in assemblage.inventory)
        self._persons = tuple(p.id for p in assemblage.persons())
        self._problem, self._draws, self._rule = problem, draws, rule
        by_label, by_place = draws.by_label.mean(axis=0), draws.by_place.mean(axis=0)
        # Two estimates of the same: the one sees what draws of the groups miss, the other what draws of the names do.
        self._belongs = np.minimum(by_label, by_place)
        self._tells = draws.data.informs >= 0
        self._n_autosomal = sum(not m.x_linked for m in assemblage.frequencies.markers)

    def names(self) -> tuple[Name, ...]:
        """Every name worth showing, by falling probability."""
        best = np.where(self._tells[:, None], self._belongs, 0.0)
        shown = np.flatnonzero(best.max(axis=0, initial=0.0) >= _SHOWN)
        made = [self._name(m, int(best[:, m].argmax())) for m in shown.tolist()]
        return tuple(sorted(made, key=lambda n: (-n.probability, n.person)))

    def _name(self, m: int, anchor: int) -> Name:
        p = float(self._belongs[anchor, m])
        members = np.flatnonzero(self._belongs[:, m] >= 0.5)
        lrs = log10_lrs(self._problem, [anchor, *members.tolist()], m, self._n_autosomal)
        kept = np.flatnonzero(self._belongs[:, m] >= _SHOWN)
        belonging = tuple(self._membership(e, m) for e in kept[np.argsort(-self._belongs[kept, m], kind="stable")])
        alike = same_evidence(self._problem, m)
        conclusion, reason = self._conclude(m, anchor, alike, lrs)
        return Name(self._persons[m], p, _error(self._draws.by_label[:, anchor, m]), self.ids[anchor], belonging, lrs,
                    tuple((line, without_line(p, lr)) for line, lr in lrs), self._runner_up(anchor, m),
                    tuple(self._persons[k] for k in alike), conclusion, reason)

    def _membership(self, e: int, m: int) -> Membership:
        return Membership(self.ids[e], float(self._belongs[e, m]),
                          max(_error(self._draws.by_label[:, e, m]), _error(self._draws.by_place[:, e, m])))

    def _runner_up(self, anchor: int, m: int) -> tuple[str, float]:
        others = self._draws.by_label[:, anchor].mean(axis=0)
        others[m] = 0.0
        unlisted = float(self._draws.unlisted[:, anchor].mean())
        k = int(others.argmax())
        return (self._persons[k], float(others[k])) if others[k] > unlisted else ("", unlisted)

    def _conclude(self, m: int, anchor: int, alike: NDArray[np.int64],
                  lrs: tuple[tuple[str, float], ...]) -> tuple[Conclusion, str]:
        p, least = float(self._belongs[anchor, m]), self._rule.posterior
        if not self._draws.converged:
            return Conclusion.INCONCLUSIVE, "the chains do not agree: nothing is proposed"
        both = p + float(self._belongs[anchor, alike].sum())
        if len(alike) and both >= least > p:
            named = ", ".join(self._persons[k] for k in alike)
            return Conclusion.NONIDENTIFIABLE, f"nothing tells {self._persons[m]} from {named}; together {both:.4f}"
        speaking = sum(lr > 0.0 for _, lr in lrs)
        if p >= least and speaking >= self._rule.minimum_lines:
            return Conclusion.IDENTIFIED, f"probability {p:.5f} by {speaking} lines"
        if p >= least:
            return Conclusion.PROBABLE, f"probability {p:.5f}, but {speaking} of {self._rule.minimum_lines} lines"
        if p >= 0.9:
            return Conclusion.PROBABLE, f"probability {p:.4f}, below {least}"
        return Conclusion.INCONCLUSIVE, f"probability {p:.3f}"
