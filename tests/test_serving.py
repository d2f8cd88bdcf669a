"""A real process: how it starts, how it refuses to, and how it stops."""

import os
import re
import resource
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from app.cli import main
from app.persistence.engine import connect, migrate

ROOT = Path(__file__).parents[1]
OURS = {"Sec-Fetch-Site": "same-origin"}
FORM = "token=" + "x" * 60
ACCOUNT = {"name": "Ada", "email": "ada@example.org", "password": "a large enough secret"}


@dataclass(frozen=True)
class Running:
    """A running Footing: its process, its port, its folder, and what it printed when it started."""

    process: subprocess.Popen[str]
    port: int
    folder: Path
    printed: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def footing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A running Footing that the tests share and leave running."""
    with serving(tmp_path_factory.mktemp("footing")) as running:
        yield running


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        cwd=ROOT,
        env=environment(folder, FOOTING_PORT=str(port)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdout is not None
        printed = tuple(process.stdout.readline() for _ in range(3))
        try:
            yield Running(process, port, folder, printed)
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment(folder: Path, **more: str) -> Mapping[str, str]:
    return {**os.environ, "FOOTING_DATA_DIR": str(folder), "FOOTING_WORLDS": "100", **more}


# ---- starting ------------------------------------------------------------------------------------


def test_it_says_at_once_what_it_is_doing(footing: Running) -> None:
    assert footing.printed[0].startswith("Preparing the database and the sample projects; ")
    assert footing.printed[1] == f"Footing is at {footing.address}\n"
    assert "/setup?token=" in footing.printed[2]


def refused(command: list[str], environment: Mapping[str, str]) -> str:
    """What a start that is refused prints: in time, with an exit code, without a traceback."""
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1, run.stderr
    return run.stderr


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("FOOTING_DATABASE_URL", "mysql://db/footing", "must begin with sqlite:/// or"),
        ("FOOTING_DATABASE_URL", "postgresql://db:port/footing", "cannot be read"),
        ("FOOTING_DATABASE_URL", "postgresql://127.0.0.1:1/footing", "cannot be used"),
        ("FOOTING_DATABASE_URL", "sqlite:////", "may not write there (is a directory)"),
        ("FOOTING_DATABASE_URL", "sqlite:///:memory:", "in a file: sqlite:///FILE"),
        ("FOOTING_DATABASE_URL", "sqlite:////proc/none/footing.db", "may not write there"),
        ("FOOTING_DATA_DIR", "/dev/null", "may not write there"),
        ("FOOTING_PUBLIC_URL", "footing", "must be a web address"),
    ],
)
def test_a_start_that_cannot_work_is_refused_in_a_sentence(
    variable: str,
    value: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, value)
    assert main(["upkeep"]) in {1, 2}
    printed = capsys.readouterr()
    assert printed.out == ""
    assert sentence in printed.err
    assert printed.err.count("\n") == 1


def test_a_database_of_a_newer_footing_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'footing.db'}"
    migrate(url)
    database = connect(url)
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'f00'")
    database.close()
    monkeypatch.setenv("FOOTING_DATA_DIR", str(tmp_path))
    assert main(["upkeep"]) == 1
    assert "last used by a newer version of Footing" in capsys.readouterr().err


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("unshare"), reason="only root may mount read-only"
)
def test_a_read_only_file_system_is_named(tmp_path: Path) -> None:
    mounted = f'mount -t tmpfs -o ro none "{tmp_path}" && exec "$@"'
    command = ["unshare", "-m", "sh", "-c", mounted, "sh", sys.executable, "-m", "app", "upkeep"]
    printed = refused(command, environment(tmp_path))
    assert "may not write there (read-only file system)" in printed


def test_a_file_of_another_owner_is_named(tmp_path: Path) -> None:
    file = tmp_path / "footing.db"
    migrate(f"sqlite:///{file}")
    file.chmod(0o444)
    tmp_path.chmod(0o555)
    command = [sys.executable, "-m", "app", "upkeep"]
    if os.geteuid() == 0:  # root may write anything: go on without that right
        command = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all", *command]
    try:
        assert "may not write there (permission denied)" in refused(command, environment(tmp_path))
    finally:
        tmp_path.chmod(0o755)


# ---- stopping ------------------------------------------------------------------------------------


def half_a_request(port: int) -> socket.socket:
    """A form under way: the server has its head, and cannot answer without all of its body."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = (
        "POST /projects HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(FORM)}\r\n\r\n"
    )
    connection.sendall((head + FORM[:30]).encode())
    return connection


