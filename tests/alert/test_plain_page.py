"""The page of docs/component.md goes on where the component cannot be drawn."""

import json
from collections.abc import Iterator
from threading import Event

import pytest

from tests.alert.exchange import Exchange, block, exchange
from tests.alert.sample_alert import an_alert
from tests.alert.window import Window
from tests.console.browser import Browser
from tests.waiting import wait_until


class WithoutScript(Exchange):
    """`script` says what becomes of the component's script: `missing`, `late` or `there`."""

    def __init__(self) -> None:
        super().__init__()
        self.script = "there"
        self.released = Event()

    def page(self, path: str) -> tuple[str, bytes] | None:
        if path == "/forewarn-alert.js" and self.script == "missing":
            return None
        if path == "/forewarn-alert.js" and self.script == "late":
            self.released.wait(60)
        if path == "/withdraw.js":
            return "text/javascript", f"{block('js')}; window.listens = true;".encode()
        return super().page(path)


@pytest.fixture(scope="module")
def site() -> Iterator[WithoutScript]:
    with exchange(WithoutScript()) as made:
        yield made
        made.released.set()


@pytest.mark.parametrize(
    ("script", "title", "proceeds"), [("missing", "Pause", False), ("late", "Pause", True), ("there", " ", False)]
)
def test_the_user_reads_the_texts_and_decides(
    one_browser: Browser, site: WithoutScript, script: str, title: str, proceeds: bool
) -> None:
    nasty = "<b onclick=a()>Talk</b> to somebody"
    site.script, site.alert = script, an_alert("dialog", title=title, body=[nasty])
    site.received.clear()
    window = Window(one_browser, site.url, touch=False)
    window.wait("window.listens")
    window.tap(*window.middles("document", "#withdrawal button"))

    window.wait("document.querySelector('section')")
    text = window.run("document.querySelector('section').innerText")
    assert nasty in text
    assert "Call for advice: 18222" in text
    assert window.run("document.activeElement.localName") == "section"
    cancel, proceed = window.middles("document", "section button")
    window.tap(proceed if proceeds else cancel)
    result = "Your withdrawal is on its way." if proceeds else "Nothing was sent."
    window.wait(f"document.querySelector('#result').textContent === '{result}'")
    wait_until(lambda: len(outcomes(site)) == 2)
    assert outcomes(site) == ["shown", "proceeded" if proceeds else "cancelled"]
    assert any(path.endswith("/confirm") for path, _ in site.received) == proceeds
    window.close()


def outcomes(site: Exchange) -> list[str]:
    return [json.loads(body)["outcome"] for path, body in site.received if path.endswith("/outcomes")]
