"""Clauses as formulas over classes of values, so that questions about all withdrawals can be decided.

Each fact has a column with the classes of its values (see `value_classes`); absence is a class of its own. Each value
that a condition wants or bars in a set has a column of two classes: in the set, or not.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from math import inf
from operator import or_
from typing import assert_never

from app.checks.fact_ranges import Ranges, possible
from app.checks.satisfiability import Choice, Domains, Effort, Every, Formula, Some
from app.domain.condition import AllOf, Clause, Condition, conditions
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, Number, Scalar, Value, kind_of
from app.domain.predicate import Members, NoneOf, OneOf, Predicate, Range
from app.domain.value_classes import UNMENTIONED, named_numbers, named_texts, number_in

_ABSENT = 1
_IN_SET, _EITHER = 0b10, 0b11


class FormulaBuilder:
    """The columns for some clauses, and those clauses as formulas over them.

    A name that is no fact is a number that may be anything from 0 upwards. `ranges` says what the numbers can be.
    """

    def __init__(self, clauses: Iterable[Clause], effort: Effort, ranges: Ranges | None = None) -> None:
        """Raises TooHard, as does `formula`."""
        self._effort = effort
        self._columns: dict[str, _Column] = {}
        self._numbers: dict[str | tuple[str, str], int] = {}
        self._everything: Domains = []
        constants: defaultdict[str, set[tuple[Kind, Scalar]]] = defaultdict(set)
        for clause in clauses:
            for condition in conditions(clause):
                effort.spend(1)
                constants[condition.fact].update((kind_of(each), each) for each in condition.predicate.constants)
        for fact, named in constants.items():
            numbers = possible(fact, ranges or {})
            self._columns[fact] = _Column(_kinds(fact), [constant for _, constant in named], numbers)
            self._numbers[fact] = self._new_column(self._columns[fact].everything)

    def everything(self) -> Domains:
        """The domains of all withdrawals. Call `formula` for all clauses first: it adds columns."""
        return list(self._everything)

    def leave_out(self, fact: str, domains: Domains) -> None:
        """Narrows the domains to withdrawals that do not give this fact."""
        domains[self._numbers[fact]] &= _ABSENT

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

    def withdrawal(self, domains: Domains) -> dict[str, Value]:
        """A withdrawal within the domains, with as few facts as they allow. `UNMENTIONED` stands for other texts."""
        return {
            fact: self._members_in(fact, domains) if column.only_sets(chosen) else column.value_in(chosen)
            for fact, column in self._columns.items()
            if not (chosen := domains[self._numbers[fact]]) & _ABSENT
        }

    def _members_in(self, fact: str, domains: Domains) -> list[str]:
        """The members that the set must have."""
        columns = [(key, number) for key, number in self._numbers.items() if isinstance(key, tuple)]
        return [value for (of, value), number in columns if of == fact and domains[number] == _IN_SET]

    def _new_column(self, everything: int) -> int:
        self._everything.append(everything)
        return len(self._everything) - 1

    def _condition(self, condition: Condition) -> Formula:
        fact, predicate = condition.fact, condition.predicate
        column, number = self._columns[fact], self._numbers[fact]
        if predicate.members is not None:
            is_set = Choice(number, column.of_kind(Kind.SET))
            return Every((is_set, *self._members(fact, predicate.members)))
        return Choice(number, column.meeting(predicate, self._effort))

    def _members(self, fact: str, members: Members) -> list[Formula]:
        required = [
            tuple(Choice(self._value_column(fact, value), _IN_SET) for value in values) for values in members.required
        ]
        barred = [Choice(self._value_column(fact, value), _EITHER ^ _IN_SET) for value in members.barred]
        return [*(parts[0] if len(parts) == 1 else Some(parts) for parts in required), *barred]

    def _value_column(self, fact: str, value: str) -> int:
        if (fact, value) not in self._numbers:
            self._numbers[fact, value] = self._new_column(_EITHER)
        return self._numbers[fact, value]


class _Column:
    """The classes of one fact's values, each a bit with a value that stands for it. The lowest is absence."""

    def __init__(self, kinds: tuple[Kind, ...], constants: list[Scalar], numbers: Range) -> None:
        self._kinds: dict[Kind, int] = {}
        self._named: dict[tuple[Kind, Scalar], int] = {}
        self._classes: list[tuple[Value | None, int]] = [(None, _ABSENT)]
        self._met: dict[Predicate, int] = {}
        self._cuts = named_numbers(constants)
        self.everything = _ABSENT
        for kind in kinds:
            before = self.everything
            match kind:
                case Kind.NUMBER:
                    self._add_numbers(named_numbers(constants), numbers)
                case Kind.FLAG:
                    self._add_named(kind, (True, False))
                case Kind.TEXT:
                    self._add_named(kind, sorted(named_texts(constants)))
                    self._add(UNMENTIONED)
                case Kind.SET:
                    self._add(())
                case _:
                    assert_never(kind)
            self._kinds[kind] = self.everything & ~before

    def of_kind(self, kind: Kind) -> int:
        return self._kinds.get(kind, 0)

    def only_sets(self, classes: int) -> bool:
        return not classes & ~self.of_kind(Kind.SET)

    def value_in(self, classes: int) -> Value:
        """A value of one of the classes: not zero if others are possible, and finite."""
        values = [value for value, each in self._classes if each & classes and value is not None]
        value = next((value for value in values if value), values[0])
        if value == inf:
            highest = max(self._cuts, default=0)
            return 2 * highest if highest >= 1 else 1
        return min(self._cuts, default=0) - 1 if value == -inf else value

    def meeting(self, predicate: Predicate, effort: Effort) -> int:
        """The classes on which a predicate that asks nothing of a set's members holds.

        Those of a list are looked up: it can name a thousand values.
        """
        if isinstance(predicate, OneOf):
            return self._classes_of(predicate.values)
        if isinstance(predicate, NoneOf):
            return self.everything & ~_ABSENT & ~self._classes_of(predicate.values)
        if predicate not in self._met:
            effort.spend(len(self._classes))
            self._met[predicate] = reduce(or_, (each for value, each in self._classes if predicate.holds(value)), 0)
        return self._met[predicate]

    def _classes_of(self, values: Iterable[Scalar]) -> int:
        classes = 0
        for value in values:
            classes |= self._named.get((kind_of(value), value), 0)
        return classes

    def _add(self, value: Value) -> int:
        added = self.everything + 1
        self.everything |= added
        self._classes.append((value, added))
        return added

    def _add_named(self, kind: Kind, values: Iterable[Scalar]) -> None:
        for value in values:
            self._named[kind, value] = self._add(value)

    def _add_numbers(self, constants: set[Number], possible_numbers: Range) -> None:
        """A class for each segment that has possible numbers."""
        cuts = sorted(constants.union(possible_numbers.constants))
        for segment in range(2 * len(cuts) + 1):
            number = number_in(segment, cuts)
            if number is not None and possible_numbers.holds(number):
                self._add_named(Kind.NUMBER, (number,))


def _kinds(fact: str) -> tuple[Kind, ...]:
    return tuple(Kind) if fact.startswith(ATTRIBUTE_PREFIX) else (FACTS.get(fact, Kind.NUMBER),)
