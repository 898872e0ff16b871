"""Documents taken in and read: their text kept, and what it may say kept as proposals; nothing of it is a record."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import IO, Any

from django.conf import settings

from casework.actions.act import NotPossible, act, name_of
from casework.actions.documents import MOST_BYTES, add_document
from casework.actions.records import correct
from casework.actions.statements import next_key
from casework.policy import Permission, require
from casework.store.actor import acting_as
from casework.store.bridge.readings import document_to_read, row_of
from casework.store.models import Account, CaseFile, Document, DocumentText, ReadProposal
from homeward.intake import Document as Opened
from homeward.intake import Given, Proposal, Reader, RuleReader, open_bytes, read_documents
from homeward.model import Fault, FaultyInput, HomewardError, InvalidValue

__all__ = ["AT_ONCE", "MOST_FILES", "MOST_PAGES", "MOST_PROPOSALS", "Account", "CaseFile", "Document", "DocumentText",
           "File", "Given", "Queue", "ReaderFailed", "add_readings", "fail_reading", "read_document", "read_waiting",
           "reading_of", "wait_again"]

AT_ONCE = 100_000  # characters, read while one waits; more is read by the worker
MOST_FILES = 20
MOST_PROPOSALS = 5_000  # of one document
MOST_PAGES = 200  # of a PDF, whose text is taken out while one waits
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


Queue = Callable[[DocumentText], object]


def _nobody(_: DocumentText) -> None:
    """Whoever asks later will find that it waits."""


class ReaderFailed(HomewardError):
    """A reader that stopped by a fault of its own."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that comes in, and what it is called; its name is not kept."""

    name: str
    content: IO[bytes]


def add_readings(*, actor: Account, case: CaseFile, files: Sequence[File], given: Given | None = None, kind: str = "",
                 undated: bool = False, queue: Queue = _nobody) -> list[DocumentText]:
    """Take files in as documents, and read them if they are not long; else they wait for ``read_waiting``.

    Args: ``given``: what one knows of the files, which goes before what they say; ``kind``: of document, in words;
    ``undated``: that a date which no file says is not known; ``queue``: told of each that is to wait, as it is stored.

    Raises FaultyInput, with all faults of all files, where one cannot be taken: then none is. Raises NotAllowed.
    """
    require(actor, Permission.DOCUMENT_WRITE)
    if not 0 < len(files) <= MOST_FILES:
        raise InvalidValue("upload", "files", len(files), f"must be 1 to {MOST_FILES} at once")
    raws = [(file.name, file.content.read(MOST_BYTES + 1)) for file in files]
    faults: list[Fault] = []
    opened = [_opened(name, raw, given or Given(), faults, undated=undated) for name, raw in raws]
    with act(actor, Permission.DOCUMENT_WRITE):
        CaseFile.objects.select_for_update().get(pk=case.pk)  # one at a time: keys, and the same file twice
        faults += _known(case, raws)
        if faults:
            raise FaultyInput(sorted(set(faults)))
        made = [_taken(actor, case, name, raw, found, kind)
                for (name, raw), found in zip(raws, opened, strict=True) if found is not None]
        at_once = _told(made, queue)
    return _finished(made) if at_once else made


def read_document(*, actor: Account, document: Document, queue: Queue = _nobody) -> DocumentText:
    """Read a document that the register has; a long one waits for ``read_waiting``, of which ``queue`` is told.

    Its date and publisher, where they are not recorded, become those that it says itself. Raises NotPossible of one
    without a file, withdrawn or read already; FaultyInput, NotAllowed.
    """
    with act(actor, Permission.DOCUMENT_WRITE, document):
        CaseFile.objects.select_for_update().get(pk=document.case_id)
        if not document.file or document.withdrawn_at is not None:
            raise NotPossible(f"{document.key} has no file that could be read, or is withdrawn")
        if reading_of(document) is not None:
            raise NotPossible(f"{document.key} is read already")
        with document.file.open("rb") as file:
            found = open_bytes(file.read(), str(document.file.name), Given(
                document.dated, document.publisher or None), most_pages=MOST_PAGES)
        _storable(document.key, found.text)
        changes = {name: value for name, value, there in (
            ("dated", found.published, document.dated), ("publisher", _line(found.publisher, 200), document.publisher))
            if value and not there}
        if changes:
            why = f"as it says itself: {found.published_why}; {found.publisher_why}"
            document = correct(document, actor=actor, changes=changes, reason=why)
        made = [_text(actor, document, found)]
        at_once = _told(made, queue)
    return _finished(made)[0] if at_once else made[0]


def reading_of(document: Document) -> DocumentText | None:
    """The reading of a document, None where it was not read."""
    return DocumentText.objects.filter(document=document).first()


def read_waiting(number: int) -> bool:
    """Read a text that waits; False where it does not, since another worker was quicker."""
    reading = DocumentText.objects.select_related("document", "read_by").get(pk=number)
    if reading.state != "waiting":
        return False
    proposals, refused = _read(reading)
    with acting_as(f"reading {number} for {name_of(reading.read_by)}"), act(
            reading.read_by, Permission.DOCUMENT_WRITE, reading.document):
        stored = DocumentText.objects.select_for_update().select_related("document").get(pk=number)
        if stored.state == "waiting":
            _keep(stored, proposals, refused)
        return stored.state == "read"


