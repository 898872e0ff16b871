"""A commingled case grown: that it is a case, that its truth stands apart, that the same seed gives the same."""

import numpy as np
import pytest

from homeward.formats import check_any, read_case, read_inventory, write_case, write_inventory
from homeward.formats.physical import read_physical, write_physical
from homeward.kinship.lineage.lines import Descent, trace_lines
from homeward.model import InvalidValue
from homeward.model.inventory import same_slot
from homeward.simulate.invented_mtdna import invented_haplotypes
from homeward.simulate.invented_y import YPopulation, handed_down
from homeward.simulate.k55 import SIZES, grow_k55, k55_settings
from homeward.simulate.k55_finds import Wear
from homeward.simulate.k55_papers import Papers
from homeward.simulate.shapes import family_of


@pytest.fixture(scope="module")
def grown():
    return grow_k55(np.random.default_rng(7), size="small")


def test_the_same_seed_gives_the_same_case(grown):
    again = grow_k55(np.random.default_rng(7), size="small")
    assert again.case == grown.case
    assert again.inventory == grown.inventory
    assert again.person_of == grown.person_of
    assert grow_k55(np.random.default_rng(8), size="small").case != grown.case


def test_what_is_grown_is_written_and_read_without_a_fault(grown, tmp_path):
    write_case(grown.case, tmp_path / "case")
    write_inventory(grown.inventory, tmp_path / "case")
    assert check_any(tmp_path / "case") == ()
    case = read_case(tmp_path / "case")
    assert case == grown.case
    assert read_inventory(tmp_path / "case", case).inventory.elements == grown.inventory.elements
    write_physical(grown.physical, tmp_path / "case", case)
    assert read_physical(tmp_path / "case", case) == grown.physical


def test_everything_is_marked_synthetic(grown):
    assert grown.case.synthetic
    assert all("(synthetic)" in p.name for p in grown.case.roster)
    assert all(e.note == "synthetic" for e in grown.inventory)


def test_the_truth_is_of_every_element_and_stands_in_no_table(grown):
    assert list(grown.person_of) == [e.id for e in grown.inventory]
    assert not any(person in str(e) for e in grown.inventory for person in set(grown.person_of.values()))


def test_whole_bones_of_one_person_fill_different_places(grown):
    owners = grown.person_of
    elements = grown.inventory.elements
    clashes = [(a.id, b.id) for i, a in enumerate(elements) for b in elements[i + 1:]
               if owners[a.id] == owners[b.id] and same_slot(a, b)]
    assert clashes == []


def test_maternal_references_are_of_donors_on_the_maternal_line(grown):
    case = grown.case
    references = {s.id: s for s in case.reference_samples}
    families = {f.id: f for f in case.families}
    typed = [references[p.sample] for p in case.mito_profiles if p.sample in references]
    assert typed
    for sample in typed:
        family = families[sample.family]
        lines = trace_lines([family], Descent.MATERNAL)
        assert any(lines.meioses((family.id, m.id), (family.id, sample.member)) is not None for m in family.missing)


def test_every_profile_is_of_a_sample_of_its_own_element(grown):
    remains = {s.id: s.remains for s in grown.case.remains_samples}
    held = [(e.id, s.profile) for e in grown.inventory for s in e.samples if s.profile is not None]
    assert held
    assert all(remains[profile] == element for element, profile in held)


def test_without_wear_every_bone_is_whole_and_every_measurement_as_drawn():
    still = grow_k55(np.random.default_rng(7), size="small",
                     wear=Wear(broken=0.0, unsided=0.0, slip=0.0, failed=0.0, again=0.0, paired=0.0))
    assert all(e.completeness == "complete" and e.zones is None for e in still.inventory)
    assert still.inventory.doubts == ()
    assert still.inventory.associations == ()


