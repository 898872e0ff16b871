"""A CMF file is read whole or refused with all its faults, and nothing of it is lost."""

from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeward.formats import check_any, read_any
from homeward.formats.codis import Allele, CmfImport, Locus, Specimen, read_cmf, write_cmf
from homeward.model import FaultyInput, InvalidValue, Unsupported

_SPEC = Path(__file__).parents[4] / "spec" / "codis"
_WORKED = _SPEC / "worked" / "one-family.xml"
_TIME = "2024-05-01T09:30:00"


def file_of(*specimens, **head):
    return CmfImport("SYNTH0000", "SYNTH0001", "analyst1", _TIME, specimens, **head)


def specimen(name="R-1", *loci, **more):
    return Specimen(name, "Unidentified Person", loci or (locus(),), **more)


def locus(name="TH01", *alleles, **more):
    return Locus(name, "analyst1", _TIME, tuple(Allele(a) for a in alleles or ("6", "9.3")), **more)


def text_of(path=_SPEC / "valid" / "smallest.xml"):
    return path.read_text(encoding="utf-8")


def faults_of(tmp_path, text):
    path = tmp_path / "x.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FaultyInput) as caught:
        read_cmf(path)
    return caught.value.faults


@pytest.mark.parametrize("path", sorted((_SPEC / "invalid").glob("*.xml")), ids=lambda p: p.stem)
def test_an_invalid_file_breaks_its_own_rule_where_expected_and_no_other(path):
    with pytest.raises(FaultyInput) as caught:
        read_cmf(path)
    found = [f"{f.line}: {f.column}: {f.rule}" for f in caught.value.faults]
    assert found == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert {f.rule for f in caught.value.faults} == {path.stem}
    assert {f.file for f in caught.value.faults} == {path.name}


@pytest.mark.parametrize("path", [*sorted((_SPEC / "valid").glob("*.xml")), _WORKED], ids=lambda p: p.stem)
def test_a_valid_file_is_read_written_and_read_as_the_same(path, tmp_path):
    file = read_cmf(path)
    write_cmf(file, tmp_path / "x.xml")
    assert read_cmf(tmp_path / "x.xml") == file


def test_everything_that_the_file_says_is_kept():
    file = read_cmf(_WORKED)
    assert replace(file, specimens=file.specimens[:1], notes=()) == CmfImport(
        "SYNTH0000", "SYNTH0001", "analyst1", _TIME, file.specimens[:1], "3.3", "B-2024-017", "GlobalFiler")
    assert file.submitted_time.isoformat() == _TIME
    first = file.specimens[0]
    assert first.loci[:2] == (
        Locus("THO1", "analyst2", "2024-04-30T16:05:00", (Allele("7"), Allele("9.3"))),
        Locus("TP0X", "analyst2", "2024-04-30T16:05:00", (Allele("8"),)))
    assert (first.comment, first.source_identified, first.case, first.partial) == (
        "left femur, shaft", "No", "SITE-7", None)
    son = file.specimens[6]
    assert (son.loci[3].batch, son.loci[3].kit) == ("B-2024-019", "PowerPlex Fusion")
    assert [s.partial for s in file.specimens[1:3]] == [True, True]
    assert file.specimens[1].loci[3] == Locus("D3S1358", "analyst2", "2024-04-30T16:05:00", ())
    assert file.specimens[1].loci[1].alleles == (Allele("<17"), Allele("22"))
    required = read_cmf(_SPEC / "valid" / "required-allele.xml").specimens[0].loci[0]
    assert required.alleles == (Allele("6", required=True), Allele("9.3"))


# From the example in Appendix A of the CODIS Interface Specification (CMF 3.2), revision 9, a work of the government of
# the United States: the second of its specimens, three of whose loci stand here.
_PUBLISHED = """<?xml version="1.0" encoding="UTF-8"?>
<CODISImportFile xmlns="urn:CODISImportFile-schema">
  <HEADERVERSION>3.2</HEADERVERSION><MESSAGETYPE>Import</MESSAGETYPE><DESTINATIONORI>IADCI0000</DESTINATIONORI>
  <SOURCELAB>IADCI0000</SOURCELAB><SUBMITBYUSERID>KEllis</SUBMITBYUSERID>
  <SUBMITDATETIME>2002-02-14T21:51:44</SUBMITDATETIME><BATCHID>GEL2004_10_04_101</BATCHID><KIT>PowerPlex 16</KIT>
  <SPECIMEN SOURCEID="No" CASEID="FL2004_10_04_DEF" PARTIAL="true">
    <SPECIMENID>IMP_0001B</SPECIMENID>
    <SPECIMENCATEGORY>Forensic, Unknown</SPECIMENCATEGORY>
    <LOCUS BATCHID="GEL2004_10_05_68" KIT="PowerPlex 1.1">
      <LOCUSNAME>CSF1PO</LOCUSNAME><READINGBY>KELLIS</READINGBY><READINGDATETIME>2002-02-13T21:50:42</READINGDATETIME>
      <ALLELE ALLELEREQUIRED="true"><ALLELEVALUE>&lt;6</ALLELEVALUE></ALLELE>
      <ALLELE><ALLELEVALUE>8.2</ALLELEVALUE></ALLELE>
    </LOCUS>
    <LOCUS>
      <LOCUSNAME>D16S539</LOCUSNAME><READINGBY>CLEE</READINGBY><READINGDATETIME>2001-01-01T02:50:42</READINGDATETIME>
      <ALLELE><ALLELEVALUE>6</ALLELEVALUE></ALLELE><ALLELE><ALLELEVALUE>7</ALLELEVALUE></ALLELE>
      <ALLELE><ALLELEVALUE>13.1</ALLELEVALUE></ALLELE><ALLELE><ALLELEVALUE>14.2</ALLELEVALUE></ALLELE>
    </LOCUS>
    <LOCUS>
      <LOCUSNAME>D18S51</LOCUSNAME><READINGBY>KELLIS</READINGBY><READINGDATETIME>2002-02-13T21:50:42</READINGDATETIME>
      <ALLELE><ALLELEVALUE>11</ALLELEVALUE></ALLELE>
    </LOCUS>
  </SPECIMEN>
</CODISImportFile>
"""


