"""What the alert says that the user did: once each, of the alert that was drawn."""

import json

import pytest

from tests.alert.alert_page import (
    HOST,
    ROOT,
    draw,
    frames,
    heard,
    in_both,
    inside,
    is_open,
    keep_links_here,
    passes,
    reads,
    said,
    show,
    takes_input,
)
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser


def outcomes(page: Browser) -> list[tuple[str, str | None]]:
    """With the id of the assessment."""
    return [(one["outcome"], one["assessment_id"]) for one in said(page, "outcome")]


@in_both
def test_each_outcome_is_said_once(page: Browser) -> None:
    show(page, an_alert("dialog"))
    keep_links_here(page)
    for kind in ("review", "call", "review", "report", "report"):
        inside(page, f".{kind}").click()
    assert heard(page) == ["shown", "reviewed", "reported"]

    inside(page, ".cancel").click()
    page.run(f"{HOST}.remove(); window.dispatchEvent(new Event('pagehide'))")
    assert heard(page) == ["shown", "reviewed", "reported", "cancelled"]
    assert page.run("return document.activeElement.id") == "before"


@pytest.mark.parametrize(
    "ending", [f"{HOST}.remove()", f"{HOST}.alert = null", "window.dispatchEvent(new Event('pagehide'))"]
)
def test_going_without_a_decision_is_abandoned(page: Browser, ending: str) -> None:
    draw(page, an_alert("dialog"))
    page.run(ending)

    page.wait(lambda: heard(page) == ["shown", "abandoned"])


def test_what_nobody_saw_nobody_abandoned(page: Browser) -> None:
    page.run("show(arguments[0]).remove()", an_alert("dialog"))
    frames(page)

    assert heard(page) == []


@in_both
def test_an_alert_below_the_fold_is_not_shown_until_it_is_seen(page: Browser) -> None:
    page.run("before.style.marginBottom = '3000px'; show(arguments[0])", an_alert("banner"))
    page.wait(lambda: said(page, "ready"))
    frames(page)
    assert heard(page) == []

    page.run(f"{HOST}.scrollIntoView()")
    page.wait(lambda: heard(page) == ["shown"])


def test_it_says_when_it_has_drawn(page: Browser) -> None:
    draw(page, an_alert("dialog"), **{"assessment-id": "as_1"})

    assert [(one["assessment_id"], one["mode"]) for one in said(page, "ready")] == [("as_1", "dialog")]


def test_the_age_of_an_outcome_is_that_at_the_moment_of_reading(page: Browser) -> None:
    page.run("document.addEventListener('forewarn-outcome', e => { window.kept ??= e.detail })")
    draw(page, an_alert("dialog"))
    first, later = page.driver.execute_async_script(
        "const done = arguments[0]; const first = JSON.parse(JSON.stringify(kept)).ago_ms;"
        "setTimeout(() => done([first, kept.ago_ms]), 200)"
    )

    assert said(page, "outcome")[0]["ago_ms"] < first
    assert isinstance(first, int)
    assert isinstance(later, int)
    assert later >= first + 199


def test_what_is_said_belongs_to_what_was_drawn(page: Browser) -> None:
    """The id of the next assessment is set first, while the alert of the last one is still open."""
    draw(page, an_alert("dialog"), **{"assessment-id": "as_1"})
    page.run(f"{HOST}.assessmentId = 'as_2'; {HOST}.alert = arguments[0]", an_alert("dialog", title="Another"))
    page.wait(lambda: len(heard(page)) == 3)

    assert outcomes(page) == [("shown", "as_1"), ("abandoned", "as_1"), ("shown", "as_2")]


def test_a_new_id_alone_changes_nothing(page: Browser) -> None:
    show(page, an_alert("dialog"), **{"assessment-id": "as_1"})
    page.run(f"{HOST}.assessmentId = 'as_2'")
    frames(page)
    inside(page, ".cancel").click()

    assert outcomes(page) == [("shown", "as_1"), ("cancelled", "as_1")]


@pytest.mark.parametrize("as_json", [False, True], ids=["object", "JSON"])
def test_one_property_takes_the_whole_answer(page: Browser, as_json: bool) -> None:
    draw(page, an_alert("dialog"), **{"assessment-id": "as_1"})
    value = "JSON.stringify(arguments[0])" if as_json else "arguments[0]"
    answer = {"assessment_id": "as_2", "alert": an_alert("dialog", title="Another"), "matched": []}
    page.run(f"{HOST}.assessment = {value}", answer)
    page.wait(lambda: len(heard(page)) == 3)

    assert outcomes(page) == [("shown", "as_1"), ("abandoned", "as_1"), ("shown", "as_2")]
    assert page.run(f"return {HOST}.assessmentId") == "as_2"
    assert reads(page, "#title") == "Another"


