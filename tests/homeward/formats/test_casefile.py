"""What the case folder means: guesses, families, profiles, frequencies. Everyone here is invented."""

import shutil
from pathlib import Path

import pytest

from homeward.formats.casefile import check_case, read_case
from homeward.model import FaultyInput, Genotype, Laboratory, Member, MutationModel, PartialDate, Sex

ROOT = Path(__file__).parents[3]
PROFILES = "sample,marker,allele1,allele2\n"


@pytest.fixture
def folder(tmp_path):
    """Copies a valid case of spec/, with some files put in the place of its own (None: left out)."""
    def make(files=(), base="one-family"):
        shutil.copytree(ROOT / "spec" / "valid" / base, tmp_path / "case")
        for name, content in dict(files).items():
            path = tmp_path / "case" / name
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "case"
    return make


def manifest(extra):
    return f'format = "homeward-case/1"\nname = "n"\n[population]\nname = "invented"\n{extra}'


def found(path):
    return [(f.file, f.line, f.column, f.rule) for f in check_case(path)]


def test_a_case_is_read_with_all_that_it_holds():
    case = read_case(ROOT / "spec" / "valid" / "one-family")
    assert case.name == "one-family"
    assert case.synthetic
    assert case.frequencies.population == "invented"
    assert [p.id for p in case.roster] == ["P1"]
    assert case.families[0].members == (
        Member("man", None, None, Sex.MALE), Member("woman", None, None, Sex.FEMALE),
        Member("child", "man", "woman", Sex.MALE, "P1"))
    assert case.frequencies["TH01"].frequencies == (0.25, 0.25, 0.5)
    assert case.reference_profiles()[("F1", "woman")].genotypes == {"TH01": Genotype("6", "7")}
    assert case.remains_profiles()["R1"].genotypes == {"TH01": Genotype("6", "9.3")}


def test_the_manifest_gives_prior_rule_and_theta(folder):
    path = folder({"case.toml": manifest(
        'source = "s"\ntheta = 0\n[prior]\non_roster = 0.25\n[rule]\nposterior = 0.99\nminimum_lines = 1\n')})
    case = read_case(path)
    assert (case.prior.on_roster, case.rule.posterior, case.rule.minimum_lines) == (0.25, 0.99, 1)
    assert (case.frequencies.source, case.frequencies.theta, case.synthetic) == ("s", 0.0, False)


def test_the_path_of_the_manifest_is_the_path_of_the_case():
    folder = ROOT / "spec" / "valid" / "one-family"
    assert read_case(folder / "case.toml") == read_case(str(folder))


def test_all_faults_of_all_files_come_at_once_in_their_order(folder):
    path = folder({
        "case.toml": manifest("theta = 1.0\n[prior]\nonroster = 0.5\n"),
        "roster.csv": "person,sex,born\nP1,man,1931\nP1,male,1931-13\n,male,\n",
        "remains.csv": "remains,transfer\nR1,T9\n",
        "profiles.csv": PROFILES + "M1,TH01,6,8\nS9,TH01,6,7\nS1,D1,6,7\n"})
    expected = [
        ("case.toml", 5, "population.theta", "key-range"), ("case.toml", 7, "prior.onroster", "unknown-key"),
        ("roster.csv", 2, "sex", "choice"), ("roster.csv", 3, "born", "date"),
        ("roster.csv", 3, "person", "duplicate-key"), ("roster.csv", 4, "person", "required"),
        ("remains.csv", 2, "transfer", "unknown-record"), ("profiles.csv", 2, "allele2", "unknown-allele"),
        ("profiles.csv", 3, "sample", "unknown-record"), ("profiles.csv", 4, "marker", "unknown-marker")]
    assert sorted(found(path)) == sorted(expected)
    assert [f[:2] for f in found(path)] == [f[:2] for f in expected]


def test_read_case_raises_the_faults_that_check_case_gives(folder):
    path = folder({"roster.csv": "person\n,\n\nP1\nP1\n"})
    with pytest.raises(FaultyInput) as refused:
        read_case(path)
    assert refused.value.faults == check_case(path) != ()


def test_a_broken_table_does_not_make_faults_of_those_that_refer_to_it(folder):
    path = folder({"roster.csv": "person\nP1,\n\xe9".encode("latin-1"), "samples.csv": "sample,remain\nS1,R1\n",
                   "frequencies.csv": '"', "families.csv": "family,member\nF1,woman\n"})
    assert {(f, r) for f, _, _, r in found(path)} == {
        ("roster.csv", "encoding"), ("samples.csv", "unknown-column"), ("samples.csv", "missing-column"),
        ("frequencies.csv", "csv")}


