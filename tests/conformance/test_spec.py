"""The cases of spec/: the right ones are read, each wrong one breaks its own rule, the worked ones hold."""

import csv
import dataclasses
import itertools
import math
import re
from pathlib import Path

import pytest

from homeward.formats.casefile import check_case, read_case
from homeward.formats.casefile.describe import describe_case_folder
from homeward.formats.casefile.schemas import TABLES, manifest_keys, rules, schema
from homeward.model import (
    MUTATION_KINDS,
    SIDES,
    TRANSFER_UNITS,
    Genotype,
    MissingPerson,
    MitoParameters,
    MutationModel,
    Prior,
    ReferenceSample,
    Remains,
    Rule,
    Sex,
    YParameters,
)
from homeward.model.parameters import ESTIMATES

ROOT = Path(__file__).parents[2]
SPEC = ROOT / "spec"


def folders(kind):
    return sorted(p for p in (SPEC / kind).iterdir() if p.is_dir())


def case_in(folder):
    """A folder that is about a zip file holds it, or is about its absence."""
    is_zip = (folder / "case.zip").exists() or folder.name == "unreadable"
    return folder / "case.zip" if is_zip else folder


@pytest.mark.parametrize("folder", folders("valid"), ids=lambda p: p.name)
def test_a_valid_case_has_no_faults_and_the_notes_that_are_expected(folder):
    notes = folder / "notes.txt"
    expected = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    assert check_case(case_in(folder)) == ()
    assert list(read_case(case_in(folder)).notes) == expected


