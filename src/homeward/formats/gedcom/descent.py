"""In what way somebody is a child of a family: what PEDI, ADOP, _FREL, _MREL, STAT and BIRT say of it."""

from __future__ import annotations

from homeward.formats.gedcom.values import Descent, GedcomLine

__all__ = ["descent_of"]

_MEANINGS = {
    **dict.fromkeys(("BIRTH", "NATURAL", "BIOLOGICAL", "BIO", "BLOOD"), Descent.BIRTH),
    **dict.fromkeys(("ADOPTED", "ADOPTIVE", "ADOPTION"), Descent.ADOPTED),
    **dict.fromkeys(("FOSTER", "FOSTERED", "GUARDIAN"), Descent.FOSTERED),
    **dict.fromkeys(("STEP", "STEPCHILD"), Descent.STEP), **dict.fromkeys(("SEALING", "SEALED"), Descent.SEALED),
    **dict.fromkeys(("DISPROVEN", "DISPROVED"), Descent.DISPROVEN), "CHALLENGED": Descent.DOUBTED,
    **dict.fromkeys(("UNKNOWN", "PRIVATE"), Descent.UNCLEAR), **dict.fromkeys(("", "PROVEN"), Descent.NOT_SAID),
}


def descent_of(person: GedcomLine, family: str, child: GedcomLine | None) -> tuple[Descent, Descent, tuple[str, ...]]:
    """How a person descends from the husband and from the wife of a family.

    What says the least for blood holds: an adoption overrules a birth. Whoever has an event of adoption that names no
    family, and is nowhere said to be adopted, may have been adopted by any family that does not say "birth".

    Args: ``person``, the record; ``family``, the name of the family; ``child``, the family's line CHIL, if it has one.

    Returns both, and what was unclear, as texts.
    """
    ways = {"HUSB": Descent.NOT_SAID, "WIFE": Descent.NOT_SAID}
    doubts: list[str] = []
    for line in person.all("FAMC"):
        if line.pointer == family:
            for tag in ("PEDI", "STAT"):
                for said in line.all(tag):
                    _both(ways, _meaning(said, doubts))
    if child is not None:
        for tag, side in (("_FREL", "HUSB"), ("_MREL", "WIFE")):
            for said in child.all(tag):
                ways[side] = _weaker(ways[side], _meaning(said, doubts))
    for birth in person.all("BIRT"):
        if any(line.pointer == family for line in birth.all("FAMC")):
            _both(ways, Descent.BIRTH)
    _adoptions(person, family, ways, doubts)
    return ways["HUSB"], ways["WIFE"], tuple(doubts)


def _adoptions(person: GedcomLine, family: str, ways: dict[str, Descent], doubts: list[str]) -> None:
    events = list(person.all("ADOP"))
    for event in events:
        for line in event.all("FAMC"):
            if line.pointer == family:
                by = line.first("ADOP")
                who = "BOTH" if by is None else by.value.strip().upper()
                for side in (who,) if who in ways else tuple(ways):
                    ways[side] = _weaker(ways[side], Descent.ADOPTED)
    told = any(e.first("FAMC") is not None for e in events) or any(
        _MEANINGS.get(p.value.strip().upper()) is Descent.ADOPTED for f in person.all("FAMC") for p in f.all("PEDI"))
    if events and not told and Descent.NOT_SAID in ways.values():
        doubts.append("an adoption names no family: parents not said to be those of birth are not counted as such")
        ways |= {side: Descent.UNCLEAR for side, way in ways.items() if way is Descent.NOT_SAID}


def _meaning(said: GedcomLine, doubts: list[str]) -> Descent:
    word = said.value.strip().upper()
    if word not in _MEANINGS and word != "OTHER":
        doubts.append(f"{said.tag} of a kind that is not known here is not counted as birth")
    return _MEANINGS.get(word, Descent.OTHER)


def _both(ways: dict[str, Descent], said: Descent) -> None:
    ways |= {side: _weaker(before, said) for side, before in ways.items()}


def _weaker(before: Descent, said: Descent) -> Descent:
    """What holds of two statements: the one that speaks, and of two that do, the one that is not birth."""
    if said is Descent.NOT_SAID or (said is Descent.BIRTH and before is not Descent.NOT_SAID):
        return before
    return said
