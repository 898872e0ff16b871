"""What the page says of pairings weighed together. Everyone here is invented."""

import dataclasses
import html
import re

import numpy as np
import pytest

from homeward.decide import identify
from homeward.decide.joint import How
from homeward.model import Incident, Linkage, MissingPerson, Prior
from homeward.report import write_report
from homeward.report.index import CaseIndex
from homeward.report.numbers import error_text, posterior_text
from homeward.report.together import JointView, exactness, together_of

from ..decide.invented import all_of, case, couple, markers

N = 12
PARENTS, OTHERS = ({"dad": all_of(dad, N), "mum": all_of(mum, N)} for dad, mum in (("1/2", "3/4"), ("5/6", "7/8")))
BROTHERS = {"R": all_of("1/3", N), "S": all_of("2/4", N)}


def _brothers(**options):
    """Two brothers and someone else; whose a third and a fourth set of remains is, is known."""
    families = [couple("F1", "P1", "P2", typed=PARENTS), couple("F2", "P3", typed=OTHERS)]
    return case(families, {**BROTHERS, "T": all_of("5/7", N), "U": all_of("9/10", N)}, markers(N), **options)


@pytest.fixture(scope="module")
def brothers():
    """Two brothers whom their parents cannot tell apart, one who is known, one set of remains of a stranger."""
    return identify(_brothers())


def _section(found):
    return together_of(found, CaseIndex(found.case), JointView(found))


def _page(found, facts, tmp_path):
    write_report(found, tmp_path / "report.html", facts=facts)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    text = html.unescape(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))
    return page, re.sub(r"\s+", " ", text)


def _approximate(found, error):
    """The same with every part computed by messages, of that error under the stated prior."""
    joint = found.joint
    results = tuple(dataclasses.replace(r, parts=tuple(
        dataclasses.replace(p, how=How.APPROXIMATE, by="belief propagation over all pairs, 9 rounds", error=error)
        for p in r.parts)) for r in joint.results)
    remains = tuple(dataclasses.replace(r, error=error) for r in found.remains)
    proposals = tuple(dataclasses.replace(p, error=error) for p in found.proposals)
    return dataclasses.replace(found, joint=dataclasses.replace(joint, results=results), remains=remains,
                               proposals=proposals)


def test_where_nothing_was_weighed_together_there_is_no_such_section(identification, facts, tmp_path):
    assert _section(identification) is None
    page, _ = _page(identification, facts, tmp_path)
    assert 'href="#together"' not in page
    assert 'id="together"' not in page


def test_ties_are_named_and_the_others_are_told_by_what_they_change(brothers):
    section = _section(brothers)
    # Of the brothers: neither, one of two as one of two, both in either order; of the third: he or nobody.
    assert section.counted == "14\u00a0assignments are possible."
    first, second = section.assignments[:2]
    assert [(remains, who.id) for remains, who in first.pairs] == [("R", "P1"), ("S", "P2"), ("T", "P3")]
    assert first.ties
    assert second.ties
    assert first.posterior == second.posterior == "0.5"
    assert [(c.remains, c.best.id, c.here.id) for c in second.changes] == [("R", "P1", "P2"), ("S", "P2", "P1")]
    assert section.tied.startswith("2 of the assignments are exactly as likely as the likeliest")
    assert not any(a.ties for a in section.assignments[2:])
    lost = next(a for a in section.assignments if a.n_pairs == 2 and len(a.changes) == 1)
    assert lost.changes[0].here is None


def test_the_glr_sees_what_the_lr_of_a_pair_cannot(brothers):
    rows = {(row.person.id, row.remains): row for row in _section(brothers).pairings}
    assert set(rows) == {("P1", "R"), ("P1", "S"), ("P2", "R"), ("P2", "S"), ("P3", "T")}
    # 12 markers of LR 12.5 each; but exchanging the brothers costs nothing.
    assert {row.log10_lr for row in rows.values()} == {"+13.16"}
    assert {row.log10_glr for key, row in rows.items() if key[0] != "P3"} == {"0.00"}
    assert rows["P3", "T"].log10_glr == "+13.16"


def test_posteriors_stand_under_four_priors_and_each_says_that_it_is_exact(brothers):
    section = _section(brothers)
    assert [name for name, _ in section.columns] == [r.kind.value for r in brothers.joint.results]
    assert {how for _, how in section.columns} == {"exact"}
    assert len({row.posteriors for row in section.pairings}) == 2
    assert {row.how for row in section.priors} == {
        ("3\u00a0persons and 3\u00a0sets of remains in 2\u00a0parts: exact",)}


def test_persons_who_cannot_be_told_apart_are_named_with_their_remains_as_a_set(brothers, facts, tmp_path):
    alike, = _section(brothers).alike
    assert ([p.id for p in alike.persons], alike.remains) == (["P1", "P2"], ("R", "S"))
    _, text = _page(brothers, facts, tmp_path)
    assert "P1 , P2 : R , S posterior that these are theirs, in whichever order: > 1 − 10⁻¹²" in text


def test_undisputed_excluded_and_those_of_whom_nothing_is_known_are_listed(brothers):
    lists = {f.heading: [(who.id, remains) for who, remains in f.pairs] for f in _section(brothers).first}
    assert lists["Undisputed"] == [("P3", "T")]
    assert lists["Remains excluded everywhere"] == [("U", "")]
    assert lists["Persons excluded everywhere"] == lists["Nonidentifiable"] == lists["Not compared"] == []


