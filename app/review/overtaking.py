"""Which rules a changed rule is now shown instead of: decided for all withdrawals, not only for the examples."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import merge

from app.checks.formulas import FormulaBuilder
from app.checks.satisfiability import Effort, Formula, TooHard, solution
from app.domain.decision import RegionRules
from app.domain.fact import Value
from app.domain.region import GlobalRules
from app.domain.rule import Rule

# Steps for one pair of rules, and for all pairs of a region. A shipped pair takes 45 on average, 8,500 at most.
_EFFORT = 100_000
_EFFORT_OF_ALL = 8_000_000


@dataclass(frozen=True, slots=True)
class Overtaking:
    """`withdrawal` was answered by `rule` and is now answered by `by`."""

    rule: Rule
    by: Rule
    withdrawal: Mapping[str, Value]


def overtakings(before: RegionRules, after: RegionRules, changed: frozenset[str], today: date) -> Iterator[Overtaking]:
    """One for each pair of rules, of which the first still exists. `changed` are the ids of changed and new rules.

    Leaves out pairs for which it would take too long to be sure.
    """
    effort = Effort(_EFFORT_OF_ALL)
    try:
        yield from _Region(before, after, today, effort).overtakings(changed)
    except TooHard:
        return


class _Order:
    """The rules of one side that may be shown, the first that matches first; their formulas, and these negated."""

    def __init__(self, rules: list[Rule], builder: FormulaBuilder) -> None:
        self.rules = rules
        self._formulas = [builder.formula(rule.when) for rule in rules]
        self._negated = [builder.negated(formula) for formula in self._formulas]

    def shown(self, place: int) -> list[Formula]:
        """What the withdrawals have in common for which the rule in this place is shown."""
        return [self._formulas[place], *self._negated[:place]]


class _Region:
    def __init__(self, before: RegionRules, after: RegionRules, today: date, effort: Effort) -> None:
        old, new = _in_order(before, today), _in_order(after, today)
        self._effort = effort
        self._builder = FormulaBuilder([rule.when for rule in (*old, *new)], effort)
        self._before, self._after = _Order(old, self._builder), _Order(new, self._builder)

    def overtakings(self, changed: frozenset[str]) -> Iterator[Overtaking]:
        now = {rule.id: rule for rule in self._after.rules}
        for j, by in enumerate(self._after.rules):
            for i, rule in enumerate(self._before.rules):
                stays = rule.id in now and rule.id != by.id
                moved = by.id in changed or (stays and now[rule.id].precedence != rule.precedence)
                if stays and moved:
                    found = self._withdrawal(i, j)
                    if found is not None:
                        yield Overtaking(rule, by, found)

    def _withdrawal(self, i: int, j: int) -> dict[str, Value] | None:
        own = Effort(min(_EFFORT, self._effort.left))
        allowed = own.left
        try:
            demands = [*self._before.shown(i), *self._after.shown(j)]
            found = solution(demands, self._builder.everything(), own)
            return None if found is None else self._builder.withdrawal(found)
        except TooHard:
            return None
        finally:
            self._effort.spend(allowed - max(own.left, 0))


def _in_order(rules: RegionRules, today: date) -> list[Rule]:
    """A rule that begins later counts as begun."""
    own, others = (
        [rule for rule in index.rules if rule.enabled and (rule.active_until is None or rule.active_until > today)]
        for index in (rules.own, rules.global_rules)
    )
    if rules.joining is GlobalRules.OFF:
        return own
    return [*own, *others] if rules.joining is GlobalRules.FALLBACK else list(merge(own, others, key=_precedence))


def _precedence(rule: Rule) -> tuple[int, int, str]:
    return rule.precedence
