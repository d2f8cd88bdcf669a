"""Two people at one answer: the nine scenarios of saving, conflict and a broken connection."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server, fill_account, sign_in
from tests.browser.test_journey import question, start_project

WEEKS = "In how many weeks"
MINE, THEIRS = "1000", "900"


@pytest.fixture
def ana(page: Page, server: Server) -> Page:
    """Ada's page of the goals, in a project of her own."""
    sign_in(page, server)
    start_project(page, "Edited together")
    page.get_by_role("link", name="Goals").first.click()
    return page


@pytest.fixture
def ben(ana: Page, browser: Browser, server: Server) -> Iterator[Page]:
    """A colleague's page of the same, opened before anything is answered."""
    with _colleague(browser, server, ana, javascript=True) as page:
        yield page


@pytest.fixture
def plain_ben(ana: Page, browser: Browser, server: Server) -> Iterator[Page]:
    """The same with JavaScript off."""
    with _colleague(browser, server, ana, javascript=False) as page:
        yield page


@contextmanager
def _colleague(browser: Browser, server: Server, ana: Page, *, javascript: bool) -> Iterator[Page]:
    here = ana.url
    link = _invitation(ana)
    context = browser.new_context(base_url=server.address, java_script_enabled=javascript)
    page = context.new_page()
    page.goto(link)
    name = f"Ben{link[-4:]}"
    fill_account(page, name)
    page.get_by_label("E-mail address").fill(f"{link[-12:]}@example.org".lower())
    page.get_by_role("button", name="Make an account and join").click()
    ana.goto(here)
    page.goto(here)
    yield page
    context.close()


def _invitation(ana: Page) -> str:
    ana.goto("/teams/1")
    ana.get_by_label("Who is it for?").fill("Ben")
    ana.get_by_role("button", name="Make a link").click()
    return ana.locator(".secret code").inner_text()


def weeks(page: Page) -> Locator:
    return page.get_by_label("Weeks until production")


def answer(page: Page, value: str) -> None:
    weeks(page).fill(value)
    weeks(page).dispatch_event("change")


def state(page: Page) -> Locator:
    return question(page, WEEKS).locator("[data-state]")


def box(page: Page) -> Locator:
    return question(page, WEEKS).get_by_role("alert")


def stored(page: Page) -> str:
    """What somebody who opens the page now finds."""
    with page.context.new_page() as fresh:
        fresh.goto(page.url)
        return weeks(fresh).input_value()


def clash(ana: Page, ben: Page) -> None:
    answer(ana, THEIRS)
    expect(state(ana)).to_contain_text("Saved")
    answer(ben, MINE)
    expect(box(ben)).to_be_visible()


def test_1_a_change_and_a_submit_at_once_are_no_conflict(ana: Page) -> None:
    statuses: list[int] = []
    ana.on("response", lambda response: statuses.append(response.status))
    weeks(ana).fill("26")  # leaving the field for the button saves it, and so does the button
    ana.get_by_role("button", name="Save and continue").click()
    ana.wait_for_url("**/questions/workload")
    assert 409 not in statuses
    ana.go_back()
    expect(weeks(ana)).to_have_value("26")


def test_2_who_saves_over_what_they_have_not_seen_is_told(ana: Page, ben: Page) -> None:
    clash(ana, ben)
    expect(box(ben)).to_contain_text("Ada changed this answer while you were editing")
    expect(box(ben)).to_contain_text(f"Theirs: {THEIRS} weeks. Yours: {MINE} weeks.")
    expect(box(ben)).to_be_focused()
    expect(weeks(ben)).to_have_value(MINE)
    expect(state(ben)).not_to_contain_text("Trying again")
    assert stored(ana) == THEIRS


def test_3_keep_mine_saves_it_and_clears_the_box(ana: Page, ben: Page) -> None:
    clash(ana, ben)
    box(ben).get_by_role("button", name="Keep mine").click()
    expect(box(ben)).to_have_count(0)
    expect(state(ben)).to_contain_text("by Ben")
    assert stored(ana) == MINE
    answer(ana, "800")  # who has not seen Ben's is told in turn
    expect(box(ana)).to_contain_text(f"Theirs: {MINE} weeks. Yours: 800 weeks.")


def test_3_take_theirs_puts_it_in_the_field(ana: Page, ben: Page) -> None:
    clash(ana, ben)
    box(ben).get_by_role("button", name="Take theirs").click()
    expect(weeks(ben)).to_have_value(THEIRS)
    expect(box(ben)).to_have_count(0)
    answer(ben, "800")  # having seen it
    expect(state(ben)).to_contain_text("by Ben")
    assert stored(ana) == "800"


def test_4_the_same_answer_from_an_old_page_is_no_conflict(ana: Page, ben: Page) -> None:
    answer(ana, THEIRS)
    expect(state(ana)).to_contain_text("Saved")
    answer(ben, THEIRS)
    expect(state(ben)).to_contain_text("by Ada")  # whose answer it is
    expect(box(ben)).to_have_count(0)


def test_5_and_6_a_server_that_cannot_just_now_is_asked_again(
    browser: Browser, server: Server
) -> None:
    page = browser.new_page(base_url=server.address)  # its console complains, rightly
    sign_in(page, server)
    start_project(page, "Out of order")
    page.get_by_role("link", name="Goals").first.click()
    page.route("**/answers", lambda route: route.fulfill(status=503, body="Later"))
    answer(page, "26")
    expect(state(page)).to_have_text("Not saved: the server could not take it. Trying again.")
    page.unroute("**/answers")
    expect(state(page)).to_contain_text("by Ada", timeout=10_000)
    page.reload()
    expect(weeks(page)).to_have_value("26")
    page.close()


def test_7_and_8_offline_is_said_and_mends_itself(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.address)
    sign_in(page, server)
    start_project(page, "In a tunnel")
    page.get_by_role("link", name="Goals").first.click()
    page.context.set_offline(True)
    answer(page, "26")
    expect(state(page)).to_have_text("Not saved: no connection to the server. Trying again.")
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("by Ada", timeout=10_000)
    page.reload()
    expect(weeks(page)).to_have_value("26")
    page.close()


def test_9_without_javascript_the_whole_page_shows_both(ana: Page, plain_ben: Page) -> None:
    answer(ana, THEIRS)
    expect(state(ana)).to_contain_text("Saved")
    weeks(plain_ben).fill(MINE)
    plain_ben.get_by_role("radio", name="One workload").check()
    plain_ben.get_by_role("button", name="Save and continue").click()
    expect(box(plain_ben)).to_contain_text(f"Theirs: {THEIRS} weeks. Yours: {MINE} weeks.")
    expect(weeks(plain_ben)).to_have_value(MINE)
    assert stored(ana) == THEIRS
    box(plain_ben).get_by_role("button", name="Keep mine").click()
    expect(box(plain_ben)).to_have_count(0)
    expect(weeks(plain_ben)).to_have_value(MINE)
    expect(plain_ben.get_by_role("radio", name="One workload")).to_be_checked()
    assert stored(ana) == MINE


def test_9_and_theirs_can_be_taken_there_too(ana: Page, plain_ben: Page) -> None:
    answer(ana, THEIRS)
    expect(state(ana)).to_contain_text("Saved")
    weeks(plain_ben).fill(MINE)
    plain_ben.get_by_role("button", name="Save and continue").click()
    box(plain_ben).get_by_role("button", name="Take theirs").click()
    expect(weeks(plain_ben)).to_have_value(THEIRS)
    assert stored(ana) == THEIRS
