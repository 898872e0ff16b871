"""Notation of mitochondrial and Y-STR haplotypes: read, written, refused, merged. Every haplotype here is synthetic,
but for the few lines of an EMPOP format example, which name nobody.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.model import FaultyInput, InvalidValue
from homeward.model.lineage import (
    HaplotypeDatabase,
    MitoProfile,
    YProfile,
    in_length_tract,
    merge_mito_profiles,
    merge_y_profiles,
)
from homeward.model.mito_notation import Difference, parse_differences, parse_range
from homeward.model.rcrs import PLACEHOLDER, RCRS_LENGTH, reference_base

CONTROL = "16024-576"


def _written(text):
    return [str(d) for d in parse_differences(text)[0]]


def _mito(differences, ranges=CONTROL, sample="S-1"):
    return MitoProfile.parse(sample, ranges, differences)


def _faults(call):
    with pytest.raises(FaultyInput) as caught:
        call()
    return caught.value.faults


@pytest.mark.parametrize(("text", "canonical"), [
    ("263G", ["263G"]), ("A263G", ["263G"]), ("16093Y", ["16093Y"]), ("T16093Y", ["16093Y"]), ("249DEL", ["249DEL"]),
    ("249del", ["249DEL"]), ("249d", ["249DEL"]), ("249-", ["249DEL"]), ("A249-", ["249DEL"]),
    ("315.1C", ["315.1C"]), ("-315.1C", ["315.1C"]), ("309.2c", ["309.2c"]), ("523-524DEL", ["523DEL", "524DEL"]),
    ("8281-8289d", [f"{p}DEL" for p in range(8281, 8290)]),
    ("8289.1CCCCCTCTA", [f"8289.{k}{b}" for k, b in enumerate("CCCCCTCTA", 1)]),
    ("16569-1DEL", ["16569DEL", "1DEL"]), ("3107DEL", []), ("3106-3108DEL", ["3106DEL", "3108DEL"]),
    ("16193D", ["16193D"]), ("263a", None), ("16093c", ["16093c"]),
])
def test_differences_are_read_in_the_forms_that_laboratories_use(text, canonical):
    if canonical is None:  # some molecules lack the base, the others have that of the rCRS: a difference all the same
        assert _written(text) == [text]
    else:
        assert _written(text) == canonical


@pytest.mark.parametrize("text", [
    "", "G", "263", "263Z", "263.1", "263.0C", "263.1DEL", "C263G", "263A", "17000G", "0G", "263GT", "263-265G",
    "-263G", "263.1n", "3107C", "16093CT", "A315.1C", "16093ry", "263G!", "573.XC", "1-16569DEL", "٢٦٣G", "263.1CN-",
])
def test_what_is_not_of_the_notation_is_refused_with_what_is_allowed(text):
    with pytest.raises(InvalidValue):
        parse_differences(text)


def test_a_wrong_reference_base_is_named():
    with pytest.raises(InvalidValue, match="the rCRS has A at 263"):
        parse_differences("C263G")


def test_the_lines_of_an_empop_file_come_back_as_they_stand():
    # Lines of AUT273_spec.txt, the example of the emp format in the EMPOP hub (Brandstätter et al. 2007): its ranges
    # stand in its header, "#! 16024-576".
    for line in (
        "16093C 16223T 16234T 16288C 16298C 16327T 16518T 16519C 16527T 73G 249DEL 263G 309.1C 315.1C 489C",
        "16189C 16356C 16362C 16519C 263G 309.1C 309.2C 315.1C 523DEL 524DEL",
        "16086C 16129A 16223T 16268T 16391A 16519C 73G 152C 199C 204C 207A 239C 250C 263G 309.1C 315.1C 524.1A 524.2C "
        "524.3A 524.4C 573.1C 573.2C 573.3C 573.4C 573.5C",
        "16069T 16126C 16145A 16231C 16261T 73G 150T 152C 195C 215G 263G 295T 310.1T 315.1C 319C 489C 513A",
        "16362C 16482G 42.1T 239C 263G 309.1C 315.1C",
    ):
        profile = _mito(line)
        assert profile.differences_text == line
        assert profile.ranges == ((16024, 576),)
        assert profile.n_positions == 1122


def test_ranges_are_put_in_order_and_joined():
    assert _mito("", "73-340 16024-16365").ranges_text == "16024-16365 73-340"
    assert _mito("", "16024–16300; 16250-16569, 1-576").ranges_text == "16024-576"
    assert _mito("", "500-576 16024-499").ranges_text == "16024-576"
    assert _mito("", "1-16569").ranges == _mito("", "16024-16023").ranges == ((1, 16569),)
    assert _mito("", "570-16100 16024-200").ranges_text == "570-200"
    assert _mito("", "16519").n_positions == 1


def test_differences_follow_the_order_of_the_ranges():
    assert str(_mito("263G 16519C 73G 16024C")) == "16024-576: 16024C 16519C 73G 263G"
    assert _mito("16519C 263G", "1-16569").differences_text == "263G 16519C"
    assert str(_mito("")) == "16024-576: no differences"


def test_all_faults_are_told_at_once():
    faults = _faults(lambda: MitoProfile.parse("S-7", "16024-16365", "16093C 16093Y 263G 315.2C x 16519T 16126C"))
    assert sorted((f.rule, f.value) for f in faults) == [
        ("mt-difference", "16519T"), ("mt-difference", "x"), ("mt-insertion-order", "315.2C"), ("mt-outside", "263G"),
        ("mt-outside", "315.2C"), ("mt-twice", "16093C"), ("mt-twice", "16093Y")]
    assert {f.file for f in faults} == {"S-7"}


def test_where_a_range_cannot_be_read_nothing_is_called_outside():
    faults = _faults(lambda: MitoProfile.parse("S-7", "16024-16365 9-", "263G x"))
    assert [(f.rule, f.value) for f in faults] == [("mt-range", "9-"), ("mt-difference", "x")]
    assert [f.rule for f in _faults(lambda: MitoProfile.parse("S-7", " ", "263G"))] == ["mt-range"]


def test_a_list_that_deletes_the_genome_again_and_again_is_refused_at_once():
    assert {f.rule for f in _faults(lambda: _mito("1-9999DEL " * 1000, "1-16569"))} == {"mt-difference"}
    assert {f.rule for f in _faults(lambda: _mito("1-400DEL " * 1000, "1-16569"))} == {"mt-difference", "mt-twice"}


def test_a_constructor_refuses_what_the_reader_refuses():
    differences = (Difference(263, 0, "G"), Difference(16093, 2, "C"))
    faults = _faults(lambda: MitoProfile("S-1", ((16024, 16365),), differences))
    assert {f.rule for f in faults} == {"mt-outside", "mt-insertion-order"}
    assert {f.rule for f in _faults(lambda: MitoProfile("S-1", ()))} == {"mt-range"}
    assert {f.rule for f in _faults(lambda: MitoProfile("S-1", ((0, 17000),)))} == {"mt-range"}


@pytest.mark.parametrize(("position", "insertion", "seen"), [
    (0, 0, "G"), (263, -1, "G"), (263, 0, "A"), (263, 0, ""), (263, 0, "X"), (263, 0, "ACGT"), (263, 0, "-CG"),
    (263, 1, "-"), (PLACEHOLDER, 0, "G"),
])
def test_a_difference_that_cannot_be_is_refused(position, insertion, seen):
    with pytest.raises(InvalidValue):
        Difference(position, insertion, seen)


def test_a_position_called_n_was_not_read():
    profile = _mito("16093N 263G", "16024-16365 73-340")
    assert profile.ranges_text == "16024-16092 16094-16365 73-340"
    assert not profile.covers(16093)
    assert profile.covers(16092)
    assert {f.rule for f in _faults(lambda: _mito("16093N 16093C"))} == {"mt-outside"}


def test_a_range_must_be_positions_of_the_circle():
    assert parse_range("16519") == (16519, 16519)
    for text in ("", "a-b", "1-17000", "0-5", "1-2-3"):
        with pytest.raises(InvalidValue):
            parse_range(text)


@st.composite
def _profiles(draw):
    starts = draw(st.lists(st.integers(1, RCRS_LENGTH), min_size=1, max_size=3, unique=True))
    ranges = tuple((a, (a + draw(st.integers(0, 400)) - 1) % RCRS_LENGTH + 1) for a in starts)
    covered = [(a - 1 + k) % RCRS_LENGTH + 1 for a, b in ranges for k in range((b - a) % RCRS_LENGTH + 1)]
    differences = []
    for position in draw(st.lists(st.sampled_from(covered), max_size=8, unique=True)):
        if draw(st.booleans()):
            number = draw(st.integers(1, 3))
            seen = st.one_of(st.sampled_from(["C", "CT", "-C", "ACGT"]), st.sampled_from("ACGT"))
            differences += [Difference(position, k + 1, draw(seen)) for k in range(number)]
        elif position != PLACEHOLDER:
            options = ["-", "AC", "AG", "CT", "ACG", "-A", "-T", "A", "C", "G", "T"]
            differences.append(Difference(position, 0, draw(st.sampled_from(
                [s for s in options if s != reference_base(position)]))))
    return MitoProfile("S-1", ranges, tuple(differences))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(_profiles())
def test_text_and_profile_round_trip(profile):
    again = MitoProfile.parse("S-1", profile.ranges_text, profile.differences_text)
    assert again == profile
    assert again.key == profile.key
    assert str(again) == str(profile)
    assert all(profile.covers(d.position) for d in profile.differences)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet="0123456789ACGTNRYdel-. ,;!acgt", max_size=24))
def test_no_text_breaks_the_reader(text):
    try:
        profile = MitoProfile.parse("S-1", CONTROL, text)
    except FaultyInput:
        return
    assert MitoProfile.parse("S-1", profile.ranges_text, profile.differences_text) == profile


def test_samples_of_one_person_are_merged_over_all_that_was_read():
    one = _mito("16093C 16189C", "16024-16365", "S-1")
    two = _mito("73G 263G 309.1C", "16180-340", "S-2")  # reads 16180 to the origin and on to 340
    with pytest.raises(FaultyInput, match="16189C and the rCRS' must agree"):
        merge_mito_profiles("R-1", (one, two))
    merged = merge_mito_profiles("R-1", (one, _mito("16189C 73G 263G", "16180-340")))
    assert str(merged) == "16024-340: 16093C 16189C 73G 263G"
    assert merged.sample == "R-1"


def test_mixtures_and_lengths_that_differ_between_samples_are_kept_as_mixtures():
    merged = merge_mito_profiles("R-1", (_mito("16093C 263G 309.1C 309.2C"), _mito("16093Y 263G 309.1C")))
    assert merged.differences_text == "16093Y 263G 309.1C 309.2c"


def test_samples_that_disagree_are_refused_at_every_place():
    faults = _faults(lambda: merge_mito_profiles("R-1", (_mito("73G 249DEL"), _mito("152C"))))
    assert [f.rule for f in faults] == ["mt-disagree"] * 3
    assert {f.file for f in faults} == {"R-1"}


def test_length_tracts_hold_the_c_stretches_and_not_the_nine_base_deletion():
    assert all(in_length_tract(p) for p in (16193, 309, 315, 455, 463, 523, 524, 573))
    assert not any(in_length_tract(p) for p in (249, 263, 16519, *range(8281, 8290)))


def test_y_alleles_are_sorted_and_copies_are_joined():
    written = {"DYS385": "14,11", "DYS19": "14", "DYS458": "17.2", "DYS448": "null", "DYS390": ""}
    profile = YProfile.parse("R-1", written)
    assert profile.haplotype == {"DYS385": ("11", "14"), "DYS19": ("14",), "DYS458": ("17.2",), "DYS448": ("0",)}
    parts = YProfile.parse("R-1", {"DYS385a": "14", "DYS385 b": "9", "DYF387S1a/b": "35-37"})
    assert parts.haplotype == {"DYS385": ("9", "14"), "DYF387S1": ("35", "37")}
    assert str(parts) == "DYS385 9-14, DYF387S1 35-37"
    assert len(profile) == 4


def test_y_faults_are_told_at_once():
    written = {"DYS19": "x", "DYS390": "24.25", "DYS448": "0,20", "DYS391": "10"}
    faults = _faults(lambda: YProfile.parse("R-1", written))
    assert [(f.column, f.rule) for f in faults] == [(m, "y-allele") for m in ("DYS19", "DYS390", "DYS448")]
    assert [f.column for f in _faults(lambda: YProfile("R-1", {"DYS19": ()}))] == ["DYS19"]


def test_y_samples_are_merged_and_refused_where_they_disagree():
    one, two = YProfile("S-1", {"DYS19": ("14",)}), YProfile("S-2", {"DYS390": ("24",), "DYS19": ("14",)})
    assert merge_y_profiles("R-1", (one, two)).haplotype == {"DYS19": ("14",), "DYS390": ("24",)}
    faults = _faults(lambda: merge_y_profiles("R-1", (one, YProfile("S-3", {"DYS19": ("15",)}))))
    assert [(f.file, f.value) for f in faults] == [("R-1", "14 and 15")]


def test_a_database_counts_equal_haplotypes_together():
    people = [YProfile(f"{i}", {"DYS19": (str(14 + i // 3),)}) for i in range(4)]
    database = HaplotypeDatabase.of("Synthetic", people, "invented")
    assert database.counts == (3, 1)
    assert database.size == 4


def test_a_database_without_people_or_with_counts_that_do_not_fit_is_refused():
    one = (YProfile("", {"DYS19": ("14",)}),)
    for haplotypes, counts in (((), ()), (one, ()), (one, (0,)), (one, (1, 2))):
        with pytest.raises(InvalidValue):
            HaplotypeDatabase("Synthetic", haplotypes, counts)
    with pytest.raises(InvalidValue, match="must be stated"):
        HaplotypeDatabase("", one, (1,))
