"""A user taps Withdraw twice, and decides later: in React 18 and 19, from the form to the service's record."""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests.alert.pages_site import ServedPages, build, needs_pages
from tests.console.browser import CHROMIUM, DRIVER, MISSING, Browser, browser
from tests.deployment import Deployment, running_service
from tests.preview.exchange import exchange
from tests.waiting import wait_until

pytestmark = [pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING), needs_pages]

RUNS = 100
WINDOWS = (18, 19, 18, 19)  # side by side, each with its version of React; the machine shares two cores among them
PRESENTATION = {"mode": "dialog", "min_display_seconds": 0, "acknowledge": "none"}
OUTCOME = {"cancel": "cancelled", "call": "reviewed", "proceed": "proceeded"}
CHOICES = [("cancel",), ("proceed",), ("call", "cancel"), ("call", "proceed")]
_ROOT = "document.querySelector('forewarn-alert')?.shadowRoot"


class Window:
    """A window of its own over the browser's own protocol: selenium drives one at a time."""

    def __init__(self, driven: Browser, url: str, *, touch: bool) -> None:
        made = driven.driver.execute_cdp_cmd("Target.createTarget", {"url": "about:blank", "newWindow": True})
        address = driven.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
        self._socket = websocket.create_connection(
            f"ws://{address}/devtools/page/{made['targetId']}", timeout=60, suppress_origin=True
        )
        self._sent = 0
        self._touch = touch
        size = {"width": 390, "height": 1200, "deviceScaleFactor": 1, "mobile": touch}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        self.send("Emulation.setTouchEmulationEnabled", enabled=touch)
        self.send("Page.navigate", url=url)
        self.wait("document.querySelector('form button')")

    def send(self, method: str, **parameters: Any) -> Any:
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": parameters}))
        while True:
            reply = json.loads(self._socket.recv())
            if reply.get("id") == self._sent:
                assert "error" not in reply, reply
                return reply["result"]

    def run(self, expression: str) -> Any:
        return self.send("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def wait(self, expression: str) -> None:
        wait_until(lambda: self.run(f"Boolean({expression})"), timeout=40)

    def tap(self, point: tuple[float, float]) -> None:
        x, y = point
        if self._touch:
            self.send("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
            self.send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
            return
        for type_ in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=type_, x=x, y=y, button="left", clickCount=1)

    def middles(self, root: str, selector: str) -> list[tuple[float, float]]:
        boxes = f"[...({root}?.querySelectorAll('{selector}') ?? [])].map(e => e.getBoundingClientRect())"
        return [(x, y) for x, y in self.run(f"{boxes}.map(b => [b.x + b.width / 2, b.y + b.height / 2])")]

    def close(self) -> None:
        self._socket.close()


def double_taps(window: Window, choices: list[tuple[str, ...]], seed: int) -> tuple[dict[str, list[str]], int]:
    """Taps Withdraw, taps again where the alert's buttons are, and then decides."""
    dice = random.Random(seed)
    (button,) = window.middles("document", "form button")
    places = [button]
    meant, ignored = {}, 0
    for choice in choices:
        window.run("said.length = 0")
        window.tap(button)
        time.sleep(dice.uniform(0.04, 0.6))  # the user's own delay
        window.tap(dice.choice(places))
        window.wait("said.some(one => one.outcome === 'shown' && performance.now() - one.at > 700)")
        places = window.middles(_ROOT, ".cancel, .call, .proceed")
        assert len(places) == 3, "the second tap closed the alert"
        where = dict(zip(("cancel", "call", "proceed"), places, strict=True))
        expected = ["shown"]
        for kind in choice:
            window.tap(where[kind])
            expected.append(OUTCOME[kind])
            window.wait(f"said.some(one => one.outcome === '{OUTCOME[kind]}')")
        window.wait("document.querySelector('[role=status]').textContent.endsWith('.')")
        last = window.run("said.at(-1)")
        meant[last["assessment_id"]] = expected
        ignored += last["ignored_inputs"]
    return meant, ignored


def in_windows(driven: Browser, url: str) -> tuple[dict[str, list[str]], int]:
    """What was meant in each run, by assessment, and how many taps the alerts ignored."""
    choices = CHOICES * (RUNS // len(CHOICES))
    random.Random(7).shuffle(choices)
    windows = [Window(driven, f"{url}/{version}/withdrawal", touch=at > 1) for at, version in enumerate(WINDOWS)]
    parts = [(windows[at], choices[at :: len(windows)], at) for at in range(len(windows))]
    with ThreadPoolExecutor(len(windows)) as pool:
        found = [*pool.map(lambda part: double_taps(*part), parts)]
    for window in windows:
        window.close()
    return {id_: said for meant, _ in found for id_, said in meant.items()}, sum(ignored for _, ignored in found)


def outcomes(service: Deployment) -> dict[str, list[str]]:
    """What the service recorded, by assessment, in order."""
    found: dict[str, list[str]] = {}
    for event in service.events():
        if event["event"] == "outcome":
            found.setdefault(event["assessment_id"], []).append(event["outcome"])
    return found


def test_what_was_meant_is_what_counts(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    build(tmp_path / "pages")
    with (
        running_service(tmp_path) as service,
        service.client() as client,
        browser(tmp_path) as driven,
        exchange(ServedPages(tmp_path / "pages", client, PRESENTATION)) as site,
    ):
        meant, ignored = in_windows(driven, site.url)
        wait_until(lambda: sum(map(len, outcomes(service).values())) >= sum(map(len, meant.values())))
        recorded = outcomes(service)

    assert site.refused == []
    assert len(meant) == RUNS
    assert recorded == meant
    assert ignored > RUNS / 4, "few taps met the alert in its first 700 ms: this test shows nothing"
