"""The page of docs/component.md, as an exchange would copy it."""

import json

from tests.alert.alert_page import HOST, inside
from tests.alert.exchange import Exchange
from tests.alert.sample_alert import ACTIONS, an_alert
from tests.console.browser import Browser
from tests.waiting import wait_until


def test_the_documented_page_sends_only_on_proceed(one_browser: Browser, site: Exchange) -> None:
    one_browser.looks(dark=False)
    site.alert = an_alert("dialog", actions=[ACTIONS[0], ACTIONS[4]])
    for kind, outcome, result in (
        ("cancel", "cancelled", "Nothing was sent."),
        ("proceed", "proceeded", "Your withdrawal is on its way."),
    ):
        site.received.clear()
        one_browser.open(site.url)
        one_browser.one("#withdrawal button").click()
        one_browser.wait(lambda: one_browser.run(f"return !!{HOST}?.shadowRoot.querySelector('.proceed')"))
        one_browser.wait(lambda: len(site.received) == 2)
        one_browser.driver.execute_async_script("setTimeout(arguments[0], 750)")  # it takes no input before
        inside(one_browser, f".{kind}").click()
        one_browser.wait(lambda result=result: one_browser.text("#result") == result)
        wait_until(lambda: len([1 for path, _ in site.received if path.endswith("/outcomes")]) == 2)

        reports = [json.loads(body) for path, body in site.received if path == "/withdrawals/wd_1/outcomes"]
        assert [(one["outcome"], one["assessment_id"]) for one in reports] == [("shown", "as_1"), (outcome, "as_1")]
        assert ("/withdrawals/wd_1/confirm" in dict(site.received)) is (outcome == "proceeded")


def test_the_documented_page_reports_a_closed_tab(one_browser: Browser, site: Exchange) -> None:
    site.alert = an_alert("dialog")
    site.received.clear()
    one_browser.open(site.url)
    one_browser.one("#withdrawal button").click()
    one_browser.wait(lambda: len(site.received) == 2)
    one_browser.open("about:blank")

    wait_until(lambda: [json.loads(body)["outcome"] for _, body in site.received[1:]] == ["shown", "abandoned"])
