"""An exchange's day: its clients ask while every service is restarted, and get an answer to each request.

Two services behind nginx are stopped and started in turn, a third one is asked directly and replaces its worker on
SIGHUP. The clients are the usual ones of four languages, each used as its manual says. `RESTARTS=20` in front of pytest
is the long run of docs/operating.md.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from app.storage.parent_death import end_with_parent
from tests.deployment import Deployment, a_withdrawal, as_json
from tests.e2e.nginx import NGINX, nginx
from tests.redis_server import RedisServer
from tests.waiting import wait_until

RESTARTS = int(os.environ.get("RESTARTS", "3"))
CLIENTS = Path(__file__).with_name("clients")


def _compiled(folder: Path) -> list[str]:
    program = folder / "client"
    subprocess.run(["go", "build", "-o", program, CLIENTS / "client.go"], check=True, cwd=folder)
    return [str(program)]


LANGUAGES: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "python": (sys.executable, lambda _: [sys.executable, str(CLIENTS / "client.py")]),
    "node": ("node", lambda _: ["node", str(CLIENTS / "client.mjs")]),
    "java": ("java", lambda _: ["java", "-XX:TieredStopAtLevel=1", str(CLIENTS / "Client.java")]),
    "go": ("go", _compiled),
}


@dataclass
class Client:
    """A client process, and what it printed of each request."""

    process: subprocess.Popen[str]
    said: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            place, name, said = line.rstrip("\n").split(" ", 2)
            self.said.append((place, name, said))

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.listening.join(30)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def answered(self) -> Counter[str]:
        """Answers by place."""
        return Counter(place for place, _, said in list(self.said) if said.startswith("as_"))


@dataclass
class Day:
    clients: dict[str, Client]
    events: dict[str, set[str]]  # event ids by assessment
    refusals: str  # of nginx


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("day")
    redis = RedisServer(folder / "redis-server")
    keys = str(folder / "first" / "state" / "keys.yaml")
    settings = {"FOREWARN_KEYS_FILE": keys, "FOREWARN_DRAIN_SECONDS": "1"}
    services = [Deployment(folder / name, redis, **settings) for name in ("first", "second", "direct")]
    first, second, direct = services
    clients: dict[str, Client] = {}
    try:
        redis.start()
        first.state.parent.mkdir(parents=True)
        first.cli("publish")
        key = first.new_key("assess")
        for service in services:
            service.state.mkdir(parents=True, exist_ok=True)
            service.key = key
            service.start()
        with nginx(folder / "nginx", [first.port, second.port]) as proxy:
            body = as_json(a_withdrawal("WITHDRAWAL"))
            for name, (tool, command) in LANGUAGES.items():
                if shutil.which(tool):
                    clients[name] = _started([*command(folder), key, body], proxy, direct.url)
            _more(clients)
            for number in range(RESTARTS):
                leaving = direct.workers()
                assert direct._process is not None
                direct._process.send_signal(signal.SIGHUP)
                one = (first, second)[number % 2]
                one.stop()
                one.start()
                psutil.wait_procs(leaving, timeout=30)
                _more(clients)
            for client in clients.values():
                client.stop()
            refusals = (folder / "nginx" / "error.log").read_text()
        for service in services:
            service.stop()
        events = defaultdict(set)
        for event in first.events():
            events[event["assessment_id"]].add(event["event_id"])
        yield Day(clients, events, refusals)
    finally:
        for client in clients.values():
            client.process.kill()
        for service in services:
            service.close()
        redis.close()


def _started(command: list[str], *urls: str) -> Client:
    process = subprocess.Popen(
        [*command, *[f"{url}/v1/assessments" for url in urls]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=end_with_parent(),
    )
    return Client(process)


def _more(clients: dict[str, Client]) -> None:
    """Waits until each client has had ten more answers from each place."""
    before = {name: client.answered() for name, client in clients.items()}
    wait_until(
        lambda: all(
            client.answered()[place] >= before[name][place] + 10 for name, client in clients.items() for place in "01"
        ),
        timeout=60,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_request_is_lost(day: Day, language: str) -> None:
    if language not in day.clients:
        pytest.skip(f"{LANGUAGES[language][0]} is not installed")
    said = day.clients[language].said

    assert [line for line in said if not line[2].startswith("as_")] == [], day.refusals


def test_every_answer_is_in_the_stream_exactly_once(day: Day) -> None:
    answered = [said for client in day.clients.values() for _, _, said in client.said if said.startswith("as_")]

    assert len(answered) > 100
    assert {id_: day.events.get(id_) for id_ in answered if len(day.events.get(id_, ())) != 1} == {}
