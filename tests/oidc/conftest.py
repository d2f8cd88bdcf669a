"""A certified OpenID provider of our own for the tests of a run, and Footing pointed at it."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.main import assemble
from app.persistence.engine import Database
from app.settings import Settings
from tests.conftest import WORLDS
from tests.web_client import Client

HERE = Path(__file__).parent
MODULE = HERE.parents[1] / ".venv/oidc-provider/node_modules/oidc-provider/lib/index.js"
PUBLIC_URL = "http://localhost:8000"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The provider's address."""
    node = shutil.which("node")
    if node is None or not MODULE.exists():
        pytest.skip("the OpenID provider is not here: make provider-ready installs it")
    address = f"http://127.0.0.1:{_free_port()}"
    back = f"{PUBLIC_URL}/sign-in/openid/done"
    command = [node, str(HERE / "provider.mjs"), str(MODULE), address, "footing", "a secret", back]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        yield address
        running.terminate()


def settings(issuer: str, **others: object) -> Settings:
    given = {
        "worlds": WORLDS,
        "public_url": PUBLIC_URL,
        "oidc_issuer": issuer,
        "oidc_client_id": "footing",
        "oidc_client_secret": "a secret",
        "oidc_name": "the hospital's account",
        **others,
    }
    return Settings.model_validate(given)


@pytest.fixture
def app(database: Database, issuer: str) -> FastAPI:
    return assemble(settings(issuer), database)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)
