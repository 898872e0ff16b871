"""Forms of pedigrees, samples and profiles, written as people write them down: a line for each."""

from __future__ import annotations

from typing import Any

from django import forms

from casework.queries.remains import element_by_key
from casework.web.forms.fields import PartialDateField, area, choices
from casework.web.forms.records import RecordForm
from homeward.model import (
    CERTAIN,
    Family,
    FaultyInput,
    Genotype,
    HomewardError,
    Laboratory,
    Member,
    Profile,
    Sex,
)
from homeward.model.lineage import MitoProfile, YProfile

__all__ = ["FamilyForm", "ProfileForm", "ReferenceSampleForm", "SampleForm", "lines_of_family", "lines_of_profile"]

_HEADS = ("member", "father", "mother", "sex", "person")
_RATES = ("dropout", "dropout_homozygote", "dropin", "error")


class FamilyForm(RecordForm):
    """A pedigree, a line for each member."""

    members = forms.CharField(widget=area(9), max_length=50_000, help_text=(
        "A line for each member: name in the pedigree; father; mother; sex; number on the roster. Whoever has no "
        "parents in the pedigree has two blanks: father;;;male;"))

    def family(self, key: str) -> Family:
        """The pedigree; raises InvalidValue, FaultyInput for one that no family can have."""
        return Family(key, tuple(self.cleaned_data["members"]))

    def clean_members(self) -> list[Member]:
        """The members, line by line."""
        found = []
        for number, line in enumerate(self.cleaned_data["members"].splitlines(), 1):
            if line.strip():
                cells = [cell.strip() or None for cell in line.split(";")] + [None] * len(_HEADS)
                name, father, mother, sex, person, *more = cells[:len(_HEADS) + 1]
                if name is None or line.count(";") >= len(_HEADS) or any(more):
                    raise forms.ValidationError(f"Line {number}: must be {'; '.join(_HEADS)}.")
                found.append(_member(number, name, father, mother, sex, person))
        return found


class _LaboratoryForm(RecordForm):
    """A sample with the rates of its laboratory."""

    dropout = forms.FloatField(label="Drop-out", required=False, min_value=0, max_value=0.999, help_text=(
        "Of one allele of a heterozygote, as the laboratory found it; empty: none."))
    dropout_homozygote = forms.FloatField(label="Drop-out of a homozygote", required=False, min_value=0,
                                          max_value=0.999)
    dropin = forms.FloatField(label="Drop-in", required=False, min_value=0, max_value=0.999)
    error = forms.FloatField(label="Error", required=False, min_value=0, max_value=0.999)

    def laboratory(self) -> Laboratory:
        """The rates; raises InvalidValue."""
        said = {name: self.cleaned_data[name] for name in _RATES}
        if all(value is None for value in said.values()):
            return CERTAIN
        return Laboratory(said["dropout"] or 0.0, said["dropout_homozygote"], said["dropin"] or 0.0,
                          said["error"] or 0.0)

    def values(self) -> dict[str, Any]:
        """The sample without its rates."""
        return {name: value for name, value in super().values().items() if name not in _RATES}


class SampleForm(_LaboratoryForm):
    """A sample cut from remains."""

    element = forms.CharField(required=False, max_length=120, help_text="Key of the element that it was cut from.")
    by_key = {**RecordForm.by_key, "element": element_by_key}  # noqa: RUF012  as Django's forms declare their own
    field_order = ("key", "element", *_RATES)


class ReferenceSampleForm(_LaboratoryForm):
    """A sample that a relative gave, or that was taken from a personal item."""

    member = forms.CharField(max_length=120, help_text="Which member of the pedigree it is of.")
    kind = forms.ChoiceField(choices=choices(("relative", "personal item")))
    taken = PartialDateField(required=False)
    field_order = ("key", "member", "kind", "taken", *_RATES)


