"""The case: its references hold, its samples agree, and its digest is that of its content."""

from dataclasses import replace

import pytest

from homeward.model import (
    Case,
    Element,
    Family,
    FrequencyTable,
    Genotype,
    Incident,
    InvalidValue,
    Laboratory,
    Marker,
    Member,
    MissingPerson,
    PartialDate,
    Prior,
    Profile,
    ReferenceSample,
    Remains,
    RemainsSample,
    Sex,
    Transfer,
)

M, F = Sex.MALE, Sex.FEMALE
MARKER, X = Marker("A", ("7", "8"), (0.4, 0.6)), Marker("X", ("7", "8"), (0.4, 0.6), x_linked=True)
FAMILY = Family("F1", (Member("dad", None, None, M), Member("mum", None, None, F),
                       Member("x", "dad", "mum", M, person="P1")))
CASE = Case(
    name="invented", frequencies=FrequencyTable("invented", (MARKER, X)), synthetic=True,
    incidents=(Incident("I1"),), roster=(MissingPerson("P1", incident="I1"), MissingPerson("P2")), families=(FAMILY,),
    transfers=(Transfer("T1", PartialDate(1954), "one side", "the other"),),
    remains=(Remains("R1", transfer="T1"), Remains("R2", sex=M)), elements=(Element("E1", "R1", "femur"),),
    reference_samples=(ReferenceSample("S1", "F1", "dad"), ReferenceSample("S2", "F1", "mum")),
    remains_samples=(RemainsSample("S3", "R1", "E1"), RemainsSample("S4", "R1"), RemainsSample("S5", "R2")),
    profiles=(Profile("S1", {"A": Genotype("7", "8")}), Profile("S3", {"A": Genotype("7", None)}),
              Profile("S4", {"A": Genotype("7", "8")})))


@pytest.mark.parametrize(("changes", "message"), [
    ({"roster": (*CASE.roster, MissingPerson("P1"))}, "roster: id='P1' must be used once"),
    ({"remains": (*CASE.remains, Remains("R1"))}, "remains: id='R1' must be used once"),
    ({"remains_samples": (*CASE.remains_samples, RemainsSample("S1", "R1"))}, "samples: id='S1' must be used once"),
    ({"incidents": ()}, "P1: incident='I1' must name a record of the case"),
    ({"transfers": ()}, "R1: transfer='T1' must name a record"),
    ({"elements": (Element("E1", "R9", "femur"),)}, "E1: remains='R9' must name a record"),
    ({"remains_samples": (RemainsSample("S3", "R9"),)}, "S3: remains='R9' must name a record"),
    ({"remains_samples": (RemainsSample("S3", "R1", "E9"),)}, "S3: element='E9' must name a record"),
    ({"roster": (CASE.roster[1],)}, "F1/x: person='P1' must name a record"),
    ({"families": (FAMILY, replace(FAMILY, id="F2"))}, "F2/x: person='P1' must have one place in one family"),
    ({"reference_samples": (ReferenceSample("S1", "F1", "aunt"),)}, "S1: member='F1/aunt' must be a member"),
    ({"profiles": (Profile("S9", {}),)}, "profiles: sample='S9' must name a record"),
    ({"profiles": (Profile("S1", {}), Profile("S1", {}))}, "S1: profile='S1' must be given once"),
    ({"profiles": (Profile("S1", {"B": Genotype("7", "8")}),)}, "S1: marker='B' has no allele frequencies"),
    ({"profiles": (Profile("S1", {"A": Genotype("7", "9")}),)}, "A: allele='9' is not in the frequency table"),
    ({"profiles": (Profile("S3", {"A": Genotype("7", "7")}), Profile("S4", {"A": Genotype("8", "8")}))},
     "R1: A='7/7 and 8/8' must agree between the samples"),
    ({"profiles": (Profile("S1", {"X": Genotype("7", "8")}),)}, "S1: X='7/8' must be one allele: a man has one X"),
    ({"profiles": (Profile("S5", {"X": Genotype("7", "8")}),)}, "S5: X='7/8' must be one allele: a man has one X"),
])
def test_a_case_refuses_what_does_not_hold_together(changes, message):
    with pytest.raises(InvalidValue, match=message):
        replace(CASE, **changes)


def test_a_woman_has_two_x_and_a_man_one():
    shown = (Profile("S2", {"X": Genotype("7", "8")}), Profile("S1", {"X": Genotype("7", None, hemizygous=True)}))
    assert len(replace(CASE, profiles=shown).profiles) == 2


def test_samples_of_one_remains_are_one_profile():
    assert CASE.remains_profiles()["R1"].genotypes == {"A": Genotype("7", "8")}
    assert set(CASE.remains_profiles()) == {"R1"}
    assert set(CASE.reference_profiles()) == {("F1", "dad")}
    assert CASE.place_of() == {"P1": (FAMILY, FAMILY.members[2])}


def test_samples_that_are_not_read_with_certainty_may_differ_and_are_kept_apart():
    unsure = tuple(replace(s, laboratory=Laboratory(dropout=0.1)) for s in CASE.remains_samples)
    case = replace(CASE, remains_samples=unsure, profiles=(
        Profile("S3", {"A": Genotype("7", "7")}), Profile("S4", {"A": Genotype("8", "8")})))
    assert [p.sample for p, _ in case.remains_readings()["R1"]] == ["S3", "S4"]
    assert CASE.remains_readings() == {}


# --- the digest


def test_equal_cases_have_equal_digests_whatever_was_noted_in_reading_them():
    assert replace(CASE).digest() == CASE.digest()
    assert replace(CASE, notes=("a name was met with tolerance",)).digest() == CASE.digest()
    assert replace(CASE, notes=("a",)) == CASE
    assert len(CASE.digest()) == 64


@pytest.mark.parametrize("changes", [
    {"name": "other"}, {"prior": Prior(0.4)}, {"synthetic": False}, {"remains": CASE.remains[::-1]},
    {"profiles": (CASE.profiles[0],)}, {"frequencies": FrequencyTable("invented", (MARKER, X), theta=0.01)},
    {"frequencies": FrequencyTable("invented", (replace(MARKER, frequencies=(0.4 + 1e-15, 0.6)), X))},
], ids=lambda c: next(iter(c)))
def test_a_digest_changes_with_everything_that_is_in_the_case(changes):
    assert replace(CASE, **changes).digest() != CASE.digest()


def test_a_digest_takes_one_and_one_point_nought_for_the_same():
    one = replace(CASE, frequencies=FrequencyTable("invented", (Marker("A", ("7",), (1,)),)), profiles=())
    same = replace(CASE, frequencies=FrequencyTable("invented", (Marker("A", ("7",), (1.0,)),)), profiles=())
    assert one.digest() == same.digest()


def test_a_frequency_table_names_each_marker_once_and_theta_is_a_probability():
    table = CASE.frequencies
    assert table["A"] is MARKER
    assert "A" in table
    assert "B" not in table
    with pytest.raises(InvalidValue, match="marker='A' must be named once"):
        FrequencyTable("invented", (MARKER, MARKER))
    for theta in (-0.1, 1.0, float("nan")):
        with pytest.raises(InvalidValue, match="invented: theta"):
            FrequencyTable("invented", (MARKER,), theta=theta)
