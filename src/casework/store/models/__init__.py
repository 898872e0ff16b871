"""The tables, by subject, behind one face."""

from casework.store.models.accounts import Account, ApiAnswer, ApiToken, Organisation
from casework.store.models.audit import AuditEntry
from casework.store.models.cases import CaseFile, FrequencySet, HaplotypeSet
from casework.store.models.claims import Claim, Party, Preference
from casework.store.models.custody import CustodyEvent
from casework.store.models.decisions import Decision, Proposal, Review, Telling
from casework.store.models.documents import Document
from casework.store.models.examinations import Examination
from casework.store.models.families import Consent, Contact, Family, FamilyMember, ReferenceSample
from casework.store.models.holdings import Access, Content, Holding, Operation, Payment
from casework.store.models.imports import ImportBatch
from casework.store.models.ledger import LedgerEntry, Lot
from casework.store.models.people import Alias, Person, StatusChange
from casework.store.models.places import Incident, Place
from casework.store.models.readings import DocumentText, ReadProposal, ReadRecord
from casework.store.models.records import Record, Revision
from casework.store.models.remains import Container, Element, Profile, Remains, RemainsSample, Transfer
from casework.store.models.runs import Run, RunInput, RunTile
from casework.store.models.talks import (
    AgendaItem,
    Agreement,
    Channel,
    ChannelEvent,
    Commitment,
    Delegation,
    Fulfilment,
    Meeting,
    MeetingEvent,
)

__all__ = ["Access", "Account", "AgendaItem", "Agreement", "Alias", "ApiAnswer", "ApiToken", "AuditEntry", "CaseFile",
           "Channel", "ChannelEvent", "Claim", "Commitment", "Consent", "Contact", "Container", "Content",
           "CustodyEvent", "Decision", "Delegation", "Document", "DocumentText", "Element", "Examination", "Family",
           "FamilyMember", "FrequencySet", "Fulfilment", "HaplotypeSet", "Holding", "ImportBatch", "Incident",
           "LedgerEntry", "Lot", "Meeting", "MeetingEvent", "Operation", "Organisation", "Party", "Payment", "Person",
           "Place", "Preference", "Profile", "Proposal", "ReadProposal", "ReadRecord", "Record", "ReferenceSample",
           "Remains", "RemainsSample", "Review", "Revision", "Run", "RunInput", "RunTile", "StatusChange", "Telling",
           "Transfer"]
