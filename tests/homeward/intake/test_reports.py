"""Two newspaper reports, read whole: every figure, who said it, both meetings and the no-show.

The reports are in ../shared/documents; what they say was read off them by hand.
"""

from pathlib import Path

import pytest

from homeward.intake import Kind, Reading, Talk, check_verbatim, of_kind, open_document, read_documents
from homeward.model.quantities import Bound
from homeward.model.sources import Claim
from homeward.model.talks import MeetingState

_SHARED = Path(__file__).parents[4] / "shared" / "documents"


@pytest.fixture(scope="module")
def reading() -> Reading:
    if not _SHARED.is_dir():
        pytest.skip("../shared/documents is absent")
    return read_documents([open_document(path) for path in sorted(_SHARED.glob("*.txt"))])


def _claims(reading: Reading) -> dict[tuple[str, float | None], Claim]:
    return {(p.quote.source[:2], p.value.quantity.value): p.value for p in of_kind(reading, Kind.CLAIM)}


@pytest.mark.parametrize(("document", "value", "unit", "bound", "chain"), [
    ("dw", 5300, "person", Bound.ABOUT, "Yonhap → Deutsche Welle"),
    ("dw", 200, "person", Bound.AT_MOST, "North Korea → US Department of Defense → Deutsche Welle"),
    ("dw", 100, "box", Bound.EXACTLY, "Yonhap → Deutsche Welle"),
    ("wp", 55, "person", Bound.EXACTLY, "The Washington Post"),
    ("wp", 50, "person", Bound.AT_LEAST, "North Korea → The Washington Post"),
    ("wp", 7700, "person", Bound.ABOUT, "US Department of Defense → The Washington Post"),
    ("wp", 5300, "person", Bound.EXACTLY, "US Department of Defense → The Washington Post"),
])
def test_each_figure_is_found_with_its_unit_bound_and_chain(reading, document, value, unit, bound, chain):
    claim = _claims(reading)[document, value]
    assert (claim.quantity.unit, claim.quantity.bound, str(claim.chain)) == (unit, bound, chain)


def test_no_other_figure_is_proposed(reading):
    assert len(of_kind(reading, Kind.CLAIM)) == 7


def test_hedges_are_kept_in_their_words(reading):
    claims = _claims(reading)
    assert claims["dw", 200].quantity.hedge == "up to"
    assert claims["wp", 7700].quantity.hedge == "nearly"
    assert claims["wp", 50].certainty == "what it said were"
    assert claims["dw", 100].quantity.said == "wooden coffins"


def _talks(reading: Reading, document: str) -> list[Talk]:
    return [p.value for p in of_kind(reading, Kind.MEETING) if p.quote.source.startswith(document)]


@pytest.mark.parametrize(("document", "state", "day"), [
    ("dw", MeetingState.HELD, "2018-07-15"), ("dw", MeetingState.SCHEDULED, "2018-07-16"),
    ("dw", MeetingState.NOT_ATTENDED, "2018-07-12"), ("dw", MeetingState.MOVED, "2018-07-15"),
    ("wp", MeetingState.HELD, "2018-09-07"), ("wp", MeetingState.HELD, "2018-06-12"),
])
def test_each_meeting_is_found_with_its_day(reading, document, state, day):
    assert day in {str(t.event.meant_for) for t in _talks(reading, document) if t.event.state is state}


def test_the_no_show_names_who_stayed_away(reading):
    missed = [t for t in _talks(reading, "dw") if t.event.state is MeetingState.NOT_ATTENDED]
    assert [t.event.absent for t in missed] == [("North Korea",)]


def test_the_meeting_is_between_the_two_parties_at_its_place(reading):
    held = next(t for t in _talks(reading, "dw") if t.event.state is MeetingState.HELD)
    assert set(held.meeting.parties) == {"United States", "North Korea"}
    assert held.meeting.place == "Demilitarized Zone"


def test_the_promise_to_search_again_is_owed_by_both_sides(reading):
    promise = next(p.value for p in of_kind(reading, Kind.COMMITMENT) if p.quote.source.startswith("dw"))
    assert set(promise.by) == {"United States", "North Korea"}
    assert promise.what.startswith("restart the search")
    assert promise.kind == "operation"


def test_every_quote_is_verbatim(reading):
    documents = {document.name: document for document in reading.documents}
    for proposal in reading.proposals:
        check_verbatim(proposal, documents[proposal.quote.source])


def test_publishers_and_days_of_publication_are_found(reading):
    assert [(d.publisher, str(d.published)) for d in reading.documents] == [
        ("Deutsche Welle", "2018-07-15"), ("The Washington Post", "2018-09-07")]
