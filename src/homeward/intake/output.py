"""A reading as JSON and as a page with the quotes marked in their text."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Sequence
from enum import Enum
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from homeward.intake.beside import Beside, beside_known, repeats_of
from homeward.intake.document import Document
from homeward.intake.proposals import Act, Proposal, Talk
from homeward.intake.reader import Reading
from homeward.model import PartialDate
from homeward.model.quantities import Quantity
from homeward.model.sources import Chain, Claim
from homeward.model.spans import Span

__all__ = ["FORMAT", "reading_json", "reading_page", "summary_of"]

FORMAT = "homeward-intake/1"


def reading_json(reading: Reading, known: Sequence[Claim] = ()) -> str:
    """A reading as JSON: documents with their text, proposals with quotes, offsets, reasons and what stands beside."""
    repeats, beside = repeats_of(reading.proposals), beside_known(reading.proposals, known)
    return json.dumps({
        "format": FORMAT,
        "note": "Proposals: nothing here is a record until a person has accepted it. Offsets count characters of text.",
        "documents": [_document(document) for document in reading.documents],
        "proposals": [_proposal(p, repeats.get(p.id, ()), [b for b in beside if b.proposal == p.id])
                      for p in reading.proposals],
        "refused": list(reading.refused),
    }, ensure_ascii=False, indent=1)


def summary_of(proposal: Proposal) -> str:
    """A proposal in one line, without its source."""
    value = proposal.value
    if isinstance(value, Claim):
        return f"{'denied: ' if value.denies else ''}{value.quantity}"
    if isinstance(value, Talk):
        absent = f", {', '.join(value.event.absent)} absent" if value.event.absent else ""
        return f"{value.event.state.value}: {value.meeting.title} ({', '.join(value.meeting.parties)}{absent})"
    if isinstance(value, Act):
        return f"{value.type}, {value.mode.value}: {value.words}"
    due = f", due {value.due}" if value.due else ""
    return f"{', '.join(value.by)}: {value.what}{due} ({value.vagueness.value})"


def reading_page(reading: Reading, known: Sequence[Claim] = ()) -> str:
    """A reading as one HTML page that asks nothing of any other place: each text with its quotes marked."""
    environment = Environment(loader=PackageLoader("homeward.intake"), autoescape=True, undefined=StrictUndefined,
                              trim_blocks=True, lstrip_blocks=True)
    repeats, beside = repeats_of(reading.proposals), beside_known(reading.proposals, known)
    documents = []
    for number, document in enumerate(reading.documents):
        own = [p for p in reading.proposals if p.quote.source == document.name]
        rows = [{"id": f"p{number}-{n}", "p": p, "summary": summary_of(p), "chain": _chain(p),
                 "repeats": repeats.get(p.id, ()), "beside": [b for b in beside if b.proposal == p.id]}
                for n, p in enumerate(own)]
        documents.append({"document": document, "rows": rows, "text": _marked(document, own, number)})
    return environment.get_template("reading.html").render(documents=documents, refused=reading.refused)


def _chain(proposal: Proposal) -> str:
    value = proposal.value
    if isinstance(value, Talk):
        return str(value.event.chain)
    return "" if isinstance(value, Act) else str(value.chain)


def _marked(document: Document, proposals: Sequence[Proposal], number: int) -> Markup:
    """The text with each proposal's words in a mark that leads to it; of two that overlap, the first is marked."""
    parts: list[Markup] = []
    position = 0
    order = sorted(enumerate(proposals), key=lambda item: (item[1].mark[0], -item[1].mark[1]))
    for n, proposal in order:
        start, end = proposal.mark
        if start < position:
            continue
        parts.append(escape(document.text[position:start]))
        parts.append(Markup('<a href="#p{0}-{1}"><mark class="{2}">{3}</mark></a>').format(
            number, n, proposal.kind.value, document.text[start:end]))
        position = end
    parts.append(escape(document.text[position:]))
    return Markup("").join(parts)


def _document(document: Document) -> dict[str, Any]:
    return {"name": document.name, "title": document.title, "publisher": document.publisher,
            "publisher_why": document.publisher_why,
            "published": str(document.published) if document.published else None,
            "published_why": document.published_why, "sha256": document.digest, "text": document.text}


def _proposal(proposal: Proposal, repeats: Sequence[str], beside: Sequence[Beside]) -> dict[str, Any]:
    return {
        "id": proposal.id, "kind": proposal.kind.value, "summary": summary_of(proposal),
        "document": proposal.quote.source,
        "quote": proposal.quote.text, "start": proposal.quote.start, "end": proposal.quote.end,
        "mark": list(proposal.mark), "said_by": proposal.said_by, "why": list(proposal.why),
        "confidence": proposal.confidence, "plover": proposal.event or None,
        "moments": [{"words": m.words, "date": str(m.span) if m.span else None, "why": m.why}
                    for m in proposal.moments],
        "actors": list(proposal.actors), "places": list(proposal.places),
        "value": _plain(proposal.value), "said_elsewhere": list(repeats),
        "beside": [{"claim": b.claim, "relation": b.relation.value, "shared": list(b.shared), "said": b.said}
                   for b in beside],
    }


def _plain(value: Any) -> Any:
    """Frozen values as JSON has them; quotes are left out, they stand on the proposal."""
    if isinstance(value, Span | PartialDate | datetime.date):
        return str(value)
    if isinstance(value, Chain):
        return {"claimant": value.claimant, "through": list(value.through), "links": list(value.links)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Quantity):
        fields = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return fields | {"in_words": str(value)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.name != "quote"}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