def test_the_example_of_the_published_specification_is_read(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(_PUBLISHED, encoding="utf-8")
    file = read_cmf(path)
    assert file.notes == ()
    assert file.specimens == (Specimen("IMP_0001B", "Forensic, Unknown", (
        Locus("CSF1PO", "KELLIS", "2002-02-13T21:50:42", (Allele("<6", required=True), Allele("8.2")),
              "GEL2004_10_05_68", "PowerPlex 1.1"),
        Locus("D16S539", "CLEE", "2001-01-01T02:50:42", tuple(map(Allele, ("6", "7", "13.1", "14.2")))),
        Locus("D18S51", "KELLIS", "2002-02-13T21:50:42", (Allele("11"),))), None, "No", "FL2004_10_04_DEF", True),)
    write_cmf(file, path)
    assert read_cmf(path) == file


def test_what_is_not_recorded_is_none_and_an_empty_text_is_empty():
    file = read_cmf(_SPEC / "valid" / "empty-texts.xml")
    assert (file.batch, file.kit) == ("", None)
    assert (file.specimens[0].comment, file.specimens[0].case) == ("", "")


def test_times_keep_all_their_digits_and_their_zone():
    file = read_cmf(_SPEC / "valid" / "times.xml")
    assert file.submitted_at == "2024-05-01T09:30:00.1234567+09:00"
    assert file.submitted_time.isoformat() == "2024-05-01T09:30:00.123456+09:00"
    assert file.specimens[0].loci[0].read_time.isoformat() == "2024-05-01T00:00:00+00:00"


def test_names_of_later_revisions_are_kept_and_noted():
    file = read_cmf(_SPEC / "valid" / "names-of-later-revisions.xml")
    assert (file.kit, file.specimens[0].category, file.specimens[0].loci[0].name) == (
        "A kit of next year", "Forensic Yet Unnamed", "D99S1")
    assert len(file.notes) == 3


def test_blanks_around_values_are_taken_off_and_noted(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(text_of().replace(">R-0001<", ">\n R-0001 <"), encoding="utf-8")
    assert read_cmf(path) == read_cmf(_SPEC / "valid" / "smallest.xml")
    assert read_cmf(path).notes == ("blanks around a value were taken off",)


def test_the_schema_location_is_kept(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(text_of().replace("<CODISImportFile", '<CODISImportFile xmlns:i="http://www.w3.org/2001/'
                                      'XMLSchema-instance" i:schemaLocation="urn:a b.xsd"'), encoding="utf-8")
    file = read_cmf(path)
    assert file.schema_location == "urn:a b.xsd"
    write_cmf(file, path)
    assert read_cmf(path) == file


def test_all_faults_are_told_at_once_and_in_the_order_of_the_lines(tmp_path):
    text = text_of().replace("SYNTH0000", "A LABORATORY'S CODE")
    text = text.replace(">TH01<", "><").replace(">9.3<", ">9.3 or 10.3<")
    assert [(f.line, f.column, f.rule) for f in faults_of(tmp_path, text)] == [
        (6, "DESTINATIONORI", "length"), (14, "LOCUSNAME", "empty"), (18, "ALLELEVALUE", "length")]


def test_specimens_of_a_file_without_line_breaks_are_told_apart(tmp_path):
    path = tmp_path / "x.xml"
    write_cmf(file_of(specimen("R-1"), specimen("R-2")), path)
    joined = "".join(path.read_text(encoding="utf-8").splitlines())
    path.write_text(joined, encoding="utf-8")
    assert [s.id for s in read_cmf(path).specimens] == ["R-1", "R-2"]
    assert [f.rule for f in faults_of(tmp_path, joined.replace("R-2", "R-1"))] == ["twice"]


def test_limits_are_those_of_the_version(tmp_path):
    category = "Deduced Missing Person"  # of 22 characters, and of CMF 3.3
    text = text_of().replace("Unidentified Person", category)
    assert [f.rule for f in faults_of(tmp_path, text)] == ["length"]
    (tmp_path / "x.xml").write_text(text.replace(">3.2<", ">3.3<"), encoding="utf-8")
    assert read_cmf(tmp_path / "x.xml").specimens[0].category == category
    loci = tuple(locus(f"D{n}S1") for n in range(33))
    write_cmf(file_of(specimen("R-1", *loci)), tmp_path / "x.xml")
    assert [f.rule for f in faults_of(tmp_path, text_of(tmp_path / "x.xml").replace(">3.3<", ">3.2<"))] == ["count"]


@pytest.mark.parametrize("wrong", [
    lambda: specimen("R" * 25), lambda: specimen(comment="x" * 256), lambda: specimen(case="x" * 33),
    lambda: specimen(source_identified="Maybe"), lambda: specimen(" R"), lambda: specimen("R\x01"),
    lambda: file_of(specimen(), specimen()), lambda: file_of(specimen("R-1", locus(), locus())),
    lambda: file_of(specimen("R-1", locus("D10S1248xyz"))), lambda: locus("TH01", "12345678901"),
    lambda: locus("TH01", *map(str, range(9))), lambda: locus(kit="k" * 33), lambda: Locus("TH01", "", _TIME),
    lambda: Locus("TH01", "a" * 21, _TIME), lambda: Locus("TH01", "a", "yesterday"),
    lambda: Locus("TH01", "a", "1899-01-01T00:00:00"), lambda: Locus("TH01", "a", "2079-06-06T00:00:00"),
    lambda: Specimen("R", "Deceased", ()), lambda: file_of(), lambda: file_of(specimen(), version="4.0"),
    lambda: file_of(specimen(), batch="b" * 33), lambda: replace(file_of(specimen()), source="s" * 11),
    lambda: replace(file_of(specimen()), submitted_at="soon"),
    lambda: file_of(Specimen("R", "Deduced Missing Person", (locus(),)), version="3.2"),
    lambda: file_of(specimen("R-1", *(locus(f"D{n}S1") for n in range(33))), version="3.2"),
    lambda: specimen("R-1", *(locus(f"D{n}S1") for n in range(65))),
])
def test_a_value_that_no_file_may_hold_cannot_be_made(wrong):
    with pytest.raises(InvalidValue):
        wrong()


_LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"),
                   min_size=1, max_size=4)
_WORDS = st.builds(lambda a, between, b: a + between + b, _LETTERS, st.sampled_from(["", " ", "\n", "\t"]), _LETTERS)
_TIMES = st.datetimes(datetime(1900, 1, 2), datetime(2079, 6, 5)).map(datetime.isoformat)
_MAYBE = st.none() | st.just("") | _WORDS
_ALLELES = st.lists(st.builds(Allele, _WORDS, st.booleans()), max_size=8).map(tuple)
_LOCI = st.lists(st.builds(Locus, _WORDS, _WORDS, _TIMES, _ALLELES, _MAYBE, _MAYBE), min_size=1, max_size=3,
                 unique_by=lambda found: found.name).map(tuple)
_SPECIMENS = st.lists(st.builds(Specimen, _WORDS, _WORDS, _LOCI, _MAYBE, st.sampled_from([None, "Yes", "No", "N/A"]),
                                _MAYBE, st.sampled_from([None, True, False])), min_size=1, max_size=3,
                      unique_by=lambda found: found.id).map(tuple)
_VERSIONS = st.sampled_from(["3.2", "3.3"])
_FILES = st.builds(CmfImport, _WORDS, _WORDS, _WORDS, _TIMES, _SPECIMENS, _VERSIONS, _MAYBE, _MAYBE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=_FILES)
def test_whatever_a_file_may_hold_is_read_as_it_was_written(tmp_path, file):
    write_cmf(file, tmp_path / "x.xml")
    assert read_cmf(tmp_path / "x.xml") == file


def test_notes_are_no_part_of_the_content():
    assert [f.name for f in fields(CmfImport) if not f.compare] == ["notes"]


def test_a_cmf_file_is_checked_and_told_from_a_case(tmp_path):
    with pytest.raises(Unsupported, match="9 specimens of CODIS"):
        read_any(_WORKED)
    assert [f.rule for f in check_any(_WORKED)] == ["unsupported"]
    assert [f.rule for f in check_any(_SPEC / "invalid" / "order.xml")] == ["order"]
    copy = tmp_path / "x.cmf"
    copy.write_bytes((_SPEC / "invalid" / "not-cmf.xml").read_bytes())
    assert [f.rule for f in check_any(copy)] == ["not-cmf"]
