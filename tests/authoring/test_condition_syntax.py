"""Conditions mean what docs/rules.md says, and survive their canonical form."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.condition_syntax import parse
from app.authoring.yaml_reader import DEPTH_LIMIT, read
from app.bundle import condition_source
from app.bundle.condition_source import SIZE_LIMIT, source_of
from app.domain.condition import ALWAYS, AllOf, AnyOf, Clause, Condition
from app.domain.cooperative import finish
from app.domain.fact import FACTS, Context, Kind
from app.domain.predicate import Given, HasAll, HasAny, HasNone, NoneOf, OneOf, Range
from tests.checks.folders import marked


def clause_of(text: str) -> Clause:
    data = read("f", text.encode()).data
    assert isinstance(data, dict)
    parsed = parse(data)
    assert parsed.findings == []
    return parsed.clause


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("{}", ALWAYS),
        ("asset: USDT", Condition("asset", OneOf(("USDT",)))),
        ("asset: [USDT, BTC]", Condition("asset", OneOf(("USDT", "BTC")))),
        ("asset: []", Condition("asset", OneOf(()))),
        ("asset: {not: BTC}", Condition("asset", NoneOf(("BTC",)))),
        ("asset: {not_in: [BTC, ETH]}", Condition("asset", NoneOf(("BTC", "ETH")))),
        ("asset: {given: false}", Condition("asset", Given(False))),
        ("destination.first_use: true", Condition("destination.first_use", OneOf((True,)))),
        ("destination.first_use: {not: true}", Condition("destination.first_use", NoneOf((True,)))),
        ("amount_usd: 5", Condition("amount_usd", OneOf((5,)))),
        ("amount_usd: [5, 6.5]", Condition("amount_usd", OneOf((5, 6.5)))),
        ("amount_usd: {gt: 1}", Condition("amount_usd", Range(gt=1))),
        ("amount_usd: {gte: 1, lt: 2.5}", Condition("amount_usd", Range(gte=1, lt=2.5))),
        ("amount_usd: {gt: 1, gte: 2, lt: 3, lte: 4}", Condition("amount_usd", Range(1, 2, 3, 4))),
        ("session.signals: {any: [a, b]}", Condition("session.signals", HasAny(("a", "b")))),
        ("session.signals: {all: [a]}", Condition("session.signals", HasAll(("a",)))),
        ("session.signals: {none: []}", Condition("session.signals", HasNone(()))),
        ("attributes.x: [1, '1', true]", Condition("attributes.x", OneOf((1, "1", True)))),
        ("attributes.x: {any: [a]}", Condition("attributes.x", HasAny(("a",)))),
        ("attributes.x: {lt: 3}", Condition("attributes.x", Range(lt=3))),
        ("all: []", AllOf(())),
        ("any: []", AnyOf(())),
        (
            "amount_usd: {gte: 1, not: 5, lt: 9}",
            AllOf((Condition("amount_usd", Range(gte=1, lt=9)), Condition("amount_usd", NoneOf((5,))))),
        ),
        (
            "asset: USDT\nany:\n  - channel: web\n  - channel: app\n    network: TRON\n",
            AllOf(
                (
                    Condition("asset", OneOf(("USDT",))),
                    AnyOf(
                        (
                            Condition("channel", OneOf(("web",))),
                            AllOf((Condition("channel", OneOf(("app",))), Condition("network", OneOf(("TRON",))))),
                        )
                    ),
                )
            ),
        ),
    ],
)
def test_every_operator_round_trips(text: str, clause: Clause) -> None:
    """As authors write it, to a clause, to its canonical form in JSON, and back to the same clause."""
    parsed = clause_of(text)
    canonical = orjson.loads(orjson.dumps(source_of(parsed)))

    assert parsed == clause
    assert repr(parse(canonical).clause) == repr(clause)  # `repr` tells 1 from True, which == does not
    assert repr(finish(condition_source.clause_of(canonical))) == repr(clause)


GOLDEN: list[tuple[str, Context, bool]] = [
    # A fact that is not given meets nothing but {given: false}.
    ("asset: USDT", {}, False),
    ("asset: {not: USDT}", {}, False),
    ("asset: {not_in: []}", {}, False),
    ("amount_usd: {lt: 5}", {}, False),
    ("session.signals: {none: [a]}", {}, False),
    ("asset: {given: true}", {}, False),
    ("asset: {given: false}", {}, True),
    ("asset: {given: false}", {"asset": "USDT"}, False),
    # An empty list is given.
    ("session.signals: {none: [a]}", {"session.signals": []}, True),
    ("session.signals: {any: [a]}", {"session.signals": []}, False),
    ("session.signals: {all: []}", {"session.signals": []}, True),
    ("session.signals: {given: true}", {"session.signals": []}, True),
    # Values keep their type.
    ("attributes.x: 1", {"attributes.x": 1.0}, True),
    ("attributes.x: 1.0", {"attributes.x": 1}, True),
    ("attributes.x: 1", {"attributes.x": "1"}, False),
    ("attributes.x: 1", {"attributes.x": True}, False),
    ("attributes.x: '1'", {"attributes.x": 1}, False),
    ("attributes.x: true", {"attributes.x": 1}, False),
    ("attributes.x: true", {"attributes.x": "true"}, False),
    ("attributes.x: yes", {"attributes.x": True}, False),
    ("attributes.x: yes", {"attributes.x": "yes"}, True),
    ("attributes.x: {not: 1}", {"attributes.x": "1"}, True),
    ("attributes.x: {not_in: [1]}", {"attributes.x": True}, True),
    ("attributes.x: {gte: 0}", {"attributes.x": True}, False),
    ("attributes.x: {any: [a]}", {"attributes.x": "a"}, False),
    # Text compares exactly.
    ("asset: usdt", {"asset": "USDT"}, False),
    # Bounds.
    ("amount_usd: {gte: 1000}", {"amount_usd": 1000.0}, True),
    ("amount_usd: {gt: 1000}", {"amount_usd": 1000.0}, False),
    ("amount_usd: {lt: 1e3}", {"amount_usd": 999.99}, True),
    # Nesting.
    ("all: []", {}, True),
    ("any: []", {}, False),
    ("{}", {}, True),
    ("any: [{}]", {}, True),
    ("any: [{asset: A}, {asset: B}]", {"asset": "B"}, True),
    ("any: [{asset: A, channel: app}]", {"asset": "A"}, False),
]


@pytest.mark.parametrize(("text", "context", "met"), GOLDEN)
def test_meaning(text: str, context: Context, met: bool) -> None:
    assert clause_of(text).holds(context) is met


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("§destinaton.first_use: true", "unknown-fact", "did you mean `destination.first_use`?"),
        ("§user_id: x", "unknown-fact", "a rule is for a kind of withdrawal, never for one person or address"),
        (
            "§destination.address: x",
            "unknown-fact",
            "a rule is for a kind of withdrawal, never for one person or address",
        ),
        ("§attributes.: x", "unknown-fact", "rules/facts.yaml lists them; others are attributes.<name>"),
        ('amount_usd: §"1000"', "value-type", "write it without quotes"),
        ("amount_usd: §1_000", "value-type", "digits only: 1000"),
        ("amount_usd: {gte: §1_000}", "value-type", "digits only: 1000"),
        ("amount_usd: §0x10", "value-type", "digits only: 16"),
        ("amount_usd: §012", "value-type", "digits only: 12"),
        ("amount_usd: §1,000.50", "value-type", "digits only: 1000.5"),
        ("amount_usd: §$5", "value-type", "digits only: 5"),
        ("amount_usd: §1,5", "value-type", "digits only, such as 1000"),
        (
            "amount_usd: {lt: §9999999999999999999999}",
            "number",
            "whole numbers lie between -9,223,372,036,854,775,807 and 9,223,372,036,854,775,807",
        ),
        ("destination.first_use: §yes", "value-type", "write `true`, without quotes"),
        ("asset: §1", "value-type", "put it in quotes"),
        ("asset: [USDT, §true]", "value-type", "put it in quotes"),
        ("asset:§", "value-type", "for a fact that the withdrawal does not give, write {given: false}"),
        ("asset: {not: §[A, B]}", "value-type", "for several values write `not_in`"),
        ("asset: {not_in: §A}", "bad-condition", "for one value write `not`"),
        ("asset: {given: §yes}", "bad-condition", "write `true`, without quotes"),
        ("asset: §{}", "bad-condition", "write a value, or an operator such as {given: true}"),
        ("amount_usd: {gte: §true}", "value-type", None),
        ("amount_usd: {§gtee: 1}", "operator", "did you mean `gte`?"),
        ("amount_usd: {§gte:1000}", "operator", "write `gte: `, an ordinary colon and then a space"),
        ("§or:\n  - asset: A", "unknown-fact", "write `any:` and under it the conditions, each with `- ` before it"),
        ("network: {§gte: 1}", "operator", "possible: `not`, `not_in`, `given`"),
        ("session.signals: §remote_access", "operator", "write {any: [remote_access]}"),
        ("session.signals: {§not: a}", "operator", "possible: `any`, `all`, `none`, `given`"),
        ("session.signals: {any: §a}", "bad-condition", "write [a]"),
        ("session.signals: {any: [a, §1]}", "value-type", "put it in quotes"),
        ("any: §{asset: A}", "bad-condition", "write `any:` and under it items such as `- asset: USDT`"),
        ("all:\n  - asset: A\n  - §asset", "bad-condition", "write `- fact: value`"),
        ("any:\n  - all:\n      - amount_usd: {lt: 1, gt: §x}", "value-type", "digits only, such as 1000"),
        (f"asset: §{'x' * 129}", "bad-value", None),
        (f"asset: [A, §{'x' * 129}]", "bad-value", None),
    ],
)
def test_faults_point_at_their_place(text: str, code: str, hint: str | None) -> None:
    at = marked(text)
    document = read("f", at.text.encode())
    assert isinstance(document.data, dict)

    problems = [document.locate(finding) for finding in parse(document.data, ()).findings]

    assert [(p.line, p.column, p.code, p.hint) for p in problems] == [(at.line, at.column, code, hint)]


def test_a_text_of_128_characters_is_a_value() -> None:
    assert clause_of(f"asset: {'x' * 128}") == Condition("asset", OneOf(("x" * 128,)))


@pytest.mark.parametrize("bound", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(bound: float) -> None:
    """YAML refuses them earlier; a bundle's writer might not."""
    assert [f.code.slug for f in parse({"amount_usd": {"gte": bound}}).findings] == ["number"]


