"""A colleague without an account is asked by a link, answers under a name, and is shut out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, sign_in
from tests.browser.test_journey import check_looks, question, start_project


@pytest.fixture
def colleague(browser: Browser, server: Server) -> Iterator[Page]:
    """Somebody else's browser, without an account."""
    context = browser.new_context(base_url=server.address, viewport={"width": 320, "height": 800})
    yield context.new_page()
    context.close()


def test_ask_by_a_link_answer_revoke_gone(page: Page, colleague: Page, server: Server) -> None:
    sign_in(page, server)
    start_project(page, "Asked by a link")
    project = page.url
    link = ask(page)
    say_who(colleague, link)
    answer_and_note(colleague)
    read_what_they_did(page, project)
    page.goto(project + "/ask")
    page.get_by_role("button", name="Revoke").click()
    gone = colleague.goto(link)
    assert gone is not None
    assert gone.status == 410


def ask(page: Page) -> str:
    """Make a link to the section of the site; returns its address."""
    page.get_by_role("link", name="Who answers what").click()
    page.get_by_role("checkbox", name="Your site").check()
    page.get_by_label("For whom").fill("Facility management")
    page.get_by_role("button", name="Make the link").click()
    check_looks(page)
    return page.locator("#made").inner_text()


def say_who(colleague: Page, link: str) -> None:
    colleague.goto(link)
    expect(colleague.get_by_text("Ada asks you to answer: Your site.")).to_be_visible()
    check_looks(colleague)
    colleague.get_by_label("Your name").fill("Fay")
    colleague.get_by_role("button", name="Start answering").click()


def answer_and_note(colleague: Page) -> None:
    colleague.get_by_role("link", name="Your site").click()
    colleague.get_by_role("radio", name="server room").check()
    state = question(colleague, "Do you already run").locator("[data-state]")
    expect(state).to_contain_text("by Fay (by link)")
    check_looks(colleague)
    colleague.get_by_role("link", name="Notes and earlier answers").first.click()
    colleague.get_by_label("Add a note").fill("From the meter of October")
    colleague.get_by_role("button", name="Add the note").click()
    expect(colleague.get_by_text("From the meter of October")).to_be_visible()
    check_looks(colleague)


def read_what_they_did(page: Page, project: str) -> None:
    page.goto(project + "/questions/site")
    expect(question(page, "Do you already run")).to_contain_text("Fay (by link)")
    expect(question(page, "Do you already run")).to_contain_text("1 open note")
    page.goto(project + "/history")
    expect(page.get_by_role("row", name="Fay (by link)").first).to_be_visible()
    check_looks(page)
