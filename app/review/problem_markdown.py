"""What `check` says of a change, as Markdown: the verdict with the errors to correct, and the other problems."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from app.authoring.problem import Problem
from app.authoring.problem_codes import Level
from app.checks.output.markdown import bullets, code, sentence
from app.review.change_review import Review
from app.review.comment_sections import Block
from app.review.consequences import Consequences
from app.review.rule_sentences import plural

# The errors stand above the callouts. They must not push these down, so that both their number and their length end.
_ERRORS_FIRST = 10
_ROOM = 8_000
_LONGEST = 300

_PROBLEMS_SHOWN = 50
_PROBLEMS_TOGETHER = 5
_REPORTED = "What the check now reports"


def verdict_blocks(review: Review) -> Iterator[Block]:
    """Whether the change can be published, in one line; and the first errors that it brings."""
    errors, others = _by_level(review.consequences.came)
    if errors:
        listed = f"**Not yet: {plural(len(errors), 'error')} to correct**, listed below"
        yield Block(f"{listed}{_and_warnings(others)}. {_BLOCKED}")
        yield Block(_first_errors(errors), tuple(problem.path for problem in errors))
    elif review.errors_after:
        yield Block(f"**Not yet: {plural(review.errors_after, 'error')} that this change does not bring**. {_BLOCKED}")
    elif others:
        yield Block(f"**{plural(len(others), 'warning')} to correct or accept**: see *{_REPORTED}*.")
    else:
        yield Block("**Nothing to correct.**")


_BLOCKED = "Until then it cannot be published, no alerts are shown and nothing is replayed."


def _by_level(problems: Sequence[Problem]) -> tuple[list[Problem], list[Problem]]:
    errors = [problem for problem in problems if problem.level is Level.ERROR]
    return errors, [problem for problem in problems if problem.level is not Level.ERROR]


def _and_warnings(others: Sequence[Problem]) -> str:
    return f", and {plural(len(others), 'warning')} to correct or accept" if others else ""


def _first_errors(errors: Sequence[Problem]) -> str:
    some = _number_first(errors)
    rest = [f"and {plural(len(errors) - some, 'more error')}: see *{_REPORTED}*"] if some < len(errors) else []
    return bullets([*map(_error, errors[:some]), *rest])


def _number_first(errors: Sequence[Problem]) -> int:
    """How many stand with the verdict."""
    lengths = accumulate(len(_error(problem)) for problem in errors[:_ERRORS_FIRST])
    return sum(1 for length in lengths if length <= _ROOM)


def _error(problem: Problem) -> str:
    hint = f" ({sentence(_cut(problem.hint))})" if problem.hint else ""
    return f"{code(_cut(f'{problem.path}:{problem.line}'))} {sentence(_cut(problem.message))}{hint}"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def problem_blocks(found: Consequences) -> Iterator[Block]:
    """Those that are new and those that are gone, errors first; not the new errors that stand with the verdict."""
    errors, others = _by_level(found.came)
    for title, problems in (("New", (*errors[_number_first(errors) :], *others)), ("Gone", found.went)):
        shown = sorted(problems, key=lambda problem: problem.level is not Level.ERROR)[:_PROBLEMS_SHOWN]
        for start in range(0, len(shown), _PROBLEMS_TOGETHER):
            some = shown[start : start + _PROBLEMS_TOGETHER]
            yield Block(f"{title}:\n\n{bullets(map(_problem, some))}", tuple(problem.path for problem in some))
        if more := [problem for problem in problems if problem not in shown]:
            left_out = f"{title}: {len(more):,} more, which {code('forewarn check')} lists"
            yield Block(left_out, tuple(problem.path for problem in more))


def _problem(problem: Problem) -> str:
    hint = f" ({sentence(problem.hint)})" if problem.hint else ""
    where = code(f"{problem.path}:{problem.line}")
    return f"{problem.level} {code(problem.code)} {where} {sentence(problem.message)}{hint}"
