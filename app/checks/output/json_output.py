"""Writes problems as JSON. docs/checks.md describes the shape; entries may be added, none changes its meaning."""

import json
from typing import Any

from app.authoring.problem import Problem
from app.authoring.problem_codes import Level
from app.checks.acceptance import Accepted
from app.checks.checker import Checked
from app.checks.output.text_output import offending

VERSION = 1


def as_json(checked: Checked) -> str:
    content = checked.content
    found = {
        "version": VERSION,
        "summary": {
            "errors": len(checked.errors),
            "warnings": len(checked.warnings),
            "new_errors": _new(checked, Level.ERROR),
            "new_warnings": _new(checked, Level.WARNING),
            "accepted": len(checked.accepted),
            "rules": len(content.rules) if content else None,
            "regions": len(content.regions) if content else None,
        },
        "problems": [_problem(each, checked) | {"new": _is_new(each, checked)} for each in checked.problems],
        "accepted": [_accepted(each, checked) for each in checked.accepted],
    }
    return json.dumps(found, indent=2, ensure_ascii=False)


def _new(checked: Checked, level: Level) -> int | None:
    return None if checked.earlier is None else sum(each.level is level for each in checked.counted)


def _is_new(problem: Problem, checked: Checked) -> bool | None:
    return None if checked.earlier is None else checked.counts(problem)


def _problem(problem: Problem, checked: Checked) -> dict[str, Any]:
    end_line, end_column = problem.end or (None, None)
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "end_line": end_line,
        "end_column": end_column,
        "text": offending(checked.texts, problem),
        "where": list(problem.where),
        "code": problem.code,
        "level": problem.level,
        "message": problem.message,
        "hint": problem.hint,
    }


def _accepted(accepted: Accepted, checked: Checked) -> dict[str, Any]:
    return {**_problem(accepted.problem, checked), "reason": accepted.reason, "accepted_in_line": accepted.line}