@pytest.mark.parametrize(("key", "hint"), [
    ("sexe", "(nearest: sex)"), ("incidnt", "(nearest: incident)"), ("zzzz", "is not a column of roster")])
def test_an_unknown_column_names_the_nearest_known_one(folder, key, hint):
    fault, = check_case(folder({"roster.csv": f"person,{key}\nP1,\n"}))
    assert (fault.rule, fault.line, fault.column) == ("unknown-column", 1, key)
    assert fault.allowed.endswith(hint)


def test_an_unknown_key_names_the_nearest_known_one(folder):
    path = folder({"case.toml": manifest("[priors]\n[tables]\nrooster = 'r.csv'\n")})
    assert [f.allowed.partition("(")[2] for f in check_case(path)] == ["nearest: prior)", "nearest: roster)"]


def test_an_unknown_marker_names_no_other_marker(folder):
    fault, = check_case(folder({"profiles.csv": PROFILES + "M1,TH02,6,7\n"}))
    assert fault.allowed == "must be a marker of the table of markers"


def test_a_fault_says_what_is_wrong_in_one_line(folder):
    fault, = check_case(folder({"roster.csv": "person,sex\nP1,man\n"}))
    assert str(fault) == "roster.csv:2: sex='man' must be one of male, female, unknown [choice]"


def test_a_long_value_is_shown_by_its_beginning(folder):
    fault, = check_case(folder({"roster.csv": f"person,sex\nP1,{'m' * 5000}\n"}))
    assert fault.value == "m" * 60 + "…"


def test_dates_keep_their_precision():
    case = read_case(ROOT / "spec" / "valid" / "dates")
    assert [p.born for p in case.roster] == [PartialDate(1931), PartialDate(1932, 5)]
    assert [p.missing_since for p in case.roster] == [PartialDate(1950, 12, 2), PartialDate(1950, 12)]
    assert case.incidents[0].latitude_deg == -40.5


def test_someone_missing_before_his_birth_is_noted_and_not_refused(folder):
    case = read_case(folder({"roster.csv": "person,born,missing_since\nP1,1951,1950-12\n"}))
    assert case.notes == ("roster.csv:2: P1 is missing since 1950-12, before the birth in 1951",)


# Families

def test_each_child_of_one_parent_gets_a_parent_of_its_own(folder):
    case = read_case(folder({"families.csv": "family,member,father,mother,sex,person\nF1,woman,,,female,\n"
                             "F1,child,,woman,male,P1\nF1,other,,woman,male,\nF1,father of child,,,male,\n"}))
    family = case.families[0]
    assert [m.id for m in family.members] == ["woman", "child", "other", "father of child", "father of child (2)",
                                              "father of other"]
    assert family.member("child").father == "father of child (2)"
    assert family.member("father of other") == Member("father of other", None, None, Sex.MALE)
    assert [n.split(":")[1] for n in case.notes] == ["3", "4"]


def test_a_blank_sex_is_taken_from_the_roster_or_the_place_and_unknown_stays(folder):
    case = read_case(folder({"families.csv": "family,member,father,mother,sex,person\nF1,man,,,,\nF1,woman,,,,\n"
                             "F1,child,man,woman,,P1\nF1,other,man,woman,,\nF1,third,man,woman,unknown,\n"}))
    assert [m.sex.value for m in case.families[0].members] == ["male", "female", "male", "unknown", "unknown"]
    assert case.notes == ("families.csv: sex left blank, taken from the roster or from the place as father or mother: "
                          "3 of 5 members",)


def test_a_sex_taken_from_the_roster_is_checked_like_one_that_was_given(folder):
    path = folder({"roster.csv": "person,sex\nP1,female\n",
                   "families.csv": "family,member,father,mother,sex,person\nF1,man,,,,P1\nF1,woman,,,,\n"
                                   "F1,child,man,woman,,\n"})
    assert found(path) == [("families.csv", 4, "father", "parent-sex")]


def test_every_fault_of_a_pedigree_is_found_at_its_member(folder):
    path = folder({"families.csv": "family,member,father,mother,sex,person,inbreeding\nF1,man,,,female,,\n"
                                   "F1,woman,,,female,,0.5\nF1,child,man,nobody,male,P1,0.1\nF2,a,b,c,male,,\n"
                                   "F2,b,a,c,male,,\nF2,c,,,female,,2\n"})
    assert found(path) == [
        ("families.csv", 4, "father", "parent-sex"), ("families.csv", 4, "mother", "parent-unknown"),
        ("families.csv", 4, "inbreeding", "founder-inbreeding"), ("families.csv", 7, "inbreeding", "range")]


