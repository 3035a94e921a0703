"""A set of line numbers of a journal segment, kept as ranges."""

from bisect import bisect_left
from collections.abc import Iterable

Range = tuple[int, int]  # first and last, both included


class LineSet:
    """
    >>> lines = LineSet([(1, 3), (7, 9)])
    >>> lines.missing(2, 8)
    [(4, 6)]
    >>> lines.add(4, 4)
    >>> lines.ranges, lines.unbroken
    ([(1, 4), (7, 9)], 4)
    """

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self.ranges: list[Range] = []
        for first, last in ranges:
            self.add(first, last)

    @property
    def unbroken(self) -> int:
        """The last line of the set that has all lines before it in the set; 0 if line 1 is missing."""
        return self.ranges[0][1] if self.ranges and self.ranges[0][0] == 1 else 0

    def add(self, first: int, last: int) -> None:
        ranges = self.ranges
        if ranges and ranges[-1][0] <= first <= ranges[-1][1] + 1:  # nearly always: the next lines
            if last > ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], last)
            return
        begin = bisect_left(ranges, first - 1, key=_last)
        end = begin
        while end < len(ranges) and ranges[end][0] <= last + 1:
            first, last = min(first, ranges[end][0]), max(last, ranges[end][1])
            end += 1
        ranges[begin:end] = [(first, last)]

    def missing(self, first: int, last: int) -> list[Range]:
        """The ranges within `first` to `last` that are not in the set."""
        found: list[Range] = []
        for begin, end in self.ranges[bisect_left(self.ranges, first, key=_last) :]:
            if begin > last:
                break
            if begin > first:
                found.append((first, begin - 1))
            first = end + 1
        if first <= last:
            found.append((first, last))
        return found


def _last(lines: Range) -> int:
    return lines[1]
