"""The frozen records: what they hold, and what each refuses with its record, field, value and what is allowed."""

import dataclasses
import datetime
import math

import pytest

from homeward.model import (
    Element,
    Fault,
    FaultyInput,
    Genotype,
    HomewardError,
    Incident,
    InvalidValue,
    Laboratory,
    Marker,
    MutationModel,
    PartialDate,
    Prior,
    Profile,
    ReferenceSample,
    Rule,
    RunFacts,
    TooLarge,
    Transfer,
    Unsupported,
    merge_profiles,
)

DATE = PartialDate(1953, 7)


def test_dates_keep_the_precision_that_they_were_given_with():
    for text in ("1950", "1950-12", "1950-12-02"):
        assert str(PartialDate.parse(f" {text} ")) == text
    assert PartialDate.parse("1952-02-29").day == 29


@pytest.mark.parametrize("text", ["", "50", "1950-13", "1950-1", "1951-02-29", "02.12.1950", "1950-12-02T00:00"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(InvalidValue, match="date"):
        PartialDate.parse(text)


def test_a_day_needs_its_month():
    with pytest.raises(InvalidValue, match="date: day=2 needs a month"):
        PartialDate(1950, None, 2)


# --- markers and mutation


@pytest.mark.parametrize(("changes", "message"), [
    ({"name": ""}, "marker: name='' must not be empty"),
    ({"frequencies": (1.0,)}, r"D8: frequencies=1 must be one for each of the 2 alleles"),
    ({"alleles": (), "frequencies": ()}, "at least one"),
    ({"alleles": ("7", "7")}, "must differ from each other"),
    ({"frequencies": (0.0, 1.0)}, r"D8 allele 7: frequency=0\.0 must be above 0"),
    ({"frequencies": (-0.5, 1.5)}, "must be above 0"),
    ({"frequencies": (math.nan, 1.0)}, "must be above 0"),
    ({"frequencies": (0.4, 0.5)}, r"sum 0\.9' must sum to 1 within 0\.001"),
    ({"silent": "9"}, "silent='9' must be one of the marker's alleles"),
    ({"male": MutationModel("custom", matrix=((1.0,),))}, r"D8: male matrix=1 must have a row for each of the 2"),
])
def test_a_marker_refuses_what_contradicts_itself(changes, message):
    good = {"name": "D8", "alleles": ("7", "8"), "frequencies": (0.4, 0.6)}
    assert Marker(**good).index("8") == 1
    with pytest.raises(InvalidValue, match=message):
        Marker(**{**good, **changes})


def test_an_allele_that_the_table_does_not_hold_is_named():
    with pytest.raises(InvalidValue, match=r"D8: allele='9\.3' is not in the frequency table"):
        Marker("D8", ("7", "8"), (0.4, 0.6)).index("9.3")


@pytest.mark.parametrize(("arguments", "message"), [
    ({"kind": "sideways"}, "kind='sideways' must be one of none, equal"),
    ({"kind": "equal", "rate": -0.1}, r"rate=-0\.1 must be at least 0"),
    ({"kind": "equal", "rate": 1.0}, "below 1"),
    ({"kind": "equal", "rate": math.nan}, "rate=nan"),
    ({"kind": "stepwise", "rate": 0.6, "rate2": 0.5}, "together with rate must stay below 1"),
    ({"kind": "stepwise", "step_range": 0.0}, r"step_range=0\.0 must be positive"),
    ({"kind": "custom"}, "is given for the custom model, and for it alone"),
    ({"kind": "equal", "matrix": ((1.0,),)}, "for it alone"),
    ({"kind": "custom", "matrix": ((1.0, 0.0),)}, "must be square"),
    ({"kind": "custom", "matrix": ((1.5, -0.5), (0.0, 1.0))}, "probabilities from 0 to 1"),
    ({"kind": "custom", "matrix": ((0.5, 0.4), (0.0, 1.0))}, r"row 1 sums to 0\.9' must sum to 1"),
])
def test_a_mutation_model_refuses_what_is_no_probability(arguments, message):
    with pytest.raises(InvalidValue, match=message):
        MutationModel(**arguments)


# --- genotypes and profiles


def test_a_genotype_is_unordered():
    assert Genotype("9", "10") == Genotype("10", "9")
    assert str(Genotype("9", "10")) == "10/9"
    assert hash(Genotype("7", "8")) == hash(Genotype("8", "7"))


def test_a_partial_result_and_a_man_s_x_are_two_things():
    partial, single = Genotype("7", None), Genotype("7", None, hemizygous=True)
    assert (partial.is_partial, single.is_partial) == (True, False)
    assert (str(partial), str(single)) == ("7/?", "7")
    assert partial != single
    assert partial.alleles == single.alleles == ("7",)


@pytest.mark.parametrize("arguments", [("", "7"), ("7", ""), ("7", "8", True)])
def test_a_genotype_refuses_empty_alleles_and_two_where_there_is_one(arguments):
    with pytest.raises(InvalidValue, match="must"):
        Genotype(*arguments)


def _merged(*genotypes):
    return merge_profiles("R", tuple(Profile(f"S{k}", {"A": g}) for k, g in enumerate(genotypes))).genotypes["A"]


def test_samples_of_one_person_are_merged_and_partial_results_give_way():
    full, partial = Genotype("7", "8"), Genotype("8", None)
    assert _merged(full, full) == full
    assert _merged(full, partial) == _merged(partial, full) == full
    assert _merged(partial, partial) == partial
    both = merge_profiles("R", (Profile("S1", {"A": full}), Profile("S2", {"B": full})))
    assert set(both.genotypes) == {"A", "B"}
    assert len(both) == 2


def test_two_partial_results_of_different_alleles_are_the_full_genotype():
    assert _merged(Genotype("8", None), Genotype("7", None)) == Genotype("7", "8")
    with pytest.raises(InvalidValue, match="must agree"):
        _merged(Genotype("8", None), Genotype("7", None), Genotype("9", None))


@pytest.mark.parametrize("other", [Genotype("7", "9"), Genotype("7", "7"), Genotype("9", None)])
def test_samples_of_one_person_that_disagree_are_refused_with_both_genotypes(other):
    with pytest.raises(InvalidValue, match=r"R: A='7/8 and .*' must agree between the samples"):
        _merged(Genotype("7", "8"), other)


# --- remains, samples, transfers, incidents


def test_sides_and_kinds_are_words_of_a_list():
    assert Element("E", "R", "femur", "left").side == "left"
    with pytest.raises(InvalidValue, match="E: side='port' must be one of left, right, middle, unsided"):
        Element("E", "R", "femur", "port")
    with pytest.raises(InvalidValue, match="S: kind='friend' must be relative or personal item"):
        ReferenceSample("S", "F", "m", "friend")


@pytest.mark.parametrize("name", ["dropout", "dropout_homozygote", "dropin", "error"])
@pytest.mark.parametrize("value", [-0.1, 1.0, math.nan])
def test_a_laboratory_s_rates_are_probabilities_below_one(name, value):
    with pytest.raises(InvalidValue, match=f"laboratory: {name}=.* must be at least 0 and below 1"):
        Laboratory(**{name: value})


def test_drop_out_of_a_homozygote_is_the_square_unless_stated():
    assert Laboratory(dropout=0.5).homozygote == 0.25
    assert Laboratory(dropout=0.5, dropout_homozygote=0.0).homozygote == 0.0
    assert Laboratory().is_certain
    assert not Laboratory(error=1e-9).is_certain


@pytest.mark.parametrize(("changes", "message"), [
    ({"giver": ""}, "T: giver='' must be recorded"),
    ({"receiver": ""}, "T: receiver='' must be recorded"),
    ({"count": 3}, "count=3 and unit must be given together"),
    ({"unit": "box"}, "must be given together"),
    ({"count": 3, "unit": "lorry"}, "unit='lorry' must be one of box, set, bone, person"),
    ({"count": -1, "unit": "box"}, "count=-1 must not be negative"),
])
def test_a_transfer_counts_something_or_nothing(changes, message):
    good = {"id": "T", "date": DATE, "giver": "one side", "receiver": "the other"}
    assert Transfer(**good, count=0, unit="box").count == 0
    with pytest.raises(InvalidValue, match=message):
        Transfer(**{**good, **changes})


@pytest.mark.parametrize("place", [{"latitude_deg": 91.0}, {"latitude_deg": -90.1}, {"longitude_deg": 180.5},
                                   {"longitude_deg": math.nan}])
def test_an_incident_lies_on_the_globe(place):
    with pytest.raises(InvalidValue, match=next(iter(place))):
        Incident("I", **place)


# --- prior, rule, run


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, math.nan])
def test_a_prior_is_a_probability_that_leaves_room_for_both(value):
    with pytest.raises(InvalidValue, match="prior: on_roster"):
        Prior(value)


