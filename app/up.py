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
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from app import keyring, settings, sources
from app.api import examples
from app.domain.errors import ConfigurationError, ForewarnError
from app.serving import require_free
from app.storage.atomic_file import write_atomically
from app.storage.parent_death import end_with_parent
from app.storage.server import EmbeddedServer

HOST = "127.0.0.1"
DEVELOPMENT_KEY = "development"

# Starting takes 1 to 2 s; a machine that needs longer than this needs a look. Seconds.
_READY_WITHIN = 60.0
_STOP_WITHIN = 25.0  # the service ships for up to 10 s after its last answer
_LOOK_EVERY = 0.2

Say = Callable[[str], None]


def up(folders: sources.Folders, port: int, workers: int, say: Say) -> None:
    """Runs until SIGINT or SIGTERM, then stops what it started, in reverse. Raises ForewarnError."""
    loaded = settings.load()
    with ExitStack() as closing:
        closing.enter_context(_only_one(loaded.state_dir))
        require_free(HOST, port)
        stopping = _stop_on_signals()
        server = None
        url = loaded.redis_url
        if url is None:
            server = closing.enter_context(EmbeddedServer(loaded.state_dir))
            url = server.url
            say(f"Redis      started, data in {loaded.state_dir / 'redis'}")
        published = sources.publish(folders, url, by="forewarn up", say=say)
        say(f"Rules      {published.revision[:19]}… {'published' if published.changed else 'already in force'}")
        key = _development_key(loaded)
        service = closing.enter_context(_service(loaded, url, port, workers))
        _wait_until_ready(service, port, stopping)
        if not stopping():
            _welcome(port, key, say)
        _watch(service, server, stopping, say)
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
    key = _kept(loaded.state_dir / "development.key", keyring.new_key)
    keyring.ensure(loaded.keys_path, DEVELOPMENT_KEY, key, ("assess", "rules", "reports"))
    return key


@contextmanager
def _service(loaded: settings.Settings, url: str, port: int, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """The service as a child in a session of its own: Ctrl-C reaches this process only, which stops it in order."""
    secret = loaded.secret or _kept(loaded.state_dir / "secret", lambda: secrets.token_urlsafe(32))
    command = [sys.executable, "-m", "app", "serve", "--host", HOST, "--port", str(port), "--workers", str(workers)]
    environment = os.environ | {
        "FOREWARN_REDIS_URL": url,
        "FOREWARN_SECRET": secret,
        "FOREWARN_LOG_LEVEL": os.environ.get("FOREWARN_LOG_LEVEL", "warning"),
    }
    child = subprocess.Popen(  # noqa: S603  # our own interpreter and code
        command,
        env=environment,
        start_new_session=True,
        preexec_fn=end_with_parent(),  # noqa: PLW1509  # this process has one thread
    )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _wait_until_ready(service: subprocess.Popen[bytes], port: int, stopping: Callable[[], bool]) -> None:
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until and not stopping():
        if service.poll() is not None:
            raise ForewarnError(f"The service ended with code {service.returncode} before it was ready; see above")
        if _ready(port):
            return
        time.sleep(0.03)
    if not stopping():
        raise ForewarnError(f"The service was not ready within {_READY_WITHIN:.0f} s; see http://{HOST}:{port}/readyz")


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=2) as answer:
            return answer.status == 200  # type: ignore[no-any-return]  # untyped there
    except (OSError, urllib.error.URLError):
        return False


def _watch(
    service: subprocess.Popen[bytes], server: EmbeddedServer | None, stopping: Callable[[], bool], say: Say
) -> None:
    """Until a signal. A Redis that died is started again: the service answers meanwhile, and ships what waited."""
    while not stopping():
        if service.poll() is not None:
            raise ForewarnError(f"The service ended with code {service.returncode}; see above")
        if server is not None and not server.alive():
            say("Redis ended; starting it again. The service goes on answering.")
            server.restart()
        time.sleep(_LOOK_EVERY)


def _welcome(port: int, key: str, say: Say) -> None:
    body = json.dumps(examples.ASSESSMENT, separators=(",", ":"))
    say(f"Service    http://{HOST}:{port}   API: http://{HOST}:{port}/docs")
    say("")
    say("Ready. Ask about a withdrawal (this key is for development, on this machine):")
    say("")
    say(f"curl -s http://{HOST}:{port}/v1/assessments \\")
    say(f"  -H 'Authorization: Bearer {key}' \\")
    say("  -H 'Content-Type: application/json' \\")
    say(f"  -d '{body}'")
    say("")
    say("Ctrl-C stops everything.")