def wait_again(*, actor: Account, reading: DocumentText) -> DocumentText:
    """Let a text wait once more for the worker; raises NotPossible of one that is read, NotAllowed."""
    with act(actor, Permission.DOCUMENT_WRITE, reading.document):
        if reading.state == "read":
            raise NotPossible(f"{reading.document.key} is read already")
        reading.state, reading.refused = "waiting", []
        reading.save()
    return reading


def fail_reading(number: int, error: str) -> None:
    """Say of a text that waits why it could not be read."""
    reading = DocumentText.objects.select_related("read_by").get(pk=number)
    with acting_as(f"reading {number} for {name_of(reading.read_by)}"):
        DocumentText.objects.filter(pk=number, state="waiting").update(state="failed", refused=[error])


def _told(made: Sequence[DocumentText], queue: Queue) -> bool:
    """Whether readings are to be read at once; if not, the queue is told of them."""
    if sum(len(reading.text) for reading in made) <= AT_ONCE and not settings.READER:
        return True
    for reading in made:
        queue(reading)
    return False


def _finished(made: Sequence[DocumentText]) -> list[DocumentText]:
    """Readings, read now: after what they are of is stored, so that nobody waits to write while they are read."""
    for reading in made:
        read_waiting(reading.pk)
        reading.refresh_from_db()
    return list(made)


def _opened(name: str, raw: bytes, given: Given, faults: list[Fault], *, undated: bool) -> Opened | None:
    try:
        found = open_bytes(raw, name, given, most_pages=MOST_PAGES)
        _storable(name, found.text)
    except FaultyInput as error:
        faults.extend(error.faults)
        return None
    if found.published is None and not undated:
        faults.append(Fault(name, 0, "", "", "says no date of its own: give it, or say that it is not known",
                            "no-date"))
    return found


def _storable(name: str, text: str) -> None:
    """Raise FaultyInput for a text that no database can hold, which only odd encodings give."""
    if _UNSTORABLE.search(text):
        raise FaultyInput([Fault(name, 0, "", "", "unknown encoding: the text holds characters that are none",
                                 "encoding")])


def _known(case: CaseFile, raws: Sequence[tuple[str, bytes]]) -> Iterator[Fault]:
    """A fault for each file that the case has, or that comes twice."""
    digests = [hashlib.sha256(raw).hexdigest() for _, raw in raws]
    standing = dict(Document.objects.filter(case=case, withdrawn_at__isnull=True, sha256__in=digests).values_list(
        "sha256", "key"))
    for number, ((name, _), digest) in enumerate(zip(raws, digests, strict=True)):
        if digest in standing:
            yield Fault(name, 0, "", "", f"is document {standing[digest]} of the case already", "known")
        elif digest in digests[:number]:
            yield Fault(name, 0, "", "", f"is the same file as {raws[digests.index(digest)][0]}", "twice")


def _taken(actor: Account, case: CaseFile, name: str, raw: bytes, found: Opened, kind: str) -> DocumentText:
    document = add_document(actor=actor, case=case, key=next_key(case, "sources"), title=_line(found.title, 300),
                            kind=kind, publisher=_line(found.publisher, 200), dated=found.published,
                            file=io.BytesIO(raw), file_name=name)
    return _text(actor, document, found)


def _text(actor: Account, document: Document, found: Opened) -> DocumentText:
    return DocumentText.objects.create(
        case=document.case, document=document, text=found.text, read_by=actor,
        published_why=_line(found.published_why, 1000), publisher_why=_line(found.publisher_why, 1000))


def _line(text: str, most: int) -> str:
    return " ".join(_UNSTORABLE.sub("\ufffd", text).split())[:most]


def _read(reading: DocumentText) -> tuple[Sequence[Proposal], list[str]]:
    """What the readers propose of a text, and what of it was refused."""
    found = read_documents([document_to_read(reading)], _readers())
    refused = [_UNSTORABLE.sub("\ufffd", why) for why in found.refused]
    if len(found.proposals) > MOST_PROPOSALS:
        refused.append(f"only the first {MOST_PROPOSALS:,} of {len(found.proposals):,} proposals are kept: read the "
                       "document in parts")
    return found.proposals[:MOST_PROPOSALS], refused


def _keep(reading: DocumentText, proposals: Sequence[Proposal], refused: list[str]) -> None:
    ReadProposal.objects.bulk_create((row_of(proposal, reading, number)
                                      for number, proposal in enumerate(proposals, start=1)), batch_size=500)
    reading.state, reading.refused = "read", refused
    reading.reader = ", ".join(reader.name for reader in _readers())[:200]
    reading.save()


def _readers() -> Sequence[Reader]:
    rules = _Guarded(RuleReader())
    return (rules,) if not settings.READER else (rules, _Guarded(_plugged(settings.READER)))


def _plugged(address: str) -> Any:
    """The reader that the register's settings name."""
    module, _, name = address.partition(":")
    try:
        found: Any = getattr(import_module(module), name)
        return found() if isinstance(found, type) else found
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise NotPossible(f"HOMEWARD_READER={address} names no reader ({type(error).__name__})") from error


class _Guarded:
    """A reader of whom is said what goes wrong in it, so that what it has proposed before, and others, stays."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.name = str(getattr(reader, "name", type(reader).__name__))

    def read(self, document: Opened) -> Iterable[Proposal]:
        """What it proposes."""
        try:
            yield from self._reader.read(document)
        except HomewardError:
            raise
        except Exception as error:
            raise ReaderFailed(f"the reader failed ({type(error).__name__})") from error
