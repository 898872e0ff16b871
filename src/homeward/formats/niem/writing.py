"""Writing a NIEM message with DNA records and pedigrees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from homeward.formats.markup import XmlElement, write_xml
from homeward.formats.niem.mapping import NiemObject, XmlAttribute, mapped_fields
from homeward.formats.niem.releases import RELEASES, Release
from homeward.formats.niem.values import NiemFile

__all__ = ["write_niem"]


def write_niem(file: NiemFile, path: str | Path) -> None:
    """Write a NIEM message (UTF-8), elements in the schema's order; reading it again gives an equal value.

    What no field stands for follows the elements that are known. Args: ``file``, the content; ``path`` of the file to
    be written, or replaced in one step. Raises InvalidValue for a kept element that XML cannot carry.
    """
    names = RELEASES[file.release]
    prefixes = {prefix: uri for prefix, uri in file.prefixes if prefix}
    for prefix, uri in names._asdict().items():
        if uri not in prefixes.values() and prefix not in prefixes:
            prefixes[prefix] = uri
    records = [_element(record, "biom:DNARecord", names) for record in file.records]
    if not file.root:
        write_xml(records[0], path, prefixes=prefixes)
        return
    pedigrees = (_element(pedigree, "biom:Pedigree", names) for pedigree in file.pedigrees)
    root = XmlElement(file.root, "", _attributes(file.attributes, names), (*records, *pedigrees, *file.more))
    write_xml(root, path, prefixes=prefixes)


def _full(name: str, names: Release) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{getattr(names, prefix)}}}{local}" if prefix in names._fields else name


def _attributes(given: tuple[XmlAttribute, ...], names: Release) -> tuple[tuple[str, str], ...]:
    return tuple((_full(a.name, names), a.value) for a in given)


def _element(value: NiemObject, name: str, names: Release) -> XmlElement:
    own = tuple(a for a in value.attributes if not a.of)
    return XmlElement(_full(name, names), "", _attributes(own, names), (*_children(value, names), *value.more))


def _children(value: NiemObject, names: Release) -> Iterator[XmlElement]:
    for name, mapped in mapped_fields(type(value)).items():
        for nth, content in enumerate(value.values_of(mapped)):
            if mapped.shape is not None:
                yield _element(content, name, names)
            else:
                its = tuple(a for a in value.attributes if a.of == name and a.nth == nth)
                text = str(content).lower() if mapped.is_flag else content
                yield XmlElement(_full(name, names), text, _attributes(its, names))
