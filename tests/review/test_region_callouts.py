"""The comment shows contacts as they were typed, names the page to compare them with, and repeats no alert."""

from pathlib import Path

from app.review.callout_kinds import CalloutKind
from app.review.review_comment import as_markdown
from app.review.review_text import as_text
from tests.checks.folders import FILES, REGION, REGION_PATH, RULE, RULE_PATH
from tests.review.repositories import called_out, changed

NUMBER = REGION.replace('phone: "18222"', 'phone: "18223"')


def test_a_number_without_quotes_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    region = REGION.replace('phone: "18222"', "phone: 18223")
    (callout,) = called_out(tmp_path, {REGION_PATH: region})[CalloutKind.CONTACTS]

    assert (callout.before, callout.after) == ("18222", "18223")


def test_quotes_that_are_gone_are_a_difference(tmp_path: Path) -> None:
    region = REGION.replace('phone: "18222"', "phone: 18222")
    (callout,) = called_out(tmp_path, {REGION_PATH: region})[CalloutKind.CONTACTS]

    assert (callout.before, callout.after) == ("18222 (in quotes)", "18222 (without quotes)")


def test_a_changed_number_names_its_official_page(tmp_path: Path) -> None:
    found = changed(tmp_path, {REGION_PATH: NUMBER}).review

    assert "18223</strong> (official page: <code>https:&#8203;//police.example</code>)" in as_markdown(found)
    assert "{+18223+} (official page: https://police.example)" in as_text(found)


def test_a_page_that_changes_too_is_named_once(tmp_path: Path) -> None:
    region = NUMBER.replace('18223", does: advice, does_not: take reports, source: "https://police.example"', "NEW")
    assert "NEW" in region
    region = region.replace("NEW", '18223", does: advice, does_not: take reports, source: "https://other.example"')
    found = called_out(tmp_path, {REGION_PATH: region})[CalloutKind.CONTACTS]

    assert [(each.what, each.page) for each in found] == [
        ("hk: contacts.helpline.phone", ""),
        ("hk: contacts.helpline.source", ""),
    ]


def test_of_alerts_that_only_name_a_changed_contact_one_is_shown_for_each_language(tmp_path: Path) -> None:
    others = {f"rules/hk/r{number}.yaml": RULE.replace("1000", f"{number}000") for number in range(2, 6)}
    found = changed(tmp_path, {REGION_PATH: NUMBER}, {**FILES, **others}).review
    text = as_markdown(found)

    assert len(found.cards) == 20
    assert text.count("<details") == 2
    assert text.count("and 9 more alerts that name it") == 2


def test_an_alert_whose_own_rule_changed_is_shown_beside_them(tmp_path: Path) -> None:
    others = {"rules/hk/r2.yaml": RULE.replace("1000", "2000")}
    severer = RULE.replace("severity: high", "severity: critical")
    found = changed(tmp_path, {REGION_PATH: NUMBER, RULE_PATH: severer}, {**FILES, **others}).review

    assert [card.rule_id for card in found.cards if not card.inherits] == ["hk/first"] * 4
    assert as_markdown(found).count("<details") == 4 + 2
