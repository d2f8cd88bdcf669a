"""A real server and a real browser.

server      Footing, started by its command line on a free port with an empty folder
page        a tab in Chromium; the test fails on an error in the page's console
plain_page  the same with JavaScript off
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.builders import PASSWORD

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and keep them in one process with one browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True)
class Server:
    """A running Footing.

    Attributes:
        address: where it is, without a slash at the end.
        sign_in_link: the one-use link it printed when it started.
        folder: where its data is.
    """

    address: str
    sign_in_link: str
    folder: Path

    def new_sign_in_link(self) -> str:
        """Another one-use link, from the operator's command."""
        printed = subprocess.run(
            [sys.executable, "-m", "app", "admin", "link"],
            cwd=ROOT,
            env=_environment(self.folder, self.address.rpartition(":")[2]),
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return _link_in(printed)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder, port = tmp_path_factory.mktemp("server"), _free_port()
    command, environment = [sys.executable, "-m", "app", "serve"], _environment(folder, port)
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        assert process.stdout is not None
        printed = "".join(process.stdout.readline() for _ in range(3))
        assert "token=" in printed, (folder / "log").read_text()
        yield Server(f"http://127.0.0.1:{port}", _link_in(printed), folder)
        process.terminate()


@contextmanager
def serving(app: FastAPI, port: int) -> Iterator[None]:
    """Serve an application of a test's own, for a while."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield
    server.should_exit = True
    thread.join()


# Not for the session: while it is open, its event loop occupies the thread of all other tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "install Chromium; make test does"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with _tab(browser, server, javascript=True) as page:
        yield page


@pytest.fixture
def plain_page(browser: Browser, server: Server) -> Iterator[Page]:
    with _tab(browser, server, javascript=False) as page:
        yield page


@contextmanager
def _tab(browser: Browser, server: Server, *, javascript: bool) -> Iterator[Page]:
    context = browser.new_context(base_url=server.address, java_script_enabled=javascript)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.extend(_complaint(message)))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def _complaint(message: ConsoleMessage) -> Iterator[str]:
    # The browser also reports each 4xx answer, which a test may well provoke.
    if message.type == "error" and "the server responded with a status of 4" not in message.text:
        yield message.text


def _environment(folder: Path, port: int | str) -> dict[str, str]:
    where = {"FOOTING_DATA_DIR": str(folder), "FOOTING_PORT": str(port)}
    return {**os.environ, **where, "FOOTING_WORLDS": "500"}


def sign_in(page: Page, server: Server) -> None:
    """Sign in as Ada, the first administrator: by the printed link once, then by her password.

    Later links would end her sessions in other tests.
    """
    page.goto(server.sign_in_link)
    if page.get_by_label("Your name").is_visible():
        fill_account(page, "Ada")
        page.get_by_role("button", name="Create and sign in").click()
    else:
        by_password(page, "Ada")
    expect(page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()


def by_password(page: Page, name: str) -> None:
    """Sign in with address and password."""
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(f"{name.lower()}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()


def fill_account(page: Page, name: str) -> None:
    """Type what a new account needs."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(f"{name.lower()}@example.org")
    page.get_by_label("Password").fill(PASSWORD)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _link_in(printed: str) -> str:
    found = re.search(r"http\S+token=\S+", printed)
    assert found, printed
    return found.group()
