"""The site of a fictitious exchange: the page of docs/component.md under a strict policy, over real HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from tests.deployment import ROOT

PACKAGE = ROOT / "clients/web"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
    "require-trusted-types-for 'script'"
)

_DOCUMENT = (ROOT / "docs/component.md").read_text(encoding="utf-8")
_HEAD = (
    "<!doctype html><html lang=en><meta name=viewport content='width=device-width, initial-scale=1'>"
    "<title>Withdraw</title>"
)
_WATCH = b"""
window.said = [];
window.violated = [];
window.complaints = [];
window.heard = () => said.filter((one) => one.type === "outcome").map((one) => one.outcome);
document.addEventListener("securitypolicyviolation", (e) => {
  /* Firefox asks for an icon by itself. */
  if (!e.blockedURI.endsWith("/favicon.ico")) violated.push(e.violatedDirective + " " + e.blockedURI);
});
for (const level of ["warn", "error"]) {
  const write = console[level];
  console[level] = (...words) => { complaints.push(words.join(" ")); write.apply(console, words); };
}
window.addEventListener("error", (event) => complaints.push(event.message));
window.addEventListener("unhandledrejection", (event) => complaints.push(String(event.reason)));

const noted = new WeakSet();
const note = (event) => {
  if (noted.has(event)) return;
  noted.add(event);
  said.push({ type: event.type.slice(9), at: performance.now(), ...JSON.parse(JSON.stringify(event.detail)) });
};
/* A removed element tells only those who listen on itself; one in the markup speaks before a script can find it. */
window.listen = (target) => {
  for (const type of ["ready", "error", "outcome"]) target.addEventListener("forewarn-" + type, note);
};
listen(document);

window.load = (query = "") => import("/forewarn-alert.js" + query);
window.show = (alert, attributes = {}) => {
  const element = document.createElement("forewarn-alert");
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  listen(element);
  element.alert = alert;
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
    """`alert` is what its next withdrawal gets; `received` is what browsers posted, in order, by address.

    `/bare` is a page with the component and nothing else, `/late` one that has yet to load it, and `/own` has `main`.
    """

    def __init__(self) -> None:
        self.alert: dict[str, Any] | None = None
        self.received: list[tuple[str, str]] = []
        self.url = ""
        self.main = ""

    def page(self, path: str) -> tuple[str, bytes] | None:
        late = f"{_HEAD}<script src=/watch.js></script>"
        bare = f"{late}<script type=module src=/forewarn-alert.js></script>"
        rest = "<main><h1>Withdraw</h1><button id=before>Withdraw</button>"
        bare_path = path.partition("?")[0]
        if re.fullmatch(r"/(words/)?[\w.-]+\.js", bare_path) and (PACKAGE / "dist" / bare_path[1:]).is_file():
            return "text/javascript", (PACKAGE / "dist" / bare_path[1:]).read_bytes()
        return {
            "/": ("text/html", f"{_HEAD}<h1>Withdraw</h1><main>{block('html')}</main>".encode()),
            "/bare": ("text/html", f"{bare}{rest}</main>".encode()),
            "/late": ("text/html", f"{late}{rest}{self.main}</main>".encode()),
            "/own": ("text/html", f"{bare}{rest}{self.main}</main>".encode()),
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
