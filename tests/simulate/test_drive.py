"""A running service is driven as an exchange would, and no other."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.simulate.drive import Clock, Driven, Pace, drive
from app.simulate.service_client import NotDriven, ServiceLine, Silent, address_of
from tests.deployment import Deployment, deployments, free_port
from tests.redis_server import RedisServer
from tests.simulate.histories import UNTIL
from tests.waiting import wait_until


class AtOnce(Clock):
    """Its waits are over at once; it counts them."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("driven")
    server = RedisServer(folder / "redis")
    try:
        server.start()
        for deployment in deployments(folder, server):
            deployment.start()
            yield deployment
    finally:
        server.close()


@pytest.fixture
def line(running: Deployment) -> Iterator[ServiceLine]:
    made = ServiceLine("127.0.0.1", running.port, running.key)
    yield made
    made.close()


def driven(line: ServiceLine, run: str, count: int = 150, clock: Clock | None = None) -> Driven:
    pace = Pace(rate=50.0, count=count, speed=600.0)
    return drive(line, pace, seed=3, run=run, began=UNTIL, users=80, clock=clock or AtOnce())


def test_every_event_that_the_truth_counts_arrives(running: Deployment, line: ServiceLine) -> None:
    before = len(running.events())
    made = driven(line, "counted")
    counts = made.truth["events"]
    wanted = counts["assessments"] + made.outcomes
    wait_until(lambda: len(running.events()) - before >= wanted)
    arrived = running.events()[before:]

    seen = Counter(event.get("outcome", "") for event in arrived)
    assert seen.pop("") == counts["assessments"]
    assert seen == {name[8:]: number for name, number in counts.items() if name.startswith("outcome ")}
    assert counts["outcomes not delivered"] == 0
    assert made.withdrawals == 150
    assert counts["withdrawals"] >= 150  # some came back
    assert not any(event["test"] for event in arrived)


def test_the_same_seed_and_run_send_the_same(line: ServiceLine) -> None:
    one, other = driven(line, "same"), driven(line, "same")

    assert one.truth == other.truth


def test_the_pace_is_kept(line: ServiceLine) -> None:
    """150 withdrawals at 50 a second end 149/50 s after the first."""
    clock = AtOnce()
    made = driven(line, "paced", clock=clock)

    assert clock.time == pytest.approx(149 / 50)
    assert made.rate == pytest.approx(150 / (149 / 50))


def test_it_stops_when_it_should(line: ServiceLine) -> None:
    """The truth of what was sent is told all the same."""
    clock = AtOnce()
    pace = Pace(rate=50.0, count=10_000, speed=600.0)
    made = drive(line, pace, seed=3, run="stop", began=UNTIL, clock=clock, stopping=lambda: clock.time > 1)

    assert 45 <= made.withdrawals <= 55
    assert made.truth["events"]["withdrawals"] >= made.withdrawals


def test_a_wrong_key_is_said(running: Deployment) -> None:
    with (
        closing(ServiceLine("127.0.0.1", running.port, "fw_wrong")) as line,
        pytest.raises(NotDriven, match="refused the key"),
    ):
        driven(line, "key")


def test_nobody_there_is_said() -> None:
    with pytest.raises(Silent, match="No answer from http://127"):
        driven(ServiceLine("127.0.0.1", free_port(), "fw_x"), "nobody")


def test_a_service_that_is_away_for_a_while_is_waited_for(running: Deployment, line: ServiceLine) -> None:
    """Withdrawals meanwhile are unanswered; outcomes wait."""
    gone = Away(line)
    made = drive(gone, Pace(50.0, 60, 600.0), seed=3, run="away", began=UNTIL, clock=AtOnce())

    counts = made.truth["events"]
    assert counts["unanswered by the service"] >= 10
    assert counts["outcomes not delivered"] == 0
    assert counts["withdrawals"] == counts["unanswered by the service"] + counts["alerts"]


class Away(ServiceLine):
    """Silent from its 21st to its 50th call."""

    def __init__(self, line: ServiceLine) -> None:
        self._line = line
        self._calls = 0

    def _twice(self, path: str, content: bytes) -> tuple[int, bytes]:
        self._calls += 1
        if 20 < self._calls <= 50:
            raise Silent("away")
        return self._line._twice(path, content)

    _at = "a test"


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1:8000",
        "http://example.com",
        "http://localhost.example.com:8000",
        "http://127.0.0.1.example.com",
        "http://0.0.0.0:8000",
        "http://127.0.0.1@192.0.2.1:8000",
        "http://[::ffff:192.0.2.1]:8000",
        "http://10.0.0.1",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8000/other",
        "http://127.0.0.1:99999",
        "127.0.0.1:8000",
        "",
    ],
)
def test_no_other_machine_is_driven(url: str) -> None:
    with pytest.raises(NotDriven, match="expected a service on this machine"):
        address_of(url)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8000", ("127.0.0.1", 8000)),
        ("http://127.9.9.9:81/", ("127.9.9.9", 81)),
        ("http://localhost:8000", ("127.0.0.1", 8000)),
        ("http://[::1]:8000", ("::1", 8000)),
        ("http://127.0.0.1", ("127.0.0.1", 80)),
    ],
)
def test_this_machine_is(url: str, address: tuple[str, int]) -> None:
    assert address_of(url) == address
