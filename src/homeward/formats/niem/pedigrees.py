"""Who in a pedigree of NIEM is whose father and mother."""

from __future__ import annotations

from homeward.formats.niem.people import Identification
from homeward.formats.niem.values import Pedigree, PedigreeMember
from homeward.model import InvalidValue

__all__ = ["member_name", "parents_of"]

_ID = "structures:id"
# The schema would have structures:ref; the published sample files use structures:metadata. Both are IDREFs.
_REFERENCES = ("structures:ref", "structures:metadata", "structures:relationshipMetadata", "structures:uri")


def parents_of(pedigree: Pedigree) -> tuple[tuple[int | None, int | None], ...]:
    """For each member, which members are the father and the mother (None: not said), counted from 0.

    Raises InvalidValue for a parent who is not one member of the pedigree.
    """
    return tuple((_index(pedigree, member, "father", member.father), _index(pedigree, member, "mother", member.mother))
                 for member in pedigree.members)


def member_name(member: PedigreeMember, index: int) -> str:
    """What a member is called: "Family member ID" if it has one, else the id of its element, else its number."""
    own = next((i.id for i in member.identifications if i.kind.casefold() == "family member id" and i.id), None)
    return own or member.attribute(_ID) or f"member {index + 1}"


def _index(pedigree: Pedigree, member: PedigreeMember, role: str, given: Identification | None) -> int | None:
    if given is None:
        return None
    wanted = {word.removeprefix("#") for name in _REFERENCES for word in (given.attribute(name) or "").split()}
    if not wanted and not given.id:
        return None  # an element that says nothing
    found = [i for i, other in enumerate(pedigree.members)
             if (other.attribute(_ID) in wanted if wanted else any(given.id == o.id for o in other.identifications))]
    if len(found) != 1:
        name = member_name(member, pedigree.members.index(member))
        raise InvalidValue(f"pedigree {pedigree.identifications[0].id} member {name}", role,
                           " ".join(sorted(wanted)) or given.id, f"must be one member of it, and is {len(found)}")
    return found[0]
