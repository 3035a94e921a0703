"""A whole segment, read as the shipper reads it batch by batch."""

import os
from collections.abc import Iterator
from pathlib import Path

from app.journal.journal_folder import look
from app.journal.journal_lines import START, Position, read_batch


def read_segment(path: Path, start: Position = START) -> Iterator[tuple[int, bytes]]:
    """(line number, JSON) of every good line. Corrupt lines leave gaps; a torn last line is ignored."""
    fd = os.open(path, os.O_RDONLY)
    try:
        end = os.fstat(fd).st_size
        batch = read_batch(fd, start, end)
        while batch.after != start:
            yield from enumerate(batch.events, batch.first)
            start = batch.after
            batch = read_batch(fd, start, end)
    finally:
        os.close(fd)


def paths(folder: Path) -> list[Path]:
    """The segments in the folder, oldest first."""
    return look(folder).segments
