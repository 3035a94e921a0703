"""The simulation drives a running service on this machine as an exchange would, and no other service."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.simulate.drive import Clock, DriveResult, Pace, drive
from app.simulate.service_client import NoAnswer, NotDriven, ServiceClient, address_of
from tests.deployment import Deployment, free_port, running_service
from tests.simulate.histories import UNTIL
from tests.waiting import wait_until


class InstantClock(Clock):
    """Its waits end immediately and advance its time."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with running_service(tmp_path_factory.mktemp("driven")) as deployment:
        yield deployment


@pytest.fixture
def client(running: Deployment) -> Iterator[ServiceClient]:
    made = ServiceClient("127.0.0.1", running.port, running.key)
    yield made
    made.close()


def driven(client: ServiceClient, run: str, count: int = 150, clock: Clock | None = None) -> DriveResult:
    pace = Pace(rate=50.0, count=count, speed=600.0)
    return drive(client, pace, seed=3, run=run, began=UNTIL, users=80, clock=clock or InstantClock())


def test_every_event_in_the_ground_truth_arrives(running: Deployment, client: ServiceClient) -> None:
    before = len(running.events())
    made = driven(client, "counted")
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


def test_the_same_seed_and_run_send_the_same(client: ServiceClient) -> None:
    one, other = driven(client, "same"), driven(client, "same")

    assert one.truth == other.truth


def test_the_rate_is_kept(client: ServiceClient) -> None:
    """150 withdrawals at 50 a second end 149/50 s after the first."""
    clock = InstantClock()
    made = driven(client, "paced", clock=clock)

    assert clock.time == pytest.approx(149 / 50)
    assert made.rate == pytest.approx(150 / (149 / 50))


def test_it_stops_when_asked(client: ServiceClient) -> None:
    """The ground truth still describes what was sent."""
    clock = InstantClock()
    pace = Pace(rate=50.0, count=10_000, speed=600.0)
    made = drive(client, pace, seed=3, run="stop", began=UNTIL, clock=clock, stopping=lambda: clock.time > 1)

    assert 45 <= made.withdrawals <= 55
    assert made.truth["events"]["withdrawals"] >= made.withdrawals


def test_a_wrong_key_is_reported(running: Deployment) -> None:
    with (
        closing(ServiceClient("127.0.0.1", running.port, "fw_wrong")) as client,
        pytest.raises(NotDriven, match="refused the key"),
    ):
        driven(client, "key")


def test_a_missing_service_is_reported() -> None:
    with pytest.raises(NoAnswer, match="No answer from http://127"):
        driven(ServiceClient("127.0.0.1", free_port(), "fw_x"), "nobody")


def test_a_temporary_outage_is_survived(running: Deployment, client: ServiceClient) -> None:
    """Withdrawals during the outage are unanswered; outcomes wait."""
    unreliable = Outage(client)
    made = drive(unreliable, Pace(50.0, 60, 600.0), seed=3, run="away", began=UNTIL, clock=InstantClock())

    counts = made.truth["events"]
    assert counts["unanswered by the service"] >= 10
    assert counts["outcomes not delivered"] == 0
    assert counts["withdrawals"] == counts["unanswered by the service"] + counts["alerts"]


class Outage(ServiceClient):
    """Gives no answer from its 21st to its 50th call."""

    def __init__(self, client: ServiceClient) -> None:
        self._line = client
        self._calls = 0

    def _twice(self, path: str, content: bytes) -> tuple[int, bytes]:
        self._calls += 1
        if 20 < self._calls <= 50:
            raise NoAnswer("away")
        return self._line._twice(path, content)

    _url = "a test"


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
def test_another_machine_is_refused(url: str) -> None:
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
def test_this_machine_is_accepted(url: str, address: tuple[str, int]) -> None:
    assert address_of(url) == address
