"""The preview's pages, as their HTML."""

import re
from datetime import UTC, date, datetime
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from app.bundle.revision import revision_of
from app.preview.alert_cards import cards
from app.preview.local_rules import examples_in
from app.preview.page_links import server_links
from app.preview.preview_pages import Pages
from app.preview.rulebook_view import RulebookView
from tests.checks.folders import FILES, RULE, checked
from tests.sample_rules import sample_check

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@cache
def samples() -> RulebookView:
    found = sample_check()
    assert found.bundle is not None
    return RulebookView.of(revision_of(found.bundle), found.bundle, examples_in(found.texts))


def view_of(folder: Any, changes: dict[str, Any] | None = None) -> RulebookView:
    found = checked(folder, changes)
    assert found.bundle is not None, found.problems
    return RulebookView.of(revision_of(found.bundle), found.bundle, examples_in(found.texts), found.behind)


def pages() -> Pages:
    return Pages(server_links(lambda name: f"/static/{name}"), "standalone.html", {"where": "here", "live": False})


def words(html: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def listed(html: str) -> list[str]:
    return re.findall(r'<a href="/preview/([^"]+)">\s*<span class="id">', html)


def rule_page(view: RulebookView, rule_id: str) -> str:
    rule = view.rule(rule_id)
    assert rule is not None
    return pages().rule(view, rule, TODAY)


def test_every_rule_is_listed_in_order_of_precedence() -> None:
    found = listed(pages().rules(samples(), {}, TODAY))

    assert len(found) == len(samples().rules)
    assert [one for one in found if one.startswith("ae/")] == [
        "ae/fake-police",
        "ae/investment-platform",
        "ae/job-fee",
        "ae/every-withdrawal",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"text": "الشرطة", "severity": "critical", "region": "ae"}, ["ae/fake-police"]),
        ({"text": "VISA fee", "region": "ae"}, ["ae/job-fee"]),
        ({"region": "ae", "typology": "employment"}, ["ae/job-fee"]),
        ({"language": "ta", "severity": "info"}, ["sg/every-withdrawal"]),
        ({"text": "no such word anywhere"}, []),
        ({"region": "ae", "status": "official"}, []),
    ],
    ids=str,
)
def test_the_list_can_be_searched_and_filtered(asked: dict[str, str], expected: list[str]) -> None:
    assert listed(pages().rules(samples(), asked, TODAY)) == expected


def test_a_rule_s_page_holds_every_alert_as_the_service_answers_it() -> None:
    html = rule_page(samples(), "hk/every-withdrawal")
    rule = samples().rulebook.rule("hk/every-withdrawal")

    drawn = [orjson.loads(unescape(one)) for one in re.findall(r'<forewarn-alert [^>]*? alert="([^"]*)"', html)]
    expected = cards(samples().rulebook, rule, samples().example_of(rule.id))
    assert drawn == [card.alert for card in expected for _ in ("light", "dark")]
    assert len(expected) == 6


def test_every_page_of_the_samples_renders() -> None:
    for rule in samples().rules:
        html = pages().rule(samples(), rule, TODAY)
        assert rule.rationale in unescape(html), rule.id


def test_a_rule_s_page_describes_its_conditions() -> None:
    says = words(rule_page(samples(), "ae/fake-police"))

    assert "destination. first_ use is yes" in says
    assert "At least one of these:" in says
    assert "amount_ usd is at least 300 US dollars" in says
    assert "official_payment (A tax, fine, bail, guarantee or check that an authority asked for)" in says


def test_a_rule_s_page_says_what_comes_before_it() -> None:
    says = words(rule_page(samples(), "ae/job-fee"))

    assert "2 rules, if they match too ae/ fake-police critical, priority 10 ae/ investment-platform high" in says
    assert "no other rule: whenever it matches, it is shown" in words(rule_page(samples(), "ae/fake-police"))


def test_contacts_are_listed_with_their_source_and_doubts(tmp_path: Any) -> None:
    says = words(rule_page(samples(), "ae/fake-police"))
    assert "901" in says
    assert "not confirmed, so no alert shows it" in says

    old = FILES["rules/hk/region.yaml"].replace("verify_by: 2027-05-01", "verify_by: 2026-11-02", 1)
    says = words(rule_page(view_of(tmp_path, {"rules/hk/region.yaml": old}), "hk/first"))
    assert "was due for another check by 2 November 2026" in says


@pytest.mark.parametrize(
    "given",
    [
        "{amount_usd: plenty, destination.first_use: true}",
        "{asset: [a, b], amount_usd: 1000, destination.first_use: true}",
        "{network: 7, session.signals: {a: b}, amount_usd: 1.5e308, destination.first_use: true}",
        "{no.such: fact}",
        "{destination.first_use: false}",
    ],
)
def test_an_example_with_a_mistake_does_not_end_the_preview(tmp_path: Any, given: str) -> None:
    """`check` only warns about it."""
    rule = RULE.replace("{destination.first_use: true, amount_usd: 1000}", given)
    view = view_of(tmp_path, {"rules/hk/first.yaml": rule})

    assert "USDT" in rule_page(view, "hk/first")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("enabled: false", "switched off"),
        ("active: {from: 2026-12-01}", "not yet in force"),
        ("active: {until: 2026-11-20}", "no longer in force"),
    ],
)
def test_an_inactive_rule_says_why(tmp_path: Any, line: str, says: str) -> None:
    view = view_of(tmp_path, {"rules/hk/first.yaml": f"{RULE}{line}\n"})

    assert says in words(rule_page(view, "hk/first"))
    assert says in words(pages().rules(view, {}, TODAY))


