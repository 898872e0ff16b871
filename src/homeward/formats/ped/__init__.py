"""Pedigree files (.ped) of LINKAGE, PLINK, Merlin and pedtools: read, written, made into families and cases."""

from homeward.formats.ped.case import ped_case, read_ped_case
from homeward.formats.ped.companions import PedCompanions
from homeward.formats.ped.people import PedPeople, ped_people
from homeward.formats.ped.reading import read_ped
from homeward.formats.ped.values import (
    ColumnKind,
    GenotypeForm,
    LinkageData,
    LinkageLocus,
    PedColumn,
    PedComment,
    PedFile,
    PedForm,
    PedGenotype,
    PedMarker,
    PedPerson,
)
from homeward.formats.ped.writing import ped_file, write_ped

__all__ = [
    "ColumnKind", "GenotypeForm", "LinkageData", "LinkageLocus", "PedColumn", "PedComment", "PedCompanions", "PedFile",
    "PedForm", "PedGenotype", "PedMarker", "PedPeople", "PedPerson", "ped_case", "ped_file", "ped_people", "read_ped",
    "read_ped_case", "write_ped",
]
