"""Writes the stream to the dataset for as long as this process holds the lease."""

import logging
import secrets
from datetime import date, timedelta
from functools import partial

from app.dataset import clocks, footer, parquet_file, retention
from app.dataset.archive_context import ArchiveContext
from app.dataset.archived_lines import DAYS, ArchivedLines
from app.dataset.clocks import ClockLog
from app.dataset.dataset_store import StoredFile
from app.dataset.file_listing import DataFile, counting, every_file, parse, positions
from app.dataset.housekeeping import Housekeeping
from app.dataset.pending_file import PendingFile
from app.dataset.stream_gaps import GapKind, GapLog
from app.storage.event_stream import START, Entry, Look, StreamId

logger = logging.getLogger(__name__)

FILE = "file"  # the lease announces under this name which file of the stream is being written


class ArchiveSession:
    """Methods raise StorageError and OSError and may then be called again; LeaseLost ends the session."""

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._status = context.status
        self._housekeeping = Housekeeping(context)
        self._gaps = GapLog(context.store, context.status)
        self._clocks = ClockLog()
        self._archived = self._new_archived()
        self._pending: PendingFile | None = None
        self._fixed = False  # the pending file is announced: it must be written as it is
        self._unmarked: set[str] = set()
        self._epoch: str | None = None
        self._lost = False  # the stream of this epoch is gone, and its gap is recorded
        self._first = START  # entry of the stream when we began to read this epoch
        self._deleted = START
        self._written = START
        self._read = START
        self._resuming: DataFile | None = None  # announced by the holder before us, who may still be writing it
        self._looked = START  # how far we had read at the last look at the stream

    def turn(self) -> bool:
        """Does whatever is due. True if there is more to do right away."""
        self._context.lease.keep()
        if self._fixed or self._due():
            self.flush()
        self._mark()
        look = self._context.stream.look(self._read)
        self._status.clocks = self._clocks.compared(self._context.clock(), look)
        again = self._follow(look)
        self._gaps.write()
        if not self._lost and look.last > self._read:
            again = self._read_on() or again
        self._trim(look)
        self._report_progress(look, again=again)
        self._housekeeping.run()
        return again

    def flush(self) -> None:
        """Announces the pending file's name, then writes the rejected lines, the file and the marks, in this order."""
        pending = self._pending
        if pending is None:
            return
        tables = pending.finish()
        self._context.lease.keep(**{FILE: pending.path})
        self._fixed = True
        if pending.rejects:
            rejected = f"{retention.REJECTED}/{pending.path.removesuffix('.parquet')}.jsonl"
            with self._context.store.create(rejected) as sink:
                sink.write(pending.rejects)
        written = parquet_file.write(self._context.store, pending.path, tables, pending.lines)
        file = parse(StoredFile(pending.path, 0, 0.0))
        if file is None:
            raise ValueError(f"{pending.path} is not the name of a file of ours")
        self._housekeeping.files = [*self._housekeeping.files, file]
        self._written = file.last
        self._pending, self._fixed, self._resuming = None, False, None
        self._count(pending, written)
        self._unmarked |= pending.segments
        self._mark()
        if file.date > self._day:  # forgets lines that nobody sends any more
            self._archived = self._new_archived()

    def close(self, *, drain: bool) -> None:
        """Writes what was read and deletes the parts of merged files; `drain` does all other housekeeping too."""
        self._context.lease.keep()
        self.flush()
        self._mark()
        self._gaps.write()
        while drain and self._housekeeping.merge():
            pass
        self._housekeeping.sweep(0.0)
        if drain:
            self._housekeeping.expire()

    def _mark(self) -> None:
        self._context.marks.move({segment: self._archived.unbroken(segment) for segment in self._unmarked})
        self._unmarked.clear()

    def _new_archived(self) -> ArchivedLines:
        counted = counting(self._housekeeping.files)
        self._day = max((file.date for file in counted), default=date.min)
        archived = ArchivedLines(
            lambda: counting(every_file(self._context.store)),
            partial(footer.read, self._context.store),
            partial(retention.carried, self._context.store),
        )
        archived.load(self._day - timedelta(days=DAYS) if self._day > date.min else date.min)
        return archived

    # Reading

    def _read_on(self) -> bool:
        """False if there was nothing to read."""
        epoch = self._epoch
        entries = self._context.stream.read(epoch, self._read) if epoch else None
        if not epoch or not entries:
            return False
        for entry in entries:
            self._resume_until(entry)
            if self._pending and not self._pending.takes(entry):
                self.flush()
            self._take(epoch, entry)
            if self._full() or (self._resuming and entry.id == self._resuming.last):
                self.flush()
        return True

    def _take(self, epoch: str, entry: Entry) -> None:
        pending = self._pending or PendingFile(epoch, self._archived, self._context.timer())
        pending.add(entry)
        self._pending = pending
        self._read = entry.id

    def _resume_until(self, entry: Entry) -> None:
        """Writes an announced file under its name before `entry`, even if its last entry was deleted meanwhile."""
        announced = self._resuming
        if announced is None:
            return
        if self._pending is None and entry.id != announced.first:
            self._resuming = None  # it was another dataset's
        elif self._pending is not None and entry.id > announced.last:
            self._pending.last = announced.last
            self.flush()

    def _full(self) -> bool:
        pending, pace = self._pending, self._context.pace
        if pending is None or self._resuming:
            return False
        return pending.rows + pending.duplicates >= pace.events or pending.bytes >= pace.bytes

    def _due(self) -> bool:
        pending = self._pending
        if pending is None or self._resuming:
            return False
        return self._context.timer() - pending.begun >= self._context.pace.interval

    # Epochs of the stream

    def _follow(self, look: Look) -> bool:
        """Follows the stream into its next epoch and records gaps. True if the stream must be looked at again."""
        looked, self._looked = self._looked, self._read
        if look.epoch is not None and look.exists and look.epoch != self._epoch:
            self._attach(look.epoch, look)
            return True
        if self._epoch is None:
            self._missing_at_start(look)
            return False
        if not look.exists or look.epoch is None:
            self._gone()
            return False
        self._lost = False
        if self._read != START and not look.here:
            return self._renew(self._epoch, GapKind.CUT)
        # Deleted since the last look, and we had read only as far as `looked`.
        if look.max_deleted > max(self._deleted, looked):
            return self._renew(self._epoch, GapKind.DELETED)
        self._deleted = look.max_deleted
        if self._resuming and look.last < self._resuming.last:
            self._resuming = None
        return False

    def _attach(self, epoch: str, look: Look) -> None:
        self.flush()
        before = self._epoch
        reached = positions(self._housekeeping.files)
        if before is None:
            before = max(reached, key=lambda known: reached[known], default=None)
        if self._continues(look):
            logger.info("the events stream %s goes on as %s", before, epoch)
        elif before is not None and epoch not in reached:
            self._gaps.add(GapKind.GONE, before, reached.get(before, START))
        elif epoch not in reached and look.added > look.length:
            self._gaps.add(GapKind.LATE, epoch, START, look.added - look.length)
        self._epoch, self._lost = epoch, False
        self._written = self._read = self._looked = reached.get(epoch, START)
        self._first, self._deleted = look.first, look.max_deleted
        self._resuming = self._announced(epoch)
        self._status.epoch = epoch
        logger.info("reading the events stream %s from %s", epoch, self._read)
        self._context.marks.move(self._archived.marks())

    def _continues(self, look: Look) -> bool:
        """Whether a new epoch names the stream that we were reading: two shippers that start together name it twice."""
        if self._epoch is None or self._lost:
            return False
        return look.here if self._read != START else look.first == self._first

    def _announced(self, epoch: str) -> DataFile | None:
        file = parse(StoredFile(self._context.lease.announced(FILE), 0, 0.0))
        return file if file and file.epoch == epoch and file.first > self._read else None

    def _missing_at_start(self, look: Look) -> None:
        reached = positions(self._housekeeping.files)
        if reached and not self._lost and (look.epoch is None or not look.exists):
            before = max(reached, key=lambda known: reached[known])
            self._gaps.add(GapKind.GONE, before, reached[before])
            self._lost = True

    def _gone(self) -> None:
        if not self._lost and self._epoch is not None:
            self._gaps.add(GapKind.GONE, self._epoch, self._read)
            self._lost = True
        self.flush()

    def _renew(self, epoch: str, kind: GapKind) -> bool:
        """Journals may still hold what the stream lost: in a new epoch, shippers send all of it again."""
        self.flush()
        self._gaps.add(kind, epoch, self._read)
        self._gaps.write()
        self._context.stream.renew(epoch, secrets.token_hex(8))
        return True

    # After writing

    def _trim(self, look: Look) -> None:
        """Keeps what is not written yet, and the last written entry: its presence shows that nothing was lost.

        Keeps ten minutes more for readers, unless Redis needs the memory, or entries have ids of the future: those are
        not ten minutes old for years.
        """
        if look.epoch != self._epoch or self._lost or not START < look.first < self._written:
            return
        limit = StreamId(look.now_ms - int(self._context.pace.trim_behind * 1000), 0)
        if limit < self._written and (clocks.is_ahead(look) or self._context.stream.is_crowded()):
            limit = self._written
        before = min(limit, self._written)
        if look.first < before:
            self._status.trimmed_entries += self._context.stream.trim(before, self._written)

    def _report_progress(self, look: Look, *, again: bool) -> None:
        self._status.position = str(self._written) if self._written != START else None
        waiting = again or self._pending is not None
        oldest = max(self._written, look.first)
        self._status.behind_seconds = round((look.now_ms - oldest.ms) / 1000, 1) if waiting else 0.0

    def _count(self, pending: PendingFile, written: int) -> None:
        self._status.events += written
        self._status.duplicates += pending.duplicates
        self._status.rejected += pending.refused
        self._status.written_now()
        if pending.refused:
            logger.warning("%d entries or lines that are not ours are kept in %s", pending.refused, retention.REJECTED)
