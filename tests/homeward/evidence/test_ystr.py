"""Y-STRs as evidence: closed forms, laws, a plain second implementation, refusals. Synthetic people."""

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import ystr
from homeward.kinship.lineage.discrete_laplace import DiscreteLaplace, fit_discrete_laplace
from homeward.kinship.lineage.haplotypes import Estimate
from homeward.kinship.lineage.lines import Reference
from homeward.kinship.lineage.repeats import Y_RATES
from homeward.model import (
    Case,
    Family,
    FrequencyTable,
    InvalidValue,
    Marker,
    Member,
    MissingPerson,
    ReferenceSample,
    Remains,
    RemainsSample,
    Sex,
)
from homeward.model.lineage import HaplotypeDatabase, YProfile

MARKERS = ("DYS19", "DYS390", "DYS391", "DYS392", "DYS393", "DYS437")
TWO, OTHER, EPS, DELTA, FATHER = 0.04, 1e-5, 1e-4, 1e-3, 0.01  # the defaults
CERTAIN = {"wrong_label": 0.0, "other_father": 0.0}
EXACT = {**CERTAIN, "other_rate": 0.0, "error_rate": 0.0}


def _y(*alleles, markers=MARKERS, sample="S", **more):
    return YProfile.parse(sample, {**dict(zip(markers, map(str, alleles), strict=True)), **more})


BASE = (14, 24, 10, 13, 13, 15)


def _near(**changes):
    """The base haplotype with some markers changed."""
    return _y(*(changes.get(m, a) for m, a in zip(MARKERS, BASE, strict=True)))


def _am(*lines):
    """A person for each line, a line being (meioses, profile) for each reference, or None."""
    references = tuple(None if line is None else tuple(Reference(("F", f"{i}/{j}"), m, profile)
                                                       for j, (m, profile) in enumerate(line))
                       for i, line in enumerate(lines))
    return ystr.Antemortem(tuple(f"M-{i}" for i in range(len(lines))), references)


def _pm(*profiles):
    return ystr.Postmortem(tuple(f"R-{j}" for j in range(len(profiles))), profiles)


def _lr(am, pm, database, **params):
    return 10 ** ystr.compare(am, pm, ystr.Params(database, **params)).support.log10_lr


MEN = HaplotypeDatabase("Synthetic", (_near(DYS19=15), _near(DYS19=16, DYS390=23), _near(DYS393=12, DYS391=11)),
                        (40, 900, 59), "invented")


def _stay(meioses, markers=MARKERS):
    """Probability that no step is seen at any marker, without double steps undone."""
    return math.prod((1 - Y_RATES[m]) ** meioses for m in markers)


def test_a_father_without_a_difference_is_the_textbook_figure_but_for_mutation():
    lr = _lr(_am([(1, _near())]), _pm(_near()), MEN, **EXACT)
    assert math.isclose(lr[0, 0], _stay(1) * 1000, rel_tol=1e-12)


def test_the_floor_is_the_chance_that_the_line_is_another():
    floor = 1 - (1 - DELTA) * (1 - FATHER) ** 3
    far = _near(DYS19=20, DYS390=30, DYS391=15)
    assert math.isclose(_lr(_am([(3, _near())]), _pm(far), MEN)[0, 0], floor, rel_tol=1e-6)
    match = _lr(_am([(3, _near())]), _pm(_near()), MEN)[0, 0]
    bare = _lr(_am([(3, _near())]), _pm(_near()), MEN, **CERTAIN)[0, 0]
    assert math.isclose(match, (1 - floor) * bare + floor, rel_tol=1e-12)


def test_one_step_is_weighed_by_how_many_are_that_far():
    rates = [Y_RATES[m] for m in MARKERS]
    one = sum(r * (1 - TWO) / (1 - r) for r in rates) * _stay(1)
    expected = one / (41 / 1000)  # 40 men of the database are one step from the reference
    assert math.isclose(_lr(_am([(1, _near())]), _pm(_near(DYS437=16)), MEN, **EXACT)[0, 0], expected, rel_tol=1e-12)


def test_a_null_allele_is_a_difference_of_another_kind():
    lr = _lr(_am([(2, _near())]), _pm(_near(), _near(DYS19=15), _near(DYS19="null")), MEN, **CERTAIN)[0]
    o = 6 * (2 * OTHER + EPS)
    assert lr[2] < lr[0]
    assert math.isclose(lr[2] / lr[0], o, rel_tol=1e-12)  # nobody in the database has either


