"""Long documents read by the worker, so that nobody waits before a page that does not come."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django_tasks import task

from casework.actions.readings import (
    Account,
    CaseFile,
    Document,
    DocumentText,
    File,
    Given,
    add_readings,
    fail_reading,
    read_document,
    read_waiting,
    wait_again,
)
from casework.jobs.work import in_words

__all__ = ["read_again", "read_at", "request_reading", "request_readings"]


@task()
def read_at(number: int) -> None:
    """The queue's task: read a text that waits; why it could not be read is said on its page."""
    try:
        read_waiting(number)
    except Exception as error:
        fail_reading(number, in_words(error))


def request_readings(*, actor: Account, case: CaseFile, files: Sequence[File], given: Given | None = None,
                     kind: str = "", undated: bool = False) -> list[DocumentText]:
    """Take files in; where they are long they are put into the queue. Args and what is raised: as ``add_readings``."""
    return add_readings(actor=actor, case=case, files=files, given=given, kind=kind, undated=undated, queue=_queue)


def request_reading(*, actor: Account, document: Document) -> DocumentText:
    """Read a document that the register has; a long one is put into the queue. Raises as ``read_document``."""
    return read_document(actor=actor, document=document, queue=_queue)


def read_again(*, actor: Account, reading: DocumentText) -> DocumentText:
    """Put a text into the queue again whose worker died, or that could not be read. Raises NotPossible, NotAllowed."""
    with transaction.atomic():
        waiting = wait_again(actor=actor, reading=reading)
        _queue(waiting)
    return waiting


def _queue(reading: DocumentText) -> None:
    read_at.enqueue(reading.pk)
