"""Writes problems as SARIF 2.1.0, which code scanning and many editors read.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.authoring.problem import Problem
from app.authoring.problem_codes import Code
from app.checks.acceptance import Accepted
from app.checks.checker import Checked
from app.checks.output.checks_page import page, why
from app.checks.output.text_output import offending

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_INDEX = {code.slug: i for i, code in enumerate(Code)}

Node = dict[str, Any]


def as_sarif(checked: Checked, version: str, pages: str | None) -> str:
    """`version` is that of the program, `pages` the address of docs/checks.md, where it is known."""
    driver = {"name": "Forewarn", "semanticVersion": version, "rules": [_rule(code, pages) for code in Code]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": list(_results(checked))}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(code: Code, pages: str | None) -> Node:
    rule: Node = {
        "id": code.slug,
        "shortDescription": {"text": code.about},
        "fullDescription": {"text": why(code)},
        "help": {"text": why(code), "markdown": page(code)},
        "defaultConfiguration": {"level": code.level.value},
    }
    return rule | ({"helpUri": f"{pages}#{code.slug}"} if pages else {})


def _results(checked: Checked) -> Iterator[Node]:
    seen: Counter[str] = Counter()
    accepted = {id(each.problem): each for each in checked.accepted}
    for problem in (*checked.problems, *(each.problem for each in checked.accepted)):
        print_ = _print(problem)
        seen[print_] += 1
        yield _result(problem, checked, f"{print_}:{seen[print_]}", accepted.get(id(problem)))


def _result(problem: Problem, checked: Checked, fingerprint: str, accepted: Accepted | None) -> Node:
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    result: Node = {
        "ruleId": problem.code,
        "ruleIndex": _INDEX[problem.code],
        "level": problem.level.value,
        "message": {"text": message},
        "locations": [{"physicalLocation": _location(problem) | {"region": _region(problem, checked)}}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if checked.earlier is not None and accepted is None:
        result["baselineState"] = "new" if checked.counts(problem) else "unchanged"
    return result | ({"suppressions": [_suppression(accepted)]} if accepted else {})


def _suppression(accepted: Accepted) -> Node:
    at = _location(accepted.problem) | {"region": {"startLine": accepted.line}}
    return {
        "kind": "inSource",
        "status": "accepted",
        "justification": accepted.reason,
        "location": {"physicalLocation": at},
    }


def _location(problem: Problem) -> Node:
    if Path(problem.path).is_absolute():
        return {"artifactLocation": {"uri": Path(problem.path).as_uri()}}
    return {"artifactLocation": {"uri": quote(problem.path), "uriBaseId": "%SRCROOT%"}}


def _region(problem: Problem, checked: Checked) -> Node:
    region: Node = {"startLine": problem.line, "startColumn": problem.column}
    if problem.end is not None:
        region |= {"endLine": problem.end[0], "endColumn": problem.end[1]}
    text = offending(checked.texts, problem)
    return region | ({"snippet": {"text": text}} if text else {})


def _print(problem: Problem) -> str:
    """A fingerprint that stays the same when the entry moves in its file."""
    parts = (problem.path, problem.code, *problem.where)
    return sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]
