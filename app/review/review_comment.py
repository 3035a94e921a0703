"""A review as a comment on GitHub: Markdown in which no text of the change has any effect."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from app.checks.output.markdown import bullets, code, heading, plain, table
from app.review import backtest_text
from app.review.alert_markdown import alert_blocks
from app.review.backtest_figures import Backtest
from app.review.callout_markdown import callout_blocks
from app.review.change_review import Review
from app.review.comment_sections import Block, Section, fit_sections
from app.review.consequences import Consequences
from app.review.difference_markup import MISSING, marked_lines, marked_pair
from app.review.marked_markup import marked_blocks
from app.review.problem_markdown import problem_blocks, verdict_blocks
from app.review.rule_changes import ExampleChange, RuleChange
from app.review.text_markdown import text_blocks
from app.review.text_meaning import spaced_sentence

# GitHub rejects comments over 65,536 characters; the rest is for what the workflow adds.
COMMENT_LIMIT = 65_000

_ELSEWHERE = "The whole review is in the summary and the artifact of the workflow run; or run `forewarn diff` yourself."

_ARROW = " → "


def as_markdown(review: Review, limit: int | None = None) -> str:
    """The review, cut to `limit` characters where given; notes say what was left out."""
    return fit_sections(list(_sections(review)), limit, _ELSEWHERE) + "\n"


def _sections(review: Review) -> Iterator[Section]:
    yield Section("", list(verdict_blocks(review)), weight=20)
    yield Section("Look at these first", list(callout_blocks(review.callouts)), weight=10)
    yield Section("Sentences to read first", list(marked_blocks(review.marked)), _MARKED_HEAD, weight=4)
    yield Section("", [Block(_summary(review))], weight=5)
    yield Section("What the check now reports", list(problem_blocks(review.consequences)), weight=2)
    yield Section("Rules", [_rule(change) for change in _rationales_last(review.rules)], weight=3)
    yield Section("Who gets a different warning", list(_shown(review.consequences)), _SHOWN_HEAD)
    test = _backtest(review.backtest, review.no_backtest if review.dataset_named else None)
    yield Section("The last days, with these rules", list(map(Block, test)), weight=2)
    yield Section("Texts", text_blocks(review.texts), weight=6)
    yield Section("Facts and kinds of scam", list(_vocabulary(review)))
    yield Section("As users will see it", list(alert_blocks(review.cards)), _CARDS_HEAD, weight=3)
    yield Section("Only layout or comments", list(_silent(review.silent)))


_MARKED_HEAD = (
    "Each names what a scammer would name, or says something in other words. "
    "A mark may be wrong: read the sentence, then decide."
)
_SHOWN_HEAD = "Withdrawals from the examples, before and after this change."
_CARDS_HEAD = "Each alert that changes, filled in from the rule's own example."


def _summary(review: Review) -> str:
    compared = f"{heading(2, 'What this change does')}\n\nCompared with {code(review.base)}"
    text = f"{compared}: {review.size} changed."
    if review.spaced:
        text += f" {plain(spaced_sentence(review.spaced))}"
    if review.changes_nothing:
        text = f"{compared}: nothing that users or rules would notice."
    if review.errors_before and not review.errors_after:
        text += "\n\nThe files before this change have errors, so their alerts cannot be compared."
    return text


def _rationales_last(changes: Sequence[RuleChange]) -> list[RuleChange]:
    """Rules of which only the rationale changes, which no user sees, come last."""
    return sorted(
        changes,
        key=lambda change: {field.name for field in change.fields} == {"rationale"} and not change.conditions_changed,
    )


def _rule(change: RuleChange) -> Block:
    named = f"{code(change.before or '')}{_ARROW}{code(change.after or '')}" if change.what == "moved" else ""
    parts = [heading(4, f"{named or code(change.rule_id)} {change.what}")]
    why = f"this change cannot be read as a rule; {code('forewarn check')} says why."
    if change.unreadable:
        return Block("\n\n".join((*parts, *(f"The file {side} {why}" for side in change.unreadable))), (change.path,))
    rows = [(field.name, *marked_pair(field.before, field.after)) for field in change.fields]
    if change.conditions_changed:
        rows.append(("applies to", *marked_lines(change.conditions_before, change.conditions_after)))
    if rows:
        parts.append(table(("", "before", "after"), [(plain(name), before, after) for name, before, after in rows]))
    if change.examples:
        head = ("example", "expected before", "expected now", "result before", "result now")
        parts.append(table(head, [_example(example) for example in change.examples]))
    return Block("\n\n".join(parts), (change.path,))


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


def _shown(found: Consequences) -> Iterator[Block]:
    head = ("region", "withdrawal", "warning before", "warning now", "example of")
    for region, changes in groupby(found.shown or (), key=lambda change: change.region):
        rows = [
            (
                plain(region),
                plain(change.given),
                code(change.before) if change.before else "no warning",
                f"{code(change.after) if change.after else 'no warning'}{change.period}",
                ", ".join(map(code, change.rules)),
            )
            for change in changes
        ]
        yield Block(table(head, rows), (region,))


def _vocabulary(review: Review) -> Iterator[Block]:
    if review.vocabulary:
        rows = [(plain(change.name), *marked_pair(change.before, change.after)) for change in review.vocabulary]
        yield Block(table(("entry", "before", "after"), rows), tuple({change.where[0] for change in review.vocabulary}))


def _silent(paths: Sequence[str]) -> Iterator[Block]:
    if paths:
        yield Block(", ".join(map(code, paths)), tuple(paths))


def _backtest(test: Backtest | None, why_not: str | None) -> Iterator[str]:
    if test is None:
        if why_not:
            yield plain(why_not)
        return
    yield bullets(map(plain, backtest_text.sentences(test)))
    for headings, rows in backtest_text.tables(test, code):
        yield table(headings, rows)
