"""Footing, pointed at a certified OpenID provider that runs for all tests of a process."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from app.main import assemble
from app.persistence.engine import Database
from tests.oidc import provider
from tests.web_client import Client

PUBLIC_URL = "http://localhost:8000"


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The provider's address."""
    with provider.running(PUBLIC_URL) as address:
        yield address


@pytest.fixture
def app(database: Database, issuer: str) -> FastAPI:
    return assemble(provider.settings(issuer, PUBLIC_URL), database)


@pytest.fixture
def client(app: FastAPI) -> Client:
    return Client(app)
