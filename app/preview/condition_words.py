"""Conditions in words, for readers who do not program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.bundle.record import Fact
from app.domain.condition import AllOf, Clause, Condition
from app.domain.fact import Context, Value
from app.domain.predicate import Range, number_in_words
from app.domain.rule import Rule

Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class ValueMeaning:
    """A value with its meaning from facts.yaml."""

    value: str
    means: str | None


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition, read as `fact` `operator` `values` `unit`.

    With a withdrawal, `met` is whether it holds and `given` the value that the withdrawal gives.
    """

    fact: str
    means: str | None
    operator: str
    values: Sequence[ValueMeaning]
    unit: str | None
    met: bool | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """Conditions of which all must be met, or at least one."""

    all: bool
    parts: Sequence["ConditionLine | ConditionGroup"]
    met: bool | None = None


def describe_clause(clause: Clause, facts: Facts, context: Context | None = None) -> ConditionLine | ConditionGroup:
    """A clause in words; with a withdrawal's facts, whether each condition is met."""
    met = None if context is None else clause.holds(context)
    if isinstance(clause, Condition):
        return _line(clause, facts.get(clause.fact), met, context)
    return ConditionGroup(
        isinstance(clause, AllOf), [describe_clause(part, facts, context) for part in clause.parts], met
    )


def unmet_conditions(node: ConditionLine | ConditionGroup) -> Sequence[ConditionLine | ConditionGroup]:
    """Why a clause does not hold: the conditions that are not met."""
    if node.met:
        return ()
    if isinstance(node, ConditionGroup) and (node.all or len(node.parts) == 1):
        return [each for part in node.parts for each in unmet_conditions(part)]
    return [replace(node, parts=[_left(part) for part in node.parts])] if isinstance(node, ConditionGroup) else [node]


def _left(part: ConditionLine | ConditionGroup) -> ConditionLine | ConditionGroup:
    rest = unmet_conditions(part)
    return rest[0] if len(rest) == 1 else ConditionGroup(all=True, parts=rest, met=False)


def _line(condition: Condition, form: Fact | None, met: bool | None, context: Context | None) -> ConditionLine:  # noqa: FBT001  # met or not
    predicate = condition.predicate
    known = form.values if form else {}
    values = [
        ValueMeaning(format_fact_value(value), known.get(value) if isinstance(value, str) else None)
        for value in predicate.values or ()
    ]
    unit = form.unit if form and isinstance(predicate, Range) else None
    given = None
    if context is not None:
        value = context.get(condition.fact)
        given = "not given" if value is None else f"given: {format_fact_value(value)}"
    return ConditionLine(condition.fact, form.means if form else None, predicate.words, values, unit, met, given)


def format_fact_value(value: Value) -> str:
    """A value for readers.

    >>> format_fact_value(12500.0), format_fact_value(True), format_fact_value(["remote_access", "on_a_call"])
    ('12,500', 'yes', 'remote_access, on_a_call')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_in_words(value)
    if isinstance(value, str):
        return value
    return ", ".join(value) or "an empty list"


def format_day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def describe_rule_period(rule: Rule) -> str:
    """When a rule applies. `active_until` is the first day on which it does not."""
    since, until = rule.active_from, rule.active_until
    if since is None and until is None:
        return "always"
    begins = f"from {format_day(since)}" if since else "from now"
    return f"{begins}, and no longer from {format_day(until)} on" if until else f"{begins} on"


def inactive_reason(rule: Rule, today: date) -> str | None:
    """Why a rule does not apply on this day; None where it does."""
    if not rule.enabled:
        return "switched off"
    if rule.active_from is not None and today < rule.active_from:
        return "not yet in force"
    if rule.active_until is not None and rule.active_until <= today:
        return "no longer in force"
    return None
