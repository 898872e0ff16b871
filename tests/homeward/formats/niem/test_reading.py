"""A NIEM message is read whole or refused with all its faults; provenance is kept down to the locus."""

from pathlib import Path

import pytest

from homeward.formats import check_any, read_any
from homeward.formats.markup import XmlElement
from homeward.formats.niem import (
    RELEASES,
    Accreditation,
    AnalysisProcess,
    Collection,
    Contact,
    DnaAllele,
    DnaEncoding,
    DnaLocus,
    DnaRecord,
    DnaSource,
    Donor,
    Entity,
    FragmentAnalysis,
    Identification,
    InstrumentProcess,
    Kit,
    Location,
    MitoFragment,
    NiemDate,
    NiemFile,
    Organization,
    Pedigree,
    PedigreeMember,
    Person,
    SampleOrigin,
    Site,
    Software,
    StrData,
    XmlAttribute,
    parents_of,
    read_niem,
    write_niem,
)
from homeward.model import FaultyInput, InvalidValue, Sex, Unsupported

_SPEC = Path(__file__).parents[4] / "spec" / "niem"
_WORKED = _SPEC / "worked" / "one-family.xml"
_SMALLEST = _SPEC / "valid" / "smallest.xml"


def read_text(tmp_path, text):
    path = tmp_path / "x.xml"
    path.write_text(text, encoding="utf-8")
    return read_niem(path)


def text_of(path=_SMALLEST):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((_SPEC / "invalid").glob("*.xml")), ids=lambda p: p.stem)
def test_an_invalid_file_breaks_its_own_rule_where_expected_and_no_other(path):
    with pytest.raises(FaultyInput) as caught:
        read_niem(path)
    found = [f"{f.line}: {f.column}: {f.rule}" for f in caught.value.faults]
    assert found == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert {f.rule for f in caught.value.faults} == {path.stem}


@pytest.mark.parametrize("path", [*sorted((_SPEC / "valid").glob("*.xml")), _WORKED], ids=lambda p: p.stem)
def test_a_valid_file_is_read_written_and_read_as_the_same(path, tmp_path):
    file = read_niem(path)
    write_niem(file, tmp_path / "x.xml")
    again = read_niem(tmp_path / "x.xml")
    assert again == file
    assert dict(again.prefixes).items() >= dict(file.prefixes).items()


def test_what_is_written_has_the_same_lines_as_what_was_read(tmp_path):
    write_niem(read_niem(_WORKED), tmp_path / "x.xml")
    elements = text_of(_WORKED).partition("  <biom:DNARecord>")[2]
    assert text_of(tmp_path / "x.xml").partition("  <biom:DNARecord>")[2] == elements


def test_provenance_is_kept_down_to_the_locus():
    wife = read_niem(_WORKED).records[1]
    encoding = wife.encodings[0]
    assert encoding.collection == Collection(
        collected="2024-03-12T01:15:00Z", comment="Two buccal swabs; one is stored.",
        by=Entity(organization=Organization(name="Family Assistance Office (invented)",
                                            contact=Contact(description="the desk on the ground floor"))),
        site=Site(location=Location(description="Family Assistance Office")))
    assert encoding.source == DnaSource(
        identifications=(Identification(id="SW-1001", category="Sample ID"),), category="Person", composite=False,
        known=True, origin=SampleOrigin(cells=("Buccal Cell",)))
    site = Site(location=Location(description="Second laboratory (invented)"))
    assert encoding.process.instruments == (InstrumentProcess(
        device_id="CE-01", device="Genetic Analyzer", manufacturer="Thermo Fisher", model="3500",
        processed="2024-04-29T08:00:00Z", site=site, accreditations=(Accreditation(levels=("1", "3")),),
        by=(Entity(organization=Organization(category="ORI", identification=Identification(id="SYNTH0001"))),),
        software=Software(name="Data Collection", vendor="Thermo Fisher", version="3.0")),)
    assert encoding.process.analyses == (AnalysisProcess(
        processed="2024-04-30T15:00:00Z", site=site, name="STR Profile Assessment",
        description="FGA was read by hand."),)
    assert encoding.analysis.fragments == (FragmentAnalysis(category="Sample", storage="fsa", data="aW52ZW50ZWQ="),)
    data = encoding.str_data
    assert (data.kit, data.batch, data.lane, data.partial) == (
        Kit(name="GlobalFiler", manufacturer="Thermo Fisher"), "B-2024-017", "4", False)
    assert data.loci[3] == DnaLocus(
        name="FGA", category="Autosomal", kit=Kit(name="PowerPlex Fusion"), batch="B-2024-019",
        processed="2024-04-30T16:05:00Z", quality="Normal",
        by=Entity(person=Person(identifications=(Identification(id="analyst.two", category="User ID"),))),
        alleles=tuple(DnaAllele(operator="Equal", call=call, peak_height="812") for call in ("20", "21")))
    assert (data.loci[3].analyst, data.loci[4].quality) == ("analyst.two", "Not Definitive")