def test_the_first_member_on_a_circle_is_named_and_not_his_descendants(folder):
    path = folder({"families.csv": "family,member,father,mother,sex\nF1,woman,,,female\nF1,late,son,woman,male\n"
                                   "F1,son,child,woman,male\nF1,child,son,woman,male\n", "references.csv": None,
                   "profiles.csv": PROFILES}, base="one-family")
    assert found(path) == [("families.csv", 4, "father", "own-ancestor")]


def test_a_pedigree_of_ten_thousand_generations_is_read_from_its_young_end(folder):
    n = 10_000
    rows = "".join(f"F1,m{i},m{i + 1},w{i + 1},male\nF1,w{i + 1},,,female\n" for i in range(n))
    path = folder({"families.csv": f"family,member,father,mother,sex\n{rows}F1,m{n},m0,w{n},male\n"}, base="minimal")
    assert [r for *_, r in found(path)] == ["own-ancestor"]


def test_rows_of_a_family_need_not_stand_together(folder):
    case = read_case(folder({"families.csv": "family,member,father,mother,sex\nF1,man,,,male\nF2,one,,,male\n"
                             "F1,woman,,,female\nF1,child,man,woman,male\n"}))
    assert [(f.id, len(f.members)) for f in case.families] == [("F1", 3), ("F2", 1)]


def test_a_personal_item_of_someone_on_the_roster_is_read(folder):
    case = read_case(folder({"references.csv": "sample,family,member,kind\nM1,F1,child,Personal Item\n"}))
    assert case.reference_samples[0].kind == "personal item"


# Profiles

def test_a_blank_second_allele_is_partial_and_on_a_mans_x_the_only_one():
    case = read_case(ROOT / "spec" / "valid" / "x-marker")
    of = {r: p.genotypes["DXS10103"] for r, p in case.remains_profiles().items()}
    assert of == {"R1": Genotype("19", None, hemizygous=True), "R2": Genotype("19", None),
                  "R3": Genotype("15", None, hemizygous=True)}
    partial = read_case(ROOT / "spec" / "valid" / "partial").remains_profiles()["R1"]
    assert partial.genotypes["TH01"].is_partial


def test_amelogenin_tells_that_one_allele_of_the_x_is_all_there_is(folder):
    case = read_case(folder({"remains.csv": "remains\nR1\nR2\nR3\n", "profiles.csv": PROFILES + "M1,DXS10103,15,19\n"
                             "S1,DXS10103,19,19\nS2,DXS10103,19,\nS1,AMEL,y,X\nS3,AMEL,X,\n"}, base="x-marker"))
    assert {r.id: r.sex.value for r in case.remains} == {"R1": "male", "R2": "unknown", "R3": "unknown"}
    assert case.remains_profiles()["R1"].genotypes["DXS10103"] == Genotype("19", None, hemizygous=True)
    assert case.remains_profiles()["R2"].genotypes["DXS10103"].is_partial
    assert case.notes == ("profiles.csv:5: sex of R1 taken from amelogenin: male",)


def test_samples_of_one_remains_that_show_two_sexes_disagree(folder):
    path = folder({"profiles.csv": PROFILES + "S1,AMEL,X,X\nS2,Amelogenin,X,Y\n"}, base="two-samples")
    assert found(path) == [("profiles.csv", 3, "marker", "samples-disagree")]


def test_amelogenin_among_the_markers_is_no_marker(folder):
    case = read_case(folder({"markers.csv": "marker\nTH01\nAMEL\n",
                             "frequencies.csv": "marker,allele,frequency\nTH01,6,0.25\nTH01,7,0.25\nTH01,9.3,0.5\n"
                                                "AMEL,X,0.75\nAMEL,Y,0.25\n"}))
    assert [m.name for m in case.frequencies.markers] == ["TH01"]
    assert case.notes == ("markers.csv:3: 'AMEL' shows the sex and is not read as a marker",)


