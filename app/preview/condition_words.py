"""Conditions in words, for readers who do not program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.authoring.facts_file import FactForm
from app.domain.condition import AllOf, Clause, Condition
from app.domain.fact import Context, Value
from app.domain.predicate import Range, number_in_words
from app.domain.rule import Rule

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

Facts = Mapping[str, FactForm]


@dataclass(frozen=True, slots=True)
class Named:
    """A value, and what facts.yaml says that it means."""

    value: str
    means: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: `fact` `says` `values` `unit`. With a withdrawal: whether it is met, and what was seen."""

    fact: str
    means: str | None
    says: str
    values: Sequence[Named]
    unit: str | None
    met: bool | None = None
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all, or any one, must be met."""

    all: bool
    parts: Sequence["Line | Group"]
    met: bool | None = None


def spelled(clause: Clause, facts: Facts, context: Context | None = None) -> Line | Group:
    """A clause in words; with a withdrawal's facts, how each condition came out."""
    met = None if context is None else clause.holds(context)
    if isinstance(clause, Condition):
        return _line(clause, facts.get(clause.fact), met, context)
    return Group(isinstance(clause, AllOf), [spelled(part, facts, context) for part in clause.parts], met)


def unmet(node: Line | Group) -> Sequence[Line | Group]:
    """Why a clause does not hold: of conditions that must all be met, those alone that are not."""
    if node.met:
        return ()
    if isinstance(node, Group) and (node.all or len(node.parts) == 1):
        return [each for part in node.parts for each in unmet(part)]
    return [replace(node, parts=[_left(part) for part in node.parts])] if isinstance(node, Group) else [node]


def _left(part: Line | Group) -> Line | Group:
    rest = unmet(part)
    return rest[0] if len(rest) == 1 else Group(all=True, parts=rest, met=False)


def _line(condition: Condition, form: FactForm | None, met: bool | None, context: Context | None) -> Line:  # noqa: FBT001  # met or not
    predicate = condition.predicate
    known = form.values if form else {}
    values = [
        Named(shown(value), known.get(value) if isinstance(value, str) else None) for value in predicate.values or ()
    ]
    unit = form.unit if form and isinstance(predicate, Range) else None
    seen = None
    if context is not None:
        given = context.get(condition.fact)
        seen = "not given" if given is None else f"given: {shown(given)}"
    return Line(condition.fact, form.means if form else None, predicate.words, values, unit, met, seen)


def shown(value: Value) -> str:
    """A value as people read it.

    >>> shown(12500.0), shown(True), shown(["remote_access", "on_a_call"])
    ('12,500', 'yes', 'remote_access, on_a_call')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number_in_words(value)
    if isinstance(value, str):
        return value
    return ", ".join(value) or "an empty list"


def spelled_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def period(rule: Rule) -> str:
    """When a rule is asked. `active_until` is its first day off."""
    since, until = rule.active_from, rule.active_until
    if since is None and until is None:
        return "always"
    begins = f"from {spelled_day(since)}" if since else "from now"
    return f"{begins}, and no longer from {spelled_day(until)} on" if until else f"{begins} on"


def standing(rule: Rule, today: date) -> str | None:
    """Why a rule is not asked on this day; None where it is."""
    if not rule.enabled:
        return "switched off"
    if rule.active_from is not None and today < rule.active_from:
        return "not yet in force"
    if rule.active_until is not None and rule.active_until <= today:
        return "no longer in force"
    return None
