"""Events written as compact tables, so that a golden case can be checked by hand."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.dataset.report_sources import Sources
from app.reports.answer import Answer
from app.reports.event_connection import open_events
from app.reports.folding import fold_day
from app.reports.question import question
from app.reports.reconsideration import answer
from tests.reports.stream_tail import tail_table

Event = dict[str, Any]

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
LONG_AFTER = MONDAY + timedelta(days=90)

_SHORT = {"user": "user", "to": "destination", "rule": "rule_id", "at": "occurred_at"}


def events(table: str) -> list[Event]:
    """One event a line, in the order of their arrival: a time, an assessment, and what happened.

        Mon 10:00  a1  alert rule=hk/a user=ann to=x
        Mon 10:05  a1  cancelled

    `alert` and `none` are assessments, with and without an alert; all else are outcomes, which may have occurred
    `at=Mon+09:00`, otherwise when they arrived. A number after the day is its week: `Tue2`. `test` marks the event of
    a test key.
    """
    rows = [line.split() for line in table.splitlines() if line.strip()]
    return [_event(number, row) for number, row in enumerate(rows, start=1)]


def moment(day: str, clock: str) -> datetime:
    """`moment("Tue2", "10:00")` is the second Tuesday's ten o'clock."""
    weeks = int(day[3:] or 1) - 1
    place = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day[:3])
    hours, minutes, seconds = f"{clock}:0".split(":")[:3]
    after = timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return MONDAY + timedelta(weeks=weeks, days=place) + after


def _event(number: int, row: list[str]) -> Event:
    day, clock, assessment_id, what, *more = row
    words = [word for word in more if "=" not in word]
    given: dict[str, Any] = {
        _SHORT.get(name, name): value or None for name, value in (w.split("=", 1) for w in more if "=" in w)
    }
    event: Event = {
        "v": 1,
        "event_id": given.pop("id", f"s:{number}"),
        "time": moment(day, clock),
        "assessment_id": assessment_id,
        "client": "exchange",
        "test": "test" in words,
    }
    if what not in {"alert", "none"}:
        at = given.get("occurred_at")
        return event | {
            "event": "outcome",
            "outcome": what,
            "occurred_at": moment(*at.split("+")) if at else event["time"],
        }
    alert = {"rule_id": "hk/a", "rule_region": "HK", "typology": "investment", "severity": "high", "language": "en"}
    facts = {
        name: float(given.pop(name)) if name == "amount_usd" else given.pop(name)
        for name in ("asset", "network", "amount_usd")
        if name in given
    }
    return (
        event
        | {"event": "assessment", "user": "ann", "destination": "x", "region": "HK", "revision": "sha256:1"}
        | {"matched": [], "matched_count": 0, "facts": facts, "text_status": None}
        | (alert | {"text_status": "sample", "matched_count": 1} if what == "alert" else {})
        | given
    )


def write(folder: Path, rows: list[Event], *, folded: bool = False, every: int = 1) -> Sources:
    """The events as a dataset, each in the folder of its day of arrival; `folded`: with every day folded.

    `every` so many days the journals were shipped: events arrive on the last of these days.
    """
    by_day: dict[str, list[Event]] = {}
    for row in rows:
        ordinal = row["time"].date().toordinal()
        by_day.setdefault(date.fromordinal(ordinal + -ordinal % every).isoformat(), []).append(row)
    files = []
    folds: list[str] = []
    for day, of_day in by_day.items():
        target = folder / f"date={day}" / "epoch-1-9.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(tail_table(of_day), target)
        files.append(str(target))
        if folded:
            folds.extend(map(str, fold_day([str(target)], folder / "folds")))
    return Sources(files, folds)


def ask(
    source: str | list[Event] | pa.Table | Sources, now: datetime = LONG_AFTER, partner: str | None = None, **asked: str
) -> Answer:
    """The answer about four weeks from the first Monday, unless asked otherwise."""
    rows = events(source) if isinstance(source, str) else source
    sources = rows if isinstance(rows, Sources) else Sources(tail=tail_table(rows) if isinstance(rows, list) else rows)
    period: Mapping[str, str] = {"since": "2026-11-02", "until": "2026-11-30"}
    with open_events(sources) as opened:
        return answer(opened, question({**period, **asked}, now), partner)
