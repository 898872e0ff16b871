"""The prior that a case states in full, and linked markers, on the way to names. Everyone here is invented."""

import dataclasses
import datetime
import math

import numpy as np
import pytest

from homeward.decide import Conclusion, antemortem, identify, postmortem
from homeward.decide.joint import JointPrior, PriorKind, identify_jointly
from homeward.decide.tiles import compare_in_tiles, packed, unpacked
from homeward.evidence import kinship
from homeward.formats.results import facts_of, results_document
from homeward.model import Incident, Linkage, Prior

from .invented import all_of, case, couple, markers

N = 2  # markers; a child 1/3 of parents 1/2 and 3/4 has the LR 12.5 at each
PARENTS, OTHERS = ({"dad": all_of(dad, N), "mum": all_of(mum, N)} for dad, mum in (("1/2", "3/4"), ("1/5", "3/6")))


def _two(prior=None, n=N, linked=(), **options):
    """Two families whose missing sons are as likely to be the remains R, each lost in an incident of his own."""
    typed = [{m: {k: g for k, g in shown.items() if int(k[1:]) < n} for m, shown in t.items()}
             for t in (PARENTS, OTHERS)]
    made = case([couple(f"F{k}", f"P{k}", typed=t) for k, t in enumerate(typed, 1)], {"R": all_of("1/3", n)},
                markers(n), **options)
    roster = tuple(dataclasses.replace(p, incident=f"I{k}") for k, p in enumerate(made.roster, 1))
    return dataclasses.replace(
        made, roster=roster, incidents=(Incident("I1"), Incident("I2")), prior=prior or Prior(),
        frequencies=dataclasses.replace(made.frequencies, linked=linked))


def test_the_weights_of_incidents_move_the_posterior_by_their_ratio():
    plain = identify(_two()).posterior[:, 0]
    assert plain[0] == pytest.approx(plain[1], rel=1e-12)
    weighed = identify(_two(Prior(incidents={"I1": 3.0, "I2": 0.5}))).posterior[:, 0]
    assert weighed[0] / weighed[1] == pytest.approx(6.0, rel=1e-9)
    # With one set of remains nothing competes: the share is spread by weight, (3, ½)/3.5 of one half.
    lr = 12.5**2
    assert weighed[0] == pytest.approx(3 / 7 * lr / (3 / 7 * lr + 0.5 / 7 * lr + 0.5), rel=1e-6)


def test_a_larger_roster_leaves_less_for_those_who_are_listed():
    found = identify(_two(Prior(0.5, roster_size=20)))
    assert found.joint.stated.expected_pairs == pytest.approx(0.05)
    lr = 12.5**2
    assert found.posterior[-1, 0] == pytest.approx(0.95 / (0.95 + 0.05 * lr), rel=1e-6)
    assert found.prior[-1, 0] == pytest.approx(0.95)


def test_a_flat_prior_stands_first_where_it_is_stated():
    found = identify(_two(Prior(flat=True)))
    assert found.joint.stated.kind is PriorKind.FLAT
    assert [r.kind for r in found.joint.results[1:]] == [PriorKind.STATED, PriorKind.HALF, PriorKind.DOUBLE]


def test_the_stated_prior_is_that_of_the_library_with_the_same_figures():
    stated = _two(Prior(0.3, 12, {"I2": 4.0}))
    found = identify(stated)
    weights = np.array([[1.0], [4.0]])
    direct = identify_jointly(stated, found.support, prior=JointPrior(0.3, 12, weights))
    np.testing.assert_array_equal(found.joint.stated.posterior, direct.stated.posterior)


def test_a_share_that_needs_more_persons_than_are_listed_is_lowered_and_said_to_be():
    three = _two(Prior(0.9, incidents={"I1": 3.0}))
    profile = all_of("7/8", N)
    more = case([couple(f"F{k}", f"P{k}", typed=t) for k, t in enumerate((PARENTS, OTHERS), 1)],
                {"R": all_of("1/3", N), "S": profile, "T": all_of("9/10", N)}, markers(N), on_roster=0.9)
    more = dataclasses.replace(more, roster=three.roster, incidents=three.incidents, prior=three.prior)
    found = identify(more)
    assert found.joint.stated.share == pytest.approx(0.9 * 2 / 3)
    assert any(w.startswith("a share of 0.6 of the remains, not 0.9, was taken") for w in found.warnings)


LINKED = (Linkage("L0", "L1", 0.1),)


