"""The grammars of spec/ in RELAX NG say what the readers accept; a plain validator of that language judges."""

import importlib.util
import random
import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring, parse

from homeward.formats.codis import Letter, case_to_cmf, read_cmf, write_cmf
from homeward.formats.niem import case_to_niem, read_niem, write_niem
from homeward.formats.niem.describe import niem_grammar
from homeward.model import FaultyInput
from homeward.simulate import grow_case

_ROOT = Path(__file__).parents[4]
_SPEC = _ROOT / "spec"
_RNG = "{http://relaxng.org/ns/structure/1.0}"
_TEXTS = ("text", "data", "value")


class RelaxNg:
    """Whether an element is of a grammar: attributes as a set, children as a sequence, by trying all ways.

    A pattern of children gives, for a place in them, all the places where it may end.
    """

    def __init__(self, path):
        root = parse(path).getroot()
        self.default = root.get("ns", "")
        self.defines = {d.get("name"): list(d) for d in root.iter(f"{_RNG}define")}
        self.start = list(root.find(f"{_RNG}start"))

    def valid(self, element):
        return 1 in self.ends(self.start, [element], 0)

    def kind(self, pattern):
        return pattern.tag.removeprefix(_RNG)

    def ends(self, patterns, children, at):
        """Ends of a sequence of patterns."""
        places = {at}
        for pattern in patterns:
            places = {end for place in places for end in self.ends_of(pattern, children, place)}
        return places

    def ends_of(self, pattern, children, at):
        inner = list(pattern)
        match self.kind(pattern):
            case "element":
                return {at + 1} if at < len(children) and self.is_element(pattern, children[at]) else set()
            case "ref":
                return self.ends(self.defines[pattern.get("name")], children, at)
            case "group" | "start":
                return self.ends(inner, children, at)
            case "choice":
                return {end for each in inner for end in self.ends_of(each, children, at)}
            case "optional":
                return {at} | self.ends(inner, children, at)
            case "zeroOrMore" | "oneOrMore" as kind:
                found = {at} if kind == "zeroOrMore" else set()
                new = {at}
                while new:
                    new = {end for place in new for end in self.ends(inner, children, place)} - found
                    found |= new
                return found
        return {at}  # attributes and texts are judged apart

    def is_element(self, pattern, element):
        content = list(pattern)
        if content[0].tag == f"{_RNG}anyName":
            if element.tag in {f"{{{name.get('ns')}}}{name.text}" for name in content[0].iter(f"{_RNG}name")}:
                return False
            content = content[1:]
        elif element.tag != self.name(pattern):
            return False
        return any(self.is_content(way, element) for way in self.ways(content))

    def ways(self, content):
        """The content without choices between groups that hold attributes or texts, one way after the other."""
        for i, pattern in enumerate(content):
            if self.kind(pattern) == "ref":
                yield from self.ways([*content[:i], *self.defines[pattern.get("name")], *content[i + 1:]])
                return
            if self.kind(pattern) == "choice":
                for each in pattern:
                    inner = list(each) if self.kind(each) == "group" else [each]
                    yield from self.ways([*content[:i], *inner, *content[i + 1:]])
                return
        yield content

    def is_content(self, content, element):
        texts = [p for p in content if self.kind(p) in _TEXTS]
        if texts:
            return len(element) == 0 and all(self.is_text(p, element.text or "") for p in texts) and \
                self.are_attributes(content, element)
        if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
            return False
        return self.are_attributes(content, element) and len(element) in self.ends(content, list(element), 0)

    def are_attributes(self, content, element):
        allowed, anything = {}, False
        for pattern in content:
            for attribute in pattern.iter(f"{_RNG}attribute"):
                anything |= attribute.find(f"{_RNG}anyName") is not None
                allowed[self.name(attribute, "")] = [p for p in attribute if self.kind(p) != "anyName"]
        return anything or all(name in allowed and any(self.is_content(way, _Text(value))
                                                       for way in self.ways(allowed[name]))
                               for name, value in element.attrib.items())

    def name(self, pattern, default=None):
        namespace = pattern.get("ns", self.default if default is None else default)
        return f"{{{namespace}}}{pattern.get('name')}" if namespace else pattern.get("name")

    def is_text(self, pattern, text):
        if self.kind(pattern) == "text":
            return True
        token = " ".join(text.split())
        if self.kind(pattern) == "value":
            return token == pattern.text
        bare = text.strip()
        match pattern.get("type"):
            case "boolean":
                return bare in ("true", "false", "0", "1")
            case "integer":
                return bare.removeprefix("-").removeprefix("+").isdecimal()
            case "dateTime":
                return "T" in bare and _is_time(bare)
            case "date":
                return "T" not in bare and _is_time(bare)
        least, most = (pattern.find(f"{_RNG}param[@name='{name}']") for name in ("minLength", "maxLength"))
        return (least is None or len(bare) >= int(least.text)) and (most is None or len(bare) <= int(most.text))


