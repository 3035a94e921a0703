"""A site, and both browsers one after the other, for each file of tests."""

from collections.abc import Iterator

import pytest

from tests.alert.exchange import Exchange, exchange
from tests.alert.firefox import FIREFOX, firefox
from tests.alert.firefox import MISSING as NO_FIREFOX
from tests.console.browser import CHROMIUM, DRIVER, MISSING, Browser, browser

_ABSENT = {"chromium": "" if CHROMIUM and DRIVER else MISSING, "firefox": "" if FIREFOX else NO_FIREFOX}


@pytest.fixture(scope="module")
def site() -> Iterator[Exchange]:
    with exchange(Exchange()) as made:
        yield made


@pytest.fixture(scope="module", params=[*_ABSENT])
def one_browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if _ABSENT[request.param]:
        pytest.skip(_ABSENT[request.param])
    opened = {"chromium": browser, "firefox": firefox}[request.param]
    with opened(tmp_path_factory.mktemp("browser")) as made:
        yield made


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
