"""Rules that nobody is shown, because others always come first: named where that is so, and only there."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.condition_syntax import parse
from app.authoring.problem import Problem
from app.checks.jointly_shadowed import shadowed_rules
from app.domain.decision import RegionRules
from app.domain.index import Index
from app.domain.region import GlobalRules
from app.domain.rule import DEFAULT_PRESENTATION, Rule, Severity
from tests.checks.folders import REGION, REGION_PATH, RULE_PATH, TEXTS, TODAY, checked, marked
from tests.checks.small_world import whens, withdrawals

FACTS = ("amount_usd", "session.signals", "destination.first_use")
OTHER_FACTS = ("asset", "attributes.x")
DAYS = [TODAY + timedelta(days) for days in range(-1, 5)]


def rule_text(severity: str = "high", when: str = "{}", more: str = "") -> str:
    return f"""\
typology: investment
severity: {severity}
rationale: A test.
message: investment
when: {when}
{more}
examples: []
"""


def never_shown(root: Path, rules: Mapping[str, str], joining: str = "fallback") -> list[Problem]:
    """The rules of hk by name, and of global by `global/name`."""
    texts = TEXTS.replace("{helpline}", "us")
    files = {
        "rules/global/region.yaml": "name: Every region\npartner: {name: P}\nlanguages: [en]\n",
        "locales/global/en.yaml": texts.replace('      - "Call us first."\n', "      - Wait.\n"),
        REGION_PATH: REGION + f"global: {joining}\n",
        RULE_PATH: None,
        **{f"rules/{name if '/' in name else 'hk/' + name}.yaml": text for name, text in rules.items()},
    }
    result = checked(root, files)
    assert not result.errors
    return [problem for problem in result.problems if problem.code == "never-shown"]


WIDE, NARROW = "{amount_usd: {gte: 100}}", "{amount_usd: {gte: 500}, asset: BTC}"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        pytest.param(
            {"a": rule_text("critical", WIDE), "b": rule_text("§high", NARROW)},
            "also meets `hk/a`, which comes first (critical comes before high)",
            id="graver",
        ),
        pytest.param(
            {"a": rule_text(when=WIDE, more="priority: 5"), "b": rule_text("§high", NARROW, "priority: 4")},
            "also meets `hk/a`, which comes first (priority 5 comes before 4)",
            id="higher priority",
        ),
        pytest.param(
            {"a": rule_text(), "b": rule_text("§high", NARROW)},
            "also meets `hk/a`, which comes first (with equal severity and priority, the id decides)",
            id="every withdrawal, by id",
        ),
        pytest.param(
            {
                "a": rule_text("high", "{asset: BTC, destination.first_use: true}"),
                "b": rule_text("high", "{destination.first_use: false}"),
                "c": rule_text("high", "{destination.first_use: {given: false}}"),
                "d": rule_text("high", "{asset: USDT}"),
                "e": rule_text("§info", "{asset: BTC}"),
            },
            "also meets one of `hk/a`, `hk/b`, `hk/c`, which come first",
            id="several together",
        ),
        pytest.param(
            {
                "a": rule_text("high", "{amount_usd: {lt: 100}}"),
                "b": rule_text("high", "{amount_usd: {gte: 100}}"),
                "e": rule_text("§info", "{amount_usd: {given: true}}"),
            },
            "also meets one of `hk/a`, `hk/b`, which come first",
            id="two ranges",
        ),
        pytest.param(
            {
                "a": rule_text("high", "{session.signals: {any: [on_a_call, remote_access]}}"),
                "e": rule_text("§info", "{session.signals: {all: [on_a_call]}}"),
            },
            "also meets `hk/a`, which comes first (high comes before info)",
            id="sets",
        ),
        pytest.param(
            {
                "a": rule_text("critical", "{declared_purpose: [investment, gift]}"),
                "e": rule_text(
                    "§info", "{any: [{declared_purpose: gift}, {declared_purpose: investment, asset: BTC}]}"
                ),
            },
            "also meets `hk/a`, which comes first (critical comes before info)",
            id="any",
        ),
        pytest.param(
            {
                "a": rule_text("high", WIDE, "active: {until: 2027-01-01}"),
                "b": rule_text("high", WIDE, "active: {from: 2027-01-01}"),
                "c": rule_text("§info", WIDE),
            },
            "also meets one of `hk/a`, `hk/b`, which come first",
            id="one after the other",
        ),
        pytest.param(
            {
                "a": rule_text("high", WIDE, "active: {from: 2026-12-01}"),
                "c": rule_text("§info", NARROW, "active: {from: 2026-12-24, until: 2027-01-01}"),
            },
            "also meets `hk/a`, which comes first (high comes before info)",
            id="within its period",
        ),
        pytest.param(
            {
                "a": rule_text("high", WIDE, "active: {from: 2026-01-01}"),
                "c": rule_text("§info", NARROW),
            },
            "also meets `hk/a`, which comes first (high comes before info)",
            id="begun long ago",
        ),
        pytest.param(
            {"global/a": rule_text("critical"), "global/b": rule_text("§high", WIDE), "a": rule_text()},
            "also meets `global/a`, which comes first (critical comes before high)",
            id="among global rules",
        ),
    ],
)
def test_rules_that_others_always_come_before(tmp_path: Path, rules: dict[str, str], message: str) -> None:
    [(name, at)] = [(name, marked(text)) for name, text in rules.items() if "§" in text]
    path = f"rules/{name if '/' in name else 'hk/' + name}.yaml"

    [problem] = never_shown(tmp_path, {**rules, name: at.text})

    assert (problem.path, problem.line, problem.column) == (path, at.line, at.column)
    assert problem.message == f"never shown: every withdrawal that this rule is for {message}"


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param({"a": rule_text("high", NARROW), "b": rule_text("info")}, id="the last one takes what is left"),
        pytest.param({"a": rule_text("critical", NARROW), "b": rule_text("high", WIDE)}, id="narrower first"),
        pytest.param({"a": rule_text("critical", WIDE, "enabled: false"), "b": rule_text()}, id="switched off"),
        pytest.param({"a": rule_text("critical"), "b": rule_text(more="enabled: false")}, id="itself switched off"),
        pytest.param(
            {"a": rule_text("critical", more="active: {until: 2027-01-01}"), "b": rule_text()}, id="until then"
        ),
        pytest.param(
            {
                "a": rule_text("critical", "{destination.first_use: true}"),
                "b": rule_text("critical", "{destination.first_use: false}"),
                "c": rule_text("info"),
            },
            id="not given",
        ),
        pytest.param(
            {"a": rule_text("critical", "{asset: {given: false}}"), "b": rule_text(when=WIDE)}, id="given after all"
        ),
        pytest.param(
            {"a": rule_text("critical", "{attributes.x: {not: 1}}"), "b": rule_text(when="{attributes.x: 1}")},
            id="attributes",
        ),
        pytest.param({"a": rule_text(), "global/a": rule_text("info", WIDE)}, id="global rules elsewhere"),
        pytest.param({"a": rule_text(), "global/a": rule_text("critical")}, id="global rules as fallback"),
    ],
)
def test_silent_where_a_withdrawal_gets_the_rule(tmp_path: Path, rules: dict[str, str]) -> None:
    assert never_shown(tmp_path, rules) == []


@pytest.mark.parametrize(("joining", "count"), [("alongside", 1), ("fallback", 0), ("off", 0)])
def test_global_rules_come_before_where_they_stand_alongside(tmp_path: Path, joining: str, count: int) -> None:
    found = never_shown(tmp_path, {"a": rule_text(when=WIDE), "global/x": rule_text("critical")}, joining)

    assert len(found) == count


def test_says_what_to_do(tmp_path: Path) -> None:
    by_priority = never_shown(tmp_path, {"a": rule_text(more="priority: 7"), "b": rule_text(when=WIDE)})
    by_severity = never_shown(tmp_path, {"a": rule_text("critical"), "b": rule_text(when=WIDE)})

    assert [problem.hint for problem in (*by_priority, *by_severity)] == [
        "ask for more in `when` of `hk/a`; or set `priority: 8` here, or delete this rule",
        (
            "ask for more in `when` of `hk/a`; or set `severity: critical` and a higher `priority` here, "
            "or delete this rule"
        ),
    ]


def test_a_region_is_told_to_change_its_own_rule_before_one_of_global(tmp_path: Path) -> None:
    [hidden] = never_shown(tmp_path, {"z": rule_text(when=WIDE), "global/a": rule_text()}, "alongside")

    assert str(hidden.hint).startswith("give it a higher `priority`, such as `priority: 1`; or ask for more in `when`")


def test_a_rule_that_can_never_be_met_is_not_reported_again(tmp_path: Path) -> None:
    assert never_shown(tmp_path, {"a": rule_text(), "b": rule_text(when="{amount_usd: {lt: 1, gt: 1}}")}) == []


@pytest.mark.parametrize(
    ("active", "expired"),
    [
        ("{until: 2026-11-19}", True),
        ("{until: 2026-11-20}", False),  # elsewhere it may still be the day before
        ("{from: 2026-01-01, until: 2026-02-01}", True),
        ("{from: 2036-01-01}", False),
    ],
)
@pytest.mark.parametrize("enabled", [True, False])
def test_a_period_that_is_over(tmp_path: Path, active: str, expired: bool, enabled: bool) -> None:
    text = rule_text(more=f"active: {active}\nenabled: {str(enabled).lower()}")

    found = [problem for problem in checked(tmp_path, {RULE_PATH: text}).problems if problem.code == "expired"]

    assert len(found) == (expired and enabled)


periods = st.sampled_from([None, *DAYS])


@st.composite
def regions(draw: st.DrawFn, facts: tuple[str, ...], region: str) -> list[Rule]:
    return [
        Rule(
            f"{region}/r{number}",
            "investment",
            severity,
            "-",
            "m",
            DEFAULT_PRESENTATION[severity],
            draw(st.integers(0, 1)),
            parse(draw(whens(*facts))).clause,
            draw(periods),
            draw(periods),
            draw(st.sampled_from([True, True, True, False])),
        )
        for number in range(draw(st.integers(1, 4)))
        for severity in [draw(st.sampled_from([Severity.HIGH, Severity.INFO]))]
    ]


@pytest.mark.parametrize("facts", [FACTS, OTHER_FACTS])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_reported_exactly_where_no_withdrawal_on_any_day_gets_the_rule(
    facts: tuple[str, ...], data: st.DataObject
) -> None:
    own = data.draw(regions(facts, "hk"))
    joining = data.draw(st.one_of(st.just([]), regions(facts, "global")))
    decision = RegionRules(Index.of(own), Index.of(joining), GlobalRules.ALONGSIDE)
    shown: set[str] = set()
    matching: set[str] = set()
    for day in DAYS:
        for withdrawal in withdrawals(*facts):
            matches = decision.scan(withdrawal, day).first
            shown.update(rule.id for rule in matches[:1])
            matching.update(rule.id for rule in matches)

    found = {each.rule.id: each.by for each in shadowed_rules(own, joining, TODAY)}

    assert found.keys() == {rule.id for rule in own} & (matching - shown)
    for rule_id, by in found.items():
        [rule] = [rule for rule in own if rule.id == rule_id]
        assert all(other.enabled and other.precedence < rule.precedence for other in by)
        for day in DAYS:
            for withdrawal in withdrawals(*facts):
                if rule.matches(withdrawal, day):
                    assert any(other.matches(withdrawal, day) for other in by)


def test_a_thousand_rules_of_one_region_are_decided() -> None:
    """The widest one last: every other has a withdrawal of its own, but for its double."""
    numbered = [
        Rule(
            f"hk/r{number:04}",
            "investment",
            Severity.HIGH,
            "-",
            "m",
            DEFAULT_PRESENTATION[Severity.HIGH],
            when=parse({"amount_usd": {"gte": number % 999}, "attributes.n": number % 999}).clause,
        )
        for number in range(1000)
    ]

    assert [each.rule.id for each in shadowed_rules(numbered, [], date(2026, 11, 20))] == ["hk/r0999"]
