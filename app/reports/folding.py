"""Folds events into one row for each assessment: the exposure, its repeats, and the first of each outcome.

A *partial* row has what some events say about one assessment. Merging partial rows gives the same row in any order, and
also where some are given twice. Events, folds of days and the stream's tail therefore go through the same merge.
"""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from pyarrow import parquet

from app.dataset.report_sources import SETTLED, STRAYS, day_of, fold_name
from app.dataset.schema import FACT_TYPE, SCHEMA
from app.domain.fact import FACTS
from app.domain.outcome import OUTCOME_NAMES
from app.reports.dataset_columns import ALERT_COLUMNS, FACT_COLUMNS, GIVEN

# What reports need. Ids are hashed to eight bytes instead of thirty-six, so that a report on a year takes a minute.
# Among forty million assessments, the chance that two have the same hash is 4 in 100,000.
BASIC = ("time", "event_key", "user_key", "destination_key", "rule_id", "amount_usd", "facts_given")
SLIM = tuple(dict.fromkeys((*BASIC, *ALERT_COLUMNS, *FACT_COLUMNS)))

# ... and what only analysts need. With `assessment_id` among the columns, no result depends on a hash.
_ONLY_ANALYSTS = ("event_id", "client", "user", "destination", "matched", "matched_count", "facts")
WIDE = ("assessment_id", *SLIM, *_ONLY_ANALYSTS)

COLUMNS_FILE = "columns.parquet"  # without rows: see `read_events`

OUTCOME_TIMES = tuple(f"{outcome}_at" for outcome in OUTCOME_NAMES)

# What the events of one assessment say about where its withdrawal went and how much it was: the lowest and the highest,
# null where it is what the exposure says.
_LOW, _HIGH = ("destination_low", "amount_low"), ("destination_high", "amount_high")

# The longest time from an outcome to its receipt, in microseconds.
REPORTING_DELAY = "reporting_delay"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


EVENT_COLUMNS = ", ".join(quoted(name) for name in SCHEMA.names)


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def file_list(paths: Sequence[str]) -> str:
    return "[" + ", ".join(literal(path) for path in paths) + "]"


def read_parquet(paths: Sequence[str], options: str = "") -> str:
    return f"read_parquet({file_list(paths)}, hive_partitioning = false{options})"


def read_events(files: Sequence[str], folder: str | Path) -> str:
    """The events of these files in the columns of `SCHEMA`: null where a file is older than a column or a fact.

    DuckDB reads files in the columns of the first, and takes twice the time to look what each has. So only files that
    lack something are read that way. `folder` is for a temporary file, without rows, that names every column.
    """
    complete: list[str] = []
    older: list[str] = []
    for path in files:
        (complete if _is_complete(path) else older).append(path)
    relations = [read_parquet(complete)] if complete else []
    if older:
        columns = Path(folder) / COLUMNS_FILE
        parquet.write_table(SCHEMA.empty_table(), columns)
        relations.append(read_parquet([*older, str(columns)], ", union_by_name = true"))
    return "(" + " UNION ALL ".join(f"SELECT {EVENT_COLUMNS} FROM {each}" for each in relations) + ")"  # noqa: S608 - paths, quoted


def _is_complete(path: str) -> bool:
    """Also true of a file that cannot be read: DuckDB names it."""
    try:
        schema = parquet.read_schema(path)
        facts = schema.field("facts").type
    except (OSError, KeyError, pa.ArrowInvalid):
        return True
    return {*SCHEMA.names} <= {*schema.names} and {each.name for each in FACT_TYPE} <= {each.name for each in facts}


def moment(when: datetime) -> str:
    return f"TIMESTAMPTZ '{when.isoformat()}'"


def partial_rows(events: str) -> str:
    """SQL for one partial row for each event of the relation `events`, without test events."""
    given = " | ".join(
        f"CASE WHEN {_fact(name)} IS NOT NULL THEN {1 << bit} ELSE 0 END" for bit, name in enumerate(GIVEN)
    )
    plain = [quoted(name) for name in ("assessment_id", *ALERT_COLUMNS, *_ONLY_ANALYSTS)]
    outcome_times = [
        f"CASE WHEN event = 'outcome' AND outcome = {literal(outcome)} THEN occurred_at END AS {column}"
        for outcome, column in zip(OUTCOME_NAMES, OUTCOME_TIMES, strict=True)
    ]
    return f"""
        SELECT md5_number_lower(assessment_id) AS key, {", ".join(plain)},
            CASE WHEN event = 'assessment' THEN time END AS time,
            CASE WHEN event = 'assessment' THEN md5_number_lower(event_id) END AS event_key,
            md5_number_lower("user") AS user_key, md5_number_lower(destination) AS destination_key,
            facts.asset AS asset, facts.network AS network, facts.amount_usd AS amount_usd,
            CASE WHEN event = 'assessment' THEN ({given})::INTEGER END AS facts_given,
            NULL::UBIGINT[] AS alert_events,
            NULL::UBIGINT AS destination_low, NULL::UBIGINT AS destination_high,
            NULL::DOUBLE AS amount_low, NULL::DOUBLE AS amount_high,
            {", ".join(outcome_times)},
            CASE WHEN event = 'outcome' THEN epoch_us(time) - epoch_us(occurred_at) END AS {REPORTING_DELAY}
        FROM {events} WHERE NOT test"""  # noqa: S608 - names are ours


