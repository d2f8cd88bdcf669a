"""Pages over HTTP: Footing's, against the least that a page of that size can cost."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.measuring import Line, in_turns

ROUNDS = 7
SECONDS = 1.0
CONNECTIONS = 8  # more only wait longer: the servers compute on one core each


@dataclass(frozen=True)
class Server:
    """A server that is up, and what it told when it was."""

    process: subprocess.Popen[str]
    port: int
    told: dict[str, str]

    def cpu_seconds(self) -> float:
        """What the process has used of the processors so far, user and system."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server(kind: str, folder: str, length: int = 0) -> Iterator[Server]:
    """Start a server of benchmarks/server.py and stop it again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "benchmarks.server", kind, str(port), folder, str(length)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            told = json.loads(process.stdout.readline() if process.stdout else "")
            _wait_for(port)
            yield Server(process, port, told)
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)


@dataclass(frozen=True)
class Asked:
    """One address of one server, and the headers to ask it with."""

    server: Server
    path: str
    headers: dict[str, str]
    status: int = 200

    def answered(self) -> tuple[int, dict[str, str]]:
        """The length of the answer, and its headers by their names in small letters."""
        connection = HTTPConnection("127.0.0.1", self.server.port)
        connection.request("GET", self.path, headers=self.headers)
        answer = connection.getresponse()
        length = len(answer.read())
        if answer.status != self.status:
            raise ValueError(f"{self.path}: {answer.status}")
        connection.close()
        return length, {name.lower(): value for name, value in answer.getheaders()}

    def cpu_per_request(self) -> float:
        """Processor seconds of the server per request, over a burst by several connections.

        Processor time, because on a shared machine it is steady where requests per second are not.
        """
        counts = [0] * CONNECTIONS
        until = time.monotonic() + SECONDS
        before = self.server.cpu_seconds()
        threads = [
            threading.Thread(target=self._burst, args=(counts, place, until))
            for place in range(CONNECTIONS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (self.server.cpu_seconds() - before) / sum(counts)

    def _burst(self, counts: list[int], place: int, until: float) -> None:
        connection = HTTPConnection("127.0.0.1", self.server.port)
        while time.monotonic() < until:
            connection.request("GET", self.path, headers=self.headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != self.status:
                raise ValueError(f"{self.path}: {answer.status}")
            counts[place] += 1
        connection.close()


def lines() -> Iterator[Line]:
    """The result page as it is kept, as it is made, and as it is not sent again."""
    with ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
        kept = stack.enter_context(server("footing", folders[0]))
        made = stack.enter_context(server("remade", folders[1]))
        page = Asked(kept, kept.told["path"], {"Cookie": kept.told["cookie"]})
        length, headers = page.answered()
        least = stack.enter_context(server("reference", "", length))
        jinja, finished, hello = (Asked(least, p, {}) for p in ("/jinja", "/finished", "/hello"))
        remade = Asked(made, made.told["path"], {"Cookie": made.told["cookie"]})
        known = {**page.headers, "If-None-Match": headers["etag"]}
        unsent = Asked(kept, page.path, known, status=304)
        healthy = Asked(kept, "/healthz", {})
        for asked in (jinja, finished, hello, remade, unsent, healthy):
            asked.answered()
        size = f"{length / 1000:.0f} kB"
        yield _line(f"result page, kept / static Jinja page ({size})", page, jinja, 0.40)
        yield _line(f"result page, made anew / static Jinja page ({size})", remade, jinja, 0.40)
        yield _line(f"result page, kept / finished bytes ({size})", page, finished, 0.60)
        yield _line("result page, not modified (304) / FastAPI greeting", unsent, hello, 0.80)
        yield _line("/healthz with all middleware / FastAPI greeting", healthy, hello, 0.85)
        yield _line("the same thing twice: FastAPI greeting (a check)", hello, hello, None)


def _line(name: str, ours: Asked, bound: Asked, goal: float | None) -> Line:
    spent: dict[str, float] = {}

    def spend(asked: Asked, key: str) -> float:
        spent[key] = asked.cpu_per_request()
        return spent[key]

    ratio = in_turns(lambda: spend(bound, "bound"), lambda: spend(ours, "ours"), ROUNDS)
    detail = f"{spent['ours'] * 1e3:.2f} ms against {spent['bound'] * 1e3:.2f} ms"
    return Line(name, ratio, "x throughput per core", detail, goal, at_least=True)