@pytest.mark.parametrize("nothing", [{"assessment_id": "as_2", "alert": None}, None], ids=["no alert", "null"])
def test_an_answer_without_an_alert_shows_nothing(page: Browser, nothing: object) -> None:
    draw(page, an_alert("dialog"), **{"assessment-id": "as_1"})
    page.run(f"{HOST}.assessment = arguments[0]", nothing)
    page.wait(lambda: not is_open(page))

    assert outcomes(page) == [("shown", "as_1"), ("abandoned", "as_1")]
    assert said(page, "error") == []


def _set_again(page: Browser, **changes: object) -> None:
    """As a page does that renders again: an equal alert, but another object."""
    page.run(f"{HOST}.alert = arguments[0]", an_alert("dialog", 60, "checkbox", **changes))
    frames(page)


def test_an_equal_alert_is_nothing_new(page: Browser) -> None:
    draw(page, an_alert("dialog", 60, "checkbox"), **{"assessment-id": "as_1"})
    page.wait(lambda: "59" in reads(page, "#wait"))
    page.run(f"window.panel = {ROOT}.querySelector('.alert').firstElementChild")
    for _ in range(3):
        _set_again(page)

    assert page.run(f"return window.panel === {ROOT}.querySelector('.alert').firstElementChild")
    assert "60" not in reads(page, "#wait")
    assert heard(page) == ["shown"]
    assert len(said(page, "ready")) == 1


def test_the_order_of_members_makes_no_other_alert(page: Browser) -> None:
    alert = an_alert("dialog", 60)
    page.run("show(arguments[0])", json.dumps(alert))
    page.wait(lambda: heard(page) == ["shown"])
    page.run(f"{HOST}.alert = arguments[0]", json.dumps(dict(reversed(alert.items()))))
    frames(page)

    assert heard(page) == ["shown"]
    assert len(said(page, "ready")) == 1


def test_another_language_takes_the_place_of_the_first(page: Browser) -> None:
    """The wait and the box stay; nobody left."""
    show(page, an_alert("dialog", 1, "checkbox"), **{"assessment-id": "as_1"})
    page.wait(lambda: inside(page, "input").get_attribute("aria-disabled") == "false")
    inside(page, "input").click()
    german = an_alert("dialog", 1, "checkbox", language="de", title="Halt", body=["Sprechen Sie mit jemandem."])
    page.run(f"{HOST}.alert = arguments[0]", german)
    page.wait(lambda: reads(page, ".read") == "Ich habe diese Warnung gelesen")

    assert reads(page, "#title") == "Halt"
    assert inside(page, ".alert").get_attribute("lang") == "de"
    assert inside(page, "input").is_selected()
    assert inside(page, ".proceed").get_attribute("aria-disabled") == "false"
    assert heard(page) == ["shown"]
    assert page.run(f"return {ROOT}.querySelector('dialog').matches(':modal')")


def test_null_and_an_equal_alert_in_one_go_begin_again(page: Browser) -> None:
    draw(page, an_alert("dialog", 60), **{"assessment-id": "as_1"})
    page.wait(lambda: "59" in reads(page, "#wait"))
    page.run(f"const element = {HOST}; element.alert = null; element.alert = arguments[0]", an_alert("dialog", 60))
    page.wait(lambda: len(heard(page)) == 3)

    assert heard(page) == ["shown", "abandoned", "shown"]


@pytest.mark.parametrize("kind", ["cancel", "proceed"])
def test_what_was_decided_is_not_asked_again(page: Browser, kind: str) -> None:
    """A page may render again between the decision and its own next step."""
    show(page, an_alert("dialog"), **{"assessment-id": "as_1"})
    inside(page, f".{kind}").click()
    page.run(f"{HOST}.alert = arguments[0]", an_alert("dialog"))
    passes(page, 200)

    assert not is_open(page)
    assert len(heard(page)) == 2
    page.errors()


def test_another_assessment_asks_after_a_decision(page: Browser) -> None:
    show(page, an_alert("dialog"), **{"assessment-id": "as_1"})
    inside(page, ".cancel").click()
    page.run(f"{HOST}.assessment = arguments[0]", {"assessment_id": "as_2", "alert": an_alert("dialog")})
    takes_input(page)

    page.wait(lambda: outcomes(page) == [("shown", "as_1"), ("cancelled", "as_1"), ("shown", "as_2")])


def test_null_asks_again_after_a_decision(page: Browser) -> None:
    show(page, an_alert("dialog"), **{"assessment-id": "as_1"})
    inside(page, ".cancel").click()
    page.run(f"{HOST}.alert = null; {HOST}.alert = arguments[0]", an_alert("dialog"))

    page.wait(lambda: heard(page) == ["shown", "cancelled", "shown"])
