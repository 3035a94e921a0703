"""Takes connections from a listener, so that the workers who share it get equally many."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable

from app.api.connection_limits import ConnectionLimits
from app.server.listener import Listener, admit

log = logging.getLogger(__name__)

# The process or the machine has no room for another connection. It stays in the queue until there is.
_NO_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

# How long a client may take for the handshake of TLS, for the one that is under way at a stop, and to confirm a close.
# In seconds.
_HANDSHAKE_WITHIN = 10.0
_LAST_HANDSHAKE_WITHIN = 1.0
_CLOSE_WITHIN = 1.0

# How long to wait for room, in seconds.
_RETRY = 0.1

# How long to leave a connection to a worker with fewer: so many seconds for each one fewer, and no longer than the
# second number, because that worker may be busy.
_DEFER_EACH, _DEFER = 0.002, 0.02


class Acceptor:
    """Accepts from one listener, one connection at a time, unless another worker has fewer.

    `ahead` tells how many connections more this worker has than the one with the fewest.

    An event loop's own server takes the whole queue: of sixteen connections opened at once, one of two workers got 15.
    """

    def __init__(
        self,
        listener: Listener,
        make_protocol: Callable[[], asyncio.Protocol],
        tls: ssl.SSLContext | None,
        limits: ConnectionLimits,
        ahead: Callable[[], int],
    ) -> None:
        self._listener = listener
        self._make_protocol = make_protocol
        self._tls = tls
        self._limits = limits
        self._ahead = ahead
        self._loop = asyncio.get_running_loop()
        self._opening: dict[asyncio.Task[None], None] = {}  # the oldest first
        self._waiting: asyncio.TimerHandle | None = None
        self._complained = False
        self._closed = False
        self._patience = (
            {"ssl_handshake_timeout": _HANDSHAKE_WITHIN, "ssl_shutdown_timeout": _CLOSE_WITHIN} if tls else {}
        )

    def start(self) -> None:
        """Raises ConfigurationError."""
        self._listener.listen()
        self._listener.socket.setblocking(False)  # noqa: FBT003  # its only argument
        self._loop.add_reader(self._listener.socket, self._ready)

    @property
    def opening(self) -> int:
        """Connections that have no protocol yet."""
        return len(self._opening)

    async def stop(self, *, all_workers: bool) -> None:
        """Takes the connections that wait already, and closes this worker's socket."""
        if self._closed:
            return
        self._closed = True
        if all_workers:
            await self._listener.turn_away()
        if self._waiting is not None:
            self._waiting.cancel()
        self._loop.remove_reader(self._listener.socket)
        while all_workers and self._accept():
            pass
        self._listener.close()
        if self._opening:
            await asyncio.wait(self._opening, timeout=_LAST_HANDSHAKE_WITHIN)
        for task in self._opening:
            task.cancel()
        await asyncio.gather(*self._opening, return_exceptions=True)

    def _ready(self) -> None:
        ahead = self._ahead()
        if ahead <= 0:
            self._accept()
        else:
            self._pause(min(ahead * _DEFER_EACH, _DEFER))

    def _pause(self, seconds: float) -> None:
        self._loop.remove_reader(self._listener.socket)
        self._waiting = self._loop.call_later(seconds, self._resume)

    def _resume(self) -> None:
        self._waiting = None
        self._loop.add_reader(self._listener.socket, self._ready)
        self._accept()

    def _accept(self) -> bool:
        """Whether there was a connection."""
        try:
            connection, _ = self._listener.socket.accept()
        except BlockingIOError:  # another worker took it
            return False
        except OSError as error:
            if error.errno == errno.EINVAL:  # a unix socket that was shut by `turn_away`
                return False
            if error.errno not in _NO_ROOM:
                return True  # this connection failed before it was accepted: accept(2)
            if not self._complained:
                self._complained = True
                log.warning("No room for another connection: %s. Those that wait are accepted later", error.strerror)
            if not self._closed:
                self._pause(_RETRY)
            return False
        admit(connection)  # another worker may have turned clients away already
        task = self._loop.create_task(self._open(connection))
        self._opening[task] = None
        task.add_done_callback(lambda done: self._opening.pop(done, None))
        if self._tls is not None and len(self._opening) + self._limits.open > self._limits.most:
            self._give_up_oldest()
        return True

    def _give_up_oldest(self) -> None:
        """Whoever means it has shaken hands within milliseconds."""
        oldest = next(iter(self._opening))
        del self._opening[oldest]
        oldest.cancel()
        self._limits.refused("too_many")

    async def _open(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._make_protocol, connection, ssl=self._tls, **self._patience)
        except OSError as error:  # an ssl.SSLError is one
            log.debug("A connection could not be opened: %s", error)
            connection.close()
