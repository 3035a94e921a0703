"""The rows of an analyst's query as a table, as CSV and as JSON."""

import csv
import json
import math
import re
from decimal import Decimal
from typing import Any, TextIO

from app.reports.analyst_sql import Rows
from app.reports.sql_check import SqlError
from app.reports.text_table import text_table

FORMATS = ("text", "json", "csv")

MOST = 2**30  # characters; a terminal, a disk and a reader have less use for more

# A table is as wide as its widest cell. CSV and JSON have the whole text.
_WIDEST = 1_000

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def write(rows: Rows, form: str, out: TextIO) -> None:
    """`form` is one of FORMATS. Raises SqlError for more than MOST characters."""
    bounded = _Bounded(out)
    if form == "json":
        _write_json(rows, bounded)
    elif form == "csv":
        writer = csv.writer(bounded)
        writer.writerow(rows.names)
        writer.writerows(map(_cell, row) for row in rows.values)
    else:
        cells = [[_shown(_cell(value)) for value in row] for row in rows.values]
        bounded.write(text_table([_shown(name) for name in rows.names], cells))
        bounded.write("\n...\n" if rows.truncated else "\n")


class _Bounded:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._left = MOST

    def write(self, text: str) -> int:
        self._left -= len(text)
        if self._left < 0:
            raise SqlError(f"the result is larger than {MOST // 2**20} MiB; select less, or lower --limit")
        return self._out.write(text)


def _write_json(rows: Rows, out: _Bounded) -> None:
    """A list of objects; times are RFC 3339."""
    before = "["
    for row in rows.values:
        record = {name: _finite(value) for name, value in zip(rows.names, row, strict=True)}
        out.write(before + json.dumps(record, default=_number, ensure_ascii=False))
        before = ", "
    out.write("]\n" if before == ", " else "[]\n")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return str(_number(value))
    return json.dumps(value, default=_number)


def _shown(cell: str) -> str:
    """Without control characters, which would move the cursor or colour the terminal."""
    cut = cell if len(cell) <= _WIDEST else cell[: _WIDEST - 1] + "…"
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), cut)


def _finite(value: Any) -> Any:
    """JSON has neither NaN nor infinity: null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [_finite(one) for one in value]
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    return value


def _number(value: object) -> object:
    """Arrow represents DuckDB's 128-bit sums and counts as decimals without a fraction."""
    return int(value) if isinstance(value, Decimal) and value.as_tuple().exponent == 0 else str(value)
