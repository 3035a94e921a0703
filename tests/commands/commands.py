"""Running commands as an operator does, and checking how they end."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.deployment import PYTHONPATH, free_port

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]

COMMAND = [sys.executable, "-m", "app"]


def environment(state: Path, **settings: str) -> dict[str, str]:
    """The environment of this process, without its settings and without colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FOREWARN_", "PROMETHEUS_"))}
    return kept | {"FOREWARN_STATE_DIR": str(state), "PYTHONPATH": PYTHONPATH} | settings


def free_ports() -> tuple[str, ...]:
    """Options for `up`."""
    return ("--port", str(free_port()), "--console-port", str(free_port()))


def failed(done: Done, code: int = 1) -> str:
    """The message on standard error, after asserting that it is one clear line and that the code is right."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("forewarn: ")
    return lines[0].removeprefix("forewarn: ")


def succeeded(done: Done) -> str:
    """The standard output, after asserting success."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
