"""Debian's firefox-esr under selenium's interface, without geckodriver, which Debian does not have.

Firefox itself speaks WebDriver over a socket (Marionette); geckodriver only translates it to HTTP.
"""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from selenium.webdriver import Chrome, FirefoxOptions
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver

from tests.console.browser import Browser
from tests.waiting import wait_until

FIREFOX = shutil.which("firefox-esr")
MISSING = "needs Firefox: apt-get install firefox-esr"

_PREFERENCES: Mapping[str, object] = {
    "marionette.port": 0,  # a free one
    # Scroll bars that take room, as on a desktop with a mouse. Chromium runs with bars that take none.
    "widget.gtk.overlay-scrollbars.enabled": False,
    "ui.useOverlayScrollbars": 0,
    # No call home.
    "app.update.disabledForTesting": True,
    "app.normandy.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.update.enabled": False,
    "browser.search.update": False,
    "browser.topsites.contile.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "",
}

_COMMANDS = {
    Command.NEW_SESSION: "NewSession",
    Command.GET: "Navigate",
    Command.SET_TIMEOUTS: "SetTimeouts",
    Command.W3C_EXECUTE_SCRIPT: "ExecuteScript",
    Command.W3C_EXECUTE_SCRIPT_ASYNC: "ExecuteAsyncScript",
    Command.FIND_ELEMENT: "FindElement",
    Command.FIND_ELEMENTS: "FindElements",
    Command.CLICK_ELEMENT: "ElementClick",
    Command.SEND_KEYS_TO_ELEMENT: "ElementSendKeys",
    Command.IS_ELEMENT_SELECTED: "IsElementSelected",
    Command.GET_ELEMENT_TEXT: "GetElementText",
    Command.GET_ELEMENT_RECT: "GetElementRect",
    Command.GET_ELEMENT_ARIA_ROLE: "GetComputedRole",
    Command.GET_ELEMENT_ARIA_LABEL: "GetComputedLabel",
    Command.GET_ELEMENT_VALUE_OF_CSS_PROPERTY: "GetElementCSSValue",
    Command.W3C_ACTIONS: "PerformActions",
    Command.W3C_CLEAR_ACTIONS: "ReleaseActions",
    Command.SWITCH_TO_FRAME: "SwitchToFrame",
    Command.SET_WINDOW_RECT: "SetWindowRect",
    Command.SCREENSHOT: "TakeScreenshot",
}


class _Marionette(RemoteConnection):
    """Messages are JSON behind its length: `[0, id, command, parameters]`, answered by `[1, id, error, result]`."""

    def __init__(self, port: int) -> None:
        super().__init__(client_config=ClientConfig("http://127.0.0.1"))  # which is asked nothing
        self._socket = socket.create_connection(("127.0.0.1", port), 60)
        self._replies = self._socket.makefile("rb")
        self._read()  # its greeting

    def execute(self, command: str, params: Mapping[str, Any]) -> dict[str, Any]:
        message = json.dumps([0, 1, f"WebDriver:{_COMMANDS[command]}", {**params, "newSandbox": False}]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = self._read()
        if error:
            return {"status": 500, "value": json.dumps({"value": error})}
        return {"value": result["value"] if isinstance(result, dict) and [*result] == ["value"] else result}

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._replies.read(1)
        return json.loads(self._replies.read(int(length[:-1])))

    def close(self) -> None:
        self._replies.close()
        self._socket.close()


class Firefox(Browser):
    """Its narrowest window has 500 pixels. It says what the page itself noted in `window.complaints`."""

    def looks(self, *, dark: bool, width: int = 1280, height: int = 900) -> None:
        assert not dark, "Firefox follows the system, which is light here"
        self.driver.set_window_size(width, height + 86)  # its own bars
        self.wait(lambda: self.run("return innerWidth") == max(width, 500))

    def errors(self) -> list[str]:
        said: list[str] = self.run("return (window.complaints ?? []).splice(0)")
        return said


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    profile = folder / "profile"
    profile.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    command = [FIREFOX or "", "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            port = profile / "MarionetteActivePort"
            wait_until(lambda: port.exists() and port.read_text(), 60)
            marionette = _Marionette(int(port.read_text()))
            try:
                driver = WebDriver(marionette, options=FirefoxOptions())
                # The same interface, but for the commands of Chromium alone.
                yield Firefox(cast("Chrome", driver), folder / "downloads")
            finally:
                marionette.close()
        finally:
            process.terminate()