def test_every_fault_is_found_at_once() -> None:
    data = read("f", b"asset: 1\nnetwrk: x\namount_usd: {gte: a, lte: b}\n").data
    assert isinstance(data, dict)

    assert [f.code.slug for f in parse(data).findings] == ["value-type", "unknown-fact", "value-type", "value-type"]


@pytest.mark.parametrize(
    "when",
    [
        {"asset": ["x"] * (SIZE_LIMIT + 1)},
        {"any": [{"asset": "x"}] * (SIZE_LIMIT + 1)},
        {"any": [{}] * (SIZE_LIMIT + 1)},
        {"any": [{"asset": ["x"] * 100}] * 11},
    ],
)
def test_a_rule_too_large_to_read_in_one_go_is_refused(when: dict[str, object]) -> None:
    assert [f.code.slug for f in parse(when).findings] == ["too-many-values"]


def test_the_deepest_rule_that_yaml_allows_survives_its_canonical_form() -> None:
    inner = "asset: A, channel: B"
    for _ in range((DEPTH_LIMIT - 2) // 2):
        inner = f"asset: A, any: [{{{inner}}}]"
    clause = clause_of(f"{{{inner}}}")

    assert parse(source_of(clause)).clause == clause
    assert parse(source_of(clause)).findings == []
    assert finish(condition_source.clause_of(source_of(clause))) == clause


@pytest.mark.parametrize(
    "when",
    [
        {"asset": ["x"] * (SIZE_LIMIT - 1)},
        {"any": [{"asset": "x"}] * (SIZE_LIMIT - 1)},
        {"any": [{"asset": {"not": "x"}}] * (SIZE_LIMIT - 1)},
        {"any": [{"asset": "x", "network": "y"}] * ((SIZE_LIMIT - 1) // 3)},
        {"any": [{}] * (SIZE_LIMIT - 1)},
    ],
)
def test_a_worker_reads_the_largest_rule_that_can_be_written(when: dict[str, object]) -> None:
    parsed = parse(when)

    assert parsed.findings == []
    assert finish(condition_source.clause_of(source_of(parsed.clause))) == parsed.clause


texts = st.text(max_size=5)
numbers = st.one_of(st.integers(-(2**63) + 1, 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False))
scalars = st.one_of(texts, st.booleans(), numbers)
OF_KIND = {Kind.TEXT: texts, Kind.FLAG: st.booleans(), Kind.NUMBER: numbers}


def _operators(values: st.SearchStrategy[object], *, bounds: bool) -> st.SearchStrategy[object]:
    lists = st.lists(values, max_size=3)
    known = {"not": values, "not_in": lists, "given": st.booleans()}
    if bounds:
        known |= dict.fromkeys(("gt", "gte", "lt", "lte"), numbers)
    several = st.fixed_dictionaries({}, optional=known).filter(bool)
    return st.one_of(values, lists, several)


def _tests(fact: str) -> st.SearchStrategy[object]:
    kind = FACTS.get(fact)
    if kind is Kind.SET:
        lists = st.lists(texts, max_size=3)
        known = {"any": lists, "all": lists, "none": lists, "given": st.booleans()}
        return st.fixed_dictionaries({}, optional=known).filter(bool)
    values = OF_KIND[kind] if kind else scalars
    return _operators(values, bounds=kind in {Kind.NUMBER, None})


single = st.sampled_from([*FACTS, "attributes.x"]).flatmap(lambda fact: st.fixed_dictionaries({fact: _tests(fact)}))
whens = st.recursive(
    st.lists(single, max_size=3).map(lambda parts: {k: v for part in parts for k, v in part.items()}),
    lambda inner: st.builds(
        lambda name, parts, beside: {**beside, name: parts},
        st.sampled_from(["all", "any"]),
        st.lists(inner, max_size=3),
        single,
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(whens)
def test_any_condition_survives_its_canonical_form(when: dict[str, object]) -> None:
    parsed = parse(when)
    assert parsed.findings == []

    again = parse(orjson.loads(orjson.dumps(source_of(parsed.clause))))

    assert again.findings == []
    assert repr(again.clause) == repr(parsed.clause)
    assert repr(finish(condition_source.clause_of(orjson.loads(orjson.dumps(source_of(parsed.clause)))))) == repr(
        parsed.clause
    )


anything = st.recursive(
    st.one_of(st.none(), scalars),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*FACTS, "all", "any", "none", "not", "gte", "x"]), inner, max_size=3),
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*FACTS, "all", "any", "attributes.x", "x"]), anything))
def test_parsing_never_raises(when: dict[str, object]) -> None:
    parse(when)
