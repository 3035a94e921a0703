"""`forewarn up`: runs everything on one machine, and stops it together."""

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
from threading import Event
from typing import Self

import click

from app import logs, settings
from app.api.request_examples import examples
from app.commands import keys, publish, rule_folders
from app.commands.options import PORT, folder_options, keep_files_private
from app.commands.stop_signals import stop_on_signals
from app.domain.errors import ConfigurationError, ForewarnError
from app.server.listener import require_free
from app.service.rulebook import Rulebook
from app.simulate import demo
from app.storage.atomic_file import write_atomically
from app.storage.embedded_server import EmbeddedServer
from app.storage.parent_death import end_with_parent

HOST = "127.0.0.1"
DEVELOPMENT_KEY = "development"

# Seconds.
_READY_WITHIN = 60.0  # starting usually takes 1 to 2 s
_STOP_WITHIN = 25.0  # the service ships events for up to 10 s after its last answer
_POLL_EVERY = 0.2
_RESTART_AFTER = 5.0  # a process that ended sooner after its start is not started again

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ports:
    service: int
    console: int


@click.command()
@click.option("--port", type=PORT, default=8000, show_default=True, help="Port of the service.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Worker processes.")
@click.option("--console-port", type=PORT, default=8001, show_default=True, help="Port of the console.")
@click.option(
    "--demo", is_flag=True, help="Fill the dataset with six simulated weeks, and keep simulating withdrawals."
)
@folder_options
def up(port: int, workers: int, console_port: int, rules: Path | None, locales: Path | None, *, demo: bool) -> None:
    """Run everything on this machine.

    Starts Redis (unless FOREWARN_REDIS_URL names one), publishes the rules, starts the service, the archiver and the
    console on 127.0.0.1, and prints a request to try. State is kept in FOREWARN_STATE_DIR (default: var). Ctrl-C stops
    everything.
    """
    keep_files_private()
    logs.configure("warning")
    folders = rule_folders.find(rules, locales)
    book = rule_folders.rulebook(folders, click.echo) if demo else None
    run(folders, Ports(port, console_port), workers, click.echo, book)


def run(folders: rule_folders.Folders, ports: Ports, workers: int, say: Say, book: Rulebook | None) -> None:
    """Runs until SIGINT or SIGTERM, then stops what it started, in reverse order. Raises ForewarnError.

    With `book`, the dataset gets some weeks of a simulated exchange that used these rules, and the exchange goes on.
    """
    loaded = settings.load()
    with ExitStack() as closing:
        closing.enter_context(_lock(loaded.state_dir))
        require_free(HOST, ports.service)
        require_free(HOST, ports.console)
        stopping = closing.enter_context(stop_on_signals())
        server = None
        url = loaded.redis_url
        if url is None:
            server = closing.enter_context(EmbeddedServer(loaded.state_dir))
            url = server.url
            say(f"Redis      started, data in {loaded.state_dir / 'redis'}")
        published = publish.run(folders, url, by="forewarn up", say=say)
        say(f"Rules      {published.revision[:19]}… {'published' if published.changed else 'already in force'}")
        key = _development_key(loaded)
        environment = _environment(loaded, url)
        if book is not None:
            demo.fill(loaded.dataset_place, environment["FOREWARN_SECRET"], book, time.time(), say)
        serve = ("serve", "--host", HOST, "--port", str(ports.service), "--workers", str(workers))
        service = closing.enter_context(Process("service", environment, *serve))
        # The others spend seconds loading libraries; the service should not share the processor with that.
        _wait_until_ready(service, ports.service, stopping)
        archiver = closing.enter_context(Process("archiver", environment, "archive", "--interval", "1"))
        console = ("console", "--host", HOST, "--port", str(ports.console))
        companions = [archiver, closing.enter_context(Process("console", environment, *console))]
        if book is not None and not stopping.is_set():
            companions.append(closing.enter_context(_traffic(loaded, environment, ports.service)))
        if not stopping.is_set():
            _welcome(ports, key, say)
        _wait_until_ready(companions[1], ports.console, stopping)
        if not stopping.is_set():
            say(f"The console is ready too: http://{HOST}:{ports.console}")
        _watch(service, companions, server, stopping, say)
        say("Stopping …")


