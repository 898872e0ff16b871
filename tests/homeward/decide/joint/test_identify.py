"""The joint identification of small invented cases: what is weighed, what is said, what is refused."""

import math
from dataclasses import replace

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED, Support
from homeward.decide.joint import How, JointLimits, JointPrior, PriorKind, baseline, families, identify_jointly
from homeward.decide.lines import compare_lines
from homeward.model import Family, Genotype, InvalidValue, Member, MutationModel, TooLarge, Unsupported

from ..invented import F, M, all_of, case, couple, markers

_TEN = markers(10)


def _found(the_case, **options):
    return identify_jointly(the_case, compare_lines(the_case).support, **options)


def _brothers(without_references=False, remains=("1/2", "2/3", "8/9")):
    """Two brothers missing, their sister typed or not, and a stranger's remains among theirs."""
    typed = {} if without_references else {"sis": all_of("1/4", 10)}
    return case([couple("F", "P1", "P2", typed=typed, others=("sis",))],
                {f"R{n}": all_of(g, 10) for n, g in enumerate(remains, 1)}, _TEN)


def test_an_answer_has_every_prior_and_every_column_sums_to_one():
    found = _found(_brothers())
    assert [r.kind for r in found.results] == list(PriorKind)
    assert found.stated is found.results[0] is found.under(PriorKind.STATED)
    for result in found.results:
        assert result.posterior.shape == (3, 3)
        assert result.posterior.sum(axis=0) == pytest.approx(np.ones(3), abs=1e-12)
        assert result.unnamed == pytest.approx(1.0 - result.posterior[:-1].sum(axis=1), abs=1e-12)
        assert result.error == 0.0
        assert {p.how for p in result.parts} == {How.EXACT}


def test_the_prior_that_is_stated_comes_first():
    assert _found(_brothers(), prior=JointPrior(0.4, flat=True)).stated.kind is PriorKind.FLAT
    found = _found(_brothers(), prior=JointPrior(0.4))
    assert (found.stated.kind, found.stated.share) == (PriorKind.STATED, 0.4)
    assert found.stated.expected_pairs == pytest.approx(1.2)


def test_brothers_support_each_other():
    found = _found(_brothers())
    alone = _found(_brothers(remains=("1/2", "7/5", "8/9")))
    assert found.stated.posterior[:2, 0].sum() > alone.stated.posterior[:2, 0].sum()
    assert len(found.symmetries) == 1
    symmetry = found.symmetries[0]
    assert (symmetry.persons, symmetry.remains) == (("P1", "P2"), ("R1", "R2"))
    assert symmetry.posterior == pytest.approx(sum(a.posterior for a in found.assignments
                                                   if {r for _, r in a.pairs} == {"R1", "R2"}), rel=1e-9)
    assert found.likeliest_equal == 2


def test_two_missing_without_any_reference_are_known_by_each_other():
    # Nobody gave a reference, so that no pair is compared; but ten markers of two brothers are no accident.
    found = _found(_brothers(without_references=True, remains=("1/2", "1/2", "8/9")), prior=JointPrior(0.3))
    assert found.first.not_compared == ("P1", "P2")
    assert found.stated.posterior[:2, :2].sum() > 1.9
    assert found.stated.posterior[:2, 2].sum() < 0.01
    assert found.symmetries[0].remains == ("R1", "R2")


def test_what_other_lines_say_of_the_pairs_is_added_to_the_kinship_of_the_missing():
    the_case = _brothers()
    support = compare_lines(the_case).support
    more = support.log10_lr + np.array([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0]]) * (support.status == COMPARED)
    wider = Support("combined", support.am_ids, support.pm_ids, more, np.array(support.status))
    by_pairs = [{frozenset(a.pairs): a.loglik for a in identify_jointly(the_case, s).assignments}
                for s in (support, wider)]
    for pairs, loglik in by_pairs[0].items():
        extra = 1.0 * (("P1", "R1") in pairs) + 2.0 * (("P2", "R2") in pairs)
        assert by_pairs[1][pairs] - loglik == pytest.approx(extra * math.log(10.0), abs=1e-9)


