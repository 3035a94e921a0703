"""Drops days that are older than they may be kept."""

from collections.abc import Sequence
from datetime import date, timedelta

import orjson

from app.dataset import footer
from app.dataset.dataset_store import DatasetStore, StoredFile
from app.dataset.file_listing import DataFile
from app.dataset.footer import Lines
from app.dataset.line_set import LineSet

# The lines of dropped files: they must not come back when a shipper sends an old segment again.
CARRIED = "_carried.json"

# Only those of the newest segments are kept: 100,000 segments are 1.6 TB of journal.
CARRIED_SEGMENTS = 100_000

REJECTED = "_rejected"


def expired(files: Sequence[DataFile], today: date, days: int) -> list[DataFile]:
    """Files of days more than `days` before `today`, but never of the newest day: they hold the stream position."""
    newest = max((file.date for file in files), default=today)
    return [file for file in files if file.date < today - timedelta(days=days) and file.date < newest]


def drop(store: DatasetStore, files: Sequence[DataFile]) -> None:
    """Saves the lines of `files` in CARRIED, then deletes the files. Raises OSError and may then be called again."""
    lines = carried(store)
    for file in files:
        footer.join(lines, footer.read(store, file))
    kept = sorted(lines)[-CARRIED_SEGMENTS:]
    with store.create(CARRIED) as sink:
        sink.write(orjson.dumps({segment: lines[segment].ranges for segment in kept}))
    for file in files:
        store.delete(file.path)


def carried(store: DatasetStore) -> Lines:
    """The lines that `drop` saved. Raises OSError."""
    try:
        with store.open(CARRIED) as source:
            noted = orjson.loads(source.read())
    except FileNotFoundError:
        return {}
    return {segment: LineSet(ranges) for segment, ranges in noted.items()}


def expired_rejects(stored: Sequence[StoredFile], today: date, days: int) -> list[str]:
    """Paths of rejected lines whose days are to be dropped."""
    limit = f"{REJECTED}/date={today - timedelta(days=days)}/"
    return [file.path for file in stored if file.path.startswith(f"{REJECTED}/date=") and file.path < limit]
