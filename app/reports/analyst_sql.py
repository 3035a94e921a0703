"""Analysts' own queries: one SELECT over `events`, `assessments`, `outcomes` and `exposures`."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from threading import Timer
from typing import Any

import duckdb
import pyarrow as pa

from app.dataset.report_sources import Sources
from app.domain.errors import ForewarnError
from app.domain.outcome import OUTCOME_NAMES
from app.reports.event_connection import EVER, Events, open_events
from app.reports.folding import OUTCOME_TIMES, WIDE
from app.reports.text_table import text_table

VIEWS = ("assessments", "events", "exposures", "outcomes")

_MADE_OF_FOLDS = re.compile(r"\b(assessments|outcomes|exposures)\b", re.IGNORECASE)

# Answered from VIEWS: DuckDB would also list internal relations, and creating the views means reading every day.
_WHAT_IS_THERE = re.compile(r"(show(\s+all)?(\s+tables)?|describe|desc)[\s;]*", re.IGNORECASE)

_ASSESSMENT = (
    'assessment_id, time, client, "user", destination, region, revision, rule_id, rule_region, typology, severity,'
    " variant, language, text_status, matched, matched_count, facts, asset, network, amount_usd, repeats"
)


class SqlError(ForewarnError):
    """A query that cannot be run; the message is one line."""


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a query. `truncated` means that there were more than `limit`."""

    rows: pa.Table
    truncated: bool

    def as_table(self) -> str:
        cells = [[_cell(value) for value in row.values()] for row in self._records()]
        more = "\n..." if self.truncated else ""
        return text_table(self.rows.column_names, cells) + more

    def as_csv(self) -> str:
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(self.rows.column_names)
        writer.writerows([_cell(value) for value in row.values()] for row in self._records())
        return text.getvalue()

    def as_json(self) -> str:
        """A list of objects; times are RFC 3339."""
        return json.dumps(self._records(), default=_json, ensure_ascii=False)

    def _records(self) -> list[dict[str, Any]]:
        records: list[dict[str, Any]] = self.rows.to_pylist()
        return records


def run(
    sql: str,
    sources: Sources,
    *,
    timeout: float = 60.0,
    limit: int = 10_000,
    memory_limit: str = "1GB",
    threads: int = 2,
) -> Result:
    """Runs one read-only SELECT over the dataset and the tail. Raises SqlError with one line about what is wrong.

    `timeout` is in seconds. Only `events` has test events.
    """
    _check(sql)
    with open_events(sources, memory_limit=memory_limit, threads=threads) as events, _interrupted(events, timeout):
        try:
            if _WHAT_IS_THERE.fullmatch(sql.strip()):
                sql = f"SELECT unnest({list(VIEWS)}) AS name"
            elif _MADE_OF_FOLDS.search(sql):
                _views(events)
            found = events.connection.sql(sql).to_arrow_reader(limit + 1)
            rows = pa.Table.from_batches(_up_to(found, limit + 1), schema=found.schema)
        except duckdb.InterruptException:
            raise SqlError(f"the query took over {timeout:g} seconds") from None
        except (duckdb.Error, pa.ArrowInvalid) as error:
            raise SqlError(_one_line(error)) from None
    return Result(rows.slice(0, limit), truncated=rows.num_rows > limit)


def _check(sql: str) -> None:
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise SqlError(_one_line(error)) from None
    if len(statements) != 1 or statements[0].type not in {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}:
        raise SqlError("expected one SELECT; the dataset is read-only")


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


@contextmanager
def _interrupted(events: Events, timeout: float) -> Iterator[None]:
    timer = Timer(timeout, events.connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _up_to(reader: pa.RecordBatchReader, limit: int) -> list[pa.RecordBatch]:
    batches = []
    count = 0
    for batch in reader:
        batches.append(batch)
        count += batch.num_rows
        if count >= limit:
            break
    return batches


def _one_line(error: Exception) -> str:
    """DuckDB's message without its excerpt of the query and without advice about its settings."""
    return " ".join(str(error).split("\n\n")[0].split())


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal) or hasattr(value, "isoformat"):
        return str(_json(value))
    return json.dumps(value, default=_json)


def _json(value: object) -> object:
    """Arrow represents DuckDB's 128-bit sums and counts as decimals without a fraction."""
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        return int(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