def test_a_period_is_spelled_out(tmp_path: Any) -> None:
    view = view_of(tmp_path, {"rules/hk/first.yaml": f"{RULE}active: {{from: 2026-11-01, until: 2027-04-30}}\n"})

    assert "from 1 November 2026, and no longer from 30 April 2027 on" in words(rule_page(view, "hk/first"))


def dry_run(region: str, **facts: str | list[str]) -> str:
    query = [
        (name.replace("__", "."), value)
        for name, values in facts.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return pages().dry_run(samples(), region, query, NOW)


def test_a_dry_run_shows_the_alert_and_why_other_rules_do_not_match() -> None:
    html = dry_run("ae", destination__first_use="true", declared_purpose="job_task", language="en")
    says = words(html)

    assert "ae/ job-fee is shown 2 of 9 rules match" in says
    alert = orjson.loads(unescape(re.findall(r' alert="([^"]*)"', html)[0]))
    assert (alert["rule_id"], alert["language"]) == ("ae/job-fee", "en")
    assert "given: job_task" in says
    assert "global rules are not asked here" in says


def test_a_closed_row_lists_only_the_unmet_conditions() -> None:
    html = dry_run("hk", destination__first_use="false", amount_usd="5000")
    rows = re.findall(r"<summary>(.*?)</summary>", html, re.DOTALL)
    row = next(row for row in (words(row) for row in rows) if "investment-new-address" in row)

    assert row == (
        "✗ does not match: hk/ investment-new-address high destination. first_ use is yes given: no "
        "at least one of: declared_ purpose is one of investment , trading_platform not given ; or "
        "account. age_ days is less than 30 days not given"
    )


def test_a_closed_row_leaves_met_conditions_out_of_groups() -> None:
    html = dry_run("hk", account__age_band="60+", declared_purpose="gift")
    row = next(row for row in re.findall(r"<summary>(.*?)</summary>", html, re.DOTALL) if "family-" in row)

    assert words(row).endswith(
        "at least one of: declared_ purpose is emergency given: gift ; "
        "or declared_ purpose is family_support given: gift and destination. first_ use is yes not given"
    )


def test_not_given_differs_from_an_empty_set() -> None:
    assert "session. signals has at least one of on_a_call" in words(dry_run("ae", declared_purpose="gift"))
    assert "not given" in words(dry_run("ae", declared_purpose="gift"))
    assert "given: an empty list" in words(dry_run("ae", session__signals="-"))


def test_global_rules_apply_elsewhere() -> None:
    assert "global/ every-withdrawal is shown" in words(dry_run("global", asset="BTC"))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("amount_usd", "plenty", "amount_usd : expected a number"),
        ("amount_usd", "-5", "amount_usd : "),
        ("amount_usd", "inf", "amount_usd : expected a number"),
        ("destination__first_use", "perhaps", "destination.first_use : expected yes or no"),
        ("asset", "\u202eUSDT", "asset : "),
        ("day", "2026-02-30", "day : expected a day"),
    ],
)
def test_an_invalid_withdrawal_is_explained_and_kept_in_the_form(name: str, value: str, says: str) -> None:
    html = dry_run("ae", **{name: value})

    assert "This cannot be tried:" in words(html)
    assert says in words(html)
    assert "is shown" not in words(html)


def test_the_dry_run_link_gives_a_withdrawal_that_the_rule_matches() -> None:
    for rule in samples().rules:
        link = unescape(re.findall(r'<a href="(/try/[^"]+)">', pages().rule(samples(), rule, TODAY))[0])
        says = words(pages().dry_run(samples(), rule.region, parse_qsl(link.partition("?")[2]), NOW))
        assert f" matches: {rule.id.replace('/', '/ ').replace('_', '_ ')} " in says, rule.id


def test_authors_text_is_escaped_on_every_page(tmp_path: Any) -> None:
    """Rationales, contacts and names are free text of the authors; `check` only checks message texts."""
    nasty = "\"'><script>alert(1)</script>"
    changes = {
        "rules/hk/first.yaml": RULE.replace("New payees are the pattern.", f"'{nasty.replace(chr(39), chr(39) * 2)}'"),
        "rules/hk/region.yaml": FILES["rules/hk/region.yaml"].replace("does: advice", "does: '<b>advice</b>'"),
    }
    view = view_of(tmp_path, changes)

    for html in (rule_page(view, "hk/first"), pages().rules(view, {"text": nasty}, TODAY, in_files=True)):
        assert "<script>alert" not in html
        assert "<b>advice" not in html


def test_a_translation_that_is_behind_says_so(tmp_path: Any) -> None:
    old = FILES["locales/hk/ar.yaml"].replace(
        "  investment:\n", '  investment:\n    from: {language: en, text: "000000000000"}\n'
    )

    assert "has changed since this translation" not in words(rule_page(view_of(tmp_path), "hk/first"))
    says = words(rule_page(view_of(tmp_path, {"locales/hk/ar.yaml": old}), "hk/first"))
    assert "Arabic ar, right to left sample The text in English has changed since this translation." in says
