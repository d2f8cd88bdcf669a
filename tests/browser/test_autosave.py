"""Answers that are saved at the same time, over a slow line: none is lost, and the page says so."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Server, sign_in
from tests.browser.test_journey import question, start_project

A_MOMENT_MS = 300


class Line:
    """The way to the server, on which each autosave waits until the test lets it go on."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._held: list[Route] = []
        page.route("**/answers", self._hold)

    def _hold(self, route: Route) -> None:
        self._held.append(route)

    def holds(self, count: int) -> None:
        """Wait until exactly so many are on their way."""
        for _ in range(20):
            if len(self._held) == count:
                break
            self._page.wait_for_timeout(100)
        self._page.wait_for_timeout(A_MOMENT_MS)
        assert len(self._held) == count

    def release(self, which: int) -> None:
        """Let one arrive, and its answer come back."""
        route = self._held.pop(which)
        with self._page.expect_response("**/answers"):
            route.continue_()


@pytest.fixture
def line(page: Page, server: Server) -> Line:
    sign_in(page, server)
    start_project(page, "Over a slow line")
    page.get_by_role("link", name="Goals").first.click()
    return Line(page)


def state_of(page: Page, text: str) -> Locator:
    return question(page, text).locator("[data-state]")


def test_two_questions_at_once_are_both_said_to_be_saved(page: Page, line: Line) -> None:
    page.get_by_role("radio", name="One workload").check()
    page.get_by_role("checkbox", name="Real-time inference").check()
    line.holds(2)
    line.release(1)  # the answer to the second comes first
    expect(state_of(page, "What will run?")).to_contain_text("by Ada")
    expect(state_of(page, "Is this about one workload")).to_have_text("Saving")
    expect(page.locator("#saved")).to_contain_text("by Ada")
    line.release(0)
    expect(state_of(page, "Is this about one workload")).to_contain_text("by Ada")
    page.reload()
    expect(page.get_by_role("radio", name="One workload")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Real-time inference")).to_be_checked()


def test_of_one_question_the_last_word_is_kept(page: Page, line: Line) -> None:
    weeks = page.get_by_label("Weeks until production")
    for typed in ("1", "12", "26"):
        weeks.fill(typed)
        weeks.dispatch_event("change")
    line.holds(1)  # the next waits for its answer, and of those that wait only the last is sent
    line.release(0)
    expect(state_of(page, "In how many weeks")).to_contain_text("Saving")
    line.holds(1)
    line.release(0)
    expect(state_of(page, "In how many weeks")).to_contain_text("by Ada")
    page.reload()
    expect(weeks).to_have_value("26")


def test_a_late_answer_takes_away_nothing_that_is_being_typed(page: Page, line: Line) -> None:
    page.get_by_role("link", name="Your site").first.click()
    page.get_by_role("radio", name="server room").check()
    line.holds(1)
    line.release(0)
    power = question(page, "How much power").get_by_role("textbox").first
    page.get_by_role(
        "radio", name="Our own data centre"
    ).check()  # which asks for the power as well
    line.holds(1)
    power.press_sequentially("35")
    line.release(0)
    expect(state_of(page, "Do you already run")).to_contain_text("by Ada")
    expect(power).to_have_value("35")
    expect(power).to_be_focused()
