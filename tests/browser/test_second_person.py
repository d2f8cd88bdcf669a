"""Publishing by two, each in a browser of their own, with and without JavaScript."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app import reference
from app.main import assemble
from app.persistence.engine import connect, migrate
from app.services import prices, weights
from app.settings import Settings
from tests.browser.conftest import by_password, serving
from tests.builders import PASSWORD, a_person
from tests.services.test_letters import free_port


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A Footing with two administrators, of whom one is not enough."""
    port, now = free_port(), datetime.now(UTC)
    migrate(url := f"sqlite:///{tmp_path / 'footing.db'}")
    database = connect(url)
    with database.alone() as session:
        prices.ensure(session, reference.load(), now)
        weights.ensure(session, reference.load(), now)
        for name in ("Ada", "Bo"):
            email = f"{name.lower()}@example.org"
            a_person(session, name, is_administrator=True, email=email, password=PASSWORD)
    with serving(assemble(Settings(second_person=True, worlds=200), database), port):
        yield f"http://127.0.0.1:{port}"
    database.close()


@contextmanager
def _signed_in(browser: Browser, address: str, name: str, *, javascript: bool) -> Iterator[Page]:
    context = browser.new_context(base_url=address, java_script_enabled=javascript)
    page = context.new_page()
    page.goto("/sign-in")
    by_password(page, name)
    yield page
    context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_what_one_proposes_another_approves(
    browser: Browser,
    address: str,
    javascript: bool,  # noqa: FBT001  # parametrized
) -> None:
    with (
        _signed_in(browser, address, "Ada", javascript=javascript) as ada,
        _signed_in(browser, address, "Bo", javascript=javascript) as bo,
    ):
        ada.goto("/admin/weights/new")
        ada.get_by_label("Control", exact=True).fill("50")
        ada.get_by_role("button", name="See what would change").click()
        ada.get_by_label("Why this set?").fill("Nobody else shall switch it off.")
        ada.get_by_role("button", name="Propose as a new set").click()
        expect(ada.get_by_role("heading", level=1)).to_have_text("Proposal 1: a weight set")
        expect(ada.get_by_role("button", name="Approve")).to_have_count(0)

        bo.goto("/admin/weights")
        expect(bo.locator("[aria-labelledby=versions] tbody tr")).to_have_count(1)
        bo.get_by_role("link", name="Proposal 1").click()
        expect(bo.locator("main")).to_contain_text("Control: 13% to ")
        bo.get_by_role("button", name="Approve").click()
        expect(bo.locator(".summary-of-errors")).to_contain_text("Say why")
        bo.get_by_label("Why?").fill("The board agreed.")
        bo.get_by_role("button", name="Approve").click()
        expect(bo.get_by_role("status")).to_contain_text("Approved by Bo")

        ada.goto("/admin/weights")
        newest = ada.locator("[aria-labelledby=versions] tbody tr").first
        expect(newest).to_contain_text("by Ada, approved by Bo")
        expect(newest).to_contain_text("in force")
        ada.goto("/admin/audit?words=approved")
        expect(ada.locator("tbody tr").first).to_contain_text("approved proposal 1")
