"""Tiles: any size, any that were there before, and the same figures to the last bit."""

import dataclasses
import datetime
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from homeward.decide import identify
from homeward.decide.lines import antemortem, postmortem
from homeward.decide.tiles import compare_in_tiles, packed, tile_size, unpacked
from homeward.evidence import kinship
from homeward.formats import read_any, write_case
from homeward.formats.results import facts_of, result_digest, results_document
from homeward.model import Genotype, InvalidValue, Profile
from homeward.simulate import grow_case

VALID = sorted(p.parent for p in (Path(__file__).parents[3] / "spec" / "valid").glob("*/case.toml"))
NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC)


class Kept(dict):
    """Tiles by number; ends the computation after so many new ones."""

    def __init__(self, stored=(), most=None):
        super().__init__(stored)
        self.new, self.most = [], most

    def put(self, index, content):
        self[index] = content
        self.new.append(index)
        if len(self.new) == self.most:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def case():
    """A grown case in which one family's references contradict the pedigree."""
    grown = grow_case(families=30, remains=9, rng=np.random.default_rng(12)).case
    family = next(f for f in grown.families if any(m.father for m in f.members))
    child = next(m for m in family.members if m.father and any(
        (s.family, s.member) == (family.id, m.id) for s in grown.reference_samples))
    sample = next(s for s in grown.reference_samples if (s.family, s.member) == (family.id, child.id))
    marker = next(m for m in grown.frequencies.markers if m.name == "D3S1358")
    odd = Genotype(marker.alleles[0], marker.alleles[0])
    return dataclasses.replace(grown, profiles=tuple(
        Profile(p.sample, {**p.genotypes, "D3S1358": odd}) if p.sample == sample.id else p for p in grown.profiles))


@pytest.fixture(scope="module")
def whole(case):
    return _compare(case)


def _compare(case, **how):
    sides = antemortem(case), postmortem(case), kinship.Params(case.frequencies)
    return compare_in_tiles(*sides, **how) if how else kinship.compare(*sides)


def _same(a, b):
    return (a.support.log10_lr.tobytes(), a.support.status.tobytes(), a.n_markers.tobytes(), a.excluding.tobytes(),
            a.markers, a.contradictions, a.support.am_ids, a.support.pm_ids) == (
            b.support.log10_lr.tobytes(), b.support.status.tobytes(), b.n_markers.tobytes(), b.excluding.tobytes(),
            b.markers, b.contradictions, b.support.am_ids, b.support.pm_ids)


@pytest.mark.parametrize("rows", [1, 2, 7, 29, 30, 31, 1000])
def test_tiles_of_any_size_are_one_comparison_to_the_last_bit(case, whole, rows):
    tiles = Kept()
    assert _same(_compare(case, tiles=tiles, rows=rows), whole)
    again = Kept(tiles)
    assert _same(_compare(case, tiles=again, rows=rows), whole)
    assert again.new == []


@pytest.mark.parametrize("done", [1, 4, 9])
def test_an_interrupted_comparison_goes_on_with_the_tiles_that_are_missing(case, whole, done):
    first = Kept(most=done)
    with pytest.raises(KeyboardInterrupt):
        _compare(case, tiles=first, rows=3)
    second = Kept(first)
    assert _same(_compare(case, tiles=second, rows=3), whole)
    assert second.new == list(range(done, 10))


@pytest.mark.parametrize("folder", VALID, ids=lambda p: p.name)
def test_every_valid_case_gives_one_digest_with_and_without_tiles(folder):
    case = read_any(folder)
    tiles = Kept()
    with_tiles, again, without = (identify(case, tiles=tiles), identify(case, tiles=tiles), identify(case))
    assert _digest(with_tiles) == _digest(again) == _digest(without)
    assert with_tiles.warnings == without.warnings


def _digest(found, when=NOON):
    return results_document(found, facts_of(found, source="test", when=when))["result_digest"]


def test_coancestry_is_tiled_as_well(case):
    table = dataclasses.replace(case.frequencies, markers=case.frequencies.markers[:3])
    few = grow_case(families=4, remains=3, rng=np.random.default_rng(3), table=table).case
    few = dataclasses.replace(few, frequencies=dataclasses.replace(table, theta=0.01))
    assert tile_size(kinship.Params(few.frequencies)) < tile_size(kinship.Params(table))
    assert _same(_compare(few, tiles=Kept(), rows=1), _compare(few))


def test_a_case_without_remains_or_without_references_has_tiles_too(case):
    for empty in (dataclasses.replace(case, remains=(), elements=(), remains_samples=(), profiles=()),
                  dataclasses.replace(case, families=(), reference_samples=(), profiles=())):
        assert _same(_compare(empty, tiles=Kept(), rows=5), _compare(empty))


def test_a_tile_of_other_persons_is_refused(case):
    tiles = Kept()
    _compare(case, tiles=tiles, rows=5)
    with pytest.raises(InvalidValue, match="tile's place"):
        _compare(case, tiles=Kept(tiles), rows=6)


def test_a_tile_is_the_same_bytes_every_time_and_reads_back(case, whole):
    am, pm = antemortem(case), postmortem(case)
    assert packed(whole) == packed(_compare(case))
    assert _same(unpacked(packed(whole), am, pm), whole)


def test_an_error_that_progress_raises_ends_the_work_at_every_stage(case):
    shares = []
    identify(case, progress=shares.append, tiles=Kept())
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert sum(share > 0.5 for share in shares) >= 5

    def leave(share):
        if share > 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        identify(case, progress=leave)


def test_the_digest_holds_the_figures_and_neither_time_nor_place(case):
    found = identify(case)
    document = results_document(found, facts_of(found, source="one", when=NOON))
    other = results_document(found, facts_of(found, source="two", when=NOON.replace(year=2027), seconds={"lr": 9.0}))
    assert document["result_digest"] == other["result_digest"] == result_digest(document)
    nudged = dataclasses.replace(found, posterior=np.nextafter(found.posterior, 2.0))
    assert _digest(nudged) != document["result_digest"]


def test_the_digest_is_the_same_in_another_process_with_other_hashes_and_threads(case, tmp_path):
    write_case(case, tmp_path / "case")
    code = ("import sys, datetime, pathlib, homeward.decide as d, homeward.formats as f, homeward.formats.results as r;"
            "found = d.identify(f.read_any(pathlib.Path(sys.argv[1])));"
            "facts = r.facts_of(found, source='x', when=datetime.datetime.now(datetime.UTC));"
            "print(r.results_document(found, facts)['result_digest'])")
    there = subprocess.run([sys.executable, "-c", code, tmp_path / "case"], capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONHASHSEED": "7", "OPENBLAS_NUM_THREADS": "1"}).stdout
    assert there == _digest(identify(case)) + "\n"
