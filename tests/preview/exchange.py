"""The site of a fictitious exchange: the page of docs/component.md under a strict policy, over real HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from tests.deployment import ROOT

COMPONENT = (ROOT / "clients/web/dist/forewarn-alert.all.js").read_bytes()
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"

_DOCUMENT = (ROOT / "docs/component.md").read_text(encoding="utf-8")
_HEAD = (
    "<!doctype html><html lang=en><meta name=viewport content='width=device-width, initial-scale=1'>"
    "<title>Withdraw</title>"
)
_WATCH = b"""
window.heard = [];
window.violated = [];
document.addEventListener("securitypolicyviolation", (e) => violated.push(e.violatedDirective + " " + e.blockedURI));
window.show = (alert, attributes = {}) => {
  const element = document.createElement("forewarn-alert");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.alert = alert;
  element.addEventListener("forewarn-outcome", ({detail}) => heard.push(detail.outcome));
  document.querySelector("main").append(element);
  return element;
};
"""


def block(language: str) -> str:
    """A code block of docs/component.md."""
    found = re.search(rf"^```{language}\n(.*?)^```$", _DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


class Exchange:
    """`alert` is what its next withdrawal gets; `received` is what browsers posted, in order, by address."""

    def __init__(self) -> None:
        self.alert: dict[str, Any] | None = None
        self.received: list[tuple[str, str]] = []
        self.url = ""

    def page(self, path: str) -> tuple[str, bytes] | None:
        bare = f"{_HEAD}<script src=/watch.js></script><script type=module src=/forewarn-alert.js></script>"
        return {
            "/": ("text/html", f"{_HEAD}<h1>Withdraw</h1><main>{block('html')}</main>".encode()),
            "/bare": ("text/html", f"{bare}<main><h1>Withdraw</h1><button id=before>Withdraw</button></main>".encode()),
            "/forewarn-alert.js": ("text/javascript", COMPONENT),
            "/withdraw.js": ("text/javascript", block("js").encode()),
            "/watch.js": ("text/javascript", _WATCH),
            "/favicon.ico": ("image/x-icon", b""),
        }.get(path)

    def answer(self, path: str, body: str) -> dict[str, Any]:
        self.received.append((path, body))
        return {"withdrawal_id": "wd_1", "assessment_id": "as_1", "alert": self.alert} if path == "/withdrawals" else {}


Site = TypeVar("Site", bound=Exchange)


@contextmanager
def exchange(site: Site) -> Iterator[Site]:

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = site.page(self.path)
            self._send(200 if found else 404, *(found or ("text/plain", b"")))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
            self._send(200, "application/json", json.dumps(site.answer(self.path, body)).encode())

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.send_header("content-security-policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
