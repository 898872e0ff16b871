"""What NIEM Core says of persons, organizations, sites and software, as far as DNA records use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from homeward.formats.niem.mapping import Element, NiemObject
from homeward.model import Sex

__all__ = [
    "Contact", "Entity", "Identification", "Location", "NiemDate", "Organization", "Person", "PersonName", "Site",
    "Software", "sex_of",
]

_SEXES = {"male": Sex.MALE, "m": Sex.MALE, "female": Sex.FEMALE, "f": Sex.FEMALE}


def sex_of(*words: str | None) -> Sex:
    """The sex that one of the words names."""
    return next((_SEXES[w.strip().casefold()] for w in words if w and w.strip().casefold() in _SEXES), Sex.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification(NiemObject):
    """An id with the words that say what it is the id of: "DNA Profile ID", "Case ID"."""

    id: Annotated[str | None, Element("nc:IdentificationID")] = None
    category: Annotated[str | None, Element("nc:IdentificationCategoryText")] = None
    description: Annotated[str | None, Element("nc:IdentificationCategoryDescriptionText")] = None

    @property
    def kind(self) -> str:
        """The words; "" where there are none."""
        return self.description or self.category or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NiemDate(NiemObject):
    """A date, as precise as it is known."""

    date: Annotated[str | None, Element("nc:Date", form="instant")] = None
    date_time: Annotated[str | None, Element("nc:DateTime", form="instant")] = None
    year: Annotated[str | None, Element("nc:Year")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonName(NiemObject):
    """A name."""

    given: Annotated[tuple[str, ...], Element("nc:PersonGivenName")] = ()
    surname: Annotated[str | None, Element("nc:PersonSurName")] = None
    full: Annotated[str | None, Element("nc:PersonFullName")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(NiemObject):
    """A person."""

    born: Annotated[NiemDate | None, Element("nc:PersonBirthDate")] = None
    ethnicity: Annotated[str | None, Element("nc:PersonEthnicityText")] = None
    name: Annotated[PersonName | None, Element("nc:PersonName")] = None
    identifications: Annotated[tuple[Identification, ...], Element("nc:PersonOtherIdentification")] = ()
    sex_code: Annotated[str | None, Element("nc:PersonSexCode")] = None
    sex_text: Annotated[str | None, Element("nc:PersonSexText")] = None

    @property
    def sex(self) -> Sex:
        """The sex that is recorded."""
        return sex_of(self.sex_code, self.sex_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(NiemObject):
    """How to reach someone."""

    description: Annotated[str | None, Element("nc:ContactInformationDescriptionText")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(NiemObject):
    """An organization: a laboratory, by its name or code."""

    category: Annotated[str | None, Element("nc:OrganizationCategoryText")] = None
    identification: Annotated[Identification | None, Element("nc:OrganizationIdentification")] = None
    name: Annotated[str | None, Element("nc:OrganizationName")] = None
    contact: Annotated[Contact | None, Element("nc:OrganizationPrimaryContactInformation")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(NiemObject):
    """Who did something: an organization or a person."""

    organization: Annotated[Organization | None, Element("nc:EntityOrganization")] = None
    person: Annotated[Person | None, Element("nc:EntityPerson")] = None

    @property
    def label(self) -> str:
        """The first name or id by which the entity is called; "" where there is none."""
        person, organization = self.person, self.organization
        given: list[str | None] = []
        if person is not None:
            given += [i.id for i in person.identifications] + [person.name.full if person.name else None]
        if organization is not None:
            given += [organization.name, organization.identification.id if organization.identification else None]
        return next((label for label in given if label), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(NiemObject):
    """A place."""

    description: Annotated[str | None, Element("nc:LocationDescriptionText")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(NiemObject):
    """Where something was done."""

    location: Annotated[Location | None, Element("nc:SiteLocation")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Software(NiemObject):
    """A program, with who made it and its version."""

    name: Annotated[str | None, Element("nc:SoftwareName")] = None
    vendor: Annotated[str | None, Element("nc:SoftwareVendorName")] = None
    version: Annotated[str | None, Element("nc:SoftwareVersionText")] = None
