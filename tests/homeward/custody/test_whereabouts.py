"""What can follow what, act by act."""

import pytest

from homeward.custody import FIRST_HASH, Act, Findings, Phase, Row, Whereabouts

BOX, REMAINS, FEMUR, SAMPLE = ("container", "B1"), ("remains", "R1"), ("element", "E1"), ("sample", "S1")


def row(act: Act, item: tuple[str, str] = BOX, giver: str = "A", receiver: str | None = None, **columns: str) -> Row:
    own = act in (Act.OPENED, Act.SEALED, Act.CHECKED, Act.TAKEN_OUT, Act.PUT_INTO)
    whole = columns.pop("parent", "").partition(" ")
    usual = dict.fromkeys(Row._fields, "") | {
        "form": "1", "seq": "7", "handover": "H", "case_key": "K", "item_kind": item[0], "item_key": item[1],
        "act": act.value, "giver": giver, "receiver": (giver if own else "B") if receiver is None else receiver,
        "at": "2018-07-27T05:20Z", "place": "Osan", "actor": "user:a", "recorded": "2018-07-27T06:00:00Z",
        "previous_hash": FIRST_HASH, "parent_kind": whole[0], "parent_key": whole[2]}
    return Row(**(usual | columns))


def told(*rows: Row) -> list[str]:
    """The rules that the last of some events breaks, the others being sound."""
    findings = Findings()
    whereabouts = Whereabouts(findings)
    for one in rows[:-1]:
        whereabouts.add(one)
    assert not findings.kept
    whereabouts.add(rows[-1])
    return [f.rule for f in findings.kept]


RECEIVED = row(Act.RECEIVED, giver="outside", receiver="A", seals="X1", mass_mg="10000", count="3", unit="set")
OPENED = row(Act.OPENED, seals="X1")
OUT = row(Act.TAKEN_OUT, REMAINS, parent="container B1", mass_mg="4000")
BONE = row(Act.TAKEN_OUT, FEMUR, parent="remains R1", mass_mg="1000")
CUT = row(Act.TAKEN_OUT, SAMPLE, parent="element E1", mass_mg="100")


