"""One row of every kind of statement, for the register of the pages' tests."""

from __future__ import annotations

import datetime
from typing import Any

from casework.store.models import (
    Access,
    AgendaItem,
    Agreement,
    CaseFile,
    Channel,
    ChannelEvent,
    Claim,
    Commitment,
    Content,
    Delegation,
    Document,
    Fulfilment,
    Holding,
    Meeting,
    MeetingEvent,
    Operation,
    Party,
    Payment,
    Preference,
    Transfer,
)


def spoken(case: CaseFile, name: str, document: Document, transfer: Transfer) -> dict[str, Any]:
    """The rows by the name that addresses give them; ``name`` stands in their keys."""
    said = {"case": case, "source": document, "quote": "synthetic words", "said_by": f"Party {name} → Synthetic Agency"}
    party = Party.objects.create(case=case, key=f"PA-{name}", name=f"Party {name}", kind="state")
    claim = Claim.objects.create(**said, key=f"CL-{name}", subject="remains held", value=55, unit="box",
                                 bound="at least", group=f"held-{name}", said="2018-07-15")
    preference = Preference.objects.create(case=case, key=f"PR-{name}", group=claim.group, claim=claim, by="A",
                                           on=datetime.date(2019, 1, 1), reason="synthetic")
    channel = Channel.objects.create(case=case, key=f"CH-{name}", name=f"Synthetic line {name}", between=["A", "B"])
    channel_event = ChannelEvent.objects.create(**said, key=f"CE-{name}", channel=channel, state="cut", on="2013")
    meeting = Meeting.objects.create(case=case, key=f"ME-{name}", title=f"Synthetic talks {name}", parties=["A", "B"])
    meeting_event = MeetingEvent.objects.create(**said, key=f"MV-{name}", meeting=meeting, state="not attended",
                                                on="2018-07-12", absent=["A"])
    delegation = Delegation.objects.create(case=case, key=f"DE-{name}", meeting=meeting, party="A", rank="colonel")
    item = AgendaItem.objects.create(**said, key=f"AI-{name}", meeting=meeting, subject="remains")
    unsaid = {column: value for column, value in said.items() if column != "said_by"}
    agreement = Agreement.objects.create(**unsaid, key=f"AG-{name}", title=f"Synthetic paper {name}", made="2018-07-16",
                                         parties=["A", "B"], meeting=meeting)
    commitment = Commitment.objects.create(**said, key=f"CO-{name}", agreement=agreement, by=["A"], to=["B"],
                                           what=f"to hand over boxes {name}", kind="transfer", made="2018-07-16",
                                           due="2018-07-27", value=55, unit="box", bound="exactly")
    fulfilment = Fulfilment.objects.create(**said, key=f"FU-{name}", commitment=commitment, effect="fulfils",
                                           on="2018-07-27", record=transfer.key, value=55, unit="box", bound="exactly")
    holding = Holding.objects.create(**said, key=f"HO-{name}", party="Party North", kind="says", as_of="2018-06",
                                     value=200, unit="set", bound="at most")
    content = Content.objects.create(**said, key=f"CN-{name}", transfer=transfer, as_of="2018-08", value=55,
                                     unit="set", bound="exactly")
    access = Access.objects.create(**said, key=f"AC-{name}", site="Synthetic hill", season="2019", state="requested",
                                   on="2018-09")
    payment = Payment.objects.create(**said, key=f"PY-{name}", state="paid", payer="B", payee="A", on="2005", value=10,
                                     unit="USD", bound="exactly")
    operation = Operation.objects.create(**said, key=f"OP-{name}", name="Synthetic search", site="Synthetic hill",
                                         on="2019", parties=["B"])
    return {"party": party, "claim": claim, "preference": preference, "channel": channel,
            "channel_event": channel_event, "meeting": meeting, "meeting_event": meeting_event,
            "delegation": delegation, "agenda_item": item, "agreement": agreement, "commitment": commitment,
            "fulfilment": fulfilment, "holding": holding, "content": content, "access": access, "payment": payment,
            "operation": operation}
