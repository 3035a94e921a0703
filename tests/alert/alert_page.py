"""What tests ask of a page with an alert, in either browser."""

from collections.abc import Mapping
from typing import Any

import pytest
from selenium.webdriver import ActionChains

from tests.console.browser import AXE, Browser

HOST = "document.querySelector('forewarn-alert')"
ROOT = f"{HOST}.shadowRoot"

# Tests run in Chromium alone, but those of what each browser does in its own way: focus, keys, pointers, the top layer,
# scrolling, style sheets.
in_both = pytest.mark.parametrize("one_browser", ["chromium", "firefox"], indirect=True, scope="module")
in_firefox = pytest.mark.parametrize("one_browser", ["firefox"], indirect=True, scope="module")

# How long an alert takes no input after it came into sight, and what a slow machine may add.
DEAF_MS = 700
_READY_MS = DEAF_MS + 50


# Within the page, since each question to the browser costs it some milliseconds.
_SHOWN = """
const [age, done] = arguments;
(function look() {
  const shown = said.findLast((one) => one.outcome === 'shown');
  shown && performance.now() - shown.at > age ? done() : setTimeout(look, 5);
})();
"""


def draw(page: Browser, alert: Mapping[str, Any], **attributes: str) -> None:
    """Draws an alert and waits until it is in sight."""
    page.run(
        "document.getElementById('before').focus({preventScroll: true}); show(arguments[0], arguments[1])",
        alert,
        attributes,
    )
    page.driver.execute_async_script(_SHOWN, -1)


def show(page: Browser, alert: Mapping[str, Any], **attributes: str) -> None:
    """Draws an alert and waits until it takes input."""
    draw(page, alert, **attributes)
    takes_input(page)


def takes_input(page: Browser) -> None:
    page.driver.execute_async_script(_SHOWN, _READY_MS)


def heard(page: Browser) -> list[str]:
    """The outcomes so far."""
    outcomes: list[str] = page.run("return heard()")
    return outcomes


def said(page: Browser, kind: str) -> list[dict[str, Any]]:
    """The details of the events of this kind so far: ready, error or outcome."""
    found: list[dict[str, Any]] = page.run("return said.filter(one => one.type === arguments[0])", kind)
    return found


def inside(page: Browser, selector: str) -> Any:
    return page.run(f"return {ROOT}.querySelector(arguments[0])", selector)


def reads(page: Browser, selector: str) -> str:
    """What stands there now, though a redraw may be on its way."""
    said_there: str = page.run(f"return {ROOT}.querySelector(arguments[0])?.textContent ?? ''", selector)
    return said_there


def keep_links_here(page: Browser) -> None:
    """A click on a link opens no tab and no telephone."""
    page.run(f"{ROOT}.querySelectorAll('a').forEach(a => {{ a.href = '#'; a.target = '' }})")


def is_open(page: Browser) -> bool:
    return bool(page.run(f"return !!{HOST}?.shadowRoot.querySelector('.alert')"))


def press(page: Browser, *keys: str) -> None:
    """As the user does: whatever has the focus gets them."""
    for key in keys:
        ActionChains(page.driver, duration=0).send_keys(key).perform()


def frames(page: Browser, count: int = 2) -> None:
    """Until the browser has drawn so often: what it does on the next frame is done."""
    page.driver.execute_async_script(
        "const [count, done] = arguments; let left = count;"
        "(function next() { left-- ? requestAnimationFrame(next) : setTimeout(done) })()",
        count,
    )


def passes(page: Browser, milliseconds: int) -> None:
    """For what must not happen: long enough to see it if it did."""
    page.driver.execute_async_script("setTimeout(arguments[1], arguments[0])", milliseconds)


def focused(page: Browser) -> str:
    """The class or id of what has the focus, inside the alert or outside."""
    says: str = page.run(
        f"const inner = {HOST}?.shadowRoot.activeElement; const it = inner ?? document.activeElement;"
        "return it.id || it.getAttribute('class') || it.type || it.tagName"
    )
    return says


def violations(page: Browser) -> list[str]:
    """Whatever axe-core finds, of any impact."""
    page.run(AXE)
    found = page.driver.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations))"
    )
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
