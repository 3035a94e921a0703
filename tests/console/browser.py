"""Debian's chromium, driven by chromedriver."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MISSING = "needs a browser: apt-get install chromium chromium-driver"

# The sandbox needs privileges that a container does not give; the others keep the browser from calling home.
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class Browser:
    """One page of a real browser."""

    def __init__(self, driver: Chrome, downloads: Path) -> None:
        self.driver = driver
        self.downloads = downloads
        self._size: tuple[int, int] | None = None

    def open(self, url: str) -> None:
        self.driver.get(url)

    def wait(self, condition: Any, timeout: float = 40) -> Any:
        return WebDriverWait(self.driver, timeout, poll_frequency=0.05).until(lambda _: condition())

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> Any:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """What stands there, shown or not; nothing where there is no such element."""
        found: str = self.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)
        return " ".join(found.split())

    def run(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def sign_in(self, url: str, key: str) -> None:
        self.open(f"{url}/login")
        self.one("#key").send_keys(key)
        self.one(".door button").click()
        self.counted()

    def look_again(self) -> None:
        """As a page does that comes back into sight."""
        self.run("document.dispatchEvent(new Event('visibilitychange'))")

    def stand_still(self) -> None:
        """As a page does that is out of sight."""
        self.run("Object.defineProperty(document, 'hidden', {value: true})")

    def counted(self) -> None:
        """Waits until every panel is there and drawn."""
        self.wait(lambda: self.all("#headline") and not self.all("[data-pending]"))
        self.wait(lambda: len(self.all("figure.chart canvas")) == len(self.all("figure.chart")))

    def looks(self, *, dark: bool, width: int = 1280, height: int = 900) -> None:
        send = self.driver.execute_cdp_cmd
        send(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]},
        )
        if self._size != (width, height):
            self._size = (width, height)
            metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
            send("Emulation.setDeviceMetricsOverride", metrics)

    def errors(self) -> list[str]:
        """What the console complained about since the last call; advice is no complaint."""
        return [entry["message"] for entry in self._log("browser") if entry["level"] in {"SEVERE", "WARNING"}]

    def requested(self) -> list[str]:
        """Addresses asked for since the last call."""
        said = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        urls = [entry["params"]["request"]["url"] for entry in said if entry["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if url.startswith(("http", "ws", "//"))]

    def _log(self, name: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(name)  # type: ignore[no-untyped-call]  # untyped there
        return entries

    def violations(self) -> list[str]:
        """Serious and critical violations that axe-core finds."""
        self.run(AXE)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations))"
        )
        return [
            f"{one['id']}: {node['target']} {node['failureSummary']}"
            for one in found
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*_FLAGS, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    downloads = folder / "downloads"
    downloads.mkdir()
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    driver = Chrome(options, Service(DRIVER))
    try:
        yield Browser(driver, downloads)
    finally:
        driver.quit()
