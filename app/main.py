"""The ASGI application that uvicorn runs in each worker."""

import logging
import os
from pathlib import Path

from starlette.types import ASGIApp

from app import logs, settings, wiring
from app.api.metrics import FOLDER_VARIABLE
from app.domain import index
from app.domain.errors import ConfigurationError
from app.storage.parent_death import follow_parent

log = logging.getLogger(__name__)

# `forewarn serve` sets these for its workers; nothing else does.
WORKERS_VARIABLE = "FOREWARN_INTERNAL_WORKERS"
PARENT_VARIABLE = "FOREWARN_INTERNAL_PARENT"


def compiled() -> bool:
    """True for a build of `deploy/compile` or the image, false for plain Python."""
    return not index.__file__.endswith(".py")


def create() -> ASGIApp:
    """Creates the application of this worker process."""
    loaded = settings.read()
    logs.configure(loaded.log_level)
    log.info("The request's path is %s", "compiled" if compiled() else "plain Python")
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        raise ConfigurationError("Start the service with `forewarn serve`, which makes a folder for its metrics")
    workers = int(os.environ.get(WORKERS_VARIABLE, "1"))
    if workers > 1:
        follow_parent(int(os.environ[PARENT_VARIABLE]))
    return wiring.service(loaded, Path(folder), workers)
