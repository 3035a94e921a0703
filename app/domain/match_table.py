"""One fact's part of the index: which rows stand for a value of this fact.

A row that demands nothing of the fact stands whatever its value. For the others there is a table for each kind of
value: the rows that stand for a value that no row names, and what changes for each value that one does.
"""

from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from app.domain.bit_mask import SPARSE_LIMIT, Sparse, build_mask, flip
from app.domain.clauses import Demands
from app.domain.fact import Value
from app.domain.predicate import NoneOf, OneOf
from app.domain.range_table import RangeTable, build_range_table
from app.domain.set_table import LAYER_LIMIT, SetTable, build_set_table, requirements
from app.domain.value_classes import MANY, UNMENTIONED, Discriminator, named_texts

# Up to this many rows a whole mask is no larger than the positions that it would save.
NARROW = 1024


@dataclass(frozen=True, slots=True)
class MatchTable:
    """Which rows stand for a value of one fact, or for its absence.

    `choices` holds the rows that stand for true, for false and for each text that a row names. Where a text changes
    only few of `others`, it holds those few.
    """

    fact: str
    absent: int
    others: int
    choices: dict[str | bool, int | Sparse]
    numbers: RangeTable
    sets: SetTable

    def rows(self, value: Value | None) -> int:
        if value is None:
            return self.absent
        kind = value.__class__
        if kind is str or kind is bool:
            standing = self.choices.get(value, self.others)  # type: ignore[call-overload]  # its class was just read
            return standing if standing.__class__ is int else flip(self.others, standing)
        if kind is float or kind is int:
            return self.numbers.rows(value)  # type: ignore[arg-type]  # its class was just read
        return self.sets.rows(value)  # type: ignore[arg-type]  # what is no scalar is a set


def discriminator_of(fact: str, tables: Sequence[MatchTable]) -> Discriminator:
    """What several tables of one fact tell apart."""
    texts = frozenset(text for table in tables for text in table.choices if isinstance(text, str))
    cuts = sorted({cut for table in tables for cut in table.numbers.cuts})
    return Discriminator(fact, texts, cuts, frozenset().union(*(table.sets.members for table in tables)))


def build_table(
    fact: str, demands: Demands, width: int, *, choice: bool = False
) -> Generator[None, None, tuple[MatchTable, list[int]]]:
    """Builds the table of one fact, pausing often; returns it and the rows that it does not decide exactly.

    `demands` holds what each row demands of this fact; `width` is the number of all rows. Within a choice (`any`) only
    the rows that demand something of this fact are set; the masks of its facts are OR-ed.
    """
    inexact = []
    for count, (row, demanded) in enumerate(demands.items()):
        if len(requirements(demanded)) > LAYER_LIMIT:
            inexact.append(row)
        if count % 8 == 0:
            yield
    free = 0 if choice else ((1 << width) - 1) ^ (yield from build_mask(demands, width))
    absent = yield from _standing(demands, None, width)
    others, choices = yield from _choices(demands, free, width)
    numbers = yield from build_range_table(demands, free, width)
    empty = free | (yield from _standing(demands, (), width))
    sets = yield from build_set_table(demands, free, width, empty)
    return MatchTable(fact, free | absent, others, choices, numbers, sets), inexact


def _choices(
    demands: Demands, free: int, width: int
) -> Generator[None, None, tuple[int, dict[str | bool, int | Sparse]]]:
    """The rows that stand for a text that none names; and for each text that one does, for true and for false."""
    standing = []
    changes: defaultdict[str, list[int]] = defaultdict(list)
    for count, (row, demanded) in enumerate(demands.items()):
        otherwise = all(demand.holds(UNMENTIONED) for demand in demanded)
        if otherwise:
            standing.append(row)
        texts = named_texts(constant for demand in demanded for constant in demand.constants)
        # Asking a list of 1,000 texts about each of them takes 20 ms.
        listed = len(demanded) == 1 and isinstance(demanded[0], OneOf | NoneOf)
        for text in texts:
            if listed or all(demand.holds(text) for demand in demanded) is not otherwise:
                changes[text].append(row)
            if len(texts) > MANY and not listed:
                yield
        if count % 8 == 0:
            yield
    others = free | (yield from build_mask(standing, width))
    choices: dict[str | bool, int | Sparse] = {}
    for text, rows in changes.items():
        sparse = width > NARROW and len(rows) <= SPARSE_LIMIT
        choices[text] = tuple(rows) if sparse else others ^ (yield from build_mask(rows, width))
        yield
    for flag in (True, False):
        choices[flag] = free | (yield from _standing(demands, flag, width))
    return others, choices


def _standing(demands: Demands, value: Value | None, width: int) -> Generator[None, None, int]:
    """The rows all of whose demands hold on a value."""
    standing = []
    for count, (row, demanded) in enumerate(demands.items()):
        if all(demand.holds(value) for demand in demanded):
            standing.append(row)
        if count % 8 == 0:
            yield
    return (yield from build_mask(standing, width))
