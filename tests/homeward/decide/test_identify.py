"""Each conclusion by a small case, and what is said of those who were not compared."""

import math

import numpy as np
import pytest

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.decide import Conclusion, identify
from homeward.model import Marker, Rule

from .invented import F, M, all_of, case, couple, markers

N = 12  # markers; a child 1/3 of parents 1/2 and 3/4 has the LR (1/4) / (2 · 0.1 · 0.1) = 12.5 at each
PARENTS = {"dad": all_of("1/2", N), "mum": all_of("3/4", N)}
CHILD, STRANGER = all_of("1/3", N), all_of("9/10", N)
OTHERS = {"dad": all_of("5/6", N), "mum": all_of("7/8", N)}


def _of_remains(found, remains):
    return next(r for r in found.remains if r.remains == remains)


def _of_person(found, person):
    return next(p for p in found.persons if p.person == person)


def _two_families(remains, **options):
    return case([couple("F1", "P1", typed=PARENTS), couple("F2", "P2", typed=OTHERS)], remains, markers(N), **options)


# --- the words


def test_identified_where_the_rule_is_met():
    found = identify(_two_families({"R": CHILD}))
    result = _of_remains(found, "R")
    assert result.conclusion is Conclusion.IDENTIFIED
    assert result.reason == "posterior at least 0.9995, no exclusion, 1 line of evidence"
    assert result.n_markers == N
    assert _of_person(found, "P1").conclusion is Conclusion.IDENTIFIED
    proposal, = found.proposals
    assert (proposal.person, proposal.remains, proposal.family, proposal.meets_rule) == ("P1", "R", "F1", True)
    assert proposal.lines == ("kinship",)
    assert math.isclose(proposal.log10_lr, N * math.log10(12.5), rel_tol=1e-12)
    assert [m.marker for m in proposal.markers] == [f"L{k}" for k in range(N)]
    assert all(m.genotype == "1/3" and math.isclose(m.log10_lr, math.log10(12.5)) for m in proposal.markers)
    assert proposal.runner_up.person == "P2"
    assert proposal.runner_up.status is EXCLUDED


def test_probable_where_the_rule_asks_for_a_second_line():
    result = _of_remains(found := identify(_two_families({"R": CHILD}, rule=Rule())), "R")
    assert result.conclusion is Conclusion.PROBABLE
    assert result.reason == "posterior at least 0.9995, but 1 line of evidence; the rule asks for 2"
    proposal, = found.proposals
    assert proposal.meets_rule is False
    assert proposal.conclusion is Conclusion.PROBABLE


def test_probable_where_the_posterior_is_high_and_below_the_rule():
    # Two markers: LR 12.5² = 156.25; prior ½ on one person: posterior 156.25 / 157.25.
    typed = {"dad": all_of("1/2", 2), "mum": all_of("3/4", 2)}
    found = identify(case([couple("F1", "P1", typed=typed)], {"R": all_of("1/3", 2)}, markers(2)))
    result = _of_remains(found, "R")
    assert result.conclusion is Conclusion.PROBABLE
    assert result.reason == "posterior 0.993641 is below the rule's 0.9995"
    assert math.isclose(result.candidates[0].posterior, 156.25 / 157.25, rel_tol=1e-12)
    assert found.proposals == ()


def test_disputed_where_two_remains_of_different_people_point_to_one_person():
    found = identify(_two_families({"R": CHILD, "S": all_of("2/4", N)}))
    for remains, other in (("R", "S"), ("S", "R")):
        result = _of_remains(found, remains)
        assert result.conclusion is Conclusion.DISPUTED
        assert result.reason == f"other remains point to P1 with another profile: {other}"
    assert _of_person(found, "P1").conclusion is Conclusion.DISPUTED
    assert not any(p.meets_rule for p in found.proposals)


def test_disputed_where_two_persons_compete():
    # The second family's references lack two markers: its LR is 12.5⁻² of the first's.
    fewer = {m: {k: g for k, g in typed.items() if k not in ("L0", "L1")} for m, typed in PARENTS.items()}
    fewer["mum"] |= {"L0": PARENTS["mum"]["L0"]}  # there LR = (½ · ½ · 0.1 + …)/(2 · 0.1 · 0.1): the mother alone
    found = identify(case([couple("F1", "P1", typed=PARENTS), couple("F2", "P2", typed=fewer)], {"R": CHILD},
                          markers(N)))
    # mother alone: ½ · 0.1 / (2 · 0.1 · 0.1) = 2.5, so the odds are 12.5² : 2.5 = 62.5 : 1.
    result = _of_remains(found, "R")
    assert math.isclose(result.candidates[0].posterior, 62.5 / 63.5, rel_tol=1e-9)
    assert result.conclusion is Conclusion.PROBABLE
    closer = {m: {k: g for k, g in typed.items() if k != "L0"} for m, typed in PARENTS.items()}
    found = identify(case([couple("F1", "P1", typed=PARENTS), couple("F2", "P2", typed=closer)], {"R": CHILD},
                          markers(N)))
    result = _of_remains(found, "R")
    assert math.isclose(result.candidates[0].posterior, 12.5 / 13.5, rel_tol=1e-9)
    assert result.conclusion is Conclusion.DISPUTED
    assert result.reason == "P1 and P2 compete for these remains"


