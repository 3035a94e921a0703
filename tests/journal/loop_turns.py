"""How often an event loop turns while something long goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


@asynccontextmanager
async def turns_of_others() -> AsyncIterator[Callable[[], int]]:
    """Within it, another task runs as often as the loop lets it; the call says how often that was so far."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    try:
        yield lambda: turns
    finally:
        task.cancel()
