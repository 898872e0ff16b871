"""From a case and its inventory to an assemblage: what enters under which name, and what is told when it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from homeward.decide.commingled import assemblage_of, lines_of_elements
from homeward.model import Linkage, RemainsSample
from homeward.model.inventory import ElementSample, Inventory
from homeward.model.lineage import MitoProfile, in_length_tract
from homeward.model.physical import Physical
from homeward.simulate.assemblage import draw_assemblage
from homeward.simulate.k55 import grow_k55, k55_settings


@pytest.fixture(scope="module")
def grown():
    return grow_k55(np.random.default_rng(7), size="small")


@pytest.fixture(scope="module")
def drawn():
    return draw_assemblage(np.random.default_rng(7), k55_settings("small"))[0]


def test_what_the_case_holds_is_what_was_drawn(grown, drawn):
    found = assemblage_of(grown.case, grown.inventory).assemblage
    assert {e: tuple(dict(p.genotypes) for p in own) for e, own in found.profiles.items()} == {
        e: tuple(dict(p.genotypes) for p in own) for e, own in drawn.profiles.items() if any(map(len, own))}
    assert dict(found.boxes) == {box: drawn.boxes[box] for box in found.boxes}
    assert set(found.relatives) == set(drawn.relatives)
    for person, relatives in found.relatives.items():
        assert {d: dict(p.genotypes) for d, p in relatives.typed.profiles.items()} == {
            d: dict(p.genotypes) for d, p in drawn.relatives[person].typed.profiles.items()}


def test_elements_share_a_haplotype_where_they_were_drawn_with_one(grown, drawn):
    found = assemblage_of(grown.case, grown.inventory).assemblage
    assert set(found.haplotypes) == set(drawn.haplotypes)
    alike = {(a, b) for a in drawn.haplotypes for b in drawn.haplotypes if drawn.haplotypes[a] == drawn.haplotypes[b]}
    assert alike == {(a, b) for a in found.haplotypes for b in found.haplotypes
                     if found.haplotypes[a] == found.haplotypes[b]}


def test_frequencies_are_counted_in_the_database(grown):
    found = assemblage_of(grown.case, grown.inventory).assemblage
    name = next(iter(found.haplotypes.values()))
    database = grown.case.mito_database
    named = [" ".join(str(d) for d in p.differences if not in_length_tract(d.position)) for p in database.haplotypes]
    count = sum(n for own, n in zip(named, database.counts, strict=True) if own == name)
    assert found.haplotype_frequencies[name] == (count + 1) / (database.size + 1)


def test_a_short_mitochondrial_profile_is_left_out_and_told(grown):
    case = grown.case
    of_remains = {s.id for s in case.remains_samples}
    sample = next(p for p in case.mito_profiles if p.sample in of_remains)
    short = MitoProfile.parse(sample.sample, "16024-16100", "")
    cut = replace(case, mito_profiles=tuple(short if p is sample else p for p in case.mito_profiles))
    found = assemblage_of(cut, grown.inventory)
    element = next(e.id for e in grown.inventory if any(s.profile == sample.sample for s in e.samples))
    assert element not in found.assemblage.haplotypes
    assert any(element in w for w in found.warnings)


def test_what_does_not_enter_is_told(grown):
    table = grown.case.frequencies
    linked = replace(table, linked=(Linkage(table.markers[0].name, table.markers[1].name, 0.1),))
    case = replace(grown.case, frequencies=linked, mito_database=None)
    warnings = " ".join(assemblage_of(case, grown.inventory).warnings)
    assert "no database" in warnings
    assert "linked markers" in warnings


def test_teeth_speak_for_the_jaw_alone_and_stature_stays_outside(grown):
    lines, left_out = lines_of_elements(grown.case, grown.inventory, grown.physical)
    assert [line.line for line in lines] == ["dental"]
    assert len(left_out) == 1
    assert "stature" in left_out[0]
    compared = {e for k, e in enumerate(lines[0].pm_ids) if lines[0].status[:, k].any()}
    assert compared == {t.owner for t in grown.physical.dental_pm}
    assert assemblage_of(grown.case, grown.inventory, lines).assemblage.lines == lines


def test_remains_of_two_elements_speak_for_neither(grown):
    owner = grown.physical.dental_pm[0].owner
    other = next(e for e in grown.inventory if e.id != owner and e.id not in {r.id for r in grown.case.remains})
    sample = next((s for e in grown.inventory if e.id == owner for s in e.samples if s.profile), None)
    case = grown.case
    if sample is None:  # the jaw gave no DNA: give it some remains' sample, and the same to another bone
        case = replace(case, remains_samples=(*case.remains_samples, RemainsSample("D-new", owner)))
    profile = "D-new" if sample is None else sample.profile
    both = Inventory(tuple(replace(e, samples=(ElementSample("S-new", None, "profiled", profile),))
                           if e.id == other.id else e for e in grown.inventory))
    lines, _ = lines_of_elements(case, both, grown.physical)
    assert owner not in {e for line in lines for e in line.pm_ids}


def test_without_papers_there_are_no_lines(grown):
    assert lines_of_elements(grown.case, grown.inventory, Physical()) == ((), ())
