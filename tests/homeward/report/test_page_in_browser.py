"""The page in a real browser, with every way out closed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from homeward.decide import identify
from homeward.decide.result import Identification
from homeward.model import RunFacts
from homeward.report import write_report
from homeward.simulate import grow_case

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own browser; its absence is a failure, since nobody would notice a page that is never opened."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no chromium on this machine: install Debian's package chromium (make browser does it)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


class _Watched:
    """A page that notes what it says and what it asks for."""

    def __init__(self, browser: Browser, *, width: int) -> None:
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.route("**/*", self._decide)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url[:80]))

    def _decide(self, route: Route) -> None:
        self.asked.append(route.request.url)
        if route.request.url.startswith("file:"):
            route.continue_()
        else:
            route.abort()


@pytest.mark.parametrize("width", [1200, 600, 360])
def test_the_page_opens_alone_and_complains_of_nothing(browser: Browser, width: int, identification: Identification,
                                                       facts: RunFacts, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(identification, path, facts=facts)
    watched = _Watched(browser, width=width)
    watched.page.goto(path.as_uri())
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert watched.page.get_by_role(landmark).count() >= 1, landmark
    assert watched.page.get_by_role("heading", level=1).count() == 1
    assert watched.page.get_by_role("article").count() == len(identification.proposals)
    assert watched.page.locator("svg[role=img]").count() == len(identification.proposals) + 1
    assert [u for u in watched.asked if not u.startswith("data:")] == [path.as_uri()]
    assert watched.complaints == []
    # Wide tables scroll in their own frames: the page itself never moves sideways.
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    watched.page.close()


@pytest.fixture(scope="module")
def weighed() -> Identification:
    """A grown case, its pairings weighed together, part of it by messages."""
    return identify(grow_case(families=25, remains=30, rng=np.random.default_rng(7)).case)


@pytest.mark.parametrize("width", [1200, 360])
def test_pairings_weighed_together_keep_within_a_narrow_page(browser: Browser, width: int, weighed: Identification,
                                                             facts: RunFacts, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(weighed, path, facts=facts)
    watched = _Watched(browser, width=width)
    watched.page.goto(path.as_uri())
    assert watched.page.get_by_role("heading", name="Weighed together").count() == 1
    assert watched.page.locator("#together table").count() == 3
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.complaints == []
    watched.page.close()


def test_a_card_of_a_whole_identification_fits_on_one_printed_page(browser: Browser, weighed: Identification,
                                                                   facts: RunFacts, tmp_path: Path) -> None:
    test_a_card_fits_on_one_printed_page(browser, weighed, facts, tmp_path)


def test_a_card_fits_on_one_printed_page(browser: Browser, identification: Identification, facts: RunFacts,
                                         tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(identification, path, facts=facts)
    page = browser.new_page(viewport={"width": 680, "height": 1017})  # A4 less the margins of @page, at 96 dpi
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    boxes = [card.bounding_box() for card in page.get_by_role("article").all()]
    assert boxes
    assert all(box is not None and box["height"] <= 1017 for box in boxes)
    assert page.get_by_role("navigation").count() == 0
    page.close()
