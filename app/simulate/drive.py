"""A simulated exchange that calls a running service at a set rate, over one open connection.

Simulated time runs faster than real time, so that days of user behaviour take minutes.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.simulate.behaviour import Alert, Behaviour
from app.simulate.exchange import Exchange, Withdrawal
from app.simulate.ground_truth import GroundTruth
from app.simulate.history_plan import users_for
from app.simulate.service_client import NoAnswer, ServiceClient
from app.simulate.simulation import Simulation
from app.simulate.user import DAY
from app.simulate.user_response import Response

# Outcomes kept while the service does not accept them; then they are dropped. As many as one call takes.
_MAX_WAITING = 1000

# Seconds between two checks, during a long wait, whether to stop.
_POLL_INTERVAL = 0.2

Progress = Callable[[int], None]  # withdrawals made so far


class Clock:
    """Real time. Tests use one whose waits end immediately."""

    def now(self) -> float:
        """Seconds of a monotonic clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate` withdrawals a second, `count` in all. Simulated time runs `speed` times as fast as real time."""

    rate: float
    count: int
    speed: float

    @property
    def per_day(self) -> int:
        """Withdrawals in one simulated day."""
        return max(1, round(self.rate / self.speed * DAY))


@dataclass(frozen=True, slots=True)
class DriveResult:
    """`rate` is the rate achieved, in withdrawals a second; `truth` is the ground truth as JSON."""

    truth: dict[str, Any]
    withdrawals: int
    outcomes: int
    rate: float


def drive(
    client: ServiceClient,
    pace: Pace,
    *,
    seed: int,
    run: str,
    began: float,
    users: int | None = None,
    progress: Progress = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
    clock: Clock | None = None,
    behaviour: Behaviour | None = None,
) -> DriveResult:
    """Sends `pace.count` withdrawals, then immediately everything that follows from them within a simulated day.

    The same seed, run and pace send the same withdrawals and draw the same responses. `run` must differ each time, or
    the service takes the withdrawals for retries. `began` is the start of simulated time, in seconds since the epoch.
    Once `stopping` is true, nothing more is sent. Raises NotDriven.
    """
    size = users or users_for(pace.per_day)
    service = _PacedService(client, pace, began, stopping, clock or Clock())
    response = Response(seed, behaviour or Behaviour())
    truth = GroundTruth(float("inf"))
    simulation = Simulation(Exchange(seed, size, run), response, service, truth)
    with suppress(_Stopped):
        simulation.run(service.arrivals(progress), began + pace.count / pace.rate * pace.speed + DAY)
    truth.count("outcomes not delivered", service.finish())
    parameters = {"seed": seed, "run": run, "users": size, "withdrawals_a_second": pace.rate, "speed": pace.speed}
    report = truth.as_json(response.behaviour, began, began + service.seconds, **parameters)
    return DriveResult(report, service.made, service.outcomes, service.rate)


class _Stopped(Exception):
    """The user asked to stop; the simulation ends where it is."""


class _PacedService:
    """Calls the service when it is time. Outcomes are batched, so that several go in one call."""

    def __init__(
        self, client: ServiceClient, pace: Pace, began: float, stopping: Callable[[], bool], clock: Clock
    ) -> None:
        self.made = 0
        self.outcomes = 0
        self._client = client
        self._pace = pace
        self._began = began
        self._stopping = stopping
        self._clock = clock
        self._started = clock.now()
        self._last_made = self._started
        self._arriving = True
        self._waiting: list[dict[str, str]] = []
        self._dropped = 0

    @property
    def seconds(self) -> float:
        """Real seconds since the start."""
        return round(self._clock.now() - self._started, 3)

    @property
    def rate(self) -> float:
        return self.made / max(1e-9, self._last_made - self._started)

    def arrivals(self, progress: Progress) -> Iterator[float]:
        """The times of withdrawals, in simulated time."""
        for number in range(self._pace.count):
            yield self._began + number / self._pace.rate * self._pace.speed
            self.made += 1
            self._last_made = self._clock.now()
            progress(self.made)
        self._arriving = False

    def assess(self, now: float, withdrawal: Withdrawal) -> Alert | None:
        self._wait_until(now)
        self._flush()
        try:
            answer = self._client.assess(withdrawal.request)
        except NoAnswer:
            if not self.outcomes and not self.made:
                raise  # the service was never there
            return None
        if answer is None:
            return None
        alert = answer["alert"]
        if alert is None:
            return Alert(answer["assessment_id"])
        return Alert(answer["assessment_id"], alert["rule_id"], alert["typology"], alert["severity"], alert["variant"])

    def report(self, now: float, assessment_id: str, outcome: str, occurred_at: float) -> None:
        # Without `occurred_at`: the service's clock does not run in simulated time, so the time of receipt is right.
        self._wait_until(now)
        self._waiting.append({"assessment_id": assessment_id, "outcome": outcome})
        if len(self._waiting) >= _MAX_WAITING:
            self._flush()

    def finish(self) -> int:
        """Sends what is waiting; returns how many outcomes the service never accepted."""
        self._flush()
        return self._dropped + len(self._waiting)

    def _flush(self) -> None:
        if not self._waiting:
            return
        try:
            accepted = self._client.report(self._waiting)
        except NoAnswer:
            accepted = False
        if accepted:
            self.outcomes += len(self._waiting)
        elif len(self._waiting) < _MAX_WAITING:
            return
        else:
            self._dropped += len(self._waiting)
        self._waiting = []

    def _wait_until(self, now: float) -> None:
        """After the last withdrawal there is no more waiting."""
        due = self._started + (now - self._began) / self._pace.speed
        while not self._stopping():
            left = due - self._clock.now()
            if left <= 0 or not self._arriving:
                return
            if left > _POLL_INTERVAL:  # otherwise outcomes would wait for the next withdrawal
                self._flush()
            self._clock.sleep(min(left, _POLL_INTERVAL))
        raise _Stopped
