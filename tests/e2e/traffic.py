"""Load for fault tests: several clients that each send one request after another and remember the answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.deployment import Deployment, a_withdrawal


@dataclass
class Traffic:
    """Requests and answers. `unanswered` were in flight when their connection broke."""

    deployment: Deployment
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, client: httpx.Client, withdrawal_id: str) -> bool:
        """Whether there was an answer. Answers with status 200 are remembered by withdrawal."""
        try:
            answer = client.post("/v1/assessments", json=a_withdrawal(withdrawal_id))
        except httpx.TransportError:
            with self._lock:
                self.unanswered.add(withdrawal_id)
            return False
        with self._lock:
            self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
            if answer.status_code == 200:
                self.answers[withdrawal_id] = answer.json()
        return True

    def ask_again(self) -> None:
        """Retries the same withdrawal, like an exchange whose connection broke."""
        with self.deployment.client() as client:
            for withdrawal_id in sorted(self.unanswered):
                assert self.ask(client, withdrawal_id)
        self.unanswered.clear()

    @property
    def ids(self) -> set[str]:
        with self._lock:
            return {answer["assessment_id"] for answer in self.answers.values()}

    @property
    def count(self) -> int:
        with self._lock:
            return len(self.answers)

    def _one_client(self, name: str) -> None:
        number = 0
        while not self._stop.is_set():
            with self.deployment.client() as client:
                while not self._stop.is_set():
                    number += 1
                    if not self.ask(client, f"{name}-{number}"):
                        break


@contextmanager
def traffic(deployment: Deployment, clients: int = 3) -> Iterator[Traffic]:
    """Runs clients until the block ends."""
    made = Traffic(deployment)
    threads = [threading.Thread(target=made._one_client, args=(f"wd-{n}",), daemon=True) for n in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield made
    finally:
        made._stop.set()
        for thread in threads:
            thread.join(30)
