"""How the figures of an identification came to be, gathered where they are written."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from collections.abc import Mapping
from importlib.metadata import version

from homeward import __version__
from homeward.decide import Identification
from homeward.model import Case, RunFacts

__all__ = ["facts_of", "versions"]

_LIBRARIES = ("numpy", "scipy", "numba")


def versions() -> dict[str, str]:
    """The version of this program and of each library that takes part in the figures."""
    python = ".".join(map(str, sys.version_info[:3]))
    return {"homeward": __version__, "python": python, **{name: version(name) for name in _LIBRARIES}}


def facts_of(found: Identification, *, source: str, when: datetime.datetime, digest: str = "",
             seconds: Mapping[str, float] | None = None) -> RunFacts:
    """The facts of one run.

    Args: ``source``, the name of what was read; ``when`` the run ended; ``digest`` of the case, computed where it is
    not at hand; ``seconds`` of its stages.
    """
    case, table = found.case, found.case.frequencies
    parameters = {
        "population": table.population, "frequencies": table.source, "theta": repr(table.theta),
        "prior on roster": repr(case.prior.on_roster), "rule posterior": repr(case.rule.posterior),
        "rule minimum lines": str(case.rule.minimum_lines),
        "lines of evidence": ", ".join(line.line for line in found.lines), **_stated(case),
    }
    return RunFacts(software=f"homeward {__version__}", source=source, digest=digest or case.digest(), when=when,
                    seed=None, versions=versions(), parameters=parameters, seconds=seconds or found.seconds)


def _stated(case: Case) -> dict[str, str]:
    """What the case states beyond what is taken where nothing is said."""
    prior, said = case.prior, {}
    if prior.roster_size is not None:
        said["roster size"] = str(prior.roster_size)
    said |= {f"prior weight of {incident}": repr(weight) for incident, weight in prior.incidents.items()}
    if prior.flat:
        said["prior flat over assignments"] = "true"
    said |= {f"linked {' and '.join(pair.markers)}": repr(pair.recombination_rate) for pair in case.frequencies.linked}
    for kind, stated in (("mtdna", case.mito_parameters), ("ystr", case.y_parameters)):
        usual = type(stated)()
        said |= {f"{kind} {f.name}": repr(getattr(stated, f.name)) for f in dataclasses.fields(stated)
                 if getattr(stated, f.name) != getattr(usual, f.name)}
    return said
