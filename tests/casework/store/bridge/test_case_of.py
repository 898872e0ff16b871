"""What goes into the register comes out of it, to the last digit."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from casework.actions.imports import load_case
from casework.actions.people import add_person
from casework.actions.records import withdraw
from casework.policy import Role
from casework.store import models
from casework.store.bridge import case_of, layout
from casework.store.bridge.plain import NotPlain, from_plain, to_plain
from casework.store.models import Account, CaseFile
from homeward.formats import read_any
from homeward.model import (
    Case,
    FrequencyTable,
    Genotype,
    Incident,
    Linkage,
    Marker,
    MitoParameters,
    MutationModel,
    PartialDate,
    Prior,
    Profile,
    Remains,
    RemainsSample,
    Rule,
    Sex,
    YParameters,
)
from homeward.model.lineage import HaplotypeDatabase, MitoProfile, YProfile
from homeward.simulate import grow_case

Accounts = Callable[..., Account]
_ROOT = Path(__file__).parents[4]
_VALID = sorted((_ROOT / "spec" / "valid").iterdir())
_FAMILIAS = sorted((_ROOT / "tests" / "homeward" / "formats" / "data" / "familias").glob("*.fam"))
_NO_CASES = {"direct_twins.fam", "dvi_undecided.fam"}  # what their reader refuses, its own tests say why
_NEUTRAL = sorted((_ROOT.parent / "shared" / "cases" / "dna").glob("*/*.json"))
_PUBLISHED = [p for p in _NEUTRAL if p.parent.name == "published"]
_SOME = _PUBLISHED + [p for p in _NEUTRAL if p.parent.name != "published"][::12]


def _goes_through(case: Case, accounts: Accounts) -> None:
    batch = load_case(actor=accounts(Role.CASE_MANAGER), source=case, key="THE-CASE")
    again = case_of(CaseFile.objects.get(pk=batch.case_id))
    assert again == case
    assert again.digest() == case.digest()
    assert again.notes == case.notes


@pytest.mark.parametrize("folder", _VALID, ids=lambda p: p.name)
def test_every_valid_case_comes_out_equal(folder: Path, account: Accounts) -> None:
    _goes_through(read_any(next((p for p in folder.iterdir() if p.suffix == ".zip"), folder)), account)


@pytest.mark.parametrize("path", [p for p in _FAMILIAS if p.name not in _NO_CASES], ids=lambda p: p.name)
def test_every_case_of_familias_comes_out_equal(path: Path, account: Accounts) -> None:
    _goes_through(read_any(path), account)


@pytest.mark.parametrize("path", _SOME or [None], ids=lambda p: "absent" if p is None else p.stem)
def test_published_cases_come_out_equal(path: Path | None, account: Accounts) -> None:
    if path is None:
        pytest.skip("../shared/cases/dna is absent")
    _goes_through(read_any(path), account)


def test_a_simulated_case_comes_out_equal(account: Accounts) -> None:
    _goes_through(grow_case(rng=np.random.default_rng(1950)).case, account)


def _full() -> Case:
    """A case in which no field holds what it would hold unsaid."""
    custom = MutationModel("custom", matrix=((0.9, 0.1), (1 / 3, 2 / 3)))
    mutation = MutationModel("stepwise", 0.0013, 1e-6, 0.1), custom
    table = FrequencyTable("invented", (
        Marker("vWA", ("14", "17.3"), (1 / 3, 2 / 3), *mutation),
        Marker("D12S391", ("18", "s"), (0.999, 0.001), silent="s"),
        Marker("DXS8378", ("10", "11"), (0.5, 0.5), x_linked=True)), "a source", 0.01,
        (Linkage("vWA", "D12S391", 0.11),))
    mito = MitoProfile.parse("S1", "16024-576", "16093Y 309.1C 309.2c 523-524DEL")
    y = YProfile.parse("S1", {"DYS385": "11,14", "DYS19": "null"})
    return Case(
        "ÖÄ", table, "A title", True, Prior(0.1 + 0.2, 500, {"I1": 2.5}, True), Rule(0.99999, 3),
        incidents=(Incident("I1", "Name", PartialDate(1950, 11), "Somewhere", -89.999999999, 0.1 + 0.2),),
        remains=(Remains("R1", Sex.MALE),), remains_samples=(RemainsSample("S1", "R1"),),
        profiles=(Profile("S1", {"vWA": Genotype("17.3", None), "DXS8378": Genotype("10", None, hemizygous=True)}),),
        mito_profiles=(mito,), y_profiles=(y,), mito_database=HaplotypeDatabase("a people", (mito,), (7,), "there"),
        y_database=HaplotypeDatabase("another", (y,), (3,)), mito_parameters=MitoParameters("kappa", lengths=True),
        y_parameters=YParameters("upper", rates={"DYS19": 2.3e-3}), notes=("a guess",))


def test_every_field_of_a_case_travels(account: Accounts) -> None:
    _goes_through(_full(), account)


def test_a_field_of_settings_that_came_later_takes_its_default(account: Accounts) -> None:
    batch = load_case(actor=account(Role.CASE_MANAGER), source=_full())
    file = CaseFile.objects.get(pk=batch.case_id)
    del file.settings["y_parameters"]
    assert case_of(file).y_parameters == YParameters()


def test_every_field_of_a_case_has_its_place() -> None:
    """A tuple of records with ids needs a table; anything else travels with the settings, if JSON can hold it."""
    for name, declared in layout.settings_types().items():
        record = (get_args(declared) or (declared,))[0]
        assert not (dataclasses.is_dataclass(record) and "id" in {f.name for f in dataclasses.fields(record)}), name
        assert from_plain(declared, to_plain(getattr(_full(), name))) == getattr(_full(), name)
    assert {f.name for f in dataclasses.fields(Case)} == {
        *layout.LAYOUT, *layout.SETS, *layout.COLUMNS, *layout.settings_types()}


@pytest.mark.parametrize("name", layout.LAYOUT)
def test_every_field_of_a_record_has_its_column(name: str) -> None:
    table = layout.LAYOUT[name]
    fields = {f.name for f in dataclasses.fields(table.record)}
    beside = {"members"} if name == "families" else {"genotypes", "ranges", "differences", "haplotype", "sample"}
    assert fields - set(table.columns) <= beside
    for column in table.own:
        assert table.model._meta.get_field(column) is not None


def test_every_field_of_a_member_has_its_column() -> None:
    fields = {f.name for f in dataclasses.fields(layout.LAYOUT["families"].record)} - {"id", "members", "inbreeding"}
    assert not fields
    columns = {f.name for f in models.FamilyMember._meta.fields}
    assert columns == {"id", "family", "key", "father", "mother", "sex", "person", "withdrawn_at"}


def test_a_type_that_json_cannot_hold_is_met_by_the_tests() -> None:
    @dataclasses.dataclass(frozen=True)
    class Odd:
        value: complex

    for act in (lambda: to_plain(Odd(1j)), lambda: from_plain(Odd, {"value": 1}), lambda: from_plain(int | str, 1)):
        with pytest.raises(NotPlain):
            act()


def test_the_order_of_mappings_survives_both_databases() -> None:
    genotypes = {"zeta": 1.0, "alpha": 2.0}
    assert list(from_plain(dict[str, float], to_plain(genotypes))) == ["zeta", "alpha"]


def test_equal_reference_material_is_kept_once(account: Accounts) -> None:
    manager, case = account(Role.CASE_MANAGER), _full()
    for key in ("ONE", "TWO"):
        load_case(actor=manager, source=case, key=key)
    assert models.FrequencySet.objects.count() == 1
    assert models.HaplotypeSet.objects.count() == 2


def test_a_case_made_by_hand_is_a_case(case_file: CaseFile) -> None:
    case: Any = case_of(case_file)
    assert (case.name, case.synthetic, case.roster, case.frequencies.markers) == ("KW", True, (), ())


def test_a_prior_follows_the_roster(account: Accounts) -> None:
    manager = account(Role.CASE_MANAGER)
    case = dataclasses.replace(_full(), prior=Prior(roster_size=1, incidents={"I1": 2.0}))
    file = CaseFile.objects.get(pk=load_case(actor=manager, source=case).case_id)
    for key in ("P1", "P2"):
        add_person(actor=manager, case=file, key=key)
    withdraw(models.Incident.objects.get(), actor=manager, reason="entered twice")
    assert case_of(file).prior == Prior(roster_size=2)
