"""What case.toml states of the prior, the lines of evidence, linked markers: read, refused, written. All invented."""

import shutil
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from homeward.decide.lines import compare_lines
from homeward.evidence import mtdna, ystr
from homeward.formats.casefile import check_case, read_case, write_case
from homeward.model import FaultyInput, Incident, InvalidValue, Linkage, MitoParameters, Prior, YParameters

VALID = Path(__file__).parents[3] / "spec" / "valid"
HEAD = 'format = "homeward-case/1"\nname = "n"\nsynthetic = true\n[population]\nname = "p"\n'

# SHA-256 as this program gave them at the commit 2fc72ec, before case.toml had any of these keys.
FORMER_DIGESTS = {
    "minimal": "ae49e5e12dd17418df462d05176122c2566671fe9df9ef1798c3a78343a9328e",
    "loop": "e5295aa5d9a1605ae7301afb6e5af0c584fda68f6521cb310689151064158801",
    "mitochondrial": "a895fdf1b637571cace0b1f54e2164cf7f809d418869856df533a890da4d7e91",
    "y-haplotypes": "630f668b0286c99929a02f149726d5d29f2d673d5d43c4d4ad6c623204ec0658",
    "x-marker": "6b2447aad6e27e4d18311907a0edb1a0f4013b40f34f5281c892cbde241a2397",
}


@pytest.fixture
def folder(tmp_path):
    """Copies a valid case of spec/, with another case.toml."""
    def make(sections, base="linked-markers"):
        shutil.rmtree(tmp_path / "case", ignore_errors=True)
        shutil.copytree(VALID / base, tmp_path / "case")
        (tmp_path / "case" / "case.toml").write_text(HEAD + sections, encoding="utf-8")
        return tmp_path / "case"
    return make


def found(path):
    return [(f.line, f.column, f.rule) for f in check_case(path)]


# The digest

@pytest.mark.parametrize("name", sorted(FORMER_DIGESTS))
def test_a_case_that_states_none_of_this_keeps_its_digest(name):
    assert read_case(VALID / name).digest() == FORMER_DIGESTS[name]


def test_what_is_stated_changes_the_digest_unless_it_is_what_would_be_taken_anyway(folder):
    plain = read_case(folder("")).digest()
    digests = {read_case(folder(sections)).digest() for sections in (
        "[prior]\nflat = true\n", "[prior]\nroster_size = 9\n", "[mtdna]\nlengths = true\n",
        "[ystr.rates]\nDYS19 = 0.5\n",
        '[[linked]]\nmarkers = ["vWA", "D12S391"]\nrecombination_rate = 0.1\n')}
    assert len(digests | {plain}) == 6
    same = folder("[prior]\nflat = false\n[mtdna]\nlengths = false\nwrong_line = 1e-3\n[ystr]\nestimate = 'count'\n")
    assert read_case(same).digest() == plain


# The prior

def test_the_prior_is_read_with_the_size_of_the_roster_and_the_weights_of_incidents(folder):
    case = read_case(folder('[prior]\non_roster = 0.25\nroster_size = 5\nincidents = { I1 = 3, "I2" = 0.5 }\n',
                            base="prior-weights"))
    assert case.prior == Prior(0.25, 5, {"I1": 3.0, "I2": 0.5})


@pytest.mark.parametrize(("sections", "expected"), [
    ("[prior.incidents]\nI1 = 0\nI2 = 'many'\nI3 = inf\n", [
        (7, "prior.incidents.I1", "key-range"), (8, "prior.incidents.I2", "key-type"),
        (9, "prior.incidents.I3", "key-range")]),
    ("[prior]\nincidents = 3\nroster_size = 2.5\nflat = 1\n", [
        (7, "prior.incidents", "key-type"), (8, "prior.roster_size", "key-type"), (9, "prior.flat", "key-type")]),
    ('[prior.incidents]\n"I 1" = 2\nI2 = 1\n[rule]\nposterior = 0.4\n', [
        (10, "rule.posterior", "key-range"), (7, "prior.incidents.I 1", "prior-incident")]),
    ("[prior]\nroster_size = 2\n[prior.incident]\nI1 = 2\n", [
        (8, "prior.incident", "unknown-key"), (7, "prior.roster_size", "roster-size")])])
