"""Genes dropped through pedigrees, against Mendel's laws and closed forms."""

import csv
from pathlib import Path

import numpy as np
import pytest

from homeward.kinship.mutation import mutation_matrix
from homeward.model import Family, FrequencyTable, Genotype, InvalidValue, Marker, Member, MutationModel, Profile, Sex
from homeward.simulate import family_of, fbi2015, gene_drop, shapes
from homeward.simulate.inheritance import Loci, drop

SHARED = Path(__file__).parents[4] / "shared"
M, F = Sex.MALE, Sex.FEMALE
STANDARD_ERRORS = 4.5  # a true law fails a test of this width about 7 times in a million


def _couple(n_children, sex=F):
    children = tuple(Member(f"c{i}", "dad", "mum", sex) for i in range(n_children))
    return Family("couple", (Member("dad", None, None, M), Member("mum", None, None, F), *children))


def _founders(n, sex=F, inbreeding=0.0):
    members = tuple(Member(f"m{i}", None, None, sex) for i in range(n))
    return Family("founders", members, {m.id: inbreeding for m in members} if inbreeding else {})


def _table(*markers, theta=0.0):
    return FrequencyTable("synthetic", markers, theta=theta)


def _within(seen, expected, variance):
    assert abs(seen - expected) <= STANDARD_ERRORS * np.sqrt(variance), (seen, expected, np.sqrt(variance))


def _powers(marker):
    p = np.array(marker.frequencies)
    return (p**2).sum(), (p**4).sum()


@pytest.mark.parametrize("shape", shapes())
def test_without_mutation_a_child_has_one_allele_of_each_parent(shape):
    family = family_of(shape).family
    profiles = gene_drop(family, fbi2015(), np.random.default_rng(11))
    for m in family.members:
        assert len(profiles[m.id]) == 23
        if m.father is None:
            continue
        for name, genotype in profiles[m.id].genotypes.items():
            a, b = genotype.alleles
            dad, mum = profiles[m.father].genotypes[name].alleles, profiles[m.mother].genotypes[name].alleles
            assert (a in dad and b in mum) or (b in dad and a in mum)


def test_allele_frequencies_of_founders_converge_to_the_table():
    table, n = fbi2015("Apache"), 3000
    profiles = gene_drop(_founders(n), table, np.random.default_rng(12))
    for marker in table.markers:
        counts = dict.fromkeys(marker.alleles, 0)
        for profile in profiles.values():
            for allele in profile.genotypes[marker.name].alleles:
                counts[allele] += 1
        for allele, p in zip(marker.alleles, marker.frequencies, strict=True):
            _within(counts[allele] / (2 * n), p, p * (1 - p) / (2 * n) + 1 / (2 * n) ** 2)


@pytest.mark.parametrize(("theta", "inbreeding"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.3), (0.1, 0.3)])
def test_homozygosity_of_a_founder_follows_coancestry_and_inbreeding(theta, inbreeding):
    # P(aa) = f p + (1 − f) (θ p + (1 − θ) p²): Balding & Nichols 1994, doi:10.1016/0379-0738(94)90222-4.
    base = fbi2015()
    loci = Loci.of(FrequencyTable("synthetic", base.markers, theta=theta))
    rng, family, n = np.random.default_rng(13), _founders(1, inbreeding=inbreeding), 600
    seen = [len(set(g.alleles)) == 1 for _ in range(n) for g in drop(family, loci, rng)["m0"].genotypes.values()]
    each = [inbreeding + (1 - inbreeding) * (theta + (1 - theta) * _powers(m)[0]) for m in base.markers]
    _within(sum(seen), n * sum(each), n * sum(p * (1 - p) for p in each))


def test_two_founders_share_alleles_as_coancestry_says():
    # P(an allele of one founder equals an allele of the other) = θ + (1 − θ) Σ p², whatever the order of drawing.
    theta, n = 0.2, 1500
    marker = Marker("L", ("1", "2", "3"), (0.2, 0.3, 0.5))
    loci, rng, family = Loci.of(_table(marker, theta=theta)), np.random.default_rng(14), _founders(2)
    shared = []
    for _ in range(n):
        one, other = (profile.genotypes["L"].alleles for profile in drop(family, loci, rng).values())
        shared.append(one[int(rng.integers(2))] == other[int(rng.integers(2))])
    expected = theta + (1 - theta) * _powers(marker)[0]
    _within(np.mean(shared), expected, expected * (1 - expected) / n)


