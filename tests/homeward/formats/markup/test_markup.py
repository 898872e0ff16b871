"""XML is read piece by piece within bounds, and written so that it is read back equal."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeward.formats.markup import (
    Faults,
    XmlElement,
    XmlStream,
    as_instant,
    is_date_or_instant,
    root_name,
    write_xml,
    xml_bytes,
)
from homeward.model import FaultyInput, InvalidValue


def read(path, content, **bounds):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    faults = Faults(path.name)
    with XmlStream(path, faults, **bounds) as stream:
        root = stream.open()
        children = tuple(stream)
    faults.raise_found()
    return XmlElement(root.name, "", root.attributes, children)


def refusal(path, content, **bounds):
    with pytest.raises(FaultyInput) as caught:
        read(path, content, **bounds)
    return caught.value.faults


def test_children_come_one_by_one_with_their_lines(tmp_path):
    root = read(tmp_path / "x.xml", '<a xmlns="urn:n" b="1">\n <c>one</c>\n <d><e/></d>\n</a>')
    assert root == XmlElement("{urn:n}a", "", (("b", "1"),), (
        XmlElement("{urn:n}c", "one"), XmlElement("{urn:n}d", "", (), (XmlElement("{urn:n}e"),))))
    assert [child.line for child in root.children] == [2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_a_file_can_be_in_without_saying_so(tmp_path, encoding):
    assert read(tmp_path / "x.xml", "<a><b>김</b></a>".encode(encoding)).children[0].text == "김"


def test_an_encoding_that_the_file_declares_is_taken(tmp_path):
    content = '<?xml version="1.0" encoding="windows-1252"?><a><b>Müller</b></a>'.encode("cp1252")
    assert read(tmp_path / "x.xml", content).children[0].text == "Müller"


@pytest.mark.parametrize(("content", "rule"), [
    ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document-type"),
    ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document-type"),
    ('<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a/>', "document-type"),
    ("<a>&b;</a>", "xml"), ("<a><b></a>", "xml"), ("", "xml"), ("<!-- nothing -->", "xml"), ("<a/><a/>", "xml"),
    ("<b:a/>", "xml"), ("<a>\x00</a>", "xml"), ("<a>&#0;</a>", "xml"),
    ('<?xml version="1.0" encoding="rot13"?><a/>', "xml"), ('<?xml version="1.0" encoding="cp949"?><a/>', "xml"),
    ("<a><b>text<c/></b></a>", "mixed"), ("<a>text<b/></a>", "mixed"),
    ('<a xmlns:p="urn:1"><b xmlns:p="urn:2"/></a>', "prefix"),
    ("<a>" * 65, "too-large"), ("<a " + " ".join(f'b{n}=""' for n in range(65)) + "/>", "too-large"),
    ("<a><b>" + "<c/>" * 100_001 + "</b></a>", "too-large"), ("<a b='" + "x" * 1_200_000 + "'/>", "too-large"),
])
def test_what_is_no_plain_xml_is_refused_in_words(tmp_path, content, rule):
    faults = refusal(tmp_path / "x.xml", content)
    assert [fault.rule for fault in faults] == [rule]
    assert str(faults[0])


def test_more_elements_than_the_reader_keeps_are_refused(tmp_path):
    assert refusal(tmp_path / "x.xml", "<a>" + "<b/>" * 10 + "</a>", most_elements=10)[0].rule == "too-large"
    assert len(read(tmp_path / "x.xml", "<a>" + "<b/>" * 9 + "</a>", most_elements=10).children) == 9


def test_a_file_that_is_not_there_or_a_folder_is_refused_in_words(tmp_path):
    for path in (tmp_path / "none.xml", tmp_path):
        with pytest.raises(FaultyInput, match="cannot be read"), XmlStream(path, Faults("x")) as stream:
            stream.open()


def test_faults_beyond_a_thousand_end_the_reading(tmp_path):
    faults = refusal(tmp_path / "x.xml", "<a>" + "<b>x<c/></b>" * 5_000 + "</a>")
    assert len(faults) == 1_001
    assert faults[-1].rule == "many-faults"


def test_the_root_names_the_kind_of_file(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text('<a xmlns="urn:n"><b>', encoding="utf-8")
    assert root_name(path) == "{urn:n}a"
    path.write_text("no xml", encoding="utf-8")
    assert root_name(path) is None


_LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=8)
_TEXTS = _LETTERS | st.sampled_from(["\r", "\n", "\t", " x ", "<&>\"'", "]]>", "\r\n", "a\tb"])
_NAMES = st.sampled_from(["a", "{urn:1}b", "{urn:2}c", "{urn:3}d"])
_ATTRIBUTES = st.dictionaries(_NAMES, _TEXTS, max_size=2).map(lambda found: tuple(found.items()))
_LEAVES = st.builds(XmlElement, _NAMES, _TEXTS, _ATTRIBUTES)
_TREES = st.recursive(_LEAVES, lambda inner: st.builds(
    lambda name, children: XmlElement(name, "", (), tuple(children)), _NAMES, st.lists(inner, min_size=1, max_size=3)))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(children=st.lists(_TREES, min_size=1, max_size=3))
def test_what_is_written_is_read_as_the_same(tmp_path, children):
    root = XmlElement("{urn:1}root", "", (("{urn:2}x", "1"),), tuple(children))
    assert read(tmp_path / "x.xml", xml_bytes(root, prefixes={"p": "urn:1", "ns1": "urn:9"})) == root


def test_the_default_namespace_is_written_without_prefixes():
    root = XmlElement("{urn:1}a", "", (), (XmlElement("{urn:1}b", "c"),))
    assert xml_bytes(root, prefixes={"": "urn:1"}).decode().splitlines()[1:] == [
        '<a xmlns="urn:1">', "  <b>c</b>", "</a>"]


@pytest.mark.parametrize("root", [
    XmlElement("a", "\x01"), XmlElement("a", "\ud800"), XmlElement("a b"), XmlElement("a", "", (("1", ""),)),
    XmlElement("a", "text", (), (XmlElement("b"),)), XmlElement("{\x01}a"),
])
def test_what_xml_cannot_carry_is_not_written(tmp_path, root):
    path = tmp_path / "x.xml"
    path.write_text("as it was", encoding="utf-8")
    with pytest.raises(InvalidValue):
        write_xml(root, path, prefixes={})
    assert [p.name for p in tmp_path.iterdir()] == ["x.xml"]
    assert path.read_text(encoding="utf-8") == "as it was"


def test_names_that_the_default_namespace_would_swallow_are_not_written():
    for root in (XmlElement("a"), XmlElement("{urn:1}a", "", (("{urn:1}b", ""),))):
        with pytest.raises(InvalidValue):
            xml_bytes(root, prefixes={"": "urn:1"})


def test_an_element_deeper_than_is_read_is_not_written():
    root = XmlElement("a")
    for _ in range(70):
        root = XmlElement("a", "", (), (root,))
    with pytest.raises(InvalidValue):
        xml_bytes(root, prefixes={})


@pytest.mark.parametrize(("text", "iso"), [
    ("2024-05-01T09:30:00", "2024-05-01T09:30:00"),
    ("2024-05-01T09:30:00.1234567-04:00", "2024-05-01T09:30:00.123456-04:00"),
    ("2024-12-31T24:00:00", "2025-01-01T00:00:00"), ("2024-05-01T09:30:00+14:00", "2024-05-01T09:30:00+14:00"),
])
def test_times_of_xml_schema_are_understood(text, iso):
    assert as_instant(text) == datetime.datetime.fromisoformat(iso)


@pytest.mark.parametrize("text", [
    "", "2024-05-01", "2024-05-01 09:30:00", "2024-02-30T00:00:00", "2024-05-01T24:00:01", "2024-05-01T25:00:00",
    "2024-05-01T09:60:00", "2024-05-01T09:30:00+14:01", "2024-05-01T09:30:00+01:60", "0000-01-01T00:00:00",
    "9999-12-31T24:00:00", "٢٠٢٤-05-01T09:30:00", "2024-05-01T09:30:00 ", "2024-05-01T09:30:00." + "1" * 40,
])
def test_what_is_no_time_of_xml_schema_is_none(text):
    assert as_instant(text) is None


def test_a_date_alone_is_a_date():
    assert is_date_or_instant("2024-05-01")
    assert is_date_or_instant("2024-05-01Z")
    assert not is_date_or_instant("2024-13-01")
    assert not is_date_or_instant("May 2024")