def test_a_pair_that_another_line_excludes_is_in_no_assignment():
    the_case = _brothers()
    support = compare_lines(the_case).support
    log10_lr, status = np.array(support.log10_lr), np.array(support.status)
    log10_lr[0, 1], status[0, 1] = -np.inf, EXCLUDED
    found = identify_jointly(the_case, Support("combined", support.am_ids, support.pm_ids, log10_lr, status))
    assert found.stated.posterior[0, 1] == 0.0
    assert not any(("P1", "R2") in a.pairs for a in found.assignments)
    assert np.isneginf(found.log10_glr[0, 1])


def test_a_person_without_references_keeps_a_share_and_takes_part():
    the_case = case([couple("F", "P1", typed={"mum": all_of("1/2", 10)})],
                    {"R1": all_of("1/3", 10), "R2": all_of("5/6", 10)}, _TEN, without=("P2",))
    found = _found(the_case)
    assert found.first.not_compared == ("P2",)
    assert found.stated.posterior[0, 0] > 0.99
    assert 0.05 < found.stated.posterior[1, 1] < 0.7, "R2 may be P2: nothing speaks for it or against it"
    assert found.stated.posterior[1, 0] < 0.01, "R1 is P1, so that it is not P2"


def test_sex_is_kept_to_in_the_prior_and_in_the_posterior():
    the_case = case([couple("F", "P1", typed={"mum": all_of("1/2", 10)}),
                     couple("G", "P2", typed={"mum": all_of("1/2", 10)}, sexes=(F,))],
                    {"R1": all_of("1/3", 10), "R2": all_of("1/3", 10)}, _TEN, sexes={"P2": F},
                    remains_sexes={"R1": M, "R2": F})
    found = _found(the_case)
    for result in found.results:
        assert result.posterior[0, 1] == result.posterior[1, 0] == 0.0
    assert found.stated.expected_pairs == pytest.approx(1.0)


def test_one_profile_twice_is_warned_of():
    found = _found(_brothers(remains=("1/2", "1/2", "8/9")))
    assert any(w.startswith("remains R1, R2 have one profile") for w in found.warnings)


def test_a_share_that_the_roster_does_not_suffice_for_is_lowered_and_said():
    the_case = case([couple("F", "P1", typed={"mum": all_of("1/2", 10)})],
                    {f"R{n}": all_of("1/3" if n else "5/6", 10) for n in range(4)}, _TEN)
    found = _found(the_case)
    assert found.stated.share == pytest.approx(0.9 / 4)
    assert any("0.225 of the remains, not 0.5," in w for w in found.warnings)
    with pytest.raises(InvalidValue, match=r"share=0\.5 must be below 0\.25"):
        _found(the_case, prior=JointPrior(0.5))


def test_a_family_with_too_many_assignments_is_done_for_its_best_and_said_to_be_doubtful():
    many = _brothers(remains=tuple(f"1/{n}" for n in (2, 3, 5, 6, 7, 8, 9, 10)))
    found = _found(many, limits=JointLimits(most_assignments=30))
    assert any("of 73 assignments only those of the 4 most likely remains" in w for w in found.warnings)
    assert found.stated.parts[0].how is How.APPROXIMATE
    assert found.stated.error == 1.0
    assert found.stated.posterior.sum(axis=0) == pytest.approx(np.ones(8))
    assert (found.stated.posterior[:2] > 0.0).all(), "the others are still possible, one by one"


@pytest.mark.parametrize("error", [TooLarge, Unsupported])
def test_a_family_beyond_exact_computation_is_taken_one_by_one_and_said_to_be(monkeypatch, error):
    def refuse(*_, **__):
        raise error("this pedigree needs 1e+12 multiplications a marker")

    the_case = _brothers()
    monkeypatch.setattr(families, "joint_table", refuse)
    found = _found(the_case)
    assert found.warnings[0].startswith("family F: its missing were taken one by one (this pedigree needs")
    assert found.stated.error == 1.0


