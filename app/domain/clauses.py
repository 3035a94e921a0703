"""A rule in conjunctive normal form: it matches where all of its clauses hold, a clause where one of its demands does.

Authors write rules nearly in this form: several conditions, and one of several things. A nested choice that would take
more than `LIMIT` clauses is left out. What remains then lets through too much but never too little, and is marked so
that the index asks the rule itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from app.domain.condition import AnyOf, Clause, Condition
from app.domain.fact import Scalar, Value
from app.domain.predicate import HasAny, Predicate

LIMIT = 16
# Conditions of choices that are multiplied out or compared with each other: what takes longer than 1 ms is left out.
CONDITIONS_LIMIT = 256

# Conditions of which one must hold.
_Choice = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Predicates on one fact of which one must hold; none of them is about the members of a set."""

    predicates: tuple[Predicate, ...]

    # No ClassVar: mypyc would make it a field of this dataclass.
    @property
    def members(self) -> None:
        return None

    def holds(self, value: Value | None) -> bool:
        return any(predicate.holds(value) for predicate in self.predicates)

    @property
    def constants(self) -> tuple[Scalar, ...]:
        return tuple(constant for predicate in self.predicates for constant in predicate.constants)


# What one clause demands of one fact.
Demand: TypeAlias = Predicate | Either

# What each row of the index demands of one fact: all of these.
Demands = dict[int, list[Demand]]


@dataclass(frozen=True, slots=True)
class Clauses:
    """What a rule demands: all of `must`, and of each of `choices` the demand on one of its facts."""

    must: tuple[tuple[str, Demand], ...]
    choices: tuple[Mapping[str, Demand], ...]
    exact: bool  # else a rule that meets this may still not match
    never: bool = False


NEVER = Clauses((), (), exact=True, never=True)


def clauses_of(when: Clause) -> Clauses:
    normal, exact = _normal(when)
    must: list[tuple[str, Demand]] = []
    choices: list[Mapping[str, Demand]] = []
    for choice in _without_weaker(normal):
        if not choice:
            return NEVER
        demands = _by_fact(choice)
        if demands is not None and len(demands) == 1:
            must.extend(demands.items())
        elif demands is None or len(choices) == LIMIT:
            exact = False
        else:
            choices.append(demands)
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
    longest = sum(max((len(choice) for choice in choices), default=0) for choices, _ in parts)
    if size > LIMIT or (size > 1 and size * longest > CONDITIONS_LIMIT):
        return [], False
    # Distributing OR over AND: one clause for every way to take a choice from each part.
    ways = product(*(choices for choices, _ in parts))
    return [tuple(condition for choice in taken for condition in choice) for taken in ways], exact


def _without_weaker(normal: list[_Choice]) -> list[_Choice]:
    """Leaves out what another choice implies: nested choices make many of those."""
    several = [choice for choice in normal if len(choice) > 1]
    if len(several) < 2 or sum(map(len, several)) > CONDITIONS_LIMIT:
        return normal
    # Compared by `repr`: to Python, a predicate on 1 equals one on true.
    written = [{(condition.fact, repr(condition.predicate)) for condition in choice} for choice in several]
    strict = sorted(range(len(several)), key=lambda place: len(written[place]))
    kept: list[int] = []
    for place in strict:
        if not any(written[one] <= written[place] for one in kept):
            kept.append(place)
    return [choice for choice in normal if len(choice) < 2] + [several[place] for place in sorted(kept)]


def _by_fact(choice: _Choice) -> dict[str, Demand] | None:
    """One demand a fact; None where predicates on the members of a set cannot be joined."""
    by_fact: dict[str, list[Predicate]] = {}
    for condition in choice:
        by_fact.setdefault(condition.fact, []).append(condition.predicate)
    demands: dict[str, Demand] = {}
    for fact, predicates in by_fact.items():
        wanted = [predicate.values for predicate in predicates if isinstance(predicate, HasAny)]
        if len(predicates) == 1:
            demands[fact] = predicates[0]
        elif len(wanted) == len(predicates):
            demands[fact] = HasAny(tuple(dict.fromkeys(value for values in wanted for value in values)))
        elif any(predicate.members is not None for predicate in predicates):
            return None
        else:
            demands[fact] = Either(tuple(predicates))
    return demands
