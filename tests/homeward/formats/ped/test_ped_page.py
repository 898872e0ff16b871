"""The page on PED files runs, and the names that callers use stay."""

import re
from pathlib import Path

import homeward.formats.ped as ped

_ROOT = Path(__file__).resolve().parents[4]


def test_the_examples_of_the_page_run(monkeypatch, capsys):
    monkeypatch.chdir(_ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (_ROOT / "docs" / "ped.md").read_text(encoding="utf-8"), re.DOTALL)
    exec("\n".join(blocks), {})
    assert "is to be skipped" in capsys.readouterr().out


def test_the_public_names_are_these():
    assert sorted(ped.__all__) == [
        "ColumnKind", "GenotypeForm", "LinkageData", "LinkageLocus", "PedColumn", "PedComment", "PedCompanions",
        "PedFile", "PedForm", "PedGenotype", "PedMarker", "PedPeople", "PedPerson", "ped_case", "ped_file",
        "ped_people", "read_ped", "read_ped_case", "write_ped"]
