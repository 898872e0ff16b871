"""Documents that records rest on, and their files."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath

from django.http import FileResponse, Http404, HttpResponse

from casework.policy import Permission, may
from casework.queries.cases import case
from casework.queries.documents import document, documents
from casework.queries.readings import reading_of_document
from casework.web.listing import Columns, asked_text, list_page
from casework.web.record_page import in_case, record_page, standard_acts
from casework.web.rules import Request, allowed
from casework.web.shown import Act, Facts, Link, act, link

__all__ = ["document_file", "document_page", "documents_page"]


@allowed(Permission.DOCUMENT_READ)
def documents_page(request: Request, case_id: int) -> HttpResponse:
    """The documents of a case."""
    found = case(request.user, case_id)
    rows = documents(request.user, found, text=asked_text(request), withdrawn="withdrawn" in request.GET)
    columns = Columns(("Document", "Title", "Kind", "Publisher", "Date", "File"), lambda d: (
        link("document", d), d.title, d.kind, d.publisher, d.dated, "yes" if d.file else "no"))
    acts = [act("Add a document", "document-new", found.pk)] if may(request.user.role, Permission.DOCUMENT_WRITE
                                                                     ) else []
    return list_page(request, rows, columns, title="Documents", case=found, crumbs=in_case(found), acts=acts,
                     search="Key, title or publisher", withdrawn=True)


@allowed(Permission.DOCUMENT_READ)
def document_page(request: Request, document_id: int) -> HttpResponse:
    """One document."""
    found = document(request.user, document_id)
    file: Act = act("the file", "document-file", found.pk)
    facts = Facts("The document", (
        ("Title", found.title), ("Kind", found.kind), ("Publisher", found.publisher), ("Date", found.dated),
        ("Where it is from", found.address), ("File", Link(_name(found), file.to) if found.file else None),
        ("SHA-256 of the file", found.sha256)))
    offered = [] if found.file else [(Permission.DOCUMENT_WRITE, act("Attach its file", "document-attach", found.pk))]
    reading = reading_of_document(request.user, found)
    if reading is not None:
        offered.append((Permission.DOCUMENT_READ, act("What it says", "reading", reading.pk)))
    elif found.file:
        offered.append((Permission.DOCUMENT_WRITE, act("Read it", "document-read", found.pk)))
    return record_page(request, found, kind=f"Document {found.key}", title=found.title, sections=[facts],
                       acts=standard_acts(request.user, found, "document", *offered),
                       crumbs=in_case(found.case, ("Documents", "documents")))


@allowed(Permission.DOCUMENT_READ)
def document_file(request: Request, document_id: int) -> FileResponse:
    """The file of a document, to be kept: a browser shows nothing of it as a page of the register."""
    found = document(request.user, document_id)
    if not found.file:
        raise Http404
    kind = mimetypes.guess_type(_name(found))[0] or "application/octet-stream"
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=_name(found), content_type=kind)


def _name(found: object) -> str:
    return PurePath(str(getattr(found, "file", ""))).name
