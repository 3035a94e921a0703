"""Merges files, deletes the parts of merged ones, and drops days past retention."""

import logging
from datetime import date

from app.dataset import compaction
from app.dataset.archive_context import ArchiveContext
from app.dataset.dataset_store import StoredFile
from app.dataset.expiry import Expiry
from app.dataset.file_listing import DataFile, counting, every_file, overlapping, parse

logger = logging.getLogger(__name__)

MERGED = "merged"  # the lease announces under this name which merged file is being written


class Housekeeping:
    """Knows the dataset's files: those of the last listing, and those added since. Methods raise OSError."""

    def __init__(self, context: ArchiveContext) -> None:
        self._context = context
        self._status = context.status
        self._due_at = 0.0
        self._merging = False
        self._expiry = Expiry(context, context.retention_days) if context.retention_days is not None else None
        self.files: list[DataFile] = []
        self.refresh()

    def run(self) -> None:
        """Whatever is due, but only one merge at a time, so that reading goes on between them."""
        context = self._context
        if self._merging:
            self._merging = self.merge()
        if context.timer() < self._due_at:
            return
        self.sweep(context.policy.parts_kept)
        self.expire()
        context.marks.bound()
        self._merging = True
        self._due_at = context.timer() + context.pace.housekeeping

    def merge(self) -> bool:
        """Writes the next merged file; False where none is due."""
        counted = counting(self.files)
        if not counted:
            return False
        context = self._context
        wanted = self._announced(counted) or compaction.plan(counted, self._open_day(counted), context.policy)
        if wanted is None:
            return False
        context.lease.keep(**{MERGED: wanted.path})
        compaction.merge(context.store, wanted, context.lease.keep)
        self._status.merges += 1
        self.refresh()
        return True

    def sweep(self, older_than: float) -> None:
        """Deletes the parts of files that were merged `older_than` seconds ago."""
        compaction.sweep(self._context.store, every_file(self._context.store), older_than)
        self.refresh()

    def expire(self) -> None:
        """Announces and drops days past retention."""
        if self._expiry and self._expiry.run(self.files):
            self.refresh()

    def refresh(self) -> None:
        self.files = every_file(self._context.store)
        counted = counting(self.files)
        self._status.files = len(counted)
        overlaps = overlapping(counted)
        if len(overlaps) > self._status.overlaps:
            logger.error("%s and %s share entries; they are merged", overlaps[0][0].path, overlaps[0][1].path)
        self._status.overlaps = len(overlaps)

    def _announced(self, counted: list[DataFile]) -> compaction.Merge | None:
        """The merge that was announced last, if unfinished: the process that announced it may still finish it."""
        file = parse(StoredFile(self._context.lease.announced(MERGED), 0, 0.0))
        if file is None or any(whole.contains(file) for whole in counted):
            return None
        parts = tuple(part for part in counted if file.contains(part))
        whole = parts and parts[0].first == file.first and parts[-1].last == file.last
        return compaction.Merge(parts) if whole and len(parts) > 1 else None

    def _open_day(self, counted: list[DataFile]) -> date:
        """The day still being written. A stream before this one may have had a clock that was years ahead."""
        written_now = [file.date for file in counted if file.epoch == self._status.epoch]
        return max(written_now or [file.date for file in counted])
