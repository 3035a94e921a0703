"""What goes and what stays when days are dropped."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import orjson

from app.dataset import footer
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile
from app.dataset.footer import Lines
from app.dataset.line_set import LineSet

# The lines of dropped files: they must not come back when a shipper sends an old segment again.
CARRIED = "_carried.json"

# Only those of the newest segments are kept: 100,000 segments are 1.6 TB of journal.
CARRIED_SEGMENTS = 100_000

REJECTED = "_rejected"


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


def rejected_days(store: DatasetStore) -> set[date]:
    """The days that have rejected lines. Raises OSError."""
    found: set[date] = set()
    for stored in store.list(REJECTED):
        with suppress(ValueError):  # not one of ours
            found.add(date.fromisoformat(stored.path.split("/")[1].removeprefix("date=")))
    return found


def drop_rejected(store: DatasetStore, day: date) -> None:
    """Raises OSError."""
    for stored in store.list(f"{REJECTED}/date={day}"):
        store.delete(stored.path)
