"""The files of Familias, in which laboratories keep pedigrees and disaster victims: read, written, made into cases."""

from homeward.formats.familias.case import familias_case, read_familias_case
from homeward.formats.familias.reading import read_familias
from homeward.formats.familias.values import (
    FamiliasDatabase,
    FamiliasDvi,
    FamiliasFamily,
    FamiliasFile,
    FamiliasGenotype,
    FamiliasLocus,
    FamiliasMutation,
    FamiliasPedigree,
    FamiliasPerson,
    FamiliasRelation,
    FamiliasSetting,
)
from homeward.formats.familias.writing import write_familias

__all__ = [
    "FamiliasDatabase", "FamiliasDvi", "FamiliasFamily", "FamiliasFile", "FamiliasGenotype", "FamiliasLocus",
    "FamiliasMutation", "FamiliasPedigree", "FamiliasPerson", "FamiliasRelation", "FamiliasSetting", "familias_case",
    "read_familias", "read_familias_case", "write_familias",
]
