"""The ASGI application of each worker."""

import logging
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp

from app import logs, settings, wiring
from app.domain import index
from app.storage.open_files import make_room

log = logging.getLogger(__name__)


def compiled() -> bool:
    """True for a build of `deploy/compile` or the image, false for plain Python."""
    return not index.__file__.endswith(".py")


def create(metrics_folder: Path, workers: int, stopping: Callable[[], bool]) -> ASGIApp:
    """The application of this worker process, one of so many. It is not ready once `stopping`. Raises ForewarnError."""
    loaded = settings.read()
    logs.configure(loaded.log_level)
    log.info("The request's path is %s", "compiled" if compiled() else "plain Python")
    make_room(loaded.max_connections)
    return wiring.service(loaded, metrics_folder, workers, stopping)
