"""Conclusions held against a known truth."""

from homeward.decide import ProposedName, score


def _name(remains, best, proposed=None, posterior=0.9):
    return ProposedName(remains, "probable", best, posterior, proposed)


def test_every_kind_of_answer_is_counted_where_it_belongs():
    truth = {"R1": "P1", "R2": "P2", "R3": "P3", "R4": None, "R5": None}
    names = [_name("R1", "P1", "P1"), _name("R2", "P3", "P3"), _name("R3", "P3"), _name("R4", "P1", "P1"),
             _name("R5", None), _name("R6", "P6", "P6")]
    result = score(names, truth)
    assert (result.listed, result.absent, result.unknown) == (3, 2, 1)
    assert result.right == 1
    assert result.wrong == (names[1],)
    assert result.named_absent == (names[3],)
    assert result.ranked_first == 2


def test_nothing_concluded_scores_nothing():
    result = score([], {"R1": "P1"})
    assert (result.listed, result.right, result.ranked_first, result.unknown) == (0, 0, 0, 0)
