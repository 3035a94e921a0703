"""What a command does on SIGINT and SIGTERM."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import NoReturn


@contextmanager
def stop_on_signals() -> Iterator[Event]:
    """Within it, SIGINT and SIGTERM set the event instead of ending the process."""
    stopping = Event()

    def stop(_: int, __: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_on_sigterm() -> None:
    """Exits with code 0. uvicorn re-raises the signal that stopped it: by default that kills us before our cleanup."""
    signal.signal(signal.SIGTERM, _exit)


def _exit(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)
