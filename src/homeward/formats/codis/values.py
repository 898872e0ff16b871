"""What a CMF file says, in frozen values that check themselves.

``specimen`` is the format's word: one record of DNA, of remains or of a living person. Times are kept as they are
written (xs:dateTime), since no type of Python holds all digits that a laboratory may write.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from homeward.formats.codis.limits import MOST_ALLELES, MOST_LOCI, SOURCE_ANSWERS, VERSIONS, wrong_text
from homeward.formats.markup import as_instant
from homeward.model import InvalidValue

__all__ = ["Allele", "CmfImport", "Locus", "Specimen", "wrong_time"]

_AFTER, _BEFORE = datetime.datetime(1900, 1, 1), datetime.datetime(2079, 6, 6)


def wrong_time(text: str) -> str | None:
    """What is wrong with a date and time, as a phrase; None where nothing is."""
    instant = as_instant(text)
    if instant is None:
        return "must be a date and time such as 2024-05-01T09:30:00"
    return None if _AFTER < instant.replace(tzinfo=None) < _BEFORE else "must be after 1900-01-01 and before 2079-06-06"


def _check(record: str, version: str, **texts: str | None) -> None:
    for name, text in texts.items():
        if text is None:
            continue
        why = wrong_text(name, text, version)
        if why is None and text != text.strip():
            why = "must have no blanks around it"
        if why is not None:
            raise InvalidValue(record, name, text, why)


def _check_time(record: str, name: str, text: str) -> None:
    why = wrong_time(text)
    if why is not None:
        raise InvalidValue(record, name, text, why)


def _check_count(record: str, name: str, count: int, most: int) -> None:
    if count > most:
        raise InvalidValue(record, name, count, f"must not be more than {most}")


def _check_once(record: str, name: str, values: Iterable[str]) -> None:
    for value, times in Counter(values).items():
        if times > 1:
            raise InvalidValue(record, name, value, "must be given once")


def _moment(text: str) -> datetime.datetime:
    instant = as_instant(text)
    if instant is None:
        raise InvalidValue("CMF", "time", text, "must be a date and time")
    return instant


@dataclass(frozen=True, slots=True)
class Allele:
    """One allele as it was called: 9.3, X, <6 (below the ladder); ``required``: it must be found in a match."""

    value: str
    required: bool = False

    def __post_init__(self) -> None:
        _check("allele", "3.3", ALLELEVALUE=self.value)


@dataclass(frozen=True, slots=True)
class Locus:
    """The alleles called at one locus, by whom and when; ``batch`` and ``kit`` where they differ from the file's.

    A homozygote is one allele written once. No allele at all: the laboratory reports no result.
    """

    name: str
    read_by: str
    read_at: str
    alleles: tuple[Allele, ...] = ()
    batch: str | None = None
    kit: str | None = None

    def __post_init__(self) -> None:
        _check(self.name, "3.3", LOCUSNAME=self.name, READINGBY=self.read_by, BATCHID=self.batch, KIT=self.kit)
        _check_time(self.name, "READINGDATETIME", self.read_at)
        _check_count(self.name, "ALLELE", len(self.alleles), MOST_ALLELES)

    @property
    def read_time(self) -> datetime.datetime:
        """When it was read, to the microsecond."""
        return _moment(self.read_at)


@dataclass(frozen=True, slots=True)
class Specimen:
    """One specimen: its category says whose DNA it is.

    ``source_identified``: Yes, No or N/A; ``case``: the case that the laboratory keeps it under; ``partial``: whether
    the profile is partial.
    """

    id: str
    category: str
    loci: tuple[Locus, ...]
    comment: str | None = None
    source_identified: str | None = None
    case: str | None = None
    partial: bool | None = None

    def __post_init__(self) -> None:
        _check(self.id, "3.3", SPECIMENID=self.id, SPECIMENCATEGORY=self.category, SPECIMENCOMMENT=self.comment,
               CASEID=self.case)
        if self.source_identified not in (None, *SOURCE_ANSWERS):
            raise InvalidValue(self.id, "SOURCEID", self.source_identified,
                               f"must be one of {', '.join(SOURCE_ANSWERS)}")
        if not self.loci:
            raise InvalidValue(self.id, "LOCUS", 0, "must be at least one")
        _check_count(self.id, "LOCUS", len(self.loci), MOST_LOCI["3.3"])
        _check_once(self.id, "LOCUSNAME", (locus.name for locus in self.loci))


@dataclass(frozen=True, slots=True)
class CmfImport:
    """All that a CMF file says: the letter's head, and the specimens.

    ``notes`` are the guesses made in reading it, no part of its content; ``schema_location`` is the attribute of that
    name. Raises InvalidValue for what the version does not allow.
    """

    destination: str
    source: str
    submitted_by: str
    submitted_at: str
    specimens: tuple[Specimen, ...]
    version: str = "3.3"
    batch: str | None = None
    kit: str | None = None
    schema_location: str | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if self.version not in VERSIONS:
            raise InvalidValue("CMF", "HEADERVERSION", self.version, f"must be one of {', '.join(VERSIONS)}")
        _check("CMF", self.version, DESTINATIONORI=self.destination, SOURCELAB=self.source,
               SUBMITBYUSERID=self.submitted_by, BATCHID=self.batch, KIT=self.kit)
        _check_time("CMF", "SUBMITDATETIME", self.submitted_at)
        if not self.specimens:
            raise InvalidValue("CMF", "SPECIMEN", 0, "must be at least one")
        _check_once("CMF", "SPECIMENID", (specimen.id for specimen in self.specimens))
        for specimen in self.specimens:
            _check(specimen.id, self.version, SPECIMENCATEGORY=specimen.category)
            _check_count(specimen.id, "LOCUS", len(specimen.loci), MOST_LOCI[self.version])

    @property
    def submitted_time(self) -> datetime.datetime:
        """When it was submitted, to the microsecond."""
        return _moment(self.submitted_at)
