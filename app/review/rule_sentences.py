"""Describes rules in words, for reviewers who do not read YAML."""

from collections.abc import Iterator, Mapping

from app.authoring.rule_file import RuleFile
from app.domain.condition import AllOf, AnyOf, Clause, Condition
from app.domain.predicate import Predicate


def describe_conditions(clause: Clause) -> list[str]:
    """One line for each condition; the conditions of a group are indented below it."""
    if isinstance(clause, AllOf) and not clause.parts:
        return ["every withdrawal"]
    parts = clause.parts if isinstance(clause, AllOf) else (clause,)
    return [line for part in parts for line in _lines(part, 0)]


def _lines(clause: Clause, depth: int) -> Iterator[str]:
    indent = "    " * depth
    if isinstance(clause, Condition):
        yield f"{indent}{clause.fact} {_predicate(clause.predicate)}"
        return
    if not clause.parts:
        yield f"{indent}{'nothing further' if isinstance(clause, AllOf) else 'never (an empty any)'}"
        return
    yield f"{indent}{'one of these holds:' if isinstance(clause, AnyOf) else 'all of these hold:'}"
    for part in clause.parts:
        yield from _lines(part, depth + 1)


def _predicate(predicate: Predicate) -> str:
    return predicate.words if predicate.values is None else f"{predicate.words} {_join(predicate.values)}"


def _join(values: tuple[object, ...]) -> str:
    return ", ".join(format_yaml_value(value) for value in values) if values else "(nothing)"


def format_yaml_value(value: object) -> str:
    """A value as people write it: `1,000`, `yes`; text stays as it is."""
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        whole = int(value) if float(value).is_integer() and abs(value) < 2**53 else value
        return f"{whole:,}"
    if isinstance(value, list | tuple):
        return f"[{_join(tuple(value))}]"
    return str(value)


def format_as_typed(value: object) -> str:
    """As `format_yaml_value`, but a number without commas: it may be one to call.

    >>> format_as_typed(18222)
    '18222'
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else format_yaml_value(value)


def plural(count: int, noun: str) -> str:
    """
    >>> plural(1, "rule"), plural(2000, "text")
    ('1 rule', '2,000 texts')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def describe_example(given: Mapping[str, object]) -> str:
    """The facts of an example withdrawal."""
    return (
        ", ".join(f"{name} {format_yaml_value(value)}" for name, value in given.items()) or "a withdrawal with no facts"
    )


def describe_period(rule: RuleFile) -> str:
    since, until = rule.active.since, rule.active.until
    if since is None and until is None:
        return "always"
    first = f"from {since}" if since else ""
    return f"{first} until {until}, that day excluded".lstrip() if until else f"{first} on"


def describe_presentation(mode: str, seconds: int, acknowledge: str) -> str:
    wait = f"{seconds} s before the user can continue" if seconds else "no waiting"
    return f"{mode}, {wait}, {'a checkbox' if acknowledge == 'checkbox' else 'no checkbox'}"
