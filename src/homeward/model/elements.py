"""Elements as a laboratory keeps them: bones, their measurements, samples and containers, what was judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from homeward.model.bones import BONES
from homeward.model.dates import PartialDate
from homeward.model.errors import InvalidValue
from homeward.model.family import Sex
from homeward.model.measurement_codes import MEASUREMENTS

__all__ = [
    "ASSOCIATIONS", "ELEMENT_SIDES", "SAMPLE_STATES", "SIDE_OF_SUFFIX", "Association", "Container", "Doubt", "Element",
    "ElementKey", "ElementSample", "plain_code", "same_slot",
]

ELEMENT_SIDES = ("left", "right", "unpaired")
SAMPLE_STATES = ("taken", "consumed", "profiled", "failed", "re-sampled")
ASSOCIATIONS = ("pair", "articulation", "refit", "morphology")
SIDE_OF_SUFFIX = {"L": "left", "R": "right"}


@dataclass(frozen=True, slots=True)
class ElementKey:
    """What a laboratory files an element under: ``2003-116 : G-07 : X-241B : 805``."""

    accession: str
    provenance_1: str = ""
    provenance_2: str = ""
    designator: str = ""

    def __str__(self) -> str:
        return " : ".join(p for p in (self.accession, self.provenance_1, self.provenance_2, self.designator) if p)


@dataclass(frozen=True, slots=True)
class ElementSample:
    """One sample cut from an element for DNA: when, what became of it, and the profile that it gave.

    ``remaining_g``: what is left of it. A sample that was re-sampled stays, beside the one that followed it.
    """

    id: str
    taken: PartialDate | None = None
    status: str = "taken"
    profile: str | None = None
    remaining_g: float | None = None

    def __post_init__(self) -> None:
        if self.status not in SAMPLE_STATES:
            raise InvalidValue(self.id, "status", self.status, f"must be one of {', '.join(SAMPLE_STATES)}")
        if self.profile is not None and self.status in ("taken", "failed"):
            raise InvalidValue(self.id, "profile", self.profile, f"must not be recorded of a sample {self.status}")


@dataclass(frozen=True, slots=True)
class Association:
    """What somebody judged of elements side by side: that they are of one person, or that they are not.

    Args:
        kind: one of ASSOCIATIONS.
        elements: ids, two or more; a pair is the left and the right of one bone.
        same: False for the negative: known not to be one person.
        certainty: the probability that the judgement is right, from 0.5 (says nothing) to 1.
    """

    kind: str
    elements: tuple[str, ...]
    same: bool = True
    certainty: float = 0.99
    method: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        record = " + ".join(self.elements) or "association"
        if self.kind not in ASSOCIATIONS:
            raise InvalidValue(record, "kind", self.kind, f"must be one of {', '.join(ASSOCIATIONS)}")
        if len(set(self.elements)) < 2 or len(set(self.elements)) != len(self.elements):
            raise InvalidValue(record, "elements", self.elements, "must be two or more, each once")
        if not 0.5 <= self.certainty <= 1.0:
            raise InvalidValue(record, "certainty", self.certainty, "must be from 0.5 to 1")


@dataclass(frozen=True, slots=True)
class Element:
    """One bone, part of a bone or bag of fragments of one bone, with what the laboratory keeps of it.

    It is written down as it is; ``Inventory`` is the door at which elements are checked, all together.

    Args:
        bone: a name of BONES. side: one of ELEMENT_SIDES, None where not recorded.
        box: the container (box, grave, find) that it lies in, None where not recorded.
        completeness: "complete" or "incomplete", None where not recorded.
        zones: numbers of the zones present, None where not recorded.
        count: of fragments under this id; mass_g: of all of them.
        measurements: code to millimetres; ``Hum_01R`` is taken as Hum_01 where the element is a right one.
        population, sex, age_years (least, most): as an examination found them, None where none did.
        measured_by: code to who took the measurement, where that is recorded.
        eroded: codes of measurements taken across an eroded edge, which are too small by what was lost.
    """

    id: str
    bone: str
    side: str | None = None
    box: str | None = None
    key: ElementKey | None = None
    completeness: str | None = None
    zones: frozenset[int] | None = None
    count: int = 1
    mass_g: float | None = None
    measurements: Mapping[str, float] = field(default_factory=dict)
    samples: tuple[ElementSample, ...] = ()
    population: str | None = None
    sex: Sex | None = None
    age_years: tuple[float, float] | None = None
    note: str = ""
    measured_by: Mapping[str, str] = field(default_factory=dict)
    eroded: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        values = {plain_code(code, self.side): float(value) for code, value in self.measurements.items()}
        if len(values) != len(self.measurements):
            raise InvalidValue(self.id, "measurements", sorted(self.measurements), "must hold each measurement once")
        by = {plain_code(code, self.side): who for code, who in self.measured_by.items()}
        if not by.keys() <= values.keys():
            raise InvalidValue(self.id, "measured_by", sorted(by.keys() - values.keys()), "must be measurements taken")
        object.__setattr__(self, "measurements", MappingProxyType(values))
        object.__setattr__(self, "measured_by", MappingProxyType(by))
        if self.zones is not None:
            object.__setattr__(self, "zones", frozenset(self.zones))
        object.__setattr__(self, "eroded", frozenset(plain_code(code, self.side) for code in self.eroded))

    def __hash__(self) -> int:
        return hash(self.id)

    def __reduce__(self) -> tuple[object, ...]:
        # a mapping proxy does not travel between processes
        return Element, (self.id, self.bone, self.side, self.box, self.key, self.completeness, self.zones, self.count,
                         self.mass_g, dict(self.measurements), self.samples, self.population, self.sex, self.age_years,
                         self.note, dict(self.measured_by), self.eroded)


@dataclass(frozen=True, slots=True)
class Container:
    """A box, grave or find, and what is said of it.

    ``incident``: id of the incident that its provenience states, None where it states none; ``transfer``: id of the
    hand-over with which it came; ``label``: what is written on it.
    """

    id: str
    incident: str | None = None
    transfer: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something strange that was left as it is: a person should look at it before it is relied upon.

    ``field``: the measurement's code, or "samples", "box" and the like.
    """

    element: str
    field: str
    value: object
    why: str

    def __str__(self) -> str:
        return f"{self.element}: {self.field}={self.value!r} {self.why}"


def same_slot(a: Element, b: Element) -> bool:
    """Whether two elements fill one place of the skeleton, so that one person cannot have both.

    The same bone of the same side with a zone in common; where zones are not recorded a bone is taken as whole, unless
    it is written down as incomplete. A bone that a person has several of, or of unknown side, fills no place.
    """
    bone = BONES.get(a.bone)
    if bone is None or a.bone != b.bone or bone.per_person > 1:
        return False
    if bone.paired and (a.side != b.side or a.side is None):
        return False
    if a.zones is not None and b.zones is not None:
        return bool(a.zones & b.zones)
    return all(e.zones is not None or e.completeness != "incomplete" for e in (a, b))


def plain_code(code: str, side: str | None) -> str:
    """The code without the letter of the element's own side, if it ends in it: Hum_01R of a right bone is Hum_01."""
    if code not in MEASUREMENTS and code[:-1] in MEASUREMENTS and SIDE_OF_SUFFIX.get(code[-1:]) == side is not None:
        return code[:-1]
    return code
