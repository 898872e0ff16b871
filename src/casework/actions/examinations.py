"""Examinations: what was observed on remains, apart from what is concluded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.actions.act import NotPossible
from casework.actions.records import save_new
from casework.store.models import Account, Document, Element, Examination, Organisation, Remains
from casework.store.models import examinations as _examinations
from homeward.model import InvalidValue, PartialDate

__all__ = ["LINES", "add_examination"]

LINES = tuple(value for value, _ in _examinations.LINES)


def add_examination(*, actor: Account, remains: Remains, key: str, line: str, examiner: str, dated: PartialDate,
                    observation: str, conclusion: str = "", method: str = "", blind: bool = False,
                    values: Mapping[str, Any] | None = None, element: Element | None = None,
                    document: Document | None = None, organisation: Organisation | None = None) -> Examination:
    """Record an examination; ``blind``: the examiner knew no name; ``values``: measurements by name.

    It belongs to the organisation that holds the remains, unless one is named. Raises InvalidValue for a line that is
    none, an element of other remains; NotPossible for withdrawn remains; NotAllowed.
    """
    if remains.withdrawn_at is not None:
        raise NotPossible(f"{remains.key} is withdrawn")
    if element is not None and element.remains_id != remains.pk:
        raise InvalidValue(key, "element", element.key, f"must be of {remains.key}")
    return save_new(Examination(
        case_id=remains.case_id, key=key, remains=remains, element=element, line=line, examiner=examiner, dated=dated,
        method=method, blind=blind, observation=observation, conclusion=conclusion, values=dict(values or {}),
        document=document, organisation=organisation or remains.organisation), actor=actor)
