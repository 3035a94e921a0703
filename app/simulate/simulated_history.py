"""Months of a made-up exchange, written straight into the dataset.

The decisions are the service's own: the same code assesses each withdrawal and records each outcome, on a clock that
the story turns, and the archive's code makes the rows and the files.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec
import pyarrow as pa

from app.dataset import parquet_file
from app.dataset.dataset_store import Place
from app.dataset.file_listing import SIMULATED, day_of, every_file, path_of
from app.dataset.line_set import LineSet
from app.dataset.rows import Line, rows
from app.domain.errors import ForewarnError
from app.service.active_rulebook import InForce
from app.service.api_keys import ASSESS, Client
from app.service.assessment import Assessor
from app.service.identity import Identity
from app.service.outcome_recording import Outcomes, RecordedOutcome
from app.service.rulebook import Rulebook
from app.service.withdrawal import withdrawal_of
from app.simulate.exchange import Exchange, Withdrawal
from app.simulate.ground_truth import Truth, spelled
from app.simulate.story import Story
from app.simulate.user import DAY
from app.simulate.user_response import Alert, Behaviour, Response
from app.storage.event_stream import StreamId

# No stream has this epoch: a shipper's are hexadecimal.
EPOCH = SIMULATED
TRUTH = "truth.json"
CLIENT = "simulation"

_PARSED_TOGETHER = 10_000
_ROWS_A_FILE = 100_000  # of a day: about 80 MiB of lines wait in memory, and as many while they are written

Progress = Callable[[float], None]  # seconds of the history that are written


class NotWritten(ForewarnError):
    """The history cannot go where it should; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The same plan gives the same bytes. Times are seconds since the epoch."""

    seed: int
    since: float
    until: float
    per_day: int
    users: int
    secret: str


def users_for(per_day: int) -> int:
    """So many that most withdraw a few times a month."""
    return max(100, 6 * per_day)


def write(
    place: Place, plan: Plan, book: Rulebook, progress: Progress, behaviour: Behaviour | None = None
) -> dict[str, Any]:
    """Writes the files, then `truth.json`, whose appearance says that all is there; gives the truth.

    What a run that was broken off left is removed first. Raises NotWritten where a whole history is there already,
    and OSError.
    """
    if finished(place):
        raise NotWritten(f"The dataset has a simulated history already: {TRUTH} tells of it")
    for file in every_file(place):
        if file.epoch == EPOCH:
            place.delete(file.path)
    truth = Truth(plan.until)
    response = Response(plan.seed, behaviour or Behaviour())
    with ThreadPoolExecutor(1) as writer, _collector_held():
        desk = _Desk(place, plan, book, progress, writer)
        story = Story(Exchange(plan.seed, plan.users, f"history-{int(plan.since)}"), response, desk, truth)
        story.run(_arrivals(plan), plan.until)
        desk.finish()
    truth.count("events", desk.events)
    said = {
        "seed": plan.seed,
        "client": CLIENT,
        "revision": book.revision,
        "withdrawals_a_day": plan.per_day,
        "users": plan.users,
        "files": desk.files,
    }
    told = truth.as_json(response.behaviour, plan.since, plan.until, **said)
    with place.create(TRUTH) as sink:
        sink.write(spelled(told))
    return told


def finished(place: Place) -> bool:
    """Whether a whole history is there. Raises OSError."""
    return any(stored.path == TRUTH for stored in place.list())


@contextmanager
def _collector_held() -> Iterator[None]:
    """No cyclic collection meanwhile: nothing here has cycles, and looking for them takes a tenth of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _arrivals(plan: Plan) -> Iterator[float]:
    """Fewer at weekends and at night (in Asia), more by the month."""
    chance = Random(f"{plan.seed}/arrivals")  # noqa: S311  # a simulation must be repeatable
    day = plan.since
    while day < plan.until:
        length = min(DAY, plan.until - day)
        weekend = 0.8 if datetime.fromtimestamp(day, UTC).weekday() >= 5 else 1.0
        number = round(plan.per_day * weekend * (0.9 + 0.2 * chance.random()) * length / DAY)
        yield from sorted(day + _moment(chance) * length for _ in range(number))
        day += DAY


