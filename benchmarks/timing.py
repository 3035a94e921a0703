"""Times a call in this process."""

import gc
import time
from collections.abc import Callable
from statistics import median

_BATCH = 0.001  # seconds; a shorter batch would time the clock
_LEAST = 3


def seconds_of(work: Callable[[], object], spend: float) -> float:
    """The median of at least three batches, for about `spend` seconds, without garbage collection."""
    gc.collect()
    gc.disable()
    try:
        first = _batch(work, 1)
        size = max(1, round(_BATCH / max(first, 1e-9)))
        took: list[float] = []
        ends = time.perf_counter() + spend
        while len(took) < _LEAST or time.perf_counter() < ends:
            took.append(_batch(work, size))
        return median(took)
    finally:
        gc.enable()


def _batch(work: Callable[[], object], size: int) -> float:
    began = time.perf_counter()
    for _ in range(size):
        work()
    return (time.perf_counter() - began) / size


def each(work: Callable[[], object], count: int) -> list[float]:
    """Each call's seconds, including the clock's own tenth of a microsecond."""
    gc.collect()
    gc.disable()
    try:
        took = []
        for _ in range(count):
            began = time.perf_counter()
            work()
            took.append(time.perf_counter() - began)
        return took
    finally:
        gc.enable()
