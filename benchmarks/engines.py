"""The same rules in every engine. Each answers which rules a withdrawal matches, in the same order.

Engines that are not installed are left out; `make bench` installs them all.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any as Anything
from typing import Protocol

from typing_extensions import TypeIs

from app.domain.condition import AllOf, AnyOf, Clause, Condition
from app.domain.fact import Context
from app.domain.index import Index, Matches
from app.domain.predicate import HasAny, OneOf, Range
from app.domain.rule import Rule
from app.service.withdrawal_decoder import withdrawal_of
from app.service.withdrawal_facts import context_of
from benchmarks.rules import TODAY, Request


class Engine(Protocol):
    """Compiled rules. Only `match` is timed."""

    def prepare(self, request: Mapping[str, Anything]) -> Anything:
        """Converts a withdrawal to the engine's own input."""
        ...

    def match(self, prepared: Anything) -> Anything: ...

    def ids(self, found: Anything) -> tuple[list[str], int]:
        """The ids of the first 16 matching rules, and how many match."""
        ...


REMEMBERING = "Forewarn, one like it before"

Compile = Callable[[Sequence[Rule]], Engine]


def engines() -> Iterator[tuple[str, Compile]]:
    """The installed engines by name, ours first."""
    yield "Forewarn", Indexed
    yield REMEMBERING, Remembering
    yield "plain loop", Scanned
    if find_spec("zen"):
        yield "zen-engine", Zen
    if find_spec("rule_engine"):
        yield "rule-engine", RuleEngine
    if find_spec("json_logic"):
        yield "json-logic", JsonLogic


class Indexed:
    """Matches without the cache, because the other engines have none."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._index = Index.of(rules)

    def prepare(self, request: Mapping[str, Anything]) -> Context:
        return withdrawal_of(request).context()

    def match(self, prepared: Context) -> Matches:
        return self._index.match_anew(prepared, TODAY)

    def ids(self, found: Matches) -> tuple[list[str], int]:
        return [rule.id for rule in found.first], found.count


class Remembering(Indexed):
    """Matches with the cache: a withdrawal that is equivalent to an earlier one."""

    def match(self, prepared: Context) -> Matches:
        return self._index.match(prepared, TODAY)


class Scanned(Indexed):
    def match(self, prepared: Context) -> Matches:
        return self._index.scan(prepared, TODAY)


class _ListOfRules:
    """An engine that tries every rule and returns all that match."""

    def prepare(self, request: Mapping[str, Anything]) -> Anything:
        return request

    def ids(self, found: list[str]) -> tuple[list[str], int]:
        return found[:16], len(found)


class Zen(_ListOfRules):
    """A decision table, compiled once, which collects every row that matches."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        zen = import_module("zen")
        self._decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(zen_table(rules))))

    def match(self, prepared: Request) -> Anything:
        return self._decision.evaluate(prepared)

    def ids(self, found: Anything) -> tuple[list[str], int]:
        return super().ids([row["rule"] for row in found["result"] or []])


class RuleEngine(_ListOfRules):
    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [(rule.id, _parsed(rule_engine_text(rule.when))) for rule in rules]

    def prepare(self, request: Mapping[str, Anything]) -> Anything:
        """A flat input: looking up a name costs less than a path."""
        return {_flat(fact): value for fact, value in context_of(request).items()}

    def match(self, prepared: Request) -> list[str]:
        return [name for name, rule in self._rules if rule.matches(prepared)]


@cache
def _parsed(text: str) -> Anything:
    """Shares parsed conditions: parsing is not measured, takes 3 ms per rule, and many rules have the same one."""
    engine = import_module("rule_engine")
    return engine.Rule(text, context=engine.Context(resolver=engine.resolve_item, default_value=None))


class JsonLogic(_ListOfRules):
    def __init__(self, rules: Sequence[Rule]) -> None:
        self._apply = import_module("json_logic").jsonLogic
        self._rules = [(rule.id, json_logic(rule.when)) for rule in rules]

    def match(self, prepared: Request) -> list[str]:
        apply = self._apply
        return [name for name, rule in self._rules if apply(rule, prepared)]


_BOUNDS = (("gt", ">"), ("gte", ">="), ("lt", "<"), ("lte", "<="))


def _bounds(test: Range) -> list[tuple[str, float]]:
    return [(sign, bound) for name, sign in _BOUNDS if (bound := getattr(test, name)) is not None]


class Untranslated(Exception):
    """A predicate that the benchmarks' rules do not use."""


def zen_table(rules: Sequence[Rule]) -> dict[str, object]:
    """One column per fact that a rule tests directly, and one of expressions for nested conditions."""
    columns = sorted({part.fact for rule in rules for part in _parts(rule.when) if _is_cell(part)})
    inputs: list[dict[str, str]] = [{"id": fact, "name": fact, "field": fact} for fact in columns]
    nodes: list[dict[str, object]] = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {
            "id": "table",
            "type": "decisionTableNode",
            "name": "table",
            "content": {
                "hitPolicy": "collect",
                "inputs": [*inputs, {"id": "else", "name": "else"}],
                "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
                "rules": [_zen_row(rule) for rule in rules],
            },
        },
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    ways = (("in", "table"), ("table", "out"))
    return {
        "nodes": [{**node, "position": {"x": 0, "y": 0}} for node in nodes],
        "edges": [{"id": f"{a}-{b}", "type": "edge", "sourceId": a, "targetId": b} for a, b in ways],
    }