@pytest.mark.parametrize("folder", folders("invalid"), ids=lambda p: p.name)
def test_an_invalid_case_breaks_its_own_rule_where_expected_and_no_other(folder):
    faults = check_case(case_in(folder))
    found = [f"{f.file}{f':{f.line}' if f.line else ''}: {f.column}: {f.rule}" for f in faults]
    assert found == (folder / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert {f.rule for f in faults} == {folder.name}


def test_every_rule_has_a_case_that_breaks_it():
    # "refused" stands for whatever the model refuses and the reader does not foresee: no case is known.
    assert {p.name for p in folders("invalid")} == set(rules()) - {"refused"}


@pytest.mark.parametrize("folder", [*folders("valid"), *folders("invalid"), *folders("worked")], ids=lambda p: p.name)
def test_everyone_in_the_cases_is_said_to_be_invented(folder):
    manifest = folder / "case.toml"
    if manifest.exists() and folder.name not in ("toml", "key-type"):
        assert "synthetic = true" in manifest.read_text(encoding="utf-8")


# The schemas

def test_the_papers_say_what_the_schemas_say():
    paper = (ROOT / "docs" / "case-folder.md").read_text(encoding="utf-8")
    part = paper.partition("<!-- schemas -->")[2].partition("<!-- end of schemas -->")[0]
    assert part.strip() == describe_case_folder().strip(), "see describe.py: this part of the paper is made from it"


def test_the_schemas_allow_what_the_model_allows():
    choices = {(t, c.name): c.choices for t in TABLES for c in schema(t).columns if c.choices}
    sexes = tuple(Sex)
    assert choices == {
        ("roster", "sex"): sexes, ("families", "sex"): sexes, ("remains", "sex"): sexes,
        ("references", "kind"): ("relative", "personal item"), ("transfers", "unit"): TRANSFER_UNITS,
        ("elements", "side"): SIDES, ("markers", "female_model"): MUTATION_KINDS,
        ("markers", "male_model"): MUTATION_KINDS, ("mutation_matrices", "sex"): ("male", "female")}
    for kind in choices["references", "kind"]:
        assert ReferenceSample("S", "F", "m", kind).kind == kind


def test_the_defaults_of_the_schemas_are_those_of_the_model():
    keys = manifest_keys()
    assert keys["prior.on_roster"].default == Prior().on_roster
    assert (keys["rule.posterior"].default, keys["rule.minimum_lines"].default) == (
        Rule().posterior, Rule().minimum_lines)
    assert (keys["prior.roster_size"].default, keys["prior.flat"].default) == (Prior().roster_size, Prior().flat)
    for section, usual in (("mtdna", MitoParameters()), ("ystr", YParameters())):
        stated = {key.name.removeprefix(f"{section}."): key.default for key in keys.values()
                  if key.section == section and key.name not in (f"{section}.population", f"{section}.source")}
        assert stated == {name: value for name, value in dataclasses.asdict(usual).items() if name != "rates"}
        assert keys[f"{section}.estimate"].choices == ESTIMATES
    columns = {(t, c.name): c.default for t in TABLES for c in schema(t).columns}
    assert columns["roster", "sex"] == MissingPerson("P").sex
    assert columns["remains", "sex"] == Remains("R").sex
    assert columns["references", "kind"] == ReferenceSample("S", "F", "m").kind
    for side in ("female", "male"):
        assert columns["markers", f"{side}_range"] == MutationModel().step_range
        assert columns["markers", f"{side}_rate"] == columns["markers", f"{side}_rate2"] == MutationModel().rate


@pytest.mark.parametrize("table", TABLES)
def test_every_schema_is_sound(table):
    described = schema(table)
    assert described.table == table
    assert described.required in ("always", "dna", "no")
    assert set(described.key) <= set(described.names)
    assert len(set(described.names)) == len(described.names)
    for column in described.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.meaning
        assert column.type in ("id", "text", "allele", "alleles", "number", "integer", "boolean", "choice", "date")
        assert (column.type == "choice") == bool(column.choices)
        assert set(column.aliases.values()) <= set(column.choices)
        for place in column.refers:
            other, _, name = place.partition(".")
            assert name in schema(other).names


def test_the_example_of_the_paper_is_the_minimal_case():
    paper = (ROOT / "docs" / "case-folder.md").read_text(encoding="utf-8")
    for name in ("case.toml", "roster.csv", "remains.csv"):
        block = re.search(rf"`{name}`:\n\n```\w*\n(.*?)```", paper, flags=re.DOTALL)
        assert block is not None
        assert block[1] == (SPEC / "valid" / "minimal" / name).read_text(encoding="utf-8")


# The worked cases, by the definition: the sum over all genotypes of the parents.

def worked():
    for folder in folders("worked"):
        with (folder / "expected.csv").open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                yield folder.name, row["person"], row["remains"], float(row["log10_lr"])


@pytest.mark.parametrize(("name", "person", "remains", "expected"), list(worked()))
def test_a_worked_answer_is_the_sum_over_all_genotypes_of_the_parents(name, person, remains, expected):
    case = read_case(SPEC / "worked" / name)
    family, missing = case.place_of()[person]
    references = {member: p for (f, member), p in case.reference_profiles().items() if f == family.id}
    total = 0.0
    for marker_name, seen in case.remains_profiles()[remains].genotypes.items():
        marker = case.frequencies[marker_name]
        typed = {m: p.genotypes[marker_name] for m, p in references.items()}
        together = likelihood(marker, family, typed | {missing.id: seen})
        apart = likelihood(marker, family, typed) * alone(marker, seen, missing.sex)
        total += math.log10(together / apart) if together else -math.inf
    assert total == pytest.approx(expected, abs=1e-9)


def genotypes(marker, sex):
    """All ordered genotypes of someone of the population, with their probabilities."""
    p = dict(zip(marker.alleles, marker.frequencies, strict=True))
    if marker.x_linked and sex is Sex.MALE:
        return {(a,): p[a] for a in p}
    return {(a, b): p[a] * p[b] for a in p for b in p}


def fits(genotype, seen):
    if seen is None:
        return True
    if seen.is_partial:
        return seen.first in genotype
    return seen == Genotype(genotype[0], genotype[1] if len(genotype) == 2 else None, hemizygous=len(genotype) == 1)


def alone(marker, seen, sex):
    return sum(p for g, p in genotypes(marker, sex).items() if fits(g, seen))


def passed(marker, parent, sex):
    """What a parent passes on, with its probability, mutation included."""
    model = marker.male if sex is Sex.MALE else marker.female
    assert model.kind in ("none", "equal")
    given = dict.fromkeys(marker.alleles, 0.0)
    for allele, other in itertools.product(parent, marker.alleles):
        stays = other == allele
        given[other] += (1 - model.rate if stays else model.rate / (len(marker.alleles) - 1)) / len(parent)
    return given


def likelihood(marker, family, seen):
    """P(all that was seen) in a family of two founders and their children."""
    father, mother = (next(m for m in family.members if m.is_founder and m.sex is s) for s in (Sex.MALE, Sex.FEMALE))
    children = [m for m in family.members if not m.is_founder]
    assert len(children) + 2 == len(family.members)
    total = 0.0
    for (f, p_f), (m, p_m) in itertools.product(genotypes(marker, Sex.MALE).items(),
                                                genotypes(marker, Sex.FEMALE).items()):
        if fits(f, seen.get(father.id)) and fits(m, seen.get(mother.id)):
            paternal, maternal = passed(marker, f, Sex.MALE), passed(marker, m, Sex.FEMALE)
            chances = (chance(marker, child, paternal, maternal, seen.get(child.id)) for child in children)
            total += p_f * p_m * math.prod(chances)
    return total


def chance(marker, child, paternal, maternal, seen):
    if marker.x_linked and child.sex is Sex.MALE:
        return sum(p for a, p in maternal.items() if fits((a,), seen))
    return sum(paternal[a] * maternal[b] for a in paternal for b in maternal if fits((a, b), seen))
