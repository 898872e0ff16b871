"""From DNA records to typed samples: what of a record is compared, and what is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from homeward.formats.niem.people import sex_of
from homeward.formats.niem.values import DnaAllele, DnaEncoding, DnaLocus, DnaRecord, MitoData
from homeward.formats.reported_loci import LocusReader, ReportedLocus, TypedSample
from homeward.model import Fault, FaultyInput, FrequencyTable, Profile, Sex
from homeward.model.lineage import MitoProfile, YProfile

__all__ = ["RecordReader", "Typing"]

_REFERENCES = ("rcrs", "nc_012920", "cambridge")


@dataclass(frozen=True, slots=True)
class Typing:
    """One sample of a record; ``sex`` as amelogenin shows it."""

    sample: str
    profile: Profile
    y_profile: YProfile | None
    mito_profile: MitoProfile | None
    sex: Sex

    def renamed(self, sample: str) -> Typing:
        """The same under another name."""
        return Typing(sample, replace(self.profile, sample=sample),
                      None if self.y_profile is None else replace(self.y_profile, sample=sample),
                      None if self.mito_profile is None else replace(self.mito_profile, sample=sample), self.sex)


class RecordReader:
    """Reads records into samples, each of a name of its own, and collects faults and notes."""

    def __init__(self, file: str, frequencies: FrequencyTable) -> None:
        self._file, self._frequencies = file, frequencies
        self._loci = LocusReader(file, frequencies)
        self._taken: set[str] = set()
        self._notes: dict[str, int] = {}
        self._faults: list[Fault] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What was guessed or left out, each with how often."""
        own = (f"{text} ({times} times)" if times > 1 else text for text, times in self._notes.items())
        return (*self._loci.notes, *own)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults so far."""
        return (*self._loci.faults, *self._faults)

    def name(self, wanted: str) -> str:
        """A name that no other sample has."""
        name, n = wanted, 1
        while name in self._taken:
            n += 1
            name = f"{wanted} ({n})"
        self._taken.add(name)
        return name

    def typings(self, record: DnaRecord, number: int) -> tuple[Typing, ...]:
        """A sample for each encoding of a record, one without a result where there is none.

        ``number`` is the record's in the file, from 1.
        """
        label = record.label or f"record {number}"
        sex = sex_of(*(word for donor in record.donors for word in (donor.sex_code, donor.sex_text)))
        if not record.encodings:
            name = self.name(label)
            return (Typing(name, Profile(name), None, None, sex),)
        several = len(record.encodings) > 1
        return tuple(self._typing(self.name(f"{label}/{k + 1}" if several else label), encoding, sex)
                     for k, encoding in enumerate(record.encodings))

    def _note(self, text: str) -> None:
        self._notes[text] = self._notes.get(text, 0) + 1

    def _fault(self, sample: str, column: str, value: str, allowed: str, *, rule: str) -> None:
        self._faults.append(Fault(self._file, 0, column, value, f"({sample}) {allowed}", rule))

    def _typing(self, sample: str, encoding: DnaEncoding, sex: Sex) -> Typing:
        loci = encoding.str_data.loci if encoding.str_data is not None else ()
        typed: TypedSample = self._loci.typed(sample, self._reported(sample, loci), sex=sex)
        if Sex.UNKNOWN not in (sex, typed.sex) and sex is not typed.sex:
            self._fault(sample, "nc:PersonSexText", sex.value, f"must agree with amelogenin, which shows a "
                        f"{typed.sex.value}", rule="amelogenin-sex")
        if encoding.technology == "User-defined":
            self._note("a profile of a user-defined technology is read as if it were STRs or mtDNA")
        if encoding.low_template:
            self._note("a profile of low template; its loci are taken as their quality says")
        mito = None if encoding.mito_data is None else self._mito(sample, encoding.mito_data)
        return Typing(sample, typed.profile, typed.y_profile, mito, typed.sex if typed.sex is not Sex.UNKNOWN else sex)

    def _reported(self, sample: str, loci: Iterable[DnaLocus]) -> Iterator[ReportedLocus]:
        x_linked = {m.name: m.x_linked for m in self._frequencies.markers}
        for locus in loci:
            if locus.quality == "Not Definitive":
                self._note(f"{locus.name} is not definitive, and is not compared")
                continue
            wanted = {"X-STR": True, "Autosomal": False}.get(locus.category)
            if wanted is not None and x_linked.get(locus.name, wanted) != wanted:
                self._fault(sample, "biom:DNALocusCategoryCode", locus.category, f"must agree with the frequencies of "
                            f"{locus.name}", rule="locus-category")
            if any(allele.required for allele in locus.alleles):
                self._note("alleles marked as required, as one does in mixtures; this is not used")
            alleles = tuple(called for called in map(_called, locus.alleles) if called)
            yield ReportedLocus(locus.name, alleles, complete=locus.quality == "Normal")

    def _mito(self, sample: str, data: MitoData) -> MitoProfile | None:
        reference = (data.reference or "").casefold()
        if reference and not any(name in reference for name in _REFERENCES):
            self._note(f"mtDNA against {data.reference}, which is not known to be the rCRS, is not compared")
            return None
        ranges = " ".join(f"{fragment.start}-{fragment.end}" for fragment in data.fragments)
        written = [_difference(p.site, p.offset, p.base) for f in data.fragments for p in f.polymorphisms]
        try:
            return MitoProfile.parse(sample, ranges, " ".join(dict.fromkeys(written)))
        except FaultyInput as error:
            self._faults += [Fault(self._file, 0, f.column, f.value, f"({sample}) {f.allowed}", f.rule)
                             for f in error.faults]
            return None


def _called(allele: DnaAllele) -> str:
    """An allele as one text; those that are not equal to a number of repeats are none, and are seen all the same."""
    call = allele.call or ""
    match allele.operator:
        case "AboveUpperLimit":
            return f">{call}"
        case "BelowLowerLimit":
            return f"<{call}"
        case "Range":
            return f"{call} to {allele.call_2 or '?'}"
    return call


def _difference(site: str | None, offset: str | None, base: str | None) -> str:
    """315 + 1 + C is 315.1C; what is not said is a question mark, which no difference has."""
    place = site or "?"
    if offset is not None and offset.strip("+-0"):
        return f"{place}.{offset}{base or '?'}"
    return f"{place}{'DEL' if base == '-' else base or '?'}"
