"""From the sign-in link to a saved result, as a person with and without JavaScript walks it."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, StorageState, expect

from tests.browser.conftest import Server, sign_in

OF_A_PROJECT = (
    "",
    "/questions/goals",
    "/questions/workload",
    "/questions/modalities",
    "/questions/site",
    "/check",
    "/versions/1",
    "/versions/1/why",
    "/versions/1/what-if",
)
PUBLIC = (
    "/",
    "/projects",
    "/projects/new",
    "/sample",
    "/sample/hospital_group",
    "/sample/contact_centre",
    "/sample/contact_centre/why",
    "/sample/contact_centre/what-if?price.rented=-50",
    "/cases",
    "/cases/mayo-clinic-superpod",
    "/sources?kind=offers",
    "/sign-in",
    "/account",
    "/teams",
    "/teams/1",
    "/admin/people",
    "/admin/people/1",
    "/admin/audit",
    "/nothing-here",
)
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (320, 1280)
SMALLEST_CHART_TEXT = 11
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def start_project(page: Page, name: str) -> None:
    page.get_by_role("link", name="Start a project").first.click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Start the project").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def question(page: Page, text: str) -> Locator:
    return page.locator(".question").filter(has=page.get_by_role("heading", name=text))


def answer_the_core(page: Page) -> None:
    """Answer enough for a first result, section by section, leaving the rest to defaults."""
    page.get_by_role("link", name="Answer the first questions").click()
    page.get_by_role("radio", name="One workload").check()
    page.get_by_role("checkbox", name="Real-time inference").check()
    page.get_by_role("combobox", name="First").select_option("cost")
    save(page)
    page.get_by_role("checkbox", name="Images", exact=True).check()
    page.get_by_role("radio", name="Business hours").check()
    save(page)
    question(page, "How many images").get_by_role("textbox", name="Likely").first.fill("40 000")
    question(page, "Where does the model come from?").get_by_role(
        "radio", name="Open weights"
    ).check()
    save(page)


def save(page: Page) -> None:
    before = page.url
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(lambda url: url != before)


def save_version(page: Page) -> None:
    page.get_by_role("link", name="All sections").first.click()
    page.get_by_role("link", name="Check answers and see the result").click()
    page.get_by_label("Name of this version").fill("First estimate")
    page.get_by_role("button", name="Save version and see the result").click()
    page.wait_for_url("**/versions/1")


def read_the_result(page: Page) -> None:
    headline = page.locator("h1").inner_text()
    expect(page.locator("#verdict")).to_contain_text("of 100")
    expect(page.get_by_text("First estimate").first).to_be_visible()
    page.reload()
    expect(page.locator("h1")).to_have_text(headline)


def test_start_answer_check_read_and_read_again(page: Page, server: Server) -> None:
    sign_in(page, server)
    start_project(page, "Radiology assistant")
    answer_the_core(page)
    save_version(page)
    read_the_result(page)


def test_the_same_without_javascript(plain_page: Page, server: Server) -> None:
    sign_in(plain_page, server)
    start_project(plain_page, "Without a script")
    answer_the_core(plain_page)
    save_version(plain_page)
    read_the_result(plain_page)


def test_what_is_typed_is_saved_by_itself(page: Page, server: Server) -> None:
    sign_in(page, server)
    start_project(page, "Saved by itself")
    page.get_by_role("link", name="Goals").first.click()
    weeks = question(page, "In how many weeks")
    weeks.get_by_label("Weeks until production").press_sequentially("soon")
    expect(weeks.locator("[data-state]")).to_contain_text("by Ada")
    expect(page.locator(".message")).to_have_count(0)  # wrong or not, typing is not judged
    page.reload()
    expect(weeks.get_by_label("Weeks until production")).to_have_value("soon")


def test_an_answer_brings_up_the_question_that_depends_on_it(page: Page, server: Server) -> None:
    sign_in(page, server)
    start_project(page, "Gates")
    page.get_by_role("link", name="Your site").first.click()
    expect(page.locator(".gated")).to_have_count(2)  # power, and the tariff
    page.get_by_role("radio", name="server room").check()
    expect(page.locator(".gated")).to_have_count(0)
    page.get_by_role("radio", name="None").check()
    expect(page.locator(".gated")).to_have_count(2)


def test_a_broken_connection_is_said_and_mended(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.address)  # its console complains, rightly
    sign_in(page, server)
    start_project(page, "Offline")
    page.get_by_role("link", name="Goals").first.click()
    state = question(page, "In how many weeks").locator("[data-state]")
    page.route("**/answers", lambda route: route.abort())
    page.get_by_label("Weeks until production").press_sequentially("26")
    expect(state).to_contain_text("Not saved: no connection")
    page.unroute("**/answers")
    expect(state).to_contain_text("Saved", timeout=10_000)
    page.close()


def test_what_cannot_be_read_is_said_at_the_field_and_kept(page: Page, server: Server) -> None:
    sign_in(page, server)
    start_project(page, "Unreadable")
    page.get_by_role("link", name="Goals").first.click()
    page.get_by_label("Weeks until production").fill("soon")
    page.get_by_role("button", name="Save and continue").click()
    summary = page.locator(".summary-of-errors")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("Weeks until production")).to_be_focused()
    expect(page.get_by_label("Weeks until production")).to_have_value("soon")


@pytest.fixture(scope="module")
def answered(browser: Browser, server: Server) -> tuple[StorageState, str]:
    """Somebody's session, and a project of theirs with a saved version."""
    page = browser.new_page(base_url=server.address)
    sign_in(page, server)
    start_project(page, "Everything")
    project = page.url
    answer_the_core(page)
    save_version(page)
    state = page.context.storage_state()
    page.close()
    return state, project.removeprefix(server.address)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_read_by_everybody(
    browser: Browser,
    server: Server,
    answered: tuple[StorageState, str],
    theme: Literal["light", "dark"],
    width: int,
) -> None:
    state, project = answered
    context = browser.new_context(
        base_url=server.address,
        storage_state=state,
        color_scheme=theme,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    # Such as something that the content security policy refused.
    for address in (*(project + path for path in OF_A_PROJECT), *PUBLIC):
        page.goto(address)
        check_looks(page)
    context.close()
    assert [text for text in complaints if "status of 404" not in text] == []


def check_looks(page: Page) -> None:
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide), f"{page.url} is wider than the window"
    assert page.evaluate(SMALL_TEXTS, SMALLEST_CHART_TEXT) == [], page.url
    assert page.evaluate(OVERLAPS) == [], page.url


# The text of a chart as it is drawn, which neither axe nor Lighthouse looks at.
SMALL_TEXTS = """least => [...document.querySelectorAll('svg text')]
  .filter(text => text.getBoundingClientRect().height > 0)
  .filter(text => {
    const svg = text.ownerSVGElement
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
    return parseFloat(getComputedStyle(text).fontSize) * scale < least
  })
  .map(text => text.textContent)"""
OVERLAPS = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')]
    .map(text => [text.textContent, text.getBoundingClientRect()])
    .filter(([, box]) => box.height > 0)
  return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
    .filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1
      && a.top < b.bottom - 4 && b.top < a.bottom - 4)
    .map(([other]) => `${one} / ${other}`))
})"""