def the_answer(connection: socket.socket) -> bytes:
    connection.sendall(FORM[30:].encode())
    answer = b""
    while received := connection.recv(65536):
        answer += received
    connection.close()
    return answer


def test_a_stop_answers_what_is_under_way_and_waits_for_nobody_for_ever(tmp_path: Path) -> None:
    with serving(tmp_path) as footing:
        waiting = [half_a_request(footing.port) for _ in range(20)]
        never = half_a_request(footing.port)
        idle = socket.create_connection(("127.0.0.1", footing.port))
        # They are served in order of arrival: after this answer, all of them are under way.
        assert httpx2.get(f"{footing.address}/healthz").status_code == 200
        footing.process.terminate()
        wait_until_nobody_is_let_in(footing.port)
        assert select.select(waiting, [], [], 0)[0] == [], "none is answered before it is whole"
        answers = [the_answer(connection) for connection in waiting]
        assert {answer.split(b"\r\n")[0] for answer in answers} == {
            b"HTTP/1.1 403 Forbidden"
        }  # nobody is signed in
        assert footing.process.wait(timeout=30) == 0
        never.close()
        idle.close()


def wait_until_nobody_is_let_in(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionResetError:
            continue
        except ConnectionRefusedError:
            return
    pytest.fail("it still lets new connections in")


def test_a_start_can_be_stopped_too(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "serve"],
        cwd=ROOT,
        env=environment(tmp_path, FOOTING_PORT=str(free_port()), FOOTING_WORLDS="200000"),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("Preparing")
        process.terminate()
        assert process.wait(timeout=30) == 0
        assert process.stdout.read() == "Footing has stopped.\n"


# ---- living --------------------------------------------------------------------------------------


def test_connections_that_say_nothing_keep_nobody_out(footing: Running) -> None:
    silent = [socket.create_connection(("127.0.0.1", footing.port)) for _ in range(50)]
    for connection in silent:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
    slow = [half_a_request(footing.port) for _ in range(20)]
    with httpx2.Client(base_url=footing.address) as client:
        assert client.get("/sample").status_code == 200
        assert client.get("/readyz").text == "ok"
    for connection in (*silent, *slow):
        connection.close()


def test_a_full_disk_refuses_to_store_and_goes_on_reading(footing: Running) -> None:
    with httpx2.Client(base_url=footing.address, headers=OURS, timeout=30) as client:
        token = re.findall(r"token=(\S+)", footing.printed[2])[0]
        assert client.post("/setup", data={"token": token, **ACCOUNT}).status_code == 303
        log = footing.folder / "footing.db-wal"
        limit = (log.stat().st_size, resource.RLIM_INFINITY)
        resource.prlimit(footing.process.pid, resource.RLIMIT_FSIZE, limit)
        form = {"name": "Large", "purpose": "x" * 400}
        statuses = {client.post("/projects", data=form).status_code for _ in range(20)}
        assert 507 in statuses
        assert statuses <= {303, 507}
        refused = client.post("/projects", data=form)
        assert refused.headers["Retry-After"] == "5"
        assert "Footing has no room left to store this" in refused.text
        assert client.get("/projects").status_code == 200
        assert client.get("/sample/contact_centre").status_code == 200
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(footing.process.pid, resource.RLIMIT_FSIZE, unlimited)
        assert client.post("/projects", data=form).status_code == 303
