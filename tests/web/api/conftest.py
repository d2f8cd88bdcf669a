from datetime import UTC, datetime

import pytest

from app.persistence.engine import Database
from app.services.people import Person
from app.services.teams import Team
from tests.builders import a_person, a_team
from tests.web_client import Client


@pytest.fixture
def bo(database: Database) -> Person:
    with database.writing() as db:
        return a_person(db, "Bo")


@pytest.fixture
def team(database: Database, bo: Person) -> Team:
    with database.writing() as db:
        return a_team(db, bo)


@pytest.fixture
def program(client: Client, bo: Person, team: Team) -> Client:
    """A program with a token of Bo's, who owns a team: no browser, so it says no origin."""
    assert team.role == "owner"
    client.headers.pop("Sec-Fetch-Site")
    client.hold_token(bo)
    return client


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)
