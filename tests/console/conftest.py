"""A console over six weeks of made-up history: all of it archived but the last events, which are in the stream."""

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from app.api.reloading_keys import Keys
from app.commands import archive, keys
from app.commands import console as command
from app.commands.open_dataset import data_source
from app.wiring import KeyFileRing
from tests.console.history import Event, history, now, send
from tests.deployment import free_port
from tests.redis_server import RedisServer
from tests.waiting import wait_until

TAIL = 200  # events

KEYS = {
    "analyst": ("reports",),
    "police-hk": ("reports:HK",),
    "two-regions": ("reports:HK", "reports:SG"),
    "exchange": ("assess",),
    "officer": ("rules",),
    "officer-hk": ("rules", "reports:HK"),
    "everything": ("reports", "rules"),
}


class Console:
    """A console in a thread of this process, over real HTTP. `keys` by name; `history` is what it knows."""

    def __init__(self, folder: Path, *, events: list[Event], tail: int = TAIL) -> None:
        self.folder = folder
        self.history = events
        self.begun: datetime = now()
        self.redis = RedisServer(folder / "redis")
        self.redis.start()
        self.dataset = folder / "dataset"
        self.state = folder / "state"
        self.key_file = folder / "keys.yaml"
        self.keys = {name: keys.add(self.key_file, name, scopes, test=False) for name, scopes in KEYS.items()}
        archived = len(events) - tail
        if archived > 0:
            with self.redis.client() as client:
                send(client, events[:archived])
            archive.run(dataset=str(self.dataset), redis_url=self.redis.url, state_dir=self.state, once=True)
        if events:
            with self.redis.client() as client:
                send(client, events[archived:], segment="20261120T000000-tail")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._source = data_source(str(self.dataset), self.redis.url, self.state)
        self.source = self._source.__enter__()
        self._rules = command.rules_in_force(self.redis.url, self.state)
        app = command.application(self.source, self._rules.__enter__(), Keys(KeyFileRing(self.key_file)))
        settings = uvicorn.Config(app, "127.0.0.1", self.port, log_config=None, lifespan="on", access_log=False)
        self._server = uvicorn.Server(settings)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started)

    def client(self, key: str | None = "analyst", **options: Any) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.keys[key]}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, **options)

    def send(self, *events: Event, segment: str) -> None:
        with self.redis.client() as client:
            send(client, events, segment=segment)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._rules.__exit__(None, None, None)
        self._source.__exit__(None, None, None)
        self.redis.close()


@pytest.fixture(scope="session")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Shared by every test of this folder: leave it as it was."""
    made = Console(tmp_path_factory.mktemp("console"), events=history(now()))
    yield made
    made.close()


@pytest.fixture
def own_console(tmp_path: Path) -> Iterator[Console]:
    """A small one of this test's own, to break."""
    made = Console(tmp_path, events=history(now(), users=120), tail=20)
    yield made
    made.close()


@pytest.fixture
def empty_console(tmp_path: Path) -> Iterator[Console]:
    """A console of an exchange that has not called yet."""
    made = Console(tmp_path, events=[])
    yield made
    made.close()
