"""The pages in a real browser: logging in with a second factor, every role's main pages, every way out closed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, sync_playwright

from casework.actions.demo_reading import add_demo_reading
from casework.policy import STAFF, Role
from casework.store.models import ReadProposal

_NAMES = ("chromium", "chromium-browser", "google-chrome")
PASSWORD = "a-long-synthetic-password"
# Every text against what stands behind it, by the formula of WCAG 2.2; large text needs 3, other text 4.5.
_CONTRAST = """() => {
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.map(linear);
    return .2126 * r + .7152 * g + .0722 * b };
  const parts = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c.slice(0, 3) } return [255, 255, 255] };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    if (e.closest('svg') || !e.checkVisibility() || e.closest('.unseen, .skip')) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const s = getComputedStyle(e), size = parseFloat(s.fontSize);
    const [a, b] = [light(parts(s.color).slice(0, 3)), light(ground(e))].sort((x, y) => y - x);
    const large = size >= 24 || (size >= 18.66 && parseInt(s.fontWeight) >= 700);
    if ((a + .05) / (b + .05) < (large ? 3 : 4.5)) bad.push(e.tagName + ': ' + e.textContent.trim().slice(0, 30));
  }
  return bad }"""
_TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, .skip')
  && e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 80))"""
_UNLABELLED = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(e => !e.labels.length && !e.getAttribute('aria-label')).map(e => e.name)"""
_TITLES_SKIPPED = """() => { const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(h => +h.tagName[1]);
  return levels.filter((l, i) => i && l > levels[i - 1] + 1).length }"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's own browser; its absence is a failure, since nobody would notice pages that are never opened."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("no chromium on this machine: install Debian's package chromium (make browser does it)")
    # The browser's driver runs a loop in this thread, in which Django would refuse to look into the database.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()



class _Watched:
    """A page that notes what it complains of, and what it asks of anyone but this server."""

    def __init__(self, browser: Browser, home: str, *, width: int = 1200) -> None:
        self.home, self.complaints, self.strangers = home, list[str](), list[str]()
        self.page: Page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        self.page.route("**/*", self._decide)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _decide(self, route: Route) -> None:
        if route.request.url.startswith((self.home, "data:")):
            route.continue_()
        else:
            self.strangers.append(route.request.url)
            route.abort()

    def open(self, address: str) -> None:
        """Go to an address, and look at what every page must have."""
        answer = self.page.goto(self.home + address)
        assert answer is not None
        assert answer.status == 200, address
        self.look(address)

    def look(self, address: str) -> None:
        """What every page must have, and what none may complain of."""
        page = self.page
        assert page.get_by_role("heading", level=1).count() == 1, address
        for landmark in ("banner", "main", "contentinfo"):
            assert page.get_by_role(landmark).count() == 1, (address, landmark)
        assert page.evaluate(_UNLABELLED) == [], address
        assert page.evaluate(_CONTRAST) == [], address
        assert page.evaluate(_TITLES_SKIPPED) == 0, address
        assert page.locator("img:not([alt])").count() == 0, address
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, page.evaluate(_TOO_WIDE))
        assert self.complaints == [], address
        assert self.strangers == [], address

    def log_in(self, who: Any) -> None:
        """Through the door, as a person does."""
        self.page.goto(f"{self.home}/accounts/login/")
        self.page.get_by_label("Username").fill(who.account.username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        if who.secret:
            self.page.wait_for_url("**/factor/code/")
            self.look("the code")
            self.page.get_by_label("Code").fill(who.code())
            self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda address: "/accounts/" not in address)


def _main_pages(role: Role, register: SimpleNamespace) -> list[str]:
    case, own = register.case.pk, register.own
    lists = [reverse(name, args=[case]) for name in ("case", "roster", "places", "documents")]
    lists += [reverse(name, args=[case]) for name in ("ledger", "ledger-figure", "lots", "entries", "ledger-settings")]
    lists.append(reverse("ledger-figure", args=[case]) + "?key=unaccounted+for")
    pages = [reverse("person", args=[own.person.pk]), reverse("me")]
    pages += [reverse(name, args=[own.rows[name].pk]) for name in ("lot", "entry")]
    if role in (Role.CASE_MANAGER, Role.REVIEWER, Role.CUSTODIAN):
        kinds = ("transfer", "container", "remains", "examination")
        pages += [reverse(name, args=[own.rows[name].pk]) for name in kinds]
        lists.append(reverse("custody", args=[case]))
    if role in (Role.CASE_MANAGER, Role.REVIEWER, Role.DNA_ANALYST, Role.LIAISON):
        pages.append(reverse("family", args=[own.family.pk]))
    if role in (Role.CASE_MANAGER, Role.REVIEWER, Role.DNA_ANALYST):
        lists += [reverse(name, args=[case]) for name in ("runs", "proposals")]
        pages += [reverse(name, args=[own.rows[name].pk]) for name in ("proposal", "run", "profile")]
    if role in (Role.CASE_MANAGER, Role.REVIEWER):
        pages.append(reverse("reading", args=[own.reading.pk]))
        lists += [reverse(name, args=[case]) for name in ("readings", "read-events")]
    if role is Role.CASE_MANAGER:
        pages += [reverse("reading-new", args=[case]), reverse("read-proposal-edit", args=[own.read_proposal.pk])]
        pages += [reverse("decision", args=[own.decision.pk]), reverse("audit"), reverse("import"),
                  reverse("person-correct", args=[own.person.pk]), reverse("batch", args=[own.batch.pk])]
    if role in (Role.CASE_MANAGER, Role.HISTORIAN):
        lists += [reverse(name, args=[case]) for name in ("claims", "rivals", "parties", "talks", "commitments",
                                                          "holdings", "claim-new", "payment-new")]
        kinds = ("claim", "party", "preference", "channel", "meeting", "agreement", "commitment", "fulfilment",
                 "holding", "access")
        pages += [reverse(name, args=[own.rows[name].pk]) for name in kinds]
        pages += [reverse("claim-rivals", args=[own.claim.pk]), reverse("commitment-correct", args=[own.commitment.pk])]
    if role is Role.ADMINISTRATOR:
        pages += [reverse("accounts"), reverse("account-new"), reverse("custody-verify")]
    return ["/", *lists, *pages]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", sorted(STAFF), ids=str)
