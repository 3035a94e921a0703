"""<forewarn-alert> in pages of React 18 and 19, with and without the wrapper."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.alert.exchange import exchange
from tests.alert.pages_site import PagesSite, build, needs_pages, server_html
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

pytestmark = needs_pages

_VERSIONS = pytest.mark.parametrize("version", [18, 19])
_ROOT = "document.querySelector('forewarn-alert')?.shadowRoot"
_LOAD = "return import('/forewarn-alert.js').then(() => true)"
_HEAR = """{
  onReady: (event) => called.push(event.type),
  onError: ({detail}) => called.push(detail.reason),
  onOutcome: ({detail}) => called.push(detail.outcome),
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesSite]:
    folder = tmp_path_factory.mktemp("pages")
    build(folder)
    with exchange(PagesSite(folder)) as made:
        yield made


@pytest.fixture
def page(one_browser: Browser, site: PagesSite) -> Browser:
    site.html = ""
    one_browser.errors()
    return one_browser


def open_page(page: Browser, site: PagesSite, path: str) -> None:
    page.open(site.url + path)
    page.wait(lambda: page.run("return !!window.rendered"))


def said(page: Browser) -> list[str]:
    """What the element dispatched: `ready`, the reason of an error, an outcome."""
    events: list[str] = page.run("return said.map(one => one.outcome ?? one.reason ?? one.name)")
    return events


def an_assessment(id_: str = "as_1", **changes: Any) -> dict[str, Any]:
    return {"assessment_id": id_, "alert": an_alert("dialog", **changes)}


def rendered(page: Browser, props: dict[str, Any]) -> None:
    page.run(f"window.called ??= []; rendered({{...arguments[0], ...{_HEAR}}})", props)


def settled(page: Browser) -> None:
    """After every effect, and the element's next look at the page."""
    page.driver.execute_async_script("const done = arguments[0]; requestAnimationFrame(() => setTimeout(done, 300))")


@pytest.mark.parametrize("first", ["script", "page"])
@_VERSIONS
def test_json_is_drawn_by_either_react_whatever_comes_first(
    page: Browser, site: PagesSite, version: int, first: str
) -> None:
    open_page(page, site, f"/{version}/raw")
    draw = "rendered({alert: JSON.stringify(arguments[0])})"
    for step in (_LOAD, draw) if first == "script" else (draw, _LOAD):
        page.run(step, an_alert("dialog"))

    page.wait(lambda: said(page) == ["ready", "shown"])
    assert page.errors() == []


@pytest.mark.parametrize("first", ["script", "page"])
@_VERSIONS
def test_an_object_is_drawn_or_its_loss_is_said(page: Browser, site: PagesSite, version: int, first: str) -> None:
    """React 18, and 19 before the script, make `[object Object]` of it."""
    open_page(page, site, f"/{version}/raw")
    draw = "rendered({alert: arguments[0]})"
    for step in (_LOAD, draw) if first == "script" else (draw, _LOAD):
        page.run(step, an_alert("dialog"))

    if version == 19 and first == "script":
        page.wait(lambda: said(page) == ["ready", "shown"])
    else:
        page.wait(lambda: said(page) == ["not-json"])
        assert "set an object as a property" in page.errors()[0]


@_VERSIONS
def test_json_in_a_servers_html_is_drawn(page: Browser, site: PagesSite, version: int) -> None:
    props = {"alert": '{"title": "Stop"}'}
    site.html = server_html(site.folder, version, "forewarn-alert", props)
    open_page(page, site, f"/{version}/raw")
    page.run("rendered(arguments[0])", props)
    page.run(_LOAD)
    page.wait(lambda: said(page) == ["ready", "shown"])
    assert page.errors() == []


@_VERSIONS
def test_the_wrapper_takes_over_what_a_server_rendered(page: Browser, site: PagesSite, version: int) -> None:
    """The server's HTML has the texts and links; React finds nothing to complain about."""
    props = {"assessment": an_assessment(title="Pause & think", language="zh-HK"), "headingLevel": 3, "theme": "dark"}
    site.html = server_html(site.folder, version, "ForewarnAlert", props)
    assert "<h3>Pause &amp; think</h3>" in site.html
    assert 'href="tel:18222"' in site.html
    assert "style=" not in site.html

    open_page(page, site, f"/{version}/wrapped")
    assert "Pause & think" in page.one("main").text
    rendered(page, props)

    page.wait(lambda: said(page) == ["ready", "shown"])
    assert page.run("return called") == ["forewarn-ready", "shown"]
    assert page.run(f"return {_ROOT}.querySelector('#title').localName") == "h3"
    assert page.run("return element.current === document.querySelector('forewarn-alert')")
    assert page.errors() == []


@_VERSIONS
def test_rendering_again_is_nothing_new_and_removal_is_heard(page: Browser, site: PagesSite, version: int) -> None:
    open_page(page, site, f"/{version}/wrapped")
    for _ in range(3):  # each time a new object
        rendered(page, {"assessment": an_assessment()})
        settled(page)
    assert page.run("return called") == ["forewarn-ready", "shown"]

    rendered(page, {"assessment": an_assessment("as_2")})
    page.wait(lambda: page.run("return called.length") == 5)
    page.run("removed()")

    page.wait(lambda: page.run("return called.length") == 6)
    assert page.run("return called.slice(2)") == ["abandoned", "forewarn-ready", "shown", "abandoned"]
    assert page.errors() == []


@_VERSIONS
def test_null_shows_nothing_and_json_is_an_answer_too(page: Browser, site: PagesSite, version: int) -> None:
    open_page(page, site, f"/{version}/wrapped")
    rendered(page, {"assessment": None})
    settled(page)
    assert (said(page), page.one("main").text) == ([], "")

    page.run("rendered({assessment: JSON.stringify(arguments[0])})", an_assessment())
    page.wait(lambda: said(page) == ["ready", "shown"])


@_VERSIONS
def test_what_cannot_be_drawn_is_said_and_its_texts_stand_there(page: Browser, site: PagesSite, version: int) -> None:
    open_page(page, site, f"/{version}/wrapped")
    rendered(page, {"assessment": an_assessment(title=" ")})

    page.wait(lambda: page.run("return called") == ["no-title"])
    assert "Talk to somebody you trust." in page.one("main").text
    rendered(page, {"assessment": an_assessment(title=" "), "children": "Call the police"})
    page.wait(lambda: page.one("main").text == "Call the police")
    assert len(page.errors()) == 1


def test_the_documented_page_goes_on_without_the_alert(page: Browser, site: PagesSite) -> None:
    for button, result in (("Cancel withdrawal", "Nothing was sent."), ("Continue", "Your withdrawal is on its way.")):
        site.alert = an_alert("dialog", title=" ")
        page.open(f"{site.url}/19/withdrawal")
        page.wait(lambda: page.all("form button"))
        page.one("form button").click()
        page.wait(lambda: "Talk to somebody you trust." in page.one("main").text)
        next(one for one in page.all("section button") if one.text.startswith(button)).click()

        page.wait(lambda result=result: page.text("[role=status]") == result)
