"""Events that are not yet in the dataset, as a table in its columns."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from app.dataset.schema import SCHEMA
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS

Event = Mapping[str, Any]


def tail_table(events: Iterable[Event | str | bytes]) -> pa.Table:
    """The journal's events, parsed or as lines of JSON, in the columns of the dataset."""
    return pa.Table.from_pylist([_row(event) for event in events], schema=SCHEMA)


def _row(event: Event | str | bytes) -> dict[str, Any]:
    parsed: Event = json.loads(event) if isinstance(event, str | bytes) else event
    row = {name: parsed.get(name) for name in SCHEMA.names}
    for name in ("time", "occurred_at"):
        row[name] = _moment(row[name])
    if row["facts"] is not None:
        row["facts"] = _facts(row["facts"])
    return row


def _moment(value: object) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {name: facts.get(name) for name in FACTS}
    row["attributes"] = [
        (name.removeprefix(ATTRIBUTE_PREFIX), value if isinstance(value, str) else json.dumps(value))
        for name, value in facts.items()
        if name.startswith(ATTRIBUTE_PREFIX)
    ]
    return row
