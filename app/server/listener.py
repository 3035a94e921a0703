"""The sockets that the service listens on. The parent binds them, and every worker accepts from the same ones."""

import asyncio
import errno
import os
import socket
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.errors import ConfigurationError

# Connections that may wait to be accepted while all workers are busy.
BACKLOG = 2048

# The least TTL (IPv6: hop limit) of a packet that a socket takes; options of Linux (ip(7)) that Python does not name.
# Systems send 64 or 128 at first, so 255 takes nothing. A filter (BPF) would do too, but some kernels keep it for root.
_IP_MINTTL = (socket.IPPROTO_IP, 21)
_IPV6_MINHOPCOUNT = (socket.IPPROTO_IPV6, 73)
_LEAST_TTL = {socket.AF_INET: (_IP_MINTTL,), socket.AF_INET6: (_IP_MINTTL, _IPV6_MINHOPCOUNT)}

# Longer than the way to a client and back, for the connections that are being made. In seconds.
_ROUND_TRIP = 0.005


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket. `place` is what logs and errors call it, such as `127.0.0.1:8000`.

    `management` is for health and metrics; `file` is the device and inode of a unix socket.
    """

    place: str
    socket: socket.socket
    management: bool = False
    file: tuple[int, int] | None = field(default=None, kw_only=True)

    def listen(self) -> None:
        """Lets clients connect: the first worker that is ready does it, so that nobody waits for one that starts.

        Raises ConfigurationError if another process was first.
        """
        try:
            self.socket.listen(BACKLOG)
        except OSError as error:
            raise _cannot_listen(self.place, error) from error

    async def turn_away(self) -> None:
        """Makes no new connections, for all who share the socket; those that were begun can then all be accepted.

        A socket that is closed resets the connections in its queue, which their clients already use. A client whose
        packet is dropped asks again after a second, and is refused then; at a unix socket it is refused at once. On
        Linux only.
        """
        if sys.platform == "linux" and self.socket.family == socket.AF_UNIX:
            with suppress(OSError):  # another worker has shut it
                self.socket.shutdown(socket.SHUT_RD)
        if _take_only(self.socket, least_ttl=255):
            await asyncio.sleep(_ROUND_TRIP)

    def close(self) -> None:
        self.socket.close()

    def remove(self) -> None:
        """Deletes the file of a unix socket, unless another service has put its own there."""
        with suppress(OSError):
            if self.file is not None and _file(Path(self.place)) == self.file:
                Path(self.place).unlink()


def admit(accepted: socket.socket) -> None:
    """Takes the packets of a connection that was still being made at `turn_away`, and inherited it."""
    _take_only(accepted, least_ttl=0)


def bind(host: str, port: int, *, management: bool = False) -> tuple[Listener, ...]:
    """One listener for each address of the host; `::` is every address of the machine, those of IPv4 included.

    Raises ConfigurationError if there is no such address here, or if another process listens there.
    """
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if not host:
        raise ConfigurationError(f"Cannot listen on {place}: expected an address or a host name")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise _cannot_listen(place, error) from error
    listeners: list[Listener] = []
    missing: OSError | None = None
    for family, address in dict.fromkeys((family, address) for family, _, _, _, address in found):
        try:
            listeners.append(Listener(place, _bound(family, address, both=host == "::"), management))
        except OSError as error:
            # `localhost` has an address of IPv6 even where a machine or container has no IPv6.
            if error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}:
                _close(listeners)
                raise _cannot_listen(place, error) from error
            missing = error
    if not listeners and missing is not None:
        raise _cannot_listen(place, missing) from missing
    return tuple(listeners)


def bind_unix(path: Path, mode: int) -> Listener:
    """A unix socket with these permissions. A socket that a killed service left there is replaced.

    It listens at once: until then a second service would take it for such a socket. Raises ConfigurationError.
    """
    place = str(path)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(path)
        bound.bind(place)
        path.chmod(mode)
        bound.listen(BACKLOG)
        return Listener(place, bound, file=_file(path))
    except OSError as error:
        bound.close()
        raise _cannot_listen(place, error) from error
    except ConfigurationError:
        bound.close()
        raise


def require_free(host: str, port: int) -> None:
    """Raises ConfigurationError if another process listens there. Call it before starting anything."""
    _close(bind(host, port))


def _take_only(which: socket.socket, *, least_ttl: int) -> bool:
    """Whether the system could do it."""
    try:
        for level, option in _LEAST_TTL.get(which.family, ()) if sys.platform == "linux" else ():
            which.setsockopt(level, option, least_ttl)
    except OSError:
        return False
    return which.family in _LEAST_TTL


def _bound(family: int, address: tuple[object, ...], *, both: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # Else the machine's own default would decide: net.ipv6.bindv6only.
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(not both))
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def _remove_stale(path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(status.st_mode):
        raise ConfigurationError(f"Cannot listen on {path}: there is something else than a socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise ConfigurationError(f"Cannot listen on {path}: {os.strerror(errno.EADDRINUSE)}")


def _file(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_dev, status.st_ino


def _cannot_listen(place: str, error: Exception) -> ConfigurationError:
    return ConfigurationError(f"Cannot listen on {place}: {getattr(error, 'strerror', None) or error}")


def _close(listeners: Iterable[Listener]) -> None:
    for listener in listeners:
        listener.close()
