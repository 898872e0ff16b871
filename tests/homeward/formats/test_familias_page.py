"""The page on Familias files runs, and the names that callers use stay."""

import re
from pathlib import Path

import homeward.formats.familias as familias

_ROOT = Path(__file__).resolve().parents[3]


def test_the_examples_of_the_page_run(monkeypatch, capsys):
    monkeypatch.chdir(_ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (_ROOT / "docs" / "familias.md").read_text(encoding="utf-8"), re.DOTALL)
    exec("\n".join(blocks), {})
    assert "homozygotes" in capsys.readouterr().out


def test_the_public_names_are_these():
    assert sorted(familias.__all__) == [
        "FamiliasDatabase", "FamiliasDvi", "FamiliasFamily", "FamiliasFile", "FamiliasGenotype", "FamiliasLocus",
        "FamiliasMutation", "FamiliasPedigree", "FamiliasPerson", "FamiliasRelation", "FamiliasSetting",
        "familias_case", "read_familias", "read_familias_case", "write_familias"]
