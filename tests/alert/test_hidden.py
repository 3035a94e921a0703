"""Nothing is modal that is not rendered: a hidden alert leaves the page alone, and opens when it is shown."""

import pytest
from selenium.webdriver.common.keys import Keys

from tests.alert.alert_page import HOST, ROOT, draw, heard, in_both, inside, passes, press, said, takes_input
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

HIDDEN = {
    "display": ("main.style.display = 'none'", "main.style.display = ''"),
    "hidden": ("main.hidden = true", "main.hidden = false"),
    "itself": ("element.hidden = true", "element.hidden = false"),
    "visibility": ("main.style.visibility = 'hidden'", "main.style.visibility = ''"),
    "content-visibility": ("main.style.contentVisibility = 'hidden'", "main.style.contentVisibility = ''"),
}
ways = pytest.mark.parametrize("way", HIDDEN)
_NAMES = "const main = document.querySelector('main'); const element = document.querySelector('forewarn-alert');"


def hide(page: Browser, way: str) -> None:
    page.run(_NAMES + HIDDEN[way][0])


def reveal(page: Browser, way: str) -> None:
    page.run(_NAMES + HIDDEN[way][1])


def page_is_free(page: Browser) -> None:
    """A button that is not hidden takes a click, and nothing of the page is locked."""
    page.run(
        "window.behind ??= document.body.appendChild(Object.assign(document.createElement('button'),"
        "{textContent: 'Behind', onclick: () => window.clicks = (window.clicks ?? 0) + 1})); window.clicks = 0"
    )
    page.run("return behind").click()
    assert page.run("return clicks") == 1
    assert page.run("return getComputedStyle(document.documentElement).overflowY") != "hidden"


def draw_hidden(page: Browser, way: str) -> None:
    page.run(f"show(arguments[0], {{'assessment-id': 'as_1'}}); {_NAMES} {HIDDEN[way][0]}", an_alert("dialog"))


@in_both
@ways
def test_a_hidden_alert_is_not_modal_and_says_so(page: Browser, way: str) -> None:
    draw_hidden(page, way)
    page.wait(lambda: said(page, "error"))

    assert [(one["reason"], one["assessment_id"]) for one in said(page, "error")] == [("not-rendered", "as_1")]
    assert said(page, "ready") == []
    assert not page.run(f"return {ROOT}.querySelector('dialog')?.matches(':modal')")
    page_is_free(page)
    press(page, Keys.ESCAPE)
    assert heard(page) == []
    assert len(page.errors()) == 1


@in_both
@ways
def test_it_opens_when_it_is_rendered(page: Browser, way: str) -> None:
    draw_hidden(page, way)
    page.wait(lambda: said(page, "error"))
    reveal(page, way)
    takes_input(page)

    assert page.run(f"return {ROOT}.querySelector('dialog').matches(':modal')")
    inside(page, ".cancel").click()
    assert heard(page) == ["shown", "cancelled"]
    page.errors()


@in_both
def test_an_alert_hidden_for_a_moment_lets_go_when_it_is_hidden_again(page: Browser) -> None:
    """The dialog says that it has closed only when it is open again."""
    draw(page, an_alert("dialog"))
    look = "document.dispatchEvent(new Event('visibilitychange'));"
    page.run(f"{_NAMES} main.hidden = true; {look} main.hidden = false; {look}")
    passes(page, 50)
    hide(page, "hidden")
    page.wait(lambda: said(page, "error"))

    assert not page.run(f"return {ROOT}.querySelector('dialog').matches(':modal')")
    page_is_free(page)
    assert heard(page) == ["shown"]
    page.errors()


@in_both
@ways
def test_an_open_alert_that_is_hidden_lets_go_of_the_page_and_comes_back(page: Browser, way: str) -> None:
    draw(page, an_alert("dialog", 60), **{"assessment-id": "as_1"})
    hide(page, way)
    page.wait(lambda: not page.run(f"return {ROOT}.querySelector('dialog').matches(':modal')"))
    page_is_free(page)
    press(page, Keys.ESCAPE)
    assert heard(page) == ["shown"]

    reveal(page, way)
    page.wait(lambda: page.run(f"return {ROOT}.querySelector('dialog').matches(':modal')"))
    assert heard(page) == ["shown"]
    page.errors()


