"""The index is an optimisation: it answers what `scan` answers, in the same order."""

from datetime import date, timedelta
from itertools import cycle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.clauses import LIMIT
from app.domain.condition import AllOf, AnyOf, Clause, Condition
from app.domain.decision import RegionRules
from app.domain.fact import Context, Value
from app.domain.index import Index, compile_index
from app.domain.predicate import HasAll, HasAny, NoneOf, OneOf, Predicate, Range
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


@settings(max_examples=300, deadline=None)
@given(
    st.lists(rules(), max_size=12, unique_by=lambda rule: rule.id),
    st.lists(contexts, min_size=2, max_size=8),
    st.lists(st.sampled_from([TODAY, TODAY + timedelta(days=1)]), min_size=2, max_size=8),
)
def test_remembered_matches_equal_new_ones(made: list[Rule], asked: list[Context], days: list[date]) -> None:
    """One index, many withdrawals, each twice: no remembered match is used for a withdrawal of another class."""
    index = Index.of(made)
    for context, today in [*zip(asked, cycle(days), strict=False)] * 2:
        assert index.scan(context, today) == index.match(context, today) == index.match_anew(context, today)


def test_matches_of_inexact_rules_are_not_remembered() -> None:
    """Too many alternatives for the tables: only the rule itself tells these two withdrawals apart."""
    pairs = [
        AllOf((Condition("asset", OneOf((f"a{n}",))), Condition("network", OneOf((f"n{n}",)))))
        for n in range(LIMIT + 1)
    ]
    index = Index.of([a_rule(AllOf((Condition("channel", OneOf(("app",))), AnyOf(tuple(pairs)))))])
    for asset, count in (("a1", 1), ("a2", 0), ("a1", 1)):
        assert index.match({"channel": "app", "asset": asset, "network": "n1"}, TODAY).count == count


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        (OneOf((1,)), [1, True, "1", 1.0, None, ("1",), 2]),
        (OneOf((True,)), [True, 1, "true", False, 0, None]),
        (OneOf(("a",)), ["a", "b", "\0", "", None, ("a",), 0]),
        (Range(gt=0, lt=1), [0, False, 1, True, 0.5, -0.0, None, "0.5"]),
        (HasAny(("a",)), [("a",), ("b", "a"), (), "a", None, ["a"]]),
        (NoneOf((0, False, "")), [0, False, "", None, 0.0, (), "x", True]),
    ],
)
def test_values_of_other_types_are_never_taken_for_each_other(condition: Predicate, values: list[Value | None]) -> None:
    """1, 1.0 and true are equal and hash the same in Python; only the first two are one value here."""
    index = Index.of([a_rule(Condition("attributes.x", condition))])
    for value in [*values, *reversed(values)]:
        context: Context = {} if value is None else {"attributes.x": value}
        assert index.match(context, TODAY).count == index.scan(context, TODAY).count, value


def test_texts_that_no_rule_names_are_not_remembered() -> None:
    """Requests could fill the memory with them."""
    index = Index.of(
        [a_rule(Condition("session.signals", HasAny(("a",)))), a_rule(Condition("asset", OneOf(("a",))), "s")]
    )
    for number in range(50):
        made_up = f"made up {number}"
        for signals in ((made_up,), (made_up, "a", "a"), ("a", made_up, f"{made_up} too")):
            context: Context = {"session.signals": signals, "asset": made_up}
            assert index.match(context, TODAY) == index.scan(context, TODAY)
    assert len(index.known) == 2
    assert "made up" not in repr(list(index.known))


@pytest.mark.parametrize("bound", [2**53, -(2**53) - 2, 2**63 - 2])
def test_large_integers_are_compared_to_their_last_digit(bound: int) -> None:
    """As floats, 2**53 + 1 and 2**53 are the same number."""
    ranges: list[Predicate] = [Range(gt=bound), Range(gte=bound + 1), Range(lt=bound + 1)]
    tests = [*ranges, OneOf((bound,)), OneOf((bound + 1,))]
    index = Index.of([a_rule(Condition("attributes.x", test), f"r{n}") for n, test in enumerate(tests)])
    for value, counted in [(bound - 1, 1), (bound, 2), (bound + 1, 3), (float(bound), None)]:
        matches = index.match({"attributes.x": value}, TODAY)
        assert matches == index.scan({"attributes.x": value}, TODAY)
        assert counted in (None, matches.count)


