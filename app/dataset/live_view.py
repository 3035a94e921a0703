"""What readers see of the dataset now: the files that count, and the events that only the stream has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from app.dataset import footer, retention
from app.dataset.archived_lines import DAYS, ArchivedLines
from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import DataFile, listing, positions
from app.dataset.line_set import Range
from app.dataset.pending_file import PendingFile
from app.dataset.schema import SCHEMA
from app.storage.event_stream import EventStream, Tail

# An archiver in a hurry writes a file in about a second; a listing takes a fraction of that.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Each event is in `files` or `tail`, once. Not `complete` if the stream has more events than a reader takes."""

    files: Sequence[DataFile]
    tail: pa.Table
    complete: bool


class LiveView:
    """Keeps the footers that it has read: a file never changes under its name."""

    def __init__(self, store: DatasetStore, stream: EventStream) -> None:
        self._store = store
        self._stream = stream
        self._footers: dict[str, dict[str, list[Range]]] = {}

    def snapshot(self) -> Snapshot:
        """Raises OSError if the dataset fails, StorageError if Redis does.

        Files are listed before the stream is read, so events that are written in between are not missed. An archiver
        that makes room in a full Redis trims what it has written at once: then the files are listed again.
        """
        files, tail = self._read()
        archived = ArchivedLines(lambda: files, self._footer, lambda: retention.carried(self._store))
        newest = max((file.date for file in files), default=date.min)
        archived.load(newest - timedelta(days=DAYS) if newest > date.min else newest)
        pending = PendingFile(tail.epoch or "", archived, 0.0)
        for entry in tail.entries:
            pending.add(entry)
        known = {file.path for file in files}
        self._footers = {path: lines for path, lines in self._footers.items() if path in known}
        return Snapshot(files, pa.concat_tables([SCHEMA.empty_table(), *pending.finish()]), tail.complete)

    def _read(self) -> tuple[Sequence[DataFile], Tail]:
        files = listing(self._store)
        for _ in range(_TRIES):
            reached = positions(files)
            tail = self._stream.tail(reached)
            if not tail.cut and (tail.epoch is None or tail.epoch in reached):
                break
            files = listing(self._store)
            if positions(files) == reached:  # nobody trims: the stream has lost entries, or has none in a file yet
                break
        return files, tail

    def _footer(self, file: DataFile) -> dict[str, list[Range]]:
        lines = self._footers.get(file.path)
        if lines is None:
            lines = self._footers[file.path] = footer.read(self._store, file)
        return lines
