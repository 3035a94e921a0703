"""One worker process, as the parent sees it."""

import asyncio
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

from app.server.worker_messages import (
    FAILED,
    LACKS,
    OF_THE_TERMINAL,
    PING,
    RETIRE,
    SERVICE_STOPS,
    STARTED,
    STOP,
    STOP_NOW,
    Plan,
)

log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")

# Seconds that a worker may take to start, and then to answer a ping.
_START_WITHIN = 60.0
_ANSWER_WITHIN = 10.0

# A timer that is later than this, in seconds, says that the parent itself was stopped, perhaps with the whole machine.
_LATE = 1.0


class WorkerHandle:
    """Starts a worker, and kills it when it hangs. Needs a running event loop."""

    def __init__(self, plan: Plan, number: int, on_end: Callable[["WorkerHandle"], None]) -> None:
        self.number = number
        self._loop = asyncio.get_running_loop()
        self.started: asyncio.Future[bool] = self._loop.create_future()  # False if it ended before
        self.ended: asyncio.Future[str] = self._loop.create_future()  # how, in words
        self.leaving = False  # it was told to stop
        self.lacks = ""  # what it could not find when it started
        self._on_end = on_end
        self._complaint = ""
        self._killing: asyncio.TimerHandle | None = None
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_run, args=(plan, number, theirs))
        # Blocked until the worker has handlers of its own: Ctrl-C in the meantime would print a traceback.
        signal.pthread_sigmask(signal.SIG_BLOCK, OF_THE_TERMINAL)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, OF_THE_TERMINAL)
        self.pid = self._process.pid or 0
        theirs.close()
        self._loop.add_reader(self._pipe.fileno(), self._read)
        self._loop.add_reader(self._process.sentinel, self._end)
        self._kill_after(_START_WITHIN, "start")

    @property
    def serving(self) -> bool:
        """Whether it has started, runs, and was not told to stop."""
        return self.started.done() and self.started.result() and not self.ended.done() and not self.leaving

    def stop(self, within: float, *, now: bool) -> None:
        """Tells it to stop with the whole service, after its drain or at once; kills it after `within` seconds."""
        self._say(SERVICE_STOPS)
        self._leave(within, STOP)  # which ends a worker that is still starting
        if now:
            self._signal(STOP_NOW)

    def retire(self, within: float) -> None:
        """Tells it that another worker has taken its place; kills it after `within` seconds."""
        self._leave(within, RETIRE)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def ping(self) -> None:
        """A worker that serves and does not answer is killed."""
        if self.serving:
            self._say(PING)

    def _say(self, message: bytes) -> None:
        if not self.ended.done():
            with suppress(OSError):
                self._pipe.send_bytes(message)

    def _leave(self, within: float, order: signal.Signals) -> None:
        self.leaving = True
        self._kill_after(within, "end")
        self._signal(order)

    def _kill_after(self, seconds: float, duty: str) -> None:
        """Kills it after so many seconds, unless this is called again first."""
        due = self._loop.time() + seconds

        def kill() -> None:
            if self._loop.time() - due > _LATE:
                self._kill_after(seconds, duty)
            else:
                log.error("Worker %d did not %s within %.0f s. It is killed", self.pid, duty, seconds)
                self.kill()

        if self._killing is not None:
            self._killing.cancel()
        self._killing = self._loop.call_at(due, kill)

    def _signal(self, number: signal.Signals) -> None:
        if not self.ended.done():
            os.kill(self.pid, number)  # a zombie at worst: only `_end` collects it

    def _read(self) -> bool:
        """Whether the worker said something."""
        try:
            said = self._pipe.recv_bytes()
        except (EOFError, OSError):
            self._loop.remove_reader(self._pipe.fileno())
            return False
        if said.startswith(LACKS):
            self.lacks = said.removeprefix(LACKS).decode()
        if said.startswith(FAILED):
            self._complaint = said.removeprefix(FAILED).decode()
        elif not self.leaving:
            self._kill_after(_ANSWER_WITHIN, "answer its parent")
        if said == STARTED and not self.started.done():
            self.started.set_result(True)
        return True

    def _end(self) -> None:
        while self._pipe.poll() and self._read():  # its last words
            pass
        if self._killing is not None:
            self._killing.cancel()
        self._loop.remove_reader(self._pipe.fileno())
        self._loop.remove_reader(self._process.sentinel)
        self._process.join()
        code = self._process.exitcode or 0
        self._pipe.close()
        self._process.close()
        self.ended.set_result(self._complaint or (f"signal {-code}" if code < 0 else f"code {code}"))
        if not self.started.done():
            self.started.set_result(False)
        self._on_end(self)


def _run(plan: Plan, number: int, pipe: Connection) -> None:
    from app.server.worker_process import run  # noqa: PLC0415  # the parent needs neither uvicorn nor the API

    run(plan, number, pipe)
