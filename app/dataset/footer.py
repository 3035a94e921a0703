"""The Parquet metadata of a dataset file: which journal lines the file holds."""

import errno
from collections.abc import Iterable, Mapping

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
    with store.open(file.path) as source:
        try:
            metadata = parquet.read_metadata(source).metadata or {}
        except pa.ArrowInvalid as error:
            raise OSError(errno.EIO, f"{file.path} is damaged") from error
    ranges: dict[str, list[Range]] = orjson.loads(metadata.get(KEY, b"{}"))
    return ranges


def join(into: Lines, ranges: Mapping[str, Iterable[Range]]) -> None:
    for segment, more in ranges.items():
        held = into.setdefault(segment, LineSet())
        for first, last in more:
            held.add(first, last)
