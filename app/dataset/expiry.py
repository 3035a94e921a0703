"""Which days are past retention, and whether they may go now.

A day goes in two steps, so that one wrong clock or a mistyped setting deletes nothing: it is announced, and dropped by
a later run. Only a day's worth is announced a day; more needs a person's word.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import orjson

from app.dataset import footer, retention
from app.dataset.archive_context import ArchiveContext
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile

logger = logging.getLogger(__name__)

# The announced days. A file of the dataset: whichever machine archives tomorrow reads it.
ANNOUNCED = "_retention.json"

# From announcing a day to dropping it. Shorter than a day, for a daily scheduler that starts a minute earlier.
NOTICE = timedelta(hours=20)

# A file's newest event may be this much newer than its day: machines' clocks differ.
EVENTS_AHEAD = timedelta(days=2)

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Announced:
    """When each day was announced. `newest` was the newest day of the dataset when the last was."""

    since: Mapping[date, datetime] = field(default_factory=dict)
    newest: date = date.min


class Expiry:
    """Drops days past retention. Methods raise OSError and may then be called again."""

    def __init__(self, context: ArchiveContext, days: int) -> None:
        self._context = context
        self._status = context.status
        self._days = days

    def run(self, files: Sequence[DataFile]) -> list[DataFile]:
        """Announces the days that are due, and drops those that were announced long enough ago: returns their files."""
        store, now = self._context.store, datetime.fromtimestamp(self._context.clock(), UTC)
        rejected = retention.rejected_days(store)
        newest = max((file.date for file in files), default=now.date())
        days = sorted(day for day in {*rejected, *(file.date for file in files)} if day < newest)
        due = [day for day in days if self._is_over(day, now.date() + _DAY)]  # tomorrow, for the notice
        if due and self._status.clocks:
            self._say(f"FOREWARN_RETENTION_DAYS={self._days} drops no day while clocks disagree: {self._status.clocks}")
            return []
        known = _read(store) if due else Announced()
        since = {day: at for day, at in known.since.items() if day in due and at <= now}
        fresh = [day for day in due if day not in since]
        refused = self._refusal(fresh, files, known)
        if fresh and not refused:
            since |= dict.fromkeys(fresh, now)
            _write(store, Announced(since, newest))
            logger.info("%s will be dropped, %s from now at the earliest", _span(fresh), NOTICE)
        self._say(refused)
        return self._drop(since, now, files, rejected)

    def _is_over(self, day: date, today: date) -> bool:
        return (today - day).days > self._days

    def _refusal(self, fresh: Sequence[date], files: Sequence[DataFile], known: Announced) -> str | None:
        """Why these days may not be announced; None if they may."""
        accepted = self._context.accepted or date.min
        doubtful = [day for day in fresh if day >= accepted]
        grown = len({file.date for file in files if file.date > known.newest}) if known.since else 0
        if len(doubtful) > max(1, grown):
            why = f"{_span(doubtful)} are due together, and only a day's worth goes a day"
        else:
            young = (self._youth(file) for file in files if file.date in doubtful)
            why = next(filter(None, young), "")
        if not why:
            return None
        return (
            f"FOREWARN_RETENTION_DAYS={self._days} drops no day: {why}. If the clocks and the setting are right,"
            f" `forewarn archive --once --accept {doubtful[-1] + _DAY}` announces them, and a later run drops them"
        )

    def _youth(self, file: DataFile) -> str | None:
        """Why a file is younger than its name says."""
        newest = footer.newest_event(self._context.store, file)
        if newest is None or newest.date() <= file.date + EVENTS_AHEAD:
            return None
        return f"{file.path} arrived on {file.date} by Redis's clock and has events of {newest.date()}"

    def _drop(
        self, since: Mapping[date, datetime], now: datetime, files: Sequence[DataFile], rejected: Iterable[date]
    ) -> list[DataFile]:
        store = self._context.store
        ready = sorted(day for day, at in since.items() if self._is_over(day, now.date()) and at + NOTICE <= now)
        gone = [file for file in files if file.date in ready]
        if gone:
            retention.drop(store, gone)
            self._status.dropped_files += len(gone)
            logger.info("%d files are dropped: %s", len(gone), _span(ready))
        for day in sorted({*rejected} & {*ready}):
            retention.drop_rejected(store, day)
        return gone

    def _say(self, refused: str | None) -> None:
        if refused and not self._status.retention:
            logger.error("%s", refused)
        self._status.retention = refused


def _span(days: Sequence[date]) -> str:
    """
    >>> _span([date(2026, 1, 1), date(2026, 1, 3)]), _span([date(2026, 1, 1)])
    ('2 days from 2026-01-01 to 2026-01-03', '1 day, 2026-01-01,')
    """
    return f"{len(days)} days from {days[0]} to {days[-1]}" if len(days) > 1 else f"1 day, {days[0]},"


def _read(store: DatasetStore) -> Announced:
    """Nothing if the file is missing or damaged: the days are announced again."""
    with suppress(FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        with store.open(ANNOUNCED) as source:
            noted = orjson.loads(source.read())
        since = {date.fromisoformat(day): datetime.fromisoformat(at) for day, at in noted["since"].items()}
        return Announced(since, date.fromisoformat(noted["newest"]))
    return Announced()


def _write(store: DatasetStore, announced: Announced) -> None:
    with store.create(ANNOUNCED) as sink:
        since = {day.isoformat(): at.isoformat() for day, at in sorted(announced.since.items())}
        sink.write(orjson.dumps({"since": since, "newest": announced.newest.isoformat()}) + b"\n")
