"""An alert by keyboard alone: the title first, round and round, and no key decides by accident."""

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.alert.alert_page import (
    HOST,
    ROOT,
    draw,
    focused,
    frames,
    heard,
    in_both,
    inside,
    is_open,
    keep_links_here,
    press,
    said,
    show,
)
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser


@in_both
def test_by_keyboard_alone(page: Browser) -> None:
    """The title first; round and round; the page behind is out of reach; what was focused before is focused again."""
    show(page, an_alert("dialog", acknowledge="checkbox"))

    assert focused(page) == "title"
    reached = []
    for _ in range(7):
        press(page, Keys.TAB)
        reached.append(focused(page).removeprefix("action "))
    assert reached == ["cancel", "review", "call", "report", "acknowledge", "proceed", "cancel"]
    ActionChains(page.driver, duration=0).key_down(Keys.SHIFT).send_keys(Keys.TAB, Keys.TAB).key_up(
        Keys.SHIFT
    ).perform()
    assert focused(page) == "acknowledge"
    press(page, Keys.SPACE, Keys.TAB, Keys.ENTER)

    assert heard(page) == ["shown", "proceeded"]
    assert focused(page) == "before"


@in_both
def test_focus_can_be_seen(page: Browser) -> None:
    draw(page, an_alert("dialog"))
    press(page, Keys.TAB)

    assert page.run(f"return getComputedStyle({ROOT}.activeElement).outlineStyle") == "solid"
    assert page.run(f"return parseFloat(getComputedStyle({ROOT}.activeElement).outlineWidth)") >= 2


@in_both
@pytest.mark.parametrize("size", ["100%", "300%"])
def test_what_has_the_focus_is_in_sight(page: Browser, size: str) -> None:
    """Also an action below those that stay in sight."""
    page.looks(dark=False, width=500, height=844)
    page.run("document.querySelector('h1').remove(); document.documentElement.style.fontSize = arguments[0]", size)
    draw(page, an_alert("dialog", acknowledge="checkbox", body=["A story that goes on and on. " * 12] * 5))

    hidden = []
    for _ in range(6):
        press(page, Keys.TAB)
        frames(page)
        if not page.run(
            f"const it = {ROOT}.activeElement; const {{left, right, top, bottom}} = it.getBoundingClientRect();"
            f"return it.contains({ROOT}.elementFromPoint((left + right) / 2, (top + bottom) / 2))"
        ):
            hidden.append(focused(page))
    assert hidden == []


@in_both
@pytest.mark.parametrize("mode", ["dialog", "interstitial"])
def test_escape_leaves_and_is_never_a_yes(page: Browser, mode: str) -> None:
    show(page, an_alert(mode))
    press(page, Keys.ESCAPE)

    page.wait(lambda: not is_open(page))
    assert heard(page) == ["shown", "abandoned"]
    assert focused(page) == "before"


@in_both
def test_keys_on_the_title_decide_nothing(page: Browser) -> None:
    show(page, an_alert("dialog"))
    press(page, Keys.ENTER, Keys.SPACE)

    assert heard(page) == ["shown"]


@pytest.mark.parametrize("key", ["Enter", " "], ids=["Enter", "Space"])
@pytest.mark.parametrize("kind", ["cancel", "proceed"])
def test_a_key_held_down_decides_nothing(page: Browser, key: str, kind: str) -> None:
    """It was pressed on the page's own button, and repeats while the focus moves."""
    show(page, an_alert("dialog"))
    page.run(f"{ROOT}.querySelector(arguments[0]).focus()", f".{kind}")
    event = {"key": key, "code": "Enter" if key == "Enter" else "Space", "text": "\r" if key == "Enter" else " "}
    code = {"windowsVirtualKeyCode": 13 if key == "Enter" else 32}
    for _ in range(5):
        page.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyDown", "autoRepeat": True, **event, **code})

    assert heard(page) == ["shown"]
    if key == "Enter":  # a space acts when it is released
        page.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", **event, **code})
        press(page, Keys.ENTER)
        page.wait(lambda: len(heard(page)) == 2)


@in_both
def test_escape_closes_the_alert_alone(page: Browser) -> None:
    """Not what the page listens for, nor a dialog of its own behind."""
    page.run(
        "const own = document.createElement('dialog'); own.id = 'own'; own.append('Form'); document.body.append(own);"
        "own.showModal(); window.keys = [];"
        "document.addEventListener('keydown', e => keys.push(e.key), true);"
    )
    show(page, an_alert("dialog"))
    press(page, Keys.ESCAPE)

    page.wait(lambda: heard(page) == ["shown", "abandoned"])
    assert page.run("return [own.open, keys]") == [True, []]
    press(page, Keys.ESCAPE)
    page.wait(lambda: not page.run("return own.open"))


@in_both
def test_the_pages_own_listeners_get_nothing_from_inside(page: Browser) -> None:
    """A library that closes its modal on a press outside of it, or pulls the focus back, listens on the document."""
    page.run(
        "window.got = []; for (const type of ['pointerdown', 'mousedown', 'click', 'focusin', 'keydown', 'keyup'])"
        "for (const target of [document, document.body]) target.addEventListener(type, e => got.push(type), true)"
    )
    show(page, an_alert("dialog", actions=[{"kind": "call", "label": "Call", "phone": "18222"}]))
    page.run("got.length = 0")
    keep_links_here(page)
    inside(page, ".call").click()
    press(page, Keys.TAB, "a")

    assert heard(page) == ["shown", "reviewed"]
    assert page.run("return got") == []


@in_both
def test_a_moved_element_is_not_left(page: Browser) -> None:
    draw(page, an_alert("dialog"))
    page.run(f"document.body.append({HOST})")

    page.wait(lambda: page.run(f"return {ROOT}.querySelector('dialog').matches(':modal')"))
    assert heard(page) == ["shown"]
    assert said(page, "error") == []
