"""An invitation's link is copied, with a script or by hand, and followed."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, fill_account, sign_in


def invite(page: Page, server: Server) -> str:
    """Make an invitation to the first team; the text of its link."""
    sign_in(page, server)
    page.goto("/teams/1")
    page.get_by_label("Who is it for?").fill("Cy")
    page.get_by_role("button", name="Make a link").click()
    return page.locator(".secret code").inner_text()


def test_the_link_is_copied_followed_and_said_to_have_worked(
    page: Page, browser: Browser, server: Server
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = invite(page, server)
    assert link.startswith(f"{server.address}/join?token=")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Copied", exact=True)).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    with browser.new_context(base_url=server.address) as context:
        other = context.new_page()
        other.goto(link)
        fill_account(other, "Cy")
        other.get_by_role("button", name="Make an account and join").click()
        expect(other.get_by_role("status")).to_contain_text("You joined Our team as editor.")


def test_without_a_script_the_link_is_text_to_select(plain_page: Page, server: Server) -> None:
    assert "/join?token=" in invite(plain_page, server)
    expect(plain_page.get_by_text("Copy the link")).to_be_hidden()
