"""Families of named shapes: who is missing, who is related to them, who gave a reference sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from homeward.model import Family, InvalidValue, Member, Sex

__all__ = ["ShapedFamily", "family_of", "places_missing", "shapes"]


@dataclass(frozen=True, slots=True)
class ShapedFamily:
    """A family grown from a shape; ``donors`` are the member ids of those who gave a reference sample."""

    shape: str
    family: Family
    donors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """One place of a shape; ``sex`` is m, f, ? (either), * (that of the missing person) or ~ (the other one)."""

    id: str
    sex: str
    parents: tuple[str, ...] = ()
    gives: bool = False
    missing: bool = False


def _place(id_: str, sex: str, parents: str = "") -> _Place:
    return _Place(id_, sex, tuple(parents.split()))


def _donor(id_: str, sex: str, parents: str = "") -> _Place:
    return _Place(id_, sex, tuple(parents.split()), gives=True)


def _missing(id_: str, sex: str = "*", parents: str = "father mother") -> _Place:
    return _Place(id_, sex, tuple(parents.split()), missing=True)


def _sibs(n: int) -> tuple[_Place, ...]:
    return tuple(_donor("sib" if n == 1 else f"sib-{i + 1}", "?", "father mother") for i in range(n))


_PARENTS = (_place("father", "m"), _place("mother", "f"))
_GRANDPARENTS = (_place("grandfather", "m"), _place("grandmother", "f"))
_HOME = (*_PARENTS, _missing("missing"))
_PATERNAL_HOME = (*_GRANDPARENTS, _place("father", "m", "grandfather grandmother"), _place("mother", "f"),
                  _missing("missing"))

# Of a pair of parents the man is the father, in whichever order they stand: the missing person may be either.
_SHAPES: dict[str, tuple[_Place, ...]] = {
    "father": (_donor("father", "m"), _place("mother", "f"), _missing("missing")),
    "mother": (_place("father", "m"), _donor("mother", "f"), _missing("missing")),
    "parents": (_donor("father", "m"), _donor("mother", "f"), _missing("missing")),
    "parent and sib": (_place("father", "m"), _donor("mother", "f"), _missing("missing"), *_sibs(1)),
    "one sib": (*_HOME, *_sibs(1)),
    "two sibs": (*_HOME, *_sibs(2)),
    "three sibs": (*_HOME, *_sibs(3)),
    "half-sibs": (
        *_HOME, _place("stepmother", "f"), _place("stepfather", "m"),
        _donor("paternal-half-sib", "?", "father stepmother"), _donor("maternal-half-sib", "?", "stepfather mother"),
    ),
    "spouse and child": (*_HOME, _donor("spouse", "~"), _donor("child", "?", "missing spouse")),
    "grandchildren": (
        *_HOME, _place("spouse", "~"), _place("child", "m", "missing spouse"), _place("child-in-law", "f"),
        _donor("grandchild-1", "?", "child child-in-law"), _donor("grandchild-2", "?", "child child-in-law"),
    ),
    "two nephews": (
        *_HOME, _place("sib", "f", "father mother"), _place("brother-in-law", "m"),
        _donor("nephew-1", "m", "brother-in-law sib"), _donor("nephew-2", "m", "brother-in-law sib"),
    ),
    "nephews of two sibs": (
        *_HOME, _place("brother", "m", "father mother"), _place("sister", "f", "father mother"),
        _place("sister-in-law", "f"), _place("brother-in-law", "m"),
        _donor("nephew-1", "m", "brother sister-in-law"), _donor("nephew-2", "m", "brother-in-law sister"),
    ),
    "uncle": (*_PATERNAL_HOME, _donor("uncle", "m", "grandfather grandmother")),
    "two cousins and an aunt": (
        *_PATERNAL_HOME, _donor("aunt", "f", "grandfather grandmother"),
        _place("uncle-1", "m", "grandfather grandmother"), _place("uncle-2", "m", "grandfather grandmother"),
        _place("wife-1", "f"), _place("wife-2", "f"),
        _donor("cousin-1", "?", "uncle-1 wife-1"), _donor("cousin-2", "?", "uncle-2 wife-2"),
    ),
    "second cousin": (
        _place("great-grandfather", "m"), _place("great-grandmother", "f"),
        _place("grandfather", "m", "great-grandfather great-grandmother"), _place("grandmother", "f"),
        _place("great-uncle", "m", "great-grandfather great-grandmother"), _place("great-uncle-wife", "f"),
        _place("father", "m", "grandfather grandmother"), _place("mother", "f"), _missing("missing"),
        _place("fathers-cousin", "f", "great-uncle great-uncle-wife"), _place("fathers-cousin-husband", "m"),
        _donor("second-cousin", "?", "fathers-cousin-husband fathers-cousin"),
    ),
    "double first cousins": (  # two brothers married two sisters: a loop
        *_GRANDPARENTS, _place("maternal-grandfather", "m"), _place("maternal-grandmother", "f"),
        _place("father", "m", "grandfather grandmother"), _place("uncle", "m", "grandfather grandmother"),
        _place("mother", "f", "maternal-grandfather maternal-grandmother"),
        _place("aunt", "f", "maternal-grandfather maternal-grandmother"), _missing("missing"),
        _donor("double-cousin-1", "?", "uncle aunt"), _donor("double-cousin-2", "?", "uncle aunt"),
    ),
    "sib of a cousin marriage": (  # the parents are first cousins: a loop through the missing person himself
        *_GRANDPARENTS, _place("grandson", "m", "grandfather grandmother"), _place("his-wife", "f"),
        _place("granddaughter", "f", "grandfather grandmother"), _place("her-husband", "m"),
        _place("father", "m", "grandson his-wife"), _place("mother", "f", "her-husband granddaughter"),
        _missing("missing"), *_sibs(1),
    ),
    "two missing brothers": (
        _place("father", "m"), _donor("mother", "f"), _missing("missing-1", "m"), _missing("missing-2", "m"),
        _donor("sister", "f", "father mother"),
    ),
    "missing father and son": (
        *_PARENTS, _missing("missing-father", "m"), _donor("wife", "f"),
        _missing("missing-son", "m", "missing-father wife"), _donor("daughter", "f", "missing-father wife"),
    ),
}


def shapes() -> tuple[str, ...]:
    """The names of the shapes that ``family_of`` knows.

    >>> "two nephews" in shapes()
    True
    """
    return tuple(_SHAPES)


def places_missing(shape: str) -> int:
    """How many members of a family of this shape are missing; raises InvalidValue for an unknown shape."""
    return sum(p.missing for p in _places(shape))


def family_of(shape: str, *, id: str = "F-1", persons: Sequence[str] = (), sex: Sex = Sex.MALE,
              rng: np.random.Generator | None = None) -> ShapedFamily:
    """Build a family of a named shape.

    ``persons``: the roster's ids of the missing, one for each missing place; without any they are named
    ``id/member``. ``sex``: of the missing person, where the shape leaves it open. ``rng`` draws the sex of relatives
    who may be of either; without it they are women.

    Returns: the family, with the members who gave a reference sample.
    Raises: InvalidValue for an unknown shape, a number of persons that does not fit, or a sex that is not known.

    >>> family_of("spouse and child").donors
    ('spouse', 'child')
    """
    places = _places(shape)
    if sex is Sex.UNKNOWN:
        raise InvalidValue(id, "sex", sex.value, "must be male or female")
    gone = [p.id for p in places if p.missing]
    if persons and len(persons) != len(gone):
        raise InvalidValue(id, "persons", len(persons), f"must be {len(gone)} in a family of shape {shape!r}")
    person = dict(zip(gone, persons or [f"{id}/{m}" for m in gone], strict=True))
    sexes = {p.id: _sex(p.sex, sex, rng) for p in places}
    members = tuple(Member(p.id, *_father_and_mother(p, sexes), sexes[p.id], person.get(p.id)) for p in places)
    return ShapedFamily(shape, Family(id, members), tuple(p.id for p in places if p.gives))


def _places(shape: str) -> tuple[_Place, ...]:
    if shape not in _SHAPES:
        raise InvalidValue("family", "shape", shape, f"must be one of {', '.join(_SHAPES)}")
    return _SHAPES[shape]


def _sex(code: str, missing: Sex, rng: np.random.Generator | None) -> Sex:
    if code == "*":
        return missing
    if code == "~":
        return Sex.MALE if missing is Sex.FEMALE else Sex.FEMALE
    if code == "?":
        return Sex.MALE if rng is not None and rng.random() < 0.5 else Sex.FEMALE
    return Sex.MALE if code == "m" else Sex.FEMALE


def _father_and_mother(place: _Place, sexes: dict[str, Sex]) -> tuple[str | None, str | None]:
    if not place.parents:
        return None, None
    one, other = place.parents
    return (one, other) if sexes[one] is Sex.MALE else (other, one)
