"""What <forewarn-alert> draws of an alert: all of it, in order, and never more than text."""

import json

import pytest

from app.domain.rule import DEFAULT_PRESENTATION
from tests.alert.alert_page import HOST, ROOT, draw, frames, inside, is_open, said, violations
from tests.alert.exchange import PACKAGE
from tests.alert.sample_alert import ACTIONS, an_alert
from tests.console.browser import Browser


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("mode", ["banner", "dialog", "interstitial"])
@pytest.mark.parametrize("severity", ["info", "critical"])
def test_axe_finds_nothing(page: Browser, mode: str, severity: str, dark: bool) -> None:
    page.looks(dark=dark, width=390)
    draw(page, an_alert(mode, 60, "checkbox", severity=severity))

    assert violations(page) == []
    assert page.run(f"return getComputedStyle({ROOT}.querySelector('.alert')).colorScheme") == "light dark"
    assert page.run("return document.scrollingElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("mode", "role"), [("dialog", "alertdialog"), ("interstitial", "alertdialog"), ("banner", "region")]
)
def test_it_has_the_role_of_its_mode_and_the_title_names_it(page: Browser, mode: str, role: str) -> None:
    draw(page, an_alert(mode))

    panel = inside(page, ".alert")
    assert panel.aria_role == role
    assert panel.accessible_name == "Pause before you send"
    assert panel.get_attribute("aria-describedby") == (None if mode == "banner" else "body")


def test_actions_come_in_the_order_of_safety_with_proceed_last_after_the_box(page: Browser) -> None:
    """Whatever the order in which they were given."""
    draw(page, an_alert(acknowledge="checkbox", actions=ACTIONS[::-1]))

    order = page.run(
        f"return [...{ROOT}.querySelectorAll('#title, #body, .questions, .action, input')]"
        ".map(e => e.dataset.testid.replace('forewarn-', ''))"
    )
    assert order == ["title", "body", "questions", "cancel", "review", "call", "report", "acknowledge", "proceed"]


def test_the_usual_friction_of_each_severity_is_drawn(page: Browser) -> None:
    for presentation in DEFAULT_PRESENTATION.values():
        page.run(f"{HOST}?.remove(); said.length = 0")
        draw(page, an_alert(presentation.mode, presentation.min_display_seconds, presentation.acknowledge))
        held = presentation.min_display_seconds > 0 or presentation.acknowledge == "checkbox"
        assert (inside(page, ".proceed").get_attribute("aria-disabled") == "true") is held
        assert (inside(page, "input") is not None) is (presentation.acknowledge == "checkbox")


def test_a_text_is_never_more_than_text(page: Browser) -> None:
    nasty = "<img src=x onerror='window.hacked = 1'><b>bold</b>\"'&amp;{n}$&"
    draw(
        page,
        an_alert(
            title=nasty,
            body=[nasty],
            questions=[nasty],
            source=nasty,
            text_status="official",
            language='en"><script>',
            actions=[
                {"kind": "cancel", "label": nasty},
                {"kind": "review", "label": nasty, "url": "javascript:window.hacked=1"},
                {"kind": "call", "label": nasty, "phone": "1'><b>"},
                {"kind": "report", "label": nasty, "url": "https://user@police.example/"},
                {"kind": "explode", "label": nasty},
                {"kind": "proceed", "label": nasty},
            ],
        ),
    )

    assert inside(page, "h2").text == nasty
    assert inside(page, ".body").text == nasty
    assert inside(page, ".source").text == f"Source: {nasty}"
    assert page.run(f"return {ROOT}.querySelectorAll('img, b, script, a').length") == 0
    assert page.run("return window.hacked") is None


def test_links_lead_to_a_new_tab_that_cannot_reach_back_and_to_the_telephone(page: Browser) -> None:
    draw(page, an_alert())

    review, call = inside(page, ".review"), inside(page, ".call")
    assert review.get_attribute("href") == "https://police.example/check"
    assert (review.get_attribute("target"), review.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    assert review.accessible_name == "Check on Scameter police.example (opens in a new tab)"
    assert call.get_attribute("href") == "tel:18222"
    assert " ".join(call.text.split()) == "Call for advice 18222"


@pytest.mark.parametrize("level", [1, 2, 3, 6])
def test_the_title_has_the_level_that_the_page_asks_for(page: Browser, level: int) -> None:
    draw(page, an_alert("banner"), **{"heading-level": str(level)})

    assert page.run(f"return {ROOT}.getElementById('title').tagName") == f"H{level}"


@pytest.mark.parametrize("level", ["0", "7", "two", "1.5"])
def test_a_level_that_no_heading_has_is_the_second(page: Browser, level: str) -> None:
    draw(page, an_alert("banner"), **{"heading-level": level})

    assert page.run(f"return {ROOT}.getElementById('title').tagName") == "H2"


def test_every_part_that_a_test_of_the_page_may_need_has_an_id(page: Browser) -> None:
    draw(page, an_alert(seconds=30, acknowledge="checkbox"))

    ids = page.run(f"return [...{ROOT}.querySelectorAll('[data-testid]')].map(e => e.dataset.testid)")
    parts = ("title", "body", "cancel", "review", "call", "report", "proceed", "acknowledge", "wait")
    assert [ids.count(f"forewarn-{part}") for part in parts] == [1] * len(parts)


def test_it_names_its_version(page: Browser) -> None:
    version = json.loads((PACKAGE / "package.json").read_text())["version"]

    assert page.run("return customElements.get('forewarn-alert').version") == version
    assert page.run("return document.createElement('forewarn-alert').version") == version


def test_a_second_copy_says_so_and_leaves_the_first_in_place(page: Browser) -> None:
    first = "customElements.get('forewarn-alert')"
    page.run(f"window.first = {first}; load('?again')")

    page.wait(lambda: page.run("return complaints.length"))
    assert page.run(f"return first === {first}")
    (complaint,) = page.errors()
    assert "forewarn-alert" in complaint


def test_inline_leaves_the_page_and_its_focus_alone(page: Browser) -> None:
    draw(page, an_alert("interstitial"), placement="inline")

    assert page.run("return document.activeElement.id") == "before"
    assert page.run(f"return {ROOT}.querySelector('dialog')") is None


def test_a_page_may_put_it_in_place_after_all(page: Browser) -> None:
    draw(page, an_alert("interstitial"))
    page.run(f"{HOST}.setAttribute('placement', 'inline')")

    page.wait(lambda: page.run(f"return !{ROOT}.querySelector('dialog')"))
    assert is_open(page)
    assert [one["outcome"] for one in said(page, "outcome")] == ["shown"]


def test_half_an_alert_is_shown_as_far_as_it_goes(page: Browser) -> None:
    draw(
        page, {"title": "Stop", "actions": "none", "presentation": {"mode": "hologram", "min_display_seconds": "soon"}}
    )

    assert inside(page, "h2").text == "Stop"
    assert inside(page, ".alert").aria_role == "alertdialog"


def test_a_page_cannot_style_its_parts(page: Browser) -> None:
    """Tokens are the one way: docs/component.md lists them."""
    draw(page, an_alert(acknowledge="checkbox"))
    frames(page)

    assert page.run(f"return {ROOT}.querySelectorAll('[part]').length") == 0