@pytest.mark.parametrize(("rows", "rules"), [
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1")], []),
    ([RECEIVED, row(Act.HANDED_OVER, giver="C", seals="X1")], ["holder"]),
    ([row(Act.HANDED_OVER)], ["begins"]),
    ([row(Act.OPENED)], ["begins"]),
    ([RECEIVED, RECEIVED], ["holder"]),
    ([RECEIVED, row(Act.HANDED_OVER, receiver="A", seals="X1")], ["party"]),
    ([RECEIVED, row(Act.HANDED_OVER, receiver="", seals="X1")], ["party"]),
    ([RECEIVED, row(Act.OPENED, receiver="B", seals="X1")], ["party"]),
    ([RECEIVED, OPENED, OUT], []),
    ([RECEIVED, OUT], ["sealed"]),
    ([RECEIVED, OPENED, row(Act.TAKEN_OUT, REMAINS, giver="B", parent="container B1")], ["parent"]),
    ([row(Act.TAKEN_OUT, REMAINS, parent="container B1")], ["parent"]),
    ([RECEIVED, OPENED, row(Act.TAKEN_OUT, REMAINS)], ["parent"]),
    ([RECEIVED, OPENED, OUT, OUT], ["parent"]),
    ([RECEIVED, OPENED, row(Act.TAKEN_OUT, ("container", "B2"), parent="remains B1")], ["parent"]),
    ([RECEIVED, row(Act.CHECKED, seals="X1", parent="container B2")], ["parent"]),
    ([RECEIVED, OPENED, row(Act.PUT_INTO, parent="container B1")], ["parent"]),
    ([RECEIVED, OPENED, OUT, row(Act.PUT_INTO, REMAINS, parent="container B1"),
      row(Act.HANDED_OVER, REMAINS)], ["holder"]),
    ([RECEIVED, OPENED, OUT, row(Act.PUT_INTO, REMAINS, parent="container B1"), row(Act.HANDED_OVER),
      row(Act.TAKEN_OUT, REMAINS, giver="B", parent="container B1")], []),
    ([RECEIVED, OPENED, OUT, row(Act.PUT_INTO, REMAINS, parent="container B1"), row(Act.HANDED_OVER),
      row(Act.TAKEN_OUT, REMAINS, giver="A", parent="container B1")], ["parent"]),
    ([RECEIVED, OPENED, OUT, row(Act.SEALED, seals="Y"), row(Act.PUT_INTO, REMAINS, parent="container B1")],
     ["sealed"]),
    ([RECEIVED, row(Act.SEALED, seals="Y")], ["sealed"]),
    ([RECEIVED, OPENED, row(Act.SEALED)], ["seals"]),
    ([RECEIVED, OPENED, row(Act.SEALED, seals="Y"), row(Act.HANDED_OVER, seals="Y")], []),
    ([RECEIVED, OPENED, row(Act.HANDED_OVER, seals="Y")], ["seals"]),
    ([RECEIVED, row(Act.HANDED_OVER)], ["seals"]),
    ([RECEIVED, row(Act.HANDED_OVER, difference="no seal was on it")], ["difference"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", count="2", unit="set")], ["count"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", count="3", unit="bone")], ["count"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", count="2", unit="set", difference="one went before")], ["difference"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", mass_mg="10200")], []),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", mass_mg="10201")], ["mass"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", mass_mg="9799")], ["mass"]),
    ([RECEIVED, OPENED, OUT, row(Act.CHECKED, mass_mg="6000")], []),
    # 2 % of 6,000 mg, and a fifth of what was taken out, may be missing; no more may be there than the tolerance
    ([RECEIVED, OPENED, OUT, row(Act.CHECKED, mass_mg="5080")], []),
    ([RECEIVED, OPENED, OUT, row(Act.CHECKED, mass_mg="5079")], ["mass"]),
    ([RECEIVED, OPENED, OUT, row(Act.CHECKED, mass_mg="6121")], ["mass"]),
    ([RECEIVED, OPENED, OUT, row(Act.PUT_INTO, REMAINS, parent="container B1"), row(Act.CHECKED, mass_mg="10001")],
     []),
    ([RECEIVED, OPENED, OUT, BONE, CUT, row(Act.USED_UP, SAMPLE, receiver="")], []),
    ([RECEIVED, OPENED, OUT, BONE, CUT, row(Act.USED_UP, SAMPLE, receiver="B")], ["party"]),
    ([RECEIVED, OPENED, OUT, row(Act.USED_UP, REMAINS, receiver="")], ["ended"]),
    ([RECEIVED, OPENED, OUT, BONE, CUT, row(Act.PUT_INTO, SAMPLE, parent="element E1"),
      row(Act.USED_UP, FEMUR, receiver="")], ["parent"]),
    ([RECEIVED, OPENED, OUT, BONE, CUT, row(Act.USED_UP, SAMPLE, receiver=""), row(Act.HANDED_OVER, SAMPLE)],
     ["ended"]),
    ([RECEIVED, row(Act.RELEASED, seals="X1"), row(Act.HANDED_OVER, seals="X1")], ["ended"]),
    ([RECEIVED, row(Act.RELEASED, seals="X1"), row(Act.RECEIVED, giver="B", receiver="A", seals="X1")], ["outside"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", at="2018-07-27T05:19Z")], ["time"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", at="2018-07-27")], []),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", at="2018-07-25")], ["time"]),
    ([RECEIVED, row(Act.HANDED_OVER, seals="X1", at="2018")], []),
    ([RECEIVED, OPENED, row(Act.TAKEN_OUT, REMAINS, parent="container B1", at="2018-07-27T05:19Z")], ["time"]),
    ([RECEIVED, OPENED, row(Act.TAKEN_OUT, REMAINS, parent="container B1", at="2018-07-27T05:40Z"),
      row(Act.HANDED_OVER, at="2018-07-27T05:30Z")], ["time"]),
    ([row(Act.RECEIVED, at="2018-07-27T06:01Z")], ["future"]),
    ([row(Act.RECEIVED, at="2018-07-28", recorded="2018-07-27T12:00:00Z")], []),  # it is the 28th in the east already
    ([row(Act.RECEIVED, at="2018-07-29", recorded="2018-07-27T12:00:00Z")], ["future"]),
    ([row(Act.RECEIVED, at="1990-05", recorded="2018-07-27T12:00:00Z")], ["late"]),
    ([row(Act.RECEIVED, at="2018-07", recorded="2018-08-20T12:00:00Z")], []),
    ([row(Act.RECEIVED, mass_mg="heavy")], ["form"]),
    ([row(Act.RECEIVED, mass_mg="9" * 5000)], ["form"]),
    ([row(Act.RECEIVED, count="many", unit="set")], ["form"]),
    ([row(Act.RECEIVED, place="")], ["form"]),
    ([row(Act.RECEIVED)._replace(act="stolen")], ["form"]),
    ([row(Act.RECEIVED, ("weapon", "W1"))], ["form"]),
    ([row(Act.RECEIVED, at="soon")], ["form"]),
    ([row(Act.RECEIVED)._replace(form="2")], ["form"]),
])
def test_what_can_follow(rows: list[Row], rules: list[str]) -> None:
    assert told(*rows) == rules


def test_an_item_is_where_it_was_left() -> None:
    whereabouts = Whereabouts(Findings())
    for one in (RECEIVED, OPENED, OUT, row(Act.PUT_INTO, REMAINS, parent="container B1"),
                row(Act.HANDED_OVER, at="2018-07-28")):
        whereabouts.add(one)
    box, remains = whereabouts.standing(("K", *BOX)), whereabouts.standing(("K", *REMAINS))
    assert box is not None
    assert (box.phase, box.holder, box.since, box.seals, box.count) == (Phase.HELD, "B", "2018-07-28", "", None)
    assert remains is not None
    assert (remains.phase, remains.holder, remains.parent) == (Phase.INSIDE, "B", ("K", *BOX))
    whereabouts.add(row(Act.RELEASED, giver="B", receiver="Family", at="2018-07-29"))
    box = whereabouts.standing(("K", *BOX))
    assert box is not None
    assert (box.phase, box.holder, box.receiver) == (Phase.RELEASED, "", "Family")
    assert whereabouts.holder(("K", *REMAINS)) == ""
    assert whereabouts.standing(("K", *SAMPLE)) is None
    assert len(whereabouts) == 2


def test_a_forged_circle_of_boxes_ends() -> None:
    whereabouts, second = Whereabouts(Findings()), ("container", "B2")
    for one in (row(Act.RECEIVED, giver="outside", receiver="A"), row(Act.RECEIVED, second, "outside", "A"),
                row(Act.PUT_INTO, second, parent="container B1"), row(Act.PUT_INTO, parent="container B2")):
        whereabouts.add(one)
    assert [f.rule for f in whereabouts.findings.kept] == ["parent"]
    assert whereabouts.holder(("K", *second)) == whereabouts.holder(("K", *BOX)) == "A"
