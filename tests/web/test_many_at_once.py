import asyncio
import threading
from pathlib import Path

import anyio.to_thread
import httpx2
import pytest

from app.main import create_app
from app.persistence.fair_queue import FairQueue
from app.services import comparing
from app.services.comparing import NotAttributable
from app.settings import Settings
from app.web.deps import MOST_WAITING_TO_COMPUTE
from tests.answering import start_with_enough
from tests.web_client import Client

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_far_more_requests_than_threads_all_finish(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, worlds=100))

    async def story() -> list[int]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 1
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://testserver", headers=OURS
        ) as client:
            posts = [client.post("/sign-in/link", data={"token": "unknown"}) for _ in range(25)]
            gets = [client.get("/sign-in?token=unknown") for _ in range(25)]
            return [response.status_code for response in await asyncio.gather(*posts, *gets)]

    statuses = asyncio.run(asyncio.wait_for(story(), timeout=20))
    app.state.database.close()
    assert statuses == [404] * 50


def test_who_saves_waits_for_the_place_to_compute_and_nobody_else_does(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path, worlds=100))
    queue: FairQueue = app.state.computing

    async def story() -> tuple[list[int], list[int]]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = 1
        transport = httpx2.ASGITransport(app)
        async with (
            httpx2.AsyncClient(
                transport=transport, base_url="http://testserver", headers=OURS
            ) as client,
            queue.place_async(),
        ):
            saves = [
                asyncio.create_task(client.post("/projects/1/versions"))
                for _ in range(MOST_WAITING_TO_COMPUTE)
            ]
            while queue.waiting() < MOST_WAITING_TO_COMPUTE:  # noqa: ASYNC110 - the queue has no event for "one more waits"
                await asyncio.sleep(0)
            others = [
                (await client.get("/sign-in")).status_code,
                (await client.post("/sign-out")).status_code,
                (await client.post("/projects/1/versions")).status_code,
                (await client.get("/projects/1/compare/moved")).status_code,
            ]
            for save in saves:
                assert not save.done()
        return others, [response.status_code for response in await asyncio.gather(*saves)]

    others, saves = asyncio.run(asyncio.wait_for(story(), timeout=60))
    app.state.database.close()
    assert others == [200, 303, 503, 503]
    assert saves == [403] * MOST_WAITING_TO_COMPUTE


def test_nobody_who_writes_waits_while_what_moved_a_result_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Settings(data_dir=tmp_path, worlds=100))
    visitor = Client(app)
    visitor.sign_in()
    project = start_with_enough(visitor)
    for title in ("First", "Second"):
        assert visitor.post(f"{project}/versions", data={"title": title}).status_code == 303
    begun, may_end = threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        begun.set()
        assert may_end.wait(20)
        raise NotAttributable("It took long.")

    monkeypatch.setattr(comparing, "what_moved", slow)

    async def story() -> tuple[int, int]:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(
            transport=transport,
            base_url="http://testserver",
            headers={**OURS, "Cookie": f"footing={visitor.cookies['footing']}"},
        ) as client:
            computing = asyncio.create_task(client.get(f"{project}/compare/moved?from=1&to=2"))
            assert await asyncio.to_thread(begun.wait, 20)
            written = await client.post("/projects", data={"name": "Another"})
            assert not computing.done()
            may_end.set()
            return written.status_code, (await computing).status_code

    statuses = asyncio.run(asyncio.wait_for(story(), timeout=60))
    app.state.database.close()
    assert statuses == (303, 200)
