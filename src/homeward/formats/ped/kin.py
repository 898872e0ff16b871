"""Who cannot be whose parent: people named twice, fathers who are women, people who would be their own ancestors."""

from __future__ import annotations

from collections.abc import Sequence

from homeward.formats.casefile.findings import shown
from homeward.formats.circles import circles
from homeward.formats.ped.values import PedPerson
from homeward.model import Fault, Sex

__all__ = ["check_kin"]

_ROLES = (("father", Sex.FEMALE), ("mother", Sex.MALE))


def check_kin(file: str, persons: Sequence[PedPerson], lines: Sequence[int]) -> list[Fault]:
    """The faults of descent.

    Args: ``file``, its name; ``persons``, all that can be told; ``lines``, the number of each one's line.
    """
    faults = []
    at: dict[tuple[str, str], int] = {}
    for i, p in enumerate(persons):
        if at.setdefault((p.family, p.id), i) != i:
            faults.append(Fault(file, lines[i], "person", shown(f"{p.family} {p.id}"),
                                f"must be named once, and is on line {lines[at[p.family, p.id]]} as well",
                                "person-twice"))
    first_as: dict[tuple[str, str], tuple[str, int]] = {}
    for i, p in enumerate(persons):
        for (role, wrong), parent in zip(_ROLES, (p.father, p.mother), strict=True):
            if parent is None:
                continue
            said = _why_not(persons, lines, at.get((p.family, parent)), wrong)
            before = first_as.setdefault((p.family, parent), (role, lines[i]))
            if before[0] != role:
                said = f"must not be a {role}: line {before[1]} has the same person as a {before[0]}"
            if said:
                faults.append(Fault(file, lines[i], role, shown(parent), said, "parent-sex"))
    for circle in circles({f"{p.family}\t{p.id}": _parents(p) for p in persons}):
        family, _, who = circle[0].partition("\t")
        names = " → ".join(k.partition("\t")[2] for k in (*circle[:8], "…" if len(circle) > 8 else circle[0]))
        faults.append(Fault(file, lines[at[family, who]], "parents", shown(who), f"would be his own ancestor: {names}",
                            "own-ancestor"))
    return faults


def _parents(p: PedPerson) -> list[str]:
    return [f"{p.family}\t{parent}" for parent in (p.father, p.mother) if parent is not None]


def _why_not(persons: Sequence[PedPerson], lines: Sequence[int], parent: int | None, wrong: Sex) -> str:
    if parent is None or persons[parent].sex is not wrong:
        return ""
    return f"must not be {wrong.value}, as line {lines[parent]} has it"
