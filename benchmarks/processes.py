"""The service and its peers as real processes, with their processor time and memory as the kernel counts them."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from app.commands import keys
from app.storage.bundle_store import BundleStore
from app.storage.embedded_server import EmbeddedServer
from app.storage.redis_client import connect_sync
from benchmarks.compiled import flags, plain
from benchmarks.load import WrongAnswer, ask
from benchmarks.machine import ROOT

_START_LIMIT = 60.0
_SETTLE_LIMIT = 15.0


class NotStarted(Exception):
    """A process exited, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that listens on a port of 127.0.0.1, including its workers."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    beside: tuple[int, ...] = ()  # processes that it depends on: Redis

    def workers(self) -> list[psutil.Process]:
        """The processes that answer: uvicorn's children, else the process itself."""
        parent = psutil.Process(self.process.pid)
        spawned = [child for child in parent.children(recursive=True) if "spawn_main" in " ".join(child.cmdline())]
        return spawned or [parent]

    def processor_seconds(self) -> float:
        """The processor time of all its workers so far."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers())

    def settle(self) -> None:
        """Waits until deferred work is done: the journal is shipped after the answers."""
        ends = time.monotonic() + _SETTLE_LIMIT
        used = self._used()
        while time.monotonic() < ends:
            time.sleep(0.1)
            before, used = used, self._used()
            if used - before <= 0.01:
                return

    def _used(self) -> float:
        helpers = sum(sum(psutil.Process(pid).cpu_times()[:2]) for pid in self.beside)
        return self.processor_seconds() + helpers

    def resident(self) -> int:
        """Resident memory of the largest worker, in bytes."""
        return max(int(worker.memory_info().rss) for worker in self.workers())


@dataclass(frozen=True, slots=True)
class Service:
    """A deployment of Forewarn: Redis, published rules, one service process."""

    server: Server
    state: Path
    redis: EmbeddedServer
    key: str

    def publish(self, bundle: bytes) -> str:
        return publish(self.redis.url, bundle)

    def lost(self) -> float:
        """Events that its journal lost."""
        page = ask(self.server.port, b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").decode()
        return sum(
            float(line.split()[1]) for line in page.splitlines() if line.startswith("forewarn_events_lost_total")
        )


def publish(url: str, bundle: bytes) -> str:
    """Puts a bundle in force; returns its revision."""
    with connect_sync(url) as client:
        return BundleStore(client).publish(bundle, by="benchmark", commit="", at="2026-11-20").revision


@contextmanager
def scratch() -> Iterator[Path]:
    """A temporary folder with a path short enough for a unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="fwb-", dir="/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def service(
    bundle: bytes,
    workers: int = 1,
    module: str = "app",
    extra: dict[str, str] | None = None,
    *,
    compiled: bool = True,
) -> Iterator[Service]:
    """Starts the service with `forewarn serve`, or with a module that wraps it, and default settings.

    It is compiled if this process is, unless `compiled` is false.
    """
    with ExitStack() as closing:
        state = closing.enter_context(scratch())
        redis = closing.enter_context(EmbeddedServer(state))
        publish(redis.url, bundle)
        environment = service_environment(state, redis.url) | (extra or {})
        key = keys.add(state / "keys.yaml", "benchmark", ["assess"], test=False)
        python = [sys.executable, *(flags() if compiled else [])]
        environment = environment if compiled else plain(environment)
        server = closing.enter_context(_serving(environment, workers, [*python, "-m", module]))
        server = replace(server, beside=(redis.pid,) if redis.pid else ())
        yield Service(server, state, redis, key)


def service_environment(state: Path, redis_url: str) -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("FOREWARN_", "PROMETHEUS_"))}
    return outside | {
        "FOREWARN_STATE_DIR": str(state),
        "FOREWARN_REDIS_URL": redis_url,
        "FOREWARN_SECRET": secrets.token_hex(32),
        "FOREWARN_DRAIN_SECONDS": "0",
    }


@contextmanager
def _serving(environment: Mapping[str, str], workers: int, program: Sequence[str]) -> Iterator[Server]:
    port = free_port()
    command = [*program, "serve", "--port", str(port), "--workers", str(workers)]
    with running("Forewarn", command, environment, port) as server:
        wait_ready(server, b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        yield server


@contextmanager
def peer(name: str, command: Sequence[str], folder: Path, probe: bytes) -> Iterator[Server]:
    """Starts a peer that answers the same requests. `command` lacks the port; `folder` has its answer and rules."""
    port = free_port()
    environment = os.environ | {"FOREWARN_BENCHMARK": str(folder)}
    with running(name, [*command, str(port)], environment, port) as server:
        wait_ready(server, probe)
        yield server


@contextmanager
def running(name: str, command: Sequence[str], environment: Mapping[str, str], port: int) -> Iterator[Server]:
    """Stops it with SIGTERM, and with SIGKILL if that does not help within twenty seconds."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)  # noqa: S603  # ours
        try:
            yield Server(name, port, process)
        except NotStarted as error:
            log.seek(0)
            raise NotStarted(f"{error}\n{log.read()[-4_000:].decode(errors='replace')}") from None
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_ready(server: Server, probe: bytes) -> None:
    ends = time.monotonic() + _START_LIMIT
    while True:
        with suppress(OSError, WrongAnswer):
            ask(server.port, probe)
            return
        if server.process.poll() is not None:
            raise NotStarted(f"{server.name} ended at its start")
        if time.monotonic() > ends:
            raise NotStarted(f"{server.name} does not answer after {_START_LIMIT:.0f} s")
        time.sleep(0.002)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