def test_samples_of_one_relative_must_agree_and_the_partial_gives_way(folder):
    references = "sample,family,member\nM1,F1,woman\nM2,F1,woman\nM3,F1,woman\n"
    agree = PROFILES + "M1,TH01,6,\nM2,TH01,6,7\nM3,TH01,7,\n"
    path = folder({"references.csv": references, "profiles.csv": agree})
    assert read_case(path).reference_profiles()[("F1", "woman")].genotypes == {"TH01": Genotype("6", "7")}
    (path / "profiles.csv").write_text(agree.replace("M3,TH01,7", "M3,TH01,9.3"))
    fault, = check_case(path)
    assert (fault.line, fault.rule, fault.value) == (4, "samples-disagree", "TH01 9.3/?")
    assert fault.allowed == "must agree with 6/7 of sample M1 of F1/woman"


def test_samples_that_are_not_certain_may_differ(folder):
    path = folder({"samples.csv": "sample,remains,dropout\nS1,R1,\nS2,R1,0.1\n",
                   "profiles.csv": PROFILES + "S1,TH01,6,9.3\nS2,TH01,6,6\n"}, base="two-samples")
    case = read_case(path)
    assert case.remains_samples[1].laboratory == Laboratory(dropout=0.1)
    assert case.remains_profiles()["R1"].genotypes == {"TH01": Genotype("6", "9.3")}


@pytest.mark.parametrize(("rates", "alleles", "sex"), [
    (",,,", "X,X", "female"), (",,,", "X,Y", "male"), ("0.1,,,", "X,X", "unknown"), ("0.1,,,", "X,Y", "male"),
    (",,0.05,", "X,Y", "unknown"), (",,,0.01", "X,Y", "unknown"), (",,,0.01", "X,X", "unknown")])
def test_amelogenin_shows_what_the_rates_of_the_sample_leave_of_it(folder, rates, alleles, sex):
    path = folder({"samples.csv": f"sample,remains,dropout,dropout_homozygote,dropin,error\nS1,R1,{rates}\n",
                   "profiles.csv": PROFILES + f"S1,AMEL,{alleles}\n"})
    assert read_case(path).remains[0].sex == sex


def test_a_sample_without_any_result_keeps_its_empty_profile():
    case = read_case(ROOT / "spec" / "valid" / "no-result")
    assert {p.sample: len(p) for p in case.profiles} == {"M1": 1, "S1": 0}


def test_alleles_without_a_marker_are_a_fault(folder):
    assert found(folder({"profiles.csv": PROFILES + "S1,,6,7\n"})) == [("profiles.csv", 2, "marker", "required")]


def test_one_spelling_of_a_marker_is_noted_once_in_each_file_and_counts_as_the_same_marker(folder):
    path = folder({"profiles.csv": PROFILES + "M1,THO1,6,7\nS1,THO1,6,9.3\n",
                   "frequencies.csv": "marker,allele,frequency\nTH-01,6,0.5\nTH01,7,0.25\nTH-01,9.3,0.25\n"})
    assert read_case(path).notes == ("frequencies.csv:2: marker 'TH-01' read as 'TH01'",
                                     "profiles.csv:2: marker 'THO1' read as 'TH01'")
    (path / "profiles.csv").write_text(PROFILES + "M1,THO1,6,7\nM1,TH01,6,7\n")
    assert found(path) == [("profiles.csv", 3, "marker", "genotype-twice")]


def test_a_known_marker_is_met_before_any_likeness(folder):
    rows = "".join(f"{m},6,0.5\n{m},7,0.5\n" for m in ("Penta D", "PENTAD"))
    case = read_case(folder({"markers.csv": "marker\nPenta D\nPENTAD\n", "frequencies.csv":
                             "marker,allele,frequency\n" + rows, "profiles.csv": PROFILES + "S1,PENTAD,6,7\n"}))
    assert list(case.profiles[0].genotypes) == ["PENTAD"]
    assert case.notes == ()


# Frequencies and mutation

def test_an_unseen_allele_gets_its_frequency_and_the_others_are_rescaled(folder):
    case = read_case(folder({"case.toml": manifest("[frequencies]\nunseen_allele = 0.1\n"),
                             "profiles.csv": PROFILES + "M1,TH01,8,6\nS1,TH01,10.3,8\n"}))
    marker = case.frequencies["TH01"]
    assert marker.alleles == ("6", "7", "9.3", "8", "10.3")
    # Two new alleles leave 0.8 for the three that have 0.25, 0.25 and 0.5.
    assert marker.frequencies == pytest.approx((0.2, 0.2, 0.4, 0.1, 0.1), abs=1e-15)
    assert [n.split(" is not")[0] for n in case.notes] == [
        "profiles.csv:2: allele '8' of TH01", "profiles.csv:3: allele '10.3' of TH01"]


