"""A background task ends even if its cancellations are lost."""

import asyncio
from contextlib import suppress

import pytest

from app.journal.cancel_and_wait import cancel_and_wait


async def deaf(losing: int) -> None:
    """Waits forever; loses its first cancellations, as asyncio.wait_for in Python 3.11 may."""
    for _ in range(losing):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


@pytest.mark.parametrize("losing", [0, 1, 3])
def test_a_task_that_loses_cancellations_is_ended(losing: int) -> None:
    async def story() -> None:
        task = asyncio.create_task(deaf(losing))
        await asyncio.sleep(0)
        async with asyncio.timeout(10):
            await cancel_and_wait(task)
        assert task.cancelled()

    asyncio.run(story())


def test_a_task_that_had_failed_says_so() -> None:
    async def fail() -> None:
        raise ValueError("told")

    async def story() -> None:
        task = asyncio.create_task(fail())
        await asyncio.wait([task])
        with pytest.raises(ValueError, match="told"):
            await cancel_and_wait(task)

    asyncio.run(story())


def test_who_waits_for_the_end_can_be_cancelled_itself() -> None:
    async def story() -> None:
        task = asyncio.create_task(deaf(10))
        await asyncio.sleep(0)
        ending = asyncio.create_task(cancel_and_wait(task))
        await asyncio.sleep(0)
        ending.cancel()
        await asyncio.wait([ending], timeout=10)
        assert ending.cancelled()
        assert not task.done()
        await cancel_and_wait(task)

    asyncio.run(story())