def test_a_hidden_alert_that_goes_away_was_not_left(page: Browser) -> None:
    draw_hidden(page, "display")
    page.wait(lambda: said(page, "error"))
    page.run(f"{HOST}.remove()")
    passes(page, 100)

    assert heard(page) == []
    page.errors()


def test_a_banner_in_a_hidden_place_says_so_too(page: Browser) -> None:
    page.run(f"show(arguments[0]); {_NAMES} main.hidden = true", an_alert("banner"))
    page.wait(lambda: said(page, "error"))

    assert [one["reason"] for one in said(page, "error")] == ["not-rendered"]
    page.errors()


@in_both
@pytest.mark.parametrize(
    ("attribute", "mode"), [("ariaHidden", "dialog"), ("ariaHidden", "banner"), ("inert", "banner")]
)
def test_an_alert_that_cannot_be_reached_says_so(page: Browser, attribute: str, mode: str) -> None:
    page.run(f"{_NAMES} main.{attribute} = 'true'; show(arguments[0])", an_alert(mode))
    page.wait(lambda: said(page, "error"))

    assert [one["reason"] for one in said(page, "error")] == ["inert"]
    page.errors()


@in_both
def test_a_modal_alert_is_not_inert_in_an_inert_place(page: Browser) -> None:
    """As beside a modal of a library that makes the rest of the page inert."""
    page.run(f"{_NAMES} main.inert = true; show(arguments[0])", an_alert("dialog"))
    takes_input(page)
    inside(page, ".cancel").click()

    assert heard(page) == ["shown", "cancelled"]
    assert said(page, "error") == []


def test_a_short_move_is_no_error(page: Browser) -> None:
    """A library hides its modal while it moves into place."""
    page.run("show(arguments[0]); document.querySelector('main').hidden = true", an_alert("dialog"))
    passes(page, 100)
    page.run("document.querySelector('main').hidden = false")
    takes_input(page)

    assert said(page, "error") == []


FRAME = "document.getElementById('frame').contentWindow"


def show_in_frame(page: Browser, style: str) -> None:
    page.run(
        "const frame = document.createElement('iframe'); frame.id = 'frame'; frame.src = '/bare';"
        "frame.style.cssText = arguments[0]; document.querySelector('main').append(frame)",
        style,
    )
    page.wait(lambda: page.run(f"return !!{FRAME}.customElements.get('forewarn-alert')"))
    page.run(f"{FRAME}.show(arguments[0])", an_alert("dialog"))


def test_in_a_frame_as_high_as_its_content_it_says_that_nobody_sees_it(page: Browser) -> None:
    """The middle of the frame is far below the window. Firefox scrolls the page to it."""
    show_in_frame(page, "display: block; border: 0; width: 100%; height: 6000px")
    page.wait(lambda: page.run(f"return {FRAME}.said.find(e => e.type === 'error')"))

    assert page.run(f"return {FRAME}.said.map(e => e.reason ?? e.outcome ?? e.type)") == ["ready", "not-visible"]
    page.errors()


@in_both
def test_in_a_frame_as_high_as_the_window_it_is_shown(page: Browser) -> None:
    show_in_frame(page, "position: fixed; inset: 0; border: 0; width: 100%; height: 100%")

    page.wait(lambda: page.run(f"return {FRAME}.heard()") == ["shown"])


def test_a_banner_that_nobody_can_see_was_not_shown(page: Browser) -> None:
    page.run("document.querySelector('main').style.opacity = 0; show(arguments[0])", an_alert("banner"))
    page.wait(lambda: said(page, "error"))

    assert heard(page) == []
    assert len(page.errors()) == 1
    page.run("document.querySelector('main').style.opacity = 1")
    page.wait(lambda: heard(page) == ["shown"])


def test_a_dialog_escapes_the_opacity_of_what_holds_it(page: Browser) -> None:
    page.run("document.querySelector('main').style.opacity = 0")
    draw(page, an_alert("dialog"))

    assert said(page, "error") == []
