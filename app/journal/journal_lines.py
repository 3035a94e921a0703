"""The journal's lines: 8 hexadecimal digits of CRC-32, a space, JSON, a newline."""

import os
import re
from binascii import crc32
from dataclasses import dataclass
from typing import NamedTuple

BATCH_LINES = 500
# Reading, checking and joining a full batch takes the event loop about 0.4 ms (measured).
# It is also the longest line that can be read back; events take a few KiB.
BATCH_BYTES = 256 * 1024

HEAD = 9

_NUMBER = re.compile(rb'\{"event_id":"[^":]*:(\d{1,15})"')


def checked_line(json: bytes) -> bytes:
    """
    >>> checked_line(b"{}")
    b'a3a6bf43 {}\\n'
    """
    return b"%08x %b\n" % (crc32(json), json)


def checked_json(line: bytes) -> bytes | None:
    """The JSON of a line without its newline; None if the checksum disagrees."""
    json = line[HEAD:]
    return json if line[:HEAD] == b"%08x " % crc32(json) else None


class Position(NamedTuple):
    """A place in a segment: after `line` lines and `offset` bytes."""

    line: int
    offset: int


START = Position(0, 0)


@dataclass(slots=True)
class JournalBatch:
    """Consecutive good lines of a segment, the number of the first, and where reading continues.

    `corrupt` are the numbers of the lines before them that cannot be read.
    """

    first: int
    events: list[bytes]
    after: Position
    corrupt: range = range(0)

    @property
    def last(self) -> int:
        return self.first + len(self.events) - 1


def read_batch(fd: int, start: Position, end: int, *, lines: int = BATCH_LINES) -> JournalBatch:
    """The next lines of the file, `lines` at most, up to byte `end`. A corrupt line ends the batch before it.

    The first good line says its number itself: damage may have swallowed line breaks, or added some.

    A batch without events whose `after` is beyond `start` has skipped corrupt lines: continue from there.
    """
    data = os.pread(fd, min(BATCH_BYTES, end - start.offset), start.offset)
    events: list[bytes] = []
    line, at, first, seen = start.line, 0, 0, 0
    while seen < lines and (newline := data.find(b"\n", at)) >= 0:
        # `checked_json` inlined: saves 0.3 us a line.
        json = data[at + HEAD : newline]
        good = data[at : at + HEAD] == b"%08x " % crc32(json)
        if events and not good:
            break
        seen += 1
        line += 1
        at = newline + 1
        if good:
            if not events:
                first = line = _number(json) or line
            events.append(json)
    if at == 0 and len(data) == BATCH_BYTES:
        at = BATCH_BYTES  # zeroes left by a power loss: one corrupt line up to the next newline
    corrupt = range(start.line + 1, first or line + 1)
    return JournalBatch(first, events, Position(line, start.offset + at), corrupt)


def _number(json: bytes) -> int | None:
    found = _NUMBER.match(json)
    return int(found[1]) if found else None
