"""Which alert a withdrawal gets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice

from app.domain.fact import Context
from app.domain.index import NAMED_LIMIT, Index, Matches, Named
from app.domain.region import GlobalRules
from app.domain.rule import Rule


@dataclass(frozen=True, slots=True)
class RegionRules:
    """The rules that decide in one region: its own, and how those of `global` join them."""

    own: Index
    global_rules: Index
    joining: GlobalRules

    def match(self, context: Context, today: date) -> Matches:
        """All matches by severity, then priority, then rule id; the first is the alert to show."""
        own = self.own.match(context, today)
        # What `GlobalRules.apply` says, without the call.
        if self.joining is GlobalRules.OFF or (self.joining is GlobalRules.FALLBACK and own.count):
            return own
        return _together(own, self.global_rules.match(context, today))

    def every_rule(self) -> Iterator[Rule]:
        """The region's own rules, then the global ones, each by precedence."""
        yield from self.own.rules
        yield from self.global_rules.rules

    def scan(self, context: Context, today: date) -> Matches:
        """What `match` answers, found by trying every rule."""
        own = self.own.scan(context, today)
        if not self.joining.apply(own_match=own.count > 0):
            return own
        return _together(own, self.global_rules.scan(context, today))


def _together(own: Matches, others: Matches) -> Matches:
    if not own.count or not others.count:
        return own if own.count else others
    first = merge(own.first, others.first, key=lambda rule: rule.precedence)
    return Matches(Named.of(islice(first, NAMED_LIMIT)), own.count + others.count)
