"""The hashes of docs/component.md in a browser: of the script, and of the words that it loads, in an import map."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.console.browser import Browser
from tests.deployment import ROOT

DIST = ROOT / "clients/web/dist"
HASHES: dict[str, str] = json.loads((DIST / "integrity.json").read_text())
OTHER = HASHES["words/de.js"]
CHINESE = json.loads((ROOT / "clients/golden/chinese.json").read_text())["alert"]


class Site(BaseHTTPRequestHandler):
    """The built files, and a page for each pair of hashes: /SCRIPT/WORDS names whose hash is given."""

    def do_GET(self) -> None:
        page = self.path.startswith("/as-")
        file = DIST / self.path.removeprefix("/")
        body = self._page().encode() if page else file.read_bytes() if file.is_file() else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8" if page else "text/javascript")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _page(self) -> str:
        script = HASHES["forewarn-alert.js"] if "script" in self.path else OTHER
        words = HASHES["words/zh-Hant.js"] if "words" in self.path else OTHER
        integrity = json.dumps({"integrity": {"/words/zh-Hant.js": words}})
        return (
            f'<!doctype html><script type="importmap">{integrity}</script>'
            f'<script type="module" src="/forewarn-alert.js" integrity="{script}"></script>'
        )

    def log_message(self, *_: object) -> None:
        """The tests print nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(one_browser: Browser) -> Browser:
    one_browser.errors()
    return one_browser


def notice(page: Browser) -> str:
    """What a Chinese alert says of its text, in the component's own words."""
    page.run("document.querySelector('forewarn-alert')?.remove()")
    page.run(
        "const e = document.createElement('forewarn-alert'); e.alert = arguments[0]; document.body.append(e)", CHINESE
    )
    found: str = page.wait(
        lambda: page.run(
            "return document.querySelector('forewarn-alert').shadowRoot.querySelector('.notice')?.innerText"
        )
    )
    return found


def test_a_script_with_the_documented_hash_runs_and_loads_its_words(page: Browser, site: str) -> None:
    page.open(f"{site}/as-script-words")
    notice(page)

    page.wait(lambda: notice(page).startswith("樣本"))


def test_a_script_with_another_hash_does_not_run(page: Browser, site: str) -> None:
    page.errors()
    page.open(f"{site}/as-words")

    assert page.wait(lambda: [error for error in page.errors() if "integrity" in error])
    assert page.run("return customElements.get('forewarn-alert') === undefined")


def test_words_with_another_hash_are_not_used(page: Browser, site: str) -> None:
    page.open(f"{site}/as-script")
    page.errors()
    notice(page)

    assert page.wait(lambda: [error for error in page.errors() if "words" in error])
    assert notice(page).startswith("Sample text")
