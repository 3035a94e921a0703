"""The dataset as it is now: the files that count, and what the stream has beyond them. For readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from app.dataset import footer, retention
from app.dataset.archived_lines import DAYS, Ledger
from app.dataset.dataset_store import Place
from app.dataset.file_listing import DataFile, listing, positions
from app.dataset.line_set import Range
from app.dataset.pending_file import Harvest
from app.dataset.schema import SCHEMA
from app.storage.event_stream import EventStream


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Each event is once in `files` or `tail`. Not `complete` where the stream holds more than a reader takes."""

    files: Sequence[DataFile]
    tail: pa.Table
    complete: bool


class Live:
    """Keeps the footers that it has read: a file of one name never changes its content."""

    def __init__(self, place: Place, stream: EventStream) -> None:
        self._place = place
        self._stream = stream
        self._footers: dict[str, dict[str, list[Range]]] = {}

    def snapshot(self) -> Snapshot:
        """Raises OSError for the dataset's sake, StorageError for Redis's.

        Files are listed before the stream is read, so that what is written in between is not missed.
        """
        files = listing(self._place)
        tail = self._stream.tail(positions(files))
        ledger = Ledger(lambda: files, self._footer, retention.carried(self._place))
        newest = max((file.date for file in files), default=date.min)
        ledger.load(newest - timedelta(days=DAYS) if newest > date.min else newest)
        harvest = Harvest(tail.epoch or "", ledger, 0.0)
        for entry in tail.entries:
            harvest.add(entry)
        known = {file.path for file in files}
        self._footers = {path: lines for path, lines in self._footers.items() if path in known}
        return Snapshot(files, pa.concat_tables([SCHEMA.empty_table(), *harvest.finish()]), tail.complete)

    def _footer(self, file: DataFile) -> dict[str, list[Range]]:
        lines = self._footers.get(file.path)
        if lines is None:
            lines = self._footers[file.path] = footer.read(self._place, file)
        return lines
