"""The room where documents are read, so that people may accept what they say: claims, meetings, commitments."""

from homeward.intake.beside import Beside, Relation, beside_known, repeats_of, saying_of
from homeward.intake.document import Document, Given, open_bytes, open_document
from homeward.intake.moments import Moment
from homeward.intake.output import reading_json, reading_page, summary_of
from homeward.intake.proposals import PLOVER_TYPES, Act, Kind, Mode, Proposal, Talk, check_verbatim
from homeward.intake.reader import Reader, Reading, RuleReader, of_kind, read_documents

__all__ = [
    "PLOVER_TYPES", "Act", "Beside", "Document", "Given", "Kind", "Mode", "Moment", "Proposal", "Reader", "Reading",
    "Relation", "RuleReader", "Talk", "beside_known", "check_verbatim", "of_kind", "open_bytes", "open_document",
    "read_documents", "reading_json", "reading_page", "repeats_of", "saying_of", "summary_of",
]
