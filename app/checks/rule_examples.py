"""Checks that a rule does what its examples say."""

from collections.abc import Iterator, Mapping
from math import isfinite

from app.authoring.condition_syntax import NEVER_FACTS
from app.authoring.fields import TEXT_LIMIT
from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.rule_file import MATCH, NO_MATCH, Example, RuleFile
from app.authoring.suggestions import as_flag, as_number, did_you_mean, flow, found, quoted
from app.checks.fact_ranges import Ranges, impossible
from app.domain.condition import ALWAYS, AnyOf, Clause, Condition
from app.domain.fact import ATTRIBUTE_PREFIX, FACTS, Kind, Value

_EXPECTED = {Kind.TEXT: "text", Kind.FLAG: "`true` or `false`", Kind.NUMBER: "a number", Kind.SET: "a list of text"}
_REASONS_SHOWN = 3


def example_warnings(rule: RuleFile, when: Clause | None, ranges: Ranges) -> Iterator[Finding]:
    """`when` is the rule's condition; None if it cannot be read, and then no example is tried.

    Examples are tried even if the rule is disabled or outside its period.
    """
    for i, example in enumerate(rule.examples):
        yield from _try(example, when, ("examples", i), ranges)


def missing_examples(rule: RuleFile, when: Clause) -> Iterator[Finding]:
    shown = {example.expect for example in rule.examples}
    wanted = (MATCH,) if when == ALWAYS else (MATCH, NO_MATCH)
    lacking = [f"`expect: {kind}`" for kind in wanted if kind not in shown]
    if lacking:
        message = f"no example with {' and none with '.join(lacking)}"
        hint = "add it under `examples`: it shows reviewers what the rule is for"
        yield Finding(Code.MISSING_EXAMPLE, ("examples",), message, hint, Spot.KEY)


def _try(example: Example, when: Clause | None, where: Path, ranges: Ranges) -> Iterator[Finding]:
    faults = [
        *_given_warnings(example.given, (*where, "given")),
        *_numbers_out_of_range(example.given, (*where, "given"), ranges),
    ]
    yield from faults
    if faults or when is None:
        return
    context: Mapping[str, Value] = {fact: value for fact, value in example.given.items() if value is not None}  # type: ignore[misc]  # checked above
    matches = when.holds(context)
    if matches == (example.expect == MATCH):
        return
    message = "this withdrawal matches" if matches else f"this withdrawal does not match: {_reasons(when, context)}"
    yield Finding(Code.EXAMPLE_FAILED, (*where, "expect"), message, "correct the example or the rule")


def _reasons(clause: Clause, context: Mapping[str, Value]) -> str:
    unmet = list(_unmet(clause, context))
    more = f" and {len(unmet) - _REASONS_SHOWN} more" if len(unmet) > _REASONS_SHOWN else ""
    return "; ".join(unmet[:_REASONS_SHOWN]) + more


def _unmet(clause: Clause, context: Mapping[str, Value]) -> Iterator[str]:
    if clause.holds(context):
        return
    if isinstance(clause, Condition):
        seen = context.get(clause.fact)
        given = "not given" if seen is None else f"given {flow(seen)}"
        yield f"`{clause.fact}: {flow(clause.predicate.source())}` is not met ({given})"
    elif isinstance(clause, AnyOf):
        yield f"none of the {len(clause.parts)} conditions under `any` is met"
    else:
        for part in clause.parts:
            yield from _unmet(part, context)


def _given_warnings(given: Mapping[str, object], where: Path) -> Iterator[Finding]:
    for name, value in given.items():
        inside = (*where, name)
        if name in FACTS:
            kind = FACTS[name]
            if value is not None and not _is(kind, value):
                message = f"expected {_EXPECTED[kind]}, found {found(value)}"
                instead = _written(kind, value) or f"no request could give this as `{name}`"
                yield Finding(Code.EXAMPLE_VALUE, inside, message, instead)
        elif name.startswith(ATTRIBUTE_PREFIX) and len(name) > len(ATTRIBUTE_PREFIX):
            if value is not None and not any(_is(kind, value) for kind in Kind):
                yield Finding(Code.EXAMPLE_VALUE, inside, f"no attribute can be {found(value)}")
        else:
            hint = None if name in NEVER_FACTS else did_you_mean(name, FACTS)
            yield Finding(Code.EXAMPLE_FACT, inside, f"{quoted(name)} is not a fact", hint, Spot.KEY)


def _numbers_out_of_range(given: Mapping[str, object], where: Path, ranges: Ranges) -> Iterator[Finding]:
    for name, value in given.items():
        if isinstance(value, int | float) and name in ranges and not isinstance(value, bool):
            allowed = ranges[name]
            if not allowed.holds(value):
                yield impossible(Code.EXAMPLE_VALUE, (*where, name), name, value, allowed)


def _written(kind: Kind, value: object) -> str | None:
    """A hint with the value that was probably meant."""
    if kind is Kind.FLAG and not isinstance(value, list | dict):
        return as_flag(value)
    if kind is Kind.SET and isinstance(value, str):
        return f"write [{value}]"
    return as_number(value) if kind is Kind.NUMBER and isinstance(value, str) else None


def _is(kind: Kind, value: object) -> bool:
    if kind is Kind.SET:
        return isinstance(value, list) and len(value) <= 32 and all(_is(Kind.TEXT, item) for item in value)
    if kind is Kind.TEXT:
        return isinstance(value, str) and len(value) <= TEXT_LIMIT
    if kind is Kind.FLAG:
        return isinstance(value, bool)
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
