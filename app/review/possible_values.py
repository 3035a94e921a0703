"""What a recorded withdrawal may have given: events keep less than the service saw.

Recorded withdrawals are grouped by codes, one for each fact that the rules ask about. Values that no rule tells apart
share a code, so a million withdrawals are a few thousand groups. A code stands for one value or for several: an amount
that was cut down, a value that was kept as `other`, an attribute that was not kept at all.
"""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from app.domain.amount import next_step
from app.domain.condition import conditions
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, Number, Value
from app.domain.predicate import Predicate
from app.domain.rule import Rule
from app.domain.value_classes import Discriminator, number_in, segment_of
from app.service.withdrawal_facts import OTHER

AMOUNT = "amount_usd"

# A value that no rule names and no record can have.
SEPARATOR = "\x1f"
REST = f"{SEPARATOR}rest"

# Sets of this many values that the record does not name are tried in every combination; of more, nothing is decided.
_UNNAMED = 6

Possible = Sequence[Value | None]


def asked_by(rules: Iterable[Rule]) -> dict[str, Discriminator]:
    """What the rules tell apart, by fact, in the order of their names."""
    asked: defaultdict[str, list[Predicate]] = defaultdict(list)
    for condition in chain.from_iterable(conditions(rule.when) for rule in rules):
        asked[condition.fact].append(condition.predicate)
    return {fact: Discriminator.of(fact, predicates) for fact, predicates in sorted(asked.items())}


def amount_segments(recorded: float, cuts: Sequence[Number]) -> tuple[int, int]:
    """The lowest and the highest segment of the amounts that are recorded as this one."""
    lowest = segment_of(recorded, cuts)
    if recorded <= 0:
        return lowest, lowest
    return lowest, max(lowest, 2 * bisect_left(cuts, next_step(recorded)))


@dataclass(frozen=True, slots=True)
class Reading:
    """Decodes codes. `listed` has, by fact, the values that events record by name; attributes without an entry are
    recorded in no event."""

    asked: Mapping[str, Discriminator]
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
        if fact == AMOUNT:
            low, _, high = str(code).partition(":")
            return self._numbers(fact, int(low), int(high))
        return self._numbers(fact, int(str(code)))

    def _numbers(self, fact: str, lowest: int, highest: int | None = None) -> list[Number]:
        """A number of each segment from one to another that has any."""
        cuts, last = self.asked[fact].cuts, lowest if highest is None else highest
        numbers = (number_in(segment, cuts) for segment in range(lowest, last + 1))
        return [number for number in numbers if number is not None]

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
            numbers = self._numbers(fact, 0, 2 * len(asked.cuts))
            sets = [[member] for member in sorted(asked.members)]
            return [None, True, False, REST, *sorted(asked.texts), *numbers, *sets, []]
        if code is None:
            return (None,)
        written = str(code)
        if written.startswith("n:"):
            return self._numbers(fact, int(written[2:]))
        try:
            value = json.loads(written)
        except ValueError:
            value = written
        if isinstance(value, str):
            return self._text(fact, value if value in asked.texts or value == OTHER else REST)
        return self._members(fact, value) if isinstance(value, list) else (value,)
