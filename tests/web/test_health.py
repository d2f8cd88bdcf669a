import pytest

from app.persistence.engine import Database
from tests.web_client import Client


def test_a_process_that_runs_is_healthy(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


def test_a_process_with_its_database_is_ready(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(database, "answers", lambda: False)
    assert client.get("/readyz").status_code == 503
