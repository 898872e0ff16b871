"""Whose sample would add most: against closed forms, the sum over all genotypes, and the laws of information."""

import itertools
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.kinship import Relatives, Typed
from homeward.kinship.power import one_more, power
from homeward.kinship.power.next_relative import best_relatives
from homeward.kinship.power.relationships import Relationship, possible_relationships, with_relative
from homeward.model import (
    Family,
    FrequencyTable,
    Genotype,
    InvalidValue,
    Laboratory,
    Marker,
    Member,
    MutationModel,
    Profile,
    Sex,
    Unsupported,
)
from homeward.simulate import family_of, fbi2015, gene_drop

from .. import plain
from ..random_families import drawn_families, examples

P = np.array((0.4, 0.3, 0.2, 0.1))
M = Marker("M", ("1", "2", "3", "4"), tuple(P))
S2, S3, S4, S5, S6 = (float((P**k).sum()) for k in range(2, 7))
TRIO = Family("synthetic", (Member("father", None, None, Sex.MALE), Member("mother", None, None, Sex.FEMALE),
                            Member("child", "father", "mother", Sex.FEMALE)))


def rng(seed=1):
    return np.random.default_rng(seed)


def table_of(*markers, theta=0.0):
    return FrequencyTable("synthetic", markers, theta=theta)


def typed(family, member, **genotypes):
    return Relatives(Typed(family, {who: Profile(who, {"M": Genotype(a, b)}) for who, (a, b) in genotypes.items()}),
                     member)


def gain(who, candidate, table=None, **options):
    return best_relatives(who, table or table_of(M), candidates=[candidate], rng=rng(), **options)[0]


def population():
    """Each genotype's names and probability."""
    for a, b in itertools.combinations_with_replacement(range(4), 2):
        yield M.alleles[a] + M.alleles[b], P[a] * P[b] * (1 if a == b else 2)


def dropped(shape, table, seed=1):
    shaped = family_of(shape)
    genes = gene_drop(shaped.family, table, rng(seed))
    return Relatives(Typed(shaped.family, {d: genes[d] for d in shaped.donors}), shaped.family.missing[0].id)


# --- closed forms: Jamieson & Taylor 1997, doi:10.1111/j.1365-2052.1997.00186.x, three formulae of exclusion


def test_a_parent_who_is_not_typed_yet_would_exclude_as_the_formula_for_one_parent_says():
    expected = 1 - 4 * S2 + 2 * S2**2 + 4 * S3 - 3 * S4
    assert gain(typed(TRIO, "child"), "father").after.exclusion == pytest.approx(expected, rel=1e-12)


def test_both_parents_would_exclude_as_the_formula_for_a_substituted_child_says():
    expected = 1 + 4 * S4 - 4 * S5 - 3 * S6 - 8 * S2**2 + 8 * S2 * S3 + 2 * S3**2
    found = sum(p * gain(typed(TRIO, "child", father=f), "mother").after.exclusion for f, p in population())
    assert found == pytest.approx(expected, rel=1e-12)


def test_a_child_beside_the_other_parent_would_exclude_as_the_formula_for_paternity_says():
    expected = 1 - 2 * S2 + S3 + 2 * S4 - 3 * S5 - 2 * S2**2 + 3 * S2 * S3
    found = sum(p * gain(typed(TRIO, "father", mother=m), "child").after.exclusion for m, p in population())
    assert found == pytest.approx(expected, rel=1e-12)


def test_an_item_of_the_persons_own_would_say_how_rare_he_may_turn_out_to_be():
    # Beside a father 1/2 the child is a/b with ½ p_b for each a of the father's.
    expected = -sum(0.5 * P[b] * math.log10(P[a] * P[b] * (1 if a == b else 2)) for a in (0, 1) for b in range(4))
    found = gain(typed(TRIO, "child", father="12"), "child")
    assert found.after.mean_log10_lr == pytest.approx(expected, rel=1e-12)


# --- the third witness


def plain_figures(drawn, query):
    """Mean and mean square of log10 LR, and exclusion: sums over all that can be reported of the query."""
    figures, table = np.zeros(3), drawn.plain_table(query) / drawn.plain_likelihood()
    p, single = drawn.marker.frequencies, drawn.is_single(query)
    for own in [r for r in drawn.reports(query) if r[-1] is not None]:
        shown = [g for g in itertools.product(range(len(p)), repeat=1 if single else 2)
                 if plain.agrees(plain.locus(drawn.marker), g, own)]
        member = sum(table[g[0], g[-1]] for g in shown)
        unrelated = sum(math.prod(p[a] for a in g) for g in shown)
        log10_lr = math.log10(member / unrelated) if member > 0.0 else 0.0
        figures += np.array([member * log10_lr, member * log10_lr**2, unrelated * (member == 0.0)])
    return figures


