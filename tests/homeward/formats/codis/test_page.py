"""The page on files of CODIS runs, and the names that callers use stay."""

import re
from pathlib import Path

import homeward.formats.codis as room

_ROOT = Path(__file__).parents[4]


def test_the_examples_of_the_page_run(monkeypatch, capsys):
    monkeypatch.chdir(_ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (_ROOT / "docs" / "codis.md").read_text(encoding="utf-8"), re.DOTALL)
    exec("\n".join(blocks), {})
    assert "allele frequencies of markers: 23" in capsys.readouterr().out


def test_the_public_names_are_these():
    assert sorted(room.__all__) == [
        "Allele", "CATEGORIES", "CmfExport", "CmfImport", "CmfReference", "CmfSamples", "KITS", "LOCI", "Letter",
        "Locus", "NAMESPACE", "Relation", "Specimen", "case_to_cmf", "cmf_case", "cmf_samples", "read_cmf",
        "read_cmf_case", "relation_to", "write_cmf"]
