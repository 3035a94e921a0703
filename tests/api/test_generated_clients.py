"""Clients that generators make from docs/openapi.json work with the service, and with a later one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.api.request_examples import examples
from tests.deployment import ROOT, Deployment

DOCUMENT = ROOT / "docs/openapi.json"
TYPESCRIPT = ROOT / "tests/api/typescript"

needs_npm = pytest.mark.skipif(
    shutil.which("node") is None or not (TYPESCRIPT / "node_modules").is_dir(),
    reason="needs node, and `make setup` with npm, which installs tests/api/typescript/node_modules",
)


def with_new_fields(answer: Any) -> Any:
    """The answer of a later version: new fields in every object."""
    if isinstance(answer, dict):
        return {"new": {"of": ["a later", 7]}} | {name: with_new_fields(value) for name, value in answer.items()}
    return [with_new_fields(part) for part in answer] if isinstance(answer, list) else answer


class Later(BaseHTTPRequestHandler):
    """Answers every assessment with the document's example and new fields."""

    def do_POST(self) -> None:
        body = json.dumps(with_new_fields(examples()["answer"])).encode()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The tests print nothing."""


@pytest.fixture
def later() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Later) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def run(*command: object, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def assert_saw_what_an_exchange_needs(seen: str) -> None:
    assert json.loads(seen) == {
        "title": "Take a moment",
        "source": "Hong Kong Police Force",
        "variant": None,
        "kinds": ["cancel", "proceed"],
        "no_alert": None,
        "one": True,
        "list": [True],
        "object": [[False, "/assessment_id was not issued by us"]],
        "refused": [422, ["/region"]],
        "wrong_key": 401,
        "later": examples()["answer"]["alert"]["title"],
    }


def test_in_python(small: Deployment, later: str, tmp_path: Path) -> None:
    """It warns of what it cannot make, and fails then."""
    config = tmp_path / "config.yaml"
    config.write_text("post_hooks: []\n")
    generator = Path(sys.executable).with_name("openapi-python-client")
    made = ("--path", DOCUMENT, "--config", config, "--meta", "none", "--output-path", "forewarn_generated")
    run(generator, "generate", *made, "--fail-on-warning", cwd=tmp_path)

    story = ROOT / "tests/api/python_story.py"
    assert_saw_what_an_exchange_needs(
        run(sys.executable, story, small.url, small.key, later, cwd=tmp_path, PYTHONPATH=str(tmp_path))
    )


@needs_npm
def test_in_typescript(small: Deployment, later: str, tmp_path: Path) -> None:
    """The compiler finds every field, and null where it may be."""
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    for name in ("package.json", "story.ts"):
        shutil.copy(TYPESCRIPT / name, tmp_path)
    run("node", "node_modules/openapi-typescript/bin/cli.js", DOCUMENT, "-o", "api.ts", cwd=tmp_path)
    options = ("--strict", "--target", "es2022", "--module", "nodenext", "--types", "node", "story.ts")
    run("node", "node_modules/typescript/bin/tsc", *options, cwd=tmp_path)

    assert_saw_what_an_exchange_needs(run("node", "story.js", small.url, small.key, later, cwd=tmp_path))


@needs_npm
def test_a_linter_of_its_readers_finds_nothing() -> None:
    assert run("node", "lint.mjs", DOCUMENT, cwd=TYPESCRIPT) == ""
