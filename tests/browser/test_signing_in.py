from playwright.sync_api import Page, expect

from tests.browser.conftest import Server


def test_the_printed_link_signs_in_once(page: Page, server: Server) -> None:
    link = server.new_sign_in_link()
    page.goto(link)
    if page.get_by_label("What do you want to be called?").is_visible():
        page.get_by_label("What do you want to be called?").fill("Ada")
    page.locator("main button").click()
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(link)
    expect(page.locator("main")).to_contain_text("used already")


def test_it_does_so_without_javascript_too(plain_page: Page, server: Server) -> None:
    plain_page.goto(server.new_sign_in_link())
    if plain_page.get_by_label("What do you want to be called?").is_visible():
        plain_page.get_by_label("What do you want to be called?").fill("Ada")
    plain_page.locator("main button").click()
    plain_page.goto("/sign-in")
    plain_page.get_by_role("button", name="Sign out").click()
    plain_page.goto("/sign-in")
    expect(plain_page.get_by_role("link", name="Sign in")).to_be_visible()
