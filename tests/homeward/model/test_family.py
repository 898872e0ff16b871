"""Families: what a pedigree may be, and what nobody can be."""

import pytest

from homeward.model import Family, InvalidValue, Member, Sex

M, F, U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN
DAD, MUM = Member("dad", None, None, M), Member("mum", None, None, F)


@pytest.mark.parametrize(("members", "message"), [
    ([DAD, DAD], "F: member='dad' must be named once"),
    ([DAD, MUM, Member("c", "dad", None, F)], "F/c: father='dad' must come with the other parent"),
    ([DAD, MUM, Member("c", None, "mum", F)], "F/c: mother='mum' must come with the other parent"),
    ([DAD, Member("c", "dad", "mum", F)], "F/c: mother='mum' must be a member of the family"),
    ([DAD, MUM, Member("c", "mum", "dad", F)], "F/c: father='mum' must not be female"),
    ([DAD, MUM, Member("a", "b", "mum", M), Member("b", "a", "mum", M)], "make someone his own ancestor"),
    ([MUM, Member("a", "a", "mum", M)], "make someone his own ancestor"),
    ([DAD, Member("c", "x", "x", F), Member("x", None, None, U)], "F/x: sex='unknown' must be one"),
    ([DAD, MUM, Member("x", None, None, U), Member("c", "x", "mum", F), Member("d", "dad", "x", F)],
     "a father cannot be a mother as well"),
])
def test_a_pedigree_refuses_what_nobody_can_be(members, message):
    with pytest.raises(InvalidValue, match=message):
        Family("F", tuple(members))


@pytest.mark.parametrize(("inbreeding", "message"), [
    ({"c": 0.1}, "inbreeding='c' must name a founder"),
    ({"nobody": 0.1}, "inbreeding='nobody' must name a founder"),
    ({"dad": 1.1}, r"F/dad: inbreeding=1\.1 must be from 0 to 1"),
    ({"dad": float("nan")}, "F/dad: inbreeding=nan"),
])
def test_inbreeding_is_a_founder_s_and_a_probability(inbreeding, message):
    with pytest.raises(InvalidValue, match=message):
        Family("F", (DAD, MUM, Member("c", "dad", "mum", F)), inbreeding)


def test_loops_and_any_order_of_members_are_families():
    family = Family("F", (Member("x", "s", "d", M, person="P1"), Member("s", "dad", "mum", M), DAD, MUM,
                          Member("d", "dad", "mum", F)))
    assert family.member("s").father == "dad"
    assert [m.id for m in family.members if m.is_founder] == ["dad", "mum"]
    assert [m.person for m in family.missing] == ["P1"]
    with pytest.raises(KeyError):
        family.member("nobody")
