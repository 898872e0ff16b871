"""Assemblages weighed and held against their truth: what the verification of the joint posterior counts."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.decide.grouping.assemblage import Assemblage, problem_of
from homeward.decide.grouping.problem import Problem
from homeward.decide.grouping.sampling import Draws, Effort, sample
from homeward.decide.grouping.warnings import warnings_of
from homeward.simulate.assemblage import Truth, draw_assemblage
from homeward.simulate.assemblage_settings import AssemblageSettings

__all__ = ["Weighed", "held", "two_steps", "weighed"]

_SHARE = 0.9
_LEAST = 3  # elements; fewer are no assemblage


@dataclass(frozen=True, slots=True)
class Weighed:
    """One assemblage, its posterior and its truth. ``true``: (E,) number of each element's person, N for not listed.

    ``belongs``: (E, N), ``unlisted``: (E,).
    """

    assemblage: Assemblage
    truth: Truth
    problem: Problem
    draws: Draws
    true: NDArray[np.int64]
    warnings: tuple[str, ...]

    @property
    def belongs(self) -> NDArray[np.float64]:
        """Each element's probability of being each person's."""
        return np.minimum(self.draws.by_label.mean(axis=0), self.draws.by_place.mean(axis=0)).astype(np.float64)

    def persons_held(self) -> float:
        """Whether the 90 % set of the number of persons holds the truth (the share that chance leaves at its edge)."""
        counts = self.draws.traces[:, :, 0].astype(int).ravel()
        return held(np.bincount(counts, minlength=self.truth.n_persons + 1) / len(counts), self.truth.n_persons)

    def names_held(self) -> list[float]:
        """The same of the names of each element that has an STR profile."""
        names, unlisted = self.draws.by_label.mean(axis=0), self.draws.unlisted.mean(axis=0)
        return [held(np.append(names[e], unlisted[e]), int(self.true[e]))
                for e, element in enumerate(self.assemblage.inventory) if element.id in self.assemblage.profiles]


def held(probability: NDArray[np.float64], truth: int) -> float:
    """Chance that the smallest 90 % set, made exact by a draw at its edge, holds the truth."""
    order = np.argsort(-probability, kind="stable")
    at = int(np.flatnonzero(order == truth)[0])
    before = float(probability[order[:at]].sum())
    return float(np.clip((_SHARE - before) / max(probability[truth], 1e-12), 0.0, 1.0))


def weighed(settings: AssemblageSettings, analysed: AssemblageSettings, effort: Effort, *,
            rng: np.random.Generator) -> Weighed:
    """Draw by one setting, weigh by another's model and priors; assemblages of fewer than three elements again."""
    while True:
        assemblage, truth = draw_assemblage(rng, settings)
        if len(truth.person_of) >= _LEAST:
            break
    problem, levels = problem_of(assemblage, analysed.model, analysed.typing)
    draws = sample(problem, analysed.priors, effort, rng=rng)
    number = {p.id: k for k, p in enumerate(assemblage.persons())}
    true = np.array([number.get(p, len(number)) for p in truth.person_of])
    said = warnings_of(assemblage, analysed.model, draws, levels=levels, typing=analysed.typing)
    return Weighed(assemblage, truth, problem, draws, true, said)


def two_steps(case: Weighed, settings: AssemblageSettings, effort: Effort, *,
              rng: np.random.Generator) -> NDArray[np.float64]:
    """The rival: first the groups, by the same model without any name; then each group's name. (E, N).

    An element's probability of a name is that of lying with the element of the person that has most DNA, times that of
    the name given what rather lies with it than not.
    """
    p = case.problem
    nameless = replace(p, genetics=replace(p.genetics, column=np.full(p.n_persons, -1),
                                           tables=np.zeros((len(p.genetics.population), 0), np.float32)))
    together = sample(nameless, settings.priors, effort, rng=rng).together.mean(axis=0)
    g, out = p.genetics, np.zeros((p.n_elements, p.n_persons))
    present = np.where(np.isin(p.incident, p.stated), *(a / (a + b) for a, b in (settings.priors.stated,
                                                                              settings.priors.elsewhere)))
    unlisted = settings.priors.unlisted[0] / settings.priors.unlisted[1]
    for row, anchor in enumerate(g.element.tolist()):
        rows = [r for r, e in enumerate(g.element.tolist()) if together[anchor, e] >= 0.5 or r == row]
        log_lr = np.zeros(p.n_persons)
        for low, high in zip(g.first[:-1], g.first[1:], strict=True):
            product = g.weights[rows, low:high].prod(axis=0)
            lr = product @ g.tables[low:high] / (product @ g.population[low:high])
            log_lr += np.where(g.column >= 0, np.log(np.maximum(lr[g.column], 1e-300)), 0.0)
        weight = present * np.exp(log_lr - log_lr.max())
        name = weight / (weight.sum() + unlisted * np.exp(-log_lr.max()))
        out = np.maximum(out, np.outer(together[:, anchor], name))
    return out
