"""Time from the start of the process until /readyz says ready."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from app.commands import keys
from app.storage.embedded_server import EmbeddedServer
from benchmarks.load import WrongAnswer, ask
from benchmarks.machine import ROOT
from benchmarks.processes import NotStarted, free_port, publish, scratch, service_environment
from benchmarks.rules import bundle_of, made_rules
from benchmarks.scale import Scale

_READY = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_LIMIT = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    """In seconds. `imports` is the time to load the modules alone, the largest part."""

    first: float  # rules from Redis, nothing on disk yet
    again: float  # median of the restarts: rules from the last good bundle on disk
    imports: float
    rules: int


def measure(scale: Scale) -> Start:
    with scratch() as state, EmbeddedServer(state) as redis:
        publish(redis.url, bundle_of(made_rules(scale.start_rules)))
        environment = service_environment(state, redis.url)
        keys.add(state / "keys.yaml", "benchmark", ["assess"], test=False)
        first = _seconds(environment, state)
        again = median(_seconds(environment, state) for _ in range(scale.starts))
        imports = median(_importing() for _ in range(scale.starts))
    return Start(first, again, imports, scale.start_rules)


def _seconds(environment: dict[str, str], state: Path) -> float:
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    with (state / "service.log").open("ab") as log:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603  # ours
    try:
        for _ in _while_running(process, began + _LIMIT):
            with suppress(OSError, WrongAnswer):
                ask(port, _READY)
                return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)
    raise NotStarted("the service was not ready in time")


def _while_running(process: "subprocess.Popen[bytes]", until: float) -> Iterator[None]:
    while process.poll() is None and time.perf_counter() < until:
        yield
        time.sleep(0.002)


def _importing() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import app.commands.cli, app.main, uvloop, httptools"], cwd=ROOT, check=True)
    return time.perf_counter() - began
