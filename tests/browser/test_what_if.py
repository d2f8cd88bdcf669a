"""Moving what drives a version, with and without JavaScript."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, sign_in
from tests.browser.test_journey import answer_the_core, save_version, start_project

SAMPLE = "/sample/contact_centre/what-if"
RENTED = "Prices of rented accelerators, change in percent"


def test_a_slider_moves_its_number_and_then_what_follows(page: Page, server: Server) -> None:
    page.goto(f"{server.address}{SAMPLE}")
    outcome, number = page.locator("#outcome"), page.get_by_label(RENTED, exact=True)
    expect(outcome).to_contain_text("Nothing is moved yet")
    slider = page.get_by_label(f"{RENTED}, slider")
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    step = float(slider.get_attribute("step") or "")
    expect(number).to_have_value(f"{2 * step:g}")
    expect(outcome).to_contain_text(f"0% → +{2 * step:g}%")
    expect(page).to_have_url(re.compile(rf"price\.rented={2 * step:g}"))
    expect(slider).to_be_focused()
    number.fill("50")
    expect(slider).to_have_value("50")
    expect(outcome).to_contain_text("0% → +50%")
    address = page.url
    page.reload()
    assert page.url == address
    expect(outcome).to_contain_text("0% → +50%")


def test_what_is_out_of_range_is_said_at_its_field_while_typing(page: Page, server: Server) -> None:
    page.goto(f"{server.address}{SAMPLE}")
    number = page.get_by_label(RENTED, exact=True)
    field = page.locator(".driver").filter(has=number)
    number.fill("900")
    expect(field).to_contain_text("900 % is not possible here")
    expect(number).to_be_focused()
    number.fill("90")
    expect(field).not_to_contain_text("is not possible")
    expect(page.locator("#outcome")).to_contain_text("0% → +90%")


def test_without_a_script_a_button_does_it(plain_page: Page, server: Server) -> None:
    plain_page.goto(f"{server.address}{SAMPLE}")
    expect(plain_page.get_by_label(f"{RENTED}, slider")).to_be_hidden()
    plain_page.get_by_label(RENTED, exact=True).fill("50")
    plain_page.get_by_role("button", name="Update").click()
    expect(plain_page.locator("#outcome")).to_contain_text("0% → +50%")
    expect(plain_page.get_by_label(RENTED, exact=True)).to_have_value("50")


def test_what_was_tried_becomes_the_next_version(plain_page: Page, server: Server) -> None:
    page = plain_page
    sign_in(page, server)
    start_project(page, "Tried")
    answer_the_core(page)
    save_version(page)
    page.get_by_role("link", name="What if a driver").click()
    page.get_by_role("textbox", name="Images per day").fill("80000")
    page.get_by_role("button", name="Save as new version with these values").click()
    expect(page.locator("h1")).to_contain_text("Check")
    expect(page.locator("main")).to_contain_text("80000")
