"""Names of markers and alleles as laboratories write them."""

import pytest

from homeward.formats.marker_names import canonical_allele, is_amelogenin, meet

KNOWN = (
    "D3S1358", "TH01", "TPOX", "CSF1PO", "vWA", "FGA", "SE33", "PENTA D", "PENTA E", "D2S1338", "D2S441", "D8S1179",
    "DYS389I", "DYS389II", "DYS385", "FESFPS", "F13A01", "D12S391", "D5S818", "Amelogenin",
)


@pytest.mark.parametrize("name", KNOWN)
def test_an_identical_name_is_no_guess(name: str) -> None:
    assert meet(name, KNOWN) == (name, False)


@pytest.mark.parametrize(("written", "meant"), [
    ("d3s1358", "D3S1358"), ("D3 S1358", "D3S1358"), ("D3", "D3S1358"), ("THO1", "TH01"), ("HUMTH01", "TH01"),
    ("tho-1", "TH01"), ("TP0X", "TPOX"), ("CSF1P0", "CSF1PO"), ("VWA", "vWA"), ("HUMvWA", "vWA"), ("FIBRA", "FGA"),
    ("ACTBP2", "SE33"), ("PentaD", "PENTA D"), ("Penta_D", "PENTA D"), ("Penta-E", "PENTA E"), ("PENTA.D", "PENTA D"),
    ("DYS389 I", "DYS389I"), ("DYS389-II", "DYS389II"), ("DYS389.1", "DYS389I"), ("DYS385 a/b", "DYS385"),
    ("FES/FPS", "FESFPS"), ("F13A", "F13A01"), ("AMEL", "Amelogenin"), ("AMELX", "Amelogenin"),
    ("D6S502", "D8S1179"), ("D8", "D8S1179"), ("\u00a0D12S391 ", "D12S391"),
])
def test_another_spelling_of_the_field_is_met_as_a_guess(written: str, meant: str) -> None:
    assert meet(written, KNOWN) == (meant, True)


@pytest.mark.parametrize("written", ["D2", "D2S443", "D3S1359", "TH02", "PENTA", "DYS389", "D1", "", " ", "-", "FGB"])
def test_a_name_that_is_only_like_another_is_not_met(written: str) -> None:
    assert meet(written, KNOWN) is None


def test_a_name_that_fits_two_of_the_table_is_not_met() -> None:
    assert meet("penta d", ["PentaD", "PENTA D"]) is None
    assert meet("Penta D", ["PentaD", "Penta D"]) == ("Penta D", False)


def test_a_short_name_is_not_met_where_the_table_has_two_markers_of_the_chromosome() -> None:
    assert meet("D3", ["D3S1358", "D3S4529"]) is None
    assert meet("D3", ["D3S4529"]) is None
    assert meet("D3S1358", ["D3", "D5"]) == ("D3", True)


def test_a_table_may_carry_the_synonym_and_the_file_the_name() -> None:
    assert meet("SE33", {"ACTBP2": 1}) == ("ACTBP2", True)
    assert meet("TH01", ["THO1"]) == ("THO1", True)


@pytest.mark.parametrize(("name", "answer"), [
    ("AMEL", True), ("Amelogenin", True), ("AMELX", True), ("amel y", True), ("AMEL-XY", True), ("HUMAMEL", True),
    ("AMELIA", False), ("SE33", False), ("", False),
])
def test_amelogenin_is_known_by_its_names(name: str, answer: bool) -> None:
    assert is_amelogenin(name) is answer


@pytest.mark.parametrize(("text", "allele", "changed"), [
    ("9.3", "9.3", False), (" 9.3 ", "9.3", False), ("9,3", "9.3", True), ("12.0", "12", True), ("9.30", "9.3", True),
    ("12,0", "12", True), ("12,00", "12", True), ("09.3", "9.3", True), ("12", "12", False), ("X", "X", False),
    ("10", "10", False), ("100", "100", False), ("9+", "9+", False), ("", "", False), ("0", "0", False),
    ("20,20", "20,20", False), ("9.", "9.", False), ("1e1", "1e1", False), ("-9", "-9", False),
    ("9.3,10", "9.3,10", False),
])
def test_an_allele_is_written_in_one_way(text: str, allele: str, changed: bool) -> None:
    assert canonical_allele(text) == (allele, changed)
