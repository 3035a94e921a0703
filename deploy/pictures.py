"""Retakes the pictures of docs/partners.md: `make pictures`. Needs chromium, chromedriver and fonts for Chinese.

apt-get install chromium chromium-driver fonts-noto-cjk fonts-noto-core
"""

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[1]
FIXTURE = ROOT / "tests/fixture"  # not the partners' files
IMAGES = ROOT / "docs/images"
_FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.5")
_ENGLISH = (
    "[...document.querySelectorAll('section.language')]"
    ".find(each => each.querySelector('h3 .soft').textContent.startsWith('en'))"
)
_TRIED = (
    "try/hk?destination.first_use=true&amount_usd=5000&declared_purpose=investment&asset=USDT&network=TRON&language=en"
)


@contextmanager
def preview(folder: Path) -> Iterator[str]:
    """Runs a preview of the rules and texts in this folder; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [Path(sys.executable).parent / "forewarn", "preview", "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=folder)  # noqa: S603  our own command
    try:
        assert process.stdout is not None  # noqa: S101  it was asked for
        process.stdout.readline()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def browser() -> Iterator[Chrome]:
    options = ChromeOptions()
    for flag in _FLAGS:
        options.add_argument(flag)
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def take(driver: Chrome, address: str, name: str, size: tuple[int, int], selector: str = "body") -> None:
    """A picture of the element that `selector` names, CSS or a JavaScript expression; of the window if it is `body`."""
    driver.set_window_size(*size)
    driver.get(address)
    WebDriverWait(driver, 20).until(lambda _: driver.execute_script("return document.fonts.status") == "loaded")
    picture = IMAGES / f"{name}.png"
    if selector == "body":
        driver.save_screenshot(str(picture))
    elif selector.startswith("["):
        driver.execute_script(f"return {selector}").screenshot(str(picture))
    else:
        driver.find_element(By.CSS_SELECTOR, selector).screenshot(str(picture))
    print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size:,} bytes")


def mistaken(folder: Path) -> Path:
    """The fixture with a mistake that an officer could make."""
    for name in ("rules", "locales"):
        shutil.copytree(FIXTURE / name, folder / name)
    text = folder / "locales/hk/en.yaml"
    text.write_text(text.read_text().replace("call {helpline}.", "call 18222.", 1))
    return folder


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with browser() as driver:
        with preview(FIXTURE) as address:
            take(driver, f"{address}preview/hk/investment-new-address", "warning", (1280, 1000), _ENGLISH)
            take(driver, address, "rules", (1100, 640))
            take(driver, address + _TRIED, "try", (1100, 900))
        with tempfile.TemporaryDirectory() as folder, preview(mistaken(Path(folder))) as address:
            take(driver, address, "refused", (1100, 480))


if __name__ == "__main__":
    main()
