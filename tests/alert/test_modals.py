"""The alert above a withdrawal form that is itself in a dialog, of each library that docs/component.md names."""

from collections.abc import Iterator
from typing import Any

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.keys import Keys

from tests.alert.alert_page import in_firefox, press, takes_input
from tests.alert.exchange import exchange
from tests.alert.pages_site import PagesSite, build, needs_pages
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

pytestmark = needs_pages

_LIBRARIES = ["radix", "mui", "headless-ui", "focus-trap", "native"]
# They hide what was in the page before their dialog from screen readers.
_HIDES = {"radix", "mui", "headless-ui"}
_ROOT = "[...document.querySelectorAll('forewarn-alert')].at(-1)?.shadowRoot"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesSite]:
    folder = tmp_path_factory.mktemp("pages")
    build(folder)
    with exchange(PagesSite(folder)) as made:
        yield made


def state(page: Browser) -> dict[str, Any]:
    """What was said, how often the form's dialog was closed, and how many clicks it got."""
    said: dict[str, Any] = page.run("return {heard, closings, pressed}")
    return said


def focused(page: Browser) -> str:
    """The class or id of what has the focus, inside the alert or outside."""
    name: str = page.run(
        f"const it = {_ROOT}?.activeElement ?? document.activeElement;"
        "return it.id || it.getAttribute('class')?.replace('action ', '') || it.type || it.tagName"
    )
    return name


def warned(page: Browser, number: int) -> None:
    """Asks for the withdrawal, and waits until the alert is in sight."""
    alert = an_alert("dialog", acknowledge="checkbox", body=["Talk to somebody you trust.", "The story. " * 200])
    page.run("window.given = arguments[0]", {"assessment_id": f"as_{number}", "alert": alert})
    page.one("#withdraw").click()
    last = "const {outcome, assessment_id} = said.at(-1) ?? {}; return [outcome, assessment_id]"
    page.wait(lambda: page.run(last) == ["shown", f"as_{number}"])


def click(page: Browser, selector: str) -> None:
    page.run(f"return {_ROOT}.querySelector(arguments[0])", selector).click()


@pytest.mark.parametrize("where", ["inside", "above", "before"])
@pytest.mark.parametrize("library", _LIBRARIES)
def test_the_alert_works_and_the_form_stays(one_browser: Browser, site: PagesSite, library: str, where: str) -> None:
    works_and_the_form_stays(one_browser, site, library, where)


@in_firefox
@pytest.mark.parametrize("library", _LIBRARIES)
def test_the_alert_works_above_the_form_in_firefox(one_browser: Browser, site: PagesSite, library: str) -> None:
    works_and_the_form_stays(one_browser, site, library, "above")


def works_and_the_form_stays(page: Browser, site: PagesSite, library: str, where: str) -> None:
    """Two alerts: the user leaves one by Escape, and cancels at the other. An alert that a library hides says so."""
    page.open(f"{site.url}/19/modal?library={library}&where={where}")
    page.wait(lambda: page.all("#open"))
    page.one("#open").click()
    page.wait(lambda: page.run("return document.querySelector('#amount')?.checkVisibility()"))
    warned(page, 1)
    before = state(page)

    middle = ScrollOrigin.from_viewport(page.run("return Math.round(innerWidth / 2)"), 200)
    ActionChains(page.driver).scroll_from_origin(middle, 0, 100).perform()
    page.wait(lambda: page.run(f"return {_ROOT}.querySelector('dialog').scrollTop > 0"))
    reached = [focused(page)]
    for _ in range(7):
        press(page, Keys.TAB)
        reached.append(focused(page))
    assert reached == ["title", "cancel", "review", "call", "report", "acknowledge", "proceed", "cancel"]
    takes_input(page)
    click(page, ".call")
    click(page, "input")
    assert page.run(f"return {_ROOT}.querySelector('input').checked")
    assert state(page) == {**before, "heard": ["shown", "reviewed"]}

    press(page, Keys.ESCAPE)
    page.wait(lambda: state(page)["heard"] == ["shown", "reviewed", "abandoned"])
    assert state(page)["closings"] == 0

    warned(page, 2)
    before = state(page)
    takes_input(page)
    click(page, ".cancel")
    page.wait(lambda: page.run(f"return !{_ROOT}?.querySelector('dialog')"))
    assert state(page) == {**before, "heard": [*before["heard"], "cancelled"]}
    assert focused(page) == "withdraw"

    press(page, Keys.ESCAPE)
    page.wait(lambda: state(page)["closings"] == 1)
    faults = {one["reason"] for one in page.run("return said") if one["name"] == "error"}
    assert faults == ({"inert"} if where == "before" and library in _HIDES else set())
