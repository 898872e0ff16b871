"""Facts of the run: how the figures of a report came to be, so that they can be computed again."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from homeward.model.errors import InvalidValue

__all__ = ["RunFacts"]

_RECORD = "run facts"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Provenance of one run.

    Args:
        software: name and version of the program, "homeward 0.1.0".
        source: name of the case folder or file that was read (a name, not a full path of somebody's machine).
        digest: SHA-256 of the inputs, in hexadecimal.
        when: when the run ended; it carries its time zone.
        seed: seed of the run's random numbers; None where nothing was drawn.
        versions: version of each library that took part in the figures, by its name.
        parameters: each parameter of the run, by its name, as text.
        seconds: how long each stage took, in seconds, by its name.

    Raises:
        InvalidValue: for a text that is empty, a time without its zone, seconds that are not finite or negative.
    """

    software: str
    source: str
    digest: str
    when: datetime.datetime
    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("software", "source", "digest"):
            if not getattr(self, name):
                raise InvalidValue(_RECORD, name, "", "must be recorded")
        if self.when.tzinfo is None:
            raise InvalidValue(_RECORD, "when", str(self.when), "must carry its time zone")
        for stage, seconds in self.seconds.items():
            if not math.isfinite(seconds) or seconds < 0.0:
                raise InvalidValue(_RECORD, f"seconds of {stage}", seconds, "must be finite and not negative")
