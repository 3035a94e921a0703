"""The journal's files. Each has one owner, which holds its lock for as long as it may write or ship the file."""

import fcntl
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "journal"
SUFFIX = ".log"
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

    def delete(self) -> None:
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Also unlocks it."""
        os.close(self.fd)


def create(folder: Path) -> Segment:
    """A new empty segment. Raises OSError if the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        path = folder / f"{_name()}{SUFFIX}"
        segment = _open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL)
        # Between creating and locking, another worker may have adopted and deleted the empty file.
        if segment:
            return segment


def adopt(path: Path) -> Segment | None:
    """The segment, if nobody owns it and we may read it. Its `size` and `lines` are not counted yet."""
    try:
        return _open(path, os.O_RDONLY)
    except (FileNotFoundError, PermissionError):
        return None


def paths(folder: Path) -> list[Path]:
    """Oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def folder_bytes(folder: Path) -> int:
    """Bytes that the journal takes on disk, sidecars included; 0 if there is no folder."""
    total = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    total += entry.stat().st_size
                except FileNotFoundError:  # another worker deleted it meanwhile
                    continue
    except FileNotFoundError:
        return 0
    return total


def _name() -> str:
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
