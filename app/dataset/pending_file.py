"""What was read from the stream but not written yet: a contiguous range of one day, new lines only."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import date

import orjson
import pyarrow as pa

from app.dataset.archived_lines import ArchivedLines
from app.dataset.file_listing import day_of, path_of
from app.dataset.footer import Lines
from app.dataset.line_set import LineSet
from app.dataset.rows import Line, Refused, rows
from app.storage.event_stream import Entry, StreamBatch, StreamId, parse_batch

# Lines parsed together: fewer cost more each, more cost memory.
_PARSED_TOGETHER = 10_000


class PendingFile:
    """Adds each line to `archived` when it is read, so whoever discards a pending file discards `archived` too."""

    def __init__(self, epoch: str, archived: ArchivedLines, begun: float) -> None:
        self.epoch = epoch
        self.begun = begun
        self.first: StreamId | None = None
        self.last: StreamId | None = None
        self.bytes = 0
        self.duplicates = 0
        self.refused = 0
        self.lines: Lines = {}
        self.segments: set[str] = set()
        self._archived = archived
        self._unparsed: list[Line] = []
        self._tables: list[pa.Table] = []
        self._rejects: list[bytes] = []
        self.rows = 0

    def takes(self, entry: Entry) -> bool:
        """Whether the entry arrived on the same day as those before it."""
        return self.first is None or day_of(entry.id) == day_of(self.first)

    def add(self, entry: Entry) -> None:
        """Raises OSError before anything is added: an old segment makes `archived` read old footers."""
        batch = parse_batch(entry)
        if batch is None:
            self._reject(entry)
        else:
            self._take(batch)
        self.first = self.first or entry.id
        self.last = entry.id

    def finish(self) -> Sequence[pa.Table]:
        self._parse()
        return self._tables

    @property
    def path(self) -> str:
        return path_of(self.epoch, *self._range())

    @property
    def day(self) -> date:
        return day_of(self._range()[0])

    @property
    def rejects(self) -> bytes:
        """Rejected lines and entries in full, as JSON Lines. Call `finish` first."""
        return b"".join(self._rejects)

    def _range(self) -> tuple[StreamId, StreamId]:
        if self.first is None or self.last is None:
            raise ValueError("an empty pending file has no range")
        return self.first, self.last

    def _take(self, batch: StreamBatch) -> None:
        missing = self._archived.missing(batch.segment, batch.first, batch.last, day_of(batch.id))
        self.segments.add(batch.segment)
        self.duplicates += batch.last - batch.first + 1
        if not missing:
            return
        events = batch.events.split(b"\n")
        held = self.lines.setdefault(batch.segment, LineSet())
        for first, last in missing:
            self._archived.add(batch.segment, first, last)
            held.add(first, last)
            self.rows += last - first + 1
            self.duplicates -= last - first + 1
            self._unparsed += [
                Line(f"{batch.segment}:{number}", events[number - batch.first]) for number in range(first, last + 1)
            ]
        self.bytes += len(batch.events)
        if len(self._unparsed) >= _PARSED_TOGETHER:
            self._parse()

    def _parse(self) -> None:
        if not self._unparsed:
            return
        table, refused = rows(self._unparsed)
        self._unparsed = []
        self._tables.append(table)
        for fault in refused:
            self._refuse(fault)

    def _refuse(self, fault: Refused) -> None:
        self.refused += 1
        self.rows -= 1
        kept = {"event_id": fault.line.event_id, "why": fault.why, "line": b64encode(fault.line.json).decode()}
        self._rejects.append(orjson.dumps(kept) + b"\n")

    def _reject(self, entry: Entry) -> None:
        self.refused += 1
        fields = [[b64encode(part).decode() for part in pair] for pair in entry.fields.items()]
        kept = {"entry": str(entry.id), "why": "not a batch of events", "fields": fields}
        self._rejects.append(orjson.dumps(kept) + b"\n")
        self.bytes += sum(map(len, entry.fields.values()))
