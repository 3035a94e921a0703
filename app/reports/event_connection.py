"""A DuckDB connection that can read the given files and the stream's tail, and nothing else on the machine."""

import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from types import FrameType

import duckdb

from app.dataset.report_sources import Sources
from app.dataset.schema import SCHEMA
from app.reports import folding
from app.reports.folding import SLIM, merged, moment, partial_rows, read_parquet

EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))

# What one question may put into its temporary folder: at most this, in bytes, and half of the space that is left.
# DuckDB's own bound is nine tenths, and the journal may be on the same disk.
SPILL = 32 * 2**30

_FIRST_SEEN = f"coalesce(time, least({', '.join(folding.OUTCOME_TIMES)}))"


class Events:
    """The events of a report, from `open_events`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, sources: Sources, spill: str) -> None:
        self.connection = connection
        self._sources = sources
        self._spill = spill

    def show_all(self) -> None:
        """Creates the view `events`: each event once, in the dataset's columns. It looks into every file."""
        self.connection.execute(
            f"""CREATE OR REPLACE VIEW events AS WITH files AS ({_events_in(self._sources.files, self._spill)})
            FROM files UNION ALL
            (SELECT DISTINCT ON (event_id) * FROM tail ANTI JOIN files USING (event_id))"""  # noqa: S608 - our own files
        )

    def fold(self, since: datetime, until: datetime, columns: Sequence[str] = SLIM) -> None:
        """Creates the view `folded`: each assessment of `[since, until)` once, as `merged` makes it, and some others.

        `columns` are those of `SLIM` or `WIDE` that the exposure needs, at least `BASIC`. `time` is null where only
        outcomes are known.

        An assessment with all events in one closed day is read from that day's fold. Assessments with events in another
        day, in a file without a fold, or in the tail are merged again.
        """
        run = self.connection.execute
        wanted, others = self._settled(since, until)
        strays = [fold.strays for fold in self._sources.by_day.values()]
        run(f"CREATE OR REPLACE TEMP VIEW wanted AS {_folds(wanted, columns)}")
        run(
            f"""CREATE OR REPLACE TEMP TABLE loose AS {_folds(strays, columns)}
            UNION ALL BY NAME {merged(partial_rows(self._raw(since, until, strays)), columns)}"""
        )
        twice = "SELECT key FROM wanted"
        if others:
            twice += f" UNION ALL SELECT key FROM {read_parquet(others)} SEMI JOIN wanted USING (key)"  # noqa: S608 - ours
        run(
            f"""CREATE OR REPLACE TEMP TABLE unsettled AS
            SELECT key FROM loose WHERE {_FIRST_SEEN} >= {moment(since)} AND {_FIRST_SEEN} < {moment(until)}
            UNION SELECT key FROM loose SEMI JOIN wanted USING (key)
            UNION SELECT key FROM ({twice}) GROUP BY key HAVING count(*) > 1"""  # noqa: S608 - our own files
        )
        parts = f"""SELECT * FROM wanted SEMI JOIN unsettled USING (key)
            UNION ALL BY NAME SELECT * FROM loose SEMI JOIN unsettled USING (key)
            UNION ALL BY NAME SELECT * FROM ({_folds(self._holding_unsettled(others), columns)})
                SEMI JOIN unsettled USING (key)"""  # noqa: S608 - our own files
        run(f"CREATE OR REPLACE TEMP TABLE merged_again AS {merged(parts, columns)}")
        run("DROP TABLE loose")
        run(
            """CREATE OR REPLACE TEMP VIEW folded AS
            SELECT * FROM wanted ANTI JOIN unsettled USING (key) UNION ALL BY NAME SELECT * FROM merged_again"""
        )

    def _raw(self, since: datetime, until: datetime, strays: Sequence[str]) -> str:
        """The relation of events without a fold whose assessments may be of `[since, until)`."""
        if (since, until) == EVER:
            return "raw"
        seen = "CASE WHEN event = 'assessment' THEN time ELSE occurred_at END"
        ids = f"SELECT assessment_id FROM raw WHERE {seen} >= {moment(since)} AND {seen} < {moment(until)}"  # noqa: S608  # times of ours
        if strays:
            elsewhere = f"SELECT key FROM wanted UNION ALL SELECT key FROM {read_parquet(strays)}"  # noqa: S608 - ours
            ids += f" UNION ALL SELECT assessment_id FROM raw WHERE md5_number_lower(assessment_id) IN ({elsewhere})"  # noqa: S608  # SQL of ours
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE maybe AS SELECT DISTINCT assessment_id FROM ({ids})")  # noqa: S608  # SQL of ours
        return "(SELECT * FROM raw SEMI JOIN maybe USING (assessment_id))"

    def _settled(self, since: datetime, until: datetime) -> tuple[list[str], list[str]]:
        """The settled files of the days in `[since, until)`, and those of all other days."""
        first, last = since.date(), (until - timedelta(microseconds=1)).date()
        wanted: list[str] = []
        others: list[str] = []
        for day, fold in sorted(self._sources.by_day.items()):
            (wanted if first <= day <= last else others).append(fold.settled)
        return wanted, others

    def _holding_unsettled(self, files: Sequence[str]) -> list[str]:
        """The files that contain an unsettled assessment. They are few, so most files are never read whole."""
        if not files:
            return []
        found = self.connection.execute(
            f"SELECT DISTINCT filename FROM {read_parquet(files)} SEMI JOIN unsettled USING (key)"  # noqa: S608  # paths, quoted
        )
        return [name for (name,) in found.fetchall()]


