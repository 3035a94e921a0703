"""Which warning each group of recorded withdrawals gets from a rulebook. Uses the index that serves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from math import prod

from app.domain.decision import RegionRules
from app.domain.fact import Value
from app.domain.index import Index
from app.domain.rule import Rule
from app.domain.value_classes import Discriminator
from app.review.possible_values import CodeDecoder, Possible
from app.review.withdrawal_record import Group

# A group with more possible combinations of values than this is undecided without trying them.
MAX_COMBINATIONS = 512

# Stands for no warning among rule ids.
NO_RULE = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every rule that a group of withdrawals may get, `NO_RULE` for no warning.

    `unsure` names the facts for which the record allows several values.
    """

    group: int
    before: frozenset[str]
    after: frozenset[str]
    unsure: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """The rules of one region before and after, and the values that they distinguish.

    The rules before decide each withdrawal on its own day, so that they can be compared with the record. The rules
    after decide all of them on `today`.
    """

    before: RegionRules
    after: RegionRules
    discriminators: Mapping[str, Discriminator]
    decoder: CodeDecoder
    boundaries: Sequence[date]
    today: date

    def verdicts(self, groups: Iterable[Group]) -> Iterator[Verdict]:
        for group in groups:
            codes = zip(self.discriminators, group.codes, strict=True)
            possible = {fact: self.decoder.possible(fact, code) for fact, code in codes}
            yield self._verdict(group, possible)

    def _verdict(self, group: Group, possible: Mapping[str, Possible | None]) -> Verdict:
        unsure = tuple(fact for fact, values in possible.items() if values is None or len(values) > 1)
        known = [values for values in possible.values() if values is not None]
        if len(known) < len(possible) or prod(map(len, known)) > MAX_COMBINATIONS:
            return Verdict(group.key, self._every(self.before), self._every(self.after), unsure)
        day = self._day(group.day)
        before: set[str] = set()
        after: set[str] = set()
        for values in product(*known):
            context: Mapping[str, Value] = {
                fact: value for fact, value in zip(possible, values, strict=True) if value is not None
            }
            before.add(_first(self.before, context, day))
            after.add(_first(self.after, context, self.today))
        return Verdict(group.key, frozenset(before), frozenset(after), unsure)

    def _day(self, passed: int) -> date:
        """A day on which that many boundaries have passed."""
        if passed:
            return self.boundaries[passed - 1]
        return self.boundaries[0] - timedelta(days=1) if self.boundaries else self.today

    def _every(self, rules: RegionRules) -> frozenset[str]:
        return frozenset({NO_RULE, *(rule.id for rule in rules.every_rule())})


def _first(rules: RegionRules, context: Mapping[str, Value], day: date) -> str:
    matches = rules.match(context, day)
    return matches.first[0].id if matches.count else NO_RULE


def count_as_begun(rules: RegionRules, changed: frozenset[str], today: date) -> tuple[RegionRules, tuple[Rule, ...]]:
    """The rules with those that are changed and begin later counted as begun; and which these are."""
    waiting = tuple(
        rule
        for rule in rules.every_rule()
        if rule.id in changed and rule.active_from is not None and rule.active_from > today
    )
    if not waiting:
        return rules, ()
    own, global_rules = (_without_period(index, waiting) for index in (rules.own, rules.global_rules))
    return replace(rules, own=own, global_rules=global_rules), waiting


def _without_period(index: Index, waiting: Sequence[Rule]) -> Index:
    return Index.of(
        replace(rule, active_from=None, active_until=None) if rule in waiting else rule for rule in index.rules
    )


def boundaries_of(rules: RegionRules) -> list[date]:
    """The days on which a rule begins or ends, in ascending order."""
    days = {day for rule in rules.every_rule() for day in (rule.active_from, rule.active_until)}
    return sorted(day for day in days if day is not None)