def _moment(chance: Random) -> float:
    """A part of the day: a tenth at any time, else around 20:00 in Hong Kong, which is noon in UTC."""
    return chance.random() if chance.random() < 0.1 else chance.triangular(0.0, 1.0, 0.5)


class _Alert(msgspec.Struct, gc=False):
    """What an event says of its alert; all else in it is skipped."""

    assessment_id: str
    rule_id: str | None
    typology: str | None
    severity: str | None
    variant: str | None


_alert_of = msgspec.json.Decoder(_Alert).decode


class _Desk:
    """The service's code without its HTTP; its journal is a list that becomes files."""

    def __init__(self, place: Place, plan: Plan, book: Rulebook, progress: Progress, writer: Executor) -> None:
        self.events = 0
        self.files = 0
        self._place = place
        self._progress = progress
        self._since = plan.since
        self._now = plan.since
        self._day_ends = plan.since
        self._client = Client(CLIENT, frozenset({ASSESS}))
        self._segment = ""
        self._line = 0
        self._lines: list[Line] = []
        self._writer = writer
        self._writing: Future[int] | None = None
        self._first_at = plan.since
        self._first_line = 1
        in_force = InForce(float("inf"), lambda: 0.0, rulebook=book)
        identity = Identity(plan.secret)
        self._assessor = Assessor(identity, in_force, self._clock)
        self._outcomes = Outcomes(identity, self, self._clock)

    def assess(self, now: float, withdrawal: Withdrawal) -> Alert:
        self._turn(now)
        answer = self._assessor.assess(withdrawal_of(withdrawal.request), self._client)
        if answer is not None:
            self.record(answer.event)
        said = _alert_of(self._lines[-1].json)
        return Alert(said.assessment_id, said.rule_id, said.typology or "", said.severity or "", said.variant)

    def report(self, now: float, assessment_id: str, outcome: str, occurred_at: float) -> None:
        self._turn(now)
        self._outcomes.record(RecordedOutcome(assessment_id, outcome, occurred_at), self._client)

    # What the service asks of its journal

    def record(self, body: bytes) -> bool:
        self._line += 1
        event_id = f"{self._segment}:{self._line}"
        self._lines.append(Line(event_id, b'%b,"event_id":"%b"}' % (body[:-1], event_id.encode())))
        return True

    append = record

    def append_many(self, bodies: Sequence[bytes]) -> bool:
        for body in bodies:
            self.record(body)
        return True

    def finish(self) -> None:
        self._write()
        self._written()

    def _clock(self) -> float:
        return self._now

    def _turn(self, now: float) -> None:
        """The clock goes on; a file ends with its day or when it is large enough."""
        if len(self._lines) >= _ROWS_A_FILE:
            self._write()
        if now >= self._day_ends:
            self._write()
            self._progress(now - self._since)
            self._begin(now)
        self._now = now
        if not self._lines:
            self._first_at = now

    def _begin(self, now: float) -> None:
        day = day_of(StreamId(int(now * 1000), 0))
        self._day_ends = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + DAY
        # As a shipper names its segments, but for the end, which none of them has.
        self._segment = f"{day:%Y%m%d}T000000-{EPOCH}"
        self._line, self._first_line = 0, 1

    def _write(self) -> None:
        """In another thread, one file at a time: the story goes on meanwhile."""
        if not self._lines:
            return
        self._written()
        held = {self._segment: LineSet([(self._first_line, self._line)])}
        # Lines count on through the day, so the files of a day never share a position.
        path = path_of(EPOCH, _position(self._first_at, self._first_line), _position(self._now, self._line))
        self._writing = self._writer.submit(parquet_file.write, self._place, path, _tables(self._lines), held)
        self.files += 1
        self._lines, self._first_line = [], self._line + 1

    def _written(self) -> None:
        """Waits for the file that is being written. Raises OSError where it could not be."""
        if self._writing is not None:
            self.events += self._writing.result()
            self._writing = None


def _position(at: float, line: int) -> StreamId:
    return StreamId(int(at * 1000), line)


def _tables(lines: Sequence[Line]) -> Iterator[pa.Table]:
    for start in range(0, len(lines), _PARSED_TOGETHER):
        table, refused = rows(lines[start : start + _PARSED_TOGETHER])
        if refused:
            raise ValueError(f"an event of ours is none: {refused[0].why}")
        yield table