def test_slips_of_the_unit_are_found_as_doubts(grown):
    right = grow_k55(np.random.default_rng(7), size="small", wear=Wear(slip=0.0)).inventory
    slips = grow_k55(np.random.default_rng(7), size="small", wear=Wear(slip=0.2)).inventory
    slipped = {(e.id, code) for e in right for code, mm in e.measurements.items()
               if slips[e.id].measurements[code] != mm}
    assert len(slipped) > 10
    assert {(d.element, d.field) for d in slips.doubts if "centimetres" in d.why} == slipped


def test_a_third_of_the_persons_of_k55_are_expected_off_the_roster():
    # 88 South Koreans of about 250 persons: press of 15 August 2024, docs/simulate.md
    settings = k55_settings("k55")
    shape, rate = settings.priors.unlisted
    assert shape / rate == pytest.approx(88.0, rel=0.02)
    (a, b), (c, d) = settings.priors.stated, settings.priors.elsewhere
    listed = settings.stated * settings.persons_each
    rest = settings.incidents * settings.persons_each - listed
    # a tenth of these leave nothing: 162 are found
    assert listed * a / (a + b) + rest * c / (c + d) == pytest.approx(180.0, rel=0.05)
    assert (settings.boxes, settings.incidents * settings.persons_each, settings.coverage) == (55, 7700, 0.91)


def test_another_size_is_refused():
    assert SIZES == ("small", "medium", "k55")
    with pytest.raises(InvalidValue, match="small, medium, k55"):
        k55_settings("huge")


def test_invented_haplotypes_differ_from_each_other():
    found = invented_haplotypes([f"h{k}" for k in range(300)], np.random.default_rng(2))
    assert len({p.key for p in found.values()}) == 300


def test_teeth_found_are_of_the_jaw_that_they_were_found_in(grown):
    bones = {e.id: e.bone for e in grown.inventory}
    assert grown.physical.dental_pm
    for tooth in grown.physical.dental_pm:
        assert bones[tooth.owner] == ("cranium" if tooth.tooth < 30 else "mandible")


def test_without_errors_a_filling_never_unfills():
    grown = grow_k55(np.random.default_rng(7), size="medium", papers=Papers(am_error=0.0, pm_error=0.0, charted=1.0))
    charts = {(t.owner, t.tooth): t.code for t in grown.physical.dental_am}
    known = [(charts[grown.person_of[t.owner], t.tooth], t.code) for t in grown.physical.dental_pm
             if (grown.person_of[t.owner], t.tooth) in charts]
    assert len(known) > 50
    assert {am for am, pm in known if am != pm} <= {"V"}


def test_recorded_heights_go_with_the_femora():
    grown = grow_k55(np.random.default_rng(7), size="medium", papers=Papers(measured=1.0))
    heights = {r.person: r.height_cm for r in grown.physical.antemortem}
    pairs = [(e.value, heights[grown.person_of[e.remains]]) for e in grown.physical.examinations
             if grown.person_of[e.remains] in heights]
    assert len(pairs) > 8
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.4
    assert all(abs(h / 1.27 - round(h / 1.27)) < 0.01 for h in heights.values())


def test_men_of_one_paternal_line_share_their_y_but_for_mutation():
    rng = np.random.default_rng(4)
    population = YPopulation(rng)
    family = family_of("nephews of two sibs", rng=rng).family  # one nephew by a brother, one by a sister
    drawn = [handed_down(family, population, rng) for _ in range(60)]
    assert np.mean([np.abs(y["missing"] - y["nephew-1"]).sum() for y in drawn]) < 0.3
    assert np.mean([np.abs(y["missing"] - y["nephew-2"]).sum() for y in drawn]) > 3.0
    assert "sister" not in drawn[0]


def test_y_haplotypes_are_of_donors_and_of_profiled_elements(grown):
    case = grown.case
    known = {s.id for s in case.reference_samples} | {s.id for s in case.remains_samples}
    assert case.y_database.size == 800
    assert {p.sample for p in case.y_profiles} <= known
    assert {p.sample for p in case.y_profiles} & {s.id for s in case.remains_samples}