def test_inconclusive_where_one_marker_says_little():
    typed = {"dad": all_of("1/2", 1)}
    found = identify(case([couple("F1", "P1", typed=typed)], {"R": all_of("1/3", 1)}, markers(1)))
    result = _of_remains(found, "R")
    assert result.conclusion is Conclusion.INCONCLUSIVE
    assert "stands out" in result.reason
    assert math.isclose(result.candidates[0].posterior, 2.5 / 3.5, rel_tol=1e-12)
    assert _of_person(found, "P1").conclusion is Conclusion.INCONCLUSIVE


def test_excluded_where_each_person_who_could_be_compared_is_excluded():
    found = identify(_two_families({"R": STRANGER}))
    result = _of_remains(found, "R")
    assert result.conclusion is Conclusion.EXCLUDED
    assert result.reason == "each listed person who could be compared is excluded; not on the roster: 1"
    assert [c.posterior for c in result.candidates] == [0.0, 0.0]
    assert result.candidates[0].excluded_by == tuple(f"L{k}" for k in range(N))
    assert _of_person(found, "P1").conclusion is Conclusion.EXCLUDED
    assert _of_person(found, "P1").reason == "none of these remains"


def test_excluded_leaves_the_persons_without_references_possible():
    found = identify(_two_families({"R": STRANGER}, without=("P3", "P4")))
    result = _of_remains(found, "R")
    assert result.conclusion is Conclusion.EXCLUDED
    assert result.reason.startswith("each listed person who could be compared is excluded")
    assert result.reason.endswith("2 who could not be compared stay possible")


def test_nonidentifiable_where_two_brothers_are_missing():
    found = identify(case([couple("F1", "P1", "P2", typed=PARENTS)], {"R": CHILD}, markers(N)))
    result = _of_remains(found, "R")
    assert result.conclusion is Conclusion.NONIDENTIFIABLE
    assert result.reason == "the references cannot tell P1, P2 apart (together 1)"
    assert result.candidates[0].posterior == pytest.approx(0.5, rel=1e-9)
    for person in ("P1", "P2"):
        assert _of_person(found, person).conclusion is Conclusion.NONIDENTIFIABLE
    assert found.proposals == ()
    assert any(w.startswith("R is one of P1, P2, whom the references cannot tell apart") for w in found.warnings)


def test_a_missing_brother_and_sister_are_told_apart_by_sex_alone():
    families = [couple("F1", "P1", "P2", typed=PARENTS, sexes=(M, F))]
    options = {"sexes": {"P2": F}}
    found = identify(case(families, {"R": CHILD}, markers(N), remains_sexes={"R": F}, **options))
    assert _of_remains(found, "R").conclusion is Conclusion.IDENTIFIED
    assert _of_remains(found, "R").candidates[0].person == "P2"
    assert _of_remains(found, "R").candidates[1].excluded_by == ("sex",)


# --- what was not compared


def test_two_remains_of_one_person_name_him_twice_and_do_not_dispute_each_other():
    found = identify(_two_families({"R": CHILD, "S": CHILD, "T": {"L0": CHILD["L0"], **{
        k: g for k, g in all_of("1/?", N).items() if k != "L0"}}}))
    assert [r.conclusion for r in found.remains[:2]] == [Conclusion.IDENTIFIED] * 2
    assert found.remains[2].candidates[0].person == "P1"
    assert found.remains[2].conclusion is not Conclusion.DISPUTED
    person = _of_person(found, "P1")
    assert person.conclusion is Conclusion.IDENTIFIED
    assert person.reason.startswith("R, S")


def test_remains_without_a_profile_are_compared_with_nobody():
    found = identify(_two_families({"R": CHILD, "S": None, "T": {}}))
    for remains in ("S", "T"):
        result = _of_remains(found, remains)
        assert result.conclusion is Conclusion.INCONCLUSIVE
        assert result.reason == "compared with nobody: no marker is typed on both sides"
        assert result.n_markers == 0
        assert [c.status for c in result.candidates] == [NOT_COMPARED] * 2
        assert [c.log10_lr for c in result.candidates] == [None] * 2
        assert result.posterior_not_on_roster > 0.5  # R is P1, who can then be none of the others
    assert "remains S: no sample" in found.warnings
    assert not any("remains T" in w for w in found.warnings)


