"""Family trees of genealogists in GEDCOM files (5.5.1, 7): read, written, made into families of the missing."""

from homeward.formats.gedcom.dates import DateKind, GedcomDate, parse_date
from homeward.formats.gedcom.kin import GedcomKin, Reach, Relative, gedcom_family
from homeward.formats.gedcom.making import gedcom_of, without_living
from homeward.formats.gedcom.reading import gedcom_from, read_gedcom
from homeward.formats.gedcom.relations import Side
from homeward.formats.gedcom.values import (
    Descent,
    Gedcom,
    GedcomFamily,
    GedcomLine,
    GedcomName,
    GedcomParents,
    GedcomPerson,
)
from homeward.formats.gedcom.writing import write_gedcom

__all__ = [
    "DateKind", "Descent", "Gedcom", "GedcomDate", "GedcomFamily", "GedcomKin", "GedcomLine", "GedcomName",
    "GedcomParents", "GedcomPerson", "Reach", "Relative", "Side", "gedcom_family", "gedcom_from", "gedcom_of",
    "parse_date", "read_gedcom", "without_living", "write_gedcom",
]