def merged(partial: str, columns: Sequence[str]) -> str:
    """SQL for one row for each assessment in the partial rows `partial`, with these columns of its exposure.

    The exposure is the earliest event with an alert, or the earliest event where none had an alert. Of two events in
    the same microsecond, the hashes of their ids decide, so that the choice is always the same. `time` is null where
    only outcomes are known. `alert_events` has the hashes of all events with an alert; null where it is the exposure
    alone. `reused` is true where the events give two destinations, or amounts over a tenth apart: recorded amounts are
    cut down by up to a tenth, and a price moves between two requests. `columns` has at least BASIC.
    """
    identity = ", ".join(_identity(columns))
    payload = [quoted(name) for name in columns if name != "assessment_id"]
    packed = ", ".join(f"{name} := {name}" for name in payload)
    exposure = ", ".join(f"said.{name} AS {name}" for name in payload)
    earliest = ", ".join(f"min({name}) AS {name}" for name in OUTCOME_TIMES)
    return f"""
        SELECT *, coalesce(len(alert_events) - 1, 0)::INTEGER AS repeats FROM (
            SELECT {identity}, {exposure}, {", ".join(OUTCOME_TIMES)}, {REPORTING_DELAY},
                nullif(destination_low, said.destination_key) AS destination_low,
                nullif(destination_high, said.destination_key) AS destination_high,
                nullif(amount_low, said.amount_usd) AS amount_low,
                nullif(amount_high, said.amount_usd) AS amount_high,
                coalesce(destination_low <> destination_high, false)
                    OR coalesce(10 * amount_high > 11 * amount_low, false) AS reused,
                CASE WHEN len(here) + coalesce(len(before), 0) > 1
                    THEN nullif(list_sort(list_distinct(list_concat(here, flatten(before)))), [said.event_key])
                END AS alert_events
        FROM (
            SELECT {identity},
                arg_min(struct_pack({packed}), {{'a': rule_id IS NULL, 'b': time, 'c': event_key}})
                    FILTER (time IS NOT NULL) AS said,
                list(event_key) FILTER (rule_id IS NOT NULL) AS here,
                list(alert_events) FILTER (alert_events IS NOT NULL) AS before,
                min(least(destination_key, destination_low)) AS destination_low,
                max(greatest(destination_key, destination_high)) AS destination_high,
                min(least(amount_usd, amount_low)) AS amount_low,
                max(greatest(amount_usd, amount_high)) AS amount_high,
                {earliest}, max({REPORTING_DELAY}) AS {REPORTING_DELAY}
            FROM ({partial}) GROUP BY {identity}
        ))"""  # noqa: S608 - names are ours


def columns_of_fold(columns: Sequence[str]) -> str:
    """The columns of a fold with these columns of its exposure, in the order of `merged`."""
    plain = [name for name in columns if name != "assessment_id"]
    names = (
        *_identity(columns),
        *plain,
        "alert_events",
        "repeats",
        *_LOW,
        *_HIGH,
        "reused",
        *OUTCOME_TIMES,
        REPORTING_DELAY,
    )
    return ", ".join(quoted(name) for name in names)


def _identity(columns: Sequence[str]) -> tuple[str, ...]:
    return ("assessment_id", "key") if "assessment_id" in columns else ("key",)


def fold_day(
    files: Sequence[str], folder: str | Path, *, memory_limit: str = "1GB", threads: int = 1
) -> tuple[Path, ...]:
    """Folds one closed day, given *all* of its live files, and returns the two files written to `folder/date=.../`.

    *settled* has the assessments of that day (UTC). *strays* has outcomes without their assessment and assessments of
    another day, whose other events are elsewhere. Both are sorted by time. Each file appears whole or not at all,
    settled last. A fold is valid as long as the day has exactly these files (`fold_name`); otherwise it is not read.
    """
    days = {day_of(str(path)) for path in files}
    if len(days) != 1 or None in days:
        raise ValueError(f"fold_day takes all files of one date=YYYY-MM-DD folder; these name {len(days)} days")
    day = day_of(str(files[0]))
    target = Path(folder) / f"date={day}"
    target.mkdir(parents=True, exist_ok=True)
    written = []
    with (
        TemporaryDirectory(prefix="forewarn-fold-") as temporary,
        duckdb.connect(config={"memory_limit": memory_limit, "threads": threads}) as connection,
    ):
        connection.execute("SET TimeZone = 'UTC'")
        partial = partial_rows(read_events(files, temporary))
        connection.execute(f"CREATE TEMP TABLE day AS {merged(partial, WIDE)}")
        inside = _inside(day)
        for part, which in ((STRAYS, f"({inside}) IS NOT TRUE"), (SETTLED, inside)):
            path = target / fold_name(files, part)
            partly = path.with_suffix(".partly")
            connection.execute(
                f"COPY (SELECT * FROM day WHERE {which} ORDER BY time) TO {literal(str(partly))}"  # noqa: S608 - a path
                " (FORMAT parquet, COMPRESSION zstd)"
            )
            partly.replace(path)
            written.append(path)
    return tuple(written)


def _inside(day: date | None) -> str:
    return f"time >= TIMESTAMPTZ '{day} 00:00:00+00' AND time < TIMESTAMPTZ '{day} 00:00:00+00' + INTERVAL 24 HOUR"


def _fact(name: str) -> str:
    return f"facts.{quoted(name)}" if name in FACTS else name
