"""Finds rules that are never shown, because every withdrawal that they match also matches an earlier rule.

Looks at all withdrawals and all days from today on, and at several earlier rules together. Reports nothing where it
would take too long to be sure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.checks.fact_ranges import Ranges
from app.checks.formulas import FormulaBuilder
from app.checks.satisfiability import Domains, Effort, Formula, TooHard, evaluate, propagate, satisfiable
from app.domain.condition import AllOf, Clause, Condition, conditions
from app.domain.predicate import Given, Range
from app.domain.rule import Rule

# Steps allowed for one rule, and for all rules of a region. A rule among 50 others takes about 200.
_EFFORT = 20_000
_EFFORT_OF_ALL = 6_000_000

# Rules treat the day as one more number. No fact can have this name.
_DAY = "\0day"

# A region's time zone may be a day behind that of the person who checks.
_BEHIND = timedelta(days=1)

_ABSENT = Given(expected=False)


@dataclass(frozen=True, slots=True)
class ShadowedRule:
    """`by` is a smallest set of earlier rules that shadows `rule`, by precedence."""

    rule: Rule
    by: tuple[Rule, ...]


def shadowed_rules(
    own: Sequence[Rule], joining: Sequence[Rule], today: date, ranges: Ranges | None = None
) -> Iterator[ShadowedRule]:
    """A region's own rules that are never shown. `joining` are the global rules that compete with them."""
    ours = {rule.id for rule in own}
    effort = Effort(_EFFORT_OF_ALL)
    try:
        order = _Order([*own, *joining], today, effort, ranges)
        for place, rule in enumerate(order.rules):
            if rule.id in ours:
                by = order.before(place, effort)
                if by:
                    yield ShadowedRule(rule, by)
    except TooHard:
        return


@dataclass(frozen=True, slots=True)
class _Entry:
    """A rule as formulas. `asked` are the facts that it names, `needed` those without which it never matches."""

    rule: Rule
    formula: Formula
    negated: Formula
    asked: frozenset[str]
    needed: frozenset[str]


class _Order:
    """The enabled rules of one region, by precedence."""

    def __init__(self, rules: Sequence[Rule], today: date, effort: Effort, ranges: Ranges | None) -> None:
        self.rules = sorted((rule for rule in rules if rule.enabled), key=lambda rule: rule.precedence)
        clauses = [_with_period(rule) for rule in self.rules]
        from_now_on = Condition(_DAY, Range(gte=(today - _BEHIND).toordinal()))
        self._builder = FormulaBuilder([from_now_on, *clauses], effort, ranges)
        self._from_now_on = self._builder.formula(from_now_on)
        self._entries = [self._entry(rule, clause) for rule, clause in zip(self.rules, clauses, strict=True)]
        self._facts = frozenset().union(*(entry.asked for entry in self._entries))
        # An absent fact meets the fewest conditions, unless a rule asks for its absence.
        self._always_open = {_DAY}.union(*map(_absence_asked, clauses))

    def before(self, place: int, effort: Effort) -> tuple[Rule, ...]:
        """The rules that together shadow the one in this place; empty if they do not, or if that is not certain."""
        own = Effort(min(_EFFORT, effort.left))
        allowed = own.left
        try:
            return self._before(self._entries[place], self._entries[:place], own)
        except TooHard:
            return ()
        finally:
            effort.spend(allowed - max(own.left, 0))

    def _before(self, entry: _Entry, earlier: Sequence[_Entry], effort: Effort) -> tuple[Rule, ...]:
        left_over = propagate([entry.formula, self._from_now_on], self._domains(entry), effort)
        if left_over is None:
            return ()
        domains, ours = left_over
        effort.spend(len(earlier) // 8)
        here = entry.asked | self._always_open
        rivals = [
            other for other in earlier if other.needed <= here and evaluate(other.formula, domains, effort) is not False
        ]
        if not rivals or _escapes(ours, rivals, domains, effort) or not satisfiable(ours, domains, effort):
            return ()
        return tuple(other.rule for other in _fewest(ours, rivals, domains, effort))

    def _domains(self, entry: _Entry) -> Domains:
        domains = self._builder.everything()
        for fact in self._facts - entry.asked - self._always_open:
            self._builder.leave_out(fact, domains)
        return domains

    def _entry(self, rule: Rule, clause: Clause) -> _Entry:
        formula = self._builder.formula(clause)
        asked = frozenset(condition.fact for condition in conditions(clause))
        return _Entry(rule, formula, self._builder.negated(formula), asked, _needed(clause) or frozenset())


def _escapes(ours: Sequence[Formula], rivals: Iterable[_Entry], domains: Domains, effort: Effort) -> bool:
    """Whether some withdrawal meets `ours` and none of the rivals."""
    return satisfiable([*ours, *(rival.negated for rival in rivals)], domains, effort)


def _fewest(ours: Sequence[Formula], rivals: list[_Entry], domains: Domains, effort: Effort) -> list[_Entry]:
    """One rival if one is enough, else a set of rivals none of which can be left out."""
    for rival in rivals:
        if not _escapes(ours, [rival], domains, effort):
            return [rival]
    needed = rivals
    for rival in reversed(rivals):
        fewer = [other for other in needed if other is not rival]
        if not _escapes(ours, fewer, domains, effort):
            needed = fewer
    return needed


def _with_period(rule: Rule) -> Clause:
    since, until = rule.active_from, rule.active_until
    if since is None and until is None:
        return rule.when
    days = Range(gte=since.toordinal() if since else None, lt=until.toordinal() if until else None)
    return AllOf((rule.when, Condition(_DAY, days)))


def _needed(clause: Clause) -> frozenset[str] | None:
    """The facts without which the clause never holds; None if it never holds at all."""
    if isinstance(clause, Condition):
        return frozenset() if clause.predicate == _ABSENT else frozenset({clause.fact})
    parts = [_needed(part) for part in clause.parts]
    possible_parts = [part for part in parts if part is not None]
    if isinstance(clause, AllOf):
        return frozenset().union(*possible_parts) if len(possible_parts) == len(parts) else None
    return frozenset.intersection(*possible_parts) if possible_parts else None


def _absence_asked(clause: Clause) -> set[str]:
    return {each.fact for each in conditions(clause) if each.predicate == _ABSENT}
