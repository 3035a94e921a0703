"""`forewarn serve`: the decision API, in worker processes under uvicorn."""

import fcntl
import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import uvicorn

from app import logs, settings
from app.api.metrics import FOLDER_VARIABLE
from app.api.uvicorn_internals import missing_names
from app.commands.options import PORT
from app.commands.stop_signals import exit_on_sigterm
from app.domain.errors import ConfigurationError
from app.main import PARENT_VARIABLE, WORKERS_VARIABLE
from app.storage.redis_client import connect_sync

_METRICS = "forewarn-metrics-"

log = logging.getLogger(__name__)

# Our own protocol class. The benchmarks run the services they compare with under uvicorn's own.
PROTOCOL = "app.api.uvicorn_protocol:FastLaneProtocol"

# Options of uvicorn: our own logs instead of its, and no header that names it.
QUIET: Mapping[str, Any] = {"access_log": False, "log_config": None, "server_header": False}

# The benchmarks run the services they compare with under the same options.
UVICORN: Mapping[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    **QUIET,
    # Connections that may wait to be accepted while all workers are busy.
    "backlog": 2048,
    # Longer than the usual 60 s of load balancers, so that they close the connection, not we.
    "timeout_keep_alive": 75,
    "timeout_graceful_shutdown": 10,
}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Worker processes: one per core."
)
def serve(host: str, port: int, workers: int) -> None:
    """Run the decision API until SIGTERM.

    Needs FOREWARN_SECRET, and FOREWARN_REDIS_URL or the Redis of a running `forewarn up`. Answers come from memory:
    they go on when Redis stops. On SIGTERM each worker ships the events it recorded, for up to ten seconds.
    """
    loaded = settings.load(logs.configure)
    settings.require_keys_file(loaded)
    connect_sync(settings.redis_url(loaded)).close()  # an unusable URL is one line here, and a traceback in each worker
    exit_on_sigterm()
    if not loaded.secret:
        raise ConfigurationError("FOREWARN_SECRET is not set: 32 random characters or more, the same on every machine")
    require_free(host, port)
    with _metrics_folder() as folder:
        os.environ[FOLDER_VARIABLE] = str(folder)
        os.environ[WORKERS_VARIABLE] = str(workers)
        os.environ[PARENT_VARIABLE] = str(os.getpid())
        config = {**UVICORN, "http": _protocol()}
        uvicorn.run("app.main:create", factory=True, host=host, port=port, workers=workers, lifespan="on", **config)


def _protocol() -> str:
    """Ours; uvicorn's own where this uvicorn lacks a name that ours needs. Then FastAPI's routes answer everything."""
    missing = missing_names()
    if not missing:
        return PROTOCOL
    log.warning(
        "No fast lane: uvicorn %s has no %s. FastAPI's routes answer every request, at a third of the throughput",
        uvicorn.__version__,
        ", ".join(missing),
    )
    return str(UVICORN["http"])


def require_free(host: str, port: int) -> None:
    """Raises ConfigurationError if another process listens there. Call it before starting anything."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError(f"Cannot listen on {host}:{port}: {error.strerror or error}") from error


@contextmanager
def _metrics_folder() -> Iterator[Path]:
    """A folder in memory for the workers' metrics: writing to a file mapped from a full disk kills the process."""
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
    """Removes the folders of parents that were killed: their locks are free."""
    for folder in base.glob(_METRICS + "*"):
        try:
            handle = os.open(folder / "owner.lock", os.O_RDWR)
        except OSError:
            continue  # not locked yet, or another user's
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass  # its parent is alive
        finally:
            os.close(handle)
