"""Readers, refusals, repeats, known claims beside, and the written forms. Countries and people are invented."""

import dataclasses
import json
import time

from typer.testing import CliRunner

from homeward.cli.app import app
from homeward.intake import (
    Given,
    Kind,
    Relation,
    RuleReader,
    beside_known,
    of_kind,
    open_bytes,
    read_documents,
    reading_json,
    reading_page,
    repeats_of,
)
from homeward.model import PartialDate
from homeward.model.quantities import Bound, Quantity
from homeward.model.sources import Chain, Claim, Quote

_TEXT = "The Veldt army received 37 boxes of remains on Thursday, a commission official said. <b>Nobody</b> knows more."


def _document(name: str = "a.txt", text: str = _TEXT):
    return open_bytes(text.encode(), name, Given(dated=PartialDate(2031, 3, 15), publisher="Orbis"))


class _Model:
    """A reader that somebody plugs in: one proposal right, one with words that stand nowhere."""

    name = "a model"

    def read(self, document):
        right = next(iter(RuleReader().read(document)))
        yield right
        text = right.quote.text.replace("37", "73")
        yield dataclasses.replace(right, quote=dataclasses.replace(right.quote, text=text))


def test_another_reader_can_be_plugged_in_and_what_is_not_verbatim_is_refused():
    reading = read_documents([_document()], readers=(_Model(),))
    assert [p.why[-1] for p in reading.proposals] == ["read by: a model"]
    assert len(reading.refused) == 1
    assert "73 boxes" in reading.refused[0]


def test_by_default_the_rules_alone_read():
    assert {p.why[-1] for p in read_documents([_document()]).proposals} == {"read by: rules"}


def test_the_same_claim_in_two_documents_is_grouped():
    reading = read_documents([_document("a.txt"), _document("b.txt")])
    claims = of_kind(reading, Kind.CLAIM)
    assert repeats_of(reading.proposals)[claims[0].id] == (claims[1].id,)


def _known(key: str, value: float, bound: Bound = Bound.EXACTLY, group: str = "lune", unit: str = "box") -> Claim:
    return Claim(key, "boxes received by the army", Quote("s"), Chain(("commission official",)),
                 Quantity(value, unit, bound), group=group)


def test_known_claims_stand_beside_with_what_they_are_to_the_proposal():
    reading = read_documents([_document()])
    known = [_known("K1", 37), _known("K2", 40), _known("K3", 30, Bound.AT_LEAST), _known("K4", 35, Bound.ABOUT),
             _known("K5", 37, unit="set")]
    found = {b.claim: b.relation for b in beside_known(reading.proposals, known)}
    assert found == {"K1": Relation.SAME, "K2": Relation.CONTRADICTS, "K3": Relation.AGREES, "K4": Relation.UNCERTAIN}


def test_the_json_holds_the_text_that_its_offsets_count():
    read = json.loads(reading_json(read_documents([_document()])))
    text = read["documents"][0]["text"]
    assert read["proposals"]
    for proposal in read["proposals"]:
        assert text[proposal["start"]:proposal["end"]] == proposal["quote"]
    claim = next(p for p in read["proposals"] if p["kind"] == "claim")
    assert claim["value"]["chain"]["claimant"] == "commission official"
    assert claim["value"]["quantity"]["unit"] == "box"


def test_the_page_shows_markup_of_the_document_as_text_and_asks_for_nothing():
    page = reading_page(read_documents([_document()]))
    assert "&lt;b&gt;Nobody&lt;/b&gt;" in page
    assert "default-src 'none'" in page
    assert '<mark class="claim">37 boxes</mark>' in page


def test_the_command_writes_both_forms_and_records_nothing(tmp_path):
    source, out, page = tmp_path / "orbis-2031-03-15.txt", tmp_path / "o.json", tmp_path / "o.html"
    source.write_text(_TEXT, encoding="utf-8")
    result = CliRunner().invoke(app, ["read", str(source), "--json", str(out), "--html", str(page)])
    assert result.exit_code == 0, result.output
    assert "none is recorded until a person accepts it" in result.output
    assert json.loads(out.read_text(encoding="utf-8"))["documents"][0]["published"] == "2031-03-15"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_command_refuses_all_bad_files_at_once(tmp_path):
    bad, worse = tmp_path / "a.txt", tmp_path / "b.docx"
    bad.write_bytes(b"caf\xe9 5 boxes")
    worse.write_bytes(b"PK")
    result = CliRunner().invoke(app, ["read", str(bad), str(worse)])
    assert [f.rule for f in result.exception.faults] == ["encoding", "kind"]


def test_a_long_text_is_read_in_time_that_grows_with_its_length():
    def seconds(n: int) -> float:
        start = time.process_time()
        read_documents([_document(text=f"{_TEXT}\n\n" * n)])
        return time.process_time() - start
    seconds(5)
    # Sixteen times the text: 16 where time grows with length, 256 where it grows with its square.
    short, long = min(seconds(50) for _ in range(3)), min(seconds(800) for _ in range(2))
    assert long < 64 * short