def plain_outlook(drawn, query, donor):
    """The same with the donor typed, Σ_c P(c | seen) …; where nothing is seen of him, all stays as it is."""
    figures, left = np.zeros(3), 1.0
    for report in [r for r in drawn.reports(donor) if r[-1] is not None]:
        beside = replace(drawn, seen={**drawn.seen, donor: report})
        weight = beside.plain_likelihood() / drawn.plain_likelihood()
        left -= weight
        if weight > 0.0:
            figures += weight * plain_figures(beside, query)
    return figures + max(0.0, left) * plain_figures(drawn, query)


@st.composite
def questions(draw, **options):
    """A family with something typed and possible, its missing member and another, untyped one."""
    drawn = draw(drawn_families(most=3, **options))
    query, donor = draw(st.permutations([m.id for m in drawn.family.members]))[:2]
    seen = {m: report for m, report in drawn.seen.items() if m not in (query, donor)}
    return replace(drawn, seen=seen), query, donor


def check_against_the_plain_sum(question):
    drawn, query, donor = question
    if not drawn.seen or drawn.plain_likelihood() == 0.0:
        return
    mean, square, exclusion = plain_outlook(drawn, query, donor)
    after = gain(drawn.relatives(query), donor, drawn.table, draws=1).after
    assert after.mean_log10_lr == pytest.approx(mean, rel=1e-9, abs=1e-11)
    assert after.sd_log10_lr**2 == pytest.approx(max(0.0, square - mean**2), rel=1e-8, abs=1e-11)
    assert after.exclusion == pytest.approx(exclusion, rel=1e-9, abs=1e-13)


@examples(25)
@given(questions())
def test_what_a_relative_adds_is_the_sum_over_all_genotypes_of_both(question):
    check_against_the_plain_sum(question)


@examples(10)
@given(questions(x_linked=True))
def test_what_a_relative_adds_on_the_x_is_the_sum_over_all_genotypes_of_both(question):
    check_against_the_plain_sum(question)


@examples(15)
@given(questions(silent=True))
def test_what_a_relative_adds_beside_a_silent_allele_is_the_sum_over_all_reports(question):
    check_against_the_plain_sum(question)


@pytest.mark.parametrize(("shape", "donor"), [
    ("sib of a cousin marriage", "her-husband"), ("sib of a cousin marriage", "grandfather"),
    ("sib of a cousin marriage", Relationship.CHILD)])
@pytest.mark.parametrize("model", [MutationModel(), MutationModel("equal", 0.01)])
def test_exchanging_the_roles_for_an_inbred_person_changes_nothing(monkeypatch, shape, donor, model):
    table, exchanged = table_of(replace(M, female=model, male=model)), []
    who = dropped(shape, table)
    real = one_more._exchanged
    monkeypatch.setattr(one_more, "_exchanged", lambda *given: exchanged.append(given) or real(*given))
    quick = gain(who, donor, table)
    assert exchanged
    monkeypatch.setattr(one_more, "_is_inbred", lambda typed, query, known: False)
    straight = gain(who, donor, table)
    for name in ("mean_log10_lr", "sd_log10_lr", "exclusion", "exclusion_without_mutation"):
        assert getattr(quick.after, name) == pytest.approx(getattr(straight.after, name), rel=1e-11, abs=1e-13)


def test_a_silent_allele_is_hidden_in_the_inbred_person_too(monkeypatch):
    table = table_of(replace(M, silent="4"))
    who = dropped("sib of a cousin marriage", table)
    quick = gain(who, "grandfather", table)
    monkeypatch.setattr(one_more, "_is_inbred", lambda typed, query, known: False)
    assert gain(who, "grandfather", table).after.mean_log10_lr == pytest.approx(quick.after.mean_log10_lr, rel=1e-11)


# --- laws


@examples(25)
@given(questions())
def test_one_more_relative_never_says_less(question):
    drawn, query, donor = question
    if drawn.seen and drawn.plain_likelihood() > 0.0:
        found = gain(drawn.relatives(query), donor, drawn.table, draws=1)
        assert found.gain_log10_lr >= -1e-12
        assert found.after.exclusion_without_mutation >= found.before.exclusion_without_mutation - 1e-12


def test_a_relative_in_the_pedigree_and_one_outside_it_say_the_same():
    table = fbi2015(markers=("FGA", "TH01", "D18S51"))
    who = dropped("one sib", table)
    wider, new = with_relative(who.typed.family, who.member, Relationship.NEPHEW_OR_NIECE)
    inside = gain(replace(who, typed=replace(who.typed, family=wider)), new, table)
    outside = gain(who, Relationship.NEPHEW_OR_NIECE, table)
    assert (outside.hypothetical, inside.hypothetical) == (True, False)
    assert outside.after == inside.after


