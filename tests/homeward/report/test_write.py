"""The whole page: what it says, what it never does with text of the data, how large and how fast it is."""

from __future__ import annotations

import dataclasses
import math
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from homeward.decide.result import Conclusion, Identification, Proposal
from homeward.model import Family, FaultyInput, InvalidValue, RunFacts
from homeward.report import write_report
from homeward.report.words import CONCLUSIONS

_IdentificationOf = Callable[..., Identification]
_HOSTILE = "</style></title><script>alert('1')</script><img src=x onerror=\"alert(2)\">{{ 7*7 }}\u202e&amp;"
_VOID = {"meta", "link", "br", "img", "hr", "input"}


class _Page(HTMLParser):
    """Tags, attributes, text and ids of a page; refuses tags that are closed out of order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += f"{data} " if self._open[-1:] != ["style"] else ""

    def values(self, name: str) -> list[str]:
        return [value for _, n, value in self.attributes if n == name]


def page_of(identification: Identification, facts: RunFacts, folder: Path) -> _Page:
    write_report(identification, folder / "report.html", facts=facts)
    return _Page((folder / "report.html").read_text(encoding="utf-8"))


def plain(text: str) -> str:
    return re.sub(r"\s+([.,:;)])", r"\1", re.sub(r"\s+", " ", text))


@pytest.fixture(scope="module")
def hostile(identification_of: _IdentificationOf) -> Identification:
    return identification_of(8, 9, np.random.default_rng(5), tag=_HOSTILE)


def test_each_part_stands_in_the_order_in_which_it_is_read(identification: Identification, facts: RunFacts,
                                                           tmp_path: Path) -> None:
    page = page_of(identification, facts, tmp_path)
    parts = [v for t, n, v in page.attributes if t == "section" and n == "id"]
    assert parts == ["summary", "proposals", "all-pairs", "remains", "persons", "exclusions", "without-references",
                     "reading", "provenance"]
    assert [v for t, n, v in page.attributes if t == "article" and n == "id"] == [
        f"proposal-{k}" for k in range(1, len(identification.proposals) + 1)]
    assert page.tags["main"] == page.tags["nav"] == page.tags["footer"] == page.tags["h1"] == 1


def test_every_link_within_the_page_leads_somewhere_and_no_id_is_used_twice(
        identification: Identification, facts: RunFacts, tmp_path: Path) -> None:
    page = page_of(identification, facts, tmp_path)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {v for v in page.values("href") if not v.startswith("data:")} <= {f"#{i}" for i in ids}
    assert set(page.values("aria-labelledby")) <= set(ids)


def test_a_synthetic_case_is_marked_and_another_is_not(identification: Identification, facts: RunFacts,
                                                       tmp_path: Path) -> None:
    words = "All people in this case are invented"
    assert words in page_of(identification, facts, tmp_path).text
    real = dataclasses.replace(identification, case=dataclasses.replace(identification.case, synthetic=False))
    assert words not in page_of(real, facts, tmp_path).text


def test_the_summary_states_figures_prior_rule_and_warnings(identification: Identification, facts: RunFacts,
                                                            tmp_path: Path) -> None:
    text = plain(page_of(identification, facts, tmp_path).text)
    for said in ("12 persons on the roster", "10 families", "15 sets of remains", "with probability 50 %",
                 "posterior is at least 99.95 %", "at least 1 independent line of evidence supports it",
                 "marker 'PENTAD' read as 'Penta D'"):
        assert said in text


def test_a_card_holds_what_people_need_to_sign_or_refuse(identification: Identification, facts: RunFacts,
                                                         tmp_path: Path) -> None:
    html_of = page_of(identification, facts, tmp_path)
    text = plain(html_of.text)
    first = identification.proposals[0]
    card = text[text.index("Proposal 1 "):text.index("Proposal 2 ")]
    for said in (f"Person {first.person} · Remains {first.remains} · Family {first.family}", first.reason,
                 "not on the roster:", "Runner-up", "Lines of evidence kinship", "Loss at Invented Valley",
                 "T-1, 2018-08-01, from giving side", "femur left", "The rule of this case is not met"):
        assert said in card
    assert html_of.tags["svg"] > len(identification.proposals)


def test_no_other_candidate_is_said_so(identification: Identification, facts: RunFacts, tmp_path: Path) -> None:
    alone = tuple(dataclasses.replace(p, runner_up=None) for p in identification.proposals)
    page = page_of(dataclasses.replace(identification, proposals=alone), facts, tmp_path)
    assert page.text.count("no other candidate") == len(alone)


def test_no_proposal_is_said_so(identification: Identification, facts: RunFacts, tmp_path: Path) -> None:
    page = page_of(dataclasses.replace(identification, proposals=()), facts, tmp_path)
    assert "No name is put forward." in plain(page.text)
    assert page.tags["article"] == 0


def test_persons_without_references_are_listed(identification: Identification, facts: RunFacts,
                                               tmp_path: Path) -> None:
    text = plain(page_of(identification, facts, tmp_path).text)
    part = text[text.rindex("Persons without references"):text.rindex("How to read this report")]
    assert re.findall(r"P-\d{4}", part) == [p.person for p in identification.persons if not p.has_references]


def test_the_words_of_the_conclusions_are_all_explained(identification: Identification, facts: RunFacts,
                                                        tmp_path: Path) -> None:
    assert set(CONCLUSIONS) == set(Conclusion)
    text = plain(page_of(identification, facts, tmp_path).text)
    for meaning in CONCLUSIONS.values():
        assert meaning in text


def test_the_provenance_names_digest_versions_parameters_and_times(identification: Identification, facts: RunFacts,
                                                                   tmp_path: Path) -> None:
    text = plain(page_of(identification, facts, tmp_path).text)
    for said in (facts.digest, "numpy 2.4.6", "prior on roster 0.5", "likelihood ratios 0.042 s", "in all 1.2 s",
                 "21 November 2026, 18:17 UTC", "invented-case", "none: nothing was drawn at random"):
        assert said in text


def test_no_figure_of_the_page_is_a_rounded_1_or_0_or_not_a_number(identification: Identification, facts: RunFacts,
                                                                   tmp_path: Path) -> None:
    page = page_of(identification, facts, tmp_path)
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    cells = re.findall(r'<td class="num wide">([^<]*)</td>', html) + re.findall(r"<dt>Posterior</dt><dd>([^<]*)<", html)
    assert len(cells) > 2 * len(identification.proposals)
    assert not [c for c in cells if re.fullmatch(r"[01](\.0*)?", c.strip())]
    assert not re.search(r"\b(nan|inf|None|Undefined)\b", page.text)


def test_hostile_text_of_the_data_stays_text(hostile: Identification, facts: RunFacts, tmp_path: Path) -> None:
    evil = dataclasses.replace(
        hostile, warnings=(_HOSTILE,),
        remains=tuple(dataclasses.replace(r, reason=_HOSTILE) for r in hostile.remains),
        persons=tuple(dataclasses.replace(p, reason=_HOSTILE) for p in hostile.persons),
        proposals=tuple(dataclasses.replace(p, reason=_HOSTILE, lines=(_HOSTILE,)) for p in hostile.proposals))
    evil_facts = dataclasses.replace(facts, software=_HOSTILE, source=_HOSTILE, digest=_HOSTILE,
                                     versions={_HOSTILE: _HOSTILE}, parameters={_HOSTILE: _HOSTILE})
    page = page_of(evil, evil_facts, tmp_path)
    assert evil.proposals
    assert page.tags["script"] == page.tags["img"] == page.tags["iframe"] == page.tags["object"] == 0
    assert page.tags["style"] == 1
    assert not [n for _, n, _ in page.attributes if n.startswith("on")]
    assert "{{ 7*7 }}" in page.text
    assert "alert('1')" in page.text


def test_the_page_forbids_itself_to_ask_for_anything(identification: Identification, facts: RunFacts,
                                                     tmp_path: Path) -> None:
    page = page_of(identification, facts, tmp_path)
    policy = next(v for t, n, v in page.attributes if t == "meta" and n == "content" and "default-src" in v)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    html = (tmp_path / "report.html").read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//[a-z]+\.|@import|url\((?!#)|javascript:|<link", html)


def test_the_case_of_the_demonstration_is_written_within_three_megabytes(
        identification_of: _IdentificationOf, facts: RunFacts, tmp_path: Path) -> None:
    large = identification_of(66, 80, np.random.default_rng(1), n_proposed=66)
    assert len(large.proposals) >= 50
    write_report(large, tmp_path / "report.html", facts=facts)
    assert (tmp_path / "report.html").stat().st_size < 3_000_000


def test_three_hundred_by_three_hundred_stays_below_ten_megabytes(identification_of: _IdentificationOf,
                                                                  facts: RunFacts, tmp_path: Path) -> None:
    write_report(identification_of(300, 300, np.random.default_rng(1), n_proposed=300), tmp_path / "r.html",
                 facts=facts)
    assert (tmp_path / "r.html").stat().st_size < 10_000_000


@pytest.mark.parametrize(("n_persons", "n_remains"), [(0, 0), (0, 3), (3, 0), (1, 1)])
def test_the_smallest_cases_are_written(n_persons: int, n_remains: int, identification_of: _IdentificationOf,
                                        facts: RunFacts, tmp_path: Path) -> None:
    page = page_of(identification_of(n_persons, n_remains, np.random.default_rng(2)), facts, tmp_path)
    assert page.tags["main"] == 1


def test_a_marker_that_excludes_within_a_proposal_is_shown_as_such(identification: Identification, facts: RunFacts,
                                                                   tmp_path: Path) -> None:
    def spoiled(p: Proposal) -> Proposal:
        return dataclasses.replace(p, markers=(dataclasses.replace(p.markers[0], log10_lr=-math.inf), *p.markers[1:]))

    found = dataclasses.replace(identification, proposals=tuple(map(spoiled, identification.proposals)))
    page = page_of(found, facts, tmp_path)
    assert page.values("class").count("hatch") == len(found.proposals)


def test_results_that_do_not_fit_their_case_are_refused_all_at_once(identification: Identification, facts: RunFacts,
                                                                    tmp_path: Path) -> None:
    first = identification.proposals[0]
    wrong = dataclasses.replace(
        identification, posterior=identification.posterior[:, :3],
        proposals=(dataclasses.replace(first, person="P-9999", family="F-9999"), *identification.proposals[1:]))
    with pytest.raises(FaultyInput) as refused:
        write_report(wrong, tmp_path / "report.html", facts=facts)
    assert {(f.column, f.value) for f in refused.value.faults} == {
        ("posterior", "(13, 3)"), ("proposals[0].person", "P-9999"), ("proposals[0].family", "F-9999")}
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_a_file_is_refused_by_name(identification: Identification, facts: RunFacts,
                                                         tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere" / "report.html"):
        with pytest.raises(InvalidValue, match="must be a file in a folder that exists"):
            write_report(identification, path, facts=facts)


def test_an_older_report_is_replaced_and_nothing_else_is_left(identification: Identification, facts: RunFacts,
                                                              tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("older", encoding="utf-8")
    page_of(identification, facts, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_the_same_identification_gives_the_same_bytes(identification: Identification, facts: RunFacts,
                                                      tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        write_report(identification, tmp_path / name, facts=facts)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_several_missing_of_one_family_are_each_asked_for_in_their_own_card(
        identification: Identification, facts: RunFacts, tmp_path: Path) -> None:
    case = identification.case
    first, other = case.families[0], case.roster[4]  # roster[4] has no family of his own
    members = (*first.members, dataclasses.replace(first.members[-1], id="brother", person=other.id))
    families = (Family(first.id, members), *case.families[1:])
    found = dataclasses.replace(identification, case=dataclasses.replace(case, families=families))
    text = page_of(found, facts, tmp_path).text
    assert "on the roster as P-0004, missing too" in text


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-relative-luminance)."""
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * d for d in digits)
    parts = [int(digits[k:k + 2], 16) / 255.0 for k in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_colour_of_the_style_has_the_contrast_of_wcag_aa() -> None:
    style = files("homeward.report").joinpath("templates/style.css").read_text(encoding="utf-8")
    named = dict(re.findall(r"--(\w+): (#\w+);", style))
    checked = 0
    for rule in re.findall(r"\{([^{}]*)\}", style):
        ink = re.search(r"(?<![-\w])color: ([^;]+);", rule)
        if ink is None or ink[1].strip() == "inherit":
            continue
        ground = re.search(r"background: ([^;]+);", rule)
        pair = [re.sub(r"var\(--(\w+)\)", lambda m: named[m[1]], c.strip())
                for c in (ink[1], ground[1] if ground else named["wash"])]
        light, dark = sorted(map(_luminance, pair), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, pair
        checked += 1
    assert checked > 20
