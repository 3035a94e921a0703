"""Where uvicorn has renamed what our protocol uses, `serve` notices and FastAPI's routes answer."""

import ast
import inspect
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.api import closing_connection, http_connection, uvicorn_internals, uvicorn_protocol
from app.api.uvicorn_internals import missing_names
from tests.deployment import FIXTURE, Deployment, a_withdrawal, free_port
from tests.waiting import wait_until


def test_this_uvicorn_has_every_name() -> None:
    assert missing_names() == []


def test_a_missing_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(HttpToolsProtocol, "_unset_keepalive_if_required")
    monkeypatch.setattr(FlowControl, "__init__", lambda self: None)

    assert missing_names() == [
        "HttpToolsProtocol._unset_keepalive_if_required",
        "FlowControl.read_paused",
        "FlowControl.write_paused",
    ]


def test_without_its_module_nothing_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn_internals, "_MODULE", "uvicorn.protocols.http.elsewhere")

    assert missing_names() == ["uvicorn.protocols.http.elsewhere"]


def test_every_inherited_name_is_checked() -> None:
    """The list holds whatever the protocol uses of uvicorn's classes and does not define itself."""
    ours = (closing_connection.ClosingConnection, http_connection.HttpConnection, uvicorn_protocol.FastLaneProtocol)
    tree = ast.parse("".join(inspect.getsource(owner) for owner in ours))
    own = {name for owner in ours for name in vars(owner)}
    written: set[str] = set()
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            of = ast.unparse(node.value)
            if of == "self" and isinstance(node.ctx, ast.Store):
                written.add(node.attr)
            elif of in {"self", "super()", "self.flow", "self.server_state", "cycle"}:
                read.add(node.attr if of != "super()" else f"super {node.attr}")
    inherited = {name.removeprefix("super ") for name in read if name.startswith("super ") or name not in own | written}
    inherited -= {"hand_over"}  # of our own class
    checked = {name for table in (uvicorn_internals._METHODS, uvicorn_internals._ATTRIBUTES) for name in table.values()}
    assert inherited <= {name for names in checked for name in names}


def test_a_later_uvicorn_is_served_by_fastapi(service: Deployment, client: httpx.Client, tmp_path: Path) -> None:
    """The same answer, and a log line that says which names are missing."""
    port = free_port()
    environment = service.environment | {
        "FOREWARN_STATE_DIR": str(tmp_path / "state"),
        "FOREWARN_KEYS_FILE": str(service.state / "keys.yaml"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, str(Path(__file__).with_name("later_uvicorn.py")), "serve", "--port", str(port)]
    written = tmp_path / "log"
    with written.open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=FIXTURE, stdout=log, stderr=log)

    def ready() -> bool:
        assert process.poll() is None, written.read_text()
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        return False

    try:
        wait_until(ready, timeout=60)
        answer = httpx.post(f"http://127.0.0.1:{port}/v1/assessments", json=a_withdrawal(), headers=client.headers)
        assert answer.content == client.post("/v1/assessments", json=a_withdrawal()).content
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert "has no HttpToolsProtocol._unset_keepalive_if_required, RequestResponseCycle." in written.read_text()
    assert "no limits of a connection" in written.read_text()
