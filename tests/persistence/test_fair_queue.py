import asyncio
import threading

import pytest

from app.persistence.fair_queue import FairQueue


def test_coroutines_are_let_in_one_at_a_time_in_order_of_arrival() -> None:
    async def story() -> list[str]:
        queue, events = FairQueue(1), list[str]()

        async def guest(name: str) -> None:
            async with queue.place_async():
                events.append(f"{name} in")
                await asyncio.sleep(0)
                events.append(f"{name} out")

        await asyncio.gather(*(guest(name) for name in "abc"))
        return events

    expected = ["a in", "a out", "b in", "b out", "c in", "c out"]
    assert asyncio.run(story()) == expected


def test_threads_and_coroutines_stand_in_one_queue() -> None:
    queue, events = FairQueue(1), list[str]()

    def thread() -> None:
        with queue.place():
            events.append("thread")

    async def story() -> None:
        async with queue.place_async():
            waiting = threading.Thread(target=thread)
            waiting.start()
            await asyncio.sleep(0.05)
            events.append("coroutine")
        await asyncio.to_thread(waiting.join)

    asyncio.run(story())
    assert events == ["coroutine", "thread"]


def test_who_gives_up_waiting_does_not_keep_a_place() -> None:
    async def story() -> None:
        queue = FairQueue(1)

        async def guest() -> None:
            async with queue.place_async():
                pytest.fail("it gave up before its turn")

        async with queue.place_async():
            impatient = asyncio.create_task(guest())
            await asyncio.sleep(0)
            impatient.cancel()
            with pytest.raises(asyncio.CancelledError):
                await impatient
        await asyncio.wait_for(_enter_and_leave(queue), timeout=1)

    asyncio.run(story())


def test_a_place_given_in_the_moment_of_giving_up_is_passed_on() -> None:
    async def story() -> None:
        queue = FairQueue(1)
        held = queue.place()
        held.__enter__()
        impatient = asyncio.create_task(_enter_and_leave(queue))
        await asyncio.sleep(0)
        held.__exit__(None, None, None)  # the place is given ...
        impatient.cancel()  # ... to one who leaves before noticing
        with pytest.raises(asyncio.CancelledError):
            await impatient
        await asyncio.wait_for(_enter_and_leave(queue), timeout=1)

    asyncio.run(story())


async def _enter_and_leave(queue: FairQueue) -> None:
    async with queue.place_async():
        pass
