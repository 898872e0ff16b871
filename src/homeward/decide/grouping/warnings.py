"""Where the assemblage departs from what the model takes for granted: said with the result, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from homeward.commingling.size_shape import SizeShape
from homeward.decide.grouping.assemblage import Assemblage
from homeward.decide.grouping.bones import surprise
from homeward.decide.grouping.dropout import Typing
from homeward.decide.grouping.sampling import Draws

__all__ = ["warnings_of"]

_STANDARD_ERRORS = 3.0
_LOSSES = 0.3  # mean drop-out of the samples
_SPREAD = 0.5


def warnings_of(assemblage: Assemblage, model: SizeShape, draws: Draws, *, levels: NDArray[np.float64],
                typing: Typing) -> tuple[str, ...]:
    """All warnings, in a fixed order."""
    persons = float(draws.traces[:, :, 0].mean())
    return (*_convergence(draws), *_bones(assemblage, model, persons), *_proveniences(assemblage, draws),
            *_families(assemblage), *_losses(levels, typing),
            *(f"{doubt}: left out" for doubt in assemblage.inventory.doubts))


def _convergence(draws: Draws) -> Iterator[str]:
    if not draws.converged:
        worst = max(draws.r_hats, key=lambda name: draws.r_hats[name])
        fewest = min(draws.effective, key=lambda name: draws.effective[name])
        yield (f"the chains do not agree after {draws.sweeps} sweeps: R-hat of {worst} {draws.r_hats[worst]:.3f}, "
               f"{draws.effective[fewest]:.0f} effective draws of {fewest}; no name is proposed")


def _bones(assemblage: Assemblage, model: SizeShape, persons: float) -> Iterator[str]:
    mean, variance = surprise(assemblage.inventory.elements, model)
    # The bones of one person go together: there are as many independent scores as persons, of variance 1.
    n = max(persons, 2.0)
    if abs(mean) > _STANDARD_ERRORS / n**0.5 or abs(variance * n / (n - 1.0) - 1.0) > _STANDARD_ERRORS * (2.0 / n)**0.5:
        size = "larger" if mean > 0.0 else "smaller"
        yield (f"the bones do not fit the reference {model.population!r}: {size} by {abs(mean):.2f} of its standard "
               f"deviations, variance {variance:.2f} times its own; groups made by size and shape may be wrong")


def _proveniences(assemblage: Assemblage, draws: Draws) -> Iterator[str]:
    contradicted = _contradicted(assemblage, draws)
    if contradicted:
        yield ("boxes most of whose named elements are of persons of another incident than the box states: "
               + ", ".join(contradicted))
    spread = float(draws.traces[:, :, 6].mean())
    if spread >= _SPREAD:
        yield f"{spread:.0%} of the elements lie outside their person's box: provenience says little"


def _contradicted(assemblage: Assemblage, draws: Draws) -> list[str]:
    persons = assemblage.persons()
    names = draws.by_label.mean(axis=0)
    agree: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for e, element in enumerate(assemblage.inventory):
        stated = assemblage.boxes.get(element.box or "")
        if stated is None or not len(persons) or names[e].max() < 0.9:
            continue
        box = element.box or ""
        seen[box] += 1
        agree[box] += persons[int(names[e].argmax())].incident == stated
    return sorted(box for box, n in seen.items() if n >= 2 and agree[box] < 0.5 * n)


def _families(assemblage: Assemblage) -> Iterator[str]:
    by_family = Counter(r.typed.family.id for r in assemblage.relatives.values())
    several = sorted(family for family, n in by_family.items() if n > 1)
    if several:
        shown = ", ".join(several[:5]) + (" …" if len(several) > 5 else "")
        yield (f"{len(several)} families miss more than one ({shown}): what their remains say of each other's "
               "genotypes is not weighed, and where references tell them not apart the name stays open")


def _losses(levels: NDArray[np.float64], typing: Typing) -> Iterator[str]:
    mean = float(levels @ np.array(typing.dropout))
    if mean >= _LOSSES:
        yield f"the samples lost {mean:.0%} of their alleles on average: few reports are complete"
