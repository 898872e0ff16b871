"""Families of named shapes."""

import numpy as np
import pytest

from homeward.model import InvalidValue, Sex
from homeward.simulate import family_of, shapes

LOOPED = {"double first cousins", "sib of a cousin marriage"}


def _circles(family):
    """Independent circles of the graph of members and couples: edges − vertices + 1 of one connected family."""
    couples = {(m.father, m.mother) for m in family.members if m.father is not None}
    children = sum(m.father is not None for m in family.members)
    return 2 * len(couples) + children - (len(family.members) + len(couples)) + 1


def _connected(family):
    kin = {m.id: {p for p in (m.father, m.mother) if p} for m in family.members}
    reached, waiting = set(), [family.members[0].id]
    while waiting:
        member = waiting.pop()
        reached.add(member)
        near = kin[member] | {i for i, parents in kin.items() if member in parents}
        near |= {p for parents in kin.values() if member in parents for p in parents}
        waiting += [i for i in near if i not in reached]
    return reached == set(kin)


@pytest.mark.parametrize("shape", shapes())
def test_every_family_hangs_together_and_loops_only_where_it_says_so(shape):
    family = family_of(shape).family
    assert _connected(family)
    assert _circles(family) == (1 if shape in LOOPED else 0)


@pytest.mark.parametrize("shape", shapes())
def test_donors_are_members_and_none_of_them_is_missing(shape):
    shaped = family_of(shape)
    assert shaped.donors
    assert all(shaped.family.member(donor).person is None for donor in shaped.donors)
    assert shaped.shape == shape


def test_two_shapes_have_two_missing_and_the_others_one():
    two = {s for s in shapes() if len(family_of(s).family.missing) == 2}
    assert two == {"two missing brothers", "missing father and son"}
    assert all(len(family_of(s).family.missing) in (1, 2) for s in shapes())


def test_persons_take_the_missing_places_in_order():
    shaped = family_of("two missing brothers", id="F-7", persons=("P-1", "P-2"))
    assert {m.id: m.person for m in shaped.family.missing} == {"missing-1": "P-1", "missing-2": "P-2"}
    assert shaped.family.id == "F-7"


def test_a_missing_woman_is_the_mother_of_her_children():
    family = family_of("spouse and child", sex=Sex.FEMALE).family
    assert family.member("child").mother == "missing"
    assert family.member("child").father == "spouse"
    assert family.member("spouse").sex is Sex.MALE


def test_sibs_are_of_either_sex_as_drawn():
    rng = np.random.default_rng(3)
    sexes = {family_of("one sib", rng=rng).family.member("sib").sex for _ in range(40)}
    assert sexes == {Sex.MALE, Sex.FEMALE}


@pytest.mark.parametrize(("arguments", "named"), [
    ({"shape": "penpals"}, "penpals"),
    ({"shape": "one sib", "persons": ("P-1", "P-2")}, "persons=2"),
    ({"shape": "one sib", "sex": Sex.UNKNOWN}, "unknown"),
])
def test_what_cannot_be_built_is_refused(arguments, named):
    with pytest.raises(InvalidValue, match=named):
        family_of(**arguments)
