"""One holder's work: from what the dataset holds, through the stream, until the lease is lost."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from app.dataset import compaction, footer, parquet_file, retention, stream_gaps
from app.dataset.archived_lines import DAYS, Ledger
from app.dataset.archiver_status import Status
from app.dataset.dataset_store import Place, Stored
from app.dataset.file_listing import DataFile, counting, every_file, overlapping, parse, positions
from app.dataset.pending_file import Harvest
from app.dataset.stream_gaps import Gap, Kind
from app.storage.archive_lease import Lease
from app.storage.archive_marks import ArchiveMarks
from app.storage.event_stream import START, Entry, EventStream, Look, StreamId

logger = logging.getLogger(__name__)

INTERVAL = 5.0
HOUSEKEEPING = 60.0

FILE = "file"  # what a holder announces before it writes: a file of the stream, a merged file
MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Pace:
    """Times in seconds. What is in memory is bounded by `events` and `bytes`, and one read on top of it."""

    interval: float = INTERVAL  # an event is in the dataset this long after it was read, at the latest
    events: int = 50_000
    bytes: int = 48 * 1024 * 1024
    trim_behind: float = 600.0  # readers list files first and read the stream then: they have this long
    housekeeping: float = HOUSEKEEPING


@dataclass(frozen=True, slots=True)
class Tools:
    """What every session works with."""

    place: Place
    stream: EventStream
    lease: Lease
    marks: ArchiveMarks
    status: Status
    pace: Pace
    policy: compaction.Policy
    retention_days: int | None
    clock: Callable[[], float]


class Session:
    """Methods raise StorageError and OSError, and may be called again after those; LeaseLost ends the session."""

    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._status = tools.status
        self._files: list[DataFile] = []
        self._epoch: str | None = None
        self._lost = False  # the stream of this epoch is gone, and that is reported
        self._first = START  # of the stream when this epoch was begun to be read
        self._deleted = START
        self._written = START
        self._read = START
        self._resuming: DataFile | None = None  # what the holder before us announced, and may still be writing
        self._fixed = False  # the harvest is announced: it must be written as it is
        self._looked = START  # what was read when the stream was last looked at
        self._unreported: list[Gap] = []
        self._unmarked: set[str] = set()
        self._housekeeping_at = 0.0
        self._merging = False
        self._day = date.min
        self._refresh()
        self._ledger = self._new_ledger()
        self._harvest: Harvest | None = None

    def turn(self) -> bool:
        """Whatever is due; says whether to go on at once."""
        self._t.lease.keep()
        if self._fixed or self._due():
            self.flush()
        self._mark()
        look = self._t.stream.look(self._read)
        again = self._notice(look)
        self._report()
        if not self._lost and look.last > self._read:
            again = self._read_on() or again
        self._trim(look)
        self._tell(look, again=again)
        self._keep_house()
        return again

    def flush(self) -> None:
        """Writes the harvest: its name announced, what is refused put aside, then the file, then the marks."""
        harvest = self._harvest
        if harvest is None:
            return
        tables = harvest.finish()
        self._t.lease.keep(**{FILE: harvest.path})
        self._fixed = True
        if harvest.aside:
            with self._t.place.create(f"{retention.REJECTED}/{harvest.path.removesuffix('.parquet')}.jsonl") as sink:
                sink.write(harvest.aside)
        written = parquet_file.write(self._t.place, harvest.path, tables, harvest.lines)
        file = parse(Stored(harvest.path, 0, 0.0))
        if file is None:
            raise ValueError(f"{harvest.path} is not the name of a file of ours")
        self._files = [*self._files, file]
        self._written = file.last
        self._harvest, self._fixed, self._resuming = None, False, None
        self._count(harvest, written)
        self._unmarked |= harvest.segments
        self._mark()
        if file.date > self._day:  # what nobody sends any more is forgotten
            self._ledger = self._new_ledger()

    def close(self, *, drain: bool) -> None:
        """Writes what was read and leaves the dataset without parts of merged files; with `drain`, also merged."""
        self._t.lease.keep()
        self.flush()
        self._mark()
        self._report()
        while drain and self._merge():
            pass
        compaction.sweep(self._t.place, every_file(self._t.place), 0.0)
        self._refresh()

    def _mark(self) -> None:
        self._t.marks.move({segment: self._ledger.unbroken(segment) for segment in self._unmarked})
        self._unmarked.clear()

    def _keep_house(self) -> None:
        """One merge a turn: reading goes on between them."""
        t = self._t
        if self._merging:
            self._merging = self._merge()
        if t.clock() < self._housekeeping_at:
            return
        compaction.sweep(t.place, every_file(t.place), t.policy.parts_kept)
        self._refresh()
        if t.retention_days is not None:
            self._drop_days(t.retention_days)
        t.marks.bound()
        self._merging = True
        self._housekeeping_at = t.clock() + t.pace.housekeeping

    def _merge(self) -> bool:
        counted = counting(self._files)
        if not counted:
            return False
        wanted = self._resumed() or compaction.plan(counted, max(file.date for file in counted), self._t.policy)
        if wanted is None:
            return False
        self._t.lease.keep(**{MERGED: wanted.path})
        compaction.merge(self._t.place, wanted, self._t.lease.keep)
        self._status.merges += 1
        self._refresh()
        return True

    def _resumed(self) -> compaction.Merge | None:
        """The merge that was announced last, where it was not finished: its announcer may still finish it."""
        file = parse(Stored(self._t.lease.announced(MERGED), 0, 0.0))
        counted = counting(self._files)
        if file is None or any(whole.contains(file) for whole in counted):
            return None
        parts = tuple(part for part in counted if file.contains(part))
        whole = parts and parts[0].first == file.first and parts[-1].last == file.last
        return compaction.Merge(parts) if whole and len(parts) > 1 else None

    def _drop_days(self, days: int) -> None:
        today = datetime.fromtimestamp(self._t.clock(), UTC).date()
        gone = retention.expired(self._files, today, days)
        if gone:
            retention.drop(self._t.place, gone)
            self._status.dropped_files += len(gone)
            logger.info("%d files of days before %s are dropped", len(gone), today - timedelta(days=days))
            self._refresh()
        for path in retention.expired_rejects(self._t.place.list(retention.REJECTED), today, days):
            self._t.place.delete(path)

    def _refresh(self) -> None:
        self._files = every_file(self._t.place)
        counted = counting(self._files)
        self._status.files = len(counted)
        overlaps = overlapping(counted)
        if len(overlaps) > self._status.overlaps:
            logger.error("%s and %s share entries; they are merged", overlaps[0][0].path, overlaps[0][1].path)
        self._status.overlaps = len(overlaps)

    def _new_ledger(self) -> Ledger:
        counted = counting(self._files)
        self._day = max((file.date for file in counted), default=date.min)
        ledger = Ledger(
            lambda: counting(every_file(self._t.place)),
            partial(footer.read, self._t.place),
            retention.carried(self._t.place),
        )
        ledger.load(self._day - timedelta(days=DAYS) if self._day > date.min else date.min)
        return ledger

    # Reading

    def _read_on(self) -> bool:
        """Whether there was anything to read."""
        epoch = self._epoch
        entries = self._t.stream.read(epoch, self._read) if epoch else None
        if not epoch or not entries:
            return False
        for entry in entries:
            self._resume_until(entry)
            if self._harvest and not self._harvest.takes(entry):
                self.flush()
            self._take(epoch, entry)
            if self._full() or (self._resuming and entry.id == self._resuming.last):
                self.flush()
        return True

    def _take(self, epoch: str, entry: Entry) -> None:
        harvest = self._harvest or Harvest(epoch, self._ledger, self._t.clock())
        harvest.add(entry)
        self._harvest = harvest
        self._read = entry.id

    def _resume_until(self, entry: Entry) -> None:
        """Before `entry`: an announced file is written under its name, also where its last entry was deleted since."""
        announced = self._resuming
        if announced is None:
            return
        if self._harvest is None and entry.id != announced.first:
            self._resuming = None  # of another dataset
        elif self._harvest is not None and entry.id > announced.last:
            self._harvest.last = announced.last
            self.flush()

    def _full(self) -> bool:
        harvest, pace = self._harvest, self._t.pace
        if harvest is None or self._resuming:
            return False
        return harvest.rows + harvest.duplicates >= pace.events or harvest.bytes >= pace.bytes

    def _due(self) -> bool:
        harvest = self._harvest
        if harvest is None or self._resuming:
            return False
        return self._t.clock() - harvest.begun >= self._t.pace.interval

    # The stream's lives

    def _notice(self, look: Look) -> bool:
        """Follows the stream into its next life, and reports what is not as it was left; whether to look again."""
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
            return self._renew(self._epoch, Kind.CUT)
        # Deleted since the last look, when we had read no further than `looked`.
        if look.max_deleted > max(self._deleted, looked):
            return self._renew(self._epoch, Kind.DELETED)
        self._deleted = look.max_deleted
        if self._resuming and look.last < self._resuming.last:
            self._resuming = None
        return False

    def _attach(self, epoch: str, look: Look) -> None:
        self.flush()
        before = self._epoch
        reached = positions(self._files)
        if before is None:
            before = max(reached, key=lambda known: reached[known], default=None)
        if self._continues(look):
            logger.info("the events stream %s goes on as %s", before, epoch)
        elif before is not None and epoch not in reached:
            self._lose(Kind.GONE, before, reached.get(before, START))
        elif epoch not in reached and look.added > look.length:
            self._lose(Kind.LATE, epoch, START, look.added - look.length)
        self._epoch, self._lost = epoch, False
        self._written = self._read = self._looked = reached.get(epoch, START)
        self._first, self._deleted = look.first, look.max_deleted
        self._resuming = self._announced(epoch)
        self._status.epoch = epoch
        logger.info("reading the events stream %s from %s", epoch, self._read)
        self._t.marks.move(self._ledger.marks())

    def _continues(self, look: Look) -> bool:
        """Whether a new epoch is of the stream that we were reading: two shippers that begin at once name two."""
        if self._epoch is None or self._lost:
            return False
        return look.here if self._read != START else look.first == self._first

    def _announced(self, epoch: str) -> DataFile | None:
        file = parse(Stored(self._t.lease.announced(FILE), 0, 0.0))
        return file if file and file.epoch == epoch and file.first > self._read else None

    def _missing_at_start(self, look: Look) -> None:
        reached = positions(self._files)
        if reached and not self._lost and (look.epoch is None or not look.exists):
            before = max(reached, key=lambda known: reached[known])
            self._lose(Kind.GONE, before, reached[before])
            self._lost = True

    def _gone(self) -> None:
        if not self._lost and self._epoch is not None:
            self._lose(Kind.GONE, self._epoch, self._read)
            self._lost = True
        self.flush()

    def _renew(self, epoch: str, kind: Kind) -> bool:
        """Whatever the stream lost may still be in a journal: in a new epoch, shippers send all of it again."""
        self.flush()
        self._lose(kind, epoch, self._read)
        self._report()
        self._t.stream.renew(epoch, secrets.token_hex(8))
        return True

    def _lose(self, kind: Kind, epoch: str, after: StreamId, entries: int | None = None) -> None:
        spelled = "" if after == START else str(after)
        found = Gap(kind, epoch, spelled, datetime.now(UTC), entries)
        known = {(known.epoch, known.after) for known in self._unreported}
        if (epoch, spelled) in known or (epoch, (spelled or "0-0").replace("-", "_")) in stream_gaps.noted(
            self._t.place
        ):
            return
        self._status.gaps += 1
        logger.error(
            "%s, behind entry %s of epoch %s; events may be missing. Shippers send again what they hold",
            stream_gaps.SAYS[kind],
            spelled or "(none)",
            epoch,
        )
        self._unreported.append(found)

    def _report(self) -> None:
        while self._unreported:
            stream_gaps.write(self._t.place, self._unreported[0])
            self._unreported.pop(0)

    # After writing

    def _trim(self, look: Look) -> None:
        """Never what is not written, nor the last entry that is: its presence tells that nothing was lost."""
        limit = StreamId(look.now_ms - int(self._t.pace.trim_behind * 1000), 0)
        before = min(limit, self._written)
        if look.epoch == self._epoch and not self._lost and START < look.first < before:
            self._status.trimmed_entries += self._t.stream.trim(before, self._written)

    def _tell(self, look: Look, *, again: bool) -> None:
        self._status.position = str(self._written) if self._written != START else None
        waiting = again or self._harvest is not None
        oldest = max(self._written, look.first)
        self._status.behind_seconds = round((look.now_ms - oldest.ms) / 1000, 1) if waiting else 0.0

    def _count(self, harvest: Harvest, written: int) -> None:
        self._status.events += written
        self._status.duplicates += harvest.duplicates
        self._status.rejected += harvest.refused
        self._status.written_now()
        if harvest.refused:
            logger.warning("%d entries or lines that are not ours are kept in %s", harvest.refused, retention.REJECTED)