def test_a_rule_asks_for_more_than_even_odds_and_at_least_one_line():
    for value in (0.5, 1.0, math.nan):
        with pytest.raises(InvalidValue, match="rule: posterior"):
            Rule(posterior=value)
    with pytest.raises(InvalidValue, match="rule: minimum_lines=0 must be at least 1"):
        Rule(minimum_lines=0)


def test_the_facts_of_a_run_are_complete_and_carry_their_time_zone():
    good = {"software": "homeward 0", "source": "case", "digest": "ab", "when": datetime.datetime.now(datetime.UTC)}
    assert RunFacts(**good).seed is None
    for name in ("software", "source", "digest"):
        with pytest.raises(InvalidValue, match=f"run facts: {name}='' must be recorded"):
            RunFacts(**{**good, name: ""})
    with pytest.raises(InvalidValue, match="must carry its time zone"):
        RunFacts(**{**good, "when": datetime.datetime(2025, 1, 1)})
    for seconds in (-1.0, math.inf, math.nan):
        with pytest.raises(InvalidValue, match="seconds of read"):
            RunFacts(**good, seconds={"read": seconds})


# --- errors


def test_every_deliberate_error_has_one_ancestor():
    for error in (InvalidValue("r", "f", 1, "must not be"), TooLarge("n"), Unsupported("u"), FaultyInput([])):
        assert isinstance(error, HomewardError)


def test_an_invalid_value_names_record_field_value_and_what_is_allowed():
    error = InvalidValue("M-0412", "sd_cm", -2, "must be positive")
    assert str(error) == "M-0412: sd_cm=-2 must be positive"
    assert (error.record, error.field, error.value, error.allowed) == ("M-0412", "sd_cm", -2, "must be positive")


def test_faults_are_told_together_and_sorted_by_place():
    faults = [Fault("b.csv", 2, "sex", "x", "must be one of male", "sex"),
              Fault("a.csv", 0, "", "", "is empty", "empty")]
    assert str(FaultyInput(faults)) == "b.csv:2: sex='x' must be one of male [sex]\na.csv: is empty [empty]"
    assert sorted(faults)[0].file == "a.csv"


def test_records_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        DATE.year = 1954
