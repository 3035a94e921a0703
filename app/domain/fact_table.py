"""One fact's part of the index: which rows a value of this fact leaves standing.

A row that asks nothing of the fact stands whatever its value. For the others the tables hold, by the kind of the
value, the rows that stand for a value which no row mentions, and what changes for each value that one does.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor
from typing import Self, TypeVar, cast

from app.domain.bit_mask import SPARSE_LIMIT, Sparse, flip, join, mask, masked
from app.domain.clauses import Either
from app.domain.condition import HasAll, HasAny, HasNone, NoneOf, OneOf, Predicate, Range
from app.domain.fact import Kind, Number, Scalar, Value, kind_of

T = TypeVar("T")

# Stands for all values that no row tells apart.
Likeness = str | bool | int | frozenset[str] | tuple[()] | None

# The tests of one row on this fact; all must hold.
Tests = list[Predicate]

# A row with more positive demands on one set than this is asked itself.
LAYER_LIMIT = 8

# Up to this many rows a whole mask is no larger than the positions that it would save.
NARROW = 1024

# Numbers mentioned times rows up to which every segment has its whole mask: half a megabyte of them.
WHOLE_MASKS = 2_000_000

# Stands for every text that no row mentions: longer than the 128 characters that a rule or a request may have.
UNMENTIONED = "\0" * 129


def segment_of(value: Number, cuts: list[Number]) -> int:
    """2i below `cuts[i]`, 2i+1 at that number itself."""
    return bisect_left(cuts, value) + bisect_right(cuts, value)


@dataclass(frozen=True, slots=True)
class Steps:
    """Numbers: the line is cut at every number that a row mentions, into the segments of `segment_of`.

    Whole masks are kept at some segments, the
    rows that turn between them as positions: 10,000 different thresholds would otherwise be 20,000 wide masks.
    """

    cuts: list[Number]
    marks: list[int]  # segments that have a whole mask, rising, the first 0; empty where every segment has one
    masks: list[int]
    turns: dict[int, Sparse]  # by segment, rows that stand or fall on entering it from below

    def rows(self, value: Number) -> int:
        segment = segment_of(value, self.cuts)
        if not self.marks:
            return self.masks[segment]
        mark = bisect_left(self.marks, segment + 1) - 1
        rows = self.masks[mark]
        turns = self.turns
        for passed in range(self.marks[mark] + 1, segment + 1):
            if passed in turns:
                rows = flip(rows, turns[passed])
        return rows


@dataclass(frozen=True, slots=True)
class Items:
    """Sets. A layer holds one positive demand a row: stands if a value of the set is among its hits."""

    empty: int  # what stands for an empty set, which is given
    others: int
    layers: tuple[tuple[int, dict[str, int | Sparse]], ...]  # rows without a demand in this layer, hits by value
    barred: dict[str, int | Sparse]
    members: frozenset[str]  # every value that a row mentions

    def rows(self, values: Sequence[str]) -> int:
        if not values:
            return self.empty
        rows = self.others
        for free, hits in self.layers:
            standing = free
            for value in values:
                if value in hits:
                    standing = join(standing, hits[value])
            rows &= standing
        fallen = 0
        for value in values:
            if value in self.barred:
                fallen = join(fallen, self.barred[value])
        return rows & ~fallen if fallen else rows


@dataclass(frozen=True, slots=True)
class Table:
    """Which rows stand for a value of one fact, or for its absence.

    `choices` holds what stands for true, for false and for every text that a row mentions; where few rows tell a text
    from the others, only those rows, to be inverted in `others`.
    """

    fact: str
    absent: int
    others: int
    choices: dict[str | bool, int | Sparse]
    number: Steps
    items: Items

    def rows(self, value: Value | None) -> int:
        if value is None:
            return self.absent
        kind = value.__class__
        if kind is str or kind is bool:
            standing = self.choices.get(value, self.others)  # type: ignore[call-overload]  # its class was just read
            return standing if standing.__class__ is int else flip(self.others, standing)
        if kind is float or kind is int:
            return self.number.rows(value)  # type: ignore[arg-type]  # its class was just read
        return self.items.rows(value)  # type: ignore[arg-type]  # what is no scalar is a set


@dataclass(frozen=True, slots=True)
class Telling:
    """What tells the values of one fact apart in several tables."""

    fact: str
    texts: frozenset[str]
    cuts: list[Number]
    members: frozenset[str]  # of sets

    @classmethod
    def of(cls, fact: str, tables: Sequence[Table]) -> Self:
        texts = frozenset(text for table in tables for text in table.choices if isinstance(text, str))
        cuts = sorted({cut for table in tables for cut in table.number.cuts})
        return cls(fact, texts, cuts, frozenset().union(*(table.items.members for table in tables)))

    def likeness(self, value: Value | None) -> Likeness:
        """The same for two values that no row tells apart: a text that rows mention is itself, a number its segment, a
        set those of its members that rows mention. Nothing of it is a text that only the request has.

        Segments are below zero, so that none of them equals true or false.
        """
        kind = value.__class__
        if kind is str:
            return value if value in self.texts else UNMENTIONED
        if kind is float or kind is int:
            return ~segment_of(value, self.cuts)  # type: ignore[arg-type]  # its class was just read
        if kind is bool or value is None:
            return value  # type: ignore[return-value]  # its class was just read
        return self.members.intersection(value) if value else ()  # type: ignore[arg-type]  # what is no scalar is a set


Demands = dict[int, Tests]

# By number, the rows that turn on reaching it from below, and those that turn on leaving it upwards.
Turning = defaultdict[Number, tuple[list[int], list[int]]]
Building = Generator[None, None, tuple[Table, list[int]]]


def build_table(fact: str, demands: Demands, width: int, *, choice: bool = False) -> Building:
    """Builds the table of one fact, pausing often; returns it and the rows that it does not decide exactly.

    `demands` holds the tests of each row that asks something of this fact; `width` is the number of all rows. Of a
    choice only the rows stand that ask: what stands for several facts is joined.
    """
    inexact = []
    for count, (row, tests) in enumerate(demands.items()):
        if _positive_demands(tests) > LAYER_LIMIT:
            inexact.append(row)
        if count % 256 == 0:
            yield
    free = 0 if choice else ((1 << width) - 1) ^ (yield from masked(demands, width))
    absent = yield from _standing(demands, None, width)
    others, choices = yield from _choices(demands, free, width)
    number = yield from _steps(demands, free, width)
    items = yield from _items(demands, free, width)
    return Table(fact, free | absent, others, choices, number, items), inexact


def _standing(demands: Demands, value: Value | None, width: int) -> Generator[None, None, int]:
    """The demanding rows whose tests all hold on a value."""
    standing = []
    for count, (row, tests) in enumerate(demands.items()):
        if all(test.holds(value) for test in tests):
            standing.append(row)
        if count % 64 == 0:
            yield
    return (yield from masked(standing, width))


def _mentioned(tests: Iterable[Predicate], kind: Kind) -> set[Scalar]:
    values: set[Scalar] = set()
    for test in tests:
        if isinstance(test, Either):
            values |= _mentioned(test.tests, kind)
        elif isinstance(test, OneOf | NoneOf):
            values.update(value for value in test.values if kind_of(value) is kind)
    return values


def _bounds(tests: Iterable[Predicate]) -> set[Number]:
    bounds: set[Number] = set()
    for test in tests:
        if isinstance(test, Either):
            bounds |= _bounds(test.tests)
        elif isinstance(test, Range):
            bounds.update(test.bounds)
    return bounds


def _choices(
    demands: Demands, free: int, width: int
) -> Generator[None, None, tuple[int, dict[str | bool, int | Sparse]]]:
    """What stands for a text that no row mentions, and for each that one does, for true and for false."""
    standing = []
    changes: defaultdict[str, list[int]] = defaultdict(list)
    for count, (row, tests) in enumerate(demands.items()):
        otherwise = all(test.holds(UNMENTIONED) for test in tests)
        if otherwise:
            standing.append(row)
        for value in _mentioned(tests, Kind.TEXT):
            if all(test.holds(value) for test in tests) is not otherwise:
                changes[cast("str", value)].append(row)
        if count % 32 == 0:
            yield
    others = free | (yield from masked(standing, width))
    choices: dict[str | bool, int | Sparse] = {}
    for text, rows in changes.items():
        sparse = width > NARROW and len(rows) <= SPARSE_LIMIT
        choices[text] = tuple(rows) if sparse else others ^ (yield from masked(rows, width))
        yield
    for flag in (True, False):
        choices[flag] = free | (yield from _standing(demands, flag, width))
    return others, choices


def _packed(by_value: Mapping[T, Sequence[int]], width: int) -> Generator[None, None, dict[T, int | Sparse]]:
    packed = {}
    for value, rows in by_value.items():
        packed[value] = tuple(rows) if len(rows) <= SPARSE_LIMIT else (yield from masked(rows, width))
        yield
    return packed


def _row_turns(tests: Tests) -> tuple[bool, list[tuple[Number, bool, bool]]]:
    """Whether a row stands below every number it mentions, then for each in rising order: at it, and above it."""
    cuts = sorted({v for v in _mentioned(tests, Kind.NUMBER) if not isinstance(v, str)} | _bounds(tests))

    def stands(value: Number) -> bool:
        return all(test.holds(value) for test in tests)

    below = stands(float("-inf"))
    between = [*(_between(low, high) for low, high in pairwise(cuts)), *([float("inf")] if cuts else [])]
    return below, [
        (cut, stands(cut), below if inner is None else stands(inner)) for cut, inner in zip(cuts, between, strict=True)
    ]


def _between(low: Number, high: Number) -> Number | None:
    """A number strictly between two others; None where there is none, so that no request can ask for one.

    Large integers need the second try: between 2**53 and 2**53 + 2 no float has room, but an integer does.
    """
    for middle in (low + (high - low) / 2, floor(low) + 1):
        if low < middle < high:
            return middle
    return None


def _steps(demands: Demands, free: int, width: int) -> Generator[None, None, Steps]:
    below = []
    turning: Turning = defaultdict(lambda: ([], []))
    for count, (row, tests) in enumerate(demands.items()):
        standing, turns = _row_turns(tests)
        if standing:
            below.append(row)
        for cut, at, above in turns:
            entering, leaving = turning[cut]
            if at is not standing:
                entering.append(row)
            if above is not at:
                leaving.append(row)
            standing = above
        if count % 16 == 0:
            yield
    cuts = sorted(turning)
    first = free | (yield from masked(below, width))
    if len(cuts) * width <= WHOLE_MASKS:
        return Steps(cuts, [], (yield from _every_mask(first, cuts, turning, width)), {})
    steps = Steps(cuts, [0], [first], {})
    yield from _place_masks(steps, turning, width)
    return steps


def _every_mask(rows: int, cuts: list[Number], turning: Turning, width: int) -> Generator[None, None, list[int]]:
    masks = [rows]
    for cut in cuts:
        for turned in turning[cut]:
            rows ^= mask(turned, width)
            masks.append(rows)
        yield
    return masks


def _place_masks(steps: Steps, turning: Turning, width: int) -> Generator[None, None, None]:
    """Keeps a whole mask wherever more than a few rows have turned since the last one."""
    rows = steps.masks[0]
    # Wider masks further apart: their number times their width stays in proportion to the number of rows.
    apart = max(SPARSE_LIMIT, width >> 11)
    since = 0
    for place, cut in enumerate(steps.cuts):
        for segment, turned in zip((2 * place + 1, 2 * place + 2), turning[cut], strict=True):
            if not turned:
                continue
            rows = rows ^ mask(turned, width)
            since += len(turned)
            if since > apart:
                steps.marks.append(segment)
                steps.masks.append(rows)
                since = 0
            else:
                steps.turns[segment] = tuple(turned)
        if place % 32 == 0:
            yield


def _positive_demands(tests: Tests) -> int:
    return sum(len(test.values) if isinstance(test, HasAll) else isinstance(test, HasAny) for test in tests)


def _alternatives(tests: Tests) -> list[tuple[str, ...]]:
    """Each positive demand as the values of which one must be there; `all` is one demand a value."""
    demanded: list[tuple[str, ...]] = []
    for test in tests:
        if isinstance(test, HasAny):
            demanded.append(test.values)
        elif isinstance(test, HasAll):
            demanded.extend((value,) for value in test.values)
    return demanded[:LAYER_LIMIT]


def _items(demands: Demands, free: int, width: int) -> Generator[None, None, Items]:
    others = []
    layers: list[tuple[list[int], defaultdict[str, list[int]]]] = []
    barred: defaultdict[str, list[int]] = defaultdict(list)
    for count, (row, tests) in enumerate(demands.items()):
        if all(isinstance(test, HasAny | HasAll) or test.holds(()) for test in tests):
            others.append(row)
        for depth, values in enumerate(_alternatives(tests)):
            if depth == len(layers):
                layers.append(([], defaultdict(list)))
            demanding, hits = layers[depth]
            demanding.append(row)
            for value in dict.fromkeys(values):
                hits[value].append(row)
        for value in {v for test in tests if isinstance(test, HasNone) for v in test.values}:
            barred[value].append(row)
        if count % 32 == 0:
            yield
    everything = (1 << width) - 1
    packed_layers = []
    for demanding, hits in layers:
        unconcerned = everything ^ (yield from masked(demanding, width))
        packed_layers.append((unconcerned, (yield from _packed(hits, width))))
    others_mask = yield from masked(others, width)
    empty = free | (yield from _standing(demands, (), width))
    members = frozenset(barred).union(*(hits for _, hits in layers))
    return Items(empty, free | others_mask, tuple(packed_layers), (yield from _packed(barred, width)), members)
