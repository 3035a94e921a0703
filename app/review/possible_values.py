"""What a recorded withdrawal may have given: events keep less than the service saw.

Recorded withdrawals are grouped by codes, one for each fact that the rules test. Values that no rule distinguishes
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

# Every combination of at most this many unnamed values is tried; with more, the withdrawal is undecided.
_MAX_UNNAMED = 6

Possible = Sequence[Value | None]


def discriminators_of(rules: Iterable[Rule]) -> dict[str, Discriminator]:
    """The discriminator of every fact that the rules test, in alphabetical order."""
    predicates_of: defaultdict[str, list[Predicate]] = defaultdict(list)
    for condition in chain.from_iterable(conditions(rule.when) for rule in rules):
        predicates_of[condition.fact].append(condition.predicate)
    return {fact: Discriminator.of(fact, predicates) for fact, predicates in sorted(predicates_of.items())}


def amount_segments(recorded: float, cuts: Sequence[Number]) -> tuple[int, int]:
    """The lowest and the highest segment of the amounts that are recorded as this one."""
    lowest = segment_of(recorded, cuts)
    if recorded <= 0:
        return lowest, lowest
    return lowest, max(lowest, 2 * bisect_left(cuts, next_step(recorded)))


@dataclass(frozen=True, slots=True)
class CodeDecoder:
    """Decodes codes into possible values.

    `listed` has, by fact, the values that events record by name. Attributes without an entry are in no event.
    """

    discriminators: Mapping[str, Discriminator]
    listed: Mapping[str, frozenset[str]]

    def possible(self, fact: str, code: object) -> Possible | None:
        """One value of each kind that a rule distinguishes; None stands for an absent fact. None if too many."""
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
        cuts, last = self.discriminators[fact].cuts, lowest if highest is None else highest
        numbers = (number_in(segment, cuts) for segment in range(lowest, last + 1))
        return [number for number in numbers if number is not None]

    def _text(self, fact: str, recorded: str) -> Possible:
        if recorded != OTHER:
            return (recorded,)
        texts = self.discriminators[fact].texts
        return [*sorted(texts - self.listed.get(fact, frozenset()) - {OTHER}), *({OTHER} & texts), REST]

    def _members(self, fact: str, recorded: list[str]) -> Possible | None:
        named = [item for item in recorded if item != OTHER]
        if OTHER not in recorded:
            return (named,)
        members = self.discriminators[fact].members
        unnamed = sorted((members - self.listed.get(fact, frozenset())) | ({OTHER} & members))
        if len(unnamed) > _MAX_UNNAMED:
            return None
        sizes = range(len(unnamed) + 1)
        return [[*named, *more, REST] for size in sizes for more in combinations(unnamed, size)]

    def _attribute(self, fact: str, code: object) -> Possible | None:
        discriminator = self.discriminators[fact]
        if fact not in self.listed:
            numbers = self._numbers(fact, 0, 2 * len(discriminator.cuts))
            sets = [[member] for member in sorted(discriminator.members)]
            return [None, True, False, REST, *sorted(discriminator.texts), *numbers, *sets, []]
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
            return self._text(fact, value if value in discriminator.texts or value == OTHER else REST)
        return self._members(fact, value) if isinstance(value, list) else (value,)
