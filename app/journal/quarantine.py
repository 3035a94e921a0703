"""Where damaged segments are kept: nobody but the operator deletes them.

A segment is only moved. What can be read of it is shipped from here, and sent again when Redis was emptied.
"""

import logging
from contextlib import suppress
from pathlib import Path

from app.journal.journal_folder import QUARANTINE, JournalFolder, look
from app.journal.segment_progress import SegmentProgress
from app.journal.shipped_position import sidecar

logger = logging.getLogger(__name__)


class Quarantine:
    """`taken` counts the segments that this worker moved, `corrupt` their lines that could not be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / QUARANTINE
        self.held = JournalFolder()
        self.taken = 0
        self.corrupt = 0
        self._counted: dict[str, int] = {}  # lines, of the segments taken

    def look(self) -> None:
        """Raises OSError if the folder cannot be listed."""
        self.held = look(self.folder)

    def take(self, progress: SegmentProgress) -> None:
        """Moves a damaged segment here and counts what of it cannot be read. If it cannot be moved it is kept where it
        is, and moved at a later call.
        """
        name = progress.segment.name
        known = self._counted.get(name)
        if known is None and progress.quarantined:
            return  # another worker, or an earlier process, has counted it
        self.corrupt += progress.damage.lines - (known or 0)
        self._counted[name] = progress.damage.lines
        if not progress.quarantined:
            self._move(progress)
        if known is None:
            self.taken += 1
            _say(progress)

    def _move(self, progress: SegmentProgress) -> None:
        old = progress.segment.path
        new = self.folder / old.name
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if new.exists():  # a copy that somebody put back; a rename would replace it
                return
            if sidecar(old).exists():
                sidecar(old).replace(sidecar(new))
            old.rename(new)
            progress.segment.path = new


def _say(progress: SegmentProgress) -> None:
    damage = progress.damage
    unread = [f"{damage.corrupt} lines"] if damage.corrupt else []
    if damage.torn:
        unread.append(f"{damage.torn} bytes after the last line")
    good = progress.segment.lines - damage.corrupt
    kept = "%s is damaged and is kept: %d lines of it are shipped; %s cannot be read"
    logger.error(kept, progress.segment.path, good, " and ".join(unread))
