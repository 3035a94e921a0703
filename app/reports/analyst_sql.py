"""Analysts' own queries: one SELECT over `events`, `assessments`, `outcomes` and `exposures`."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from app.dataset.report_sources import Sources
from app.domain.outcome import OUTCOME_NAMES
from app.reports.event_connection import EVER, Events, open_events
from app.reports.folding import OUTCOME_TIMES, WIDE, quoted
from app.reports.sql_check import SqlError, checked, is_explain, one_line
from app.reports.sql_columns import expression, has_members

VIEWS = ("assessments", "events", "exposures", "outcomes")

_EVENTS = re.compile(r"\bevents\b", re.IGNORECASE)
_MADE_OF_FOLDS = re.compile(r"\b(assessments|outcomes|exposures)\b", re.IGNORECASE)

# Answered from VIEWS: DuckDB would also list internal relations, and creating the views means reading every day.
_WHAT_IS_THERE = re.compile(r"(show(\s+all)?(\s+tables)?|describe|desc)[\s;]*", re.IGNORECASE)

_ASSESSMENT = (
    'assessment_id, time, client, "user", destination, region, revision, rule_id, rule_region, typology, severity,'
    " variant, language, text_status, matched, matched_count, facts, asset, network, amount_usd, repeats, reused"
)

# Rows that are in memory at once.
_BATCH = 1_024


@dataclass(slots=True)
class Rows:
    """The rows of a query, read once. `truncated` is known at the end: there were more than the limit."""

    names: Sequence[str]
    values: Iterator[tuple[Any, ...]]
    truncated: bool = False


@contextmanager
def rows_of(
    sql: str, sources: Sources, *, limit: int = 10_000, memory_limit: str = "1GB", threads: int = 2
) -> Iterator[Rows]:
    """The rows of one read-only SELECT over the dataset and the tail; only `events` has test events.

    Raises SqlError with one line about what is wrong, also while rows are read.
    """
    query = checked(sql)
    with _mistakes_named(memory_limit), open_events(sources, memory_limit=memory_limit, threads=threads) as events:
        if _WHAT_IS_THERE.fullmatch(sql.strip()):
            query = f"SELECT unnest({list(VIEWS)}) AS name"
        else:
            if _EVENTS.search(query):
                events.show_all()
            if _MADE_OF_FOLDS.search(query):
                _views(events)
        rows = Rows((), iter(()))
        rows.values = _read(events.connection, query, limit, rows)
        yield rows


def _read(connection: duckdb.DuckDBPyConnection, query: str, limit: int, rows: Rows) -> Iterator[tuple[Any, ...]]:
    found = connection.sql(query)
    rows.names = _distinct(found.columns)
    types = found.types
    if not is_explain(query):
        columns = ", ".join(
            f"{expression(kind, f'#{number}')} AS {quoted(name)}"
            for number, (kind, name) in enumerate(zip(types, rows.names, strict=True), 1)
        )
        found = connection.sql(f"SELECT {columns} FROM (\n{query}\n) LIMIT {limit + 1}")  # noqa: S608  # judged above
    in_json = [has_members(kind) for kind in types]
    return _values(found.to_arrow_reader(_BATCH), in_json, limit, rows)


def _values(reader: pa.RecordBatchReader, in_json: Sequence[bool], limit: int, rows: Rows) -> Iterator[tuple[Any, ...]]:
    left = limit
    for batch in reader:
        columns = [
            list(map(_decoded, column.to_pylist())) if encoded else column.to_pylist()
            for column, encoded in zip(batch.columns, in_json, strict=True)
        ]
        yield from zip(*(column[:left] for column in columns), strict=True)
        rows.truncated = batch.num_rows > left
        left = max(0, left - batch.num_rows)


def _decoded(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _distinct(names: Sequence[str]) -> list[str]:
    """Two columns may have one name in SQL; the members of an object may not."""
    known: list[str] = []
    for name in names:
        number = 1
        free = name
        while free in known:
            free, number = f"{name}_{number}", number + 1
        known.append(free)
    return known


@contextmanager
def _mistakes_named(memory_limit: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        raise SqlError(
            f"the query needs more than {memory_limit} of memory, or more disk than there is; select less, or aggregate"
        ) from None
    except (duckdb.Error, pa.ArrowInvalid) as error:
        raise SqlError(one_line(error)) from None


def _views(events: Events) -> None:
    """Creates the views that docs/measurement.md documents."""
    events.fold(*EVER, columns=WIDE)
    create = events.connection.execute
    create(f"CREATE TEMP VIEW assessments AS SELECT {_ASSESSMENT} FROM folded WHERE time IS NOT NULL")  # noqa: S608  # columns of ours
    each = " UNION ALL ".join(
        f"SELECT assessment_id, '{outcome}' AS outcome, {column} AS occurred_at FROM folded WHERE {column} IS NOT NULL"  # noqa: S608  # names of outcomes
        for outcome, column in zip(OUTCOME_NAMES, OUTCOME_TIMES, strict=True)
    )
    create(f"CREATE TEMP VIEW outcomes AS {each}")
    create(
        f"""CREATE TEMP VIEW exposures AS
        SELECT {_ASSESSMENT}, {", ".join(OUTCOME_TIMES)},
            row_number() OVER (PARTITION BY user_key ORDER BY time, key)::INTEGER AS exposure_number
        FROM folded WHERE rule_id IS NOT NULL"""  # noqa: S608 - only our own names
    )
