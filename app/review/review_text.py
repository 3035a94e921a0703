"""A review for a terminal. Removed words are in [-...-], added ones in {+...+}, and coloured."""

from collections.abc import Iterator, Sequence
from difflib import ndiff
from itertools import groupby

from app.checks.output.text_output import Paint, unpainted
from app.domain.invisible import visible
from app.reports.text_table import text_table
from app.review import backtest_text
from app.review.backtest_figures import Backtest
from app.review.callout_kinds import Callout, CalloutKind
from app.review.change_review import Review
from app.review.marked_markup import pieces_of
from app.review.marked_texts import MarkedText
from app.review.rule_changes import RuleChange
from app.review.rule_sentences import plural
from app.review.text_changes import TextChange
from app.review.text_meaning import spaced_sentence
from app.review.word_diff import SpanKind, word_differences

# Files outside rules and texts: a reviewer must know that there are some, not read all of them.
_MAX_OUTSIDE = 10


def as_text(review: Review, paint: Paint = unpainted) -> str:
    """Every part of the review; callouts come first. A role of `paint` is `removed`, `added`, `title` or `call`."""
    return "\n".join(_Lines(paint).of(review))


class _Lines:
    def __init__(self, paint: Paint) -> None:
        self._paint = paint

    def of(self, review: Review) -> Iterator[str]:
        yield from self._callouts(review)
        yield from self._marked(review.marked)
        yield f"Compared with {visible(review.base)}: " + (
            "nothing that users or rules would notice" if review.changes_nothing else f"{review.size} changed"
        )
        if review.spaced:
            yield spaced_sentence(review.spaced)
        if review.errors_after:
            errors = plural(review.errors_after, "error")
            yield f"The new files have {errors} and cannot be published: see `forewarn check`"
        for change in review.rules:
            yield from self._rule(change)
        yield from self._texts(review.texts)
        for entry in review.vocabulary:
            yield f"{visible(entry.name)}: {self._pair(entry.before, entry.after)}"
        yield from self._consequences(review)
        yield from self._cards(review)
        yield from self._backtest(review.backtest, review.no_backtest)
        if review.silent:
            yield f"\nOnly layout or comments: {', '.join(map(visible, review.silent))}"

    def _callouts(self, review: Review) -> Iterator[str]:
        for about, group in groupby(review.callouts, key=lambda callout: callout.about):
            yield self._paint(f"! {about}", "call")
            callouts = list(group)
            shown = callouts[:_MAX_OUTSIDE] if about is CalloutKind.OUTSIDE else callouts
            for callout in shown:
                difference = self._pair(callout.before, callout.after) if callout.before or callout.after else ""
                yield f"  {visible(callout.what)}{': ' if difference else ''}{difference}{_page(callout)}"
            if more := len(callouts) - len(shown):
                yield f"  and {plural(more, 'file')} more, which `git diff --stat` lists"
            yield ""

    def _marked(self, marked: Sequence[MarkedText]) -> Iterator[str]:
        for place, group in groupby(marked, key=lambda each: each.place):
            yield self._paint(f"? Read first, {visible(place)}", "call")
            for each in group:
                pieces = pieces_of(each.sentence)
                text = "".join(f"[{visible(piece)}]" if is_marked else visible(piece) for piece, is_marked in pieces)
                yield f"  {visible(each.part)}: {text} ({visible('; '.join(each.reasons))})"
            yield ""

    def _rule(self, change: RuleChange) -> Iterator[str]:
        moved = f"{change.before} -> {change.after}" if change.what == "moved" else change.rule_id
        yield "\n" + self._paint(f"{visible(moved)} {change.what}", "title")
        for side in change.unreadable:
            yield f"  the file {side} this change cannot be read as a rule"
        for field in change.fields:
            yield f"  {field.name}: {self._pair(field.before, field.after)}"
        if change.conditions_changed:
            yield "  applies to:"
            old, new = change.conditions_before or (), change.conditions_after or ()
            paint = {"- ": self._removed, "+ ": self._added, "  ": visible}
            yield from (f"    {paint[line[:2]](line[2:])}" for line in ndiff(old, new) if line[:2] in paint)
        for example in change.examples:
            gives = f"{example.gives_before or 'no rule'} -> {example.gives_after or 'no rule'}"
            expected = self._pair(example.expected_before, example.expected_after)
            yield f"  example {visible(example.given)}: expects {expected}; gives {gives}"

    def _texts(self, texts: Sequence[TextChange]) -> Iterator[str]:
        for (region, message), group in groupby(texts, key=lambda change: (change.region, change.message)):
            yield "\n" + self._paint(f"{visible(region)}: {visible(message) or 'what every message inherits'}", "title")
            for change in group:
                yield f"  {visible(change.language)} {visible(change.part)}: {self._pair(change.before, change.after)}"

    def _consequences(self, review: Review) -> Iterator[str]:
        if review.consequences.shown:
            yield "\n" + self._paint("Who gets a different warning", "title")
        for change in review.consequences.shown or ():
            became = f"{change.before or 'no warning'} -> {change.after or 'no warning'}"
            yield f"  {change.region}, a withdrawal with {visible(change.given)}: {became}{change.period}"
        if review.consequences.came or review.consequences.went:
            yield "\n" + self._paint("What the check now reports", "title")
        for which, problems in (("new", review.consequences.came), ("gone", review.consequences.went)):
            for problem in problems:
                where = f"{visible(problem.path)}:{problem.line}"
                yield f"  {which}: {where} {problem.level}[{problem.code}] {visible(problem.message)}"

    def _cards(self, review: Review) -> Iterator[str]:
        for card in review.cards:
            alert = card.alert
            variant = f", variant {card.variant}" if card.variant else ""
            yield "\n" + self._paint(f"{card.rule_id} in {card.language}{variant} ({alert['text_status']})", "title")
            yield f"  {visible(alert['title'])}"
            yield from (f"  {visible(text)}" for text in alert["body"])
            yield from (f"  - {visible(text)}" for text in alert["questions"])
            yield "  " + "  ".join(f"[{visible(action['label'])}]" for action in alert["actions"])

    def _backtest(self, test: Backtest | None, why_not: str | None) -> Iterator[str]:
        if test is None:
            if why_not:
                yield f"\n{why_not}"
            return
        yield "\n" + self._paint("The last days, with these rules", "title")
        yield from backtest_text.sentences(test)
        for headings, rows in backtest_text.tables(test, str):
            yield text_table(headings, rows)

    def _pair(self, before: str | None, after: str | None) -> str:
        if before is None:
            return self._added(after or "")
        if after is None:
            return self._removed(before)
        return "".join(
            visible(span.text)
            if span.kind is SpanKind.SAME
            else (self._removed if span.kind is SpanKind.REMOVED else self._added)(span.text)
            for span in word_differences(before, after)
        )

    def _removed(self, text: str) -> str:
        return self._paint(f"[-{visible(text)}-]", "removed")

    def _added(self, text: str) -> str:
        return self._paint(f"{{+{visible(text)}+}}", "added")


def _page(callout: Callout) -> str:
    return f" (official page: {visible(callout.page)})" if callout.page else ""
