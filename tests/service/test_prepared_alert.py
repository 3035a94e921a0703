"""Prepared alerts have the same content as the plain rendering."""

from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from app.domain.alert import render
from app.domain.message import TEXT_FACTS
from app.service.active_rulebook import ActiveRulebook
from app.service.amount_formats import amount_format
from app.service.api_keys import Client
from app.service.assessment import Assessor
from app.service.identity import Identity
from app.service.prepared_alert import TextFacts
from app.service.withdrawal_decoder import withdrawal_of
from app.service.withdrawal_facts import text_facts
from tests.deployment import SECRET
from tests.sample_rules import sample_rulebook

REGIONS = ["AE", "GB", "HK", "ZZ"]  # ZZ has no folder
PURPOSES = [None, "investment", "official_payment", "account_security", "job_task", "recovery_fee", "own_wallet"]

values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    ['"', "\\", '\\"', "{amount}", "%b", "%", "</script>", "\u2028", "泰達幣", "🤖", "\x00", "\n", "12500.00", "12.3.4"]
)
facts = st.fixed_dictionaries({}, optional=dict.fromkeys(TEXT_FACTS, values))


def every_alert() -> list[tuple[str, str, str | None]]:
    """Each rule in each of its languages and variants."""
    return [
        (rule.id, language, variant)
        for rule in sample_rulebook().content.rules
        for language in sample_rulebook().owner(rule).region.languages
        for variant in sample_rulebook().owner(rule).wordings[rule.message, language]
    ]


def prepared(alert: tuple[str, str, str | None], given_facts: TextFacts) -> bytes:
    """The end of an answer, from its brace on."""
    rule_id, language, variant = alert
    rule = sample_rulebook().rule(rule_id)
    wording = sample_rulebook().owner(rule).wordings[rule.message, language][variant]
    parts = sample_rulebook().prepared[rule_id]
    return b"{" + b"".join((parts.head, *wording.fill(given_facts), parts.presentation))


def rendered(alert: tuple[str, str, str | None], given_facts: TextFacts) -> bytes:
    rule_id, language, variant = alert
    rule = sample_rulebook().rule(rule_id)
    owner = sample_rulebook().owner(rule)
    texts = sample_rulebook().content.texts[rule.region, language]
    return orjson.dumps({"alert": render(rule, owner.region, texts, variant, given_facts)})


def test_the_samples_have_variants_languages_and_both_directions() -> None:
    """Otherwise the tests below would prove little."""
    alerts = every_alert()

    assert len(alerts) > 80
    assert {variant for _, _, variant in alerts} >= {None, "a", "b"}
    assert len({language for _, language, _ in alerts}) >= 10
    assert {texts.direction for texts in sample_rulebook().content.texts.values()} == {"ltr", "rtl"}


@given(facts)
def test_every_prepared_alert_is_the_rendered_one_to_the_byte(given_facts: dict[str, str]) -> None:
    """Every sample rule in every language and variant, with any facts of any content."""
    for alert in every_alert():
        assert prepared(alert, given_facts) == rendered(alert, given_facts)


@given(st.fixed_dictionaries(dict.fromkeys(TEXT_FACTS, values)))
def test_a_value_is_shown_as_it_was_sent(given_facts: dict[str, str]) -> None:
    """Quotes, backslashes and braces are escaped."""
    alert: dict[str, Any] = orjson.loads(prepared(("hk/investment-new-address", "en", None), given_facts))
    named = alert["alert"]["body"][1]

    assert all(given_facts[fact] in named for fact in ("amount", "asset", "destination"))


@given(facts, st.sampled_from(REGIONS), st.text(min_size=1, max_size=4), st.sampled_from(PURPOSES))
def test_an_assessment_answers_with_the_rendered_alert(
    given_facts: dict[str, str], region: str, user: str, purpose: str | None
) -> None:
    """In any language and variant; the answer is one JSON object."""
    active = ActiveRulebook(stale_after=30, clock=lambda: 0.0, rulebook=sample_rulebook())
    assessor = Assessor(Identity(SECRET), active, lambda: 1795170000.0)
    shown = {name: value for name, value in given_facts.items() if name != "destination"}
    request = {
        "withdrawal_id": "w",
        "user_id": user,
        "region": region,
        "languages": ["fr", "zh-CN"],
        "amount_usd": 5000.0,
        "declared_purpose": purpose,
        "destination": {"address": given_facts.get("destination"), "first_use": True},
        **shown,
    }

    answer = assessor.assess(withdrawal_of(request), Client("tests", frozenset()))
    assert answer is not None
    body = orjson.loads(answer.body)
    alert = (body["alert"]["rule_id"], body["alert"]["language"], body["alert"]["variant"])
    amounts = amount_format(body["alert"]["language"], None if region == "ZZ" else region)
    assert body["alert"] == orjson.loads(rendered(alert, text_facts(request, amounts)))["alert"]
    assert body["matched"][0] == alert[0]


def test_a_paragraph_without_its_fact_is_left_out_whole() -> None:
    """And every alert has a paragraph that needs no fact."""
    for alert in every_alert():
        without = orjson.loads(prepared(alert, {}))["alert"]
        assert without["title"]
        assert without["body"]
        assert "{" not in "".join([without["title"], *without["body"], *without["questions"]])


def test_the_safe_action_is_first_and_proceed_last() -> None:
    for alert in every_alert():
        kinds = [action["kind"] for action in orjson.loads(prepared(alert, {}))["alert"]["actions"]]
        assert (kinds[0], kinds[-1]) == ("cancel", "proceed")
        assert kinds == [kind for kind in ("cancel", "review", "call", "report", "proceed") if kind in kinds]
