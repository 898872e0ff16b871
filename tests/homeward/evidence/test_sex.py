"""Sex as evidence: closed forms, laws, a plain second implementation, a published figure, refusals."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.evidence import sex
from homeward.model import InvalidValue, Sex

M, F, U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN


def _lr(recorded, shown, share=0.9, **errors):
    am, pm = sex.Antemortem(("P",), (recorded,)), sex.Postmortem(("R",), (shown,))
    return 10 ** sex.compare(am, pm, sex.Params(share, **errors)).log10_lr[0, 0]


def _plain(recorded, ratio, share, record_error, finding_error):
    """The formula with loops; ratio: P(x | male)/P(x | female)."""
    pool, seen = {M: share, F: 1 - share}, {M: ratio, F: 1.0}
    weight = {s: pool[s] * (1 - record_error if s is recorded else record_error) for s in pool}
    mine = sum(weight[s] * seen[s] for s in pool) / sum(weight.values())
    return (1 - finding_error) * mine / sum(pool[s] * seen[s] for s in pool) + finding_error


def test_without_error_a_sure_male_is_worth_one_over_the_share_of_men():
    assert math.isclose(_lr(M, math.inf, 0.25, record_error=0.0, finding_error=0.0), 4.0, rel_tol=1e-12)


def test_it_agrees_with_the_plain_form():
    for recorded in (M, F):
        for log10 in (-4.0, -0.3, 0.0, 2.2):
            for share, wrong, lost in ((0.5, 0.0, 0.01), (0.99, 0.02, 0.001), (0.1, 0.3, 0.0)):
                found = _lr(recorded, log10, share, record_error=wrong, finding_error=lost)
                assert math.isclose(found, _plain(recorded, 10 ** log10, share, wrong, lost), rel_tol=1e-12)


def test_it_is_never_below_the_error_of_the_finding():
    assert math.isclose(_lr(F, 250.0, 0.9, record_error=0.0, finding_error=0.002), 0.002, rel_tol=1e-9)


@pytest.mark.parametrize("recorded", [M, F])
def test_mean_lr_over_strangers_is_one(recorded):
    # A method with four outcomes: P(outcome | male), P(outcome | female).
    outcomes = np.array([[0.7, 0.2, 0.09, 0.01], [0.02, 0.18, 0.3, 0.5]])
    share = 0.83
    lr = [_lr(recorded, math.log10(m / f), share, record_error=0.03, finding_error=0.01) for m, f in outcomes.T]
    assert math.isclose(float(np.array([share, 1 - share]) @ outcomes @ lr), 1.0, rel_tol=1e-12)


def test_men_and_women_are_treated_alike():
    for shown in (-2.0, 0.4, math.inf):
        assert math.isclose(_lr(M, shown, 0.8), _lr(F, -shown, 1 - 0.8), rel_tol=1e-12)


def test_the_more_male_the_finding_the_better_for_a_man_and_the_worse_for_a_woman():
    shown = [-math.inf, -3.0, -1.0, 0.0, 0.5, 2.0, math.inf]
    for recorded, sign in ((M, 1), (F, -1)):
        assert (sign * np.diff([_lr(recorded, s) for s in shown]) > 0).all()


def test_a_finding_that_says_nothing_is_neutral_and_compared():
    tile = sex.compare(sex.Antemortem(("P",), (M,)), sex.Postmortem(("R",), (0.0,)), sex.Params(0.7, 0.01))
    assert tile.status.tolist() == [[COMPARED]]
    # The record's error does not matter where nothing was seen.
    assert math.isclose(tile.log10_lr[0, 0], 0.0, abs_tol=1e-15)


def test_what_is_not_known_is_not_compared():
    tile = sex.compare(sex.Antemortem(("A", "B"), (M, U)), sex.Postmortem(("R", "S"), (None, 1.0)), sex.Params(0.7))
    assert tile.status.tolist() == [[NOT_COMPARED, COMPARED], [NOT_COMPARED, NOT_COMPARED]]


def test_only_without_any_error_a_sure_finding_excludes():
    am, pm = sex.Antemortem(("A",), (F,)), sex.Postmortem(("R",), (math.inf,))
    assert sex.compare(am, pm, sex.Params(0.7, 0.0, 0.0)).status.tolist() == [[EXCLUDED]]
    for errors in ((1e-6, 0.0), (0.0, 1e-6)):
        assert sex.compare(am, pm, sex.Params(0.7, *errors)).status.tolist() == [[COMPARED]]


def test_the_published_accuracy_of_the_innominate_gives_its_published_posterior():
    # Lesciotto & Klales, MorphoPASSE: 97.3 % of 285 right from the innominate, at equal priors.
    shown = sex.from_decision(M, 0.973, 0.973)
    pm = sex.Postmortem(("R",), (shown,))
    assert math.isclose(sex.probability_male(pm, sex.Params(0.5, 0.0, 0.0))[0], 0.973, rel_tol=1e-12)
    assert math.isclose(_lr(M, shown, 0.5, record_error=0.0, finding_error=0.0), 2 * 0.973, rel_tol=1e-12)


def test_a_posterior_is_freed_of_its_own_prior():
    assert math.isclose(10 ** sex.from_posterior(0.85), 0.85 / 0.15)
    assert math.isclose(10 ** sex.from_posterior(0.85, 0.7), 0.85 / 0.15 * 0.3 / 0.7)
    assert sex.from_posterior(0.0) == -math.inf
    assert sex.from_decision(U, 0.9, 0.8) is None
    assert math.isclose(10 ** sex.from_decision(F, 0.9, 0.8), 0.1 / 0.8)


def _reference(**changes):
    values = {"codes": ("head", "breadth"), "male_mean": np.array([48.0, 82.0]), "female_mean": np.array([42.0, 74.0]),
              "male_covariance": np.array([[6.0, 4.0], [4.0, 12.0]]),
              "female_covariance": np.array([[5.0, 3.0], [3.0, 10.0]]), "n_male": 100, "n_female": 80}
    return sex.SexReference(**(values | changes))


def test_measurements_are_weighed_as_two_normal_densities():
    reference = _reference()
    x = {"head": 45.5, "breadth": 79.0, "another": 3.0}
    densities = [multivariate_normal(m, c).logpdf([45.5, 79.0]) for m, c in (
        (reference.male_mean, reference.male_covariance), (reference.female_mean, reference.female_covariance))]
    assert math.isclose(reference.log10_lr_male(x), (densities[0] - densities[1]) / math.log(10), rel_tol=1e-9)
    one = [multivariate_normal(m[0], c[0, 0]).logpdf(45.5) for m, c in (
        (reference.male_mean, reference.male_covariance), (reference.female_mean, reference.female_covariance))]
    assert math.isclose(reference.log10_lr_male({"head": 45.5}), (one[0] - one[1]) / math.log(10), rel_tol=1e-9)
    assert reference.log10_lr_male({"another": 3.0}) is None


def test_a_hundred_people_carry_no_more_than_their_number():
    assert math.isclose(_reference().log10_lr_male({"head": 70.0, "breadth": 110.0}), math.log10(101))
    assert math.isclose(_reference().log10_lr_male({"head": 30.0, "breadth": 50.0}), -math.log10(81))


def test_the_share_of_men_is_counted_among_the_known_and_never_certain():
    assert sex.male_share((M, M, F, U)) == 3 / 5
    assert sex.male_share(()) == 0.5


@pytest.mark.parametrize(("make", "said"), [
    (lambda: sex.Params(1.0), "male_share=1.0"),
    (lambda: sex.Params(0.5, record_error=0.5), "record_error=0.5"),
    (lambda: sex.Params(0.5, finding_error=-1e-3), "finding_error=-0.001"),
    (lambda: sex.Postmortem(("R-7",), (math.nan,)), "R-7: log10_lr_male=nan"),
    (lambda: sex.from_posterior(1.2), "posterior_male=1.2"),
    (lambda: sex.from_posterior(0.5, 1.0), "prior_male=1.0"),
    (lambda: sex.from_decision(M, 0.0, 0.9), "right_male=0.0"),
    (lambda: _reference(male_mean=np.zeros(3)), "male_mean=(3,)"),
    (lambda: _reference(female_covariance=np.array([[1.0, 2.0], [2.0, 1.0]])), "female_covariance="),
    (lambda: _reference(n_female=1), "n_female=1"),
])
def test_what_cannot_be_is_refused_by_name(make, said):
    with pytest.raises(InvalidValue) as refused:
        make()
    assert said in str(refused.value)


def test_the_examples_of_the_paper_run():
    page = (Path(__file__).parents[3] / "docs" / "evidence" / "sex.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "sex.md", "exec"), {})
