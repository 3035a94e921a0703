"""Which journal lines the dataset has, read back from the footers of its files.

A shipper may send any line again at any time, so each line is known by its segment and number. One mark that only
moves up is not enough: after Redis was emptied, line 900 of a segment can arrive before line 1 is sent again.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

from app.dataset import footer
from app.dataset.file_listing import DataFile
from app.dataset.footer import Lines
from app.dataset.line_set import LineSet, Range

# Days of footers that are read at the start; older ones are read when a segment that old appears.
DAYS = 3

# A line arrives after its segment was created, at the time in its name: by another machine's clock.
CLOCKS_APART = timedelta(days=2)

# Footers are read together: from an object store each takes 10 to 50 ms, nearly all of it waiting.
_READERS = 16

Read = Callable[[DataFile], Mapping[str, Sequence[Range]]]


class ArchivedLines:
    """`files` lists the files that count now; `carried` reads the lines of dropped days."""

    def __init__(self, files: Callable[[], Sequence[DataFile]], read: Read, carried: Callable[[], Lines]) -> None:
        self._files = files
        self._read = read
        self._lines: Lines = {}
        self._carried = carried
        self._since = date.max
        self._loaded: set[str] = set()  # paths

    def load(self, since: date) -> None:
        """Reads the footers from day `since` on that were not read yet. Raises OSError."""
        if since >= self._since:
            return
        wanted = [file for file in self._files() if since <= _latest(file) and file.path not in self._loaded]
        with ThreadPoolExecutor(_READERS) as readers:
            for ranges in readers.map(self._read, wanted):
                footer.join(self._lines, ranges)
        self._loaded.update(file.path for file in wanted)
        footer.join(self._lines, {segment: lines.ranges for segment, lines in self._carried().items()})
        self._since = since

    def missing(self, segment: str, first: int, last: int, arrived: date) -> list[Range]:
        """Those of these lines that the dataset lacks. Raises OSError: an old segment makes older footers be read.

        A segment that was created after its lines arrived had a wrong clock: it may be of any age.
        """
        since = _earliest(segment)
        if since > arrived:
            since = date.min
        if since < self._since:
            self.load(since)
        lines = self._lines.get(segment)
        return lines.missing(first, last) if lines else [(first, last)]

    def add(self, segment: str, first: int, last: int) -> None:
        self._lines.setdefault(segment, LineSet()).add(first, last)

    def unbroken(self, segment: str) -> int:
        lines = self._lines.get(segment)
        return lines.unbroken if lines else 0

    def marks(self) -> dict[str, int]:
        """By segment, the last line that is archived together with all lines before it."""
        return {segment: lines.unbroken for segment, lines in self._lines.items()}


def _latest(file: DataFile) -> date:
    """The last day on which its lines can have arrived: its own, or the day of writing if Redis's clock was behind."""
    written = datetime.now(UTC) - timedelta(seconds=file.age)
    return max(file.date, written.date())


def _earliest(segment: str) -> date:
    """The earliest day on which its first line can have arrived; `date.min` if the name has no time.

    >>> _earliest("20261120T213546-9f86d081")
    datetime.date(2026, 11, 18)
    """
    try:
        born = datetime.strptime(segment[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return (born - CLOCKS_APART).date()
    except (ValueError, OverflowError):
        return date.min
