"""How much room the journal's file system has left."""

import errno
import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

# What the journal keeps free where it can. Ten thousand events a second write it full in six seconds; room is made
# once a second. On a small file system it is a twentieth.
RESERVE_BYTES = 64 * 2**20
RESERVE_FILES = 64

NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


class DiskSpace(NamedTuple):
    """`free` is in bytes; `missing_bytes` and `missing_files` are what the reserve lacks, 0 or less if nothing."""

    free: int
    missing_bytes: int
    missing_files: int

    @property
    def short(self) -> bool:
        return self.missing_bytes > 0 or self.missing_files > 0


def takes(folder: Path, size: int) -> bool:
    """Whether a file of this size can be written there. It has no name, or none for longer than this takes."""
    try:
        with TemporaryFile(dir=folder, buffering=0) as file:
            return file.write(bytes(size)) == size
    except OSError:
        return False


def measure(folder: Path) -> DiskSpace | None:
    """None if the file system does not say. A quota shows only when a write fails."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    free, total = found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize
    if not total:  # such as some in user space
        return None
    missing_files = min(RESERVE_FILES, found.f_files // 20) - found.f_favail if found.f_files else 0  # btrfs has none
    return DiskSpace(free, min(RESERVE_BYTES, total // 20) - free, missing_files)
