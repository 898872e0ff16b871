"""``homeward read``: what documents say, proposed for people to accept; nothing is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from homeward.account import read_account
from homeward.cli import show
from homeward.intake import (
    Document,
    Given,
    Kind,
    Reading,
    beside_known,
    of_kind,
    open_document,
    read_documents,
    reading_json,
    reading_page,
    repeats_of,
    summary_of,
)
from homeward.model import Fault, FaultyInput, PartialDate
from homeward.model.sources import Claim
from homeward.model.talks import Commitment

__all__ = ["read_command"]

_TITLES = {Kind.CLAIM: "Claims", Kind.MEETING: "Meetings", Kind.COMMITMENT: "Commitments", Kind.EVENT: "Events"}


def read_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Documents: .txt, .html or .pdf.")],
    *,
    dated: Annotated[str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="When it was published, where the "
                                              "documents do not say.")] = None,
    publisher: Annotated[str | None, typer.Option("--publisher", help="Who published it, where the documents do not "
                                                  "say.")] = None,
    encoding: Annotated[str | None, typer.Option("--encoding", help="Of text that declares none and is not "
                                                 "UTF-8.")] = None,
    known: Annotated[Path | None, typer.Option("--known", metavar="FOLDER", help="An account folder: its claims are "
                                               "named beside those that they agree with or contradict.")] = None,
    json_out: Annotated[Path | None, typer.Option("--json", metavar="FILE",
                                                  help="Write the proposals as JSON.")] = None,
    html_out: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page with the quotes marked "
                                                  "in their text.")] = None,
) -> None:
    """Read documents: propose claims, meetings and commitments, each with its quote; nothing is recorded."""
    given = Given(PartialDate.parse(dated) if dated is not None else None, publisher, encoding)
    claims = read_account(known).claims if known is not None else ()
    reading = read_documents(_opened(files, given))
    if json_out is not None:
        json_out.write_text(reading_json(reading, claims) + "\n", encoding="utf-8", errors="replace")
    if html_out is not None:
        html_out.write_text(reading_page(reading, claims), encoding="utf-8", errors="replace")
    _show(reading, claims)


def _opened(files: list[Path], given: Given) -> list[Document]:
    """All documents, or all their faults at once."""
    documents: list[Document] = []
    faults: list[Fault] = []
    for path in files:
        try:
            documents.append(open_document(path, given))
        except FaultyInput as error:
            faults.extend(error.faults)
    names = [document.name for document in documents]
    faults.extend(Fault(name, 0, "", name, "must be named once: quotes are found again by the file's name", "twice")
                  for name in sorted({n for n in names if names.count(n) > 1}))
    if faults:
        raise FaultyInput(faults)
    return documents


def _show(reading: Reading, claims: tuple[Claim, ...]) -> None:
    console = Console()
    for document in reading.documents:
        show.line(f"{document.name}: published {document.published or 'at no known date (give --date)'} "
                  f"({document.published_why}), by {document.publisher or 'nobody known (give --publisher)'} "
                  f"({document.publisher_why})")
    for kind in Kind:
        table = Table(title=_TITLES[kind], title_justify="left", show_lines=True)
        for name in ("id", "what", "who says it", "quote"):
            table.add_column(name, overflow="fold")
        for proposal in of_kind(reading, kind):
            value = proposal.value
            chain = str(value.chain) if isinstance(value, Claim | Commitment) else proposal.said_by
            table.add_row(*(escape(cell) for cell in (proposal.id, summary_of(proposal), chain, proposal.quote.text)))
        if table.row_count:
            console.print(table)
    for one, others in repeats_of(reading.proposals).items():
        show.line(f"{one} is also said in {', '.join(others)}")
    for beside in beside_known(reading.proposals, claims):
        show.line(f"{beside.proposal}: {beside.relation.value}: {beside.claim} ({beside.said})")
    for why in reading.refused:
        show.line(f"refused: {why}")
    show.line(f"{len(reading.proposals)} proposals; none is recorded until a person accepts it")
