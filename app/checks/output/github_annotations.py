"""Writes problems as GitHub annotations on a pull request, and as the summary of a workflow step.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator

from app.authoring.problem import Problem
from app.authoring.problem_codes import Code, Level
from app.checks.checker import Checked, in_order
from app.checks.output.markdown import code, details, document, heading, sentence, table
from app.checks.output.text_output import REDONE, earlier_problems, summary

_ABOUT = {code.slug: code.about for code in Code}

# A step's summary has at most 1 MiB; a problem takes less than 700 bytes of it.
_LISTED = 1000


def annotations(checked: Checked) -> str:
    """One command per problem, and the summary. GitHub shows only the first ten errors and ten warnings of a step.

    Problems from before a change are left to the step's summary: they would take the place of its own.
    """
    return "\n".join([*(_command(problem) for problem in by_importance(checked)), summary(checked)])


def by_importance(checked: Checked) -> list[Problem]:
    """What counts: errors before warnings; within each, the first of every code in every file before any second."""
    seen: dict[tuple[str, str], int] = {}
    ranked = []
    for problem in checked.counted:
        turn = seen[problem.path, problem.code] = seen.get((problem.path, problem.code), 0) + 1
        ranked.append((problem.level is not Level.ERROR, turn, problem))
    return [problem for *_, problem in sorted(ranked, key=lambda each: each[:2])]


def step_summary(checked: Checked, pages: str | None) -> str:
    """Every problem as Markdown. `pages` is the address of docs/checks.md, where it is known."""
    return document(
        [*_problems(checked, pages), *_redone(checked, pages), *_earlier(checked, pages), *_accepted(checked, pages)]
    )


def _problems(checked: Checked, pages: str | None) -> Iterator[str]:
    yield heading(3, summary(checked))
    if checked.counted:
        rows = (
            (_place(each), f"**{each.level}** {_what(each, pages)}", sentence(each.hint or ""))
            for each in by_importance(checked)[:_LISTED]
        )
        yield table(("where", "what", "what to do"), rows)
    if len(checked.counted) > _LISTED:
        yield f"{len(checked.counted) - _LISTED:,} more: run `forewarn check` to see them all."


def _redone(checked: Checked, pages: str | None) -> Iterator[str]:
    if checked.redone:
        rows = ((_place(each), _what(each, pages), sentence(each.hint or "")) for each in in_order(checked.redone))
        yield details(REDONE, f"\n\n{table(('where', 'what', 'what to do'), rows)}\n\n")


def _earlier(checked: Checked, pages: str | None) -> Iterator[str]:
    if checked.earlier:
        earlier = [problem for problem in checked.problems if problem in checked.earlier]
        rows = ((_place(each), f"**{each.level}** {_what(each, pages)}") for each in earlier[:_LISTED])
        yield details(earlier_problems(checked), f"\n\n{table(('where', 'what'), rows)}\n\n")


def _accepted(checked: Checked, pages: str | None) -> Iterator[str]:
    if checked.accepted:
        rows = (
            (_place(each.problem), _with_hint(each.problem, pages), sentence(each.reason))
            for each in checked.accepted[:_LISTED]
        )
        yield details("Accepted in the files", f"\n\n{table(('where', 'what', 'reason'), rows)}\n\n")


def _place(problem: Problem) -> str:
    return f"{code(problem.path)}:{problem.line}:{problem.column}"


def _what(problem: Problem, pages: str | None) -> str:
    named = f"[{problem.code}]({pages}#{problem.code})" if pages else problem.code
    return f"{named}: {sentence(problem.message)}"


def _with_hint(problem: Problem, pages: str | None) -> str:
    return f"{_what(problem, pages)}; {sentence(problem.hint)}" if problem.hint else _what(problem, pages)


def _command(problem: Problem) -> str:
    what = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in _properties(problem))
    return f"::{problem.level} {properties}::{_data(what)}"


def _properties(problem: Problem) -> Iterator[tuple[str, str | int]]:
    yield "file", problem.path
    yield "line", problem.line
    if problem.end is None or problem.end[0] == problem.line:
        yield "col", problem.column
    if problem.end is not None:
        yield "endLine", problem.end[0]
        if problem.end[0] == problem.line:  # columns are refused where the lines differ
            yield "endColumn", problem.end[1] - 1  # the last one that is meant
    yield "title", f"{problem.code}: {_ABOUT[problem.code].rstrip('.')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
