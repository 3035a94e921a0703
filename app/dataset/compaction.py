"""Merges many small files into few big ones. Readers see each event once at every moment.

The merged file appears first. From that instant its parts do not count, because it contains them. They stay a
while for readers that have just listed them, and are then deleted.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import pyarrow as pa
from pyarrow import parquet

from app.dataset import footer, parquet_file
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile, contained, overlapping, path_of
from app.dataset.footer import Lines


@dataclass(frozen=True, slots=True)
class Policy:
    """Sizes in bytes. While its day is open, a row is rewritten about log(day's bytes / small) / log(run) times."""

    run: int = 16  # files of one size class that are merged on the open day
    small: int = 1024 * 1024  # upper bound of the smallest class; each next class is `run` times as large
    target: int = 256 * 1024 * 1024  # about the largest size of a merged file
    parts_kept: float = 60.0  # seconds that the parts of a merged file stay for readers


DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Merge:
    """`parts` are consecutive files of one epoch and day; `distinct` if two of them share entries."""

    parts: tuple[DataFile, ...]
    distinct: bool = False

    @property
    def path(self) -> str:
        return path_of(self.parts[0].epoch, self.parts[0].first, max(part.last for part in self.parts))


def plan(counted: Sequence[DataFile], today: date, policy: Policy = DEFAULT) -> Merge | None:
    """The next merge, given the files that count in the order of `counting`. `today` is the day still being written.

    Overlapping files come first, then the oldest day.
    """
    if pairs := overlapping(counted):
        return Merge(pairs[0], distinct=True)
    for (day, _), group in groupby(counted, key=lambda file: (file.date, file.epoch)):
        files = list(group)
        parts = _open_day(files, policy) if day >= today else _closed_day(files, policy)
        if parts:
            return Merge(tuple(parts))
    return None


def _closed_day(files: Sequence[DataFile], policy: Policy) -> Sequence[DataFile]:
    """The first neighbours that fit into one file, as many as possible."""
    for start in range(len(files) - 1):
        end, size = start, 0
        while end < len(files) and size + files[end].size <= policy.target:
            size += files[end].size
            end += 1
        if end - start > 1:
            return files[start:end]
    return ()


def _open_day(files: Sequence[DataFile], policy: Policy) -> Sequence[DataFile]:
    """The first `run` neighbours of one size class."""
    for size_class, neighbours in groupby(files, key=lambda file: _size_class(file.size, policy)):
        same = list(neighbours)
        if len(same) >= policy.run and policy.small * policy.run**size_class < policy.target:
            return same[: policy.run]
    return ()


def _size_class(size: int, policy: Policy) -> int:
    found = 0
    while size >= policy.small * policy.run**found:
        found += 1
    return found


def merge(store: DatasetStore, wanted: Merge, step: Callable[[], None]) -> None:
    """Writes the merged file. `step` is called between row groups and may raise to stop the merge. Raises OSError."""
    lines: Lines = {}
    for part in wanted.parts:
        footer.join(lines, footer.read(store, part))
    tables = _tables(store, wanted.parts, step)
    schema = parquet_file.common_schema(store, wanted.parts)
    parquet_file.write(store, wanted.path, _distinct(tables) if wanted.distinct else tables, lines, schema)


def _tables(store: DatasetStore, parts: Sequence[DataFile], step: Callable[[], None]) -> Iterator[pa.Table]:
    for part in parts:
        with store.open(part.path) as source:
            file = parquet.ParquetFile(source)
            for group in range(file.num_row_groups):
                step()
                yield file.read_row_group(group)


def _distinct(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    seen: set[str] = set()
    for table in tables:
        ids = table.column("event_id").to_pylist()
        fresh = [event_id not in seen for event_id in ids]
        seen.update(ids)
        yield table.filter(pa.array(fresh, pa.bool_()))


def sweep(store: DatasetStore, files: Sequence[DataFile], older_than: float) -> list[DataFile]:
    """Deletes files that another file has contained for `older_than` seconds; returns them. Raises OSError."""
    gone = [
        file
        for file in contained(files)
        if any(whole.age >= older_than for whole in files if whole is not file and whole.contains(file))
    ]
    for file in gone:
        store.delete(file.path)
    return gone
