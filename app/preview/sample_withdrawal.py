"""Finds a withdrawal that a rule matches, so that its alert can be shown filled in."""

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any as AnyValue

from app.domain.condition import AllOf, Clause, Condition
from app.domain.fact import FACTS, Context, Kind, Value, kind_of
from app.domain.predicate import Range

# The defaults of a withdrawal. The address is the example of docs/integration.md.
ADDRESS = "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE"
USUAL: Mapping[str, Value] = {"asset": "USDT", "network": "TRON", "amount_usd": 2500}

# Where a rule or its example names the asset, the network must be one that supports it.
_NETWORKS = {"BTC": "BITCOIN", "ETH": "ETHEREUM", "USDT": "TRON", "USDC": "ETHEREUM", "SOL": "SOLANA", "TRX": "TRON"}
_WORTH_A_DOLLAR = {"USDT", "USDC", "DAI", "FDUSD", "PYUSD"}
_AMOUNT = "0.25"  # for assets not worth a dollar: a preview does not convert prices

_USUAL_TEXT = "other"
_MAX_COMBINATIONS = 256  # combinations of `any` branches that are tried

Body = dict[str, AnyValue]


def context_for(when: Clause, example: Context | None = None) -> dict[str, Value]:
    """The facts of a withdrawal that meets `when`: those of `example`, completed with defaults.

    Without an example that meets `when`, the facts are derived from the conditions. Where that fails (a condition that
    cannot be met), the facts are the defaults.
    """
    given = {fact: value for fact, value in (example or {}).items() if _fits(fact, value)}
    facts = given if example is not None and when.holds(given) else _derived(when)
    usual = dict(USUAL)
    if "asset" in facts and "network" not in facts:
        network = _NETWORKS.get(str(facts["asset"]))
        usual = {**usual, "network": network} if network else {"amount_usd": usual["amount_usd"]}
    for fact, value in usual.items():
        filled = {**facts, fact: value}
        if fact not in facts and (when.holds(filled) or not when.holds(facts)):
            facts = filled
    return facts


def body_of(context: Context, *, region: str, languages: list[str]) -> Body:
    """The body of an assessment that gives these facts."""
    body: Body = {
        "withdrawal_id": "preview",
        "user_id": "preview",
        "region": region,
        "languages": languages,
        "amount": _amount(context),
        "destination": {"address": ADDRESS},
    }
    for fact, value in context.items():
        group, dot, member = fact.partition(".")
        written = list(value) if isinstance(value, list | tuple) else value
        if dot:
            body.setdefault(group, {})[member] = written
        else:
            body[fact] = written
    return body


def _fits(fact: str, value: object) -> bool:
    """Whether a request could give this value. `check` only warns of a bad example, so it must not fail here."""
    if isinstance(value, list):
        return FACTS.get(fact, Kind.SET) is Kind.SET and all(isinstance(item, str) for item in value)
    return isinstance(value, str | bool | int | float) and FACTS.get(fact, kind_of(value)) is kind_of(value)


def _amount(context: Context) -> str:
    """The amount in the asset's own unit."""
    if context.get("asset", "USDT") not in _WORTH_A_DOLLAR:
        return _AMOUNT
    worth = context.get("amount_usd", USUAL["amount_usd"])
    return f"{worth:.2f}"


def _derived(when: Clause) -> dict[str, Value]:
    for combination in islice(_combinations(when), _MAX_COMBINATIONS):
        facts = _values(combination)
        if when.holds(facts):
            return facts
    return {}


def _combinations(clause: Clause) -> Iterator[tuple[Condition, ...]]:
    """The sets of conditions each of which satisfies the clause."""
    if isinstance(clause, Condition):
        yield (clause,)
    elif isinstance(clause, AllOf):
        for choice in product(*(list(islice(_combinations(part), _MAX_COMBINATIONS)) for part in clause.parts)):
            yield tuple(condition for combination in choice for condition in combination)
    else:
        for part in clause.parts:
            yield from _combinations(part)


def _values(conditions: tuple[Condition, ...]) -> dict[str, Value]:
    """A value for each fact that meets all its conditions, where there is a simple one."""
    by_fact: dict[str, list[Condition]] = {}
    for condition in conditions:
        by_fact.setdefault(condition.fact, []).append(condition)
    values: dict[str, Value] = {}
    for fact, of_fact in by_fact.items():
        for value in _candidates(fact, of_fact):
            if value is not None and all(condition.predicate.holds(value) for condition in of_fact):
                values[fact] = value
                break
    return values


def _candidates(fact: str, conditions: list[Condition]) -> Iterator[Value | None]:
    predicates = [condition.predicate for condition in conditions]
    for predicate in predicates:
        yield from _numbers(predicate) if isinstance(predicate, Range) else predicate.constants
    demands = [predicate.members for predicate in predicates if predicate.members is not None]
    for values in product(*(values for demand in demands for values in demand.required)) if demands else ():
        yield list(dict.fromkeys(values))
    if demands:
        yield []
    yield USUAL.get(fact)
    yield from _usual(FACTS.get(fact))
    yield from (_USUAL_TEXT, "unknown", False, True, 0, 1)


def _numbers(bounded: Range) -> Iterator[float]:
    """Simple ones first: 300 for `gte: 300`, 301 for `gt: 300`."""
    bounds = bounded.constants
    for bound in bounds:
        yield from (bound, bound + 1, bound - 1)
    yield (min(bounds) + max(bounds)) / 2


def _usual(kind: Kind | None) -> tuple[Value, ...]:
    usual: dict[Kind, tuple[Value, ...]] = {
        Kind.TEXT: (_USUAL_TEXT,),
        Kind.FLAG: (True, False),
        Kind.NUMBER: (1, 0),
        Kind.SET: ([],),
    }
    return usual[kind] if kind is not None else ()