def test_many_options_are_cut_down_and_counted_into_the_error():
    rng, loci = np.random.default_rng(8), markers(10, MutationModel("proportional", 0.01))
    alleles = rng.integers(1, 11, (12, 10, 2))
    remains = {f"R{n}": {f"L{k}": Genotype(str(a), str(b)) for k, (a, b) in enumerate(row.tolist())}
               for n, row in enumerate(alleles)}
    many = case([couple("F", "P1", "P2", typed={"sis": all_of("1/4", 10)}, others=("sis",))], remains, loci)
    exact, cut = _found(many), _found(many, limits=JointLimits(kept_options=60))
    assert exact.stated.error == 0.0
    bound = cut.stated.error
    assert 0.0 < bound < 0.1
    assert np.abs(cut.stated.posterior - exact.stated.posterior).max() <= bound


def test_a_family_without_a_likelihood_is_no_part_of_the_baseline(monkeypatch):
    def refuse(given, table):
        if any(t.family.id == "G" for t in given):
            raise TooLarge("this pedigree needs 1e+12 multiplications a marker")
        return likelihoods(given, table)

    likelihoods = baseline.marker_logliks
    two = [couple("F", "P1", typed={"mum": all_of("1/2", 10)}), couple("G", "P2", typed={"mum": all_of("1/2", 10)})]
    remains = {"R1": all_of("1/3", 10)}
    whole, alone = _found(case(two, remains, _TEN)), _found(case(two[:1], remains, _TEN))
    monkeypatch.setattr(baseline, "marker_logliks", refuse)
    found = _found(case(two, remains, _TEN))
    assert found.loglik_unidentified == pytest.approx(alone.loglik_unidentified, rel=1e-12)
    assert found.loglik_unidentified > whole.loglik_unidentified


def test_references_that_contradict_their_pedigree_are_no_part_of_the_likelihood():
    typed = {"mum": all_of("1/2", 10), "sis": all_of("5/6", 10)}
    the_case = case([couple("F", "P1", "P2", typed=typed, others=("sis",)),
                     couple("G", "P3", typed={"mum": all_of("1/2", 10)})],
                    {"R1": all_of("1/3", 10), "R2": all_of("1/3", 10)}, _TEN)
    found = _found(the_case)
    assert math.isfinite(found.loglik_unidentified)
    assert found.first.not_compared == ("P1", "P2")
    assert found.stated.posterior.sum(axis=0) == pytest.approx(np.ones(2))


def test_uninformed_persons_are_told_from_those_with_relatives():
    # A reference of the wife says nothing of her husband's family, nor he of hers.
    family = Family("H", (Member("husband", None, None, M, person="P1"), Member("wife", None, None, F)))
    the_case = case([(family, {"wife": all_of("1/2", 10)}), couple("G", "P2", typed={"mum": all_of("1/2", 10)})],
                    {"R1": all_of("1/3", 10)}, _TEN)
    assert _found(the_case).first.uninformed == ("P1",)


def test_undisputed_is_far_ahead_of_every_rival():
    the_case = case([couple("F", "P1", typed={"dad": all_of("1/2", 10), "mum": all_of("3/4", 10)}),
                     couple("G", "P2", typed={"dad": all_of("5/6", 10), "mum": all_of("7/8", 10)})],
                    {"R1": all_of("1/3", 10), "R2": all_of("9/10", 10)}, _TEN)
    first = _found(the_case).first
    assert first.undisputed == (("P1", "R1"),)
    assert first.excluded_persons == ("P2",)
    assert first.excluded_remains == ("R2",)


def test_the_arrays_of_a_result_are_not_to_be_written_to():
    found = _found(_brothers())
    with pytest.raises(ValueError, match="read-only"):
        found.stated.posterior[0, 0] = 1.0


@pytest.mark.parametrize(("field", "ids"), [("am_ids", ("P1", "P9")), ("pm_ids", ("R1", "R2", "R9"))])
def test_support_of_others_than_the_case_is_refused(field, ids):
    the_case = _brothers()
    support = replace(compare_lines(the_case).support, **{field: ids})
    with pytest.raises(InvalidValue, match="must be of the case"):
        identify_jointly(the_case, support)


def test_a_case_without_remains_has_an_empty_answer():
    found = _found(case([couple("F", "P1", typed={"mum": all_of("1/2", 10)})], {}, _TEN))
    assert found.stated.posterior.shape == (2, 0)
    assert [a.pairs for a in found.assignments] == [()]
    assert found.n_assignments == 1
