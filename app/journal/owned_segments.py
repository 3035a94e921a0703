"""The segments this worker owns: open, closed, and adopted from dead workers."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from app.journal import segments, shipped_position
from app.journal.journal import Journal
from app.journal.segment_progress import SegmentProgress, adopted_progress, shipped_progress
from app.journal.segments import Segment
from app.journal.shipped_position import sidecar

# Each takes a descriptor until it is shipped; crash-looping workers could leave thousands.
ADOPTED_LIMIT = 128


class OwnedSegments:
    """`unadopted` counts the segments without an owner that are over ADOPTED_LIMIT."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._progress: dict[str, SegmentProgress] = {}
        self.unadopted = 0

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

    async def adopt(self) -> None:
        """Takes over the segments whose worker has ended. Shipped ones are only registered."""
        self._delete_orphaned_sidecars()
        self._release_shipped()
        paths = segments.paths(self._journal.folder)
        self._forget_deleted(paths)
        unadopted = 0
        for path in paths:
            if _name(path) in self._progress:
                continue
            await asyncio.sleep(0)
            segment = segments.adopt(path)
            if segment is not None and not await self._register(segment):
                unadopted += 1
        self.unadopted = unadopted

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
        """Deletes segments with nothing to ship and, over 7/8 of the bound, shipped ones, the oldest first.

        The last eighth is for what workers write before they notice; the bound itself refuses lines.
        """
        self._journal.measure()
        excess = self._journal.folder_bytes - self._journal.max_bytes * 7 // 8
        for progress in self.finished():
            if excess > 0 or not progress.sent:
                excess -= progress.segment.size
                self.delete(progress)
        self._journal.measure()

    def delete(self, progress: SegmentProgress) -> None:
        with suppress(OSError):  # a folder that became read-only: tried again at the next check
            if progress.released and not self._reacquire(progress):
                return
            progress.segment.path.unlink(missing_ok=True)
            sidecar(progress.segment.path).unlink(missing_ok=True)
            self._forget(progress)
            progress.segment.close()

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
            if progress.sent and not progress.released:
                progress.release()

    def _reacquire(self, progress: SegmentProgress) -> bool:
        """Locks a released segment. If another worker has it, deleted it or changed its state, forgets it and returns
        False: `adopt` finds out."""
        segment = segments.adopt(progress.segment.path)
        if segment is not None and progress.reacquire(segment):
            return True
        self._forget(progress)
        if segment is not None:
            segment.close()
        return False

    def _forget(self, progress: SegmentProgress) -> None:
        self._progress.pop(progress.segment.name, None)

    def _forget_deleted(self, paths: Iterable[Path]) -> None:
        there = {_name(path) for path in paths}
        for progress in self.all():
            if progress.released and progress.segment.name not in there:
                self._forget(progress)

    def _delete_orphaned_sidecars(self) -> None:
        for path in self._journal.folder.glob(f"*{shipped_position.SUFFIX}"):
            if not path.with_suffix(segments.SUFFIX).exists():
                path.unlink(missing_ok=True)


def _name(path: Path) -> str:
    return path.name.removesuffix(segments.SUFFIX)
