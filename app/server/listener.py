"""The sockets that the service listens on. The parent binds them, and every worker accepts from the same ones."""

import asyncio
import ctypes
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from app.domain.errors import ConfigurationError

# Connections that may wait to be accepted while all workers are busy.
BACKLOG = 2048

# A filter of Linux for the packets of one socket (BPF): none that asks for a new connection. Its offsets count from
# the TCP header, whose flags are byte 13; SYN without ACK is dropped.
_SO_ATTACH_FILTER = 26
_NO_SYN = ((0x30, 0, 0, 13), (0x54, 0, 0, 0x12), (0x15, 0, 1, 0x02), (0x06, 0, 0, 0), (0x06, 0, 0, 0xFFFFFFFF))

# Longer than the way to a client and back, for the connections that are being made. In seconds.
_ROUND_TRIP = 0.005


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

    async def turn_away(self) -> None:
        """Makes no new connections, for all who share the socket; those that were begun can then all be accepted.

        A socket that is closed resets the connections in its queue, which their clients already use. A client whose
        packet is dropped asks again after a second, and is refused then. On Linux only.
        """
        if self.socket.family in (socket.AF_INET, socket.AF_INET6):
            code = b"".join(struct.pack("=HBBI", *instruction) for instruction in _NO_SYN)
            buffer = ctypes.create_string_buffer(code)
            program = struct.pack("@HP", len(_NO_SYN), ctypes.addressof(buffer))
            with suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
                await asyncio.sleep(_ROUND_TRIP)

    def close(self) -> None:
        self.socket.close()


def require_free(host: str, port: int) -> None:
    """Raises ConfigurationError if another process listens there. Call it before starting anything."""
    Listener.bind(host, port).close()