# Cotterman's coefficients (P that 0, 1, 2 alleles are identical by descent) of the missing person with a donor:
# Thompson 1975, doi:10.1111/j.1469-1809.1975.tb00120.x, table 1, and pedigree counting for the double cousins.
KAPPA = [
    ("father", "father", (0, 1, 0)), ("mother", "mother", (0, 1, 0)), ("parents", "father", (0, 1, 0)),
    ("one sib", "sib", (1 / 4, 1 / 2, 1 / 4)), ("three sibs", "sib-3", (1 / 4, 1 / 2, 1 / 4)),
    ("half-sibs", "paternal-half-sib", (1 / 2, 1 / 2, 0)), ("half-sibs", "maternal-half-sib", (1 / 2, 1 / 2, 0)),
    ("spouse and child", "spouse", (1, 0, 0)), ("spouse and child", "child", (0, 1, 0)),
    ("grandchildren", "grandchild-2", (1 / 2, 1 / 2, 0)), ("two nephews", "nephew-1", (1 / 2, 1 / 2, 0)),
    ("nephews of two sibs", "nephew-2", (1 / 2, 1 / 2, 0)), ("uncle", "uncle", (1 / 2, 1 / 2, 0)),
    ("two cousins and an aunt", "aunt", (1 / 2, 1 / 2, 0)),
    ("two cousins and an aunt", "cousin-2", (3 / 4, 1 / 4, 0)),
    ("second cousin", "second-cousin", (15 / 16, 1 / 16, 0)),
    ("double first cousins", "double-cousin-1", (9 / 16, 6 / 16, 1 / 16)),
    ("missing father and son", "wife", (1, 0, 0)), ("missing father and son", "daughter", (0, 1, 0)),
    ("two missing brothers", "sister", (1 / 4, 1 / 2, 1 / 4)),
]


@pytest.mark.parametrize(("shape", "donor", "kappa"), KAPPA)
def test_equal_genotypes_are_as_frequent_as_the_relationship_says(shape, donor, kappa):
    # Of two people with 0, 1, 2 alleles by descent in common, P(equal genotypes) = 2 (Σp²)² − Σp⁴, Σp², 1.
    table, family, n = fbi2015(), family_of(shape).family, 150
    loci, rng = Loci.of(table), np.random.default_rng(15)
    missing, equal = family.missing[0].id, 0
    for _ in range(n):
        profiles = drop(family, loci, rng)
        equal += sum(g == profiles[donor].genotypes[name] for name, g in profiles[missing].genotypes.items())
    each = []
    for marker in table.markers:
        s2, s4 = _powers(marker)
        each.append(kappa[0] * (2 * s2**2 - s4) + kappa[1] * s2 + kappa[2])
    _within(equal, n * sum(each), n * sum(p * (1 - p) for p in each))


def test_a_child_of_first_cousins_is_inbred_by_a_sixteenth():
    table, family, n = fbi2015(), family_of("sib of a cousin marriage").family, 250
    loci, rng = Loci.of(table), np.random.default_rng(16)
    drawn = [drop(family, loci, rng)["missing"] for _ in range(n)]
    seen = sum(len(set(g.alleles)) == 1 for profile in drawn for g in profile.genotypes.values())
    each = [1 / 16 + 15 / 16 * _powers(m)[0] for m in table.markers]
    _within(seen, n * sum(each), n * sum(p * (1 - p) for p in each))


@pytest.mark.parametrize("kind", ["equal", "proportional", "stepwise", "onestep", "dawid"])
def test_mutations_are_seen_at_the_mothers_and_the_fathers_rates(kind):
    alleles, frequencies, n = ("9", "10", "11", "12"), (0.1, 0.4, 0.3, 0.2), 4000
    female, male = MutationModel(kind, 0.04), MutationModel(kind, 0.12)
    table = _table(Marker("L", alleles, frequencies, female, male))
    given = {"dad": Profile("dad", {"L": Genotype("10", "10")}), "mum": Profile("mum", {"L": Genotype("12", "12")})}
    profiles = gene_drop(_couple(n), table, np.random.default_rng(17), founders=given)
    father, mother = (mutation_matrix(m, alleles, np.array(frequencies)) for m in (male, female))
    seen = {}
    for i in range(n):
        genotype = profiles[f"c{i}"].genotypes["L"].alleles
        seen[genotype] = seen.get(genotype, 0) + 1
    for i, paternal in enumerate(alleles):
        for j, maternal in enumerate(alleles):
            genotype = tuple(sorted((paternal, maternal)))
            p = father[1, i] * mother[3, j] + (father[1, j] * mother[3, i] if i != j else 0.0)
            _within(seen.get(genotype, 0), n * p, n * p * (1 - p) + 0.05)


def test_an_x_linked_marker_passes_from_father_to_daughters_and_from_mother_to_sons():
    marker = Marker("X", ("1", "2", "3", "4"), (0.25, 0.25, 0.25, 0.25), x_linked=True)
    given = {"dad": Profile("dad", {"X": Genotype("4", None, hemizygous=True)}),
             "mum": Profile("mum", {"X": Genotype("1", "2")})}
    family = Family("x", (*_couple(30, F).members, *(Member(f"s{i}", "dad", "mum", M) for i in range(30))))
    profiles = gene_drop(family, _table(marker), np.random.default_rng(18), founders=given)
    daughters = {str(profiles[f"c{i}"].genotypes["X"]) for i in range(30)}
    sons = {profiles[f"s{i}"].genotypes["X"] for i in range(30)}
    assert daughters == {"1/4", "2/4"}
    assert sons == {Genotype("1", None, hemizygous=True), Genotype("2", None, hemizygous=True)}