def test_typing_the_relative_gives_on_average_what_was_expected():
    table = fbi2015(markers=("FGA", "TH01", "D18S51"))
    shaped = family_of("one sib")
    nobody = Relatives(Typed(shaped.family), "missing")
    expected = gain(nobody, "sib", table)
    means, sds = [], []
    for seed in range(300):
        sib = gene_drop(shaped.family, table, rng(seed))["sib"]
        found = power(Relatives(Typed(shaped.family, {"sib": sib}), "missing"), table, rng=rng(), draws=1)
        means.append(found.mean_log10_lr)
        sds.append(found.sd_log10_lr)
    assert np.mean(means) == pytest.approx(expected.after.mean_log10_lr, abs=4 * np.std(means) / math.sqrt(300))
    total = np.mean(np.square(sds)) + np.var(means)
    assert total == pytest.approx(expected.after.sd_log10_lr**2, rel=0.15)


def test_the_simulated_chance_agrees_with_all_combinations():
    who = typed(TRIO, "child")
    total, threshold = 0.0, 0.2
    for father, p in population():
        found = power(typed(TRIO, "child", father=father), table_of(M), rng=rng(), draws=20_000,
                      log10_thresholds=(threshold,))
        total += p * found.tails[0].if_member.value
    above = gain(who, "father", log10_threshold=threshold, draws=20_000).after.above
    assert above.value == pytest.approx(total, abs=5 * above.error)


# --- ranking


def test_close_relatives_come_first_and_who_is_nobodys_relative_last():
    table = fbi2015(markers=("FGA", "TH01", "D18S51", "vWA"))
    found = best_relatives(dropped("nephews of two sibs", table), table, rng=rng(), draws=50)
    names = [g.relative for g in found]
    assert {"father", "mother", "brother", "sister", "sister-in-law", "brother-in-law"} < set(names)
    assert set(Relationship) - {"father", "mother"} < set(names)
    assert "missing" not in names
    means = [round(g.after.mean_log10_lr, 9) for g in found]
    assert means == sorted(means, reverse=True)
    assert names.index("father") < names.index("brother") < names.index("paternal cousin")
    assert len({g.before for g in found}) == 1


def test_someone_elses_partner_adds_nothing():
    found = gain(dropped("spouse and child", fbi2015(markers=("FGA",))), "father", fbi2015(markers=("FGA",)))
    family = Family("synthetic", (*TRIO.members, Member("partner", None, None, Sex.MALE)))
    alone = gain(typed(family, "child", father="12"), "partner")
    assert found.gain_log10_lr > 0.1
    assert alone.gain_log10_lr == pytest.approx(0.0, abs=1e-14)


def test_a_relative_typed_in_part_would_be_typed_at_the_other_markers():
    table = fbi2015(markers=("FGA", "TH01", "D18S51"))
    who = dropped("father", table)
    father = who.typed.profiles["father"]
    part = Profile("father", {"FGA": father.genotypes["FGA"]})
    before = replace(who, typed=Typed(who.typed.family, {"father": part}))
    found = gain(before, "father", table)
    assert found.n_markers == 2
    one = power(before, table, rng=rng(), draws=1)
    nobody = gain(replace(who, typed=Typed(who.typed.family)), "father", table_of(*table.markers[1:]))
    assert found.before.mean_log10_lr == pytest.approx(one.mean_log10_lr, rel=1e-12)
    assert found.gain_log10_lr == pytest.approx(nobody.after.mean_log10_lr, rel=1e-12)
    assert "father" not in [g.relative for g in best_relatives(who, table, rng=rng(), draws=1)]


def test_references_with_drop_out_keep_their_rates():
    sib = Profile("sib", {"M": Genotype("1", "1")})
    family = Family("synthetic", (*TRIO.members, Member("sib", "father", "mother", Sex.MALE)))
    sure, unsure = (Relatives(Typed(family, {"sib": sib}, {"sib": ((sib, lab),)} if lab else {}), "child")
                    for lab in (None, Laboratory(dropout=0.3)))
    assert gain(unsure, "mother").after.mean_log10_lr < gain(sure, "mother").after.mean_log10_lr


def test_the_other_missing_are_not_asked_for_samples():
    table = table_of(M)
    family = family_of("two missing brothers").family
    names = [g.relative for g in best_relatives(typed(family, "missing-1"), table, rng=rng(), draws=1)]
    assert "missing-2" not in names
    assert {"father", "mother", "sister"} < set(names)
    assert gain(typed(family, "missing-1"), "missing-2").gain_log10_lr > 0.0


