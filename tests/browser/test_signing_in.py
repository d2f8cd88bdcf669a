"""Getting in: the first link, a password, an invitation, and the password once more."""

from datetime import datetime, timedelta

import pysqlite3.dbapi2 as sqlite
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, by_password, fill_account, sign_in
from tests.builders import PASSWORD


def test_the_operators_link_signs_in_once(page: Page, server: Server) -> None:
    sign_in(page, server)
    page.get_by_role("button", name="Sign out", exact=True).click()
    link = server.new_sign_in_link()
    page.goto(link)
    page.get_by_role("button", name="Sign in on this device").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    page.goto(link)
    expect(page.locator("main")).to_contain_text("used already")


def test_address_and_password_do_so_without_javascript_too(
    plain_page: Page, server: Server
) -> None:
    sign_in(plain_page, server)
    plain_page.get_by_role("button", name="Sign out", exact=True).click()
    by_password(plain_page, "Ada")
    expect(plain_page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()


def test_an_invited_colleague_edits_the_same_project(
    page: Page, browser: Browser, server: Server
) -> None:
    sign_in(page, server)
    page.goto("/projects/new")
    page.get_by_label("Name").fill("Shared with Cy")
    page.get_by_role("button", name="Start the project").click()
    project = page.url
    page.goto("/teams/1")
    page.get_by_label("Who is it for?").fill("Cy")
    page.get_by_label("Role", exact=True).select_option("editor")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("code").inner_text()

    with browser.new_context() as context:
        colleague = context.new_page()
        colleague.goto(link)
        expect(colleague.get_by_text("Ada invites you as editor")).to_be_visible()
        fill_account(colleague, "Cy")
        colleague.get_by_role("button", name="Make an account and join").click()
        colleague.get_by_role("link", name="Shared with Cy").click()
        colleague.get_by_role("link", name="Answer the first questions").click()
        colleague.get_by_role("radio", name="One workload").check()
        colleague.get_by_role("button", name="Save and continue").click()
        colleague.goto(link)
        expect(colleague.locator("main")).to_contain_text("used already")

    page.goto(f"{project}/questions/goals")
    expect(page.get_by_role("radio", name="One workload")).to_be_checked()


def test_after_a_quarter_of_an_hour_the_password_is_asked_once_more(
    page: Page, server: Server
) -> None:
    sign_in(page, server)
    page.goto("/account")
    page.get_by_label("Your name").fill("Ada")
    _let_time_pass(server)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your password, once more")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Your name and address are saved.")).to_be_visible()


def _let_time_pass(server: Server) -> None:
    """Move the confirmations of all sessions into the past."""
    connection = sqlite.connect(str(server.folder / "footing.db"), timeout=10)
    (latest,) = connection.execute("SELECT max(confirmed_at) FROM session").fetchone()
    earlier = datetime.fromisoformat(latest) - timedelta(minutes=16)
    connection.execute("UPDATE session SET confirmed_at = ?", (str(earlier),))
    connection.commit()
    connection.close()
