"""The page on GEDCOM files runs, and the names that callers use stay."""

import re
from pathlib import Path

import homeward.formats.gedcom as gedcom

_ROOT = Path(__file__).resolve().parents[4]


def test_the_examples_of_the_page_run(monkeypatch, capsys):
    monkeypatch.chdir(_ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (_ROOT / "docs" / "gedcom.md").read_text(encoding="utf-8"), re.DOTALL)
    exec("\n".join(blocks), {})
    assert "mother's sister's daughter" in capsys.readouterr().out


def test_the_public_names_are_these():
    assert sorted(gedcom.__all__) == [
        "DateKind", "Descent", "Gedcom", "GedcomDate", "GedcomFamily", "GedcomKin", "GedcomLine", "GedcomName",
        "GedcomParents", "GedcomPerson", "Reach", "Relative", "Side", "gedcom_family", "gedcom_from", "gedcom_of",
        "parse_date", "read_gedcom", "without_living", "write_gedcom"]
