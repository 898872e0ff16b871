"""The sizes and rates by which a commingled assemblage is drawn: small, medium, and like the 55 boxes of K55."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from homeward.commingling.size_shape import SizeShape, shipped
from homeward.decide.grouping.dropout import Typing
from homeward.decide.grouping.priors import Priors
from homeward.model import InvalidValue
from homeward.simulate.plan import DEFAULT_MIX
from homeward.simulate.shapes import shapes

__all__ = ["AssemblageSettings", "like_k55", "medium", "small"]

_PAIRED = ("clavicle", "scapula", "humerus", "radius", "ulna", "os_coxa", "femur", "tibia", "fibula", "talus",
           "calcaneus")
_SKELETON = ("cranium", "mandible", "sacrum", *_PAIRED)

# The share of elements that give an STR profile: dense bone keeps DNA, thin bone loses it.
_STR: Mapping[str, float] = MappingProxyType({"femur": 0.45, "tibia": 0.4, "cranium": 0.35, "humerus": 0.3,
                                              "mandible": 0.3, "talus": 0.3, "os_coxa": 0.25, "calcaneus": 0.2})


@dataclass(frozen=True, slots=True)
class AssemblageSettings:
    """How an assemblage is drawn. Rates that ``priors`` speaks of are drawn from them; every share is from 0 to 1.

    ``incidents`` of ``persons_each`` listed persons; ``boxes``, whose provenience states one of the first
    ``stated`` incidents. ``coverage``: of listed persons with references, of families by ``mix``. ``skeleton``: bones,
    paired ones on both sides. ``str_share``: of a bone's elements that give an STR profile (others ``str_else``);
    ``mito_share``: of elements with mtDNA; ``dropout``: weight of each level of ``typing``. ``measured``: share of
    elements that can be measured, and ``codes`` of their measurements that are taken. ``haplotypes``: in the
    population; ``maternal``: share of persons with a maternal reference.

    What is not of the model, for trials: ``misplaced``: share of boxes whose provenience is wrong as a whole.
    ``brothers``: share of families that miss two. ``population``: the bones' model, other than that of the analysis.
    """

    incidents: int
    persons_each: int
    boxes: int
    stated: int
    priors: Priors
    model: SizeShape = field(default_factory=shipped)
    typing: Typing = field(default_factory=Typing)
    coverage: float = 0.91
    mix: Mapping[str, float] = field(default_factory=lambda: DEFAULT_MIX)
    skeleton: tuple[str, ...] = _SKELETON
    str_share: Mapping[str, float] = field(default_factory=lambda: _STR)
    str_else: float = 0.12
    mito_share: float = 0.35
    dropout: tuple[float, ...] = (0.35, 0.25, 0.15, 0.12, 0.08, 0.05)
    measured: float = 0.8
    codes: float = 0.8
    haplotypes: int = 300
    maternal: float = 0.6
    misplaced: float = 0.0
    brothers: float = 0.0
    rates: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("incidents", "persons_each", "boxes", "stated", "haplotypes"):
            if getattr(self, name) < 1:
                raise InvalidValue("assemblage", name, getattr(self, name), "must be at least 1")
        if self.stated > self.incidents:
            raise InvalidValue("assemblage", "stated", self.stated, f"must be at most the {self.incidents} incidents")
        for name in ("coverage", "str_else", "mito_share", "measured", "codes", "maternal", "misplaced", "brothers"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InvalidValue("assemblage", name, getattr(self, name), "must be from 0 to 1")
        if len(self.dropout) != len(self.typing.dropout):
            raise InvalidValue("assemblage", "dropout", len(self.dropout), "must weigh each level of drop-out")
        for shape in self.mix:
            if shape not in shapes():
                raise InvalidValue("assemblage", "mix", shape, f"must be one of {', '.join(shapes())}")


def small() -> AssemblageSettings:
    """About 12 persons and 60 elements in 5 boxes; a roster of 40."""
    return AssemblageSettings(8, 5, 5, 4, Priors(unlisted=(2.0, 1.0), stated=(6.0, 8.0), elsewhere=(1.0, 25.0),
                                                 recovery=(2.0, 3.0)))


def medium() -> AssemblageSettings:
    """About 60 persons and 450 elements in 14 boxes; a roster of 800."""
    return AssemblageSettings(80, 10, 14, 10, Priors(unlisted=(4.0, 1.0), stated=(20.0, 20.0), elsewhere=(2.0, 200.0),
                                                     recovery=(2.0, 2.0)))


def like_k55() -> AssemblageSettings:
    """About 250 persons and 2,000 elements in 55 boxes; a roster of 7,700."""
    return AssemblageSettings(385, 20, 55, 30, Priors(unlisted=(6.0, 0.5), stated=(40.0, 60.0),
                                                      elsewhere=(2.0, 800.0), recovery=(3.0, 2.6)), haplotypes=800)
