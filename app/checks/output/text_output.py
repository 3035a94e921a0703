"""Prints problems for a terminal."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from app.authoring.problem import Problem
from app.authoring.problem_codes import Level
from app.checks.acceptance import Accepted
from app.checks.checker import Checked, in_order

# paint(text, role) with a role of `error`, `warning`, `hint`, `place` or `caret`.
Paint = Callable[[str, str], str]

# Paragraphs are long lines: this much of one is shown around the problem.
_SHOWN = 100
_BEFORE = 60

# A heading for `Checked.redone`.
REDONE = "Translations that this change brings up to date, if they agree with their source; not counted"


def unpainted(text: str, _role: str) -> str:
    return text


def report(checked: Checked, paint: Paint = unpainted, *, accepted: bool = False) -> str:
    """Every problem with its source line, accepted ones if wanted, and a summary in the last line.

    What does not count against a change comes first.
    """
    blocks = [_before_the_change(checked, paint)] if checked.earlier else []
    blocks += [_redone(checked, paint)] if checked.redone else []
    if accepted:
        blocks += [_accepted(each, paint) for each in checked.accepted]
    blocks += [format_problem(problem, source_line(checked.texts, problem), paint) for problem in checked.counted]
    return "\n\n".join([*blocks, summary(checked, paint)])


def format_problem(problem: Problem, line: str | None, paint: Paint = unpainted) -> str:
    """`path:line:column: error[code] message`, the line with a caret, and the hint."""
    return "\n".join([_said(problem, paint), *_excerpt(problem, line, paint), *_hint(problem, paint)])


def summary(checked: Checked, paint: Paint = unpainted) -> str:
    """`3 rules in 1 region: 1 warning`; of a change, `3 rules in 1 region: 1 new warning, 2 problems from before`."""
    new = "" if checked.earlier is None else "new "
    levels = Counter(problem.level for problem in checked.counted)
    said = [paint(_count(levels[level], f"{new}{level}"), level) for level in Level if levels[level]]
    said = said or [f"no {new}problems"]
    if checked.earlier:
        said.append(f"{_count(len(checked.earlier), 'problem')} from before")
    if checked.redone:
        said.append(f"{_count(len(checked.redone), 'translation')} to compare")
    if checked.accepted:
        said.append(f"{_count(len(checked.accepted), 'warning')} accepted")
    if checked.content is None:
        return ", ".join(said)
    content = checked.content
    return f"{_count(len(content.rules), 'rule')} in {_count(len(content.regions), 'region')}: {', '.join(said)}"


def earlier_problems(checked: Checked) -> str:
    """A heading for the problems that a change did not bring."""
    heading = "There before this change, and not counted"
    if any(problem in (checked.earlier or ()) for problem in checked.errors):
        return f"{heading}; nothing can be published until the errors are corrected"
    return heading


def offending(texts: Mapping[str, str], problem: Problem) -> str | None:
    """The text of the file from the problem's place to its end."""
    if problem.end is None or problem.path not in texts:
        return None
    last, column = problem.end
    lines = texts[problem.path].split("\n")[problem.line - 1 : last]
    if len(lines) < last - problem.line + 1:
        return None
    lines[-1] = lines[-1][: column - 1]
    return "\n".join([lines[0][problem.column - 1 :], *lines[1:]])


def source_line(texts: Mapping[str, str], problem: Problem) -> str | None:
    lines = texts.get(problem.path, "").split("\n")
    return lines[problem.line - 1].rstrip("\r") if problem.line <= len(lines) else None


def _before_the_change(checked: Checked, paint: Paint) -> str:
    earlier = (problem for problem in checked.problems if problem in (checked.earlier or ()))
    return "\n".join([f"{earlier_problems(checked)}:", *(f"  {_said(each, paint)}" for each in earlier)])


def _redone(checked: Checked, paint: Paint) -> str:
    lines = (line for each in in_order(checked.redone) for line in (_said(each, paint), *_hint(each, paint)))
    return "\n".join([f"{REDONE}:", *(f"  {line}" for line in lines)])


def _said(problem: Problem, paint: Paint) -> str:
    place = paint(f"{problem.path}:{problem.line}:{problem.column}:", "place")
    return f"{place} {paint(f'{problem.level}[{problem.code}]', problem.level)} {problem.message}"


def _accepted(accepted: Accepted, paint: Paint) -> str:
    problem = accepted.problem
    place = paint(f"{problem.path}:{problem.line}:{problem.column}:", "place")
    reason = f"  {paint('= accepted:', 'hint')} {accepted.reason} (line {accepted.line})"
    return "\n".join([f"{place} accepted[{problem.code}] {problem.message}", reason, *_hint(problem, paint)])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _excerpt(problem: Problem, line: str | None, paint: Paint) -> Iterator[str]:
    if not line or not line.strip():
        return
    start = max(0, problem.column - 1 - _BEFORE) if len(line) > _SHOWN else 0
    cut = line[start : start + _SHOWN]
    before = "…" if start else ""
    after = "…" if start + _SHOWN < len(line) else ""
    number = f"{problem.line} | "
    indent = "".join(_blank(char) for char in before + line[start : problem.column - 1])
    yield f"  {number}{before}{_visible(cut)}{after}"
    yield f"  {' ' * (len(number) - 2)}| {indent}{paint(_marks(problem, cut, start), 'caret')}"


def _marks(problem: Problem, cut: str, start: int) -> str:
    """A caret below each shown column of the problem."""
    if problem.end is None:
        return "^"
    last, column = problem.end
    end = column - 1 - start if last == problem.line else len(cut)
    return "^" * sum(map(len, map(_blank, cut[problem.column - 1 - start : end]))) or "^"


def _hint(problem: Problem, paint: Paint) -> Iterator[str]:
    if problem.hint:
        yield f"  {paint('= hint:', 'hint')} {problem.hint}"


def _visible(text: str) -> str:
    """A source line without characters that could disturb a terminal."""
    return "".join(char if char.isprintable() or char == "\t" else "·" for char in text)


def _blank(char: str) -> str:
    """Spaces as wide as the character, so that the caret lines up."""
    if char == "\t":
        return char
    if unicodedata.combining(char):
        return ""
    return "  " if unicodedata.east_asian_width(char) in "WF" else " "
