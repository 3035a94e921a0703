"""An S3 server for tests: moto's, which speaks HTTP and keeps objects in memory. It can be made unreachable."""

import importlib.util
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pyarrow import fs

from app.storage.parent_death import end_with_parent
from tests.deployment import free_port
from tests.waiting import wait_until

needs_s3 = pytest.mark.skipif(
    importlib.util.find_spec("moto") is None,
    reason="no S3 server here: pip install 'moto[s3,server]' to test the dataset in an object store",
)
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDOFTESTS", "AWS_SECRET_ACCESS_KEY": "secret-of-tests"}


class S3Server:
    """`options` follow the question mark in the URL of a dataset on this server."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        with (folder / "s3.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self._port)],
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(),
            )
        self._relay = _Relay(self._port)
        self.endpoint = f"127.0.0.1:{self._relay.port}"
        self.options = f"endpoint_override={self.endpoint}&scheme=http&region=us-east-1"
        wait_until(self._answers, timeout=60)

    def make_bucket(self, name: str) -> None:
        store = fs.S3FileSystem(
            access_key=KEYS["AWS_ACCESS_KEY_ID"],
            secret_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            endpoint_override=self.endpoint,
            scheme="http",
            region="us-east-1",
            allow_bucket_creation=True,
        )
        store.create_dir(name)

    @contextmanager
    def checking_keys(self) -> Iterator[None]:
        """Makes it demand known access keys; it knows none."""
        self._set_open_calls("0")
        try:
            yield
        finally:
            self._set_open_calls("inf")

    def vanish(self) -> None:
        """Breaks connections in the middle and refuses new ones, like a server that died.

        Its objects stay, as on a disk. A stopped moto would forget them.
        """
        self._relay.close()

    def return_(self) -> None:
        self._relay = _Relay(self._port, self._relay.port)

    def close(self) -> None:
        self._relay.close()
        self._process.kill()
        self._process.wait()

    def _set_open_calls(self, number: str) -> None:
        url = f"http://127.0.0.1:{self._port}/moto-api/reset-auth"
        asked = urllib.request.Request(url, number.encode(), {"Content-Type": "text/plain"}, method="POST")
        with urllib.request.urlopen(asked, timeout=5):
            pass

    def _answers(self) -> bool:
        address = f"http://127.0.0.1:{self._port}/moto-api/"
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=5):
            return True
        return False


class _Relay:
    """Forwards connections to a port of this machine until it is closed."""

    def __init__(self, to: int, port: int = 0) -> None:
        self._to = to
        self._open: set[socket.socket] = set()
        self._closed = False
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for end in (self._listener, *self._open):
                _end(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                with self._lock:
                    self._open |= {caller, server}
                    if self._closed:
                        _end(caller)
                        _end(server)
                for one, other in ((caller, server), (server, caller)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        _end(other)
        with self._lock:
            self._open.discard(one)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
