"""What a grown case is made of: the mix of families, how much of the truth was found, how well it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from homeward.model import InvalidValue
from homeward.simulate.shapes import shapes

__all__ = ["DEFAULT_MIX", "Plan"]

# 40 % a parent or a sib beside another, 30 % sibs alone, 20 % nephews, 10 % cousins with an aunt.
DEFAULT_MIX: Mapping[str, float] = MappingProxyType({
    "parent and sib": 0.30,
    "parents": 0.10,
    "one sib": 0.10,
    "two sibs": 0.10,
    "three sibs": 0.10,
    "two nephews": 0.20,
    "two cousins and an aunt": 0.10,
})


@dataclass(frozen=True, slots=True)
class Plan:
    """The shares and counts by which a case is grown; every share is from 0 to 1.

    ``mix``: weight of each family shape (any positive scale). ``without_references``: listed persons without a
    family, as a share of the number of families. ``listed``: share of the remains that are of listed persons, as far
    as there are enough of them. ``most_per_person``: how many sets of remains may be of one person. ``partial``:
    share of remains typed at fewer markers, from ``least_markers`` up, never wrongly. ``women``: share of women among
    the missing. ``sex_shown``: share of remains whose sex is recorded. ``resampled``: share of remains from which a
    second sample was cut.
    """

    mix: Mapping[str, float] = field(default_factory=lambda: DEFAULT_MIX)
    without_references: float = 1 / 6
    listed: float = 0.625
    most_per_person: int = 1
    partial: float = 0.25
    least_markers: int = 10
    women: float = 0.05
    sex_shown: float = 0.6
    resampled: float = 0.2

    def __post_init__(self) -> None:
        for shape, weight in self.mix.items():
            if shape not in shapes():
                raise InvalidValue("plan", "mix", shape, f"must be one of {', '.join(shapes())}")
            if not 0.0 <= weight < float("inf"):
                raise InvalidValue("plan", f"mix {shape}", weight, "must not be negative")
        if not sum(self.mix.values()) > 0.0:
            raise InvalidValue("plan", "mix", dict(self.mix), "must give some shape a weight above 0")
        for name in ("without_references", "listed", "partial", "women", "sex_shown", "resampled"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidValue("plan", name, getattr(self, name), "must be from 0 to 1")
        for name in ("most_per_person", "least_markers"):
            if getattr(self, name) < 1:
                raise InvalidValue("plan", name, getattr(self, name), "must be at least 1")

    def shares_out(self, families: int) -> tuple[str, ...]:
        """The shape of each of so many families, in proportion to the mix (largest remainders)."""
        total = sum(self.mix.values())
        exact = {shape: families * weight / total for shape, weight in self.mix.items()}
        counts = {shape: int(share) for shape, share in exact.items()}
        by_remainder = sorted(exact, key=lambda shape: counts[shape] - exact[shape])
        for shape in by_remainder[: families - sum(counts.values())]:
            counts[shape] += 1
        return tuple(shape for shape, n in counts.items() for _ in range(n))
