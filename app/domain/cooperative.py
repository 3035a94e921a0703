"""Long work in slices: generators that pause often, so that an event loop can answer in between."""

import asyncio
import gc
from collections.abc import Generator
from sys import getrefcount
from time import perf_counter
from typing import TypeVar

# Longer slices finish sooner and delay answers more. No turn of the event loop may take 2 ms.
SLICE_SECONDS = 0.0003

# Objects that are freed between two pauses: about a tenth of a millisecond.
_FREED_AT_ONCE = 256

T = TypeVar("T")


def finish(work: Generator[None, None, T]) -> T:
    """Runs pausing work to its end without pausing, for callers that have no event loop."""
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # StopIteration.value is Any


async def in_slices(work: Generator[None, None, T]) -> T:
    """Runs pausing work to its end and yields to the event loop after each third of a millisecond."""
    until = perf_counter() + SLICE_SECONDS
    while True:
        try:
            next(work)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # StopIteration.value is Any
        if perf_counter() >= until:
            await asyncio.sleep(0)
            until = perf_counter() + SLICE_SECONDS


def free(holder: list[object]) -> Generator[None, None, None]:
    """Empties `holder` and frees what only it holds, piece by piece: in one go 10,000 rules take 10 ms.

    An object that nothing else refers to is replaced by what it refers to before it goes, so that freeing it frees
    nothing more. Anything that is still in use elsewhere stays untouched.
    """
    alone = _references_of_one_name()
    count = 0
    while holder:
        last = holder.pop()
        if getrefcount(last) == alone:
            holder.extend(gc.get_referents(last))
        del last
        count += 1
        if count % _FREED_AT_ONCE == 0:
            yield


def _references_of_one_name() -> int:
    """What `getrefcount` says of an object that a single local variable holds: Python's versions differ."""
    only: list[object] = []
    return getrefcount(only)
