"""The joint posterior of groups and names, timed until its chains agree."""

from collections.abc import Callable

import numpy as np

from homeward.decide.grouping import Effort, Settings, group
from homeward.simulate.assemblage import draw_assemblage
from homeward.simulate.assemblage_settings import like_k55, medium, small

__all__ = ["group_assemblage"]

_SIZES = {"medium": medium, "k55": like_k55}
_EFFORTS = {"medium": Effort(chains=4, workers=2, warmup=60, sweeps=300, most=2500),
            "k55": Effort(chains=4, workers=2, warmup=100, sweeps=200, most=1500, thin=4)}


def group_assemblage(size: str) -> Callable[[], object]:
    """Draw an assemblage, compile on a small one; returns the work, which fails where the chains do not agree."""
    settings = _SIZES[size]()
    assemblage, _ = draw_assemblage(np.random.default_rng(1950), settings)
    brief = Effort(chains=2, warmup=0, sweeps=8, most=8)
    group(draw_assemblage(np.random.default_rng(1), small())[0], Settings(effort=brief), rng=np.random.default_rng(1))

    def work() -> object:
        found = group(assemblage, Settings(priors=settings.priors, effort=_EFFORTS[size]),
                      rng=np.random.default_rng(1951))
        if not found.converged:
            raise AssertionError(f"{size}: {dict(found.r_hats)} after {found.sweeps} sweeps")
        return found

    return work
