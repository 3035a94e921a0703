"""A real Redis or Valkey server for one test, which can be stopped, killed, frozen and emptied."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import redis

from app.storage.parent_death import end_with_parent
from app.storage.redis_client import connect_sync
from app.storage.server_binary import find_server
from tests.waiting import wait_until


class RedisServer:
    """Listens on a unix socket (`url`) and, with `tcp=True`, also on a port of 127.0.0.1 (`tcp_url`).

    Its data survives stop, kill and start: the append-only file is synced on every write. `options` are the server's.
    """

    def __init__(self, folder: Path, *, tcp: bool = False, options: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._options = options or {}
        self._folder.mkdir(parents=True, exist_ok=True)
        # pytest's own paths may be too long for a socket.
        self._socket_folder = Path(tempfile.mkdtemp(prefix="fw-", dir="/tmp"))
        self._binary = find_server()
        self._port = _free_port() if tcp else 0
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"unix://{self._socket_folder}/redis.sock"
        self.tcp_url = f"redis://127.0.0.1:{self._port}/0" if tcp else None

    def start(self) -> None:
        """Starts the server and returns once it answers; does nothing if it runs."""
        if self._process is not None:
            return
        options = {
            "port": str(self._port),
            "bind": "127.0.0.1",
            "unixsocket": f"{self._socket_folder}/redis.sock",
            "dir": str(self._folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            "logfile": str(self._folder / "server.log"),
            **self._options,
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [self._binary, *arguments], start_new_session=True, preexec_fn=end_with_parent()
        )
        wait_until(self._answers)

    def stop(self) -> None:
        """Stops it with SIGTERM; the data stays."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Kills it with SIGKILL, like a crash; the data stays."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Makes it accept connections and commands, and answer nothing until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empties it with FLUSHALL."""
        with self.client() as client:
            client.flushall()

    def client(self) -> redis.Redis:
        """A synchronous client for looking at the data. Use it in a `with` statement."""
        return connect_sync(self.url)

    def close(self) -> None:
        """Stops it in any state and removes its socket."""
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            self.kill()
        shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "the server is not running"
        os.kill(self._process.pid, number)

    def _end(self, number: signal.Signals) -> None:
        self._signal(number)
        assert self._process is not None
        self._process.wait(10)
        self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "server.log").read_text()
        with suppress(redis.RedisError), self.client() as client:
            return bool(client.ping())
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
