"""Families grown from the genotypes of real people, whose truth is therefore known: nobody is named wrongly.

In 100 families a grandfather and the mother are two of the NIST population samples (Steffen et al. 2017,
doi:10.1016/j.fsigen.2017.08.011), the grandmother is drawn, and the children are dropped from them; 50 further people
of the same samples are remains of nobody listed. Frequencies are those of
another survey of the same population (Moretti et al. 2016, doi:10.1016/j.fsigen.2016.07.022). Alleles that this survey
did not meet get its minimum frequency, five copies (National Research Council 1996, doi:10.17226/5141), and
the table is rescaled to 1; nobody and no marker is left out for it.

The genotypes are read from ../shared; where that is absent these tests are skipped.
"""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from homeward.decide import Conclusion, identify
from homeward.model import (
    Case,
    Family,
    Genotype,
    Member,
    MissingPerson,
    MutationModel,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Rule,
    Sex,
)
from homeward.simulate import fbi2015, gene_drop

GENOTYPES = Path(__file__).parents[3] / "shared" / "data" / "str_genotypes_nist1036.csv"
N_ALLELES = 404  # counted for each marker of the Caucasian table
STEPWISE = MutationModel("stepwise", 0.002, 1e-5, 0.1)
N_FAMILIES, N_STRANGERS = 100, 50
TYPED = {"a parent and a sibling": ("mum", "sib"), "two siblings and an aunt": ("sib", "brother", "aunt"),
         "both parents": ("dad", "mum")}


def _people():
    """Profiles of the Caucasian samples, by sample id, at the markers of the frequency table."""
    if not GENOTYPES.exists():
        pytest.skip(f"the genotypes are not beside this checkout ({GENOTYPES})")
    people = {}
    with GENOTYPES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["population"] == "Cauc" and row["allele1"] and row["allele2"]:
                marker = row["marker"].replace("_", " ")
                people.setdefault(row["sample_id"], {})[marker] = Genotype(row["allele1"], row["allele2"])
    return {name: Profile(name, genotypes) for name, genotypes in people.items()}


def _table(people):
    """The FBI's frequencies with every allele that these people carry."""
    table = fbi2015("Caucasian", mutation=STEPWISE)
    widened = []
    for marker in table.markers:
        met = {a for p in people.values() if marker.name in p.genotypes for a in p.genotypes[marker.name].alleles}
        known = dict(zip(marker.alleles, marker.frequencies, strict=True))
        known |= dict.fromkeys(met - known.keys(), 5 / N_ALLELES)
        alleles = sorted(known, key=float)
        total = sum(known.values())
        widened.append(replace(marker, alleles=tuple(alleles), frequencies=tuple(known[a] / total for a in alleles)))
    return replace(table, markers=tuple(widened))


def _case(typed, seed):
    rng = np.random.default_rng(seed)
    people = _people()
    table = _table(people)
    names = {m.name for m in table.markers}
    people = {k: Profile(k, {m: g for m, g in p.genotypes.items() if m in names}) for k, p in people.items()}
    real = [people[k] for k in rng.permutation(sorted(people))]
    family = (Member("grandfather", None, None, Sex.MALE), Member("grandmother", None, None, Sex.FEMALE),
              Member("dad", "grandfather", "grandmother", Sex.MALE), Member("mum", None, None, Sex.FEMALE),
              Member("aunt", "grandfather", "grandmother", Sex.FEMALE), Member("x", "dad", "mum", Sex.MALE),
              Member("sib", "dad", "mum", Sex.FEMALE), Member("brother", "dad", "mum", Sex.MALE))
    families, samples, shown, truth = [], [], [], {}
    for k in range(N_FAMILIES):
        own = Family(f"F{k}", tuple(replace(m, person=f"P{k}") if m.id == "x" else m for m in family))
        carried = gene_drop(own, table, rng, founders={"grandfather": real[2 * k], "mum": real[2 * k + 1]})
        families.append(own)
        samples += [ReferenceSample(f"F{k}-{m}", own.id, m) for m in typed]
        shown += [replace(carried[m], sample=f"F{k}-{m}") for m in typed]
        truth[f"P{k}"] = carried["x"]
    remains = [*truth.items(), *((None, p) for p in real[2 * N_FAMILIES:2 * N_FAMILIES + N_STRANGERS])]
    remains = [remains[k] for k in rng.permutation(len(remains))]
    ids = [f"R{k}" for k in range(len(remains))]
    case = Case(name="grown from real genotypes", synthetic=True, frequencies=table, rule=Rule(minimum_lines=1),
                roster=tuple(MissingPerson(p, sex=Sex.MALE) for p in truth), families=tuple(families),
                remains=tuple(map(Remains, ids)), reference_samples=tuple(samples),
                remains_samples=tuple(RemainsSample(f"S{r}", r) for r in ids),
                profiles=(*shown, *(replace(p, sample=f"S{r}") for r, (_, p) in zip(ids, remains, strict=True))))
    return case, {r: person for r, (person, _) in zip(ids, remains, strict=True)}


@pytest.mark.parametrize("typed", TYPED)
def test_everyone_is_ranked_first_and_nobody_is_named_wrongly(typed):
    case, truth = _case(TYPED[typed], seed=1953)
    found = identify(case)
    assert found.warnings == ()
    for result in found.remains:
        person = truth[result.remains]
        if person is None:
            assert result.conclusion not in (Conclusion.IDENTIFIED, Conclusion.DISPUTED), result
        else:
            assert result.candidates[0].person == person, result
    proposals = {p.remains: p.person for p in found.proposals}
    assert all(truth[remains] == person for remains, person in proposals.items())
    assert len(proposals) >= 0.9 * N_FAMILIES


def test_every_allele_of_every_person_has_a_frequency():
    people = _people()
    table = _table(people)
    assert len(people) == 265
    added = {m.name: set(m.alleles) - set(fbi2015("Caucasian")[m.name].alleles) for m in table.markers}
    assert sum(map(len, added.values())) == 34
    for profile in people.values():
        for name, genotype in profile.genotypes.items():
            if name in table:
                assert all(table[name].index(a) >= 0 for a in genotype.alleles)
    assert all(sum(m.frequencies) == pytest.approx(1.0, abs=1e-12) for m in table.markers)