THETA = 0.02
TWO_MARKERS = ("DYS19", "DYS390")
GRID = list(itertools.product(range(2, 27), range(11, 36)))  # all haplotypes of two markers
MIXTURE = DiscreteLaplace(TWO_MARKERS, np.array([[14, 24], [16, 22]]), np.array([[0.35, 0.3], [0.25, 0.4]]),
                          np.array([0.6, 0.4]))


def test_mean_lr_over_strangers_is_one():
    q = np.exp(MIXTURE.logprob(np.array(GRID)))
    people = tuple(_y(*h, markers=TWO_MARKERS) for h in GRID)
    database = HaplotypeDatabase("Synthetic", people, tuple(int(n) for n in np.maximum(1, np.round(q * 1e12))))
    am = _am([(3, _y(14, 24, markers=TWO_MARKERS))], [(3, _y(15, 23, markers=TWO_MARKERS))])
    lr = _lr(am, _pm(*people), database, minimum_markers=1, other_rate=0.0)
    assert np.allclose(lr @ q, 1.0, atol=3e-4)


def test_mean_lr_over_strangers_is_one_for_the_mixture_with_its_share_of_relatives():
    people = tuple(_y(*h, markers=TWO_MARKERS) for h in GRID)
    drift = [_plain_drift(Y_RATES[m], 3) for m in TWO_MARKERS]
    line = np.array([drift[0].get(a - 14, 0.0) * drift[1].get(b - 24, 0.0) for a, b in GRID])
    q = THETA * line + (1 - THETA) * np.exp(MIXTURE.logprob(np.array(GRID)))
    lr = _lr(_am([(3, _y(14, 24, markers=TWO_MARKERS))]), _pm(*people), MEN, minimum_markers=1, other_rate=0.0,
             laplace=MIXTURE, estimate=Estimate(theta=THETA))
    assert math.isclose(float(lr[0] @ q), 1.0, abs_tol=3e-4)


def test_a_mixture_without_theta_is_refused():
    with pytest.raises(InvalidValue, match=r"theta=0\.0 must be above 0 beside laplace"):
        ystr.Params(MEN, laplace=MIXTURE)


def test_no_mixture_gives_more_than_one_over_theta():
    tight = DiscreteLaplace(MARKERS, np.array([BASE]) + 5, np.full((1, 6), 0.05), np.array([1.0]))
    lr = _lr(_am([(1, _near())]), _pm(_near()), MEN, laplace=tight, estimate=Estimate(theta=THETA), **CERTAIN)
    assert math.isclose(lr[0, 0], 1 / THETA, rel_tol=0.01)


SIMULATED = [m for m in Y_RATES if not m.startswith(("DYS385", "DYS389", "DYF"))][:12]


def _passed_on(rng, men, times=1):
    rates = np.array([Y_RATES[m] for m in SIMULATED])
    for _ in range(times):
        men = men + (rng.random(men.shape) < rates) * rng.choice([-1, 1], men.shape)
    return men


@pytest.fixture(scope="module")
def simulated():
    """400 lines, remains of 400 of their men and of 400 strangers, 300 for a database: repeats at 12 markers."""
    rng = np.random.default_rng(1953)
    men = np.full((600, 12), 15)
    for _ in range(900):
        men = _passed_on(rng, men[rng.integers(600, size=600)])
    lines, strangers, people = (men[rng.integers(600, size=n)] for n in (400, 400, 300))
    return lines, np.concatenate([_passed_on(rng, lines, 3), strangers]), people


def _of_simulated(simulated, **params):
    lines, remains, people = ([_y(*h, markers=SIMULATED) for h in part] for part in simulated)
    return ystr.compare(_am(*([(3, p)] for p in lines)), _pm(*remains),
                        ystr.Params(HaplotypeDatabase.of("Synthetic", people), **CERTAIN, **params))


def test_the_figure_is_about_right_in_a_simulated_population(simulated):
    found = _of_simulated(simulated)
    log10_lr, k = found.support.log10_lr, found.n_differences
    kin = (np.arange(400), np.arange(400))
    mean = (10 ** log10_lr[:, 400:]).mean(axis=0)
    assert mean.mean() < 1.0 + 4 * mean.std() / 20
    for differences, factor in ((0, 2.0), (1, 2.5)):
        truth = (k[kin] == differences).mean() / (k[:, 400:] == differences).mean()
        stated = 10 ** log10_lr[:, 400:][k[:, 400:] == differences].mean()
        assert truth / factor < stated < truth * factor


