"""The one place where rows of the register become values of the science, and values rows."""

from casework.store.bridge.book import (
    BOOK,
    BookTable,
    basis_of,
    book_of,
    part_of_book,
    roster_entries_of,
    rows_of_book,
    said_by_row,
    table_of,
)
from casework.store.bridge.differences import Changed, Differences, differences_of, key_of, merged
from casework.store.bridge.layout import KINDS, LAYOUT
from casework.store.bridge.limits import faults_of_limits
from casework.store.bridge.plain import to_plain
from casework.store.bridge.reading import (
    Stored,
    case_of,
    family_of,
    frequencies_of,
    laboratory_of,
    profile_of,
    records_of,
)
from casework.store.bridge.searching import folded, search_text_of
from casework.store.bridge.writing import columns_of, members_of, rows_of, sets_of, settings_of

__all__ = [
    "BOOK",
    "KINDS",
    "LAYOUT",
    "BookTable",
    "Changed",
    "Differences",
    "Stored",
    "basis_of",
    "book_of",
    "case_of",
    "columns_of",
    "differences_of",
    "family_of",
    "faults_of_limits",
    "folded",
    "frequencies_of",
    "key_of",
    "laboratory_of",
    "members_of",
    "merged",
    "part_of_book",
    "profile_of",
    "records_of",
    "roster_entries_of",
    "rows_of",
    "rows_of_book",
    "said_by_row",
    "search_text_of",
    "sets_of",
    "settings_of",
    "table_of",
    "to_plain",
]
