"""Ending a background task for certain."""

import asyncio
from typing import Any

AGAIN = 0.1  # seconds


async def end(task: asyncio.Task[Any]) -> None:
    """Returns when the task is done; raises what it raised, but for its cancellation.

    One `cancel` is not enough: Python 3.11's asyncio.wait_for, under which redis-py sends, drops a cancellation
    that arrives as its inner future completes (python/cpython#86296, mended in 3.12).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=AGAIN)
    if not task.cancelled():
        task.result()
