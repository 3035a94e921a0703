"""A review as a comment on GitHub: Markdown in which no text of the change has any effect."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, takewhile

from app.authoring.problem import Problem
from app.authoring.problem_codes import Level
from app.checks.output.markdown import bullets, code, heading, plain, sentence, table
from app.review import backtest_text
from app.review.alert_markdown import alert_blocks
from app.review.backtest_figures import Backtest
from app.review.callout_kinds import Callout
from app.review.change_review import Review
from app.review.comment_sections import Section, fit_sections
from app.review.consequences import Consequences
from app.review.difference_markup import MISSING, marked_lines, marked_pair, with_direction
from app.review.rule_changes import ExampleChange, RuleChange
from app.review.rule_sentences import plural
from app.review.text_changes import TextChange

# GitHub rejects comments over 65,536 characters; the rest is for what the workflow adds.
COMMENT_LIMIT = 65_000

_ELSEWHERE = "The whole review is in the summary and the artifact of the workflow run; or run `forewarn diff` yourself."
# Characters of one GitHub alert block.
_MAX_BLOCK = 4_000
_PROBLEMS_SHOWN = 50

_ARROW = " → "


def as_markdown(review: Review, limit: int | None = None) -> str:
    """The review, cut to `limit` characters where given; notes say what was left out."""
    return fit_sections(list(_sections(review)), limit, _ELSEWHERE) + "\n"


def _sections(review: Review) -> Iterator[Section]:
    yield Section("Look at these first", list(_callouts(review.callouts)))
    yield Section("", [_summary(review)])
    yield Section("What the check now reports", list(_problems(review.consequences)))
    yield Section("Rules", [_rule(change) for change in review.rules])
    yield Section("Who gets a different warning", list(_shown(review.consequences)), _SHOWN_HEAD)
    yield Section("The last days, with these rules", list(_backtest(review.backtest, review.no_backtest)))
    yield Section("Texts", list(_texts(review.texts)))
    yield Section("Facts and kinds of scam", list(_vocabulary(review)))
    yield Section("As users will see it", list(alert_blocks(review.cards)), _CARDS_HEAD)
    yield Section("Only layout or comments", [", ".join(map(code, review.silent))] if review.silent else [])


_SHOWN_HEAD = "Withdrawals from the examples, before and after this change."
_CARDS_HEAD = "Each alert that changes, filled in from the rule's own example."


def _summary(review: Review) -> str:
    compared = f"{heading(2, 'What this change does')}\n\nCompared with {code(review.base)}"
    text = f"{compared}: {review.size} changed."
    if review.changes_nothing:
        text = f"{compared}: nothing that users or rules would notice."
    if review.errors_after:
        text += (
            f"\n\n**The new files have {plural(review.errors_after, 'error')} "
            "and cannot be published.** Until they are corrected, no alerts are shown and nothing is replayed."
        )
    elif review.errors_before:
        text += "\n\nThe files before this change have errors, so their alerts cannot be compared."
    return text


def _callouts(found: Sequence[Callout]) -> Iterator[str]:
    """GitHub alert blocks, one for each kind: they cannot be overlooked, and nothing stands above them.

    A kind that does not fit into one block continues in more, after the first block of every kind: many harmless
    callouts cannot push out another kind.
    """
    continued: list[str] = []
    for about, group in groupby(found, key=lambda callout: callout.about):
        head = f"> [!CAUTION]\n> **{plain(about)}**\n>"
        lines = [f"> - {_callout(callout)}" for callout in group]
        some = _fitting(lines)
        yield "\n".join((head, *lines[:some]))
        while lines := lines[some:]:
            some = _fitting(lines)
            continued.append("\n".join((head, *lines[:some])))
    yield from continued


def _fitting(lines: Sequence[str]) -> int:
    """How many of these lines fit into one block; at least one."""
    lengths = accumulate(len(line) + 1 for line in lines)
    return max(1, sum(1 for _ in takewhile(lambda length: length <= _MAX_BLOCK, lengths)))


def _callout(callout: Callout) -> str:
    if callout.before is None and callout.after is None:
        return plain(callout.what)
    before, after = marked_pair(callout.before, callout.after)
    if callout.before is None:
        return f"{plain(callout.what)}: added {after}"
    if callout.after is None:
        return f"{plain(callout.what)}: removed {before}"
    return f"{plain(callout.what)}: {before}{_ARROW}{after}"


def _problems(found: Consequences) -> Iterator[str]:
    for title, problems in (("New", found.came), ("Gone", found.went)):
        errors_first = sorted(problems, key=lambda problem: problem.level is not Level.ERROR)
        items = [_problem(problem) for problem in errors_first[:_PROBLEMS_SHOWN]]
        if more := len(problems) - len(items):
            items.append(f"and {more:,} more, which {code('forewarn check')} lists")
        if items:
            yield f"{title}:\n\n{bullets(items)}"


def _problem(problem: Problem) -> str:
    hint = f" ({sentence(problem.hint)})" if problem.hint else ""
    where = code(f"{problem.path}:{problem.line}")
    return f"{problem.level} {code(problem.code)} {where} {sentence(problem.message)}{hint}"


def _rule(change: RuleChange) -> str:
    named = f"{code(change.before or '')}{_ARROW}{code(change.after or '')}" if change.what == "moved" else ""
    parts = [heading(4, f"{named or code(change.rule_id)} {change.what}")]
    why = f"this change cannot be read as a rule; {code('forewarn check')} says why."
    parts.extend(f"The file {side} {why}" for side in change.unreadable)
    rows = [(field.name, *marked_pair(field.before, field.after)) for field in change.fields]
    if change.conditions_changed:
        rows.append(("applies to", *marked_lines(change.conditions_before, change.conditions_after)))
    if rows:
        parts.append(table(("", "before", "after"), [(plain(name), before, after) for name, before, after in rows]))
    if change.examples:
        head = ("example", "expected before", "expected now", "result before", "result now")
        parts.append(table(head, [_example(example) for example in change.examples]))
    return "\n\n".join(parts)


def _example(example: ExampleChange) -> tuple[str, ...]:
    gives = example.gives_after
    differs = gives is not None and example.gives_before is not None and gives != example.gives_before
    return (
        plain(example.given),
        plain(example.expected_before or MISSING),
        plain(example.expected_after or MISSING),
        plain(example.gives_before or MISSING),
        f"<strong>{plain(gives)}</strong>" if differs and gives else plain(gives or MISSING),
    )


def _shown(found: Consequences) -> Iterator[str]:
    if found.shown:
        rows = [
            (
                plain(change.region),
                plain(change.given),
                code(change.before) if change.before else "no warning",
                code(change.after) if change.after else "no warning",
                ", ".join(map(code, change.rules)),
            )
            for change in found.shown
        ]
        yield table(("region", "withdrawal", "warning before", "warning now", "example of"), rows)


def _texts(changes: Sequence[TextChange]) -> Iterator[str]:
    for (region, message), group in groupby(changes, key=lambda change: (change.region, change.message)):
        rows = [_text(change) for change in group]
        title = plain(message) if message else "what every message inherits"
        yield f"{heading(4, f'{code(region)} {title}')}\n\n{table(('language', 'part', 'before', 'after'), rows)}"


def _text(change: TextChange) -> tuple[str, ...]:
    status = change.status_after or change.status_before or ""
    before, after = (with_direction(change.language, text) for text in marked_pair(change.before, change.after))
    return f"{code(change.language)} {plain(status)}", plain(change.part), before, after


def _vocabulary(review: Review) -> Iterator[str]:
    if review.vocabulary:
        rows = [(plain(change.name), *marked_pair(change.before, change.after)) for change in review.vocabulary]
        yield table(("entry", "before", "after"), rows)


def _backtest(test: Backtest | None, why_not: str | None) -> Iterator[str]:
    if test is None:
        if why_not:
            yield plain(why_not)
        return
    yield bullets(map(plain, backtest_text.sentences(test)))
    for headings, rows in backtest_text.tables(test, code):
        yield table(headings, rows)
