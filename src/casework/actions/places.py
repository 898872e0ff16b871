"""Places, and the incidents in which people were lost."""

from __future__ import annotations

from collections.abc import Sequence

from casework.actions.records import save_new
from casework.store.models import Account, CaseFile, Incident, Organisation, Place
from homeward.model import PartialDate

__all__ = ["add_incident", "add_place"]


def add_place(*, actor: Account, case: CaseFile, key: str, name: str, spellings: Sequence[str] = (), kind: str = "",
              latitude_deg: float | None = None, longitude_deg: float | None = None, approximate: bool = False,
              source: str = "", organisation: Organisation | None = None) -> Place:
    """Add a place; degrees of WGS 84, ``approximate`` where they are good for a map alone.

    Raises InvalidValue for a key in use or coordinates that are not on the earth, NotAllowed.
    """
    return save_new(Place(
        case=case, key=key, name=name, spellings=list(spellings), kind=kind, latitude_deg=latitude_deg,
        longitude_deg=longitude_deg, approximate=approximate, source=source, organisation=organisation), actor=actor)


def add_incident(*, actor: Account, case: CaseFile, key: str, name: str = "", date: PartialDate | None = None,
                 place: Place | None = None, place_text: str = "", latitude_deg: float | None = None,
                 longitude_deg: float | None = None, organisation: Organisation | None = None) -> Incident:
    """Add an incident; ``place_text``: where it was, as the source has it, by default the place's name.

    Raises InvalidValue for a key in use or a place of another case, NotAllowed.
    """
    return save_new(Incident(
        case=case, key=key, name=name, date=date, place=place,
        place_text=place_text or ("" if place is None else place.name), latitude_deg=latitude_deg,
        longitude_deg=longitude_deg, organisation=organisation), actor=actor)
