"""The service as uvicorn runs it without `forewarn serve`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.deployment import FIXTURE, Deployment, free_port
from tests.waiting import wait_until


@contextmanager
def plainly_served(deployment: Deployment, folder: Path, *arguments: str, **settings: str) -> Iterator[int]:
    """Its port. Redis, secret and keys are the deployment's, the state folder is its own; see `plain_routes`.

    What it logs is in the file `log` of the folder.
    """
    port = free_port()
    environment = deployment.environment | {
        "FOREWARN_STATE_DIR": str(folder / "state"),
        "FOREWARN_KEYS_FILE": str(deployment.state / "keys.yaml"),
        **settings,
    }
    command = [sys.executable, str(Path(__file__).with_name("plain_routes.py")), str(port), str(folder), *arguments]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=FIXTURE, stdout=log, stderr=log)

    def ready() -> bool:
        assert process.poll() is None, (folder / "log").read_text()
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        return False

    try:
        wait_until(ready, timeout=30)
        yield port
    finally:
        process.terminate()
        process.wait(20)
