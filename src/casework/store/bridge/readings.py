"""What a reader proposes as rows, and back: the records that it would become, cell by cell, with its quote.

It stands outside the bridge's face, since the room of reading takes long to import.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from casework.store.models import DocumentText, ReadProposal
from homeward.account import cells_of, record_of
from homeward.account.tables import SPECS
from homeward.intake import Act, Document, Mode, Proposal, Talk, saying_of, summary_of
from homeward.intake.sentences import sentences_of
from homeward.model import InvalidValue
from homeward.model.sources import Claim, Quote
from homeward.model.spans import Span

__all__ = ["ACTS", "FIXED", "TABLES_OF", "Cells", "act_of", "document_to_read", "proposal_of", "quoted", "row_of"]

Cells = dict[str, str]
ACTS = "events"  # no table of the account: an act between parties stays with its proposal
TABLES_OF: Mapping[str, tuple[str, ...]] = {"claim": ("claims",), "meeting": ("meetings", "meeting_events"),
                                            "commitment": ("commitments",), "event": (ACTS,)}
# What nobody changes of a proposal: the words, where they stand, and the keys that the register gives.
FIXED = frozenset({"id", "source", "quote", "start", "end", "meeting"})
_PARTED = ";"


def document_to_read(reading: DocumentText) -> Document:
    """A stored text as the reader takes it, under the key of its document."""
    row = reading.document
    return Document(name=row.key, text=reading.text, title=row.title, publisher=row.publisher,
                    publisher_why=reading.publisher_why, published=row.dated, published_why=reading.published_why,
                    sentences=sentences_of(reading.text))


def row_of(proposal: Proposal, reading: DocumentText, number: int) -> ReadProposal:
    """A proposal as the row that keeps it."""
    quote = proposal.quote
    chain = getattr(getattr(proposal.value, "event", proposal.value), "chain", None)
    saying = saying_of(proposal)
    return ReadProposal(
        reading=reading, number=number, kind=proposal.kind.value, summary=summary_of(proposal),
        records=_records_of(proposal), quote=quote.text, start=quote.start or 0, end=quote.end or 0,
        mark_start=proposal.mark[0], mark_end=proposal.mark[1], said_by=proposal.said_by[:1000],
        event_type=proposal.event, confidence=proposal.confidence, why=list(proposal.why),
        same="" if saying is None else hashlib.sha256(repr(saying).encode("utf-8", "replace")).hexdigest(),
        details={"chain": "" if chain is None else str(chain), "actors": list(proposal.actors),
                 "places": list(proposal.places),
                 "moments": [{"words": m.words, "span": "" if m.span is None else str(m.span), "why": m.why}
                             for m in proposal.moments]})


def quoted(row: ReadProposal, table: str, cells: Mapping[str, str], source: str) -> Cells:
    """The cells of a record with the words that it rests on, as the document has them; ``source``: its key."""
    if "source" not in SPECS[table].columns:
        return dict(cells)
    return {**cells, "source": source, "quote": row.quote, "start": str(row.start), "end": str(row.end)}


def proposal_of(row: ReadProposal, source: str) -> Proposal:
    """A row as the reader proposed it, but for its moments; ``source``: the key of the document."""
    return Proposal(id=str(row.pk), value=_value_of(row, source),
                    quote=Quote(source, row.quote, "", row.start, row.end), mark=(row.mark_start, row.mark_end),
                    why=tuple(row.why), confidence=row.confidence, event=row.event_type, said_by=row.said_by)


def _value_of(row: ReadProposal, source: str) -> Claim | Talk | Any:
    if row.kind == "event":
        return act_of(row.records[0][1])
    number = str(row.pk)
    first, *others = (record_of(table, {**quoted(row, table, cells, source), "id": number, "meeting": number})
                      for table, cells in row.records)
    return Talk(first, others[0]) if others else first


def act_of(cells: Mapping[str, str]) -> Act:
    """An act between parties from its cells; raises InvalidValue, naming the column."""
    mode = cells.get("mode", "")
    if mode not in [m.value for m in Mode]:
        raise InvalidValue("event", "mode", mode, f"must be one of {', '.join(Mode)}")
    try:
        on = Span.parse(cells["on"]) if cells.get("on") else None
    except InvalidValue as error:
        raise InvalidValue("event", "on", cells["on"], error.allowed) from error
    actors = tuple(part.strip() for part in cells.get("actors", "").split(_PARTED) if part.strip())
    if not actors:
        raise InvalidValue("event", "actors", "", "must name somebody")
    return Act(cells.get("type", ""), cells.get("words", ""), Mode(mode), actors, on)


def _records_of(proposal: Proposal) -> Sequence[tuple[str, Cells]]:
    value = proposal.value
    if isinstance(value, Act):
        return [(ACTS, {"type": value.type, "mode": value.mode.value, "actors": f"{_PARTED} ".join(value.actors),
                        "on": "" if value.on is None else str(value.on), "place": _first(proposal.places),
                        "words": value.words})]
    if isinstance(value, Talk):
        return [("meetings", _open("meetings", value.meeting)),
                ("meeting_events", _open("meeting_events", value.event))]
    table = "claims" if isinstance(value, Claim) else "commitments"
    return [(table, _open(table, value))]


def _open(table: str, record: Any) -> Cells:
    """Without the words, which stand on the proposal, and the keys, which the register gives to what is recorded."""
    return {column: cell for column, cell in cells_of(table, record).items() if column not in FIXED}


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""
