"""The wait: it counts only while the user can see the alert, and it is not announced every second."""

from tests.alert.alert_page import ROOT, draw, frames, heard, in_both, inside, passes, reads, said, show
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

_LEFT = f"Number({ROOT}.querySelector('#wait').textContent.match(/\\d+/)?.[0] ?? 0)"
_LONG = ["A story that goes on and on. " * 12] * 12


def left(page: Browser) -> int:
    """Seconds, as the alert says them."""
    seconds: int = page.run(f"return {_LEFT}")
    return seconds


@in_both
def test_proceeding_takes_the_seconds_and_the_box(page: Browser) -> None:
    show(page, an_alert(seconds=2, acknowledge="checkbox"))
    proceed = inside(page, ".proceed")

    proceed.click()
    assert reads(page, "#wait").startswith("You can continue in")
    page.wait(lambda: reads(page, "#wait") == "To continue, first tick the box above")
    proceed.click()
    assert heard(page) == ["shown"]

    inside(page, "input").click()
    assert proceed.get_attribute("aria-disabled") == "false"
    proceed.click()
    assert heard(page) == ["shown", "proceeded"]
    assert page.run(f"return !{ROOT}.querySelector('.alert')")


def test_the_box_cannot_be_ticked_before_the_wait_is_over(page: Browser) -> None:
    """Nor is it out of reach: it says what is missing."""
    show(page, an_alert(seconds=60, acknowledge="checkbox"))
    box = inside(page, "input")

    assert box.get_attribute("aria-disabled") == "true"
    box.click()
    assert not box.is_selected()
    page.wait(lambda: page.run(f"return {ROOT}.querySelector('[role=status]').textContent").startswith("You can"))
    assert heard(page) == ["shown"]


@in_both
def test_the_box_cannot_be_ticked_before_the_text_was_seen_to_its_end(page: Browser) -> None:
    show(page, an_alert(acknowledge="checkbox", body=_LONG))
    assert inside(page, "input").get_attribute("aria-disabled") == "true"
    page.run(f"{ROOT}.querySelector('input').click()")
    assert not inside(page, "input").is_selected()
    assert inside(page, ".proceed").get_attribute("aria-disabled") == "true"

    page.run(f"{ROOT}.querySelector('.alert').scrollTop = 1e6")
    page.wait(lambda: inside(page, "input").get_attribute("aria-disabled") == "false")
    inside(page, "input").click()
    inside(page, ".proceed").click()
    assert heard(page) == ["shown", "proceeded"]
    assert said(page, "outcome")[-1]["scrolled"] is True


def test_without_a_box_the_text_need_not_be_seen_to_its_end(page: Browser) -> None:
    show(page, an_alert("dialog", body=_LONG))
    page.run(f"{ROOT}.querySelector('.cancel').click()")

    cancelled = said(page, "outcome")[-1]
    assert (cancelled["outcome"], cancelled["scrolled"]) == ("cancelled", False)


def test_the_wait_is_announced_at_its_end_and_when_asked_not_every_second(page: Browser) -> None:
    page.run("show(arguments[0])", an_alert(seconds=2))
    page.wait(lambda: inside(page, "[role=status]"))
    page.run(
        f"window.announced = []; const status = {ROOT}.querySelector('[role=status]');"
        "new MutationObserver(() => { if (status.textContent) announced.push(status.textContent) })"
        ".observe(status, {childList: true})"
    )
    page.wait(lambda: inside(page, ".proceed").get_attribute("aria-disabled") == "false")

    page.wait(lambda: page.run("return announced") == ["You can continue now"])
    assert page.run(f"return {ROOT}.querySelector('#wait').getAttribute('aria-live')") is None


def test_seconds_count_only_while_the_page_is_in_sight(page: Browser) -> None:
    page.run(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true}); show(arguments[0])",
        an_alert(seconds=1),
    )
    passes(page, 1500)
    assert heard(page) == []
    assert left(page) == 1

    page.run("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait(lambda: inside(page, ".proceed").get_attribute("aria-disabled") == "false")
    assert heard(page) == ["shown"]


def test_seconds_stop_while_the_page_is_out_of_sight(page: Browser) -> None:
    draw(page, an_alert(seconds=60))
    turn = f"document.dispatchEvent(new Event('visibilitychange')); return {_LEFT}"
    before = page.run(
        f"Object.defineProperty(document, 'visibilityState', {{value: 'hidden', configurable: true}}); {turn}"
    )
    passes(page, 1400)

    assert page.run(f"delete document.visibilityState; {turn}") == before


def _stands_still(page: Browser) -> None:
    frames(page)
    passes(page, 300)
    before = left(page)
    passes(page, 1400)
    assert left(page) == before


def _goes_on(page: Browser) -> None:
    before = left(page)
    page.wait(lambda: left(page) < before)


@in_both
def test_seconds_stop_under_a_popover(page: Browser) -> None:
    draw(page, an_alert(seconds=60))
    page.run(
        "const over = document.createElement('div'); over.id = 'over'; over.popover = 'manual'; over.append('Chat');"
        "over.style.cssText = 'inset: 0; width: 100%; height: 100%';"
        "document.body.append(over); over.showPopover()"
    )
    _stands_still(page)

    page.run("over.hidePopover()")
    _goes_on(page)


@in_both
def test_seconds_stop_under_a_second_alert(page: Browser) -> None:
    """Each then counts what the user saw of it."""
    draw(page, an_alert(seconds=60), **{"assessment-id": "under"})
    page.run("window.second = show(arguments[0], {'assessment-id': 'over'})", an_alert(seconds=60, title="Another"))
    page.wait(lambda: heard(page) == ["shown", "shown"])
    _stands_still(page)

    page.run("second.remove()")
    _goes_on(page)


@in_both
def test_seconds_of_a_blocked_page_do_not_count(page: Browser) -> None:
    """Nobody sees anything come or go on a page that does not answer."""
    draw(page, an_alert(seconds=60))
    before = left(page)
    page.run("const until = performance.now() + 3000; while (performance.now() < until);")
    frames(page)

    assert left(page) >= before - 2


def test_the_outcome_says_how_long_the_alert_was_in_sight(page: Browser) -> None:
    show(page, an_alert("dialog"))
    page.run("const until = performance.now() + 3000; while (performance.now() < until);")
    frames(page)
    page.run(f"{ROOT}.querySelector('.cancel').click()")

    shown, cancelled = said(page, "outcome")
    assert shown["visible_ms"] == 0
    passed = cancelled["at"] - shown["at"]
    assert isinstance(cancelled["visible_ms"], int)
    assert 0 < cancelled["visible_ms"] <= passed - 2000


def test_a_text_that_fits_is_seen_to_its_end_at_once(page: Browser) -> None:
    show(page, an_alert("dialog"))
    page.run(f"{ROOT}.querySelector('.cancel').click()")

    assert said(page, "outcome")[-1]["scrolled"] is True
