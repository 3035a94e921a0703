"""Pages in React 18 and 19, and with the code of docs/component.md, built by npm's packages from tests/alert/pages."""

import json
import re
import secrets
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.alert.exchange import Exchange
from tests.deployment import ROOT, a_withdrawal

_PAGES = ROOT / "tests/alert/pages"
_DOCUMENT = (ROOT / "docs/component.md").read_text(encoding="utf-8")
# The line in front of each block of code that the pages import.
_DOCUMENTED = {
    "react.jsx": "browser alone. A page that a server rendered is taken over without a warning.",
    "radix.jsx": "Radix Dialog:",
    "mui.jsx": "MUI Dialog:",
    "headless-ui.jsx": "Headless UI Dialog:",
    "focus-trap.js": "focus-trap:",
    "native.js": "Native `<dialog>`:",
}

needs_pages = pytest.mark.skipif(
    shutil.which("node") is None or not (_PAGES / "node_modules").is_dir(),
    reason="needs node, and `make setup` with npm, which installs tests/alert/pages/node_modules",
)


def build(folder: Path) -> None:
    """Writes the pages of each version of React, and what renders them on a server: 18/, 19/, server-18.cjs ..."""
    documented = folder / "documented"
    documented.mkdir()
    for name, line in _DOCUMENTED.items():
        found = re.search(rf"^{re.escape(line)}\n\n```jsx?\n(.*?)^```$", _DOCUMENT, re.MULTILINE | re.DOTALL)
        assert found, f"docs/component.md has no code after {line!r}"
        (documented / name).write_text(found[1], encoding="utf-8")
    subprocess.run(["node", str(_PAGES / "build.mjs"), str(folder), str(documented)], check=True, timeout=120)


def server_html(folder: Path, version: int, tag: str, props: dict[str, Any]) -> str:
    """What React makes of the element on a server."""
    command = ["node", str(folder / f"server-{version}.cjs")]
    done = subprocess.run(
        command, input=json.dumps([tag, props]), capture_output=True, text=True, timeout=60, check=True
    )
    assert not done.stderr, done.stderr
    return done.stdout.strip()


_HEAD = (
    "<!doctype html><html lang=en><meta name=viewport content='width=device-width, initial-scale=1'>"
    "<title>Withdraw</title><script src=/watch.js></script>"
)
_WATCH = b"""
window.said = [];
for (const name of ["ready", "error", "outcome"]) {
  document.addEventListener(`forewarn-${name}`, ({detail}) => said.push({name, at: performance.now(), ...detail}));
}
/* Headless browsers have no telephone. */
addEventListener("click", (event) => {
  if (event.composedPath().some((one) => one.href?.startsWith("tel:"))) event.preventDefault();
}, true);
"""


class PagesSite(Exchange):
    """`/18/raw` is the page that runs 18/raw.js; `html` is what a server put there."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.html = ""

    def page(self, path: str) -> tuple[str, bytes] | None:
        path = path.partition("?")[0]
        file = self.folder / path.removeprefix("/")
        if path == "/watch.js":
            return "text/javascript", _WATCH
        if file.suffix == ".js" and file.is_file():
            return "text/javascript", file.read_bytes()
        if file.with_suffix(".js").is_file():
            page = f"{_HEAD}<main>{self.html}</main><script type=module src={path}.js></script>"
            return "text/html", page.encode()
        return super().page(path)


class ServedPages(PagesSite):
    """Its backend asks a real service about each withdrawal and sends it each outcome, as the browser said it.

    `presentation` replaces that of the answer. `sent` counts the outcomes of each assessment that the service answered,
    and `refused` has what it did not take.
    """

    def __init__(self, folder: Path, service: httpx.Client, presentation: dict[str, Any]) -> None:
        super().__init__(folder)
        self.presentation = presentation
        self.sent: Counter[str] = Counter()
        self.refused: list[str] = []
        self._service = service
        self._assessments: dict[str, str] = {}

    def answer(self, path: str, body: str) -> dict[str, Any]:
        _, withdrawal_id, what = f"{path}//".split("/")[1:4]
        if not withdrawal_id:
            withdrawal_id = f"wd_{secrets.token_hex(8)}"
            withdrawal = a_withdrawal(withdrawal_id, user_id=f"u-{withdrawal_id}", languages=["en"])
            answer: dict[str, Any] = self._service.post("/v1/assessments", json=withdrawal).raise_for_status().json()
            answer["alert"]["presentation"] = self.presentation
            self._assessments[withdrawal_id] = answer["assessment_id"]
            return {"withdrawal_id": withdrawal_id, **answer}
        if what == "outcomes":
            assessment_id = self._assessments[withdrawal_id]
            address = f"/v1/assessments/{assessment_id}/outcomes"
            sent = self._service.post(address, content=body, headers={"content-type": "application/json"})
            if sent.status_code != 202:
                self.refused.append(f"{body}: {sent.text}")
            self.sent[assessment_id] += 1
        return {}