def _folds(files: Sequence[str], columns: Sequence[str]) -> str:
    names = folding.columns_of_fold(columns)
    if files:
        return f"SELECT {names} FROM {read_parquet(files)}"  # noqa: S608 - our own files
    return f"SELECT {names} FROM ({merged(partial_rows('raw'), columns)}) WHERE false"  # noqa: S608 - no rows, but types


def _events_in(files: Sequence[str], folder: str) -> str:
    return f"FROM {folding.read_events(files, folder)}" if files else "FROM tail LIMIT 0"


@contextmanager
def _interruptible(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Within it, Ctrl-C ends the query of the main thread and raises KeyboardInterrupt.

    DuckDB by itself (2.0.0) makes a RuntimeError of it, and first waits until its other threads have done their parts.
    """
    before = signal.getsignal(signal.SIGINT)

    def interrupt(number: int, frame: FrameType | None) -> None:
        connection.interrupt()
        signal.default_int_handler(number, frame)

    ours = threading.current_thread() is threading.main_thread() and before is signal.default_int_handler
    if ours:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)


@contextmanager
def open_events(sources: Sources, *, memory_limit: str = "1GB", threads: int = 2) -> Iterator[Events]:
    """Opens the events of `sources` for one question. What exceeds memory goes to a temporary folder.

    The connection can read no other file, fetch nothing and change no setting. Ctrl-C raises KeyboardInterrupt.
    """
    with (
        TemporaryDirectory(prefix="forewarn-report-") as spill,
        duckdb.connect(
            config={
                "memory_limit": memory_limit,
                "threads": threads,
                "temp_directory": spill,
                "max_temp_directory_size": f"{min(SPILL, shutil.disk_usage(spill).free // 2) // 2**20}MiB",
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
            }
        ) as connection,
        _interruptible(connection),
    ):
        run = connection.execute
        folds = (path for fold in sources.by_day.values() for path in (fold.settled, fold.strays))
        readable = [f"{spill}/{folding.COLUMNS_FILE}", *sources.files, *folds]
        run("SET TimeZone = 'UTC'")
        run(f"SET allowed_paths = {folding.file_list(readable)}")
        run("SET enable_external_access = false")
        run("SET lock_configuration = true")
        tail = SCHEMA.empty_table() if sources.tail is None else sources.tail.select(SCHEMA.names)
        connection.register("tail", tail)
        run(f"CREATE VIEW raw AS ({_events_in(sources.raw, spill)}) UNION ALL FROM tail")
        yield Events(connection, sources, spill)
