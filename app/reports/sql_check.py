"""Whether a query is one SELECT that only reads.

DuckDB calls more than that a SELECT. `WITH x AS (COPY ... TO 'file')` writes a file, `EXPLAIN ANALYZE COPY ...` does
too, and a table function can run SQL that it is given as text. The settings of the connection do not stop this: a file
that may be read may also be written (DuckDB 2.0.0). So the parsed query is judged, node by node.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb

from app.domain.errors import ForewarnError

_EXPLAIN = re.compile(r"\s*explain\b\s*(analyze\b)?\s*(\([^)]*\))?", re.IGNORECASE)

_PIVOT = re.compile(r"\bpivot\b", re.IGNORECASE)

_READING = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}

# What no other function of a FROM clause adds to: numbers, lists, JSON, and DuckDB's catalogue. Files and queries given
# as text are not among them. `FROM 'file'` is no function; the connection allows the dataset's files only.
_TABLE_FUNCTIONS = {
    *("generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "test_all_types", "unnest"),
    *("duckdb_columns", "duckdb_functions", "duckdb_keywords", "duckdb_memory", "duckdb_settings", "duckdb_tables"),
    *("duckdb_types", "duckdb_views", "icu_calendar_names", "pg_timezone_names", "pragma_table_info", "pragma_version"),
}

_NO_SELECT = "expected one SELECT; the dataset is read-only"


class SqlError(ForewarnError):
    """A query that cannot be run; the message is one line."""


def one_line(error: Exception) -> str:
    """DuckDB's message without its excerpt of the query and without advice about its settings."""
    return " ".join(str(error).split("\n\n")[0].split())


def checked(sql: str) -> str:
    """The query without what follows it. Raises SqlError."""
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise SqlError(one_line(error)) from None
    if len(statements) != 1:
        raise SqlError(_NO_SELECT)
    if statements[0].type == duckdb.StatementType.MULTI and _PIVOT.search(sql):
        # DuckDB makes a type of the values that it finds, and then selects.
        raise SqlError("PIVOT needs its values here: PIVOT ... ON severity IN ('high', 'low')")
    query = _without_end(statements[0].query)
    selected = query
    if statements[0].type == duckdb.StatementType.EXPLAIN:
        selected = _EXPLAIN.sub("", query, count=1)
    _judge(selected)
    return query


def _without_end(query: str) -> str:
    """The query without the semicolon and the comments after it."""
    written = query.encode()  # where the tokens begin is counted in bytes
    for start, kind in reversed(duckdb.tokenize(query)):
        if kind != duckdb.token_type.comment and written[start : start + 1] != b";":
            break
        written = written[:start]
    return written.decode().strip()


def is_explain(query: str) -> bool:
    return _EXPLAIN.match(query) is not None


def _judge(query: str) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        found = connection.execute("SELECT json_serialize_sql(?)", [query]).fetchall()
    try:
        tree = json.loads(found[0][0])
    except RecursionError:
        raise SqlError("the query has too many levels; select from fewer queries within queries") from None
    if tree["error"]:  # of what is no SELECT, DuckDB makes no tree
        raise SqlError(_NO_SELECT)
    for node in _nodes(tree["statements"]):
        kind = node.get("type")
        if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _READING:
            raise SqlError(_NO_SELECT)
        if kind == "TABLE_FUNCTION":
            name = node["function"]["function_name"].lower()
            if name not in _TABLE_FUNCTIONS:
                raise SqlError(f"{name}() is not available; the dataset is all that can be read")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in the tree."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
