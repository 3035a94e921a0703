"""Dropping days that are older than they may be kept."""

from collections.abc import Sequence
from datetime import date, timedelta

import orjson

from app.dataset import footer
from app.dataset.dataset_store import Place, Stored
from app.dataset.file_listing import DataFile
from app.dataset.footer import Lines
from app.dataset.line_set import LineSet

# Lines that dropped files held: they must not come back when a shipper sends an old segment again.
CARRIED = "_carried.json"

# Of the segments with the newest names. 100,000 of them are 1.6 TB of journal.
CARRIED_SEGMENTS = 100_000

REJECTED = "_rejected"


def expired(files: Sequence[DataFile], today: date, days: int) -> list[DataFile]:
    """Files of days more than `days` before `today`; never those of the newest day, which hold the position."""
    newest = max((file.date for file in files), default=today)
    return [file for file in files if file.date < today - timedelta(days=days) and file.date < newest]


def drop(place: Place, files: Sequence[DataFile]) -> None:
    """Deletes `files`, their lines noted first. Raises OSError; may be called again after that."""
    lines = carried(place)
    for file in files:
        footer.join(lines, footer.read(place, file))
    kept = sorted(lines)[-CARRIED_SEGMENTS:]
    with place.create(CARRIED) as sink:
        sink.write(orjson.dumps({segment: lines[segment].ranges for segment in kept}))
    for file in files:
        place.delete(file.path)


def carried(place: Place) -> Lines:
    """What `drop` noted. Raises OSError."""
    try:
        with place.open(CARRIED) as source:
            noted = orjson.loads(source.read())
    except FileNotFoundError:
        return {}
    return {segment: LineSet(ranges) for segment, ranges in noted.items()}


def expired_rejects(stored: Sequence[Stored], today: date, days: int) -> list[str]:
    """Paths of what was kept aside on days that are to be dropped."""
    limit = f"{REJECTED}/date={today - timedelta(days=days)}/"
    return [file.path for file in stored if file.path.startswith(f"{REJECTED}/date=") and file.path < limit]
