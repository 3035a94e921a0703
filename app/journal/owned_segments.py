"""The segments this worker owns: open, closed, and adopted from dead workers."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from app.journal import journal_folder, segments
from app.journal.foreign_files import ForeignFiles
from app.journal.journal import Journal
from app.journal.journal_folder import JournalFolder
from app.journal.quarantine import Quarantine
from app.journal.segment_progress import SegmentProgress, adopted_progress, shipped_progress
from app.journal.segments import Segment
from app.journal.shipped_position import sidecar
from app.journal.unreadable_segments import UnreadableSegments

# Each takes a descriptor until it is shipped; crash-looping workers could leave thousands.
ADOPTED_LIMIT = 128

# Bytes. A smaller open segment is not given up on a full disk: it would free next to nothing, once a second.
WORTH_SEALING = 64 * 1024


class OwnedSegments:
    """`unadopted` counts the segments without an owner that are over ADOPTED_LIMIT; `evicted` those that were deleted
    to make room before they were archived.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._journal.relieve = self.relieve
        self._progress: dict[str, SegmentProgress] = {}
        self.quarantine = Quarantine(journal.folder)
        self.unreadable = UnreadableSegments()
        self.foreign = ForeignFiles()
        self.unadopted = 0
        self.evicted = 0

    def all(self) -> list[SegmentProgress]:
        """Also takes over what the journal has opened and sealed since the last call."""
        sealed, self._journal.sealed = self._journal.sealed, []
        for segment in [*sealed, self._journal.segment]:
            if segment is not None:
                self._progress.setdefault(segment.name, SegmentProgress(segment))
        return list(self._progress.values())

    def written_here(self) -> list[SegmentProgress]:
        return [progress for progress in self.all() if not progress.adopted]

    def finished(self) -> list[SegmentProgress]:
        """Closed and shipped to the last line, the oldest first."""
        closed = [progress for progress in self.all() if progress.segment is not self._journal.segment]
        done = [progress for progress in closed if progress.waiting_bytes <= 0]
        return sorted(done, key=lambda progress: progress.segment.name)

    def damaged(self) -> int:
        """Segments in the quarantine, and those that could not be moved there."""
        unmoved = [progress for progress in self._progress.values() if progress.damage and not progress.quarantined]
        return len(self.quarantine.held.segments) + len(unmoved)

    async def adopt(self) -> None:
        """Takes over the segments whose worker has ended. Shipped ones are only registered."""
        self._release_shipped()
        failed = self._retry_reading()
        self._forget_shortened()
        try:
            self.quarantine.look()
        except OSError as error:  # of another user, or a file: it holds up nothing else
            failed[self.quarantine.folder] = error.strerror or str(error)
        try:
            found = journal_folder.look(self._journal.folder)
        except OSError as error:
            self.unreadable.update(failed | {self._journal.folder: error.strerror or str(error)})
            return
        self.foreign.update(self._journal.folder, found.foreign)
        _delete_orphaned_sidecars(found)
        paths = [*self.quarantine.held.segments, *found.segments]
        self._forget_deleted(paths)
        unadopted = 0
        for path in paths:
            known = self._progress.get(path.stem)
            if known is not None:
                if known.segment.path != path and segments.is_there(path):
                    failed[path] = f"{known.segment.path} has its name"
                continue
            await asyncio.sleep(0)
            try:
                segment = segments.adopt(path)
                if segment is not None and not await self._register(segment):
                    unadopted += 1
            except OSError as error:  # of another user, a folder, unreadable blocks: the others must not wait for it
                failed[path] = error.strerror or str(error)
        self.unadopted = unadopted
        self.unreadable.update(failed)

    def resend(self, progress: SegmentProgress, epoch: str | None) -> None:
        """Has the whole segment sent again, into the stream of `epoch`.

        A released one is unlocked without its sidecar, so that `adopt` takes it like that of a dead worker.
        """
        if not progress.released:
            progress.restart(epoch)
        elif self._reacquire(progress):
            with suppress(OSError):  # a folder that became read-only: it is released, and this is tried, again
                sidecar(progress.segment.path).unlink(missing_ok=True)
            self._forget(progress)
            progress.segment.close()

    def make_room(self) -> None:
        """Deletes segments with nothing to ship and, over 7/8 of the bound or on an almost full disk, those that Redis
        has confirmed, the oldest first.

        The last eighth is for what workers write before they notice; the bound itself refuses lines.
        """
        journal = self._journal
        journal.measure()
        disk = journal.disk
        excess = journal.folder_bytes - journal.max_bytes * 7 // 8
        files = 0
        if disk is not None:
            excess, files = max(excess, disk.missing_bytes), disk.missing_files
        for progress in self.finished():
            if progress.kept:
                self.set_aside(progress)
            elif (excess > 0 or files > 0 or not progress.sent) and self._evict(progress):
                excess -= progress.segment.size
                files -= 2
        if journal.full or (disk is not None and disk.short and (excess > 0 or files > 0)):
            self._give_up_open_segment()
        journal.measure()

    def relieve(self) -> bool:
        """Deletes the oldest segment that Redis has confirmed, without asking how full the disk is; False if none is
        left.
        """
        return any(progress.sent and self._evict(progress) for progress in self.finished())

    def set_aside(self, progress: SegmentProgress) -> None:
        """Keeps a segment from deletion, and from more lines, if it is damaged."""
        if not progress.damage:
            return
        if progress.segment is self._journal.segment:
            self._journal.seal()
            self.all()
        self.quarantine.take(progress)

    def delete(self, progress: SegmentProgress) -> bool:
        """Whether it is gone. A damaged one never is."""
        if progress.kept or self._progress.get(progress.segment.name) is not progress:
            return False
        with suppress(OSError):  # a folder that became read-only: tried again at the next check
            if progress.released and not self._reacquire(progress):
                return False
            progress.segment.path.unlink(missing_ok=True)
            sidecar(progress.segment.path).unlink(missing_ok=True)
            self._forget(progress)
            progress.segment.close()
            return True
        return False

    def release_all(self) -> None:
        """Unlocks every segment, for another worker or the next start."""
        for progress in self.all():
            if progress.segment is not self._journal.segment and not progress.released:
                progress.segment.close()
        self._progress.clear()

    async def _register(self, segment: Segment) -> bool:
        """False, and it is unlocked again, if it is over the limit."""
        try:
            progress = shipped_progress(segment)
            if progress is not None:
                progress.release()
            elif self._full():
                segment.close()
                return False
            else:
                progress = await adopted_progress(segment)
                self.set_aside(progress)
        except BaseException:
            segment.close()
            raise
        self._progress[segment.name] = progress
        return True

    def _full(self) -> bool:
        held = [progress for progress in self._progress.values() if progress.adopted and not progress.released]
        return len(held) >= ADOPTED_LIMIT

    def _release_shipped(self) -> None:
        for progress in self.finished():
            if (progress.sent or progress.quarantined) and not progress.released:
                progress.release()

    def _retry_reading(self) -> dict[Path, str]:
        """What could not be read since the last call, to be tried again."""
        failed = {}
        for progress in self.all():
            if progress.unreadable:
                failed[progress.segment.path] = progress.unreadable
                progress.unreadable = None
        return failed

    def _forget_shortened(self) -> None:
        """What somebody else has cut short is read again from its beginning, like the segment of a dead worker."""
        for progress in self.all():
            if not progress.released and progress.segment.shortened:
                if progress.segment is self._journal.segment:
                    self._journal.seal()
                    self.all()
                with suppress(OSError):
                    sidecar(progress.segment.path).unlink(missing_ok=True)
                self._forget(progress)
                progress.segment.close()

    def _evict(self, progress: SegmentProgress) -> bool:
        deleted = self.delete(progress)
        self.evicted += deleted and progress.sent > 0
        return deleted

    def _give_up_open_segment(self) -> None:
        """Only if Redis has all of it, and it is worth it."""
        segment = self._journal.segment
        progress = self._progress.get(segment.name) if segment else None
        if progress and progress.sent and progress.waiting_bytes <= 0 and progress.segment.size >= WORTH_SEALING:
            self._journal.seal()
            self.all()
            self._evict(progress)

    def _reacquire(self, progress: SegmentProgress) -> bool:
        """Locks a released segment. If another worker has it, deleted it or changed its state, forgets it and returns
        False: `adopt` finds out."""
        segment = None
        with suppress(OSError):
            segment = segments.adopt(progress.segment.path)
        if segment is not None and progress.reacquire(segment):
            return True
        self._forget(progress)
        if segment is not None:
            segment.close()
        return False

    def _forget(self, progress: SegmentProgress) -> None:
        self._progress.pop(progress.segment.name, None)

    def _forget_deleted(self, paths: Collection[Path]) -> None:
        there = set(paths)
        for progress in self.all():
            if progress.released and progress.segment.path not in there:
                self._forget(progress)


def _delete_orphaned_sidecars(found: JournalFolder) -> None:
    there = {path.stem for path in found.segments}
    for path in found.sidecars:
        if path.stem not in there:
            with suppress(OSError):
                path.unlink(missing_ok=True)
