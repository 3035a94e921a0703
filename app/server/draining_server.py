"""uvicorn's HTTP for the connections of our listeners, from the start of the application to its end."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import formatdate
from select import POLLIN, poll
from typing import Any, Protocol, runtime_checkable

from uvicorn import Config
from uvicorn.server import ServerState

from app.api.connection_limits import LIMITS, ConnectionLimits
from app.api.health import HEALTH, MANAGEMENT
from app.domain.errors import ForewarnError
from app.server.acceptor import Acceptor
from app.server.connection_counts import ConnectionCounts
from app.server.listener import Listener
from app.server.tls_context import tls_context
from app.server.worker_messages import Plan

log = logging.getLogger(__name__)

# Seconds that requests in flight have to end, once nothing more is accepted.
FINISH_WITHIN = 10.0

# Seconds in which a new connection may still ask, and one that was answered may still read.
_LAST_WORD = 1.0

_LOOK_EVERY = 0.02


@runtime_checkable
class Drainable(Protocol):
    """A connection of our own protocol. uvicorn's own, which serves where ours cannot, is none."""

    transport: asyncio.Transport

    def drain(self) -> None:
        """Makes its next answer the last."""

    def close_if_idle(self) -> None:
        """Closes it if it waits for another request: not one that is new or has just had its last answer."""


class DrainingServer:
    """Serves until it drains and stops. Its own shutdown instead of uvicorn's: docs/decisions/0024.

    `stopping` is set once it is not ready any more. It stops `alone`, and leaves the sockets to the other workers,
    unless the parent says that the whole service stops: a machine short of memory may send SIGTERM to one worker.
    """

    alone = True

    def __init__(self, config: Config, plan: Plan, number: int, stopping: asyncio.Event) -> None:
        config.load()
        self._config = config
        self._plan = plan
        self._number = number
        self._counts = ConnectionCounts(plan.counts_file)
        self._stopping = stopping
        self._state = ServerState()
        self._drained = asyncio.Event()
        self._last_answers = False
        self._retiring: asyncio.Task[None] | None = None
        self._acceptors: list[Acceptor] = []
        self._limits: list[ConnectionLimits] = []
        self._tls = tls_context(plan.tls) if plan.tls else None

    async def start(self) -> None:
        """Starts the application, then accepts connections. Raises ForewarnError."""
        self._lifespan = self._config.lifespan_class(self._config)
        await self._lifespan.startup()
        if self._lifespan.should_exit:
            raise ForewarnError("the application failed, see above")
        self._update_headers()
        try:
            for listener in self._plan.listeners:
                tls = None if listener.management else self._tls
                limits = self._limits_for(listener)
                protocol = self._protocol_for(listener, limits)
                acceptor = Acceptor(listener, protocol, tls, limits, self._ahead)
                self._acceptors.append(acceptor)
                acceptor.start()
        except ForewarnError:
            await self._lifespan.shutdown()
            raise
        self._count()

    async def run(self) -> None:
        """Returns when every answer has left and the application has ended."""
        updating = asyncio.create_task(self._keep_headers_current())
        await self._drained.wait()
        await self._stop_accepting(all_workers=not self.alone)
        await self._finish()
        updating.cancel()
        await self._lifespan.shutdown()

    def lacks(self) -> list[str]:
        """What it started without and cannot answer well without."""
        return [*self._lifespan.state[HEALTH].lacks()]

    def drain(self) -> None:
        """Says that the service stops, and goes on accepting and answering for a while before it does."""
        if not self._stopping.is_set():
            self._stopping.set()
            self._close_after_answers()
            asyncio.get_running_loop().call_later(self._plan.drain_seconds, self._drained.set)

    def retire(self) -> None:
        """Leaves new connections to the other workers, and the service ready."""
        if self._retiring is None:
            self._close_after_answers()
            self._retiring = asyncio.create_task(self._retire())

    def stop(self) -> None:
        """Stops without a drain, or ends it."""
        self._stopping.set()
        self._close_after_answers()
        self._drained.set()

    def _limits_for(self, listener: Listener) -> ConnectionLimits:
        """The management port has limits of its own, so that it answers however many connections the public one has."""
        limits: ConnectionLimits = self._lifespan.state[LIMITS]
        if listener.management:
            limits = ConnectionLimits(limits.connections, limits.request_seconds, limits.refused)
        self._limits.append(limits)
        return limits

    def _protocol_for(self, listener: Listener, limits: ConnectionLimits) -> Callable[[], asyncio.Protocol]:
        """No request of the fast lane is for the management port."""
        state = {**self._lifespan.state, LIMITS: limits}
        if any(each.management for each in self._plan.listeners):
            state[MANAGEMENT] = listener.management
        kind: Any = self._config.http_protocol_class
        if listener.management and hasattr(kind, "drain"):
            from app.api.http_connection import HttpConnection  # noqa: PLC0415  # uvicorn may lack names that it needs

            kind = HttpConnection

        def make() -> asyncio.Protocol:
            made: asyncio.Protocol = kind(config=self._config, server_state=self._state, app_state=state)
            return made

        return make

    def _count(self) -> int:
        """The connections of this worker, which the others then know too."""
        count = len(self._state.connections) + sum(acceptor.opening for acceptor in self._acceptors)
        self._counts.set(self._number, count)
        return count

    def _ahead(self) -> int:
        return self._count() - self._counts.fewest()

    def _close_after_answers(self) -> None:
        """From here on every answer says `Connection: close`."""
        self._last_answers = True
        self._update_headers()
        for limits in self._limits:
            limits.draining = True
        for connection in list(self._state.connections):
            if isinstance(connection, Drainable):
                connection.drain()

    async def _retire(self) -> None:
        await self._stop_accepting(all_workers=False)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._plan.drain_seconds):
                while self._state.connections:  # noqa: ASYNC110  # uvicorn tells nobody when one is gone
                    await asyncio.sleep(_LOOK_EVERY)
        self._drained.set()

    async def _stop_accepting(self, *, all_workers: bool) -> None:
        self._counts.take_out(self._number)
        await asyncio.gather(*[acceptor.stop(all_workers=all_workers) for acceptor in self._acceptors])

    async def _finish(self) -> None:
        """Idle connections are closed; the others have a second to begin, and ten to end."""
        began = time.monotonic()
        shut = False
        while self._state.connections or self._state.tasks:
            passed = time.monotonic() - began
            if passed > FINISH_WITHIN:
                log.error("%d connections were not finished within %.0f s", len(self._state.connections), FINISH_WITHIN)
                break
            if not shut and passed > _LAST_WORD:
                shut = True
                for connection in list(self._state.connections):
                    connection.shutdown()
            elif not shut:
                for connection in list(self._state.connections):
                    if isinstance(connection, Drainable) and not _has_more(connection.transport):
                        connection.close_if_idle()
            await asyncio.sleep(_LOOK_EVERY)
        for task in self._state.tasks:
            task.cancel()

    async def _keep_headers_current(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self._update_headers()

    def _update_headers(self) -> None:
        """The headers of every answer: a new list, because the fast lane keeps what it made of the one before."""
        self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
        if self._last_answers and not hasattr(self._config.http_protocol_class, "drain"):  # else it adds this itself
            self._state.default_headers.append((b"connection", b"close"))


def _has_more(transport: asyncio.Transport) -> bool:
    """Whether the client has sent something that was not read yet, or the connection is closing anyway."""
    if transport.is_closing():
        return True
    asking = poll()
    asking.register(transport.get_extra_info("socket").fileno(), POLLIN)
    return bool(asking.poll(0))
