"""The sockets that the service listens on. The parent binds them, and every worker accepts from the same ones."""

import socket
from dataclasses import dataclass
from typing import Self

from app.domain.errors import ConfigurationError

# Connections that may wait to be accepted while all workers are busy.
BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket. `place` is what logs and errors call it, such as `127.0.0.1:8000`."""

    place: str
    socket: socket.socket

    @classmethod
    def bind(cls, host: str, port: int) -> Self:
        """Raises ConfigurationError if another process listens there."""
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, port))
        except OSError as error:
            bound.close()
            raise ConfigurationError(f"Cannot listen on {place}: {error.strerror or error}") from error
        return cls(place, bound)

    def listen(self) -> None:
        """Lets clients connect: the first worker that is ready does it, so that nobody waits for one that starts.

        Raises ConfigurationError if another process was first.
        """
        try:
            self.socket.listen(BACKLOG)
        except OSError as error:
            raise ConfigurationError(f"Cannot listen on {self.place}: {error.strerror or error}") from error

    def close(self) -> None:
        self.socket.close()


def require_free(host: str, port: int) -> None:
    """Raises ConfigurationError if another process listens there. Call it before starting anything."""
    Listener.bind(host, port).close()
