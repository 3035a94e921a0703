"""What a command does on SIGINT and SIGTERM."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Event
from types import FrameType
from typing import NoReturn


class _SignalEvent(Event):
    """An event that a signal handler may set.

    A handler runs in the main thread. If that thread is inside `wait` of a plain event, it holds the lock that `set`
    waits for, and the process hangs. `SimpleQueue.put` is reentrant.
    """

    def __init__(self) -> None:
        super().__init__()
        self._stopped = False
        self._wake: SimpleQueue[None] = SimpleQueue()

    def is_set(self) -> bool:
        return self._stopped

    def set(self) -> None:
        self._stopped = True
        self._wake.put(None)

    def wait(self, timeout: float | None = None) -> bool:
        if not self._stopped:
            with suppress(Empty):
                self._wake.get(timeout=timeout)
        return self._stopped


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """Within it, SIGINT and SIGTERM set the event instead of ending the process."""
    stopping = _SignalEvent()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_on_sigterm() -> None:
    """SIGTERM exits with code 0, after our cleanup; by default it kills at once.

    For a signal before the server has handlers of its own, and for uvicorn, which raises the one that stopped it again.
    """
    signal.signal(signal.SIGTERM, _exit)


def _exit(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)
