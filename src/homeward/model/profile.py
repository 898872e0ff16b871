"""Genotypes and profiles: what a laboratory reported of one sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeward.model.errors import InvalidValue

__all__ = ["Genotype", "Profile", "merge_profiles"]


@dataclass(frozen=True, slots=True)
class Genotype:
    """The two alleles at a marker, unordered and kept sorted as text.

    ``second`` is None where one allele is known and the other is not (a partial result), or where the person has
    one allele only (``hemizygous``: a man's X).
    """

    first: str
    second: str | None
    hemizygous: bool = False

    def __post_init__(self) -> None:
        if not self.first or self.second == "":
            raise InvalidValue("genotype", "allele", "", "must not be empty")
        if self.hemizygous and self.second is not None:
            raise InvalidValue("genotype", "second", self.second, "must be absent where there is one allele only")
        if self.second is not None and self.second < self.first:
            first, second = self.second, self.first
            object.__setattr__(self, "first", first)
            object.__setattr__(self, "second", second)

    @property
    def alleles(self) -> tuple[str, ...]:
        """The known alleles."""
        return (self.first,) if self.second is None else (self.first, self.second)

    @property
    def is_partial(self) -> bool:
        """Whether one allele is known and the other is not."""
        return self.second is None and not self.hemizygous

    def __str__(self) -> str:
        return self.first if self.hemizygous else f"{self.first}/{self.second or '?'}"


@dataclass(frozen=True, slots=True)
class Profile:
    """Genotypes of one sample over markers; a marker that is absent was not typed."""

    sample: str
    genotypes: Mapping[str, Genotype] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.genotypes)


def merge_profiles(name: str, profiles: tuple[Profile, ...]) -> Profile:
    """One profile from several samples of the same person or remains.

    Raises InvalidValue where two samples disagree at a marker; a partial result gives way to a full one that
    holds its allele, and two partial results of different alleles are the full genotype.
    """
    merged: dict[str, Genotype] = {}
    for profile in profiles:
        for marker, genotype in profile.genotypes.items():
            before = merged.get(marker)
            if before is None or before == genotype or (before.is_partial and before.first in genotype.alleles):
                merged[marker] = genotype
            elif before.is_partial and genotype.is_partial:
                merged[marker] = Genotype(before.first, genotype.first)
            elif not (genotype.is_partial and genotype.first in before.alleles):
                raise InvalidValue(name, marker, f"{before} and {genotype}", "must agree between the samples")
    return Profile(name, merged)
