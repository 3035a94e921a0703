"""Rules in words, for reviewers who do not read YAML."""

from collections.abc import Iterator

from app.authoring.rule_file import RuleFile
from app.domain.condition import AllOf, AnyOf, Clause, Condition
from app.domain.predicate import Predicate


def conditions_in_words(clause: Clause) -> list[str]:
    """One line a condition, those of a group indented below it."""
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
    return predicate.words if predicate.values is None else f"{predicate.words} {listed(predicate.values)}"


def listed(values: tuple[object, ...] | list[object] | tuple[str, ...]) -> str:
    return ", ".join(shown(value) for value in values) if values else "(nothing)"


def shown(value: object) -> str:
    """A value as people write it: 1,000 and yes, and a text as it is."""
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        whole = int(value) if float(value).is_integer() and abs(value) < 2**53 else value
        return f"{whole:,}"
    if isinstance(value, list | tuple):
        return f"[{listed(tuple(value))}]"
    return str(value)


def given_in_words(given: dict[str, object]) -> str:
    """The withdrawal of an example."""
    return ", ".join(f"{name} {shown(value)}" for name, value in given.items()) or "a withdrawal with no facts"


def period_in_words(rule: RuleFile) -> str:
    since, until = rule.active.since, rule.active.until
    if since is None and until is None:
        return "always"
    first = f"from {since}" if since else ""
    return f"{first} until {until}, that day no longer".lstrip() if until else f"{first} on"


def presentation_in_words(mode: str, seconds: int, acknowledge: str) -> str:
    wait = f"{seconds} s before the user can go on" if seconds else "no waiting"
    return f"{mode}, {wait}, {'a box to tick' if acknowledge == 'checkbox' else 'no box to tick'}"
