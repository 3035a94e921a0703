"""A site for each file of tests, and both browsers one after the other, opened once for all files."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.alert.exchange import Exchange, exchange
from tests.alert.firefox import FIREFOX, firefox
from tests.alert.firefox import MISSING as NO_FIREFOX
from tests.console.browser import CHROMIUM, DRIVER, MISSING, Browser, browser

_ABSENT = {"chromium": "" if CHROMIUM and DRIVER else MISSING, "firefox": "" if FIREFOX else NO_FIREFOX}
_OPENED = pytest.StashKey[dict[str, Browser]]()


@pytest.fixture(scope="module")
def site() -> Iterator[Exchange]:
    with exchange(Exchange()) as made:
        yield made


@pytest.fixture(scope="module", params=["chromium"])
def one_browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Firefox takes five seconds to open. Both close when the tests of this folder end."""
    if _ABSENT[request.param]:
        pytest.skip(_ABSENT[request.param])
    folder = request.node.parent
    opened = folder.stash.setdefault(_OPENED, {})
    if request.param not in opened:
        stack = ExitStack()
        folder.addfinalizer(stack.close)
        folder.addfinalizer(opened.clear)
        open_one = {"chromium": browser, "firefox": firefox}[request.param]
        opened[request.param] = stack.enter_context(open_one(tmp_path_factory.mktemp("browser")))
    made: Browser = opened[request.param]
    return made


@pytest.fixture
def page(one_browser: Browser, site: Exchange) -> Iterator[Browser]:
    """A page that shows nothing yet; at the end it must have had no complaint and broken no policy."""
    one_browser.looks(dark=False)
    site.received.clear()
    one_browser.open(f"{site.url}/bare")
    one_browser.wait(lambda: one_browser.run("return !!customElements.get('forewarn-alert')"))
    one_browser.errors()
    yield one_browser
    assert one_browser.run("return window.violated ?? []") == []
    assert one_browser.errors() == []
