"""To a real provider and back in a real browser, which holds forms and cookies to their rules."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.main import assemble
from app.persistence.engine import connect, migrate
from app.services import people
from tests.browser.conftest import serving
from tests.builders import a_person
from tests.oidc import provider
from tests.services.test_letters import free_port


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A Footing that knows a provider; beside it runs the provider."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    migrate(url := f"sqlite:///{tmp_path / 'footing.db'}")
    database = connect(url)
    with provider.running(here) as issuer:
        app = assemble(provider.settings(issuer, here), database)
        with database.alone() as session:
            a_person(session, "Ada", is_administrator=True)
            link = people.issue_sign_in_link(session, datetime.now(UTC))
        with serving(app, port):
            yield here + link.path
    database.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_an_account_is_linked_and_then_signs_in(
    browser: Browser,
    address: str,
    javascript: bool,  # noqa: FBT001  # parametrized
) -> None:
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Sign in on this device").click()
    page.get_by_role("button", name="Link it").click()
    _at_the_provider(page)
    expect(page.get_by_role("status")).to_contain_text("Your accounts are linked")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(address.partition("/sign-in")[0] + "/sign-in?")
    page.get_by_role("button", name="Sign in with the hospital's account").click()
    expect(page.get_by_role("link", name="Ada")).to_be_visible()
    context.close()


def _at_the_provider(page: Page) -> None:
    page.locator("input[name=login]").fill("ada")
    page.locator("input[name=password]").fill("any")
    page.get_by_role("button").click()
    page.get_by_role("button", name="Continue").click()