def test_the_number_of_remembered_matches_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound, answers stay the same."""
    for name in ("KNOWN", "NAMED_SETS"):
        monkeypatch.setattr(f"app.domain.index.{name}", 5)
    several = [HasAny((word,)) for word in "abcdefgh"]
    index = Index.of([a_rule(Condition("session.signals", test), f"r{n}") for n, test in enumerate(several)])
    for words in [("a",), ("b",), ("c", "d"), ("e",), ("f",), ("g",), ("h", "a"), ("a",), ()]:
        context: Context = {"session.signals": words}
        assert index.match(context, TODAY) == index.scan(context, TODAY)
        assert len(index.known) <= 5
        assert len(index.named) <= 5


@settings(max_examples=100, deadline=None)
@given(st.lists(clauses, min_size=30, max_size=80), contexts)
def test_match_equals_scan_where_masks_replace_positions(made: list[Clause], context: Context) -> None:
    """Enough rules share values for the tables to keep whole masks beside single positions."""
    index = Index.of([a_rule(when, f"r{i:03}") for i, when in enumerate(made)])

    assert index.scan(context, TODAY) == index.match(context, TODAY)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(-50, 50), min_size=60, max_size=200),
    st.one_of(st.integers(-51, 51), st.floats(-51, 51)),
)
@example([0] * 60, 0.0)
def test_many_thresholds_on_one_number(thresholds: list[int], amount: float) -> None:
    """Enough thresholds for several whole masks, with single transitions between them."""
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
    """`fallback`, `alongside` and `off` match what trying every rule matches."""
    decides = RegionRules(Index.of(own), Index.of(everywhere), joining)

    assert decides.scan(context, TODAY) == decides.match(context, TODAY)


def test_alternatives_beyond_the_limit_are_left_to_the_rule() -> None:
    """Three nested choices of five are 125 alternatives: more than the index unrolls. The answer is still exact."""
    choice = [AnyOf(tuple(Condition(fact, OneOf((str(n),))) for n in range(5))) for fact in ("asset", "network")]
    index = Index.of([a_rule(AnyOf((Condition("channel", OneOf(("app",))), *choice))), a_rule(choice[0], "other")])

    for context in ({"asset": "3"}, {"network": "4"}, {"channel": "app"}, {"asset": "9"}, {}):
        assert index.scan(context, TODAY) == index.match(context, TODAY)


ASSETS = tuple(Condition("asset", OneOf((f"x{n}",))) for n in range(99))
PAIRS = tuple(AnyOf((Condition(f"attributes.a{n}", OneOf((n,))), ASSETS[0])) for n in range(200))


@pytest.mark.parametrize(
    "when",
    [AllOf(PAIRS), AnyOf((AllOf(tuple(Condition("amount_usd", Range(gte=n)) for n in range(9))), *ASSETS))],
    ids=["many choices", "a long choice that is multiplied"],
)
def test_choices_too_large_to_compare_are_left_to_the_rule(when: Clause) -> None:
    index = Index.of([a_rule(when)])
    contexts: list[Context] = [{"asset": "x0"}, {"asset": "x3"}, {"amount_usd": 9}, {"amount_usd": 1}, {}]

    assert index.inexact
    for context in contexts:
        assert index.match(context, TODAY) == index.scan(context, TODAY)


@pytest.mark.parametrize(
    "when",
    [
        AllOf(tuple(Condition("amount_usd", Range(gte=n)) for n in range(1000))),
        AnyOf(tuple(Condition("amount_usd", Range(gte=n)) for n in range(1000))),
        AllOf(tuple(Condition("asset", NoneOf((f"x{n}", "y"))) for n in range(500))),
    ],
    ids=["all bounds", "any bound", "texts"],
)
def test_a_rule_of_a_thousand_conditions_is_compiled_with_pauses(when: Clause) -> None:
    """Without them it took up to 0.2 s of the event loop."""
    assert sum(1 for _ in compile_index([a_rule(when)])) >= 500


def test_a_set_that_must_hold_many_values() -> None:
    """More values than the index has layers, so the rule itself decides."""
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


def test_a_predicate_on_one_is_not_a_predicate_on_true() -> None:
    """Nested choices drop clauses that another implies; these two must not imply each other."""
    one, true = (Condition("attributes.x", OneOf((value,))) for value in (1, True))
    y, z = (Condition(f"attributes.{name}", OneOf(("yes",))) for name in "yz")
    index = Index.of([a_rule(AnyOf((AllOf((one, y)), AllOf((true, z)))))])
    given: list[Context] = [{"attributes.x": x, f"attributes.{name}": "yes"} for x in (1, True) for name in "yz"]
    assert [index.match(context, TODAY).count for context in given] == [1, 0, 0, 1]
    assert [index.scan(context, TODAY).count for context in given] == [1, 0, 0, 1]