def test_a_mixture_overstates_unless_it_is_told_of_likeness_by_descent(simulated):
    rng = np.random.default_rng(1)
    mixture = min((fit_discrete_laplace(tuple(SIMULATED), simulated[2], clusters=c, rng=rng, starts=2)
                   for c in (4, 12, 20)), key=lambda fit: fit.bic).model
    related = 1 / 100  # about the share of pairs in it without a difference
    untold, told = (10 ** _of_simulated(simulated, laplace=mixture, estimate=Estimate(theta=theta)).support.log10_lr
                    for theta in (1e-15, related))
    assert untold[:, 400:].mean() > 1000.0
    assert told[:, 400:].mean() < 2.0


def test_mean_lr_over_strangers_is_not_above_one_with_a_small_database():
    rng = np.random.default_rng(11)
    truth = DiscreteLaplace(MARKERS, np.array([BASE, (16, 22, 11, 11, 13, 14)]), np.full((2, 6), 0.2),
                            np.array([0.5, 0.5]))
    database, strangers, lines = ([_y(*h) for h in truth.sample(rng, n)] for n in (300, 400, 60))
    lr = _lr(_am(*([(2, h)] for h in lines)), _pm(*strangers), HaplotypeDatabase.of("Synthetic", database))
    mean = lr.mean(axis=0)
    assert mean.mean() < 1.0 + 4 * mean.std() / math.sqrt(len(mean))


WAY = [_near(), _near(DYS19=15), _near(DYS19=15, DYS390=25), _near(DYS19=16, DYS390=25),
       _near(DYS19=16, DYS390=25, DYS437=16), _near(DYS19=19, DYS390=27, DYS437=18)]


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(1, 400), min_size=6, max_size=6), st.integers(1, 9),
       st.sampled_from(["count", "upper", "kappa"]))
def test_more_steps_never_raise_an_lr(counts, meioses, kind):
    database = HaplotypeDatabase("Synthetic", tuple(WAY), tuple(counts))
    lr = _lr(_am([(meioses, WAY[0])]), _pm(*WAY), database, estimate=Estimate(kind), **CERTAIN)
    assert (np.diff(lr[0]) <= 1e-12).all()


def test_haplotype_and_reference_may_change_places():
    # Where nothing differs; and where one step does, for the mixture too, since drift up and down are alike.
    partial = YProfile("S", {m: (str(a),) for m, a in zip(MARKERS[:5], BASE, strict=False)})
    one = _lr(_am([(3, partial)]), _pm(_near()), MEN)
    assert math.isclose(one[0, 0], _lr(_am([(3, _near())]), _pm(partial), MEN)[0, 0], rel_tol=1e-12)


def test_one_marker_more_that_agrees_costs_no_more_than_its_chance_of_mutation():
    fewer = YProfile("S", {m: (str(a),) for m, a in zip(MARKERS[:5], BASE, strict=False)})
    narrow = _lr(_am([(2, _near())]), _pm(fewer), MEN, **EXACT)[0, 0]
    wide = _lr(_am([(2, _near())]), _pm(_near()), MEN, **EXACT)[0, 0]
    assert wide >= narrow * _stay(2, MARKERS[5:]) * (1 - 1e-12)


def test_the_alleles_of_a_mixture_sum_to_what_its_tutorial_prints():
    # Andersen, Eriksen & Morling 2013, arXiv:1304.2129: p = 0.3, y = 13: sum over 8..18 is 0.9989.
    laplace = DiscreteLaplace(("DYS19",), np.array([[13]]), np.array([[0.3]]), np.array([1.0]))
    params = ystr.Params(MEN, laplace=laplace, minimum_markers=1, estimate=Estimate(theta=1e-12))
    references = _am([(1, _y(13, markers=MARKERS[:1]))]).references[0]
    found = [ystr.explain(references, _y(a, markers=MARKERS[:1]), params)[0] for a in range(8, 19)]
    assert round(sum(f.probability for f in found), 4) == 0.9989
    assert {f.count for f in found} == {None}
    # A misreading is a step in one case of two, of two profiles: ε in all.
    stay, one = (1 - EPS) * (1 - Y_RATES["DYS19"]), (Y_RATES["DYS19"] + EPS) * (1 - TWO) / 2
    assert math.isclose(10 ** found[5].log10_lr, stay / (0.7 / 1.3), rel_tol=1e-6)
    assert math.isclose(10 ** found[6].log10_lr, one / (0.7 / 1.3 * 0.3), rel_tol=1e-3)


