"""The service's own code without HTTP, on a simulated clock; its journal becomes files of the dataset."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import UTC, datetime

import msgspec
import pyarrow as pa

from app.dataset import parquet_file
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import SIMULATED, day_of, path_of
from app.dataset.line_set import LineSet
from app.dataset.rows import Line, rows
from app.service.active_rulebook import ActiveRulebook
from app.service.api_keys import ASSESS, Client
from app.service.assessment import Assessor
from app.service.identity import Identity
from app.service.outcome_recording import Outcomes, RecordedOutcome
from app.service.rulebook import Rulebook
from app.service.withdrawal_decoder import withdrawal_of
from app.simulate.behaviour import Alert
from app.simulate.exchange import Withdrawal
from app.simulate.history_plan import Plan
from app.simulate.user import DAY
from app.storage.event_stream import StreamId

# No stream has this epoch: those of shippers are hexadecimal.
EPOCH = SIMULATED
CLIENT = "simulation"

_ROWS_PER_TABLE = 10_000
_ROWS_PER_FILE = 100_000  # about 80 MiB of lines wait in memory, and as many while they are written

Progress = Callable[[float], None]  # seconds of the history written so far


class _Alert(msgspec.Struct, gc=False):
    """The fields of an assessment event that describe its alert; the others are skipped."""

    assessment_id: str
    rule_id: str | None
    typology: str | None
    severity: str | None
    variant: str | None


_alert_of = msgspec.json.Decoder(_Alert).decode


class HistoryService:
    """Assesses and records like a worker; its journal is a list that becomes files.

    `finish` writes the last file. `events` and `files` count what was written.
    """

    def __init__(self, store: DatasetStore, plan: Plan, book: Rulebook, progress: Progress, writer: Executor) -> None:
        self.events = 0
        self.files = 0
        self._store = store
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
        active = ActiveRulebook(float("inf"), lambda: 0.0, rulebook=book)
        identity = Identity(plan.secret)
        self._assessor = Assessor(identity, active, self._clock)
        self._outcomes = Outcomes(identity, self, self._clock)

    def assess(self, now: float, withdrawal: Withdrawal) -> Alert:
        self._advance(now)
        answer = self._assessor.assess(withdrawal_of(withdrawal.request), self._client)
        if answer is not None:
            self.record(answer.event)
        found = _alert_of(self._lines[-1].json)
        return Alert(found.assessment_id, found.rule_id, found.typology or "", found.severity or "", found.variant)

    def report(self, now: float, assessment_id: str, outcome: str, occurred_at: float) -> None:
        self._advance(now)
        self._outcomes.record(RecordedOutcome(assessment_id, outcome, occurred_at), self._client)

    # The journal that the service's code writes to

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
        self._await_write()

    def _clock(self) -> float:
        return self._now

    def _advance(self, now: float) -> None:
        """Moves the clock. A file ends with its day, or when it is large enough."""
        if len(self._lines) >= _ROWS_PER_FILE:
            self._write()
        if now >= self._day_ends:
            self._write()
            self._progress(now - self._since)
            self._begin_day(now)
        self._now = now
        if not self._lines:
            self._first_at = now

    def _begin_day(self, now: float) -> None:
        day = day_of(StreamId(int(now * 1000), 0))
        self._day_ends = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + DAY
        # As a shipper names its segments, except for the end, which none of theirs has.
        self._segment = f"{day:%Y%m%d}T000000-{EPOCH}"
        self._line, self._first_line = 0, 1

    def _write(self) -> None:
        """Writes in another thread, one file at a time, while the simulation continues."""
        if not self._lines:
            return
        self._await_write()
        held = {self._segment: LineSet([(self._first_line, self._line)])}
        # Line numbers continue through the day, so the files of a day never share a position.
        path = path_of(EPOCH, _position(self._first_at, self._first_line), _position(self._now, self._line))
        self._writing = self._writer.submit(parquet_file.write, self._store, path, _tables(self._lines), held)
        self.files += 1
        self._lines, self._first_line = [], self._line + 1

    def _await_write(self) -> None:
        """Waits for the file being written. Raises OSError where writing failed."""
        if self._writing is not None:
            self.events += self._writing.result()
            self._writing = None


def _position(at: float, line: int) -> StreamId:
    return StreamId(int(at * 1000), line)


def _tables(lines: Sequence[Line]) -> Iterator[pa.Table]:
    for start in range(0, len(lines), _ROWS_PER_TABLE):
        table, refused = rows(lines[start : start + _ROWS_PER_TABLE])
        if refused:
            raise ValueError(f"the dataset refuses a simulated event: {refused[0].why}")
        yield table
