"""The values of each fact in classes that the conditions at hand cannot tell apart, so that a few stand for all.

Absence is a class of its own. Of two values in one class, each of these conditions is met by both or by neither. Sets
have one column for each value that a condition names: there or not.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import reduce
from math import inf
from operator import or_

from app.checks.satisfiability import Choice, Effort, Every, Formula, Room, Some
from app.domain.condition import (
    AllOf,
    Clause,
    Condition,
    Given,
    HasAll,
    HasAny,
    HasNone,
    NoneOf,
    OneOf,
    Range,
    conditions,
)
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, LOWEST_NUMBER, Kind, Scalar, kind_of

_ABSENT = 1
_THERE, _EITHER = 0b10, 0b11


class Grid:
    """The columns for some clauses, and those clauses as formulas over them.

    A name that is no fact is a number that may be anything from 0 upwards.
    """

    def __init__(self, clauses: Iterable[Clause], effort: Effort) -> None:
        """Raises TooHard, as does `formula`."""
        self._effort = effort
        self._columns: dict[str, _Column] = {}
        self._numbers: dict[str | tuple[str, str], int] = {}
        self._everything: Room = []
        named: defaultdict[str, set[tuple[Kind, Scalar]]] = defaultdict(set)
        for clause in clauses:
            for condition in conditions(clause):
                effort.spend(1)
                named[condition.fact].update(_constants(condition))
        for fact, constants in named.items():
            self._columns[fact] = _Column(_kinds(fact), constants)
            self._numbers[fact] = self._new_column(self._columns[fact].everything)

    def everything(self) -> Room:
        """A room with every withdrawal. Whatever `formula` is asked for must be asked before."""
        return list(self._everything)

    def leave_out(self, fact: str, room: Room) -> None:
        """Keeps, of a room, the withdrawals that do not give this fact."""
        room[self._numbers[fact]] &= _ABSENT

    def formula(self, clause: Clause) -> Formula:
        if isinstance(clause, Condition):
            return self._condition(clause)
        parts = tuple(self.formula(part) for part in clause.parts)
        return Every(parts) if isinstance(clause, AllOf) else Some(parts)

    def negated(self, formula: Formula) -> Formula:
        """What holds exactly where the formula does not."""
        if isinstance(formula, Choice):
            return Choice(formula.column, self._everything[formula.column] & ~formula.classes)
        parts = tuple(self.negated(part) for part in formula.parts)
        return Some(parts) if isinstance(formula, Every) else Every(parts)

    def _new_column(self, everything: int) -> int:
        self._everything.append(everything)
        return len(self._everything) - 1

    def _condition(self, condition: Condition) -> Formula:
        column, test = self._columns[condition.fact], condition.predicate
        number = self._numbers[condition.fact]
        if isinstance(test, HasAny | HasAll | HasNone):
            is_set = Choice(number, column.of_kind(Kind.SET))
            wanted = _EITHER ^ _THERE if isinstance(test, HasNone) else _THERE
            parts = tuple(Choice(self._value_column(condition.fact, value), wanted) for value in test.values)
            return Every((is_set, Some(parts))) if isinstance(test, HasAny) else Every((is_set, *parts))
        if isinstance(test, Range):
            return Choice(number, column.in_range(test, self._effort))
        if isinstance(test, OneOf | NoneOf):
            listed = column.listed(test.values)
            return Choice(number, listed if isinstance(test, OneOf) else column.given & ~listed)
        if isinstance(test, Given):
            return Choice(number, column.given if test.expected else _ABSENT)
        raise TypeError(test)

    def _value_column(self, fact: str, value: str) -> int:
        if (fact, value) not in self._numbers:
            self._numbers[fact, value] = self._new_column(_EITHER)
        return self._numbers[fact, value]


class _Column:
    """The classes of one fact's values, each a bit. The lowest is absence."""

    def __init__(self, kinds: tuple[Kind, ...], constants: set[tuple[Kind, Scalar]]) -> None:
        self._kinds: dict[Kind, int] = {}
        self._listed: dict[tuple[Kind, Scalar], int] = {}
        self._numbers: list[tuple[float, int]] = []
        self._ranges: dict[Range, int] = {}
        self.everything = _ABSENT
        for kind in kinds:
            before = self.everything
            if kind is Kind.NUMBER:
                lowest = -inf if len(kinds) > 1 else LOWEST_NUMBER
                self._add_numbers(
                    sorted(
                        {
                            value
                            for _, value in constants
                            if isinstance(value, int | float) and not isinstance(value, bool)
                        }
                    ),
                    lowest,
                )
            elif kind is Kind.FLAG:
                self._add((kind, True), (kind, False))
            else:
                self._add(*(constant for constant in constants if constant[0] is kind))
                self._next()  # every text that nobody names; or every set
            self._kinds[kind] = self.everything & ~before

    @property
    def given(self) -> int:
        return self.everything & ~_ABSENT

    def of_kind(self, kind: Kind) -> int:
        return self._kinds.get(kind, 0)

    def listed(self, values: Iterable[Scalar]) -> int:
        classes = 0
        for value in values:
            classes |= self._listed.get((kind_of(value), value), 0)
        return classes

    def in_range(self, test: Range, effort: Effort) -> int:
        if test not in self._ranges:
            effort.spend(len(self._numbers))
            self._ranges[test] = reduce(or_, (each for number, each in self._numbers if test.holds(number)), 0)
        return self._ranges[test]

    def _next(self) -> int:
        added = self.everything + 1
        self.everything |= added
        return added

    def _add(self, *constants: tuple[Kind, Scalar]) -> None:
        for constant in constants:
            self._listed[constant] = self._next()

    def _add_numbers(self, constants: list[float], lowest: float) -> None:
        """Every constant, and one number between each two, below them and above them."""
        points = [constant for constant in constants if constant >= lowest]
        if not points or points[0] > lowest:
            points.insert(0, lowest)
        for point, following in zip(points, [*points[1:], inf], strict=True):
            its_class = self._next()
            self._listed[Kind.NUMBER, point] = its_class
            self._numbers.append((point, its_class))
            self._numbers.extend((number, self._next()) for number in _between(point, following))


def _between(low: float, high: float) -> Iterator[float]:
    """A number between these, if there is one: above 2**53 a whole number can lie where no float does."""
    if low == -inf or high == inf:
        # Infinity stands for what is beyond every constant. No request gives it.
        yield from () if low == -inf else (inf,)
        return
    middle = (Fraction(low) + Fraction(high)) / 2
    for number in (float(middle), middle.__floor__(), middle.__ceil__()):
        if low < number < high:
            yield number
            return


def _kinds(fact: str) -> tuple[Kind, ...]:
    return tuple(Kind) if fact.startswith(ATTRIBUTE_PREFIX) else (FACTS.get(fact, Kind.NUMBER),)


def _constants(condition: Condition) -> Iterator[tuple[Kind, Scalar]]:
    test = condition.predicate
    if isinstance(test, OneOf | NoneOf):
        yield from ((kind_of(value), value) for value in test.values)
    elif isinstance(test, Range):
        yield from ((Kind.NUMBER, bound) for bound in test.bounds)
