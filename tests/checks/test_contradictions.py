"""Contradictory and redundant conditions are reported exactly where there are any."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.condition_syntax import Parsed, parse
from app.checks.contradictions import contradictions
from app.checks.formulas import FormulaBuilder
from app.checks.satisfiability import Effort, satisfiable
from app.domain.condition import ALWAYS, AllOf, AnyOf, Clause, Condition
from tests.checks.folders import RULE, RULE_PATH, checked, marked
from tests.checks.small_world import whens, withdrawals

FACTS = ("amount_usd", "session.signals", "destination.first_use")
OTHER_FACTS = ("asset", "attributes.x")


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            "all: [{amount_usd: {gte: 1000}}, {amount_usd: §{lt: 500}}]",
            "`amount_usd: {lt: 500}` can never be met together with `amount_usd: {gte: 1000}`",
        ),
        ("amount_usd: §{gte: 1000, lt: 500}", "`amount_usd: {gte: 1000, lt: 500}` can never be met"),
        ("amount_usd: §{gt: 10, lte: 10}", "`amount_usd: {gt: 10, lte: 10}` can never be met"),
        ("amount_usd: §{lt: 0}", "`amount_usd: {lt: 0}` can never be met"),
        (
            "declared_purpose: investment\n  all: [{declared_purpose: {not: §investment}}]",
            "`declared_purpose: {not: investment}` can never be met together with `declared_purpose: investment`",
        ),
        (
            "declared_purpose: investment\n  all: [{declared_purpose: §gift}]",
            "`declared_purpose: gift` can never be met together with `declared_purpose: investment`",
        ),
        (
            "declared_purpose: [investment, gift]\n  all: [{declared_purpose: {not_in: §[gift, investment]}}]",
            (
                "`declared_purpose: {not_in: [gift, investment]}` can never be met together with "
                "`declared_purpose: [investment, gift]`"
            ),
        ),
        (
            "amount_usd: {given: false}\n  all: [{amount_usd: §{gte: 1}}]",
            "`amount_usd: {gte: 1}` can never be met together with `amount_usd: {given: false}`",
        ),
        (
            "session.signals: {all: [remote_access, on_a_call], none: §[on_a_call]}",
            (
                "`session.signals: {none: [on_a_call]}` can never be met together with "
                "`session.signals: {all: [remote_access, on_a_call]}`"
            ),
        ),
        (
            "session.signals: {any: [remote_access, on_a_call], none: §[on_a_call, remote_access]}",
            (
                "`session.signals: {none: [on_a_call, remote_access]}` can never be met together with "
                "`session.signals: {any: [remote_access, on_a_call]}`"
            ),
        ),
        (
            "destination.first_use: true\n  all: [{asset: BTC}, {destination.first_use: §false}]",
            "`destination.first_use: false` can never be met together with `destination.first_use: true`",
        ),
        (
            "declared_purpose: [investment, §gift]\n  all: [{declared_purpose: {not: gift}}]",
            "`declared_purpose: gift` can never be met together with `declared_purpose: {not: gift}`",
        ),
        (
            "session.signals: {any: [§remote_access, on_a_call], none: [remote_access]}",
            (
                "`session.signals: {any: [remote_access]}` can never be met together with "
                "`session.signals: {none: [remote_access]}`"
            ),
        ),
        (
            "attributes.cash: {gte: 1}\n  all: [{attributes.cash: §a}]",
            "`attributes.cash: a` can never be met together with `attributes.cash: {gte: 1}`",
        ),
        (
            "asset: BTC\n  §any: [{asset: USDT}, {asset: {given: false}}]",
            "one of the 2 conditions under `any` can never be met together with `asset: BTC`",
        ),
        (
            "§any: [{amount_usd: {lt: 0}}, {amount_usd: {gt: 1, lt: 1}}]",
            "no condition under this `any` can ever be met",
        ),
        (
            "asset: BTC\n  any:\n    - asset: §USDT\n    - amount_usd: {gte: 10}",
            "`asset: USDT` can never be met together with `asset: BTC`",
        ),
        (
            "any:\n    - {amount_usd: {gte: 10}, all: [{amount_usd: §{lt: 10}}]}\n    - asset: BTC",
            "`amount_usd: {lt: 10}` can never be met together with `amount_usd: {gte: 10}`",
        ),
        (
            "any:\n    - {asset: BTC, any: [{asset: §USDT}, {amount_usd: {gte: 10}}]}\n    - asset: USDT",
            "`asset: USDT` can never be met together with `asset: BTC`",
        ),
    ],
)
def test_conditions_that_exclude_each_other(tmp_path: Path, when: str, message: str) -> None:
    at = marked(RULE.split("when:")[0] + f"when:\n  {when}\n")

    [problem] = [p for p in checked(tmp_path, {RULE_PATH: at.text}).problems if p.code in {"never-met", "adds-nothing"}]

    assert (problem.line, problem.column, problem.code, problem.message) == (at.line, at.column, "never-met", message)


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            "all: [{amount_usd: {gte: 1000}}, {amount_usd: §{gte: 500}}]",
            "`amount_usd: {gte: 500}` is redundant beside `amount_usd: {gte: 1000}`",
        ),
        (
            "asset: USDT\n  all: [{asset: {not: §BTC}}]",
            "`asset: {not: BTC}` is redundant beside `asset: USDT`",
        ),
        (
            "all: [{asset: BTC}, {asset: §BTC}]",
            "`asset: BTC` is redundant beside `asset: BTC`",
        ),
        (
            "amount_usd: {gte: 500}\n  any: [{asset: USDT, amount_usd: §{gte: 50}}, {asset: BTC}]",
            "`amount_usd: {gte: 50}` is redundant beside `amount_usd: {gte: 500}`",
        ),
        (
            "any: [{amount_usd: §{gte: 1000}}, {amount_usd: {gte: 500}}]",
            "`amount_usd: {gte: 1000}` is redundant: whatever meets it also meets `amount_usd: {gte: 500}`",
        ),
        (
            "any: [{asset: USDT}, {asset: §USDT, amount_usd: {gte: 500}}]",
            "`asset: USDT` with `amount_usd: {gte: 500}` is redundant: whatever meets it also meets `asset: USDT`",
        ),
        ("asset: [USDT, BTC, §USDT]", "`USDT` is in this list twice"),
        ("session.signals: {any: [on_a_call, §on_a_call]}", "`on_a_call` is in this list twice"),
        (
            "any: [{asset: USDT}, {asset: §USDT}]",
            "`asset: USDT` is redundant: whatever meets it also meets `asset: USDT`",
        ),
    ],
)
def test_conditions_that_ask_nothing(tmp_path: Path, when: str, message: str) -> None:
    at = marked(RULE.split("when:")[0] + f"when:\n  {when}\n")

    [problem] = [p for p in checked(tmp_path, {RULE_PATH: at.text}).problems if p.code in {"never-met", "adds-nothing"}]

    assert (problem.line, problem.column, problem.code, problem.message) == (
        at.line,
        at.column,
        "adds-nothing",
        message,
    )


@pytest.mark.parametrize(
    "when",
    [
        {"amount_usd": {"gte": 10, "lte": 10}},
        {"amount_usd": {"gt": 2**53, "lt": 2**53 + 2}},  # a whole number lies there, though no float does
        {"amount_usd": {"gte": 0}},
        {"amount_usd": {"given": True, "gte": 10}},
        {"session.signals": {"all": []}},
        {"session.signals": {"any": ["a"], "none": ["b"]}},
        {"all": [{"attributes.x": {"not": 1}}, {"attributes.x": {"not": True}}, {"attributes.x": {"not": "1"}}]},
        {"attributes.x": {"lt": 0}},
        {"any": [{"asset": "BTC"}, {"asset": "USDT", "amount_usd": {"gte": 1}}]},
        {"all": [], "asset": "BTC"},
        {"any": [{}, {"all": []}]},
    ],
)
def test_silent_about_what_can_be_met(when: dict[str, object]) -> None:
    assert list(contradictions(parse(when))) == []


@pytest.mark.parametrize(
    ("when", "hint"),
    [
        ({"all": [{"asset": "BTC"}, {"asset": ["ETH"]}]}, "where one of them is enough, write `asset: [BTC, ETH]`"),
        ({"all": [{"destination.first_use": True}, {"destination.first_use": False}]}, "delete one of them"),
        ({"asset": "BTC", "any": [{"asset": "ETH"}, {"channel": "app"}]}, "correct or delete this entry of `any`"),
        ({"amount_usd": {"gt": 5, "lt": 5}}, "no number lies between these bounds"),
        ({"amount_usd": {"lt": 0}}, "`amount_usd` is 0 or more"),
    ],
)
def test_says_what_to_do(when: dict[str, object], hint: str) -> None:
    [finding] = contradictions(parse(when))

    assert finding.hint == hint


def test_one_and_true_are_different_values() -> None:
    [finding] = contradictions(parse({"all": [{"attributes.x": 1}, {"attributes.x": True}]}))

    assert finding.where == ("when", "all", 1, "attributes.x")


@pytest.mark.parametrize("facts", [FACTS, OTHER_FACTS])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_possible_exactly_where_some_withdrawal_meets_it(facts: tuple[str, ...], data: st.DataObject) -> None:
    clause = parse(data.draw(whens(*facts))).clause
    builder = FormulaBuilder([clause], Effort(10**6))
    formula = builder.formula(clause)

    found = any(clause.holds(withdrawal) for withdrawal in withdrawals(*facts))
    missed = any(not clause.holds(withdrawal) for withdrawal in withdrawals(*facts))

    assert satisfiable([formula], builder.everything(), Effort(10**6)) is found
    assert satisfiable([builder.negated(formula)], builder.everything(), Effort(10**6)) is missed


@pytest.mark.parametrize("facts", [FACTS, OTHER_FACTS])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_reported_changes_nothing_for_any_withdrawal(facts: tuple[str, ...], data: st.DataObject) -> None:
    """A condition that can never be met equals an empty `any`; a redundant one equals no condition at all."""
    parsed = parse(data.draw(whens(*facts)))
    for finding in contradictions(parsed):
        without = ALWAYS if "redundant beside" in finding.message else AnyOf(())
        changed = _replaced(parsed, finding.where, without)
        assert all(changed.holds(each) == parsed.clause.holds(each) for each in withdrawals(*facts)), finding


def test_gives_up_in_silence_on_a_rule_that_would_take_too_long() -> None:
    """Ten values for nine facts: no two of them exclude each other, and to see it takes thousands of tries."""
    rows = [{"any": [{f"attributes.f{i}": j} for i in range(9)]} for j in range(10)]

    assert list(contradictions(parse({"all": rows}))) == []


def _replaced(parsed: Parsed, where: tuple[str | int, ...], other: Clause) -> Clause:
    """The clause with another one in this place; without the value, where the place is one in a list."""
    inside = [clause for place, clause in parsed.places if place == where]
    around = [clause for place, clause in parsed.places if place == where[:-1]]
    here = (inside or around)[-1]
    if not inside and isinstance(here, Condition):
        kept = [value for i, value in enumerate(here.predicate.values or ()) if i != where[-1]]
        other = Condition(here.fact, type(here.predicate)(tuple(kept)))  # type: ignore[arg-type]  # it has a list

    def within(clause: Clause) -> Clause:
        if clause is here:
            return other
        if isinstance(clause, AllOf | AnyOf):
            return type(clause)(tuple(within(part) for part in clause.parts))
        return clause

    return within(parsed.clause)
