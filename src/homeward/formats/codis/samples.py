"""From the specimens of a CMF file to remains and reference samples, by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from homeward.formats.codis.values import CmfImport, Specimen
from homeward.formats.reported_loci import LocusReader, ReportedLocus
from homeward.model import FaultyInput, FrequencyTable, Profile, Remains, RemainsSample, Sex
from homeward.model.lineage import YProfile

__all__ = ["CATEGORY_OF", "CmfReference", "CmfSamples", "Relation", "cmf_samples"]

REMAINS = "Unidentified Person"


class Relation(StrEnum):
    """Whose DNA a reference sample holds, as seen from the missing person."""

    SELF = "the missing person"
    MOTHER = "mother"
    FATHER = "father"
    SIBLING = "sibling"
    CHILD = "child"
    SPOUSE = "spouse"
    MATERNAL = "maternal relative"
    PATERNAL = "paternal relative"
    ALLEGED_MOTHER = "alleged mother"
    ALLEGED_FATHER = "alleged father"
    DECEASED = "a known person who has died"


CATEGORY_OF = {
    Relation.SELF: "Missing Person", Relation.MOTHER: "Biological Mother", Relation.FATHER: "Biological Father",
    Relation.SIBLING: "Biological Sibling", Relation.CHILD: "Biological Child", Relation.SPOUSE: "Spouse",
    Relation.MATERNAL: "Maternal Relative", Relation.PATERNAL: "Paternal Relative",
    Relation.ALLEGED_MOTHER: "Alleged Mother", Relation.ALLEGED_FATHER: "Alleged Father", Relation.DECEASED: "Deceased",
}
_RELATIONS = {category: relation for relation, category in CATEGORY_OF.items()}


@dataclass(frozen=True, slots=True)
class CmfReference:
    """A reference sample: ``relation`` of its donor to the missing person of ``case`` (None: not recorded)."""

    sample: str
    relation: Relation
    case: str | None

    @property
    def kind(self) -> str:
        """The word of the case folder: DNA of the missing person himself is of a personal item."""
        return "personal item" if self.relation is Relation.SELF else "relative"


@dataclass(frozen=True, slots=True)
class CmfSamples:
    """What a CMF file holds for the missing. Samples bear the specimens' ids, and so do the remains.

    ``sexes``: by sample, where amelogenin shows one. ``set_aside``: specimens of other categories (suspects, staff,
    mixtures …). ``notes``: what was guessed, and what is not used.
    """

    remains: tuple[Remains, ...]
    remains_samples: tuple[RemainsSample, ...]
    references: tuple[CmfReference, ...]
    profiles: tuple[Profile, ...]
    y_profiles: tuple[YProfile, ...]
    sexes: Mapping[str, Sex] = field(default_factory=dict)
    set_aside: tuple[Specimen, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)


def cmf_samples(
    file: CmfImport, frequencies: FrequencyTable | None = None, *, partial_homozygotes: bool = False, name: str = "CMF",
) -> CmfSamples:
    """Remains and reference samples of a CMF file, with genotypes and Y haplotypes.

    Each specimen of the category Unidentified Person becomes remains of its own: nothing in the file says that two are
    of one person. An allele written once is doubled on an autosome, never on the Y. In a specimen marked partial it
    may stand beside one that was lost, and the genotype is a partial one.

    Args: ``file``; ``frequencies``, whose marker names and alleles hold, None for the names of CODIS;
    ``partial_homozygotes``, to double the one allele of partial specimens as well; ``name`` of the file in faults.

    Returns the samples. Raises FaultyInput where one specimen has a marker under two names (TH01, THO1).
    """
    reader = LocusReader(name, frequencies)
    remains, references, profiles, y_profiles, aside = [], [], [], [], []
    sexes: dict[str, Sex] = {}
    for specimen in file.specimens:
        if specimen.category != REMAINS and specimen.category not in _RELATIONS:
            aside.append(specimen)
            continue
        typed = reader.typed(specimen.id, _loci(specimen, partial_homozygotes))
        if typed.sex is not Sex.UNKNOWN:
            sexes[specimen.id] = typed.sex
        profiles.append(typed.profile)
        if typed.y_profile is not None:
            y_profiles.append(typed.y_profile)
        if specimen.category == REMAINS:
            remains.append(Remains(specimen.id, typed.sex, description=_description(specimen)))
        else:
            references.append(CmfReference(specimen.id, _RELATIONS[specimen.category], specimen.case or None))
    if reader.faults:
        raise FaultyInput(reader.faults)
    return CmfSamples(tuple(remains), tuple(RemainsSample(r.id, r.id) for r in remains), tuple(references),
                      tuple(profiles), tuple(y_profiles), sexes, tuple(aside),
                      (*file.notes, *reader.notes, *_notes(file, aside)))


def _loci(specimen: Specimen, partial_homozygotes: bool) -> tuple[ReportedLocus, ...]:
    complete = partial_homozygotes or not specimen.partial
    return tuple(ReportedLocus(locus.name, tuple(a.value for a in locus.alleles), complete) for locus in specimen.loci)


def _description(specimen: Specimen) -> str:
    case = f"case {specimen.case}" if specimen.case else ""
    return "; ".join(text for text in (case, specimen.comment or "") if text)


def _notes(file: CmfImport, aside: list[Specimen]) -> list[str]:
    notes = [f"{category} is not a category of the missing: {times} set aside"
             for category, times in Counter(specimen.category for specimen in aside).items()]
    unused = {specimen.id for specimen in aside}
    required = sum(any(a.required for locus in specimen.loci for a in locus.alleles)
                   for specimen in file.specimens if specimen.id not in unused)
    if required:
        notes.append(f"{required} specimens mark alleles as required, as one does in mixtures; this is not used")
    return notes