def _parts(clause: Clause) -> tuple[Clause, ...]:
    return clause.parts if isinstance(clause, AllOf) else (clause,)


def _is_cell(part: Clause) -> TypeIs[Condition]:
    return isinstance(part, Condition) and isinstance(part.predicate, OneOf | Range)


def _zen_row(rule: Rule) -> dict[str, str]:
    row = {"_id": rule.id, "rule": json.dumps(rule.id)}
    nested = []
    for part in _parts(rule.when):
        if _is_cell(part) and part.fact not in row:
            row[part.fact] = _zen_cell(part)
        else:
            nested.append(f"({zen_expression(part)})")
    return {**row, "else": " and ".join(nested)}


def _zen_cell(condition: Condition) -> str:
    test = condition.predicate
    if isinstance(test, OneOf):
        return ",".join(json.dumps(value) for value in test.values)
    if isinstance(test, Range):
        return " and ".join(f"{sign} {bound}" for sign, bound in _bounds(test))
    raise Untranslated(condition)


def zen_expression(clause: Clause) -> str:
    if isinstance(clause, AllOf | AnyOf):
        word = " and " if isinstance(clause, AllOf) else " or "
        return word.join(f"({zen_expression(part)})" for part in clause.parts)
    fact, test = clause.fact, clause.predicate
    if isinstance(test, OneOf):
        return f"{fact} in {json.dumps(list(test.values))}"
    if isinstance(test, Range):
        return " and ".join([f"{fact} != null", *(f"{fact} {sign} {bound}" for sign, bound in _bounds(test))])
    if isinstance(test, HasAny):
        return f"some({fact} ?? [], # in {json.dumps(list(test.values))})"
    raise Untranslated(clause)


def _flat(fact: str) -> str:
    return fact.replace(".", "_")


def rule_engine_text(clause: Clause) -> str:
    if isinstance(clause, AllOf | AnyOf):
        word = " and " if isinstance(clause, AllOf) else " or "
        return word.join(f"({rule_engine_text(part)})" for part in clause.parts) or "true"
    fact, test = _flat(clause.fact), clause.predicate
    if isinstance(test, OneOf):
        if len(test.values) == 1:
            return f"{fact} == {json.dumps(test.values[0])}"
        return f"{fact} in {json.dumps(list(test.values))}"
    if isinstance(test, Range):
        return " and ".join([f"{fact} != null", *(f"{fact} {sign} {bound}" for sign, bound in _bounds(test))])
    if isinstance(test, HasAny):
        either = " or ".join(f"{json.dumps(value)} in {fact}" for value in test.values)
        return f"{fact} != null and ({either})"
    raise Untranslated(clause)


def json_logic(clause: Clause) -> object:
    if isinstance(clause, AllOf | AnyOf):
        parts = [json_logic(part) for part in clause.parts]
        return {"and" if isinstance(clause, AllOf) else "or": parts} if parts else isinstance(clause, AllOf)
    fact, test = {"var": clause.fact}, clause.predicate
    if isinstance(test, OneOf):
        return {"==": [fact, test.values[0]]} if len(test.values) == 1 else {"in": [fact, list(test.values)]}
    if isinstance(test, Range):
        given = {"!=": [fact, None]}
        return {"and": [given, *({sign: [fact, bound]} for sign, bound in _bounds(test))]}
    if isinstance(test, HasAny):
        return {"or": [{"in": [value, {"var": [clause.fact, []]}]} for value in test.values]}
    raise Untranslated(clause)


_NODE_SIGNS = {">": "greaterThan", ">=": "greaterThanInclusive", "<": "lessThan", "<=": "lessThanInclusive"}


def json_rules(rules: Sequence[Rule]) -> list[dict[str, object]]:
    """The rules in the format of json-rules-engine on Node; `overlaps` is an operator that our server adds."""
    return [{"id": rule.id, "conditions": {"all": [_node(part) for part in _parts(rule.when)]}} for rule in rules]


def _node(clause: Clause) -> dict[str, object]:
    if isinstance(clause, AllOf | AnyOf):
        return {"all" if isinstance(clause, AllOf) else "any": [_node(part) for part in clause.parts]}
    head, _, member = clause.fact.partition(".")
    fact: dict[str, object] = {"fact": head, **({"path": f"$.{member}"} if member else {})}
    test = clause.predicate
    if isinstance(test, OneOf):
        return {**fact, "operator": "in", "value": list(test.values)}
    if isinstance(test, Range):
        return {"all": [{**fact, "operator": _NODE_SIGNS[sign], "value": bound} for sign, bound in _bounds(test)]}
    if isinstance(test, HasAny):
        return {**fact, "operator": "overlaps", "value": list(test.values)}
    raise Untranslated(clause)
