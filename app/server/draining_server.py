"""uvicorn's HTTP for the connections of our listeners, from the start of the application to its end."""

import asyncio
import logging
import time
from collections.abc import Sequence
from email.utils import formatdate

from uvicorn import Config
from uvicorn.server import ServerState

from app.domain.errors import ForewarnError
from app.server.acceptor import Acceptor
from app.server.listener import Listener

log = logging.getLogger(__name__)

# Seconds that requests in flight have to end, once the service accepts no more.
FINISH_WITHIN = 10.0

_LOOK_EVERY = 0.02


class DrainingServer:
    """Serves until `stop`. Its own shutdown instead of uvicorn's: docs/decisions/0024."""

    def __init__(self, config: Config, listeners: Sequence[Listener]) -> None:
        config.load()
        self._config = config
        self._listeners = listeners
        self._state = ServerState()
        self._stopped = asyncio.Event()

    async def start(self) -> None:
        """Starts the application, then accepts connections. Raises ForewarnError."""
        self._lifespan = self._config.lifespan_class(self._config)
        await self._lifespan.startup()
        if self._lifespan.should_exit:
            raise ForewarnError("the application failed, see above")
        self._update_headers()
        self._acceptors = [Acceptor(listener, self._protocol, self._config.ssl) for listener in self._listeners]
        try:
            for acceptor in self._acceptors:
                acceptor.start()
        except ForewarnError:
            await self._lifespan.shutdown()
            raise

    def stop(self) -> None:
        self._stopped.set()

    async def run(self) -> None:
        """Returns after `stop`, when every answer has left and the application has ended."""
        updating = asyncio.create_task(self._keep_headers_current())
        await self._stopped.wait()
        await asyncio.gather(*[acceptor.stop() for acceptor in self._acceptors])
        await self._finish()
        updating.cancel()
        await self._lifespan.shutdown()

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self._config.http_protocol_class(  # type: ignore[call-arg]  # as uvicorn calls it
            config=self._config, server_state=self._state, app_state=self._lifespan.state
        )
        return made

    async def _finish(self) -> None:
        for connection in list(self._state.connections):
            connection.shutdown()
        until = time.monotonic() + FINISH_WITHIN
        while self._state.connections or self._state.tasks:
            if time.monotonic() > until:
                log.error("%d requests were not finished within %.0f s", len(self._state.connections), FINISH_WITHIN)
                for task in self._state.tasks:
                    task.cancel()
                return
            await asyncio.sleep(_LOOK_EVERY)

    async def _keep_headers_current(self) -> None:
        while True:
            await asyncio.sleep(1.0)
            self._update_headers()

    def _update_headers(self) -> None:
        """The headers of every answer: a new list, because the fast lane keeps what it made of the one before."""
        self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
