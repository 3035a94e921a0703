"""A rule in conjunctive normal form: it matches where all of its clauses hold, a clause where one of its tests does.

Authors write rules nearly in this form: several conditions, and one of several things. Where a nested choice would take
more than `LIMIT` clauses it is left out; what stays lets through too much but never too little, and is marked so that
the index asks the rule itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from app.domain.condition import AnyOf, Clause, Condition, HasAll, HasAny, HasNone, Predicate
from app.domain.fact import Value

LIMIT = 16

_SET_TESTS = (HasAny, HasAll, HasNone)

# Conditions of which one must hold.
_Choice = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Tests on one fact of which one must hold; none of them asks about the members of a set."""

    tests: tuple[Predicate, ...]

    def holds(self, value: Value | None) -> bool:
        return any(test.holds(value) for test in self.tests)

    def source(self) -> object:
        return [test.source() for test in self.tests]


@dataclass(frozen=True, slots=True)
class Clauses:
    """What a rule demands: each of `must`, and of each of `choices` the test on one of its facts."""

    must: tuple[Condition, ...]
    choices: tuple[Mapping[str, Predicate], ...]
    exact: bool  # else a rule that meets this may still not match
    never: bool = False


NEVER = Clauses((), (), exact=True, never=True)


def clauses_of(when: Clause) -> Clauses:
    normal, exact = _normal(when)
    must: list[Condition] = []
    choices: list[Mapping[str, Predicate]] = []
    for choice in _without_weaker(normal):
        if not choice:
            return NEVER
        if len(choice) == 1:
            must.append(choice[0])
            continue
        tests = _by_fact(choice)
        if tests is None or len(choices) == LIMIT:
            exact = False
        elif len(tests) == 1:
            must.extend(Condition(fact, test) for fact, test in tests.items())
        else:
            choices.append(tests)
    return Clauses(tuple(must), tuple(choices), exact)


def _normal(when: Clause) -> tuple[list[_Choice], bool]:
    """Choices that must all be met, and whether that is all that `when` asks."""
    if isinstance(when, Condition):
        return [(when,)], True
    parts = [_normal(part) for part in when.parts]
    exact = all(whole for _, whole in parts)
    if not isinstance(when, AnyOf):
        return [choice for choices, _ in parts for choice in choices], exact
    size = 1
    for choices, _ in parts:
        size *= len(choices)
    if size > LIMIT:
        return [], False
    # One holds: of every way to take a choice from each part, something holds.
    ways = product(*(choices for choices, _ in parts))
    return [tuple(condition for choice in taken for condition in choice) for taken in ways], exact


def _without_weaker(normal: list[_Choice]) -> list[_Choice]:
    """Less what another choice implies: nested choices leave many such."""
    several = [choice for choice in normal if len(choice) > 1]
    if len(several) < 2:
        return normal
    # By what they say: to Python, a test for 1 equals a test for true.
    said = [{(condition.fact, repr(condition.predicate)) for condition in choice} for choice in several]
    strict = sorted(range(len(several)), key=lambda place: len(said[place]))
    kept: list[int] = []
    for place in strict:
        if not any(said[one] <= said[place] for one in kept):
            kept.append(place)
    return [choice for choice in normal if len(choice) < 2] + [several[place] for place in sorted(kept)]


def _by_fact(choice: _Choice) -> dict[str, Predicate] | None:
    """One test a fact; None where tests on a set cannot be put into one."""
    several: dict[str, list[Predicate]] = {}
    for condition in choice:
        several.setdefault(condition.fact, []).append(condition.predicate)
    tests: dict[str, Predicate] = {}
    for fact, asked in several.items():
        wanted = [test.values for test in asked if isinstance(test, HasAny)]
        if len(asked) == 1:
            tests[fact] = asked[0]
        elif len(wanted) == len(asked):
            tests[fact] = HasAny(tuple(dict.fromkeys(value for values in wanted for value in values)))
        elif any(isinstance(test, _SET_TESTS) for test in asked):
            return None
        else:
            tests[fact] = Either(tuple(asked))
    return tests
