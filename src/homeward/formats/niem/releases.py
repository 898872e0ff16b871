"""The releases of NIEM whose Biometrics domain knows DNA records, and the codes that they list.

Sources: the sample files of the NIEM Biometrics community for NIEM 5.1 (2021), and the Biometrics domain of NIEM 6.0
(OASIS, 2025), whose elements and codes for DNA are those of the samples; the namespaces of 5.2 from its model.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "BASES", "CATEGORIES", "LOCUS_CATEGORIES", "MEMBER_STATUSES", "OPERATORS", "PEDIGREE_STATUSES", "QUALITIES",
    "RELEASES", "TECHNOLOGIES", "Release",
]

_NIEM = "http://release.niem.gov/niem/"
_OASIS = "https://docs.oasis-open.org/niemopen/ns/model/"


class Release(NamedTuple):
    """The namespaces of one release."""

    biom: str
    nc: str
    structures: str
    xsi: str = "http://www.w3.org/2001/XMLSchema-instance"


RELEASES = {
    "5.1": Release(f"{_NIEM}domains/biometrics/5.1/", f"{_NIEM}niem-core/5.0/", f"{_NIEM}structures/5.0/"),
    "5.2": Release(f"{_NIEM}domains/biometrics/5.2/", f"{_NIEM}niem-core/5.0/", f"{_NIEM}structures/5.0/"),
    "6.0": Release(f"{_OASIS}domains/biometrics/6.0/", f"{_OASIS}niem-core/6.0/", f"{_OASIS}structures/6.0/"),
}

CATEGORIES = (
    "Arrestee", "Asylee", "Consensual Sex Partner", "Control", "Convicted Offender", "Deportee", "Detainee",
    "Elimination", "Family Relative", "Forensic", "Immigration Applicant", "Immigration Sponsor", "Juvenile",
    "Known Suspected Terrorist", "Legal", "Missing Person", "Other", "Population", "Refugee", "Spouse", "Staff",
    "Suspect", "Training", "Unaccompanied Minor", "Unidentified Person", "Unspecified", "Victim", "Volunteer",
)
TECHNOLOGIES = ("STR", "mtDNA First Generation", "User-defined")
LOCUS_CATEGORIES = ("Autosomal", "X-STR", "Y-STR", "Other")
QUALITIES = ("Normal", "Not Definitive", "Partial", "Silent Allele")
OPERATORS = ("Equal", "AboveUpperLimit", "BelowLowerLimit", "Range")
PEDIGREE_STATUSES = ("Candidate", "Claimed", "Inconclusive", "Negated", "Unable to process", "Verified")
MEMBER_STATUSES = ("K", "S", "U")
BASES = tuple("-ABCDGHKMNRSTVWY")
