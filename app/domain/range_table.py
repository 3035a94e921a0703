"""Which rows stand for a number, by the segment of the line that holds it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass

from app.domain.bit_mask import SPARSE_LIMIT, Sparse, build_mask, flip, mask
from app.domain.clauses import Demand, Demands
from app.domain.fact import Number
from app.domain.value_classes import MANY, named_numbers, number_in, segment_of

# Cuts times rows up to which every segment has its whole mask: half a megabyte of them.
WHOLE_MASKS = 2_000_000

# By cut, the rows that change on reaching it from below, and those that change on leaving it upwards.
_Changes = defaultdict[Number, tuple[list[int], list[int]]]


@dataclass(frozen=True, slots=True)
class RangeTable:
    """The rows that stand in each segment.

    Some segments have a whole mask; between them only the rows that change are kept. 10,000 different thresholds would
    otherwise be 20,000 wide masks.
    """

    cuts: list[Number]
    marks: list[int]  # segments that have a whole mask, rising, the first 0; empty where every segment has one
    masks: list[int]
    transitions: dict[int, Sparse]  # by segment, rows that stand or fall on entering it from below

    def rows(self, value: Number) -> int:
        segment = segment_of(value, self.cuts)
        if not self.marks:
            return self.masks[segment]
        mark = bisect_left(self.marks, segment + 1) - 1
        rows = self.masks[mark]
        transitions = self.transitions
        for passed in range(self.marks[mark] + 1, segment + 1):
            if passed in transitions:
                rows = flip(rows, transitions[passed])
        return rows


def build_range_table(demands: Demands, free: int, width: int) -> Generator[None, None, RangeTable]:
    below = []
    changes: _Changes = defaultdict(lambda: ([], []))
    for count, (row, demanded) in enumerate(demands.items()):
        standing, transitions = yield from _transitions(demanded)
        if standing:
            below.append(row)
        for cut, at, above in transitions:
            reaching, leaving = changes[cut]
            if at is not standing:
                reaching.append(row)
            if above is not at:
                leaving.append(row)
            standing = above
        if count % 16 == 0:
            yield
    cuts = sorted(changes)
    first = free | (yield from build_mask(below, width))
    if len(cuts) * width <= WHOLE_MASKS:
        return RangeTable(cuts, [], (yield from _every_mask(first, cuts, changes, width)), {})
    table = RangeTable(cuts, [0], [first], {})
    yield from _place_masks(table, changes, width)
    return table


def _transitions(demanded: list[Demand]) -> Generator[None, None, tuple[bool, list[tuple[Number, bool, bool]]]]:
    """Whether a row stands below every number that it names, then for each in rising order: at it, and above it."""
    cuts = sorted(named_numbers(constant for demand in demanded for constant in demand.constants))
    stands = []
    for segment in range(2 * len(cuts) + 1):
        number = number_in(segment, cuts)
        # A segment without a number is never asked about, so any answer will do.
        stands.append(number is not None and all(demand.holds(number) for demand in demanded))
        if len(cuts) > MANY:
            yield
    return stands[0], list(zip(cuts, stands[1::2], stands[2::2], strict=True))


def _every_mask(rows: int, cuts: list[Number], changes: _Changes, width: int) -> Generator[None, None, list[int]]:
    masks = [rows]
    for cut in cuts:
        for changed in changes[cut]:
            rows ^= mask(changed, width)
            masks.append(rows)
        yield
    return masks


def _place_masks(table: RangeTable, changes: _Changes, width: int) -> Generator[None, None, None]:
    """Keeps a whole mask wherever more than a few rows have changed since the last one."""
    rows = table.masks[0]
    # Wider masks further apart: their number times their width stays in proportion to the number of rows.
    apart = max(SPARSE_LIMIT, width >> 11)
    since = 0
    for place, cut in enumerate(table.cuts):
        for segment, changed in zip((2 * place + 1, 2 * place + 2), changes[cut], strict=True):
            if not changed:
                continue
            rows = rows ^ mask(changed, width)
            since += len(changed)
            if since > apart:
                table.marks.append(segment)
                table.masks.append(rows)
                since = 0
            else:
                table.transitions[segment] = tuple(changed)
        if place % 32 == 0:
            yield
