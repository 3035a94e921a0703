"""The Redis server that `forewarn up` starts for itself."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Self
from urllib.parse import quote

import redis

from app.storage.atomic_file import write_atomically
from app.storage.parent_death import end_with_parent
from app.storage.redis_client import connect_sync
from app.storage.server_binary import find_server
from app.storage.server_url import URL_FILE, server_url
from app.storage.storage_errors import ServerError, StorageError

SOCKET_PATH_LIMIT = 107  # bytes; Linux's sun_path without its final zero


class EmbeddedServer:
    """One per state folder. The parent of all processes starts it, from its main thread.

    As a context manager it starts and stops the server. Every failure is a ServerError.
    """

    def __init__(self, state_dir: Path, *, start_timeout: float = 30.0, stop_timeout: float = 10.0) -> None:
        self._state = state_dir.absolute()
        self._data = self._state / "redis"
        self._log = self._data / "server.log"
        self._start_timeout = start_timeout
        self._stop_timeout = stop_timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None
        self._socket = self._state / "redis.sock"
        self._socket_folder: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns once the server answers."""
        binary = find_server()
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._take_lock()
            self._end_orphan()
            self._choose_socket()
            self._launch(binary)
            self._wait_for_pong()
            write_atomically(self._state / URL_FILE, self.url.encode() + b"\n", mode=0o600)
        except OSError as error:
            self.stop()
            raise ServerError(f"cannot start {binary} in {self._data}: {error}") from error
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """SIGTERM, then SIGKILL after `stop_timeout` seconds; does nothing if it is not running."""
        if self._lock is not None:
            (self._state / URL_FILE).unlink(missing_ok=True)
        self._end_process()
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)
            self._socket_folder = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def restart(self) -> None:
        self.stop()
        self.start()

    def _take_lock(self) -> None:
        """Takes the lock. The kernel drops it when its holder dies, so a free lock means that no parent is alive."""
        self._lock = os.open(self._data / "owner.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise ServerError(f"another forewarn up is running with {self._state}") from None

    def _end_orphan(self) -> None:
        """Stops the server of a dead parent, which may still run where parents' deaths are not signalled (macOS)."""
        url = server_url(self._state)
        if url is None or not _answers(url):
            return
        with connect_sync(url) as client:
            try:
                client.shutdown(save=True)
            except redis.RedisError as error:
                raise ServerError(f"the server of a dead parent at {url} does not stop: {error}") from error
        _wait(lambda: not _answers(url), self._stop_timeout, f"the server of a dead parent at {url} still runs")

    def _choose_socket(self) -> None:
        self._socket = self._state / "redis.sock"
        if len(os.fsencode(self._socket)) > SOCKET_PATH_LIMIT:
            # TMPDIR may itself be too long.
            self._socket_folder = Path(tempfile.mkdtemp(prefix="forewarn-", dir="/tmp"))
            self._socket = self._socket_folder / "redis.sock"

    def _launch(self, binary: Path) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  found by find_server
                [binary, *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._data,
                start_new_session=True,  # Ctrl-C reaches only the parent, which stops it last
                preexec_fn=end_with_parent(),  # noqa: PLW1509  the parent has no threads yet
            )

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]

    def _wait_for_pong(self) -> None:
        def ready() -> bool:
            if not self.alive():
                raise ServerError(f"the Redis server ended while starting; {self._log_tail()}")
            return _answers(self.url)

        _wait(ready, self._start_timeout, f"the Redis server at {self.url} does not answer")

    def _log_tail(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-5:]
        return "\n".join([f"{self._log} ends:", *lines])

    def _end_process(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(self._stop_timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _answers(url: str) -> bool:
    """Also False while it loads its data."""
    try:
        with connect_sync(url) as client:
            return bool(client.ping())
    except (redis.RedisError, StorageError):
        return False


def _wait(condition: Callable[[], bool], timeout: float, complaint: str) -> None:
    ends = monotonic() + timeout
    while not condition():
        if monotonic() > ends:
            raise ServerError(f"{complaint} after {timeout} s")
        sleep(0.01)
