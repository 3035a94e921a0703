"""`forewarn serve`: the decision API, in worker processes under a parent."""

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app import logs, settings
from app.commands.options import PORT, keep_files_private
from app.commands.stop_signals import exit_on_sigterm
from app.domain.errors import ConfigurationError
from app.server.listener import Listener
from app.server.supervisor import Supervisor
from app.server.worker_messages import Plan
from app.storage.redis_client import connect_sync

_METRICS = "forewarn-metrics-"

# How long a worker may take to stop after its drain, in seconds: ten for its requests, ten for its events, and a little
# for itself.
_STOP_WITHIN = 22.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Worker processes: one per core."
)
def serve(host: str, port: int, workers: int) -> None:
    """Run the decision API until SIGTERM.

    Needs FOREWARN_SECRET, and FOREWARN_REDIS_URL or the Redis of a running `forewarn up`. Answers come from memory:
    they go on when Redis stops. On SIGTERM it says that it is not ready, answers for FOREWARN_DRAIN_SECONDS more, and
    ships the events it recorded, for up to ten seconds. SIGHUP replaces the workers one by one.
    """
    keep_files_private()
    loaded = settings.load(logs.configure)
    settings.require_keys_file(loaded)
    connect_sync(settings.redis_url(loaded)).close()  # an unusable URL is one line here, and a traceback in each worker
    exit_on_sigterm()
    if not loaded.secret:
        raise ConfigurationError("FOREWARN_SECRET is not set: 32 random characters or more, the same on every machine")
    listeners = (Listener.bind(host, port),)
    with _metrics_folder() as folder:
        plan = Plan(listeners, folder, workers, loaded.drain_seconds)
        asyncio.run(Supervisor(plan, loaded.drain_seconds + _STOP_WITHIN).run())


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