def test_the_faults_of_the_prior_come_at_once_with_those_of_other_keys(folder, sections, expected):
    assert sorted(found(folder(sections, base="prior-weights"))) == sorted(expected)


def test_a_weight_that_names_no_incident_shows_the_nearest(folder):
    fault, = check_case(folder("[prior.incidents]\nI11 = 2\n", base="prior-weights"))
    assert fault.allowed == "must name an incident of incidents.csv (nearest: I1)"


def test_an_incident_is_met_however_its_letters_are_composed(folder):
    path = folder(unicodedata.normalize("NFD", '[prior.incidents]\n"전투" = 2\n'), base="prior-weights")
    (path / "incidents.csv").write_text("incident,name\nI1,\nI2,\nI3,\n전투,\n", encoding="utf-8")
    assert read_case(path).prior.incidents == {"전투": 2.0}


# The lines of evidence

def test_the_parameters_of_both_lines_are_read_and_take_the_place_of_the_built_in_ones():
    case = read_case(VALID / "line-parameters")
    assert case.mito_parameters == MitoParameters("upper", 0.99, 0.01, 3e-5, 0.0, 1e-5, 0.002, True, 200, 3)
    assert case.y_parameters == YParameters("kappa", other_father=0.02, minimum_markers=2, rates={
        "DYS19": 0.003, "DYS385": 0.002, "Y-GATA-H4": 0.004, "DYS 458": 0.007})
    params = ystr.Params.stated(case.y_database, case.y_parameters)
    assert (params.estimate.kind, params.other_father, params.minimum_markers) == ("kappa", 0.02, 2)
    assert (params.rates["DYS19"], params.rates["DYS 458"], params.rates["DYS390"]) == (0.003, 0.007, 2.08e-3)
    assert not {"DYS458", "YGATAH4"} & params.rates.keys()  # one rate for a marker, however it is spelled
    of_mothers = mtdna.Params.stated(case.mito_database, case.mito_parameters)
    assert (of_mothers.estimate.kind, of_mothers.estimate.confidence, of_mothers.exclude_from) == ("upper", 0.99, 3)


def test_nothing_stated_is_what_the_lines_take_by_themselves():
    case = read_case(VALID / "y-haplotypes")
    assert ystr.Params.stated(case.y_database, YParameters()) == ystr.Params(case.y_database)
    mothers = read_case(VALID / "mitochondrial").mito_database
    assert mtdna.Params.stated(mothers, MitoParameters()) == mtdna.Params(mothers)


def test_the_stated_parameters_are_those_that_are_compared_with():
    case = read_case(VALID / "mitochondrial")
    line = compare_lines(case).lines[1]
    assert line.line == "mtdna"
    case = replace(case, mito_parameters=MitoParameters(minimum_positions=16_000))
    assert compare_lines(case).lines[1].status.tolist() == [[0]]  # too few positions are shared: not compared
    assert line.status.tolist() == [[1]]


@pytest.mark.parametrize(("sections", "expected"), [
    ("[mtdna]\nestimate = 'bayes'\nconfidence = 1\ntheta = -0.1\nminimum_positions = 0\n", [
        (7, "mtdna.estimate", "key-choice"), (8, "mtdna.confidence", "key-range"), (9, "mtdna.theta", "key-range"),
        (10, "mtdna.minimum_positions", "key-range")]),
    ("[ystr]\nerror_rate = true\nexclude_from = 2.0\nwrong_lable = 0.1\nrates = 0.1\n", [
        (7, "ystr.error_rate", "key-type"), (8, "ystr.exclude_from", "key-type"),
        (9, "ystr.wrong_lable", "unknown-key"), (10, "ystr.rates", "key-type")]),
    ('[ystr.rates]\nDYS19 = 1\n"DYS 390" = 0.1\nDYS390 = 0.1\nAmelogenin = 0.1\nvWA = 0.1\n', [
        (7, "ystr.rates.DYS19", "key-range"), (9, "ystr.rates.DYS390", "y-rate"),
        (10, "ystr.rates.Amelogenin", "y-rate"), (11, "ystr.rates.vWA", "y-rate")])])
