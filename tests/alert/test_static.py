"""The static fallback as a server writes it, without a DOM."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.deployment import ROOT

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")

_PROGRAM = """
import { readFileSync } from "node:fs";
const { alertToHTML } = await import(process.argv[1]);
const given = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(given.map(([alert, options]) => alertToHTML(alert, options))));
"""


def html(*given: tuple[Any, dict[str, Any]]) -> list[str]:
    command = ["node", "--input-type=module", "-e", _PROGRAM, str(ROOT / "clients/web/dist/static.js")]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, timeout=60, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


def test_texts_are_escaped_and_only_safe_links_are_links() -> None:
    nasty = "<img src=x onerror='a()'>\"&"
    safe = "&lt;img src=x onerror=&#39;a()&#39;&gt;&quot;&amp;"
    alert = {
        "title": nasty,
        "body": [nasty, 5],
        "questions": [nasty],
        "language": 'en"><script>',
        "direction": nasty,
        "text_status": "official",
        "source": nasty,
        "actions": [
            {"kind": "cancel", "label": "Cancel"},
            {"kind": "review", "label": nasty, "url": 'https://www.police.example/?a="&b'},
            {"kind": "call", "label": "Call 18222", "phone": "18222"},
            {"kind": "call", "label": "Call", "phone": "1'><b>"},
            {"kind": "report", "label": "Script", "url": "javascript:a()"},
            {"kind": "report", "label": "Login", "url": "https://user@police.example/"},
            {"kind": "proceed", "label": "Continue"},
            None,
        ],
    }

    (written,) = html((alert, {"headingLevel": 4}))

    assert written == (
        '<div dir="ltr" lang="en&quot;&gt;&lt;script&gt;">'
        f"<h4>{safe}</h4><p>{safe}</p><ul><li>{safe}</li></ul>"
        '<p><a href="https://www.police.example/?a=%22&amp;b" target="_blank" rel="noopener noreferrer">'
        f"{safe} police.example (opens in a new tab)</a></p>"
        f'<p><a href="tel:18222">Call 18222</a></p><p>Source: {safe}</p></div>'
    )


def test_its_own_words_are_those_of_the_alerts_language_unless_the_page_has_others() -> None:
    arabic = {"title": "قف", "language": "ar", "direction": "rtl", "text_status": "sample"}

    said, replaced = html((arabic, {}), (arabic, {"words": {"sample": "x"}}))

    assert said == '<div dir="rtl" lang="ar"><h2>قف</h2><p>نص تجريبي لم تصدره أي جهة شرطية</p></div>'
    assert replaced == '<div dir="rtl" lang="ar"><h2>قف</h2><p>x</p></div>'


def test_what_says_nothing_is_nothing() -> None:
    nothing: list[Any] = [None, 7, "text", [], {}, {"title": " ", "text_status": "sample", "actions": "none"}]

    assert html(*((one, {}) for one in nothing)) == [""] * len(nothing)
