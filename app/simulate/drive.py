"""A made-up exchange that calls a running service, as a real one would: at a set pace, over one open connection.

Its time runs faster than the clock on the wall, so that what users do within days can be watched in minutes.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.simulate.exchange import Exchange, Withdrawal
from app.simulate.ground_truth import Truth
from app.simulate.service_client import ServiceLine, Silent
from app.simulate.simulated_history import users_for
from app.simulate.story import Story
from app.simulate.user import DAY
from app.simulate.user_response import Alert, Behaviour, Response

# Outcomes that wait for a service that does not take them; the oldest go first. As many as one call takes.
_WAITING = 1000

# A long wait looks this often whether it should end, in seconds.
_LOOK_EVERY = 0.2

Progress = Callable[[int], None]  # withdrawals made so far


class Clock:
    """Real time. Tests give one whose waits are over at once."""

    def now(self) -> float:
        """Seconds on a clock that only goes forward."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate` withdrawals a second, `count` in all, in a story whose time runs `speed` times as fast as real time."""

    rate: float
    count: int
    speed: float

    @property
    def per_day(self) -> int:
        """How many withdrawals the story has in one of its days."""
        return max(1, round(self.rate / self.speed * DAY))


@dataclass(frozen=True, slots=True)
class Driven:
    """`rate` is what the service and this machine held, in withdrawals a second."""

    truth: dict[str, Any]
    withdrawals: int
    outcomes: int
    rate: float


def drive(
    line: ServiceLine,
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
) -> Driven:
    """Makes `pace.count` withdrawals, then sends at once what would still follow within a day of the story.

    The same seed, run and pace send the same withdrawals and draw the same responses; `run` must be another one each
    time, or the service takes the withdrawals for retries. `began` is when the story begins, in seconds since the
    epoch. Once `stopping`, nothing more is sent. Raises NotDriven.
    """
    size = users or users_for(pace.per_day)
    desk = _Desk(line, pace, began, stopping, clock or Clock())
    response = Response(seed, behaviour or Behaviour())
    truth = Truth(float("inf"))
    story = Story(Exchange(seed, size, run), response, desk, truth)
    with suppress(_Stopped):
        story.run(desk.arrivals(progress), began + pace.count / pace.rate * pace.speed + DAY)
    truth.count("outcomes not delivered", desk.finish())
    said = {"seed": seed, "run": run, "users": size, "withdrawals_a_second": pace.rate, "speed": pace.speed}
    told = truth.as_json(response.behaviour, began, began + desk.seconds, **said)
    return Driven(told, desk.made, desk.outcomes, desk.held)


class _Stopped(Exception):
    """Somebody wants an end: the story is left where it is."""


class _Desk:
    """Waits until it is time, then asks the service. Outcomes wait a little, so that several go in one call."""

    def __init__(self, line: ServiceLine, pace: Pace, began: float, stopping: Callable[[], bool], clock: Clock) -> None:
        self.made = 0
        self.outcomes = 0
        self._line = line
        self._pace = pace
        self._began = began
        self._stopping = stopping
        self._clock = clock
        self._started = clock.now()
        self._made_by = self._started
        self._arriving = True
        self._waiting: list[dict[str, str]] = []
        self._dropped = 0

    @property
    def seconds(self) -> float:
        """Real ones since it began."""
        return round(self._clock.now() - self._started, 3)

    @property
    def held(self) -> float:
        return self.made / max(1e-9, self._made_by - self._started)

    def arrivals(self, progress: Progress) -> Iterator[float]:
        """In the story's time; ends at once when somebody wants an end."""
        for number in range(self._pace.count):
            yield self._began + number / self._pace.rate * self._pace.speed
            self.made += 1
            self._made_by = self._clock.now()
            progress(self.made)
        self._arriving = False

    def assess(self, now: float, withdrawal: Withdrawal) -> Alert | None:
        self._wait_until(now)
        self._flush()
        try:
            answer = self._line.assess(withdrawal.request)
        except Silent:
            if not self.outcomes and not self.made:
                raise  # it was never there
            return None
        if answer is None:
            return None
        alert = answer["alert"]
        if alert is None:
            return Alert(answer["assessment_id"])
        return Alert(answer["assessment_id"], alert["rule_id"], alert["typology"], alert["severity"], alert["variant"])

    def report(self, now: float, assessment_id: str, outcome: str, occurred_at: float) -> None:
        # Without `occurred_at`: the service's clock is not the story's, so the time of receipt is the right one.
        self._wait_until(now)
        self._waiting.append({"assessment_id": assessment_id, "outcome": outcome})
        if len(self._waiting) >= _WAITING:
            self._flush()

    def finish(self) -> int:
        """Sends what waits; gives how many outcomes the service never took."""
        self._flush()
        return self._dropped + len(self._waiting)

    def _flush(self) -> None:
        if not self._waiting:
            return
        try:
            taken = self._line.report(self._waiting)
        except Silent:
            taken = False
        if taken:
            self.outcomes += len(self._waiting)
        elif len(self._waiting) < _WAITING:
            return
        else:
            self._dropped += len(self._waiting)
        self._waiting = []

    def _wait_until(self, now: float) -> None:
        """After the last arrival nothing waits any more."""
        due = self._started + (now - self._began) / self._pace.speed
        while not self._stopping():
            left = due - self._clock.now()
            if left <= 0 or not self._arriving:
                return
            if left > _LOOK_EVERY:  # a quiet exchange is live too
                self._flush()
            self._clock.sleep(min(left, _LOOK_EVERY))
        raise _Stopped
