"""The page on DNA records of NIEM runs, and the names that callers use stay."""

import re
from pathlib import Path

import homeward.formats.niem as room

_ROOT = Path(__file__).parents[4]


def test_the_examples_of_the_page_run(monkeypatch, capsys):
    monkeypatch.chdir(_ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (_ROOT / "docs" / "niem.md").read_text(encoding="utf-8"), re.DOTALL)
    exec("\n".join(blocks), {})
    assert "allele frequencies of markers: 23" in capsys.readouterr().out


def test_the_public_names_are_these():
    assert sorted(room.__all__) == [
        "Accreditation", "AnalysisProcess", "Cartridge", "Collection", "Contact", "DnaAllele", "DnaAnalysis",
        "DnaEncoding", "DnaLocus", "DnaProcess", "DnaRecord", "DnaSource", "Donor", "Electropherogram", "Entity",
        "FragmentAnalysis", "Identification", "InstrumentProcess", "Kit", "Location", "MitoData", "MitoFragment",
        "MitoPolymorphism", "NiemDate", "NiemExport", "NiemFile", "Organization", "Pedigree", "PedigreeMember",
        "Person", "PersonName", "RELEASES", "SampleOrigin", "Site", "Software", "StrData", "XmlAttribute",
        "case_to_niem", "niem_case", "parents_of", "read_niem", "read_niem_case", "write_niem"]
