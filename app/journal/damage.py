"""What of a segment cannot be read: lines with a wrong checksum, and an end that is no line."""

import asyncio
import errno
import os
from dataclasses import dataclass

from app.journal.journal_lines import BATCH_BYTES, START, read_batch
from app.journal.segments import Segment


@dataclass(slots=True)
class Damage:
    """`corrupt` counts lines, `checked` is the last of them; `torn` is the length of the end in bytes.

    A torn end is half a line that was never answered, or what a power loss left of many: nobody can tell.
    """

    corrupt: int = 0
    torn: int = 0
    checked: int = 0

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def lines(self) -> int:
        """A torn end counts as one."""
        return self.corrupt + bool(self.torn)

    def find(self, corrupt: range) -> None:
        """Counts those of the lines that were not read before."""
        fresh = range(max(corrupt.start, self.checked + 1), corrupt.stop)
        if fresh:
            self.corrupt += len(fresh)
            self.checked = fresh[-1]


async def inspect(segment: Segment) -> Damage:
    """Reads the whole segment and sets its `size` and `lines`. Raises OSError."""
    length = os.fstat(segment.fd).st_size
    segment.size = await _end_of_last_line(segment.fd, length)
    damage, at = Damage(torn=length - segment.size), START
    while at.offset < segment.size:
        batch = read_batch(segment.fd, at, segment.size)
        if batch.after == at:
            raise OSError(errno.EIO, "It became shorter while it was read")
        damage.find(batch.corrupt)
        at = batch.after
        await asyncio.sleep(0)
    segment.lines = at.line
    return damage


async def _end_of_last_line(fd: int, length: int) -> int:
    """Bytes up to the last newline."""
    while length > 0:
        start = max(0, length - BATCH_BYTES)
        newline = os.pread(fd, length - start, start).rfind(b"\n")
        if newline >= 0:
            return start + newline + 1
        length = start
        await asyncio.sleep(0)
    return 0
