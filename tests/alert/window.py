"""A window over the browser's own protocol.

Selenium drives one at a time, and waits until all that a page names has loaded.
"""

import json
from typing import Any

import websocket

from tests.console.browser import Browser
from tests.waiting import wait_until


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