def test_a_role_logs_in_and_its_pages_complain_of_nothing(browser: Browser, live_server: Any, register: SimpleNamespace,
                                                          with_password: Callable[..., Any], role: Role) -> None:
    watched = _Watched(browser, live_server.url)
    who = with_password(role)
    watched.log_in(who)
    for address in _main_pages(role, register):
        watched.open(address)
    watched.page.get_by_role("button", name="Log out").click()
    watched.page.wait_for_url("**/public/")
    watched.page.context.close()


@pytest.mark.django_db(transaction=True)
def test_strangers_and_families_on_a_telephone(browser: Browser, live_server: Any, register: SimpleNamespace,
                                               with_password: Callable[..., Any]) -> None:
    watched = _Watched(browser, live_server.url, width=360)
    for address in ("/public/", reverse("public-account", args=[register.case.pk]), "/accounts/login/"):
        watched.open(address)
    watched.log_in(with_password(Role.FAMILY))
    assert "Synthetic Person own" in watched.page.inner_text("main")
    watched.look("own family")
    watched.page.context.close()
    narrow = _Watched(browser, live_server.url, width=360)
    narrow.log_in(with_password(Role.CASE_MANAGER))
    for address in _main_pages(Role.CASE_MANAGER, register):
        narrow.open(address)
    narrow.page.context.close()


@pytest.mark.django_db(transaction=True)
def test_a_review_is_written_by_the_keyboard_alone(browser: Browser, live_server: Any, register: SimpleNamespace,
                                                   with_password: Callable[..., Any]) -> None:
    watched = _Watched(browser, live_server.url)
    watched.log_in(with_password(Role.REVIEWER))
    page, proposal = watched.page, register.own.proposal
    page.goto(live_server.url + reverse("proposal-review", args=[proposal.pk]))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.name") == "verdict":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("It agrees with both parents.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/proposals/\d+/(#content)?$"))
    assert "Your review is in." in page.inner_text("main")
    assert watched.complaints == []
    proposal.refresh_from_db()
    assert proposal.state == "first review"
    page.context.close()


@pytest.mark.django_db(transaction=True)
def test_a_page_prints_without_its_menus(browser: Browser, live_server: Any, register: SimpleNamespace,
                                         with_password: Callable[..., Any]) -> None:
    watched = _Watched(browser, live_server.url)
    watched.log_in(with_password(Role.CASE_MANAGER))
    watched.open(reverse("family", args=[register.own.family.pk]))
    watched.page.emulate_media(media="print")
    assert watched.page.get_by_role("navigation").count() == 0
    assert watched.page.get_by_role("button").count() == 0
    assert "Pedigree" in watched.page.inner_text("main")
    watched.page.context.close()


@pytest.mark.django_db(transaction=True)
def test_proposals_of_a_reading_are_decided_with_one_key_each(browser: Browser, live_server: Any,
                                                              register: SimpleNamespace,
                                                              with_password: Callable[..., Any]) -> None:
    watched, who = _Watched(browser, live_server.url), with_password(Role.HISTORIAN)
    add_demo_reading(actors={Role.HISTORIAN: who.account}, case=register.case)
    reading = ReadProposal.objects.latest("pk").reading
    watched.log_in(who)
    watched.open(reverse("reading", args=[reading.pk]))
    rows = ReadProposal.objects.filter(reading=reading).order_by("mark_start", "number")
    before = {row.pk: row.state for row in rows}
    one, other = [row for row in rows if row.state == "open"][:2]
    focused = "document.activeElement.id"
    watched.page.wait_for_function(f"{focused} === 'p{one.number}'")
    watched.page.keyboard.press("j")
    watched.page.keyboard.press("k")
    assert watched.page.evaluate(focused) == f"p{one.number}"
    for key, state in (("r", "rejected"), ("u", "open"), ("a", "accepted")):
        with watched.page.expect_navigation():
            watched.page.keyboard.press(key)
        one.refresh_from_db()
        assert one.state == state, key
    watched.page.wait_for_function(f"{focused} === 'p{other.number}'")
    watched.page.keyboard.press("e")
    watched.page.wait_for_url("**/edit/*")
    watched.page.get_by_label("Page", exact=False).last.fill("are keys typed here: a r u")
    assert {row.pk: row.state for row in rows.all()} == {**before, one.pk: "accepted"}
    assert watched.complaints == []
