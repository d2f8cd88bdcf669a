"""A version is shared, read without an account, and taken back."""

import hashlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, sign_in
from tests.browser.test_journey import (
    THEMES,
    WIDTHS,
    answer_the_core,
    check_looks,
    save_version,
    start_project,
)

LABEL = "Finance, first round"


@pytest.fixture
def reader(browser: Browser, server: Server) -> Iterator[Page]:
    """Somebody else's browser, without an account."""
    context = browser.new_context(base_url=server.address)
    yield context.new_page()
    context.close()


def share(page: Page) -> str:
    """Share the version on the page; returns the address of the link."""
    page.get_by_role("link", name="Share this version").click()
    expect(page.get_by_label("Which version")).to_have_value("1")
    page.get_by_label("For whom").fill(LABEL)
    page.get_by_label("For how long").select_option("7")
    page.get_by_role("button", name="Make the link").click()
    return page.locator("#made").inner_text()


def test_share_read_without_account_revoke_gone(page: Page, reader: Page, server: Server) -> None:
    sign_in(page, server)
    start_project(page, "To be shared")
    answer_the_core(page)
    save_version(page)
    headline = page.locator("h1").inner_text()
    link = share(page)
    read(reader, link, headline)
    revoke(page)
    find_it_gone(reader, link)
    nothing_kept(server, link.rpartition("/")[2])


def test_what_is_hidden_and_locked_is_read_by_whoever_knows_the_passphrase(
    page: Page, reader: Page, server: Server
) -> None:
    sign_in(page, server)
    start_project(page, "To be shared in part")
    answer_the_core(page)
    save_version(page)
    page.get_by_role("link", name="Share this version").click()
    page.get_by_label("Names of people").check()
    page.get_by_label("For whom").fill(LABEL)
    page.get_by_label("A passphrase").fill("seven purple tractors")
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("#made").inner_text()
    locked = reader.goto(link)
    assert locked is not None
    assert locked.status == 403
    every_look(reader, link)
    reader.get_by_label("Passphrase").fill("a wrong one")
    reader.get_by_role("button", name="Open").click()
    expect(reader.locator("main")).to_contain_text("That is not the passphrase")
    reader.get_by_label("Passphrase").fill("seven purple tractors")
    reader.get_by_role("button", name="Open").click()
    expect(reader.get_by_text("shared with you")).to_be_visible()
    expect(reader.locator(".frozen")).to_contain_text("hidden by the team")
    reader.goto(link)
    expect(reader.locator(".frozen")).to_be_visible()


def read(reader: Page, link: str, headline: str) -> None:
    opened = reader.goto(link)
    assert opened is not None
    assert opened.status == 200
    expect(reader.locator("h1")).to_have_text(headline)
    expect(reader.get_by_text("shared with you by")).to_be_visible()
    assert reader.context.cookies() == []
    every_look(reader, link)


def revoke(page: Page) -> None:
    page.get_by_role("link", name="To be shared").click()
    page.get_by_role("link", name="Share a version by a link").click()
    row = page.get_by_role("row", name=LABEL)
    expect(row).to_contain_text("5 times, last")
    every_look(page, page.url)
    row.get_by_role("button", name=f"Revoke the link for {LABEL}").click()
    expect(row).to_contain_text("Revoked")


def find_it_gone(reader: Page, link: str) -> None:
    gone = reader.goto(link)
    assert gone is not None
    assert gone.status == 410
    expect(reader.locator("main")).to_contain_text("for a new one")
    every_look(reader, link)


def every_look(page: Page, address: str) -> None:
    for theme in THEMES:
        for width in WIDTHS:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            check_looks(page)


def nothing_kept(server: Server, token: str) -> None:
    """Neither the database, with its journal, nor the log has the token; the first has its hash."""
    kept = {file.name: file.read_bytes() for file in server.folder.rglob("*") if file.is_file()}
    assert b"/s/{token:path} 410" in kept["log"]
    for name, content in kept.items():
        assert token.encode() not in content, name
    fingerprint = hashlib.sha256(token.encode()).hexdigest().encode()
    assert any(fingerprint in content for content in kept.values())
