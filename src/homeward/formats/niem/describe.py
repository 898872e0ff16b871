"""The grammar of DNA records and pedigrees in RELAX NG, made from the fields that read and write them.

``python -m homeward.formats.niem.describe`` prints it; ``spec/niem/dna.rng`` holds it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from homeward.formats.niem.mapping import Mapped, NiemObject, mapped_fields
from homeward.formats.niem.releases import RELEASES
from homeward.formats.niem.values import DnaRecord, Pedigree

__all__ = ["niem_grammar"]

_TYPES = {"integer": "integer", "instant": "dateTime"}
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!--
  The grammar of DNA records and pedigrees (NIEM {release}) as Homeward reads and writes them, in RELAX NG. Made by
  homeward.formats.niem.describe: change the fields there, and not this file.

  Wherever elements stand, others may follow; they are kept. Not said here: elements in another order are read too, and
  so are elements that refer to others; parents are members of the pedigree.
-->
<grammar xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
  <start>
    <choice>
      <element>
        <anyName/>
        <ref name="any-attributes"/>
        <zeroOrMore><element name="DNARecord" ns="{biom}"><ref name="DnaRecord"/></element></zeroOrMore>
        <zeroOrMore><element name="Pedigree" ns="{biom}"><ref name="Pedigree"/></element></zeroOrMore>
        <zeroOrMore>
          <element>
            <anyName><except><name ns="{biom}">DNARecord</name><name ns="{biom}">Pedigree</name></except></anyName>
            <ref name="anything"/>
          </element>
        </zeroOrMore>
      </element>
      <element name="DNARecord" ns="{biom}"><ref name="DnaRecord"/></element>
    </choice>
  </start>
  <define name="any-attributes"><zeroOrMore><attribute><anyName/><text/></attribute></zeroOrMore></define>
  <define name="anything">
    <ref name="any-attributes"/>
    <choice><text/><zeroOrMore><element><anyName/><ref name="anything"/></element></zeroOrMore></choice>
  </define>"""


def niem_grammar(release: str = "5.1") -> str:
    """The grammar for a release of NIEM."""
    shapes: dict[str, type[NiemObject]] = {}
    _collect(DnaRecord, shapes)
    _collect(Pedigree, shapes)
    lines = [_HEAD.format(release=release, biom=RELEASES[release].biom)]
    for name, shape in shapes.items():
        lines += [f'  <define name="{name}">', '    <ref name="any-attributes"/>']
        for mapped in mapped_fields(shape).values():
            lines += _field(mapped, release)
        lines += [*_others(shape, release), "  </define>"]
    return "\n".join([*lines, "</grammar>", ""])


def _collect(shape: type[NiemObject], shapes: dict[str, type[NiemObject]]) -> None:
    shapes[shape.__name__] = shape
    for mapped in mapped_fields(shape).values():
        if mapped.shape is not None and mapped.shape.__name__ not in shapes:
            _collect(mapped.shape, shapes)


def _name(element: str, release: str) -> tuple[str, str]:
    """Local name and namespace."""
    prefix, _, local = element.partition(":")
    return local, str(getattr(RELEASES[release], prefix))


def _others(shape: type[NiemObject], release: str) -> Iterator[str]:
    """Any other elements, which have names that no field has."""
    known = (_name(element, release) for element in mapped_fields(shape))
    yield "    <zeroOrMore>"
    yield "      <element>"
    yield "        <anyName>"
    yield "          <except>" + "".join(f'<name ns="{ns}">{local}</name>' for local, ns in known) + "</except>"
    yield "        </anyName>"
    yield '        <ref name="anything"/>'
    yield "      </element>"
    yield "    </zeroOrMore>"


def _field(mapped: Mapped, release: str) -> Iterator[str]:
    local, namespace = _name(mapped.element.name, release)
    times = {(True, True): "oneOrMore", (True, False): "zeroOrMore", (False, False): "optional"}.get(
        (mapped.many, mapped.required))
    inner = "" if mapped.shape is not None else '<ref name="any-attributes"/>'
    element = f'<element name="{local}" ns="{namespace}">{inner}{_content(mapped)}</element>'
    yield f"    <{times}>{element}</{times}>" if times else f"    {element}"


def _content(mapped: Mapped) -> str:
    element = mapped.element
    if mapped.shape is not None:
        return f'<ref name="{mapped.shape.__name__}"/>'
    if element.codes:
        return f"<choice>{''.join(f'<value>{code}</value>' for code in element.codes)}</choice>"
    if mapped.is_flag:
        return '<data type="boolean"/>'
    if element.form == "instant":
        return '<choice><data type="dateTime"/><data type="date"/></choice>'
    if mapped.required and not element.form:
        return '<data type="token"><param name="minLength">1</param></data>'
    return f'<data type="{_TYPES[element.form]}"/>' if element.form else "<text/>"


if __name__ == "__main__":
    sys.stdout.write(niem_grammar())
