"""What is written is read as it was."""

from pathlib import Path

import pytest

from homeward.formats.ped import (
    ColumnKind,
    GenotypeForm,
    PedColumn,
    PedFile,
    PedForm,
    PedGenotype,
    PedMarker,
    PedPerson,
    read_ped,
    write_ped,
)
from homeward.model import InvalidValue, Sex

_DATA = Path(__file__).parents[1] / "data" / "ped"
_NAMES = sorted(p.name for p in _DATA.glob("*.ped"))


@pytest.mark.parametrize("name", _NAMES)
def test_every_fixture_comes_back_as_it_was(tmp_path, name):
    file = read_ped(_DATA / name)
    written = write_ped(file, tmp_path / name)
    assert sorted(p.name for p in written) == sorted(p.name for p in _DATA.glob(f"{Path(name).stem}.*"))
    again = read_ped(tmp_path / name)
    assert again == file
    first = {p.name: p.read_bytes() for p in written}
    write_ped(again, tmp_path / name)
    assert {p.name: p.read_bytes() for p in written} == first


@pytest.mark.parametrize(("name", "suffix"), [("trio", "ped"), ("pairs", "ped"), ("merlin", "map"), ("makeped", "ped")])
def test_a_file_in_the_usual_form_is_written_byte_for_byte(tmp_path, name, suffix):
    write_ped(read_ped(_DATA / f"{name}.ped"), tmp_path / f"{name}.ped")
    assert (tmp_path / f"{name}.{suffix}").read_bytes() == (_DATA / f"{name}.{suffix}").read_bytes()


def test_markers_of_the_other_files_alone_are_kept(tmp_path):
    for suffix, text in (("ped", "1 a 0 0 1 14 15\n"), ("dat", "M D3\n"),
                         ("freq", "M FGA\nA 20 1\nM TH01\nF 0.5 0.5\n"),
                         ("map", "CHR MARKER POS\n11 TH01 2.5\n3 D3 60\n")):
        (tmp_path / f"x.{suffix}").write_text(text, encoding="utf-8")
    file = read_ped(tmp_path / "x.ped")
    assert [m.name for m in file.form.others] == ["TH01", "FGA"]
    assert file.notes == ("x.ped: markers of the .map or .freq that are not in the file: 2, first TH01",)
    (tmp_path / "out").mkdir()
    write_ped(file, tmp_path / "out" / "x.ped")
    again = read_ped(tmp_path / "out" / "x.ped")
    assert again == file
    assert again.form.others[0] == PedMarker("TH01", "11", 2.5, None, (("1", 0.5), ("2", 0.5)))


def test_a_word_that_the_form_cannot_carry_is_refused_before_anything_is_written(tmp_path):
    person = PedPerson("F", "1", None, None, Sex.MALE, (PedGenotype("12", "13"),), ("two words",))
    columns = (*PedFile(()).columns, PedColumn(ColumnKind.OTHER, "note"), PedColumn(ColumnKind.MARKER, "M1"))
    file = PedFile((person,), columns, (PedMarker("M1"),), PedForm(header=("a",)))
    write_ped(file, tmp_path / "with_tabs.ped")
    for form in (PedForm(separator=" "), PedForm(header=("a",), genotypes=GenotypeForm.JOINED)):
        with pytest.raises(InvalidValue):
            write_ped(PedFile((person,), columns, (PedMarker("M1"),), form), tmp_path / "refused.ped")
    assert [p.name for p in tmp_path.iterdir()] == ["with_tabs.ped"]