def test_markers_outside_the_mixture_can_only_lower_the_figure():
    laplace = DiscreteLaplace(MARKERS[:5], np.array([BASE[:5]]), np.full((1, 5), 0.2), np.array([1.0]))
    five = YProfile("S", {m: (str(a),) for m, a in zip(MARKERS[:5], BASE, strict=False)})
    inside, same, other = (_lr(_am([(2, _near())]), _pm(p), MEN, laplace=laplace, estimate=Estimate(theta=THETA),
                               **CERTAIN)[0, 0] for p in (five, _near(), _near(DYS437=16)))
    assert inside > same > other
    assert math.isclose(other / same, 2 * Y_RATES["DYS437"] + EPS, rel_tol=0.05)


def test_only_men_typed_at_all_shared_markers_are_counted():
    database = HaplotypeDatabase("Synthetic", (_near(), YProfile("S", {"DYS19": ("14",)})), (30, 70))
    references = _am([(1, _near())]).references[0]
    found = ystr.explain(references, _near(), ystr.Params(database, minimum_markers=1))[0]
    assert (found.count, found.n, found.n_markers) == (30, 30, 6)
    found = ystr.explain(references, YProfile("S", {"DYS19": ("14",)}), ystr.Params(database, minimum_markers=1))[0]
    assert (found.count, found.n, found.n_markers) == (100, 100, 1)


def test_kappa_takes_singletons_over_the_shared_markers():
    database = HaplotypeDatabase("Synthetic", (_near(DYS19=15), _near(DYS19=15, DYS390=25), _near(DYS19=16)), (1, 1, 2))
    params = ystr.Params(database, estimate=Estimate("kappa"), minimum_markers=1)
    references = _am([(1, _near())]).references[0]
    for profile, kappa in ((_near(), 3 / 5), (YProfile("S", {"DYS19": ("14",)}), 1 / 5)):
        assert math.isclose(ystr.explain(references, profile, params)[0].probability, (1 - kappa) / 5, rel_tol=1e-12)


def test_a_mutation_in_the_first_part_of_dys389_is_one_step():
    def with_389(first, both):
        return _y(*BASE, DYS389I=first, DYS389II=both)

    remains = _pm(with_389("14", "30"), with_389("14", "29"), with_389("13", "30"))
    lr = _lr(_am([(2, with_389("13", "29"))]), remains, MEN)
    assert math.isclose(lr[0, 0], lr[0, 2], rel_tol=1e-12)
    assert lr[0, 1] < lr[0, 0]


def test_several_references_are_averaged_each_with_its_own_floor():
    one = _lr(_am([(1, _near())]), _pm(_near()), MEN)[0, 0]
    other = _lr(_am([(5, _near(DYS19=15))]), _pm(_near()), MEN)[0, 0]
    both = _lr(_am([(1, _near()), (5, _near(DYS19=15))]), _pm(_near()), MEN)[0, 0]
    assert math.isclose(both, (one + other) / 2, rel_tol=1e-12)


def test_not_compared_compared_and_excluded_are_three_things():
    am, pm = _am(None, [(1, _near())]), _pm(None, _near(), _y("14", markers=("DYS19",)), _near(DYS19=15, DYS390=25))
    loose = ystr.compare(am, pm, ystr.Params(MEN))
    assert loose.support.status.tolist() == [[NOT_COMPARED] * 4, [NOT_COMPARED, COMPARED, NOT_COMPARED, COMPARED]]
    assert loose.n_differences.tolist() == [[-1] * 4, [-1, 0, -1, 2]]
    assert loose.n_markers.tolist() == [[0] * 4, [0, 6, 1, 6]]
    strict = ystr.compare(am, pm, ystr.Params(MEN, exclude_from=2))
    assert strict.support.status[1].tolist() == [NOT_COMPARED, COMPARED, NOT_COMPARED, EXCLUDED]


