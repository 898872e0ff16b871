"""The rules by themselves: from a standing to a word and its reason."""

import pytest

from homeward.blocks import COMPARED, EXCLUDED, NOT_COMPARED
from homeward.decide import Candidate, Conclusion
from homeward.decide.rules import PROBABLE, Standing, conclude, disagreeing
from homeward.model import Genotype, Profile, Rule

RULE = Rule(posterior=0.999, minimum_lines=1)


def _standing(best, **changes):
    """A standing whose best candidates have these posteriors."""
    candidates = [Candidate(f"P{k}", "R", COMPARED, 3.0, p) for k, p in enumerate(best)]
    facts = {"tied": ["P0"], "tied_posterior": best[0], "listed_posterior": sum(best),
             "not_on_roster": 1.0 - sum(best), "n_compared": len(best), "n_excluded": 0, "n_open": 0}
    return Standing(best=candidates, **{**facts, **changes})


@pytest.mark.parametrize(("posterior", "word"), [
    (0.9991, Conclusion.IDENTIFIED), (0.999, Conclusion.IDENTIFIED), (0.9989, Conclusion.PROBABLE),
    (PROBABLE, Conclusion.PROBABLE), (0.9499, Conclusion.INCONCLUSIVE), (0.0011, Conclusion.INCONCLUSIVE),
    (0.0009, Conclusion.EXCLUDED),
])
def test_one_candidate_by_his_posterior(posterior, word):
    assert conclude(_standing([posterior]), RULE)[0] is word


def test_a_rival_profile_disputes_even_the_surest_name():
    word, reason = conclude(_standing([0.9999999], rivals=("R7", "R9")), RULE)
    assert word is Conclusion.DISPUTED
    assert reason == "other remains point to P0 with another profile: R7, R9"


def test_lines_are_counted_against_the_rule():
    rule = Rule(posterior=0.999, minimum_lines=3)
    assert conclude(_standing([0.9999], n_lines=2), rule) == (
        Conclusion.PROBABLE, "posterior at least 0.999, but 2 lines of evidence; the rule asks for 3")
    assert conclude(_standing([0.9999], n_lines=3), rule)[0] is Conclusion.IDENTIFIED


def test_people_who_cannot_be_told_apart_are_named_together():
    word, reason = conclude(_standing([0.48, 0.48], tied=["P0", "P1"], tied_posterior=0.96), RULE)
    assert word is Conclusion.NONIDENTIFIABLE
    assert "P0, P1" in reason
    weak = conclude(_standing([0.3, 0.3], tied=["P0", "P1"], tied_posterior=0.6), RULE)[0]
    assert weak is Conclusion.INCONCLUSIVE


def test_two_who_differ_and_leave_no_room_for_others_compete():
    word, reason = conclude(_standing([0.9, 0.0999]), RULE)
    assert (word, reason) == (Conclusion.DISPUTED, "P0 and P1 compete for these remains")


def test_nobody_compared_is_never_an_exclusion():
    standing = Standing(best=[Candidate("P0", "R", NOT_COMPARED, None, 0.5)], tied=[], tied_posterior=0.0,
                        listed_posterior=0.0, not_on_roster=0.5, n_compared=0, n_excluded=0, n_open=1)
    assert conclude(standing, RULE)[0] is Conclusion.INCONCLUSIVE


def test_a_person_who_was_not_compared_is_never_named_however_high_his_prior():
    best = [Candidate("P0", "R", NOT_COMPARED, None, 0.9999), Candidate("P1", "R", EXCLUDED, None, 0.0)]
    standing = Standing(best=best, tied=[], tied_posterior=0.0, listed_posterior=0.0, not_on_roster=0.0001,
                        n_compared=0, n_excluded=1, n_open=1)
    word, reason = conclude(standing, RULE)
    assert word not in (Conclusion.IDENTIFIED, Conclusion.PROBABLE)
    assert "1 who could not be compared stay possible" in reason


def test_profiles_disagree_by_one_full_genotype_and_never_by_a_partial_one():
    profiles = {
        "R": Profile("R", {"A": Genotype("7", "8"), "B": Genotype("9", None), "C": Genotype("7", "7")}),
        "same": Profile("same", {"A": Genotype("8", "7")}),
        "partial": Profile("partial", {"A": Genotype("9", None), "B": Genotype("7", "7")}),
        "other": Profile("other", {"A": Genotype("7", "8"), "C": Genotype("7", "8")}),
        "elsewhere": Profile("elsewhere", {"D": Genotype("7", "8")}),
    }
    assert disagreeing(profiles, "R", list(profiles)) == ("other",)
