"""What would break a client of the older document is named; what would not passes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import ROOT

DOCUMENT = (ROOT / "docs/openapi.json").read_text()


def compared(tmp_path: Path, change: str) -> tuple[int, str]:
    """Runs `change` on the parts `d` (all), `s` (schemas) and `p` (paths) of the newer document."""
    changed: dict[str, Any] = json.loads(DOCUMENT)
    exec(change, {"d": changed, "s": changed["components"]["schemas"], "p": changed["paths"]})
    for name, text in (("old.json", DOCUMENT), ("new.json", json.dumps(changed))):
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-S", str(ROOT / "deploy/contract_breaks.py"), "old.json", "new.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("del p['/v1/rules']", "GET /v1/rules: is gone"),
        ("p['/v1/rules']['get']['operationId'] = 'rules'", "GET /v1/rules: the operationId was listRules"),
        ("del s['Alert']['properties']['source']; s['Alert']['required'].remove('source')", "/alert/source: is gone"),
        ("s['Alert']['required'].remove('source')", "/alert/source: is no longer required"),
        ("s['Alert']['properties']['title'] = {'type': 'integer'}", "/alert/title: may now be of type integer"),
        ("s['Action']['additionalProperties'] = False", "/actions/-: is closed"),
        ("s['AssessmentRequest']['required'].append('amount')", "request/amount: is required"),
        ("s['OutcomeItem']['properties']['outcome']['enum'].remove('shown')", "no longer takes shown"),
        ("s['OutcomeItem']['properties']['assessment_id']['maxLength'] = 9", "/assessment_id: maxLength is 9"),
        ("s['OutcomeList']['maxItems'] = 10", "maxItems is 10"),
        ("p['/v1/rules']['get']['parameters'].pop()", "the parameter region is gone"),
    ],
)
def test_a_break_is_named(tmp_path: Path, change: str, said: str) -> None:
    code, lines = compared(tmp_path, change)

    assert code == 1
    assert said in lines


@pytest.mark.parametrize(
    "change",
    [
        "pass",
        "s['Alert']['properties']['new'] = {'type': 'string'}; s['Alert']['required'].append('new')",
        "s['AssessmentRequest']['properties']['new'] = {'type': 'string'}",
        "s['OutcomeItem']['properties']['outcome']['enum'].append('new')",
        "p['/v2/new'] = p['/v1/rules']; p['/v1/rules']['get']['summary'] = 'Other words'",
    ],
)
def test_an_addition_is_none(tmp_path: Path, change: str) -> None:
    assert compared(tmp_path, change) == (0, "")
