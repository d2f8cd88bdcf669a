from sqlalchemy import text

from app.main import assemble
from app.persistence import Session
from app.persistence.engine import connect
from app.settings import Settings
from tests.web_client import Client


def test_a_process_that_runs_is_healthy(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


def test_a_process_with_its_database_is_ready(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.text) == (200, "ok")


def test_a_process_with_the_tables_of_another_version_is_not_ready(
    client: Client, db: Session
) -> None:
    db.execute(text("UPDATE alembic_version SET version_num = 'f00'"))
    db.flush()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "The database is at migration f00" in response.text


def without_database() -> Client:
    return Client(assemble(Settings(), connect("postgresql+psycopg://127.0.0.1:1/footing")))


def test_a_process_without_its_database_is_healthy_and_not_ready() -> None:
    client = without_database()
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.text == "The database does not answer."


def test_every_page_says_that_the_database_is_away() -> None:
    client = without_database()
    for path in ("/", "/sample", "/sign-in?token=unknown"):
        response = client.get(path)
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        assert "Footing cannot reach its database" in response.text
        assert "127.0.0.1" not in response.text
