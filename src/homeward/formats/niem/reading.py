"""Reading a NIEM message with DNA records and pedigrees."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from homeward.formats.markup import Faults, XmlElement, XmlStream, split_name
from homeward.formats.niem.mapping import Mapped, NiemObject, XmlAttribute, mapped_fields, wrong
from homeward.formats.niem.pedigrees import parents_of
from homeward.formats.niem.releases import RELEASES
from homeward.formats.niem.values import DnaRecord, NiemFile, Pedigree
from homeward.model import InvalidValue

__all__ = ["read_niem"]

_Shape = TypeVar("_Shape", bound=NiemObject)
_RECORD, _PEDIGREE = "biom:DNARecord", "biom:Pedigree"
_MOST_ELEMENTS = 500_000  # all of which may have to be kept
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_ELSEWHERE = ("structures:ref", "structures:uri")
_RELEASE_OF = {names.biom: release for release, names in RELEASES.items()}


def read_niem(path: str | Path) -> NiemFile:
    """All that a NIEM message with DNA says (Biometrics domain of NIEM 5.1, 5.2 or 6.0).

    Records and pedigrees stand right below the message's element, whatever that is called. Elements that no field
    stands for, and references to elements elsewhere, are kept as they stand, and noted; elements out of the schema's
    order are read, and noted. Comments of XML, blanks around texts and the spelling of what is equal are not kept.

    Args: ``path`` of the file, of at most 32 MB and 500,000 elements (some 1,200 profiles). Returns its content;
    writing and reading it again gives an equal value. Raises FaultyInput with all faults, each with its line.
    """
    faults = Faults(Path(path).name)
    with XmlStream(path, faults, most_elements=_MOST_ELEMENTS) as stream:
        message = _Message(stream.open(), faults)
        for element in stream:
            message.take(element)
    return message.file(tuple(stream.prefixes.items()))


class _Message:
    """Takes the children of the root one by one, and makes the file of them."""

    def __init__(self, root: XmlElement, faults: Faults) -> None:
        self._root, self._faults = root, faults
        self._release = _RELEASE_OF.get(split_name(root.name)[0])
        self._is_record = self._release is not None and split_name(root.name)[1] == "DNARecord"
        self._children: list[XmlElement] = []  # of a record that is the whole file
        self._records: list[DnaRecord | None] = []
        self._pedigrees: list[Pedigree | None] = []
        self._more: list[XmlElement] = []

    def take(self, element: XmlElement) -> None:
        """One child of the root."""
        if self._is_record:
            self._children.append(element)
            return
        namespace, local = split_name(element.name)
        if namespace in _RELEASE_OF and local in ("DNARecord", "Pedigree"):
            self._release = self._release or _RELEASE_OF[namespace]
            if _RELEASE_OF[namespace] != self._release:
                self._faults.add(element.line, local, namespace, f"must be of NIEM {self._release}, as what stands "
                                 "before it", rule="release")
                return
        name = f"biom:{local}" if self._release and RELEASES[self._release].biom == namespace else ""
        if name == _RECORD:
            self._records.append(self._reader().read(DnaRecord, element))
        elif name == _PEDIGREE:
            self._pedigrees.append(self._pedigree(element))
        else:
            self._faults.note(f"kept as it stands: {local}")
            self._more.append(element)

    def file(self, prefixes: tuple[tuple[str, str], ...]) -> NiemFile:
        """The file; raises FaultyInput if there are faults."""
        root = self._root
        if self._is_record:
            whole = XmlElement(root.name, "", root.attributes, tuple(self._children), root.line)
            self._records.append(self._reader().read(DnaRecord, whole))
        if not self._records and not self._pedigrees:
            self._faults.add(root.line, split_name(root.name)[1], split_name(root.name)[0], "must hold biom:DNARecord "
                             f"or biom:Pedigree right below it, of NIEM {', '.join(RELEASES)}", rule="not-niem-dna")
        self._faults.raise_found()
        reader = self._reader()
        return NiemFile(
            records=tuple(r for r in self._records if r is not None),
            pedigrees=tuple(p for p in self._pedigrees if p is not None),
            root="" if self._is_record else root.name, release=self._release or "",
            attributes=() if self._is_record else tuple(XmlAttribute(reader.short(n), v) for n, v in root.attributes),
            more=tuple(self._more), prefixes=prefixes, notes=self._faults.notes)

    def _reader(self) -> _ObjectReader:
        return _ObjectReader(self._release or "5.1", self._faults)

    def _pedigree(self, element: XmlElement) -> Pedigree | None:
        pedigree = self._reader().read(Pedigree, element)
        if pedigree is not None:
            try:
                parents_of(pedigree)
            except InvalidValue as error:
                self._faults.add(element.line, error.field, str(error.value), f"({error.record}) {error.allowed}",
                                 rule="unknown-member")
        return pedigree


class _ObjectReader:
    """Reads elements into values by what their fields say."""

    def __init__(self, release: str, faults: Faults) -> None:
        self._faults = faults
        self._prefixes = {uri: prefix for prefix, uri in RELEASES[release]._asdict().items()}

    def short(self, name: str) -> str:
        """biom:DNALocus for a name of the release, {namespace}local for others."""
        namespace, local = split_name(name)
        prefix = self._prefixes.get(namespace)
        return name if prefix is None else f"{prefix}:{local}"

    def read(self, shape: type[_Shape], element: XmlElement) -> _Shape | None:
        """The value of an element; None where it has faults."""
        before = len(self._faults.found)
        if element.text.strip():
            self._faults.add(element.line, self.short(element.name), element.text.strip(), "must hold elements",
                             rule="mixed")
        known = mapped_fields(shape)
        self._check_order(element, list(known))
        values: dict[str, list[Any]] = {}
        more: list[XmlElement] = []
        attributes = [XmlAttribute(self.short(name), value) for name, value in element.attributes]
        for child in element.children:
            name = self.short(child.name)
            mapped = known.get(name)
            if mapped is None or self._is_elsewhere(child, mapped) or (name in values and not mapped.many):
                self._faults.note(f"kept as it stands: {name}")
                more.append(child)
            elif mapped.shape is not None:
                values.setdefault(name, []).append(self.read(mapped.shape, child))
            else:
                attributes += [XmlAttribute(self.short(key), value, name, len(values.get(name, ())))
                               for key, value in child.attributes]
                values.setdefault(name, []).append(self._text(child, mapped))
        for name, mapped in known.items():
            if mapped.required and name not in values:
                self._faults.add(element.line, name, "", f"must stand in {self.short(element.name)}", rule="missing")
        if len(self._faults.found) > before:
            return None
        given = {known[name].field: tuple(found) if known[name].many else found[0] for name, found in values.items()}
        return shape(attributes=tuple(attributes), more=tuple(more), **given)

    def _check_order(self, element: XmlElement, order: list[str]) -> None:
        places = [order.index(name) for name in (self.short(child.name) for child in element.children) if name in order]
        if places != sorted(places):
            self._faults.note(f"elements of {self.short(element.name)} stand in another order than in the schema")

    def _is_elsewhere(self, child: XmlElement, mapped: Mapped) -> bool:
        """Whether an element says that its content is nil or stands elsewhere, or holds elements instead of a text."""
        names = [self.short(name) for name, _ in child.attributes]
        if mapped.shape is None:
            return bool(child.children) or "xsi:nil" in names
        # A father or mother is named by such a reference, and has no other content.
        empty = not child.children and "Identification" not in mapped.element.name
        return empty and ("xsi:nil" in names or any(name in _ELSEWHERE for name in names))

    def _text(self, child: XmlElement, mapped: Mapped) -> str | bool:
        text, name = child.text.strip(), mapped.element.name
        if mapped.is_flag:
            if text not in _FLAGS:
                self._faults.add(child.line, name, text, "must be true or false", rule="boolean")
            return _FLAGS.get(text, False)
        why = wrong(mapped, text)
        if why is not None:
            rule = "choice" if mapped.element.codes else "empty" if not text else mapped.element.form or "text"
            self._faults.add(child.line, name, text, why, rule=rule)
        return text
