"""The parent: starts the workers, replaces those that end, and stops them. It holds the sockets and answers nothing."""

import asyncio
import logging
import signal
from itertools import count

from app.domain.errors import ForewarnError
from app.server.connection_counts import ConnectionCounts
from app.server.worker_handle import WorkerHandle
from app.server.worker_messages import Plan

log = logging.getLogger(__name__)

# In seconds.
_PING_EVERY = 1.0
_RETRY = 1.0  # after a worker that could not start


class Supervisor:
    """Keeps `plan.workers` workers until a signal. One that was told to stop is killed after `stop_within` seconds.

    SIGTERM drains and stops. SIGINT, SIGQUIT and a second SIGTERM stop without the drain; SIGINT or SIGQUIT after that
    kills. SIGHUP replaces the workers one by one.
    """

    def __init__(self, plan: Plan, stop_within: float) -> None:
        self._plan = plan
        self._stop_within = stop_within
        self._counts = ConnectionCounts.make(plan.counts_file)
        self._workers: set[WorkerHandle] = set()
        self._stopping = False
        self._at_once = False
        self._replacing: asyncio.Task[None] | None = None
        self._replace_again = False

    async def run(self) -> None:
        """Returns once a signal has stopped it and every worker has ended. Raises ForewarnError if none can start."""
        loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = loop.create_future()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            loop.add_signal_handler(number, self._stop, number)
        loop.add_signal_handler(signal.SIGHUP, self._replace)
        self._fill()
        pinging = asyncio.create_task(self._ping())
        try:
            await self._over
        finally:
            pinging.cancel()
            for worker in self._workers:
                worker.kill()

    def _fill(self) -> None:
        """Starts as many workers as are missing."""
        if not self._stopping:
            for _ in range(self._plan.workers - sum(not worker.leaving for worker in self._workers)):
                self._start()

    def _start(self) -> WorkerHandle:
        taken = {worker.number for worker in self._workers}
        number = next(number for number in count() if number not in taken)
        worker = WorkerHandle(self._plan, number, self._ended)
        self._workers.add(worker)
        return worker

    def _ended(self, worker: WorkerHandle) -> None:
        self._workers.discard(worker)
        self._counts.take_out(worker.number)
        how = worker.ended.result()
        if self._stopping or worker.leaving:
            log.info("Worker %d ended with %s", worker.pid, how)
            self._end_if_empty()
        elif worker.started.result():
            log.error("Worker %d ended with %s. Another one starts", worker.pid, how)
            self._fill()
        elif any(other.serving for other in self._workers):
            log.error("A worker could not start: %s", how)
            asyncio.get_running_loop().call_later(_RETRY, self._fill)
        elif not self._over.done():
            self._over.set_exception(ForewarnError(f"The service could not start: {how}"))

    def _end_if_empty(self) -> None:
        if self._stopping and not self._workers and not self._over.done():
            self._over.set_result(None)

    def _stop(self, number: signal.Signals) -> None:
        if self._at_once and number != signal.SIGTERM:
            for worker in self._workers:
                worker.kill()
            return
        self._at_once = self._stopping or number != signal.SIGTERM
        self._stopping = True
        log.info("Stopping %s", "now" if self._at_once else "after the drain")
        if self._replacing is not None:
            self._replacing.cancel()
        # The last worker that stops accepting must be the last to hold them, or connections would wait for nobody.
        for listener in self._plan.listeners:
            listener.close()
        for worker in self._workers:
            worker.stop(self._stop_within, now=self._at_once)
        self._end_if_empty()

    def _replace(self) -> None:
        if self._stopping:
            return
        if self._replacing is not None and not self._replacing.done():
            self._replace_again = True
            return
        self._replacing = asyncio.create_task(self._replace_all())

    async def _replace_all(self) -> None:
        self._replace_again = True
        while self._replace_again:
            self._replace_again = False
            for worker in [worker for worker in self._workers if not worker.leaving]:
                if not await self._replace_one(worker):
                    log.error("The workers are not replaced")
                    break
            else:
                log.info("Every worker was replaced")

    async def _replace_one(self, worker: WorkerHandle) -> bool:
        """A worker leaves once its successor has started. It stays if that cannot answer as it does itself."""
        successor = self._start()
        await asyncio.wait([successor.started])
        if not successor.started.result():
            return False
        if successor.lacks and worker.serving and not worker.lacks:
            log.error("A new worker has no %s", successor.lacks)
            successor.retire(self._stop_within)
            await asyncio.wait([successor.ended])
            return False
        if not worker.ended.done():
            worker.retire(self._stop_within)  # which ends a worker that is still starting
            await asyncio.wait([worker.ended])
        return True

    async def _ping(self) -> None:
        while True:
            for worker in self._workers:
                worker.ping()
            await asyncio.sleep(_PING_EVERY)
