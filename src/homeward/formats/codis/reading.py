"""Reading a CMF file: its grammar is closed, so that what is not of it is refused and all that is read is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from homeward.formats.codis.limits import (
    CATEGORIES,
    KITS,
    LOCI,
    MOST_ALLELES,
    MOST_LOCI,
    NAMESPACE,
    SOURCE_ANSWERS,
    VERSIONS,
    wrong_text,
)
from homeward.formats.codis.values import Allele, CmfImport, Locus, Specimen, wrong_time
from homeward.formats.markup import Faults, XmlElement, XmlStream, split_name

__all__ = ["read_cmf"]

_ROOT = "CODISImportFile"
_RAPID = "CODISRapidImportFile"
_SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_TIMES = ("SUBMITDATETIME", "READINGDATETIME")

# Each element's children in order; those that must be there, those that may be there often.
_HEADER = ("HEADERVERSION", "MESSAGETYPE", "DESTINATIONORI", "SOURCELAB", "SUBMITBYUSERID", "SUBMITDATETIME", "BATCHID",
           "KIT")
_ORDER = {
    _ROOT: (*_HEADER, "SPECIMEN"),
    "SPECIMEN": ("SPECIMENID", "SPECIMENCATEGORY", "SPECIMENCOMMENT", "LOCUS"),
    "LOCUS": ("LOCUSNAME", "READINGBY", "READINGDATETIME", "ALLELE"),
    "ALLELE": ("ALLELEVALUE",),
}
_OPTIONAL = ("BATCHID", "KIT", "SPECIMENCOMMENT", "ALLELE")
_OFTEN = ("SPECIMEN", "LOCUS", "ALLELE")
_ATTRIBUTES = {
    _ROOT: (_SCHEMA_LOCATION,), "SPECIMEN": ("SOURCEID", "CASEID", "PARTIAL"), "LOCUS": ("BATCHID", "KIT"),
    "ALLELE": ("ALLELEREQUIRED",),
}


def read_cmf(path: str | Path) -> CmfImport:
    """All that a CODIS import file (CMF 3.2 or 3.3) says.

    Blanks around values are taken off. Comments of XML and the spelling of what is equal (1 and true) are not kept.
    Categories, loci and kits that the published lists do not name are kept, and noted.

    Args: ``path`` of the file. Returns its content; writing and reading it again gives an equal value. Raises
    FaultyInput with all faults, each with its line: unknown elements and attributes, wrong order, values that do not
    fit their field, specimens and loci given twice.
    """
    faults = Faults(Path(path).name)
    with XmlStream(path, faults) as stream:
        root = stream.open()
        reader = _Reader(faults, _check_root(root, faults))
        for element in stream:
            reader.take(element)
    return reader.file(root)


def _check_root(root: XmlElement, faults: Faults) -> str:
    """The namespace of the file; stops for a file of another kind."""
    namespace, local = split_name(root.name)
    if local == _RAPID:
        raise faults.stop(root.line, local, namespace, "is a Rapid Import file, which is not read: it holds no missing "
                          "persons", rule="not-cmf")
    if local != _ROOT or namespace not in ("", NAMESPACE):
        raise faults.stop(root.line, local, namespace, f"must be {_ROOT} of {NAMESPACE}", rule="not-cmf")
    if not namespace:
        faults.note(f"the file names no namespace; read as {NAMESPACE}")
    return namespace


class _Reader:
    """Takes the children of the root one by one, and makes the file of them."""

    def __init__(self, faults: Faults, namespace: str) -> None:
        self._faults = faults
        self._namespace = namespace
        self._head: dict[str, str] = {}
        self._before = ""
        self._specimens: list[Specimen] = []
        self._lines: dict[str, int] = {}
        self._n_specimens = 0

    @property
    def _version(self) -> str:
        # A version that is at fault must not make faults of what the newest one allows.
        return self._head.get("HEADERVERSION", VERSIONS[-1])

    def take(self, element: XmlElement) -> None:
        """One child of the root."""
        name = self._known(element, _ROOT, self._before)
        if name is None:
            return
        self._before = name
        if name == "SPECIMEN":
            self._n_specimens += 1
            specimen = self._specimen(element)
            if specimen is not None:
                self._specimens.append(specimen)
            return
        text = self._text(element)
        if text is not None:
            self._head[name] = text
            self._check_named(name, text, KITS if name == "KIT" else None)

    def file(self, root: XmlElement) -> CmfImport:
        """The file; raises FaultyInput if there are faults."""
        given = self._attributes(root)
        faulty = {fault.column for fault in self._faults.found}
        for name in _HEADER:
            if name not in self._head and name not in faulty and name not in _OPTIONAL:
                self._faults.add(root.line, name, "", f"must stand in {_ROOT}", rule="missing")
        if not self._n_specimens:
            self._faults.add(root.line, "SPECIMEN", "", "must be at least one", rule="missing")
        self._faults.raise_found()
        head = self._head
        return CmfImport(
            destination=head["DESTINATIONORI"], source=head["SOURCELAB"], submitted_by=head["SUBMITBYUSERID"],
            submitted_at=head["SUBMITDATETIME"], specimens=tuple(self._specimens), version=head["HEADERVERSION"],
            batch=head.get("BATCHID"), kit=head.get("KIT"), schema_location=given.get(_SCHEMA_LOCATION),
            notes=self._faults.notes)

    def _specimen(self, element: XmlElement) -> Specimen | None:
        before = len(self._faults.found)
        texts, loci = self._parts(element)
        given = self._attributes(element)
        source = given.get("SOURCEID")
        if source is not None and source not in SOURCE_ANSWERS:
            self._faults.add(element.line, "SOURCEID", source, f"must be one of {', '.join(SOURCE_ANSWERS)}",
                             rule="choice")
        partial = self._boolean(element, "PARTIAL", given)
        self._check_text(element.line, "CASEID", given.get("CASEID"))
        self._check_count(element, "LOCUS", len(loci), MOST_LOCI[self._version])
        read = [self._locus(locus) for locus in loci]
        self._check_once(read, loci)
        name = texts.get("SPECIMENID")
        if name is not None and name in self._lines:
            self._faults.add(element.line, "SPECIMENID", name,
                             f"must be given once, and is in line {self._lines[name]}", rule="twice")
        self._lines.setdefault(name or "", element.line)
        if len(self._faults.found) > before or name is None:
            return None
        self._check_named("SPECIMENCATEGORY", texts["SPECIMENCATEGORY"], CATEGORIES)
        return Specimen(name, texts["SPECIMENCATEGORY"], tuple(locus for locus in read if locus is not None),
                        texts.get("SPECIMENCOMMENT"), source, given.get("CASEID"), partial)

    def _locus(self, element: XmlElement) -> Locus | None:
        before = len(self._faults.found)
        texts, alleles = self._parts(element)
        given = self._attributes(element)
        for name in ("BATCHID", "KIT"):
            self._check_text(element.line, name, given.get(name))
        self._check_count(element, "ALLELE", len(alleles), MOST_ALLELES)
        read = [self._allele(allele) for allele in alleles]
        if len(self._faults.found) > before:
            return None
        self._check_named("LOCUSNAME", texts["LOCUSNAME"], LOCI)
        self._check_named("KIT", given.get("KIT") or "", KITS)
        if not read:
            self._faults.note("a locus without an allele was read as one without a result")
        return Locus(texts["LOCUSNAME"], texts["READINGBY"], texts["READINGDATETIME"],
                     tuple(allele for allele in read if allele is not None), given.get("BATCHID"), given.get("KIT"))

    def _allele(self, element: XmlElement) -> Allele | None:
        texts, _ = self._parts(element)
        required = self._boolean(element, "ALLELEREQUIRED", self._attributes(element))
        value = texts.get("ALLELEVALUE")
        return None if value is None else Allele(value, bool(required))

    def _check_once(self, read: Sequence[Locus | None], elements: Sequence[XmlElement]) -> None:
        lines: dict[str, int] = {}
        for locus, element in zip(read, elements, strict=True):
            if locus is None:
                continue
            if locus.name in lines:
                self._faults.add(element.line, "LOCUSNAME", locus.name,
                                 f"must be given once for a specimen, and is in line {lines[locus.name]}", rule="twice")
            lines.setdefault(locus.name, element.line)

    def _parts(self, element: XmlElement) -> tuple[dict[str, str], list[XmlElement]]:
        """The texts of an element's children, and those children that may be there often."""
        parent = split_name(element.name)[1]
        texts: dict[str, str] = {}
        often: list[XmlElement] = []
        met: set[str] = set()
        before = ""
        if element.text.strip():
            self._faults.add(element.line, parent, element.text.strip(), "must hold elements", rule="mixed")
        for child in element.children:
            name = self._known(child, parent, before)
            if name is None:
                continue
            before = name
            met.add(name)
            if name in _OFTEN:
                often.append(child)
            else:
                text = self._text(child)
                if text is not None:
                    texts[name] = text
        for name in _ORDER[parent]:
            if name not in met and name not in _OPTIONAL:
                self._faults.add(element.line, name, "", f"must stand in {parent}", rule="missing")
        return texts, often

    def _known(self, element: XmlElement, parent: str, before: str) -> str | None:
        """The name of a child that may stand where it stands."""
        namespace, name = split_name(element.name)
        order = _ORDER[parent]
        if namespace != self._namespace or name not in order:
            self._faults.add(element.line, name, namespace, f"must be one of {', '.join(order)}, of the file's "
                             "namespace", rule="unknown-element")
            return None
        if name == before and name not in _OFTEN:
            self._faults.add(element.line, name, "", f"must be given once in {parent}", rule="twice")
            return None
        if before and order.index(name) < order.index(before):
            self._faults.add(element.line, name, "", f"must stand before {before}", rule="order")
            return None
        return name

    def _attributes(self, element: XmlElement) -> dict[str, str]:
        """The attributes that an element may have, without blanks around them."""
        allowed = _ATTRIBUTES.get(split_name(element.name)[1], ())
        given = {}
        for name, value in element.attributes:
            if name in allowed:
                given[name] = self._bare(value)
            else:
                self._faults.add(element.line, name, value, f"must be one of {', '.join(allowed) or 'none'}",
                                 rule="unknown-attribute")
        return given

    def _text(self, element: XmlElement) -> str | None:
        """The text of a child that holds one, checked; None where there is a fault."""
        name = split_name(element.name)[1]
        before = len(self._faults.found)
        self._attributes(element)
        text = self._bare(element.text)
        if element.children:
            self._faults.add(element.line, name, "", "must hold a text, and no elements", rule="unknown-element")
        elif name in _TIMES:
            why = wrong_time(text)
            if why is not None:
                self._faults.add(element.line, name, text, why, rule="time")
        elif name in ("HEADERVERSION", "MESSAGETYPE"):
            allowed = VERSIONS if name == "HEADERVERSION" else ("Import",)
            if text not in allowed:
                self._faults.add(element.line, name, text, f"must be {' or '.join(allowed)}", rule="choice")
        else:
            self._check_text(element.line, name, text)
        return text if len(self._faults.found) == before else None

    def _bare(self, text: str) -> str:
        bare = text.strip()
        if bare != text:
            self._faults.note("blanks around a value were taken off")
        return bare

    def _check_text(self, line: int, name: str, text: str | None) -> None:
        why = None if text is None else wrong_text(name, text, self._version)
        if why is not None:
            self._faults.add(line, name, text or "", why, rule="empty" if not text else "length")

    def _check_count(self, element: XmlElement, name: str, count: int, most: int) -> None:
        if count > most:
            self._faults.add(element.line, name, str(count), f"must not be more than {most}", rule="count")

    def _boolean(self, element: XmlElement, name: str, given: dict[str, str]) -> bool | None:
        if name not in given:
            return None
        if given[name] not in _BOOLEANS:
            self._faults.add(element.line, name, given[name], "must be true or false", rule="boolean")
        return _BOOLEANS.get(given[name])

    def _check_named(self, field: str, name: str, lists: dict[str, tuple[str, ...]] | None) -> None:
        """Note a name that the version's published list does not hold."""
        if lists is not None and name and name not in lists[self._version]:
            self._faults.note(f"{field} {name} is not in the published list of CMF {self._version}")
