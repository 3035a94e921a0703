"""A real deployment for one test: published rules, keys, and `forewarn serve` with real worker processes."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil

from tests.guard.sitecustomize import FOLDER as GUARD
from tests.redis_server import RedisServer
from tests.waiting import wait_until

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "tests/fixture"  # rules and texts of the tests' own; the partners' files are no test's business
PYTHONPATH = os.pathsep.join((str(GUARD), str(ROOT)))
SECRET = "a-secret-of-the-tests-0123456789abcdef"


class Deployment:
    """`folder` has its state. `cli` runs a command like an operator; `start` and `stop` control the service.

    `program` is the module that is run: a test may replace it with one that changes the code before it starts.
    """

    def __init__(self, folder: Path, redis: RedisServer, **settings: str) -> None:
        self.state = folder / "state"
        self.redis = redis
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.key = ""
        self.log = folder / "service.log"
        self.program = "app"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._wrap: Callable[[], None] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("FOREWARN_", "PROMETHEUS_"))},
            "FOREWARN_REDIS_URL": self.redis.url,
            "FOREWARN_STATE_DIR": str(self.state),
            "FOREWARN_SECRET": SECRET,
            "FOREWARN_DRAIN_SECONDS": "0",
            "PYTHONPATH": PYTHONPATH,
            **self._settings,
        }

    def cli(self, *arguments: str, cwd: Path = FIXTURE, ok: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a `forewarn` command. With `ok` it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", self.program, *arguments],
            env=self.environment,
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not ok or done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done

    def new_key(self, *scopes: str, name: str = "tests", test: bool = False) -> str:
        options = [part for scope in scopes for part in ("--scope", scope)]
        done = self.cli("keys", "new", "--name", name, *options, *(["--test"] if test else []))
        return done.stdout.strip().splitlines()[-1]

    def start(self, workers: int = 1, preexec: Callable[[], None] | None = None, *, ready: bool = True) -> None:
        """Starts the service and returns once it is ready. `preexec` runs in the child first, to set limits."""
        if not self.key:
            self.key = self.new_key("assess", "rules")
        command = [sys.executable, "-m", self.program, "serve", "--port", str(self.port), "--workers", str(workers)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=FIXTURE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=preexec,
            )
        wait_until(self._ready if ready else self._alive, timeout=30)

    def terminate(self) -> None:
        """Sends SIGTERM, like an orchestrator."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        """Sends SIGTERM and waits for the exit."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def kill(self) -> None:
        """Sends SIGKILL to the parent and every worker. First it stops the parent, which would start other workers."""
        if self._process is not None:
            parent = psutil.Process(self._process.pid)
            parent.suspend()
            for process in (*parent.children(recursive=True), parent):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            self._process.wait(30)
            self._process = None

    def close(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(30)

    def workers(self) -> list[psutil.Process]:
        """The worker processes, without multiprocessing's resource tracker."""
        assert self._process is not None
        children = psutil.Process(self._process.pid).children(recursive=True)
        return [child for child in children if "spawn_main" in _command(child)]

    def client(self, key: str | None = None, **options: Any) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.key if key is None else key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20, **options)

    def readyz(self) -> dict[str, Any]:
        with httpx.Client(base_url=self.url, timeout=5) as client:
            answered: dict[str, Any] = client.get("/readyz").json()
            return answered

    def events(self) -> list[dict[str, Any]]:
        """Every event in the stream, duplicates included, in stream order."""
        with self.redis.client() as client:
            entries: Any = client.xrange("forewarn:events")
        return [orjson.loads(line) for _, fields in entries for line in fields[b"events"].splitlines()]

    def event_ids(self) -> set[str]:
        return {event["assessment_id"] for event in self.events()}

    def _ready(self) -> bool:
        self._still_running()
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        return False

    def _alive(self) -> bool:
        self._still_running()
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        return False

    def _still_running(self) -> None:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # killed a moment ago
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def a_withdrawal(withdrawal_id: str = "wd_1", **changes: Any) -> dict[str, Any]:
    """A withdrawal that, in the fixture's Hong Kong, gets the investment alert."""
    return {
        "withdrawal_id": withdrawal_id,
        "user_id": "u-829393",
        "region": "HK",
        "languages": ["zh-HK", "en"],
        "asset": "USDT",
        "network": "TRON",
        "amount": "12500.00",
        "amount_usd": 12500.0,
        "declared_purpose": "investment",
        "destination": {"address": "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "first_use": True},
        "account": {"age_days": 14},
        **changes,
    }


def deployments(folder: Path, redis: RedisServer, **settings: str) -> Iterator[Deployment]:
    """A deployment with the fixture's rules published, closed at the end."""
    deployment = Deployment(folder, redis, **settings)
    deployment.cli("publish")
    try:
        yield deployment
    finally:
        deployment.close()


@contextmanager
def running_service(folder: Path) -> Iterator[Deployment]:
    """The fixture's rules, served by one worker with a Redis of its own."""
    redis = RedisServer(folder / "redis-server")
    try:
        redis.start()
        for deployment in deployments(folder, redis):
            deployment.start()
            yield deployment
    finally:
        redis.close()


def write_tree(folder: Path, files: dict[str, str]) -> Path:
    """Writes a small tree of files; returns the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
