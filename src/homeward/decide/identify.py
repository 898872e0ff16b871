"""The identification of a case: every listed person against all remains, to names with their probabilities."""

from __future__ import annotations

import time
from collections.abc import Callable

from homeward.decide.lines import compare_lines
from homeward.decide.physical import replaces_sex_rule
from homeward.decide.posterior import posterior_of
from homeward.decide.prior import prior_of, without_sexes
from homeward.decide.result import Identification
from homeward.decide.tiles import TileStore
from homeward.decide.together import joint_warnings, weigh_together
from homeward.decide.view import View
from homeward.model import Case
from homeward.model.physical import Physical

__all__ = ["identify"]


_COMPARED, _WEIGHED = 0.5, 0.95  # of the work, done with the lines of evidence and with the pairings


def identify(case: Case, *, progress: Callable[[float], None] = lambda share: None,
             tiles: TileStore | None = None, physical: Physical | None = None) -> Identification:
    """Compare every listed person with all remains, and conclude.

    Args: ``case``; ``progress`` is told the share of the work done, and may raise an error to end it; ``tiles`` hold
    what of the comparison is finished already, and take what will be: with them and without, the result is the same;
    ``physical``: what the case knows of bodies, weighed beside its DNA.

    Returns the support of all pairs by each line of evidence and together, prior and posterior, the ranked candidates
    of each remains and each person, and the proposals, best first. Persons without references are never compared, and
    never excluded but by sex.

    Raises TooLarge for a pedigree beyond exact computation.
    """
    started = time.perf_counter()
    lines = compare_lines(case, physical=physical, progress=lambda share: progress(_COMPARED * share), tiles=tiles)
    compared_at = time.perf_counter()
    ruled = without_sexes(case) if physical and replaces_sex_rule(physical) else case
    together = weigh_together(ruled, lines.support, lines.pm,
                              progress=lambda share: progress(_COMPARED + (_WEIGHED - _COMPARED) * share))
    prior = prior_of(ruled)
    alone = posterior_of(lines.support, prior)
    posterior = alone if together is None else together.posterior()
    view = View(case, lines, posterior, alone, together)
    remains = tuple(view.remains_result(j) for j in range(len(lines.pm.ids)))
    proposals = view.proposals(remains)
    persons = tuple(view.person_result(i, remains) for i in range(len(lines.am.ids)))
    ended = time.perf_counter()
    no_sample = {r.id for r in case.remains} - {s.remains for s in case.remains_samples}
    progress(1.0)
    warnings = (*lines.warnings, *(f"remains {r}: no sample" for r in sorted(no_sample)),
                *joint_warnings(case, together), *case.notes)
    return Identification(
        case=case, support=lines.support, lines=lines.lines, excluding=lines.excluding, excluding_bits=lines.bits,
        prior=prior, posterior=posterior, remains=remains, persons=persons, proposals=proposals, warnings=warnings,
        seconds={"lr": compared_at - started, "posterior": ended - compared_at},
        joint=together.joint if together else None, parts_of=together.groups() if together else ())
