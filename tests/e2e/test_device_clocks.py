"""The documented page, in a browser whose clock is wrong, on the documented backend: outcomes have the right time."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.console.browser import CHROMIUM, DRIVER, MISSING, Browser, browser
from tests.deployment import ROOT, Deployment, a_withdrawal, running_service
from tests.docs.test_docs import INTEGRATION, blocks
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)

COMPONENT = (ROOT / "docs/component.md").read_text(encoding="utf-8")
FILES = {
    "/": ("text/html", f"<!doctype html><title>Withdraw</title>{blocks(COMPONENT, 'html')[0]}".encode()),
    "/withdraw.js": ("text/javascript", blocks(COMPONENT, "js")[0].encode()),
    "/forewarn-alert.js": ("text/javascript", (ROOT / "clients/web/dist/forewarn-alert.js").read_bytes()),
}

# A device's clock, in place of the browser's own.
CLOCK = """
const ahead = %d, Right = Date;
globalThis.Date = class extends Right {
  constructor(...given) { given.length ? super(...given) : super(Right.now() + ahead); }
  static now() { return Right.now() + ahead; }
};
"""


class Backend:
    """Of an exchange: it asks about each withdrawal and passes on what the page says, kept or forwarded."""

    def __init__(self, service: Deployment, folder: Path) -> None:
        namespace: dict[str, Any] = {"__name__": "the exchange"}
        for source in blocks(INTEGRATION, "python"):
            exec(compile(source, "docs/integration.md", "exec"), namespace)
        service.cli("fallback", "--out", str(folder / "fallback"))
        self.service = service
        self.page = namespace
        self.client = namespace["Forewarn"](
            service.url, service.key, folder / "fallback", folder / "outcomes", attempt_seconds=20
        )
        self.direct = service.client()
        self.withdrawal = ""
        self.assessment_id = ""
        self.forwards = False
        self.answers: list[int] = []

    def withdraw(self) -> dict[str, Any]:
        id_, alert = self.page["assess"](self.client, a_withdrawal(self.withdrawal, languages=["en"]))
        self.assessment_id = id_
        return {"withdrawal_id": "wd_1", "assessment_id": id_, "alert": alert}

    def hear(self, body: bytes) -> None:
        if self.forwards:
            path, headers = f"/v1/assessments/{self.assessment_id}/outcomes", {"content-type": "application/json"}
            self.answers.append(self.direct.post(path, content=body, headers=headers).status_code)
        else:
            assert self.page["page_says"](self.client, self.assessment_id, body)

    def send(self) -> None:
        asyncio.run_coroutine_threadsafe(self.client.send_batch(), self.page["loop"]).result(20)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.client.http.aclose(), self.page["loop"]).result(20)
        self.client.unsent.close()
        self.direct.close()


@contextmanager
def site_of(backend: Backend) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = FILES.get(self.path, ("text/plain", b""))
            self._send(kind, body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"] or 0))
            if self.path.endswith("/outcomes"):
                backend.hear(body)
            answer = backend.withdraw() if self.path == "/withdrawals" else {}
            self._send("application/json", json.dumps(answer).encode())

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name in the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with running_service(tmp_path_factory.mktemp("service")) as service:
        made = Backend(service, tmp_path_factory.mktemp("backend"))
        yield made
        made.close()


@pytest.fixture(scope="module")
def site(backend: Backend) -> Iterator[str]:
    with site_of(backend) as url:
        yield url


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@contextmanager
def clock(device: Browser, minutes: int) -> Iterator[None]:
    """Within it, each page that opens has a clock so many minutes ahead."""
    script = {"source": CLOCK % (minutes * 60_000)}
    added = device.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", script)
    yield
    device.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def cancel(device: Browser) -> bool:
    """Presses until a press counts: the first ones come too early."""
    device.run("document.querySelector('forewarn-alert')?.shadowRoot.querySelector('.action.cancel')?.click()")
    return device.text("#result") == "Nothing was sent."


@pytest.mark.parametrize("forwards", [False, True], ids=["kept and sent later", "forwarded at once"])
@pytest.mark.parametrize("minutes", [7, -7])
def test_a_wrong_clock_moves_nothing(
    backend: Backend, site: str, device: Browser, minutes: int, forwards: bool
) -> None:
    backend.withdrawal, backend.forwards, backend.answers = f"wd of {minutes} {forwards}", forwards, []
    with clock(device, minutes):
        began = datetime.now(UTC)
        device.open(site)
        ahead = datetime.fromtimestamp(device.run("return Date.now()") / 1000, UTC) - began
        assert abs(ahead - timedelta(minutes=minutes)) < timedelta(minutes=2)
        device.one("#withdrawal button").click()
        device.wait(lambda: cancel(device))
    wait_until(lambda: heard(backend) == 2)
    ended = datetime.now(UTC)
    backend.send()

    wait_until(lambda: len(outcomes(backend)) == 2)
    shown, cancelled = outcomes(backend)
    assert (shown["outcome"], cancelled["outcome"]) == ("shown", "cancelled")
    times = [datetime.fromisoformat(event["occurred_at"]) for event in (shown, cancelled)]
    assert began <= times[0] <= times[1] <= ended
    assert shown["visible_ms"] < cancelled["visible_ms"]
    assert cancelled["ignored_inputs"] >= 1
    assert isinstance(cancelled["scrolled"], bool)
    assert set(backend.answers) <= {202}


def heard(backend: Backend) -> int:
    """How many outcomes of the last withdrawal the backend has, whatever it does with them."""
    if backend.forwards:
        return len(backend.answers)
    return int(backend.client.unsent.execute("SELECT count(*) FROM outcome").fetchone()[0])


def outcomes(backend: Backend) -> list[dict[str, Any]]:
    found = [event for event in backend.service.events() if event["assessment_id"] == backend.assessment_id]
    return sorted((event for event in found if event["event"] == "outcome"), key=lambda event: event["occurred_at"])
