"""The laboratory's rates: how a report may differ from the genotype that it reports."""

from __future__ import annotations

from dataclasses import dataclass

from homeward.model.errors import InvalidValue

__all__ = ["CERTAIN", "Laboratory"]


@dataclass(frozen=True, slots=True)
class Laboratory:
    """The rates of one sample.

    ``dropout`` d, of one allele of a heterozygote; ``dropout_homozygote`` d₂, of both copies at once, d² where None;
    ``dropin`` c, for a report; ``error`` ε. All are probabilities below 1.
    """

    dropout: float = 0.0
    dropout_homozygote: float | None = None
    dropin: float = 0.0
    error: float = 0.0

    def __post_init__(self) -> None:
        for name in ("dropout", "dropout_homozygote", "dropin", "error"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value < 1.0:
                raise InvalidValue("laboratory", name, value, "must be at least 0 and below 1")

    @property
    def homozygote(self) -> float:
        """Drop-out of a homozygote: as stated, or d²."""
        return self.dropout**2 if self.dropout_homozygote is None else self.dropout_homozygote

    @property
    def is_certain(self) -> bool:
        """Whether a report is its genotype."""
        return not (self.dropout or self.homozygote or self.dropin or self.error)


CERTAIN = Laboratory()