class _Text:
    """The value of an attribute, as if it were the text of an element."""

    def __init__(self, text):
        self.text, self.attrib, self.tag = text, {}, ""

    def __len__(self):
        return 0

    def __iter__(self):
        return iter(())


def _is_time(text):
    whole, _, part = text.partition(".")
    zone = part.lstrip("0123456789")
    try:
        return bool(datetime.fromisoformat(whole.replace("T24:00:00", "T00:00:00") + zone))
    except ValueError:
        return False


@pytest.fixture(scope="module")
def cmf():
    return RelaxNg(_SPEC / "codis" / "cmf.rng")


@pytest.fixture(scope="module")
def niem():
    return RelaxNg(_SPEC / "niem" / "dna.rng")


def _examples(kind, *folders):
    return [path for folder in folders for path in sorted((_SPEC / kind / folder).glob("*.xml"))]


def _id(path):
    return path.stem


@pytest.mark.parametrize("path", _examples("codis", "valid", "worked"), ids=_id)
def test_the_cmf_files_of_the_specification_are_of_its_grammar(cmf, path):
    element = parse(path).getroot()
    assert cmf.valid(element) != (path.stem == "no-namespace")  # which is read all the same, and noted


@pytest.mark.parametrize("path", [p for p in _examples("niem", "valid", "worked") if p.stem not in (
    "niem-6", "references-elsewhere")], ids=_id)
def test_the_niem_files_of_the_specification_are_of_its_grammar(niem, path):
    assert niem.valid(parse(path).getroot())


_BEYOND_THE_GRAMMAR = {"codis": {"twice", "count"}, "niem": {"unknown-member", "release", "prefix", "not-niem-dna"}}


@pytest.mark.parametrize("kind", ["codis", "niem"])
def test_invalid_files_break_the_grammar_where_it_can_say_so(cmf, niem, kind):
    grammar = {"codis": cmf, "niem": niem}[kind]
    judged = 0
    for path in _examples(kind, "invalid"):
        if path.stem not in {"xml", "document-type", *_BEYOND_THE_GRAMMAR[kind]}:
            assert not grammar.valid(parse(path).getroot()), path.stem
            judged += 1
    assert judged >= 6


def test_the_grammar_of_niem_is_made_from_the_fields():
    assert (_SPEC / "niem" / "dna.rng").read_text(encoding="utf-8") == niem_grammar()


def test_what_is_written_is_of_the_grammar(cmf, niem, tmp_path):
    case = grow_case(families=3, remains=3, rng=np.random.default_rng(11)).case
    letter = Letter("SYNTH0000", "SYNTH0001", "analyst1", "2024-05-01T09:30:00")
    write_cmf(case_to_cmf(case, letter).file, tmp_path / "x.xml")
    assert cmf.valid(parse(tmp_path / "x.xml").getroot())
    write_niem(case_to_niem(case, processed="2024-05-01T09:30:00Z").file, tmp_path / "x.xml")
    assert niem.valid(parse(tmp_path / "x.xml").getroot())
    for path in _examples("codis", "valid", "worked"):
        write_cmf(read_cmf(path), tmp_path / "x.xml")
        assert cmf.valid(parse(tmp_path / "x.xml").getroot()), path.stem
    for path in _examples("niem", "worked"):
        write_niem(read_niem(path), tmp_path / "x.xml")
        assert niem.valid(parse(tmp_path / "x.xml").getroot()), path.stem


def test_reader_and_grammar_agree_on_damaged_cmf_files(cmf, tmp_path):
    spec = importlib.util.spec_from_file_location("mutated_xml_too", _ROOT / "verification" / "mutated_xml.py")
    script = sys.modules["mutated_xml_too"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    rng, path, agreed = random.Random(5), tmp_path / "x.xml", {True: 0, False: 0}
    texts = [text for text in script.sources("codis") if 'xmlns="urn' in text]
    for _ in range(400):
        content = script._rearranged(rng, fromstring(rng.choice(texts)), rng.choice((1, 1, 2)))
        path.write_bytes(content)
        try:
            read_cmf(path)
            rules = set()
        except FaultyInput as error:
            rules = {fault.rule for fault in error.faults}
        # What no grammar can say: specimens and loci given twice, how many there may be, times out of bounds.
        if not rules or rules - {"twice", "count", "time"}:
            assert cmf.valid(fromstring(content)) == (not rules), (rules, content.decode())
            agreed[not rules] += 1
    del sys.modules["mutated_xml_too"]
    assert min(agreed.values()) > 20