@pytest.mark.parametrize("allele", ["OL", "0", "<5", "9.35", "Q"])
def test_what_is_no_number_of_repeats_is_never_added_to_the_table(folder, allele):
    path = folder({"case.toml": manifest("[frequencies]\nunseen_allele = 0.1\n"),
                   "profiles.csv": PROFILES + f"S1,TH01,{allele},6\n"})
    assert found(path) == [("profiles.csv", 2, "allele1", "unknown-allele")]


@pytest.mark.parametrize(("model", "allele"), [("dawid", "8.3"), ("onestep", "8.1"), ("custom", "8")])
def test_an_allele_that_the_mutation_model_cannot_take_is_never_added(folder, model, allele):
    path = folder({"case.toml": manifest("[frequencies]\nunseen_allele = 0.1\n"),
                   "markers.csv": f"marker,female_model,male_model\nTH01,none,{model}\n",
                   "frequencies.csv": "marker,allele,frequency\nTH01,6,0.5\nTH01,7,0.5\n",
                   "mutation_matrices.csv": "marker,sex,from,to,probability\n"
                   + ("TH01,male,6,6,1\nTH01,male,7,7,1\n" if model == "custom" else ""),
                   "profiles.csv": PROFILES + f"S1,TH01,6,{allele}\n"})
    assert found(path) == [("profiles.csv", 2, "allele2", "unknown-allele")]


def test_mutation_models_are_read_with_their_defaults(folder):
    marker = read_case(folder({"markers.csv": "marker,x_linked,silent,female_model,female_rate,female_range,male_model,"
                               "male_rate,male_rate2\nTH01,No,6,stepwise,0.002,0.5,Stepwise,3e-3,1e-05\n",
                               "profiles.csv": PROFILES})).frequencies["TH01"]
    assert marker.female == MutationModel("stepwise", 0.002, 0.0, 0.5)
    assert marker.male == MutationModel("stepwise", 0.003, 0.00001, 0.1)
    assert (marker.silent, marker.x_linked) == ("6", False)


def test_a_silent_allele_need_not_be_a_number_of_repeats(folder):
    case = read_case(folder({
        "markers.csv": "marker,silent,female_model,female_rate,male_model\nTH01,null,onestep,0.001,none\n",
        "frequencies.csv": "marker,allele,frequency\nTH01,6,0.5\nTH01,7,0.4\nTH01,null,0.1\n",
        "profiles.csv": PROFILES}))
    assert case.frequencies["TH01"].female.kind == "onestep"


def test_a_custom_matrix_is_read_by_allele_with_nothing_where_nothing_is_listed():
    marker = read_case(ROOT / "spec" / "valid" / "custom-matrix").frequencies["TH01"]
    assert marker.female.matrix == ((0.998, 0.002, 0.0), (0.001, 0.999, 0.0), (0.0, 0.0, 1.0))
    assert marker.male.matrix == ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@pytest.mark.parametrize(("markers", "column"), [
    ("marker,female_model,male_model\nTH01,equal,\n", "male_model"),
    ("marker,female_rate\nTH01,0.001\n", "female_model"),
    ("marker,male_range\nTH01,0.5\n", "male_model")])
def test_models_of_mothers_and_fathers_go_together_and_with_their_rates(folder, markers, column):
    assert found(folder({"markers.csv": markers})) == [("markers.csv", 2, column, "given-together")]


@pytest.mark.parametrize(("total", "rules"), [("0.2501", []), ("0.2491", []), ("0.252", ["frequency-sum"]),
                                              ("0.248", ["frequency-sum"])])
def test_frequencies_may_miss_one_by_rounding_and_by_no_more(folder, total, rules):
    path = folder({"frequencies.csv": f"marker,allele,frequency\nTH01,6,{total}\nTH01,7,0.25\nTH01,9.3,0.5\n"})
    assert [r for *_, r in found(path)] == rules


@pytest.mark.parametrize("frequency", ["0", "-0.1", "1.5", "NaN", "inf", "1e999", "0x1", "", "½", "1,2,3", "1e", "٠.٥"])
def test_a_frequency_that_is_none_is_a_fault_at_its_cell_alone(folder, frequency):
    path = folder({"frequencies.csv": f'marker,allele,frequency\nTH01,6,0.25\nTH01,7,"{frequency}"\nTH01,9.3,0.5\n'})
    (file, line, column, rule), = found(path)
    assert (file, line, column) == ("frequencies.csv", 3, "frequency")
    assert rule in ("number", "range", "required")
