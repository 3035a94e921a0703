"""Ending a background task reliably."""

import asyncio
from typing import Any

_RETRY_AFTER = 0.1  # seconds


async def cancel_and_wait(task: asyncio.Task[Any]) -> None:
    """Returns when the task is done; raises what it raised, except its cancellation.

    One `cancel` is not enough: in Python 3.11 asyncio.wait_for, under which redis-py sends, drops a cancellation
    that arrives as its inner future completes (python/cpython#86296, fixed in 3.12).
    """
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_RETRY_AFTER)
    if not task.cancelled():
        task.result()