class ProfileForm(RecordForm):
    """What a laboratory reported of a sample."""

    kind = forms.ChoiceField(choices=[("str", "STR genotypes"), ("y", "Y-STR haplotype"), ("mito", "mtDNA haplotype")])
    markers = forms.CharField(label="Markers", required=False, widget=area(12), max_length=20_000, help_text=(
        "Of STR and Y-STR: a line for each marker, as D3S1358 15/16, D3S1358 15/? where one allele is not known, "
        "DYS385 11-14."))
    ranges = forms.CharField(label="Ranges read", required=False, max_length=2000,
                             help_text="Of mtDNA: 16024-16365 73-340")
    differences = forms.CharField(label="Differences from the rCRS", required=False, widget=area(3), max_length=8000,
                                  help_text="Of mtDNA: 263G 315.1C 16189C; empty: none.")

    def __init__(self, *args: Any, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("key", None)  # a profile bears its sample's
        if kind:
            self.fields["kind"].widget = forms.HiddenInput()

    def profile(self, sample: str) -> Profile | MitoProfile | YProfile:
        """The profile; raises InvalidValue, FaultyInput."""
        said = self.cleaned_data
        if said["kind"] == "mito":
            return MitoProfile.parse(sample, said["ranges"], said["differences"])
        if said["kind"] == "y":
            return YProfile.parse(sample, dict(said["markers"]))
        return Profile(sample, {marker: _genotype(alleles) for marker, alleles in said["markers"]})

    def clean_markers(self) -> list[tuple[str, str]]:
        """Marker and alleles, line by line."""
        found: dict[str, str] = {}
        for number, line in enumerate(self.cleaned_data["markers"].splitlines(), 1):
            if line.strip():
                marker, _, alleles = line.strip().partition(" ")
                if not alleles.strip() or marker in found:
                    raise forms.ValidationError(f"Line {number}: must be a marker, a blank and its alleles, once each.")
                found[marker] = alleles.strip()
        return list(found.items())

    def clean(self) -> dict[str, Any]:
        """Something of the kind must be there."""
        cleaned = super().clean()
        if cleaned.get("kind") in ("str", "y") and not cleaned.get("markers") and "markers" not in self.errors:
            self.add_error("markers", "At least one marker must be given.")
        return cleaned


def lines_of_family(family: Family) -> str:
    """A pedigree as the form has it."""
    return "\n".join(";".join((m.id, m.father or "", m.mother or "", m.sex.value, m.person or ""))
                     for m in family.members)


def lines_of_profile(said: Profile | MitoProfile | YProfile) -> dict[str, str]:
    """A profile as the form has it."""
    if isinstance(said, MitoProfile):
        return {"kind": "mito", "ranges": said.ranges_text, "differences": said.differences_text}
    if isinstance(said, YProfile):
        return {"kind": "y", "markers": "\n".join(f"{m} {'-'.join(a)}" for m, a in said.haplotype.items())}
    return {"kind": "str", "markers": "\n".join(f"{m} {g}" for m, g in said.genotypes.items())}


def _member(number: int, name: str, father: str | None, mother: str | None, sex: str | None,
            person: str | None) -> Member:
    try:
        return Member(name, father, mother, Sex(sex or Sex.UNKNOWN.value), person)
    except ValueError as error:
        raise forms.ValidationError(f"Line {number}: sex must be one of {', '.join(s.value for s in Sex)}.") from error
    except FaultyInput as error:
        raise forms.ValidationError([f"Line {number}: {fault.allowed}" for fault in error.faults]) from error
    except HomewardError as error:
        raise forms.ValidationError(f"Line {number}: {error}") from error


def _genotype(text: str) -> Genotype:
    """``15/16``, ``15/?`` (one allele is not known), ``15`` (one allele only: a man's X)."""
    first, slash, second = (part.strip() for part in text.replace(",", "/").partition("/"))
    if not slash:
        return Genotype(first, None, hemizygous=True)
    return Genotype(first, None if second == "?" else second)
