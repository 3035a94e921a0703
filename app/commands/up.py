"""`forewarn up`: everything on one machine, started once and stopped together."""

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Self

from app import settings
from app.api import request_examples
from app.commands import keys, rule_folders
from app.commands.serve import require_free
from app.domain.errors import ConfigurationError, ForewarnError
from app.service.rulebook import Rulebook
from app.simulate import demo
from app.storage.atomic_file import write_atomically
from app.storage.embedded_server import EmbeddedServer
from app.storage.parent_death import end_with_parent

HOST = "127.0.0.1"
DEVELOPMENT_KEY = "development"

# Starting takes 1 to 2 s; a machine that needs longer than this needs a look. Seconds.
_READY_WITHIN = 60.0
_STOP_WITHIN = 25.0  # the service ships for up to 10 s after its last answer
_LOOK_EVERY = 0.2
_AGAIN_AFTER = 5.0  # what ends at once must not be started all the time

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ports:
    service: int
    console: int


def up(folders: rule_folders.Folders, ports: Ports, workers: int, say: Say, book: Rulebook | None = None) -> None:
    """Runs until SIGINT or SIGTERM, then stops what it started, in reverse. Raises ForewarnError.

    With `book` a made-up exchange has used these rules for some weeks, and goes on using the service.
    """
    loaded = settings.load()
    with ExitStack() as closing:
        closing.enter_context(_only_one(loaded.state_dir))
        require_free(HOST, ports.service)
        require_free(HOST, ports.console)
        stopping = _stop_on_signals()
        server = None
        url = loaded.redis_url
        if url is None:
            server = closing.enter_context(EmbeddedServer(loaded.state_dir))
            url = server.url
            say(f"Redis      started, data in {loaded.state_dir / 'redis'}")
        published = rule_folders.publish(folders, url, by="forewarn up", say=say)
        say(f"Rules      {published.revision[:19]}… {'published' if published.changed else 'already in force'}")
        key = _development_key(loaded)
        environment = _environment(loaded, url)
        if book is not None:
            demo.fill(loaded.dataset_place, environment["FOREWARN_SECRET"], book, time.time(), say)
        serve = ("serve", "--host", HOST, "--port", str(ports.service), "--workers", str(workers))
        service = closing.enter_context(Process("service", environment, *serve))
        # The others load libraries for seconds: the service is not to share the processor with that.
        _wait_until_ready(service, ports.service, stopping)
        archiver = closing.enter_context(Process("archiver", environment, "archive", "--interval", "1"))
        console = ("console", "--host", HOST, "--port", str(ports.console))
        companions = [archiver, closing.enter_context(Process("console", environment, *console))]
        if book is not None and not stopping():
            companions.append(closing.enter_context(_traffic(loaded, environment, ports.service)))
        if not stopping():
            _welcome(ports, key, say)
        _wait_until_ready(companions[1], ports.console, stopping)
        if not stopping():
            say(f"The console is ready too: http://{HOST}:{ports.console}")
        _watch(service, companions, server, stopping, say)
        say("Stopping …")