def test_men_drawn_as_founders_have_one_allele_of_an_x_linked_marker():
    marker = Marker("X", ("1", "2"), (0.5, 0.5), x_linked=True)
    profiles = gene_drop(_founders(50, M), _table(marker), np.random.default_rng(19))
    assert all(p.genotypes["X"].hemizygous for p in profiles.values())


def test_a_silent_allele_is_never_seen_and_hides_half_or_all_of_a_genotype():
    n, q = 2000, 0.4
    table = _table(Marker("S", ("10", "11", "null"), (0.3, 0.3, q), silent="null"))
    profiles = gene_drop(_founders(n), table, np.random.default_rng(20)).values()
    untyped = sum("S" not in p.genotypes for p in profiles)
    homozygous = sum(p.genotypes["S"] == Genotype("10", "10") for p in profiles if "S" in p.genotypes)
    assert all("null" not in p.genotypes["S"].alleles for p in profiles if "S" in p.genotypes)
    _within(untyped, n * q**2, n * q**2 * (1 - q**2))
    shown = 0.3**2 + 2 * 0.3 * q
    _within(homozygous, n * shown, n * shown * (1 - shown))


def test_what_is_given_of_a_founder_stays_and_the_rest_is_drawn():
    table = fbi2015(markers=["TPOX", "vWA"])
    given = {"m0": Profile("m0", {"TPOX": Genotype("12", None)})}
    rng = np.random.default_rng(21)
    drawn = [gene_drop(_founders(1), table, rng, founders=given)["m0"] for _ in range(40)]
    assert all("12" in p.genotypes["TPOX"].alleles for p in drawn)
    assert len({p.genotypes["TPOX"] for p in drawn}) > 1
    assert len({p.genotypes["vWA"] for p in drawn}) > 1


def test_real_genotypes_of_founders_are_passed_on():
    path = SHARED / "data" / "str_genotypes_nist1036.csv"
    if not path.exists():
        pytest.skip("the reference data beside the repository (../shared/data) are absent")
    table, people = fbi2015("African American"), {}
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["marker"] in table and row["allele1"] in table[row["marker"]].alleles \
                    and row["allele2"] in table[row["marker"]].alleles and len(people) < 10:
                people.setdefault(row["sample_id"], {})[row["marker"]] = Genotype(row["allele1"], row["allele2"])
    dad, mum = (Profile("", genotypes) for genotypes in list(people.values())[:2])
    family = family_of("three sibs").family
    profiles = gene_drop(family, table, np.random.default_rng(22), founders={"father": dad, "mother": mum})
    for name in dad.genotypes.keys() & mum.genotypes.keys():
        for child in ("missing", "sib-1", "sib-2", "sib-3"):
            a, b = profiles[child].genotypes[name].alleles
            pair = dad.genotypes[name].alleles, mum.genotypes[name].alleles
            assert (a in pair[0] and b in pair[1]) or (b in pair[0] and a in pair[1])
    assert len(dad.genotypes.keys() & mum.genotypes.keys()) >= 15


X = Marker("X", ("1", "2"), (0.5, 0.5), x_linked=True)
A = Marker("A", ("1", "2"), (0.5, 0.5))


@pytest.mark.parametrize(("marker", "sex", "given", "named"), [
    (A, F, {"nobody": Profile("", {})}, "must be a founder"),
    (A, F, {"c0": Profile("", {})}, "must be a founder"),
    (A, F, {"mum": Profile("", {"B": Genotype("1", "1")})}, "marker='B'"),
    (A, F, {"mum": Profile("", {"A": Genotype("3", "3")})}, "allele='3'"),
    (A, F, {"mum": Profile("", {"A": Genotype("1", None, hemizygous=True)})}, "must not be hemizygous"),
    (X, F, {"dad": Profile("", {"X": Genotype("1", "2")})}, "must be one allele"),
    (X, Sex.UNKNOWN, {}, "must be known for X-linked markers"),
])
def test_what_cannot_be_dropped_is_refused(marker, sex, given, named):
    with pytest.raises(InvalidValue, match=named):
        gene_drop(_couple(1, sex), _table(marker), np.random.default_rng(23), founders=given)


def test_the_same_seed_gives_the_same_people():
    family, table = family_of("two cousins and an aunt").family, fbi2015()
    first, again, other = (gene_drop(family, table, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert first == again
    assert first != other
