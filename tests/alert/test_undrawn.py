"""An alert that cannot be drawn says so, and the page's static fallback stands in its place."""

import json
from html import escape
from typing import Any

import pytest

from tests.alert.alert_page import HOST, ROOT, frames, heard, in_both, inside, is_open, said
from tests.alert.exchange import Exchange
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

_FALLBACK = "<p id=fallback>Stop. Call 18222 before you send anything.</p>"


def put(page: Browser, value: object, prop: str = "alert") -> None:
    """An element with a static fallback gets `value` as a page would set it."""
    page.run(
        "const element = document.createElement('forewarn-alert'); listen(element);"
        "const fallback = document.createElement('p'); fallback.id = 'fallback'; fallback.textContent = 'Stop.';"
        "element.append(fallback); element[arguments[0]] = arguments[1];"
        "document.querySelector('main').append(element)",
        prop,
        value,
    )
    frames(page)


def fallback_is_seen(page: Browser) -> bool:
    return bool(page.run("return document.getElementById('fallback').getClientRects().length > 0"))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("[object Object]", "not-json"),
        ("text", "not-json"),
        ("", "not-json"),
        (7, "not-an-alert"),
        (True, "not-an-alert"),
        ([{"title": "Stop"}], "not-an-alert"),
        ("7", "not-an-alert"),
        ({}, "no-title"),
        ({"title": 5}, "no-title"),
        ({"title": " "}, "no-title"),
        ({"title": "\u200b\u2060"}, "no-title"),
        ('{"title": ""}', "no-title"),
    ],
    ids=json.dumps,
)
def test_what_is_no_alert_says_why_and_shows_the_fallback(page: Browser, value: object, reason: str) -> None:
    put(page, value)

    (error,) = said(page, "error")
    assert error["reason"] == reason
    assert error["message"]
    assert heard(page) == []
    assert said(page, "ready") == []
    assert fallback_is_seen(page)
    (complaint,) = page.errors()
    assert "forewarn-alert" in complaint
    assert reason in complaint


@pytest.mark.parametrize(
    ("value", "reason"),
    [("no JSON", "not-json"), (5, "not-an-alert"), ({"assessment_id": "as_1"}, "not-an-alert")],
    ids=json.dumps,
)
def test_what_is_no_answer_says_why(page: Browser, value: object, reason: str) -> None:
    put(page, value, "assessment")

    assert [one["reason"] for one in said(page, "error")] == [reason]
    assert fallback_is_seen(page)
    assert len(page.errors()) == 1


def test_an_error_names_the_assessment(page: Browser) -> None:
    put(page, {"assessment_id": "as_1", "alert": {"title": ""}}, "assessment")

    assert [one["assessment_id"] for one in said(page, "error")] == ["as_1"]
    page.errors()


def test_nothing_is_no_error(page: Browser) -> None:
    put(page, None)

    assert said(page, "error") == []
    assert heard(page) == []
    assert not is_open(page)


def test_an_alert_takes_the_place_of_the_fallback(page: Browser) -> None:
    put(page, an_alert("banner"))

    page.wait(lambda: heard(page) == ["shown"])
    assert not fallback_is_seen(page)


def test_an_alert_that_comes_after_an_error_is_drawn(page: Browser) -> None:
    put(page, "[object Object]")
    page.errors()
    page.run(f"{HOST}.alert = arguments[0]", an_alert("banner"))

    page.wait(lambda: heard(page) == ["shown"])
    assert not fallback_is_seen(page)


def test_what_cannot_be_drawn_takes_an_open_alert_away(page: Browser) -> None:
    """The page meant to show another one; the first must not stand for it."""
    put(page, an_alert("dialog"))
    page.wait(lambda: heard(page) == ["shown"])
    page.run(f"{HOST}.alert = 'nonsense'")
    page.wait(lambda: said(page, "error"))

    assert not is_open(page)
    assert heard(page) == ["shown", "abandoned"]
    assert fallback_is_seen(page)
    page.errors()


def as_json(value: object) -> str:
    return json.dumps(value)


@pytest.mark.parametrize(
    ("prop", "value"),
    [("alert", an_alert("banner")), ("assessment", {"assessment_id": "as_1", "alert": an_alert("banner")})],
    ids=["alert", "assessment"],
)
def test_json_will_do(page: Browser, prop: str, value: Any) -> None:
    put(page, as_json(value), prop)

    page.wait(lambda: heard(page) == ["shown"])
    assert inside(page, "#title").text == "Pause before you send"


def open_with(page: Browser, site: Exchange, path: str, markup: str) -> None:
    site.main = markup
    page.open(f"{site.url}{path}")


@pytest.mark.parametrize(
    "attributes",
    [
        {"alert": as_json(an_alert("banner")), "assessment-id": "as_1"},
        {"assessment": as_json({"assessment_id": "as_1", "alert": an_alert("banner")})},
    ],
    ids=["alert", "assessment"],
)
def test_an_alert_can_come_as_an_attribute(page: Browser, site: Exchange, attributes: dict[str, str]) -> None:
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    open_with(page, site, "/own", f"<forewarn-alert {written}>{_FALLBACK}</forewarn-alert>")

    page.wait(lambda: heard(page) == ["shown"])
    assert [one["assessment_id"] for one in said(page, "outcome")] == ["as_1"]
    assert inside(page, "#title").text == "Pause before you send"


def test_an_object_that_became_text_says_so(page: Browser, site: Exchange) -> None:
    """As React 18 makes of `alert={alert}`."""
    open_with(page, site, "/own", f"<forewarn-alert alert='[object Object]'>{_FALLBACK}</forewarn-alert>")
    page.wait(lambda: said(page, "error"))

    assert [one["reason"] for one in said(page, "error")] == ["not-json"]
    assert fallback_is_seen(page)
    assert "property" in page.errors()[0]


@in_both
@pytest.mark.parametrize(
    "properties",
    [
        "it.assessmentId = 'as_1'; it.alert = alert",
        "it.alert = alert; it.assessmentId = 'as_1'",
        "it.assessment = {assessment_id: 'as_1', alert}",
        "it.assessment = JSON.stringify({assessment_id: 'as_1', alert})",
    ],
)
def test_what_was_set_before_the_script_loaded_is_taken_over(page: Browser, site: Exchange, properties: str) -> None:
    open_with(page, site, "/late", f"<forewarn-alert>{_FALLBACK}</forewarn-alert>")
    assert fallback_is_seen(page)
    page.run(f"const it = {HOST}; const alert = arguments[0]; {properties}", an_alert("dialog"))
    page.run("load()")

    page.wait(lambda: heard(page) == ["shown"])
    assert [one["assessment_id"] for one in said(page, "outcome")] == ["as_1"]
    assert page.run(f"return {ROOT}.querySelector('dialog').matches(':modal')")


def test_without_its_script_the_fallback_stands_there(page: Browser, site: Exchange) -> None:
    open_with(page, site, "/late", f"<forewarn-alert>{_FALLBACK}</forewarn-alert>")

    assert fallback_is_seen(page)
