"""The demonstration's reading: an invented article, read, with some of its proposals decided."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from casework.actions.read_decisions import accept_proposal, reject_proposal
from casework.actions.readings import File, add_readings
from casework.policy import Role
from casework.store.models import Account, CaseFile, DocumentText, ReadProposal

__all__ = ["add_demo_reading"]

_NAME = "press_article.txt"


def add_demo_reading(*, actors: Mapping[Role, Account], case: CaseFile) -> DocumentText:
    """Take the invented article in; the historian accepts its first sure claim and meeting and rejects one event.

    The rest stays open for the visitor. Raises FaultyInput where the case has the article already, NotAllowed.
    """
    historian = actors[Role.HISTORIAN]
    with files("homeward.simulate").joinpath("data", _NAME).open("rb") as content:
        reading, = add_readings(actor=historian, case=case, files=[File(_NAME, content)],
                                kind="invented press report")
    rows = ReadProposal.objects.filter(reading=reading).order_by("-confidence", "number")
    for kind, decide in (("claim", accept_proposal), ("meeting", accept_proposal), ("event", reject_proposal)):
        row = rows.filter(kind=kind).first()
        if row is not None:
            decide(actor=historian, proposal=row)
    return reading
