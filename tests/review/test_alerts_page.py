"""`forewarn diff --preview`: the changed alerts in one HTML file."""

import re
from pathlib import Path

import pytest

from app.review.alerts_page import MOST_DRAWN, alerts_page
from app.review.changed_alerts import ChangedAlert
from tests.alert.alert_page import violations
from tests.checks.folders import FILES, RULE, RULE_PATH, TEXT_PATH, TEXTS
from tests.console.browser import CHROMIUM, DRIVER, MISSING, browser
from tests.review.repositories import changed


def cards(folder: Path, title: str = "Pause before you send") -> tuple[ChangedAlert, ...]:
    return changed(folder, {TEXT_PATH: TEXTS.replace("title: Stop", f"title: {title}")}).review.cards


def test_the_page_needs_no_other_file(tmp_path: Path) -> None:
    page = alerts_page(cards(tmp_path), "Compared with main")

    assert "Pause before you send" in page
    assert re.findall(r"<(?:link|img|iframe)\b|\bsrc=|@import|url\(", page) == []


def test_a_title_cannot_end_the_element_that_it_stands_in(tmp_path: Path) -> None:
    (first, *_) = cards(tmp_path)
    hostile = "</style></script></forewarn-alert><img src=x onerror=alert(1)>"
    shown = ChangedAlert(first.rule_id, first.language, None, True, {**first.alert, "title": hostile})

    assert "<img" not in alerts_page([shown], "")


def test_a_page_of_files_with_errors_says_why_it_is_empty() -> None:
    assert "Nothing can be drawn while the files have errors" in alerts_page([], "", blocked=True)


def test_a_page_of_very_many_alerts_says_how_many_there_are(tmp_path: Path) -> None:
    many = list(cards(tmp_path)[:1]) * (MOST_DRAWN + 1)

    page = alerts_page(many, "")
    assert f"The first {MOST_DRAWN} are drawn." in page
    assert page.count("<forewarn-alert placement") == 2 * MOST_DRAWN


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)
def test_it_draws_the_alerts_in_a_browser_from_disk(tmp_path: Path) -> None:
    (tmp_path / "alerts.html").write_text(alerts_page(cards(tmp_path / "clone"), "Compared with main"), "utf-8")
    (tmp_path / "browser").mkdir()
    with browser(tmp_path / "browser") as page:
        page.looks(dark=False, width=390)
        page.open((tmp_path / "alerts.html").as_uri())
        title = "return document.querySelector('forewarn-alert').shadowRoot?.querySelector('h2')?.textContent"
        page.wait(lambda: page.run(title) == "Pause before you send")
        assert page.errors() == []
        assert violations(page) == []


def test_a_change_of_rules_alone_is_not_said_to_alter_nothing(tmp_path: Path) -> None:
    stopped = changed(tmp_path / "stopped", {RULE_PATH: RULE + "enabled: false\n"}).review
    reasoned = changed(tmp_path / "reasoned", {RULE_PATH: RULE.replace("New payees", "Payees")}).review

    assert "Who gets which warning does change" in alerts_page(stopped.cards, "", decides=stopped.decides_otherwise)
    assert "This change alters no alert." in alerts_page(reasoned.cards, "", decides=reasoned.decides_otherwise)


def test_a_variant_that_is_added_does_not_make_the_other_one_new(tmp_path: Path) -> None:
    paths = (TEXT_PATH, TEXT_PATH.replace("en.yaml", "ar.yaml"))
    files = {path: FILES[path].partition("    variants:")[0] for path in paths}
    found = changed(tmp_path, {path: FILES[path] for path in paths}, {**FILES, **files}).review

    assert [(card.language, card.variant, card.new) for card in found.cards] == [("en", "b", True), ("ar", "b", True)]
