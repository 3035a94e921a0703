"""Asks a query of `forewarn sql` in this process."""

import io
import json
from typing import Any

from app.dataset.report_sources import Sources
from app.reports import sql_output
from app.reports.analyst_sql import rows_of


def written(sql: str, sources: Sources, form: str, limit: int = 10_000) -> str:
    """What the command prints."""
    out = io.StringIO()
    with rows_of(sql, sources, limit=limit) as rows:
        sql_output.write(rows, form, out)
    return out.getvalue()


def records(sql: str, sources: Sources) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(written(sql, sources, "json"))
    return found