def test_the_faults_of_the_lines_parameters_are_told_with_their_lines(folder, sections, expected):
    assert sorted(found(folder(sections))) == sorted(expected)


def test_a_rate_of_a_marker_that_nobody_knows_is_taken_as_one_of_the_y_and_noted(folder):
    case = read_case(folder("[ystr.rates]\nNEWY1 = 0.01\n"))
    assert case.y_parameters.rates == {"NEWY1": 0.01}
    assert case.notes == ("case.toml:7: 'NEWY1' is not known as a marker of the Y, and read as one",)


# Linked markers

def test_linked_markers_are_read_in_their_order_and_by_the_names_of_the_table(folder):
    case = read_case(folder('[[linked]]\nmarkers = ["d12", "vwa"]\nrecombination_rate = 0\n'))
    assert case.frequencies.linked == (Linkage("D12S391", "vWA", 0.0),)
    assert case.notes == ("case.toml:6: marker 'd12' read as 'D12S391'", "case.toml:6: marker 'vwa' read as 'vWA'")


@pytest.mark.parametrize(("sections", "expected"), [
    ("linked = 3\n", [(0, "linked", "key-type")]),
    ("[linked]\nmarkers = ['a', 'b']\n", [(6, "linked", "key-type")]),
    ("[[linked]]\nmarkers = ['vWA']\nrho = 0.1\n", [
        (7, "linked.markers", "key-type"), (8, "linked.rho", "unknown-key"),
        (6, "linked.recombination_rate", "missing-key")]),
    ("[[linked]]\nmarkers = ['vWA', 3]\nrecombination_rate = 0.51\n[[linked]]\n", [
        (7, "linked.markers", "key-type"), (8, "linked.recombination_rate", "key-range"),
        (9, "linked.markers", "missing-key"), (9, "linked.recombination_rate", "missing-key")]),
    ("[[linked]]\nmarkers = ['vWA', 'D12S391']\nrecombination_rate = nan\n",
     [(8, "linked.recombination_rate", "key-range")]),
    ("[[linked]]\nmarkers = ['vWA', 'D12S391']\nrecombination_rate = 0.1\n" * 2,
     [(9, "linked.markers", "linked-markers")])])
def test_the_faults_of_linked_markers_are_told_each_at_its_own_entry(folder, sections, expected):
    if sections == "linked = 3\n":
        path = folder("")
        (path / "case.toml").write_text(sections + HEAD, encoding="utf-8")
        expected = [(1, *expected[0][1:])]
    else:
        path = folder(sections)
    assert sorted(found(path)) == sorted(expected)


def test_the_table_of_frequencies_refuses_what_the_reader_refuses():
    table = read_case(VALID / "linked-markers").frequencies
    for linked, said in ((Linkage("vWA", "TH01", 0.1), "must be one of the table's markers"),
                         (Linkage("vWA", "DXS10103", 0.1), "must both be of the autosomes")):
        with pytest.raises(InvalidValue, match=said):
            replace(table, linked=(linked,))
    with pytest.raises(InvalidValue, match="must stand in one pair"):
        replace(table, linked=(Linkage("vWA", "D12S391", 0.1),) * 2)
    with pytest.raises(InvalidValue, match=r"must be from 0 to 0\.5"):
        Linkage("vWA", "D12S391", 0.6)
    with pytest.raises(InvalidValue, match="must be another marker"):
        Linkage("vWA", "vWA", 0.1)


