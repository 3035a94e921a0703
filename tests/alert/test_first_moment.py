"""What comes in the first 700 ms was meant for the page before: the second tap of a double tap decides nothing."""

import random

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.alert.alert_page import DEAF_MS, ROOT, heard, in_both, inside, is_open, press, said, show, takes_input
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

# Draws the alert at the first tap and taps again where `selector` then is, after a given time, with real events as far
# as a page can tell: a tap by WebDriver takes longer than some of these times.
_TAPS_TWICE = f"""
const [alert, selector, after, done] = arguments;
show(alert);
const drawn = () => said.find((one) => one.outcome === "shown");
(function again() {{
  const shown = drawn();
  if (!shown || performance.now() - shown.at < after) return setTimeout(again, 1);
  {ROOT}.querySelector(selector).click();
  done(performance.now() - shown.at);
}})();
"""


def taps_twice(page: Browser, selector: str, after: float, mode: str = "dialog") -> float:
    """Milliseconds between the sight of the alert and the second tap."""
    took: float = page.driver.execute_async_script(_TAPS_TWICE, an_alert(mode), selector, after)
    return took


@pytest.mark.parametrize("after", [0, 134, 300, 600])
@pytest.mark.parametrize("selector", [".cancel", ".proceed"])
def test_the_second_tap_of_a_double_tap_decides_nothing(page: Browser, selector: str, after: int) -> None:
    took = taps_twice(page, selector, after + random.uniform(0, 40))
    if took > DEAF_MS:
        pytest.skip(f"the machine was busy: the tap came after {took:.0f} ms")

    assert heard(page) == ["shown"]
    takes_input(page)
    inside(page, ".cancel").click()
    (_, cancelled) = said(page, "outcome")
    assert (cancelled["outcome"], cancelled["ignored_inputs"]) == ("cancelled", 1)


@in_both
def test_a_real_double_click_on_the_pages_own_button_decides_nothing(page: Browser) -> None:
    """The alert covers the button, and `proceed` is put where the pointer is."""
    page.run(
        "const alert = arguments[0];"
        "before.addEventListener('click', () => document.querySelector('forewarn-alert') ?? show(alert))",
        an_alert(),
    )
    page.run("before.style.cssText = 'position: fixed; inset: 0; width: 100%; height: 100%'")
    ActionChains(page.driver, duration=0).double_click(page.one("#before")).perform()

    takes_input(page)
    assert heard(page) == ["shown"]


@in_both
@pytest.mark.parametrize("key", [Keys.ENTER, Keys.SPACE, Keys.ESCAPE], ids=["Enter", "Space", "Escape"])
def test_a_key_of_the_first_moment_decides_nothing(page: Browser, key: str) -> None:
    page.run("show(arguments[0])", an_alert("dialog"))
    page.wait(lambda: is_open(page))
    page.run(f"{ROOT}.querySelector('.cancel').focus()")
    press(page, key)
    late = page.run(f"return said.some(e => e.outcome === 'shown' && performance.now() - e.at > {DEAF_MS - 50})")
    if late:
        pytest.skip("the machine was busy: the key came after the first moment")

    assert heard(page) in ([], ["shown"])
    assert is_open(page)
    takes_input(page)
    inside(page, ".cancel").click()
    assert said(page, "outcome")[-1]["ignored_inputs"] == 1


@in_both
@pytest.mark.parametrize(("selector", "outcome"), [(".cancel", "cancelled"), (".proceed", "proceeded")])
def test_a_tap_after_the_first_moment_decides(page: Browser, selector: str, outcome: str) -> None:
    show(page, an_alert("dialog"))
    inside(page, selector).click()

    assert heard(page) == ["shown", outcome]
    assert said(page, "outcome")[-1]["ignored_inputs"] == 0


@in_both
def test_the_first_moment_is_that_in_which_it_comes_into_sight(page: Browser) -> None:
    """Not that in which it was drawn."""
    page.run("before.style.marginBottom = '3000px'; show(arguments[0])", an_alert("banner"))
    page.wait(lambda: said(page, "ready"))
    page.driver.execute_async_script("setTimeout(arguments[0], 800)")
    took = page.driver.execute_async_script(
        f"const done = arguments[0]; const start = performance.now();"
        f"const cancel = {ROOT}.querySelector('.cancel'); cancel.scrollIntoView();"
        "(function wait() { if (!heard().length) return setTimeout(wait, 1);"
        " cancel.click(); done(performance.now() - said.find(e => e.outcome === 'shown').at) })()"
    )
    assert took < DEAF_MS

    assert heard(page) == ["shown"]


@in_both
def test_a_press_of_the_first_moment_decides_nothing_however_late_it_is_released(page: Browser) -> None:
    page.run("show(arguments[0])", an_alert("dialog"))
    page.wait(lambda: heard(page))
    hold = ActionChains(page.driver, duration=0).move_to_element(inside(page, ".cancel")).click_and_hold()
    hold.pause(1.2).release().perform()
    if page.run("return performance.now() - said.find(e => e.outcome === 'shown').at") > 1200 + DEAF_MS - 50:
        pytest.skip("the machine was busy: the press came after the first moment")

    assert heard(page) == ["shown"]
    inside(page, ".cancel").click()
    assert heard(page) == ["shown", "cancelled"]


@in_both
def test_a_tap_before_the_alert_was_painted_decides_nothing(page: Browser) -> None:
    """The page stands still for longer than the first moment, and taps on what it showed before wait meanwhile."""
    page.run(
        "const element = show(arguments[0]);"
        "queueMicrotask(() => queueMicrotask(() => {"
        "  const end = performance.now() + 900; while (performance.now() < end);"
        "  element.shadowRoot.querySelector('.cancel').click();"
        "}))",
        an_alert("dialog"),
    )
    takes_input(page)

    assert heard(page) == ["shown"]
    inside(page, ".cancel").click()
    assert said(page, "outcome")[-1]["ignored_inputs"] == 1


@in_both
def test_the_second_tap_on_an_alert_above_does_not_decide_about_the_one_below(page: Browser) -> None:
    page.run("show(arguments[0], {'assessment-id': 'below'})", an_alert("dialog"))
    takes_input(page)
    page.run("window.above = show(arguments[0], {'assessment-id': 'above'})", an_alert("dialog"))
    page.wait(lambda: page.run("return heard().length === 2"))
    page.wait(lambda: page.run(f"return performance.now() - said.at(-1).at > {DEAF_MS}"))
    ActionChains(page.driver, duration=0).double_click(
        page.run("return above.shadowRoot.querySelector('.cancel')")
    ).perform()

    decided = [(one["outcome"], one["assessment_id"]) for one in said(page, "outcome")[2:]]
    assert decided == [("cancelled", "above")]
