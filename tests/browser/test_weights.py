"""Publishing weights, as an administrator walks it with and without JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, sign_in
from tests.browser.test_journey import AXE, THEMES, WIDTHS


@pytest.mark.parametrize("script", ["page", "plain_page"])
def test_publish_weights(script: str, server: Server, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(script)
    sign_in(page, server)
    sample = page.request.get("/sample/hospital_group").body()
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Weights").click()
    page.get_by_role("link", name="Draft another set").click()
    page.get_by_label("Control", exact=True).fill("50" if script == "page" else "60")
    page.get_by_role("button", name="See what would change").click()
    expect(page.locator("#effect")).to_contain_text("Nothing changes: all ")
    expect(page.get_by_label("Control", exact=True)).not_to_have_value("13")
    page.get_by_role("button", name="Publish as a new set").click()
    expect(page.locator(".summary-of-errors")).to_contain_text("Enter a reason")
    page.get_by_label("Why this set?").fill("Nobody else shall be able to switch it off.")
    page.get_by_role("button", name="Publish as a new set").click()
    newest = page.locator("[aria-labelledby=versions] tbody tr").first
    expect(newest).to_contain_text("in force")
    expect(newest).to_contain_text("by Ada")
    expect(newest).to_contain_text("Nobody else shall be able to switch it off.")
    assert page.request.get("/sample/hospital_group").body() == sample


@pytest.mark.parametrize("script", ["page", "plain_page"])
def test_an_anchor_is_tried(script: str, server: Server, request: pytest.FixtureRequest) -> None:
    page: Page = request.getfixturevalue(script)
    sign_in(page, server)
    page.goto("/admin/weights/new")
    worst = page.get_by_label("Scale of control, worst")
    worst.fill("6")
    page.get_by_role("button", name="See what would change").click()
    expect(page.locator(".summary-of-errors")).to_contain_text("outside what it can be, 0 and 5")
    expect(worst).to_have_value("6")
    worst.fill("1")
    page.get_by_role("button", name="See what would change").click()
    effect = page.locator("#effect")
    expect(effect).to_contain_text("Projects that rank the criteria themselves are among them")
    expect(effect).to_contain_text("Control: the scale is from 1 to 5 tests passed of 5")


def test_what_would_change_is_shown_while_typing(page: Page, server: Server) -> None:
    sign_in(page, server)
    page.goto("/admin/weights/new")
    page.get_by_label("Cost", exact=True).fill("much")
    page.get_by_label("Control", exact=True).fill("51")
    expect(page.locator("#effect")).to_be_empty()  # what cannot be used yet is no error yet
    page.get_by_label("Cost", exact=True).fill("44")
    expect(page.locator("#effect")).to_contain_text("Nothing changes: all ")
    expect(page.locator("#effect")).to_contain_text("Control: ")  # from whatever is published
    expect(page.get_by_label("Cost", exact=True)).to_have_value("44")
    expect(page.get_by_label("Cost", exact=True)).to_be_focused()
    assert page.url.endswith("/admin/weights/new")


def test_a_second_administrator_who_is_late_loses_nothing(page: Page, server: Server) -> None:
    sign_in(page, server)
    late = page.context.new_page()
    late.goto("/admin/weights/new")
    late.get_by_label("Latency", exact=True).fill("77")
    late.get_by_role("button", name="See what would change").click()
    late.get_by_label("Why this set?").fill("Answers must come in time.")
    page.goto("/admin/weights/new")
    page.get_by_label("Talent", exact=True).fill("66")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_label("Why this set?").fill("We are few.")
    page.get_by_role("button", name="Publish as a new set").click()
    expect(page.locator("h1")).to_have_text("Weights")
    late.get_by_role("button", name="Publish as a new set").click()
    expect(late.get_by_role("alert")).to_contain_text("Another set was published meanwhile.")
    expect(late.get_by_role("alert")).to_contain_text("We are few.")
    expect(late.get_by_label("Latency", exact=True)).to_have_value("77")
    late.get_by_role("button", name="Publish as a new set").click()
    expect(late.locator("h1")).to_have_text("Weights")


def test_the_pages_of_weights_have_no_barrier(browser: Browser, server: Server) -> None:
    with browser.new_context(base_url=server.address) as context:
        page = context.new_page()
        sign_in(page, server)
        state = context.storage_state()
    for theme in THEMES:
        for width in WIDTHS:
            with browser.new_context(
                base_url=server.address,
                color_scheme=theme,
                storage_state=state,
                viewport={"width": width, "height": 800},
            ) as context:
                page = context.new_page()
                for path in ("/admin/weights", "/admin/weights/new"):
                    page.goto(path)
                    _check(page)
                    inside = page.evaluate("document.documentElement.scrollWidth")
                    assert inside <= width, f"{path} is wider than {width}"
                page.get_by_role("button", name="See what would change").click()
                page.get_by_role("button", name="Publish as a new set").click()
                _check(page)


def _check(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