def test_the_man_himself_cannot_differ_where_nothing_can_go_wrong():
    found = ystr.compare(_am([(0, _near())]), _pm(_near(DYS19=15), _near()), ystr.Params(MEN, **EXACT))
    assert found.support.status[0].tolist() == [EXCLUDED, COMPARED]
    assert math.isclose(found.support.log10_lr[0, 1], 3.0, rel_tol=1e-12)


def test_a_pair_does_not_depend_on_the_others_of_its_tile():
    am = _am([(2, _near())], [(1, _near(DYS19="14,15"))], [(3, _y(*BASE, DYS385="11,14"))])
    pm = _pm(_near(DYS390="24.2"), _y(*BASE, DYS385="11"), YProfile("S", dict(list(_near().haplotype.items())[:5])))
    together = _lr(am, pm, MEN)
    for i, line in enumerate(am.references):
        for j, profile in enumerate(pm.profiles):
            alone = _lr(ystr.Antemortem(("a",), (line,)), _pm(profile), MEN)
            assert math.isclose(alone[0, 0], together[i, j], rel_tol=1e-12)


def test_what_is_explained_is_what_is_compared():
    am = _am([(2, _y(*BASE, DYS385="11,14")), (3, _near(DYS390=23))])
    profile = _y(*BASE[:5], "15.2", DYS385="11,15")
    first, second = ystr.explain(am.references[0], profile, ystr.Params(MEN, minimum_markers=6))
    assert first.differences == ("DYS385: 11-14, here 11-15", "DYS437: 15, here 15.2")
    assert second.differences == ("DYS390: 23, here 24", "DYS437: 15, here 15.2")
    right = [(1 - DELTA) * (1 - FATHER) ** m for m in (2, 3)]
    mean = np.mean([r * 10**e.log10_lr + 1 - r for r, e in zip(right, (first, second), strict=True)])
    assert math.isclose(_lr(am, _pm(profile), MEN)[0, 0], mean, rel_tol=1e-12)


def test_the_line_says_what_it_conditions_on():
    assert ystr.CONDITIONS_ON == ("kinship",)
    assert "do not simply multiply" in ystr.DEPENDENCE


@pytest.mark.parametrize("wrong", [
    {"default_rate": 1.0}, {"two_step": -0.1}, {"other_rate": math.nan}, {"error_rate": -1.0}, {"wrong_label": 1.0},
    {"other_father": 1.0}, {"minimum_markers": 0}, {"exclude_from": 0},
])
def test_parameters_that_cannot_be_are_refused(wrong):
    with pytest.raises(InvalidValue, match=next(iter(wrong))):
        ystr.Params(MEN, **wrong)


def test_a_rate_that_cannot_be_is_refused_by_its_marker():
    with pytest.raises(InvalidValue, match="rate of DYS19=2"):
        ystr.Params(MEN, rates={"DYS19": 2.0})


def test_an_empty_tile_is_no_trouble():
    assert ystr.compare(_am(), _pm(_near()), ystr.Params(MEN)).support.log10_lr.shape == (0, 1)
    assert ystr.compare(_am([(1, _near())]), _pm(), ystr.Params(MEN)).support.log10_lr.shape == (1, 0)
    nothing = ystr.compare(_am([(1, _near())]), _pm(YProfile("S", {})), ystr.Params(MEN))
    assert nothing.support.status.tolist() == [[NOT_COMPARED]]


def test_a_case_gives_rows_and_columns():
    family = Family("F-1", (Member("mother", None, None, Sex.FEMALE), Member("father", None, None, Sex.MALE),
                            Member("he", "father", "mother", Sex.MALE, "M-1"),
                            Member("she", "father", "mother", Sex.FEMALE, "M-2"),
                            Member("brother", "father", "mother", Sex.MALE)))
    case = Case("lineage", FrequencyTable("Synthetic", (Marker("TH01", ("6", "7"), (0.5, 0.5)),)), synthetic=True,
                roster=(MissingPerson("M-1", sex=Sex.MALE), MissingPerson("M-2", sex=Sex.FEMALE)), families=(family,),
                remains=(Remains("R-1"), Remains("R-2")), reference_samples=(ReferenceSample("S-1", "F-1", "brother"),),
                remains_samples=(RemainsSample("S-2", "R-1"),))
    profiles = [_y(*BASE, sample="S-1"), _y(*BASE, sample="S-2")]
    am, pm = ystr.antemortem(case, profiles), ystr.postmortem(case, profiles)
    assert [[r.meioses for r in line or ()] for line in am.references] == [[2], []]
    assert ystr.compare(am, pm, ystr.Params(MEN)).n_differences.tolist() == [[0, -1], [-1, -1]]