def test_donors_ids_and_categories_are_kept():
    wife = read_niem(_WORKED).records[1]
    assert (wife.categories, wife.label) == (("Family Relative",), "MP-0412-WIFE")
    assert wife.donors == (Donor(born=NiemDate(date="1931-06-21"), sex_text="Female"),)
    assert wife.donors[0].sex is Sex.FEMALE
    assert [(i.kind, i.id) for i in wife.identifications] == [
        ("Case ID", "MP-0412"), ("DNA Profile ID", "MP-0412-WIFE")]


def test_alleles_keep_their_operators():
    loci = read_niem(_WORKED).records[0].encodings[0].str_data.loci
    assert [(a.operator, a.call, a.call_2) for locus in loci[2:4] for a in locus.alleles] == [
        ("Equal", "15", None), ("AboveUpperLimit", "19", None), ("Equal", "22", None), ("Range", "23", "24")]


def test_mitochondrial_fragments_are_kept():
    data = read_niem(_WORKED).records[0].encodings[1].mito_data
    assert data.reference == "rCRS (NC_012920.1)"
    assert [(f.start, f.end, [(p.site, p.offset, p.base) for p in f.polymorphisms]) for f in data.fragments] == [
        ("16024", "16365", [("16189", None, "C")]),
        ("73", "340", [("263", "0", "G"), ("315", "1", "C"), ("249", None, "-")])]


def test_the_pedigree_says_who_is_whose_father_and_mother():
    pedigree = read_niem(_WORKED).pedigrees[0]
    assert (pedigree.status, [m.status for m in pedigree.members]) == ("Claimed", ["K", "S", "K"])
    assert parents_of(pedigree) == ((None, None), (None, None), (1, 0))


@pytest.mark.parametrize("reference", [
    'structures:ref="ID-2"', 'structures:metadata="ID-2"', 'structures:uri="#ID-2"',
    'structures:relationshipMetadata="ID-2"'])
def test_a_parent_is_named_by_any_kind_of_reference(tmp_path, reference):
    file = read_text(tmp_path, text_of(_WORKED).replace('structures:metadata="ID-2"', reference))
    assert parents_of(file.pedigrees[0])[2] == (1, 0)


def test_a_parent_is_named_by_an_id_as_well(tmp_path):
    text = text_of(_WORKED).replace('<biom:PedigreeMotherIdentification structures:metadata="ID-1"/>',
                                    "<biom:PedigreeMotherIdentification><nc:IdentificationID>MP-0412-WIFE"
                                    "</nc:IdentificationID></biom:PedigreeMotherIdentification>")
    assert parents_of(read_text(tmp_path, text).pedigrees[0])[2] == (1, 0)


def test_elements_that_are_not_known_are_kept_and_noted():
    file = read_niem(_WORKED)
    assert file.notes == ("kept as it stands: biom:DNAEncodingAugmentationPoint",)
    remark = XmlElement("{urn:homeward:niem-dna}Remark", "kept as it stands")
    assert file.records[0].encodings[0].more == (
        XmlElement(f"{{{RELEASES['5.1'].biom}}}DNAEncodingAugmentationPoint", "", (), (remark,)),)


def test_attributes_of_objects_and_of_texts_are_kept():
    data = read_niem(_SPEC / "valid" / "references-elsewhere.xml").records[0].encodings[0].str_data
    assert data.attributes == (XmlAttribute("structures:id", "STR-1"),)
    assert data.loci[0].attributes == (XmlAttribute("structures:id", "L-1", of="biom:DNALocusName"),)


def test_an_element_that_refers_elsewhere_is_kept_and_not_followed():
    encoding = read_niem(_SPEC / "valid" / "references-elsewhere.xml").records[0].encodings[0]
    assert encoding.source is None
    assert encoding.more[0].attributes == (
        (f"{{{RELEASES['5.1'].structures}}}ref", "SRC-1"), (f"{{{RELEASES['5.1'].xsi}}}nil", "true"))


def test_a_second_element_where_one_is_foreseen_is_kept(tmp_path):
    text = text_of(_WORKED).replace("<nc:PersonSexText>Female</nc:PersonSexText>\n    </biom:DNADonor>",
                                    "<nc:PersonSexText>Female</nc:PersonSexText>"
                                    "<nc:PersonSexText>F</nc:PersonSexText></biom:DNADonor>")
    file = read_text(tmp_path, text)
    donor = file.records[1].donors[0]
    assert (donor.sex_text, donor.more[0].text) == ("Female", "F")
    write_niem(file, tmp_path / "y.xml")
    assert read_niem(tmp_path / "y.xml") == file