@contextmanager
def _only_one(state_dir: Path) -> Iterator[None]:
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        handle = os.open(state_dir / "up.lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise ConfigurationError(f"State folder {state_dir} cannot be used: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise ConfigurationError(f"`forewarn up` already runs with the state folder {state_dir}") from None
    try:
        yield
    finally:
        os.close(handle)


def _stop_on_signals() -> Callable[[], bool]:
    stopped = False

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal stopped
        stopped = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return lambda: stopped


def _kept(path: Path, make: Callable[[], str]) -> str:
    """A secret of this machine: made once, readable by its owner only."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        made = make()
        write_atomically(path, f"{made}\n".encode(), mode=0o600)
        return made


def _development_key(loaded: settings.Settings) -> str:
    key = _kept(loaded.state_dir / "development.key", keys.new_key)
    keys.ensure(loaded.keys_path, DEVELOPMENT_KEY, key, ("assess", "rules", "reports"))
    return key


def _environment(loaded: settings.Settings, url: str) -> dict[str, str]:
    return os.environ | {
        "FOREWARN_REDIS_URL": url,
        "FOREWARN_SECRET": loaded.secret or _kept(loaded.state_dir / "secret", lambda: secrets.token_urlsafe(32)),
        "FOREWARN_LOG_LEVEL": os.environ.get("FOREWARN_LOG_LEVEL", "warning"),
    }


class Process:
    """A `forewarn` command in a session of its own: Ctrl-C reaches this process only, which stops all in order."""

    def __init__(self, name: str, environment: Mapping[str, str], *command: str) -> None:
        self.name = name
        self._environment = environment
        self._command = command
        self.start()

    def start(self) -> None:
        self.started_at = time.monotonic()
        self._child = subprocess.Popen(  # noqa: S603  # our own interpreter and code
            [sys.executable, "-m", "app", *self._command],
            env=self._environment,
            start_new_session=True,
            preexec_fn=end_with_parent(),  # noqa: PLW1509  # this process has one thread
        )

    @property
    def ended(self) -> int | None:
        """The code that it ended with; None while it runs."""
        return self._child.poll()

    def require(self) -> None:
        """Raises ForewarnError where it has ended."""
        if self.ended is not None:
            raise ForewarnError(f"The {self.name} ended with code {self.ended}; see above")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        try:
            self._child.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait()


def _traffic(loaded: settings.Settings, environment: Mapping[str, str], port: int) -> Process:
    """A made-up exchange that calls the service with a key of its own."""
    file = loaded.state_dir / "demo.key"
    keys.ensure(loaded.keys_path, demo.KEY, _kept(file, keys.new_key), ("assess",))
    command = demo.traffic(f"http://{HOST}:{port}", file, loaded.state_dir / "demo-truth.json")
    return Process("demo", environment, *command)


def _wait_until_ready(process: Process, port: int, stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + _READY_WITHIN
    while not stopping():
        process.require()
        if _ready(port):
            return
        if time.monotonic() > until:
            address = f"http://{HOST}:{port}/readyz"
            raise ForewarnError(f"The {process.name} was not ready within {_READY_WITHIN:.0f} s: {address}")
        time.sleep(0.03)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2) as answer:
            return answer.status == 200  # type: ignore[no-any-return]  # untyped there
    except (OSError, urllib.error.URLError):
        return False


def _watch(
    service: Process,
    companions: Sequence[Process],
    server: EmbeddedServer | None,
    stopping: Callable[[], bool],
    say: Say,
) -> None:
    """Until a signal, or the end of the service. What else died is started again: a warning outranks its record."""
    while not stopping():
        service.require()
        for process in companions:
            if process.ended is not None and time.monotonic() - process.started_at > _AGAIN_AFTER:
                say(f"The {process.name} ended with code {process.ended}; starting it again. Warnings go on.")
                process.start()
        if server is not None and not server.alive():
            say("Redis ended; starting it again. The service goes on answering.")
            server.restart()
        time.sleep(_LOOK_EVERY)


def _welcome(ports: Ports, key: str, say: Say) -> None:
    port = ports.service
    body = json.dumps(request_examples.ASSESSMENT, separators=(",", ":"))
    say(f"Service    http://{HOST}:{port}   API: http://{HOST}:{port}/docs")
    say(f"Console    http://{HOST}:{ports.console}   (in a moment; log in with the key below)")
    say("")
    say("Ready. Ask about a withdrawal (this key is for development, on this machine):")
    say("")
    say(f"curl -s http://{HOST}:{port}/v1/assessments \\")
    say(f"  -H 'Authorization: Bearer {key}' \\")
    say("  -H 'Content-Type: application/json' \\")
    say(f"  -d '{body}'")
    say("")
    say("Ctrl-C stops everything.")
