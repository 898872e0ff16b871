"""From an assemblage to persons and names: what is said, and what is refused to be said."""

from dataclasses import replace

import numpy as np
import pytest

from homeward.blocks import Support
from homeward.decide.grouping import Effort, Settings, group
from homeward.decide.grouping.assemblage import problem_of
from homeward.decide.grouping.lines import log10_lrs, without_line
from homeward.decide.result import Conclusion
from homeward.kinship import Relatives
from homeward.kinship.likelihood import Typed
from homeward.model import InvalidValue, MissingPerson, Sex, Unsupported
from homeward.model.inventory import Association, Inventory
from homeward.simulate.assemblage import draw_assemblage
from homeward.simulate.assemblage_settings import small
from homeward.simulate.inheritance import gene_drop
from homeward.simulate.shapes import family_of

_SMALL = small()
_EFFORT = Effort(chains=2, workers=2, warmup=50, sweeps=250, most=1500, draws=50)
_SETTINGS = Settings(priors=_SMALL.priors, effort=_EFFORT)


@pytest.fixture(scope="module")
def drawn():
    return draw_assemblage(np.random.default_rng(3), _SMALL)


@pytest.fixture(scope="module")
def found(drawn):
    return group(drawn[0], _SETTINGS, rng=np.random.default_rng(4))


def test_the_number_of_persons_is_a_distribution_about_the_truth(drawn, found):
    assert sum(found.persons.probability) == pytest.approx(1.0)
    assert found.persons.low <= drawn[1].n_persons + 1
    assert found.persons.high >= drawn[1].n_persons - 1


def test_every_element_lies_in_one_group_and_every_probability_is_one(found):
    assert sorted(m.element for g in found.groups for m in g.elements) == sorted(found.elements)
    assert ((found.together > 0.0099) & (found.together <= 1.0 + 1e-6)).all()
    for name in found.names:
        assert all(0.0 <= m.probability <= 1.0 + 1e-6 for m in name.elements)
        assert all(np.isfinite(m.error) for m in name.elements)


def test_names_that_are_proposed_are_right_and_say_what_each_line_adds(drawn, found):
    person_of = dict(zip(found.elements, drawn[1].person_of, strict=True))
    assert found.converged
    assert found.proposals
    for name in found.proposals:
        assert person_of[name.anchor] == name.person
        lines = dict(name.line_log10_lrs)
        assert set(lines) <= {"autosomal STR", "mtDNA"}
        assert all((p < name.probability) == (lines[line] > 0.0) for line, p in name.without)


def test_chains_that_have_not_met_propose_nothing_and_say_so(drawn):
    short = replace(_SETTINGS, effort=Effort(chains=2, workers=2, warmup=0, sweeps=8, most=8))
    found = group(drawn[0], short, rng=np.random.default_rng(5))
    assert not found.converged
    assert found.proposals == ()
    assert "the chains do not agree" in found.warnings[0]


def test_equal_seeds_give_equal_results(drawn):
    short = replace(_SETTINGS, effort=Effort(chains=2, workers=2, warmup=0, sweeps=20, most=20))
    one, two = (group(drawn[0], short, rng=np.random.default_rng(6)) for _ in range(2))
    assert one.persons == two.persons
    assert np.array_equal(one.together, two.together)


def test_two_missing_brothers_whom_nothing_tells_apart_are_nonidentifiable(drawn):
    assemblage = drawn[0]
    rng, element = np.random.default_rng(8), assemblage.inventory.elements[0]
    brothers = family_of("two missing brothers", id="F-B", persons=("B-1", "B-2"), sex=Sex.MALE, rng=rng)
    genes = gene_drop(brothers.family, assemblage.frequencies, rng)
    typed = Typed(brothers.family, {d: genes[d] for d in brothers.donors})
    remains = replace(
        assemblage, inventory=Inventory((element,)),
        roster=(*assemblage.roster, *(MissingPerson(b, incident="I-001") for b in ("B-1", "B-2"))),
        profiles={element.id: (genes["missing-1"],)}, haplotypes={},
        relatives={**assemblage.relatives, **{f"B-{k}": Relatives(typed, f"missing-{k}") for k in (1, 2)}})
    found = group(remains, _SETTINGS, rng=rng)
    first, second = found.names[:2]
    assert {first.person, second.person} == {"B-1", "B-2"}
    assert first.probability == pytest.approx(0.5, abs=0.02)
    assert first.alike == (second.person,)
    assert first.conclusion is Conclusion.NONIDENTIFIABLE
    assert any("miss more than one" in w for w in found.warnings)


def test_an_antemortem_line_moves_the_name_by_its_lr(drawn):
    assemblage = drawn[0]
    persons, element = [p.id for p in assemblage.persons()], assemblage.inventory.elements[0]
    value = np.zeros((len(persons), 1))
    value[3] = 2.0
    line = Support("stature", tuple(persons), (element.id,), value, np.ones((len(persons), 1), np.int8))
    problem, _ = problem_of(replace(assemblage, lines=(line,), haplotypes={}, profiles={}), _SMALL.model, _SMALL.typing)
    assert dict(log10_lrs(problem, [0], 3, 23))["antemortem"] == pytest.approx(2.0, abs=1e-5)
    assert without_line(0.9, 1.0) == pytest.approx(0.9 / 0.1 / 10 / (1 + 0.9 / 0.1 / 10))


def test_an_association_joins_two_elements_that_nothing_else_joins(drawn):
    assemblage = drawn[0]
    one = next(e for e in assemblage.inventory if e.side == "left" and e.bone == "humerus")
    two = next(e for e in assemblage.inventory if e.bone == "cranium")
    for same, low, high in ((True, 0.9, 1.0), (False, 0.0, 0.1)):
        joined = Inventory((one, two), (Association("articulation", (one.id, two.id), same, 0.999),))
        found = group(replace(assemblage, inventory=joined, profiles={}, haplotypes={}), _SETTINGS,
                      rng=np.random.default_rng(9))
        assert low <= found.together.sum() <= high


def test_what_is_not_of_the_inventory_or_the_roster_is_refused_by_name(drawn):
    with pytest.raises(InvalidValue, match="E-none"):
        replace(drawn[0], haplotypes={"E-none": "synthetic-001"})
    with pytest.raises(InvalidValue, match="haplotype"):
        replace(drawn[0], maternal={drawn[0].roster[0].id: "never seen"})


def test_without_a_roster_there_are_groups_and_no_names(drawn):
    assemblage = replace(drawn[0], roster=(), relatives={}, maternal={})
    short = replace(_SETTINGS, effort=Effort(chains=2, workers=2, warmup=0, sweeps=40, most=40))
    found = group(assemblage, short, rng=np.random.default_rng(10))
    assert found.names == ()
    assert found.unlisted == pytest.approx(np.ones(len(found.elements)))
    assert found.persons.mean > 1.0


def test_an_assemblage_of_no_elements_is_refused(drawn):
    with pytest.raises(InvalidValue, match="at least one"):
        group(replace(drawn[0], inventory=Inventory(()), profiles={}, haplotypes={}), _SETTINGS,
              rng=np.random.default_rng(1))


def test_coancestry_is_refused_and_not_left_out_in_silence(drawn):
    with pytest.raises(Unsupported, match="theta"):
        group(replace(drawn[0], frequencies=replace(drawn[0].frequencies, theta=0.01)), _SETTINGS,
              rng=np.random.default_rng(1))