# A second implementation in the plainest way: every way of drifting is added up marker by marker, in dictionaries.


def _plain_drift(rate, meioses):
    ways = {0: 1.0}
    for u in (*[rate] * meioses, EPS):
        after = {}
        for off, p in ways.items():
            one, two = u * (1 - TWO) / 2, u * TWO / 2
            for move, q in ((0, 1 - u), (1, one), (-1, one), (2, two), (-2, two)):
                after[off + move] = after.get(off + move, 0.0) + p * q
        ways = after
    return ways


def _plain_apart(a, b):
    if len(a) != len(b) or ("0" in a) != ("0" in b):
        return 0, 1
    pairs = zip(sorted(a, key=float), sorted(b, key=float), strict=True)
    off = [round(10 * abs(float(x) - float(y))) for x, y in pairs]
    return (0, 1) if any(o % 10 for o in off) else (sum(off) // 10, 0)


def _plain_far(a, b, shared):
    apart = [_plain_apart(a.haplotype[m], b.haplotype[m]) for m in shared]
    return sum(s for s, _ in apart), sum(o for _, o in apart)


def _plain_lr(references, remains, database):
    each = []
    for r in references:
        shared = sorted(set(r.profile.haplotype) & set(remains.haplotype))
        if len(shared) < 5:
            continue
        total = {0: 1.0}
        for m in shared:
            for _ in r.profile.haplotype[m]:
                after = {}
                for s, p in total.items():
                    for off, q in _plain_drift(Y_RATES[m], r.meioses).items():
                        after[s + abs(off)] = after.get(s + abs(off), 0.0) + p * q
                total = after
        lam = len(shared) * (r.meioses * OTHER + EPS)
        everybody = zip(database.haplotypes, database.counts, strict=True)
        men = [(h, n) for h, n in everybody if set(shared) <= set(h.haplotype)]
        size = sum(n for _, n in men)
        steps, others = _plain_far(r.profile, remains, shared)
        ratios = []
        for s, o in itertools.product(range(steps + 1), range(others + 1)):
            count = sum(n for h, n in men if _plain_far(r.profile, h, shared) == (s, o))
            p = total.get(s, 0.0) * math.exp(-lam) * lam**o / math.factorial(o)
            ratios.append(p * (size + 1) / (count + 1))
        right = (1 - DELTA) * (1 - FATHER) ** r.meioses
        each.append(right * min(ratios) + 1 - right)
    return sum(each) / len(each) if each else None


@st.composite
def _haplotypes(draw):
    found = {}
    for m, base in zip((*MARKERS, "DYS385"), (*BASE, 11), strict=True):
        if draw(st.integers(0, 9)) == 0:
            continue
        allele = base + draw(st.sampled_from([0, 0, 0, 0, 0, 0, 1, -1]))
        odd = draw(st.integers(0, 25))
        found[m] = (f"{allele}.2",) if odd == 0 else ("0",) if odd == 1 else (str(allele),)
        if m == "DYS385":
            found[m] = (str(allele), str(14 + draw(st.sampled_from([0, 0, 1]))))
    return YProfile("S", found)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(_haplotypes(), st.integers(1, 30)), min_size=1, max_size=6),
       st.lists(st.tuples(_haplotypes(), st.integers(0, 4)), min_size=1, max_size=2), _haplotypes())
def test_a_plain_second_implementation_gives_the_same_figure(men, references, remains):
    database = HaplotypeDatabase("Synthetic", tuple(h for h, _ in men), tuple(n for _, n in men))
    line = tuple(Reference(("F", str(i)), m, h) for i, (h, m) in enumerate(references))
    found = ystr.compare(ystr.Antemortem(("M",), (line,)), ystr.Postmortem(("R",), (remains,)), ystr.Params(database))
    expected = _plain_lr(line, remains, database)
    assert (found.support.status[0, 0] == NOT_COMPARED) == (expected is None)
    if expected is not None:
        assert math.isclose(10 ** found.support.log10_lr[0, 0], expected, rel_tol=1e-6)


def test_the_page_on_ystrs_runs():
    page = Path(__file__).parents[3] / "docs" / "evidence" / "ystr.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert blocks
    exec("\n".join(blocks), {})