@contextmanager
def _lock(state_dir: Path) -> Iterator[None]:
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


def _secret(path: Path, make: Callable[[], str]) -> str:
    """A secret of this machine: created once, readable by its owner only."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        made = make()
        write_atomically(path, f"{made}\n".encode(), mode=0o600)
        return made


def _development_key(loaded: settings.Settings) -> str:
    key = _secret(loaded.state_dir / "development.key", keys.new_key)
    keys.ensure(loaded.keys_path, DEVELOPMENT_KEY, key, ("assess", "rules", "reports"))
    return key


def _environment(loaded: settings.Settings, url: str) -> dict[str, str]:
    ours = {
        "FOREWARN_REDIS_URL": url,
        "FOREWARN_SECRET": loaded.secret or _secret(loaded.state_dir / "secret", lambda: secrets.token_urlsafe(32)),
        "FOREWARN_DRAIN_SECONDS": "0",  # nobody balances load here
        "FOREWARN_LOG_LEVEL": loaded.log_level if "log_level" in loaded.model_fields_set else "warning",
    }
    left_out = ours.keys() | {f"{name}_FILE" for name in ours} | {name.upper() for name in settings.unknown_variables()}
    # Settings are read whatever the case of their letters.
    return {name: value for name, value in os.environ.items() if name.upper() not in left_out} | ours


class Process:
    """A `forewarn` command in its own session, so that Ctrl-C reaches only this process, which stops all in order."""

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
        """Its exit code; None while it runs."""
        return self._child.poll()

    def require(self) -> None:
        """Raises ForewarnError if it has ended."""
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
    """A simulated exchange that calls the service with its own key."""
    file = loaded.state_dir / "demo.key"
    keys.ensure(loaded.keys_path, demo.KEY, _secret(file, keys.new_key), ("assess",))
    command = demo.traffic(f"http://{HOST}:{port}", file, loaded.state_dir / "demo-truth.json")
    return Process("demo", environment, *command)


def _wait_until_ready(process: Process, port: int, stopping: Event) -> None:
    until = time.monotonic() + _READY_WITHIN
    while not stopping.is_set():
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
    service: Process, companions: Sequence[Process], server: EmbeddedServer | None, stopping: Event, say: Say
) -> None:
    """Returns on a signal; raises ForewarnError when the service ends. Restarts the other processes.

    Warnings go on without them.
    """
    while not stopping.is_set():
        service.require()
        for process in companions:
            if process.ended is not None and time.monotonic() - process.started_at > _RESTART_AFTER:
                say(f"The {process.name} ended with code {process.ended}; starting it again. Warnings go on.")
                process.start()
        if server is not None and not server.alive():
            say("Redis ended; starting it again. The service goes on answering.")
            server.restart()
        time.sleep(_POLL_EVERY)


def _welcome(ports: Ports, key: str, say: Say) -> None:
    port = ports.service
    body = json.dumps(examples()["assessment"], separators=(",", ":"))
    say(f"Service    http://{HOST}:{port}   API: http://{HOST}:{port}/docs")
    say(f"Console    http://{HOST}:{ports.console}   (in a moment; log in with the key below)")
    say("")
    say("Ready. Try a withdrawal (the key is for development on this machine only):")
    say("")
    say(f"curl -s http://{HOST}:{port}/v1/assessments \\")
    say(f"  -H 'Authorization: Bearer {key}' \\")
    say("  -H 'Content-Type: application/json' \\")
    say(f"  -d '{body}'")
    say("")
    say("Ctrl-C stops everything.")