def test_an_approximate_posterior_says_so_everywhere_and_shows_no_digit_beyond_its_error(brothers, facts, tmp_path):
    _, text = _page(_approximate(brothers, 2e-5), facts, tmp_path)
    proposals = text[text.index("Proposals No."):text.index("Weighed together One person")]
    assert "> 1 − 3×10⁻⁵ belief propagation, ± 2×10⁻⁵" in proposals  # what it lacks of 1, and the error, rounded up
    for part in ("Each set of remains", "Each person on the roster"):
        rest = text[text.rindex(part):]
        assert "posteriors: belief propagation, ± 2×10⁻⁵" in rest
    assert "− 10⁻¹²" not in text.partition("How to read this report Summary")[0]
    exact = _page(brothers, facts, tmp_path)[1]
    assert "belief propagation, ±" not in exact
    assert "posteriors: exact" in exact


def test_where_exactness_differs_from_row_to_row_each_cell_says_its_own(brothers):
    joint = brothers.joint
    parts = tuple(dataclasses.replace(part, how=How.BOUNDED, error=1e-9) if "P1" in part.persons else part
                  for part in joint.stated.parts)
    results = (dataclasses.replace(joint.stated, parts=parts), *joint.results[1:])
    section = _section(dataclasses.replace(brothers, joint=dataclasses.replace(joint, results=results)))
    assert [how for _, how in section.columns] == ["", "exact", "exact", "exact"]
    assert {(row.person.id, row.posteriors[0][1]) for row in section.pairings} == {
        ("P1", "exact to within 10⁻⁹"), ("P2", "exact to within 10⁻⁹"), ("P3", "exact")}
    assert {row.posteriors[1][1] for row in section.pairings} == {""}


def test_a_glr_that_is_not_known_and_one_that_has_no_rival_are_words(brothers):
    joint = brothers.joint
    glr = joint.log10_glr.copy()
    glr[joint.persons.index("P3"), joint.remains.index("T")] = np.inf
    glr[joint.persons.index("P1"), joint.remains.index("R")] = np.nan
    section = _section(dataclasses.replace(brothers, joint=dataclasses.replace(joint, log10_glr=glr)))
    assert (section.pairings[0].log10_glr, section.pairings[-1].log10_glr) == ("no other is possible", "not known")


@pytest.mark.parametrize(("how", "by", "error", "said"), [
    (How.EXACT, "forward–backward", 0.0, "exact"), (How.BOUNDED, "forward–backward", 3e-10, "exact to within 3×10⁻¹⁰"),
    (How.APPROXIMATE, "belief propagation over all pairs", 1.6e-5, "belief propagation, ± 2×10⁻⁵"),
    (How.APPROXIMATE, "of 9 assignments only 3 were computed", 1.0, "approximate, error not known")])
def test_how_far_a_part_is_exact_is_said_in_a_few_words(brothers, how, by, error, said):
    part = dataclasses.replace(brothers.joint.stated.parts[0], how=how, by=by, error=error)
    assert exactness(part).replace("\u00a0", " ") == said
    assert exactness(None) == "exact"


@pytest.mark.parametrize(("p", "error", "text"), [
    (1 - 6e-12, 1.6e-5, "> 1 − 2×10⁻⁵"), (1e-9, 2e-5, "< 3×10⁻⁵"), (0.42, 2e-5, "0.42"),
    (0.99999, 2e-5, "> 1 − 3×10⁻⁵"), (0.95, 0.1, "> 0.8"), (0.3, 0.4, "< 0.7"),
    (0.0, 1e-7, "< 10⁻⁷"), (0.9995, 1e-6, "0.999 5"), (0.2, 1.0, "0.2")])
def test_no_figure_is_given_nearer_to_0_or_1_than_the_error(p, error, text):
    assert posterior_text(p, error=error).replace("\u00a0", " ").replace("\u202f", " ") == text


@pytest.mark.parametrize(("error", "text"), [
    (0.0, "exact"), (1.6e-5, "± 2×10⁻⁵"), (2e-5, "± 2×10⁻⁵"), (0.006, "± 0.006"), (0.5, "error not known")])
def test_errors_read_as_people_write_them(error, text):
    assert error_text(error).replace("\u00a0", " ") == text


def test_the_summary_tells_of_weights_and_of_a_larger_roster(facts, tmp_path):
    read = _brothers()
    roster = tuple(dataclasses.replace(p, incident="I1") if isinstance(p, MissingPerson) else p for p in read.roster)
    weighed = dataclasses.replace(read, incidents=(Incident("I1", "Invented Valley"),), roster=roster,
                                  prior=Prior(0.4, 12, {"I1": 3.0}))
    _, text = _page(identify(weighed), facts, tmp_path)
    assert "all ways of pairing so many alike, but for the weights below and persons whose recorded sex" in text
    assert "The case holds 3 of the 12 persons on the roster" in text
    assert "so many times as probable as others: Invented Valley (I1) × 3." in text
    _, text = _page(identify(dataclasses.replace(read, prior=Prior(flat=True))), facts, tmp_path)
    assert "all ways of pairing persons with remains are taken as equally probable" in text


def test_a_card_says_which_markers_are_linked(facts, tmp_path):
    read = _brothers()
    table = dataclasses.replace(read.frequencies, linked=(Linkage("L0", "L3", 0.1),))
    found = identify(dataclasses.replace(read, frequencies=table))
    _, text = _page(found, facts, tmp_path)
    assert "L3 is linked to L0: its figure is what it adds to that of L0." in text
    assert "Linked markers L0 and L3, recombination rate 0.1" in text
    for proposal in found.proposals:
        assert sum(m.log10_lr for m in proposal.markers) == pytest.approx(proposal.log10_lr, abs=1e-9)
        assert {m.marker: m.given for m in proposal.markers if m.given} == {"L3": "L0"}
