"""How far a segment has been shipped, in a sidecar file beside it."""

import os
from pathlib import Path
from typing import NamedTuple

import orjson

from app.journal.journal_lines import START, Position, checked_json, checked_line

SUFFIX = ".shipped"


class Shipped(NamedTuple):
    """`life` names the stream that has the lines, `sent` is the last line that it was given.

    `entry` is the stream entry that this line is in, `server` the one that held it when we last knew.
    """

    life: str | None
    position: Position
    sent: int
    entry: str | None = None
    server: str | None = None


NOTHING = Shipped(None, START, 0)


def sidecar(segment: Path) -> Path:
    return segment.with_suffix(SUFFIX)


def load(path: Path) -> Shipped:
    """NOTHING where the file is missing, torn or not ours: the segment is then sent again."""
    try:
        line = path.read_bytes().partition(b"\n")[0]
    except OSError:
        return NOTHING
    json = checked_json(line)
    if json is None:
        return NOTHING
    try:
        life, lines, offset, sent, entry, server = orjson.loads(json)
    except ValueError:  # of another version
        return NOTHING
    return Shipped(life, Position(lines, offset), sent, entry, server)


def save(path: Path, shipped: Shipped) -> None:
    """In place, without a sync: the checksum tells a torn one. Raises OSError."""
    life, position, *rest = shipped
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(fd, checked_line(orjson.dumps([life, *position, *rest])), 0)
    finally:
        os.close(fd)
