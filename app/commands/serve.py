"""Running the service's workers under uvicorn."""

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from app import settings, wiring
from app.api.metrics import FOLDER_VARIABLE
from app.domain.errors import ConfigurationError
from app.main import PARENT_VARIABLE, WORKERS_VARIABLE

_METRICS = "forewarn-metrics-"

# Ours; what the benchmarks compare with runs by uvicorn's own.
CONNECTION = "app.api.uvicorn_protocol:Connection"

# How uvicorn runs; the benchmarks run what they compare with by the same.
UVICORN: Mapping[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    "access_log": False,
    "log_config": None,
    "server_header": False,
    # Connections that wait to be accepted while all workers are busy.
    "backlog": 2048,
    # Longer than the 60 s for which load balancers usually keep a connection: they should be the ones to close it.
    "timeout_keep_alive": 75,
    "timeout_graceful_shutdown": 10,
}


def serve(host: str, port: int, workers: int) -> None:
    """Serves until SIGTERM or SIGINT; then ships what is unshipped and returns."""
    loaded = settings.load()
    if not loaded.secret:
        raise ConfigurationError("FOREWARN_SECRET is not set: 32 random characters or more, the same on every machine")
    wiring.redis_url(loaded)
    require_free(host, port)
    with _metrics_folder() as folder:
        os.environ[FOLDER_VARIABLE] = str(folder)
        os.environ[WORKERS_VARIABLE] = str(workers)
        os.environ[PARENT_VARIABLE] = str(os.getpid())
        ours = {**UVICORN, "http": CONNECTION}
        uvicorn.run("app.main:create", factory=True, host=host, port=port, workers=workers, lifespan="on", **ours)


def require_free(host: str, port: int) -> None:
    """Raises ConfigurationError where another process listens there, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(f"Cannot listen on {host}:{port}: {error.strerror or error}") from error


@contextmanager
def _metrics_folder() -> Iterator[Path]:
    """A folder in memory for the metrics of this machine's workers: a file mapped from a full disk kills who writes."""
    shared = Path("/dev/shm")  # noqa: S108  # made by mkdtemp, mode 0700
    base = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    _sweep(base)
    folder = Path(tempfile.mkdtemp(prefix=_METRICS, dir=base))
    handle = os.open(folder / "owner.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _sweep(base: Path) -> None:
    """Removes the folders of parents that were killed: nobody holds their lock any more."""
    for folder in base.glob(_METRICS + "*"):
        try:
            handle = os.open(folder / "owner.lock", os.O_RDWR)
        except OSError:
            continue  # just being made, or another user's
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass  # its parent lives
        finally:
            os.close(handle)
