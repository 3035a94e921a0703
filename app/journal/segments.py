"""The journal's files. Each has one owner, which holds its lock for as long as it may write or ship the file."""

import errno
import fcntl
import os
import re
import secrets
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "journal"
SUFFIX = ".log"
_NAME = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_MODE = 0o600


@dataclass(slots=True, eq=False)
class Segment:
    """An open and locked file. `size` and `lines` count whole lines only, not what a failed write left."""

    path: Path
    fd: int
    size: int = 0
    lines: int = 0

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(SUFFIX)

    @property
    def linked(self) -> bool:
        return os.fstat(self.fd).st_nlink > 0

    @property
    def shortened(self) -> bool:
        """Whether somebody else has cut off lines."""
        return os.fstat(self.fd).st_size < self.size

    def close(self) -> None:
        """Also unlocks it."""
        os.close(self.fd)


def create(folder: Path) -> Segment:
    """A new empty segment. Raises OSError if the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        path = folder / f"{_new_name()}{SUFFIX}"
        segment = _open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL)
        # Between creating and locking, another worker may have adopted and deleted the empty file.
        if segment:
            return segment


def adopt(path: Path) -> Segment | None:
    """The segment; None if another worker owns it or has moved or deleted it. Raises OSError if it cannot be opened.

    Its `size` and `lines` are not counted yet.
    """
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise OSError(errno.EINVAL, "Not a regular file")
        return _open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None


def is_name(stem: str) -> bool:
    """Whether a segment could have this name, which begins with the time of its creation."""
    return _NAME.fullmatch(stem) is not None


def is_there(path: Path) -> bool:
    """Also if it is a link that leads nowhere."""
    return os.path.lexists(path)


def _new_name() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def _open(path: Path, flags: int) -> Segment | None:
    segment = Segment(path, os.open(path, flags, _MODE))
    try:
        fcntl.flock(segment.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if segment.linked:
            return segment
    except BlockingIOError:
        pass
    except OSError:
        segment.close()
        raise
    segment.close()
    return None
