"""The Parquet metadata of a dataset file: which journal lines the file holds."""

import errno
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa
from pyarrow import parquet

from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile
from app.dataset.line_set import LineSet, Range

KEY = b"forewarn.lines"

Lines = dict[str, LineSet]


def encode(lines: Mapping[str, LineSet]) -> dict[bytes, bytes]:
    return {KEY: orjson.dumps({segment: held.ranges for segment, held in sorted(lines.items())})}


def read(store: DatasetStore, file: DataFile) -> dict[str, list[Range]]:
    """The lines of each segment that `file` holds or that were rejected. Raises OSError, also if it is damaged."""
    ranges: dict[str, list[Range]] = orjson.loads((_metadata(store, file).metadata or {}).get(KEY, b"{}"))
    return ranges


def newest_event(store: DatasetStore, file: DataFile) -> datetime | None:
    """The latest `time` of its rows, from its statistics; None if it has no rows. Raises OSError."""
    metadata = _metadata(store, file)
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    columns = (group.column(place) for group in groups for place in range(group.num_columns))
    found = [one.statistics.max for one in columns if one.path_in_schema == "time" and one.statistics]
    return max(filter(None, found), default=None)


def join(into: Lines, ranges: Mapping[str, Iterable[Range]]) -> None:
    for segment, more in ranges.items():
        held = into.setdefault(segment, LineSet())
        for first, last in more:
            held.add(first, last)


def _metadata(store: DatasetStore, file: DataFile) -> Any:
    with store.open(file.path) as source:
        try:
            return parquet.read_metadata(source)
        except pa.ArrowInvalid as error:
            raise OSError(errno.EIO, f"{file.path} is damaged") from error
