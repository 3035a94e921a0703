"""The page behind a modal alert: it does not scroll, does not shift, and gets back what it had."""

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.keys import Keys

from tests.alert.alert_page import (
    HOST,
    ROOT,
    draw,
    frames,
    in_both,
    in_firefox,
    inside,
    is_open,
    press,
    show,
    takes_input,
)
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

modes = pytest.mark.parametrize("mode", ["dialog", "interstitial"])


@pytest.fixture
def tall(page: Browser) -> Browser:
    """A page of several screens, scrolled some way down."""
    page.run("document.body.style.minHeight = '5000px'; scrollTo(0, 300)")
    page.wait(lambda: page.run("return scrollY") == 300)
    return page


@in_both
@modes
@pytest.mark.parametrize("where", ["short", "long"])
def test_the_wheel_does_not_scroll_it(tall: Browser, mode: str, where: str) -> None:
    """Neither over an alert that has nothing to scroll, nor at the end of one that has."""
    tall.looks(dark=False, height=600)
    draw(tall, an_alert(mode, body=["A story. " * 40] * (1 if where == "short" else 9)))
    at = tall.run("return scrollY")
    for delta in (2000, 2000, -9000):
        for x, y in ((640, 300), (5, 5)):
            ActionChains(tall.driver, duration=0).scroll_from_origin(
                ScrollOrigin.from_viewport(x, y), 0, delta
            ).perform()
            frames(tall)

    assert tall.run("return scrollY") == at


@in_both
@modes
def test_keys_do_not_scroll_it(tall: Browser, mode: str) -> None:
    draw(tall, an_alert(mode))
    at = tall.run("return scrollY")
    press(tall, Keys.END, Keys.PAGE_DOWN, Keys.ARROW_DOWN, Keys.HOME)
    frames(tall)

    assert tall.run("return scrollY") == at


@in_both
@modes
@pytest.mark.parametrize("ending", ["cancel", "remove", "null"])
def test_it_gets_back_its_place_and_its_styles(tall: Browser, mode: str, ending: str) -> None:
    tall.run("document.documentElement.style.overflow = 'visible'; document.documentElement.style.color = 'black'")
    styles = "return [document.documentElement.style.cssText, document.body.style.cssText, scrollY]"
    before = tall.run(styles)
    draw(tall, an_alert(mode))
    assert tall.run("return getComputedStyle(document.documentElement).overflowY") == "hidden"
    if ending == "cancel":
        takes_input(tall)
        inside(tall, ".cancel").click()
    else:
        tall.run(f"{HOST}.remove()" if ending == "remove" else f"{HOST}.alert = null")
    tall.wait(lambda: not is_open(tall))

    assert tall.run(styles) == before


@in_both
def test_two_alerts_share_the_page(tall: Browser) -> None:
    """The one that closes first does not let go for the other."""
    tall.run(
        "window.first = show(arguments[0]); window.second = show(arguments[0], {'assessment-id': '2'})",
        an_alert("dialog"),
    )
    tall.wait(lambda: tall.run("return heard().length") == 2)
    tall.run("first.remove()")
    frames(tall)
    assert tall.run("return getComputedStyle(document.documentElement).overflowY") == "hidden"
    tall.run("second.remove()")
    frames(tall)

    assert tall.run("return getComputedStyle(document.documentElement).overflowY") == "visible"


@in_both
def test_a_banner_lets_it_scroll(tall: Browser) -> None:
    tall.run("scrollTo(0, 0)")
    draw(tall, an_alert("banner"))
    tall.run("scrollTo(0, 900)")

    assert tall.run("return scrollY") == 900


@in_firefox
@modes
def test_a_scroll_bar_covers_nothing(tall: Browser, mode: str) -> None:
    """One that takes room, as on a desktop with a mouse."""
    before = tall.run("return document.documentElement.clientWidth")
    assert before < tall.run("return innerWidth")
    draw(tall, an_alert(mode, body=["A story. " * 40] * 9))

    right, width = tall.run(
        f"const panel = {ROOT}.querySelector('.alert');"
        "return [panel.getBoundingClientRect().right, document.documentElement.clientWidth]"
    )
    assert right <= width
    covered = tall.run(
        f"const panel = {ROOT}.querySelector('.alert');"
        "const inner = panel.clientWidth + panel.getBoundingClientRect().left;"
        f"return [...panel.querySelectorAll('.action, p')].filter(one => one.getBoundingClientRect().right > inner + 1)"
        ".map(one => one.className)"
    )
    assert covered == []


@in_firefox
def test_it_does_not_shift_when_its_scroll_bar_goes(tall: Browser) -> None:
    place = "return document.querySelector('h1').getBoundingClientRect().width"
    before = tall.run(place)
    draw(tall, an_alert("dialog"))

    assert tall.run(place) == before


@in_both
def test_pointers_do_not_reach_it(tall: Browser) -> None:
    """A click beside the alert neither closes it nor reaches the page."""
    tall.run("window.clicks = 0; document.addEventListener('click', () => clicks++)")
    show(tall, an_alert("dialog"))
    beside = ActionBuilder(tall.driver, duration=0)
    beside.pointer_action.move_to_location(3, 3).click()  # type: ignore[no-untyped-call]  # untyped there
    beside.perform()

    assert is_open(tall)
    assert tall.run("return clicks") == 0
