"""`forewarn serve` with a heartbeat on its event loop: `python -m benchmarks.watched serve ...`

The heartbeat reschedules itself in every turn of the loop. So the loop never sleeps, and the time between two beats is
one turn. When the service ends, it writes the longest turn of each hundredth of a second to the file that
FOREWARN_BENCHMARK names: start (CLOCK_MONOTONIC), seconds, processor seconds.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from app import main
from app.commands import cli
from benchmarks.peers.folder import VARIABLE

_SPAN = 0.01


class Heartbeat:
    def __init__(self) -> None:
        self.turns: dict[int, tuple[float, float, float]] = {}
        self._loop = asyncio.get_running_loop()
        self._began, self._worked = time.perf_counter(), time.thread_time()
        self._loop.call_soon(self._beat)

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        took = now - self._began
        span = int(now / _SPAN)
        longest = self.turns.get(span)
        if longest is None or took > longest[1]:
            self.turns[span] = (self._began, took, worked - self._worked)
        self._began, self._worked = now, worked
        self._loop.call_soon(self._beat)

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(list(self.turns.values())))


class Watched:
    """The service's application. Its lifespan starts the heartbeat; its end writes the measurement."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        heartbeat = Heartbeat()
        try:
            await self._app(scope, receive, send)
        finally:
            heartbeat.write(Path(os.environ[VARIABLE]))


def watch() -> None:
    create = main.create

    def watched(metrics_folder: Path, workers: int, stopping: Callable[[], bool]) -> ASGIApp:
        return Watched(create(metrics_folder, workers, stopping))

    main.create = watched


if __name__ == "__mp_main__":  # in a worker
    watch()
if __name__ == "__main__":
    cli.main()
