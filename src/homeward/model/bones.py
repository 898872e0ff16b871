"""The bones of a skeleton by name: which have two sides, how often each occurs, and their zones.

Zones are numbered as by Knüsel & Outram (2004, doi:10.1179/env.2004.9.1.85), with the extensions that laboratories
use for the skull; a bone whose zones are not numbered there takes any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from homeward.model.errors import InvalidValue

__all__ = ["BONES", "Bone"]


@dataclass(frozen=True, slots=True)
class Bone:
    """One kind of bone.

    ``paired``: whether a person has it on the left and on the right. ``zones``: how many it has, None where they are
    not numbered. ``per_person``: how many bones one person has under this name (on each side, where paired): more than
    one for names such as rib, under which bones lie whose number was not determined.
    """

    name: str
    paired: bool
    zones: int | None = None
    per_person: int = 1

    def __post_init__(self) -> None:
        if self.per_person < 1:
            raise InvalidValue(self.name, "per_person", self.per_person, "must be at least 1")


_CARPALS = ("scaphoid", "lunate", "triquetral", "pisiform", "trapezium", "trapezoid", "capitate", "hamate")
_TARSALS = ("navicular", "cuboid", "cuneiform_1", "cuneiform_2", "cuneiform_3")


def _numbered(name: str, numbers: range, *, paired: bool, zones: int | None = None) -> list[Bone]:
    return [Bone(f"{name}_{n}", paired, zones) for n in numbers]


_ALL = (
    Bone("cranium", False, 23), Bone("mandible", False, 14), Bone("hyoid", False, 3),
    *_numbered("cervical", range(1, 8), paired=False, zones=4), Bone("cervical", False, 4, 7),
    *_numbered("thoracic", range(1, 13), paired=False, zones=4), Bone("thoracic", False, 4, 12),
    *_numbered("lumbar", range(1, 6), paired=False, zones=4), Bone("lumbar", False, 4, 5),
    Bone("sacrum", False, 4), Bone("coccyx", False), Bone("sternum", False, 3),
    *_numbered("rib", range(1, 13), paired=True, zones=4), Bone("rib", True, 4, 12),
    Bone("clavicle", True, 3), Bone("scapula", True, 9), Bone("humerus", True, 11), Bone("radius", True, 11),
    Bone("ulna", True, 9), *(Bone(name, True, 1) for name in _CARPALS),
    *_numbered("metacarpal", range(1, 6), paired=True, zones=3), Bone("metacarpal", True, 3, 5),
    Bone("hand_phalanx", True, 1, 14),
    Bone("os_coxa", True, 12), Bone("femur", True, 11), Bone("patella", True, 1), Bone("tibia", True, 10),
    Bone("fibula", True, 6), Bone("talus", True, 4), Bone("calcaneus", True, 5),
    *(Bone(name, True, 1) for name in _TARSALS),
    *_numbered("metatarsal", range(1, 6), paired=True, zones=3), Bone("metatarsal", True, 3, 5),
    Bone("foot_phalanx", True, 1, 14), Bone("tooth", True, None, 16),
)

BONES: Mapping[str, Bone] = MappingProxyType({bone.name: bone for bone in _ALL})
