"""Tables that go into a case that stands: rows added, rows changed, nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import Workbook

from homeward.formats import write_case
from homeward.formats.casefile import holds_tables_alone, read_tables_into
from homeward.model import Case, FaultyInput, Genotype, Member, MissingPerson, PartialDate, Sex
from homeward.simulate import grow_case


@pytest.fixture(scope="module")
def case() -> Case:
    return grow_case(families=4, remains=5, rng=np.random.default_rng(3)).case


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _faults(case: Case, path: Path, **options: object) -> list[tuple[str, int, str, str]]:
    with pytest.raises(FaultyInput) as refused:
        read_tables_into(case, path, **options)  # type: ignore[arg-type]
    return [(f.file, f.line, f.column, f.rule) for f in refused.value.faults]


def test_rows_of_known_keys_change_and_others_are_added(case: Case, tmp_path: Path) -> None:
    first = case.roster[0]
    path = _write(tmp_path, "roster.csv", f"person,name,born\n{first.id},Synthetic Corrected,1929-03\nP-NEW,New,1930\n")
    joined = read_tables_into(case, path)
    assert joined.roster == (MissingPerson(first.id, "Synthetic Corrected", Sex.UNKNOWN, PartialDate(1929, 3)),
                             *case.roster[1:], MissingPerson("P-NEW", "New", Sex.UNKNOWN, PartialDate(1930)))
    assert replace(joined, roster=case.roster) == case


def test_the_tables_of_the_case_itself_change_nothing(case: Case, tmp_path: Path) -> None:
    write_case(case, tmp_path / "case")
    (tmp_path / "case" / "case.toml").unlink()
    assert holds_tables_alone(tmp_path / "case")
    assert read_tables_into(case, tmp_path / "case") == case


def test_a_family_gains_members_and_a_profile_markers(case: Case, tmp_path: Path) -> None:
    family, sample = case.families[0], case.profiles[0].sample
    missing = next(name for name in ("D3S1358", *case.frequencies._by_name))
    allele = case.frequencies[missing].alleles[0]
    (tmp_path / "new").mkdir()
    _write(tmp_path / "new", "families.csv", f"family,member,sex\n{family.id},uncle,male\n")
    _write(tmp_path / "new", "profiles.csv", f"sample,marker,allele1,allele2\n{sample},d3s1358,{allele},{allele}\n")
    before = dict(case.profiles[0].genotypes)
    fewer = replace(case, profiles=(replace(case.profiles[0], genotypes={
        m: g for m, g in before.items() if m != missing}), *case.profiles[1:]))
    joined = read_tables_into(fewer, tmp_path / "new")
    assert set(joined.families[0].members) == {*family.members, Member("uncle", None, None, Sex.MALE)}
    assert joined.profiles[0].genotypes == {**before, missing: Genotype(allele, allele)}
    assert joined.profiles[1:] == case.profiles[1:]


def test_a_workbook_goes_in_as_well(case: Case, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["remains", "sex"])
    book.active.append(["R-NEW", "male"])
    book.save(tmp_path / "found in May.xlsx")
    joined = read_tables_into(case, tmp_path / "found in May.xlsx", table="remains")
    assert joined.remains[-1].id == "R-NEW"


def test_faults_have_the_lines_of_the_file(case: Case, tmp_path: Path) -> None:
    path = _write(tmp_path, "samples.csv", f"sample,remains\nS-1,{case.remains[0].id}\n\nS-2,R-NOBODY\nS-1,R-0001\n")
    assert _faults(case, path) == [("samples.csv", 4, "remains", "unknown-record"),
                                   ("samples.csv", 5, "sample", "duplicate-key")]


def test_an_allele_without_a_frequency_is_a_fault_unless_it_is_given_one(case: Case, tmp_path: Path) -> None:
    sample, marker = case.profiles[0].sample, case.frequencies.markers[0].name
    path = _write(tmp_path, "profiles.csv", f"sample,marker,allele1,allele2\n{sample},{marker},99,99\n")
    assert [f[3] for f in _faults(case, path)] == ["unknown-allele"]
    joined = read_tables_into(case, path, unseen_allele=0.001)
    assert "99" in joined.frequencies[marker].alleles


def test_a_file_that_is_no_table_is_refused(case: Case, tmp_path: Path) -> None:
    assert _faults(case, _write(tmp_path, "rooster.csv", "person\n"))[0][3] == "table-name"
    assert not holds_tables_alone(tmp_path / "nowhere")
    write_case(case, tmp_path / "case")
    assert not holds_tables_alone(tmp_path / "case")
