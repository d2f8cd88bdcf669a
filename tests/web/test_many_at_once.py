import asyncio
from pathlib import Path

import anyio.to_thread
import httpx2

from app.main import create_app
from app.settings import Settings

OURS = {"Sec-Fetch-Site": "same-origin"}


def test_far_more_requests_than_threads_all_finish(tmp_path: Path) -> None:
    app = create_app(Settings(data_dir=tmp_path))

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