def test_the_same_seed_gives_the_same_ranking():
    table = fbi2015(markers=("FGA", "TH01"))
    who = dropped("one sib", table)
    first, again, other = (best_relatives(who, table, rng=rng(s), draws=40, log10_threshold=1.0) for s in (3, 3, 4))
    assert first == again
    assert [g.after.above for g in first] != [g.after.above for g in other]
    assert [g.after.mean_log10_lr for g in first] == [g.after.mean_log10_lr for g in other]


@pytest.mark.parametrize(("who", "options", "kind", "message"), [
    (typed(TRIO, "child"), {"candidates": ["uncle", "father", "aunt"]}, InvalidValue,
     "synthetic: candidates='uncle, aunt' must be members of the family or among: child, father,"),
    (typed(TRIO, "child"), {"candidates": [Relationship.FATHER]}, InvalidValue,
     "relationship='father' stands in the pedigree already"),
    (typed(TRIO, "child"), {"draws": 0}, InvalidValue, "draws=0 must be at least 1"),
    (typed(TRIO, "child", father="11", mother="22"), {"candidates": ["new"]}, InvalidValue, "candidates='new'"),
])
def test_what_cannot_be_asked_is_refused_in_words(who, options, kind, message):
    with pytest.raises(kind) as refusal:
        best_relatives(who, table_of(M), rng=rng(), **options)
    assert message in str(refusal.value)


def test_references_that_contradict_the_pedigree_are_refused():
    family = Family("synthetic", (*TRIO.members, Member("sib", "father", "mother", Sex.MALE)))
    with pytest.raises(InvalidValue, match=r"references='M' contradict the pedigree"):
        best_relatives(typed(family, "child", father="11", sib="22"), table_of(M), rng=rng())


def test_coancestry_is_refused_rather_than_forgotten():
    with pytest.raises(Unsupported, match=r"relatives are not ranked with coancestry theta=0.01"):
        best_relatives(typed(TRIO, "child"), table_of(M, theta=0.01), rng=rng())


# --- relationships


def kinship_coefficient(family, a, b):
    """φ of two members, by the plain recursion from the later born to his parents."""
    order = {}
    while len(order) < len(family.members):
        for m in family.members:
            if m.id not in order and (m.father is None or {m.father, m.mother} <= order.keys()):
                order[m.id] = len(order)
    if order[a] < order[b]:
        a, b = b, a
    m = family.member(a)
    if a == b:
        return 0.5 if m.father is None else 0.5 + 0.5 * kinship_coefficient(family, m.father, m.mother)
    if m.father is None:
        return 0.0
    return 0.5 * (kinship_coefficient(family, m.father, b) + kinship_coefficient(family, m.mother, b))


PHI = {"father": 1 / 4, "mother": 1 / 4, "sib": 1 / 4, "child": 1 / 4, "paternal grandparent": 1 / 8,
       "maternal grandparent": 1 / 8, "paternal aunt or uncle": 1 / 8, "maternal aunt or uncle": 1 / 8,
       "nephew or niece": 1 / 8, "grandchild": 1 / 8, "paternal cousin": 1 / 16, "maternal cousin": 1 / 16}


@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE, Sex.UNKNOWN])
@pytest.mark.parametrize("relationship", Relationship)
def test_whoever_is_added_is_as_closely_related_as_the_word_says(relationship, sex):
    alone = Family("synthetic", (Member("he", None, None, sex),))
    wider, new = with_relative(alone, "he", relationship)
    assert kinship_coefficient(wider, "he", new) == PHI[relationship]


@pytest.mark.parametrize("relationship", possible_relationships(family_of("uncle").family, "missing"))
def test_whoever_is_added_to_a_pedigree_joins_its_people(relationship):
    family = family_of("uncle").family
    wider, new = with_relative(family, "missing", relationship)
    assert kinship_coefficient(wider, "missing", new) == PHI[relationship]
    paternal = relationship in ("paternal aunt or uncle", "paternal cousin", "sib", "child", "grandchild",
                                "nephew or niece")
    assert (kinship_coefficient(wider, "uncle", new) > 0.0) == paternal
    assert wider.members[:len(family.members)][0] == family.members[0]


def test_who_stands_in_the_pedigree_is_not_added_again():
    assert set(Relationship) - set(possible_relationships(family_of("uncle").family, "missing")) == {
        "father", "mother", "paternal grandparent"}


def test_nobody_is_added_above_an_inbred_founder():
    inbred = Family("synthetic", (Member("he", None, None, Sex.MALE),), {"he": 0.1})
    assert possible_relationships(inbred, "he") == (Relationship.CHILD, Relationship.GRANDCHILD)
    with pytest.raises(InvalidValue, match="cannot be added above a founder who is stated to be inbred"):
        with_relative(inbred, "he", Relationship.SIB)


# --- the page


def test_the_code_on_the_page_runs(capsys):
    page = (Path(__file__).parents[4] / "docs" / "power.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
        exec(block, {})
    assert "father False" in capsys.readouterr().out
