"""Wait for a condition instead of sleeping."""

import asyncio
import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], timeout: float = 10.0) -> None:
    """Returns as soon as `condition()` is true; fails after `timeout` seconds."""
    ends = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < ends, f"not true within {timeout} s"
        time.sleep(0.005)


async def until(condition: Callable[[], object], timeout: float = 10.0) -> None:
    """The same on an event loop."""
    ends = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < ends, f"not true within {timeout} s"
        await asyncio.sleep(0.005)
