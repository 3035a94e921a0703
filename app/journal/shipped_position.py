"""How far a segment has been shipped, kept in a sidecar file beside it."""

import errno
import os
from pathlib import Path
from typing import NamedTuple

import orjson

from app.journal.journal_lines import START, Position, checked_json, checked_line

SUFFIX = ".shipped"

# Of another user on a restored volume, or a link: the folder is ours.
_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.ELOOP})


class Shipped(NamedTuple):
    """`epoch` names the stream that has the lines; `sent` is the number of the last line it confirmed.

    `entry` is the stream entry with that line, `server` the server last known to have it.
    """

    epoch: str | None
    position: Position
    sent: int
    entry: str | None = None
    server: str | None = None


NOTHING = Shipped(None, START, 0)


def sidecar(segment: Path) -> Path:
    return segment.with_suffix(SUFFIX)


def load(path: Path) -> Shipped:
    """NOTHING if the file is missing, torn or of another version: the segment is then sent again."""
    try:
        line = path.read_bytes().partition(b"\n")[0]
    except OSError:
        return NOTHING
    json = checked_json(line)
    if json is None:
        return NOTHING
    try:
        epoch, lines, offset, sent, entry, server = orjson.loads(json)
    except ValueError:
        return NOTHING
    return Shipped(epoch, Position(lines, offset), sent, entry, server)


def save(path: Path, shipped: Shipped) -> None:
    """Writes in place, without a sync: the checksum reveals a torn write. Raises OSError."""
    epoch, position, *rest = shipped
    try:
        fd = _open(path)
    except OSError as error:
        if error.errno not in _NOT_OURS:
            raise
        path.unlink()
        fd = _open(path)
    try:
        os.pwrite(fd, checked_line(orjson.dumps([epoch, *position, *rest])), 0)
    finally:
        os.close(fd)


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