def test_another_order_than_the_schemas_is_read_and_noted(tmp_path):
    text = text_of().replace("          <biom:DNALocusName>TH01</biom:DNALocusName>\n", "").replace(
        "        </biom:DNALocus>", "          <biom:DNALocusName>TH01</biom:DNALocusName>\n        </biom:DNALocus>")
    file = read_text(tmp_path, text)
    assert file.records == read_niem(_SMALLEST).records
    assert file.notes == ("elements of biom:DNALocus stand in another order than in the schema",)


def test_releases_after_5_1_are_read_and_written_in_their_own_namespaces(tmp_path):
    for release, path in (("5.1", _SMALLEST), ("6.0", _SPEC / "valid" / "niem-6.xml")):
        file = read_niem(path)
        assert file.release == release
        write_niem(file, tmp_path / "x.xml")
        assert RELEASES[release].biom in text_of(tmp_path / "x.xml")
    assert read_niem(_SPEC / "valid" / "niem-6.xml").records == read_niem(_SMALLEST).records


def test_the_message_keeps_its_name_its_attributes_and_what_else_it_holds(tmp_path):
    end = "</msg:DNADataTransaction>"
    text = text_of().replace(end, f"  <msg:Sender>someone</msg:Sender>\n{end}")
    file = read_text(tmp_path, text)
    assert file.root == "{urn:homeward:niem-dna}DNADataTransaction"
    assert file.attributes == (XmlAttribute("xsi:schemaLocation", "urn:homeward:niem-dna transaction.xsd"),)
    assert file.more == (XmlElement("{urn:homeward:niem-dna}Sender", "someone"),)
    write_niem(file, tmp_path / "y.xml")
    assert read_niem(tmp_path / "y.xml") == file


def test_one_record_may_be_the_whole_file():
    file = read_niem(_SPEC / "valid" / "one-record.xml")
    assert file.root == ""
    assert file.records == read_niem(_SMALLEST).records


def test_all_faults_are_told_at_once(tmp_path):
    text = text_of(_WORKED).replace(">Partial<", ">Poor<").replace(">Range<", ">Between<")
    text = text.replace(">Claimed<", ">Said<")
    with pytest.raises(FaultyInput) as caught:
        read_text(tmp_path, text)
    assert [f.column for f in caught.value.faults] == [
        "biom:DNALocusQualityStatusCode", "biom:DNAAlleleOperatorCode", "biom:PedigreeStatusCode"]


_ALLELE = DnaAllele(operator="Equal", call="6")
_LOCUS = DnaLocus(name="TH01", category="Autosomal", quality="Normal", alleles=(_ALLELE,))


@pytest.mark.parametrize("wrong", [
    lambda: DnaLocus(name="", category="Autosomal", quality="Normal", alleles=(_ALLELE,)),
    lambda: DnaLocus(name="TH01", category="Mito", quality="Normal", alleles=(_ALLELE,)),
    lambda: DnaLocus(name="TH01", category="Autosomal", quality="Good", alleles=(_ALLELE,)),
    lambda: DnaLocus(name="TH01", category="Autosomal", quality="Normal", alleles=()),
    lambda: DnaLocus(name="TH01", category="Autosomal", quality="Normal", alleles=("6",)),
    lambda: DnaAllele(operator="About"), lambda: DnaAllele(call=6), lambda: DnaAllele(call=" 6"),
    lambda: DnaAllele(call="\x01"), lambda: DnaAllele(peak_height="high"), lambda: DnaAllele(required="yes"),
    lambda: DnaEncoding(technology="Magic"), lambda: DnaEncoding(technology="STR", str_data=_LOCUS),
    lambda: DnaRecord(categories=("Specimen",)), lambda: MitoFragment(start="x", end="340"),
    lambda: Pedigree(identifications=(), status="Claimed", members=(PedigreeMember(),)),
    lambda: Collection(collected="yesterday"),
    lambda: PedigreeMember(status="X"), lambda: NiemFile(), lambda: NiemFile(records=(DnaRecord(),), release="4.0"),
    lambda: NiemFile(records=(DnaRecord(), DnaRecord()), root=""),
])
def test_a_value_that_no_message_may_hold_cannot_be_made(wrong):
    with pytest.raises(InvalidValue):
        wrong()


def test_a_record_made_from_nothing_is_written_and_read(tmp_path):
    file = NiemFile(records=(DnaRecord(categories=("Unidentified Person",), encodings=(
        DnaEncoding(technology="STR", str_data=StrData(loci=(_LOCUS,), comments=("a < b & c", ""))),)),))
    write_niem(file, tmp_path / "x.xml")
    assert read_niem(tmp_path / "x.xml") == file
    assert [(r.categories, e.technology, locus.name) for r, e, locus in file.loci()] == [
        (("Unidentified Person",), "STR", "TH01")]


def test_a_niem_message_is_checked_and_told_from_a_case():
    with pytest.raises(Unsupported, match="3 DNA records of NIEM"):
        read_any(_WORKED)
    assert [f.rule for f in check_any(_SPEC / "invalid" / "choice.xml")] == ["choice"]
