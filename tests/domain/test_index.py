"""The index is an optimisation: it never changes the answer or its order."""

from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.condition import Any, Clause, Condition, HasAll, NoneOf, OneOf, Range
from app.domain.decision import RegionRules
from app.domain.fact import Context
from app.domain.index import Index
from app.domain.region import GlobalRules
from app.domain.rule import DEFAULT_PRESENTATION, Rule, Severity
from tests.strategies import TODAY, clauses, contexts, rules


def a_rule(when: Clause, name: str = "r") -> Rule:
    return Rule(f"hk/{name}", "general", Severity.HIGH, "-", "m", DEFAULT_PRESENTATION[Severity.HIGH], when=when)


@settings(max_examples=400, deadline=None)
@given(st.lists(rules(), max_size=20, unique_by=lambda rule: rule.id), contexts)
def test_match_equals_scan(made: list[Rule], context: Context) -> None:
    """Any rules, any withdrawal: the same rules in the same order, and the same count."""
    index = Index.of(made)

    assert index.scan(context, TODAY) == index.match(context, TODAY)


@settings(max_examples=100, deadline=None)
@given(st.lists(clauses, min_size=30, max_size=80), contexts)
def test_match_equals_scan_where_masks_replace_positions(made: list[Clause], context: Context) -> None:
    """Enough rules that share values for whole masks to be kept beside single positions."""
    index = Index.of([a_rule(when, f"r{i:03}") for i, when in enumerate(made)])

    assert index.scan(context, TODAY) == index.match(context, TODAY)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=60, max_size=200),
    st.one_of(st.integers(-51, 51), st.floats(-51, 51)),
)
@example([0] * 60, 0.0)
def test_many_thresholds_on_one_number(thresholds: list[int], amount: float) -> None:
    """Thresholds enough to need several whole masks between which rows turn one by one."""
    index = Index.of(
        [
            a_rule(Condition("amount_usd", Range(gte=low) if low % 2 else Range(gt=low, lt=low + 7)), f"r{i}")
            for i, low in enumerate(thresholds)
        ]
    )

    assert index.scan({"amount_usd": amount}, TODAY) == index.match({"amount_usd": amount}, TODAY)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(rules(), max_size=8, unique_by=lambda rule: rule.id),
    st.lists(rules(), max_size=8, unique_by=lambda rule: rule.id),
    st.sampled_from(GlobalRules),
    contexts,
)
def test_region_and_global_rules_join_as_the_scan_does(
    own: list[Rule], everywhere: list[Rule], joining: GlobalRules, context: Context
) -> None:
    """`fallback`, `alongside` and `off` give what trying every rule gives."""
    decides = RegionRules(Index.of(own), Index.of(everywhere), joining)

    assert decides.scan(context, TODAY) == decides.match(context, TODAY)


def test_alternatives_beyond_the_row_limit_are_asked_of_the_rule() -> None:
    """Three nested choices of five are 125 alternatives: more than the index unrolls, and still exact."""
    choice = [Any(tuple(Condition(fact, OneOf((str(n),))) for n in range(5))) for fact in ("asset", "network")]
    index = Index.of([a_rule(Any((Condition("channel", OneOf(("app",))), *choice))), a_rule(choice[0], "other")])

    for context in ({"asset": "3"}, {"network": "4"}, {"channel": "app"}, {"asset": "9"}, {}):
        assert index.scan(context, TODAY) == index.match(context, TODAY)


def test_a_set_that_must_hold_many_values() -> None:
    """More values than the index has layers for: the rule is asked itself."""
    wanted = tuple("abcdefghijkl")
    index = Index.of([a_rule(Condition("destination.tags", HasAll(wanted)))])

    assert index.match({"destination.tags": list(wanted)}, TODAY).count == 1
    assert index.match({"destination.tags": list(wanted[:-1])}, TODAY).count == 0


def test_only_sixteen_rules_are_named_and_all_are_counted() -> None:
    index = Index.of([a_rule(Condition("asset", NoneOf(("BTC",))), f"r{i:02}") for i in range(40)])

    matches = index.match({"asset": "USDT"}, TODAY)

    assert [rule.id for rule in matches.first] == [f"hk/r{i:02}" for i in range(16)]
    assert matches.count == 40


def test_a_period_includes_its_first_day_and_excludes_its_last() -> None:
    rule = Rule(
        "hk/r", "general", Severity.INFO, "-", "m", DEFAULT_PRESENTATION[Severity.INFO],
        active_from=date(2026, 11, 1), active_until=date(2027, 4, 30),
    )  # fmt: skip
    index = Index.of([rule])

    counts = {day: index.match({}, day).count for day in (
        date(2026, 10, 31), date(2026, 11, 1), date(2027, 4, 29), date(2027, 4, 30)
    )}  # fmt: skip
    assert list(counts.values()) == [0, 1, 1, 0]
