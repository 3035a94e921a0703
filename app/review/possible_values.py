"""What a recorded withdrawal may have given: events keep less than the service saw.

A record groups by codes, one for each fact that the rules ask about; everything that no rule tells apart has one code,
so that a million withdrawals are a few thousand groups. A code stands for one value, or for several: an amount that was
cut down, a value that was kept as `other`, an attribute that was not kept at all.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations

from app.domain.amount import next_step
from app.domain.condition import HasAll, HasAny, HasNone, NoneOf, OneOf, Range, conditions
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, Scalar, Value
from app.domain.rule import Rule
from app.service.withdrawal_facts import OTHER

AMOUNT = "amount_usd"

# A value that no rule names. No record can have it.
SEPARATOR = "\x1f"
REST = f"{SEPARATOR}rest"

# Sets of this many values that the record does not name are tried in every combination; of more, nothing is decided.
_UNNAMED = 6

Possible = Sequence[Value | None]


@dataclass(slots=True)
class Asked:
    """What the rules ask of one fact."""

    texts: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    members: set[str] = field(default_factory=set)

    @property
    def bounds(self) -> list[float]:
        return sorted(self.numbers)


def asked_by(rules: Iterable[Rule]) -> dict[str, Asked]:
    """By fact, in the order of their names."""
    found: dict[str, Asked] = {}
    for condition in chain.from_iterable(conditions(rule.when) for rule in rules):
        asked, test = found.setdefault(condition.fact, Asked()), condition.predicate
        if isinstance(test, OneOf | NoneOf):
            for value in test.values:
                _file(asked, value)
        elif isinstance(test, Range):
            asked.numbers.update(test.bounds)
        elif isinstance(test, HasAny | HasAll | HasNone):
            asked.members.update(test.values)
    return dict(sorted(found.items()))


def _file(asked: Asked, value: Scalar) -> None:
    if isinstance(value, str):
        asked.texts.add(value)
    elif not isinstance(value, bool):
        asked.numbers.add(value)


def number_class(value: float, bounds: Sequence[float]) -> int:
    """Between two bounds all numbers are one class, and each bound is one of its own: 2n + 1 classes for n bounds."""
    return sum((value > bound) + (value >= bound) for bound in bounds)


def number_of_class(place: int, bounds: Sequence[float]) -> float:
    """A number of that class."""
    i, on_bound = divmod(place, 2)
    if on_bound:
        return bounds[i]
    if not bounds:
        return 0.0
    if i == 0:
        return bounds[0] - 1
    return bounds[-1] + 1 if i == len(bounds) else (bounds[i - 1] + bounds[i]) / 2


def amount_classes(recorded: float, bounds: Sequence[float]) -> tuple[int, int]:
    """The lowest and the highest class of the amounts that are recorded as this one."""
    lowest = number_class(recorded, bounds)
    if recorded <= 0:
        return lowest, lowest
    beyond = next_step(recorded)
    return lowest, max(lowest, 2 * sum(bound < beyond for bound in bounds))


@dataclass(frozen=True, slots=True)
class Reading:
    """Decodes codes. `listed` has, by fact, the values that events record by name; attributes without an entry are
    recorded in no event."""

    asked: Mapping[str, Asked]
    listed: Mapping[str, frozenset[str]]

    def possible(self, fact: str, code: object) -> Possible | None:
        """Every value that matters; None in it is an absent fact. None where there are too many to try."""
        if fact.startswith(ATTRIBUTE_PREFIX):
            return self._attribute(fact, code)
        if code is None:
            return (None,)
        kind = FACTS[fact]
        if kind is Kind.TEXT:
            return self._text(fact, str(code))
        if kind is Kind.SET:
            return self._members(fact, [item for item in str(code).split(SEPARATOR) if item])
        if kind is Kind.FLAG:
            return (bool(code),)
        bounds = self.asked[fact].bounds
        if fact == AMOUNT:
            low, _, high = str(code).partition(":")
            return [number_of_class(place, bounds) for place in range(int(low), int(high) + 1)]
        return (number_of_class(int(str(code)), bounds),)

    def _text(self, fact: str, recorded: str) -> Possible:
        if recorded != OTHER:
            return (recorded,)
        asked = self.asked[fact].texts
        return [*sorted(asked - self.listed.get(fact, frozenset()) - {OTHER}), *({OTHER} & asked), REST]

    def _members(self, fact: str, recorded: list[str]) -> Possible | None:
        named = [item for item in recorded if item != OTHER]
        if OTHER not in recorded:
            return (named,)
        asked = self.asked[fact].members
        unnamed = sorted((asked - self.listed.get(fact, frozenset())) | ({OTHER} & asked))
        if len(unnamed) > _UNNAMED:
            return None
        sizes = range(len(unnamed) + 1)
        return [[*named, *more, REST] for size in sizes for more in combinations(unnamed, size)]

    def _attribute(self, fact: str, code: object) -> Possible | None:
        asked = self.asked[fact]
        if fact not in self.listed:
            numbers = [number_of_class(place, asked.bounds) for place in range(2 * len(asked.numbers) + 1)]
            sets = [[member] for member in sorted(asked.members)]
            return [None, True, False, REST, *sorted(asked.texts), *numbers, *sets, []]
        if code is None:
            return (None,)
        written = str(code)
        if written.startswith("n:"):
            return (number_of_class(int(written[2:]), asked.bounds),)
        try:
            value = json.loads(written)
        except ValueError:
            value = written
        if isinstance(value, str):
            return self._text(fact, value if value in asked.texts or value == OTHER else REST)
        return self._members(fact, value) if isinstance(value, list) else (value,)