# Writing

def test_everything_that_is_stated_is_written_and_read_back_equal(tmp_path):
    case = read_case(VALID / "line-parameters")
    weights = {"I-1": 3.0, "Chosin Reservoir": 1e-6, 'a "quoted" one': 0.1, "전투.1": 2.0, "[x]": 7.0}
    table = read_case(VALID / "linked-markers").frequencies
    full = replace(
        case, prior=Prior(0.123456789012345678, 12, weights, flat=True), frequencies=table,
        incidents=tuple(Incident(i) for i in weights),
        mito_parameters=MitoParameters("kappa", 0.9, 0.02, 1e-5, 2e-6, 0.0, 1e-4, True, 50, 2),
        y_parameters=YParameters("upper", 0.9, 0.02, {"DYS19": 0.1, "Y-GATA-H4": 0.25},
                                 *(k / 1000 for k in range(1, 7)), 3, 4))
    write_case(full, tmp_path / "c")
    assert replace(read_case(tmp_path / "c"), notes=()) == full
    text = (tmp_path / "c" / "case.toml").read_text(encoding="utf-8")
    assert '"Chosin Reservoir" = 1e-06' in text
    assert text.count("[[linked]]") == 1


def test_what_is_not_stated_is_not_written(tmp_path):
    write_case(read_case(VALID / "mitochondrial"), tmp_path / "c")
    text = (tmp_path / "c" / "case.toml").read_text(encoding="utf-8")
    assert not any(word in text for word in ("roster_size", "flat", "incidents", "linked", "estimate", "rate"))


def test_parameters_without_a_database_wait_for_one(tmp_path):
    case = replace(read_case(VALID / "minimal"), mito_parameters=MitoParameters(lengths=True))
    write_case(case, tmp_path / "c")
    assert read_case(tmp_path / "c") == case


def test_a_prior_that_names_no_incident_of_the_case_or_too_small_a_roster_is_refused_by_the_model():
    case = read_case(VALID / "minimal")
    with pytest.raises(InvalidValue, match="prior: incidents='I-1' must name a record of the case"):
        replace(case, prior=Prior(incidents={"I-1": 2.0}))
    two = read_case(VALID / "prior-weights")
    with pytest.raises(InvalidValue, match="prior: roster_size=2 must be at least the 3 persons listed"):
        replace(two, prior=Prior(roster_size=2))
    with pytest.raises(InvalidValue, match=r"weight of I-1=0\.0 must be from 1e-06 to 1000000"):
        Prior(incidents={"I-1": 0.0})


# A hostile database

def test_haplotypes_that_delete_half_the_genome_are_refused_at_once(folder):
    path = folder('[mtdna]\npopulation = "invented"\n', base="mitochondrial")
    rows = (f"1-16569,{k}-{k + length}DEL,1\n" for k, length in ((k % 5000 + 1, 6000) for k in range(1000)))
    (path / "mtdna_database.csv").write_text("ranges,differences,count\n" + "".join(rows))
    started = time.process_time()
    with pytest.raises(FaultyInput) as refused:
        read_case(path)
    assert time.process_time() - started < 10.0
    assert len(refused.value.faults) == 1000
    assert {f.rule for f in refused.value.faults} == {"mt-difference"}
    assert refused.value.faults[0].allowed == "must not delete more than 500 positions"


def test_haplotypes_with_as_many_differences_as_are_allowed_are_read_quickly(folder):
    path = folder('[mtdna]\npopulation = "invented"\n', base="mitochondrial")
    rows = (f"1-16569,{k + 1}-{k + 499}DEL,1\n" for k in range(1000))
    (path / "mtdna_database.csv").write_text("ranges,differences,count\n" + "".join(rows))
    started = time.process_time()
    assert check_case(path) == ()
    assert time.process_time() - started < 20.0  # 0.6 s as a rule