def test_linked_markers_are_weighed_together_in_an_identification():
    apart, found = identify(_two()), identify(_two(linked=LINKED))
    # Parents and child: each allele's way is seen at both markers but not which came with which: LR as if unlinked.
    assert found.support.log10_lr[0, 0] == pytest.approx(apart.support.log10_lr[0, 0], abs=1e-9)
    uncle = identify(_with_sib(LINKED))
    alone = identify(_with_sib(()))
    assert uncle.support.log10_lr[0, 0] > alone.support.log10_lr[0, 0] + 0.05


def _with_sib(linked):
    typed = {"sib": all_of("1/3", N)}
    made = case([couple("F1", "P1", typed=typed, others=("sib",))], {"R": all_of("1/3", N)}, markers(N))
    return dataclasses.replace(made, frequencies=dataclasses.replace(made.frequencies, linked=linked))


def test_a_linked_marker_that_was_left_out_is_warned_of():
    made = _with_sib(LINKED)
    found = identify(dataclasses.replace(made, frequencies=dataclasses.replace(made.frequencies, theta=0.01)))
    assert "L1, linked to L0, was left out for P1: the two cannot be weighed together with coancestry" in found.warnings
    assert found.remains[0].conclusion is Conclusion.INCONCLUSIVE


def test_where_several_of_a_family_are_missing_it_is_said_that_linkage_among_them_is_not_weighed():
    families = [couple("F1", "P1", "P2", typed=PARENTS), couple("F2", "P3", typed=OTHERS)]
    made = case(families, {"R": all_of("1/3", N)}, markers(N))
    linked = dataclasses.replace(made, frequencies=dataclasses.replace(made.frequencies, linked=LINKED))
    said = "what remains say of each other as members of one family (of F1) is weighed as if linked markers were not"
    assert any(w.startswith(said) for w in identify(linked).warnings)
    assert not any(w.startswith("what remains say") for w in identify(made).warnings)


def test_candidates_carry_the_glr_of_their_pairing_and_remains_how_their_posteriors_were_got():
    found = identify(_two())
    remains = found.remains[0]
    # R may be either: the best assignment with one over the best without him, which is with the other.
    assert [c.log10_glr for c in remains.candidates] == [pytest.approx(0.0, abs=1e-9)] * 2
    assert remains.how.startswith("exact: ")
    assert remains.error == 0.0
    alone = identify(_two(n=1))
    first = alone.remains[0].candidates[0]
    assert first.log10_lr == pytest.approx(math.log10(12.5))
    place = alone.joint.persons.index(first.person), alone.joint.remains.index("R")
    assert first.log10_glr == pytest.approx(float(alone.joint.log10_glr[place]))


def test_a_tile_that_was_kept_says_what_was_left_out_in_it():
    made = _with_sib(LINKED)
    made = dataclasses.replace(made, frequencies=dataclasses.replace(made.frequencies, theta=0.01))
    sides = antemortem(made), postmortem(made), kinship.Params(made.frequencies)
    whole = kinship.compare(*sides)
    assert whole.left_out == {"P1": ("L1",)}
    assert unpacked(packed(whole), *sides[:2]).left_out == whole.left_out
    kept: dict[int, bytes] = {}

    class Store:
        get, put = kept.get, kept.__setitem__

    for _ in range(2):  # the second time out of the store
        assert compare_in_tiles(*sides, tiles=Store(), rows=1).left_out == whole.left_out
    assert len(kept) == 1


def test_the_results_document_holds_glrs_how_posteriors_were_got_and_which_markers_are_linked():
    found = identify(_two(n=2, linked=LINKED, prior=Prior(0.9999, incidents={"I1": 1e6})))
    when = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    document = results_document(found, facts_of(found, source="invented", when=when))
    assert document["parameters"]["prior weight of I1"] == "1000000.0"
    assert document["parameters"]["linked L0 and L1"] == "0.1"
    assert not any(name.startswith(("mtdna", "ystr", "roster size")) for name in document["parameters"])
    remains, = document["remains"]
    assert (remains["how"], remains["error"]) == (found.remains[0].how, 0.0)
    assert [c["log10_glr"] for c in remains["candidates"]] == [c.log10_glr for c in found.remains[0].candidates]
    assert document["joint"]["likeliest_equal"] == 2
    assert document["joint"]["not_compared_persons"] == []
    proposal, = document["proposals"]
    assert proposal["log10_glr"] == pytest.approx(0.0, abs=1e-9)
    assert [m.get("given") for m in proposal["markers"]] == [None, "L0"]
    only = dataclasses.replace(found.remains[0].candidates[0], log10_glr=math.inf)
    result = dataclasses.replace(found, remains=(dataclasses.replace(found.remains[0], candidates=(only,)),))
    document = results_document(result, facts_of(found, source="invented", when=when))
    assert document["remains"][0]["candidates"][0]["log10_glr"] == "inf"