def test_a_person_without_references_is_never_compared_and_keeps_his_share():
    found = identify(_two_families({"R": CHILD}, without=("P3",)))
    assert found.support.status[:, 0].tolist() == [COMPARED, EXCLUDED, NOT_COMPARED]
    # Shares of 1/6 each: P1 weighs 12.5^12 / 6, P3 1/6, not on the roster 3/6.
    weight = np.array([12.5**N, 0.0, 1.0, 3.0])
    np.testing.assert_allclose(found.posterior[:, 0], weight / weight.sum(), rtol=1e-9)
    person = _of_person(found, "P3")
    assert person.has_references is False
    assert person.conclusion is Conclusion.INCONCLUSIVE
    assert person.reason == "no reference samples: nothing could be compared"


def test_a_person_of_another_sex_is_excluded_even_without_references():
    found = identify(_two_families({"R": CHILD}, without=("P3",), sexes={"P3": F}, remains_sexes={"R": M}))
    assert found.support.status[2, 0] == EXCLUDED
    assert _of_remains(found, "R").candidates[-1].excluded_by == ("sex",)
    assert found.prior[2, 0] == 0.0


def test_references_that_contradict_the_pedigree_are_warned_of_and_not_compared():
    wrong = {"dad": all_of("1/1", N), "sib": {**all_of("1/2", N), "L3": all_of("7/8", N)["L3"]}}
    families = [couple("F1", "P1", typed=wrong, others=("sib",)), couple("F2", "P2", typed=OTHERS)]
    found = identify(case(families, {"R": CHILD, "S": STRANGER}, markers(N)))
    assert found.warnings == ("family F1: the references contradict the pedigree at L3; P1 was not compared",)
    assert found.support.status[0].tolist() == [NOT_COMPARED] * 2
    assert not found.support.log10_lr[0].any()
    assert found.n_excluding()[0].tolist() == [0, 0]
    assert _of_person(found, "P1").conclusion is Conclusion.INCONCLUSIVE
    assert _of_remains(found, "R").conclusion is Conclusion.EXCLUDED
    assert _of_remains(found, "R").reason.endswith("1 who could not be compared stay possible")


def test_an_empty_roster_and_no_remains_make_an_identification_too():
    nobody = identify(case([], {"R": CHILD}, markers(N)))
    assert nobody.posterior.tolist() == [[1.0]]
    assert nobody.remains[0].conclusion is Conclusion.INCONCLUSIVE
    assert nobody.remains[0].reason == "the roster is empty"
    nothing = identify(_two_families({}))
    assert nothing.posterior.shape == (3, 0)
    assert [p.conclusion for p in nothing.persons] == [Conclusion.INCONCLUSIVE] * 2


def test_minus_infinity_no_comparison_and_neutrality_are_three_things():
    # Father 1/2 at four alleles of ¼: a child 1/3 has LR 1/(4 · ¼) = 1: compared, and neutral.
    table = (Marker("L0", ("1", "2", "3", "4"), (0.25,) * 4),)
    families = [couple(f"F{k}", f"P{k}", typed={"dad": all_of(dad, 1)}) for k, dad in ((1, "1/2"), (2, "4/4"))]
    found = identify(case(families, {"R": all_of("1/3", 1)}, table, without=("P3",)))
    by_person = {c.person: c for c in _of_remains(found, "R").candidates}
    assert (by_person["P1"].status, by_person["P1"].log10_lr) == (COMPARED, 0.0)
    assert (by_person["P2"].status, by_person["P2"].log10_lr) == (EXCLUDED, -math.inf)
    assert (by_person["P3"].status, by_person["P3"].log10_lr) == (NOT_COMPARED, None)
    assert math.isclose(by_person["P1"].posterior, by_person["P3"].posterior)
    assert by_person["P2"].posterior == 0.0


# --- laws


def test_every_posterior_and_prior_is_a_probability_distribution():
    found = identify(_two_families({"R": CHILD, "S": STRANGER, "T": None}, without=("P3",), sexes={"P3": F},
                                   remains_sexes={"T": F}))
    for matrix in (found.prior, found.posterior):
        assert (matrix >= 0.0).all()
        np.testing.assert_allclose(matrix.sum(axis=0), 1.0, rtol=1e-14)


def test_progress_ends_at_one_and_seconds_are_told():
    told = []
    found = identify(_two_families({"R": CHILD}), progress=told.append)
    assert math.isclose(told[-1], 1.0)
    assert set(found.seconds) == {"lr", "posterior"}


def test_proposals_come_best_first():
    weak = {m: {k: g for k, g in typed.items() if k not in ("L0", "L1")} for m, typed in OTHERS.items()}
    found = identify(case([couple("F2", "P2", typed=weak), couple("F1", "P1", typed=PARENTS)],
                          {"S": all_of("5/7", N), "R": CHILD}, markers(N)))
    assert [(p.remains, p.person) for p in found.proposals] == [("R", "P1"), ("S", "P2")]
    assert found.proposals[1].markers[0].log10_lr is None
