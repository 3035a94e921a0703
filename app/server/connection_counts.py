"""How many connections each worker has, in memory that the workers of one parent share."""

import mmap
from array import array
from pathlib import Path
from typing import Self

# The workers of `--workers 64`, and those that are leaving.
_WORKERS = 256

_NONE = 0xFFFFFFFF


class ConnectionCounts:
    """A number for each worker that accepts. The parent makes the file, and takes out a worker that has ended."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._counts = memoryview(mmap.mmap(opened.fileno(), 4 * _WORKERS)).cast("I")

    @classmethod
    def make(cls, file: Path) -> Self:
        file.write_bytes(array("I", [_NONE] * _WORKERS).tobytes())
        return cls(file)

    def set(self, worker: int, count: int) -> None:
        self._counts[worker] = count

    def take_out(self, worker: int) -> None:
        self._counts[worker] = _NONE

    def fewest(self) -> int:
        """The smallest count of any worker."""
        return min(self._counts)
