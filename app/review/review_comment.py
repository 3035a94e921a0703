"""A review as a comment on GitHub: Markdown in which no text of the change can do anything."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby, takewhile
from typing import Any

from app.authoring.problem import Problem
from app.authoring.problem_codes import Level
from app.authoring.script import direction
from app.checks.output.markdown import code, details, plain, table
from app.review import backtest_figures
from app.review.backtest import Backtest
from app.review.callouts import Callout
from app.review.change_review import Review
from app.review.changed_alerts import ChangedCard
from app.review.consequences import Consequences
from app.review.github_escaping import marked
from app.review.rule_changes import ExampleChange, RuleChange
from app.review.sections import Section, fitted
from app.review.text_changes import TextChange
from app.review.word_diff import differences

# GitHub refuses comments over 65,536 characters; the rest is for what the workflow adds.
COMMENT_LIMIT = 65_000

_ELSEWHERE = (
    "The whole review is in the summary and the artifact of the workflow's run, or run `forewarn diff` yourself."
)
# Characters of one alert of GitHub.
_BLOCK = 4_000
_NOTHING = "—"
_PROBLEMS_SHOWN = 50

_ARROW = " → "


def as_markdown(review: Review, limit: int | None = None) -> str:
    """The whole review, or as much of it as fits into `limit` characters; what was cut is said."""
    return fitted(list(_sections(review)), limit, _ELSEWHERE) + "\n"


def _sections(review: Review) -> Iterator[Section]:
    yield Section("Look at these first", list(_callouts(review.callouts)))
    yield Section("", [_summary(review)])
    yield Section("What the check says now", list(_problems(review.consequences)))
    yield Section("Rules", [_rule(change) for change in review.rules])
    yield Section("Who gets another warning", list(_shown(review.consequences)), _SHOWN_HEAD)
    yield Section("The last days, with these rules", list(_backtest(review.backtest, review.no_backtest)))
    yield Section("Texts", list(_texts(review.texts)))
    yield Section("Facts and kinds of scam", list(_vocabulary(review)))
    yield Section("As users will see it", list(_cards(review.cards)), _CARDS_HEAD)
    yield Section("Only layout or comments", [", ".join(map(code, review.silent))] if review.silent else [])


_SHOWN_HEAD = "Withdrawals from the examples, before and after this change."
_CARDS_HEAD = "Each alert that changes, filled in from the rule's own example."


def _summary(review: Review) -> str:
    counts = backtest_figures.changed(len(review.rules), len(review.texts), len(review.cards))
    title = f"## What this change does\n\nCompared with {code(review.base)}: {counts} changed."
    if review.changes_nothing:
        title = f"## What this change does\n\nCompared with {code(review.base)}: nothing that anybody could notice."
    if review.errors_after:
        title += (
            f"\n\n**The new files have {backtest_figures.number(review.errors_after, 'error')} "
            "and cannot be published.** Until they are corrected there are no alerts to show and nothing to replay."
        )
    elif review.errors_before:
        title += "\n\nThe files before this change have errors, so nothing can be compared with what they showed."
    return title


def _callouts(found: Sequence[Callout]) -> Iterator[str]:
    """Alerts of GitHub, one a kind: they cannot be overlooked, and nothing stands above them.

    A kind with more than fits is told in several, the first of each kind before all others: a mass of what is harmless
    crowds nothing out whole.
    """
    rest: list[str] = []
    for about, group in groupby(found, key=lambda callout: callout.about):
        head = f"> [!CAUTION]\n> **{plain(about)}**\n>"
        lines = [f"> - {_callout(callout)}" for callout in group]
        some = _first(lines)
        yield "\n".join((head, *lines[:some]))
        while lines := lines[some:]:
            some = _first(lines)
            rest.append("\n".join((head, *lines[:some])))
    yield from rest


def _first(lines: Sequence[str]) -> int:
    """How many of these make one block: at least one."""
    lengths = accumulate(len(line) + 1 for line in lines)
    return max(1, sum(1 for _ in takewhile(lambda length: length <= _BLOCK, lengths)))


def _callout(callout: Callout) -> str:
    if callout.before is None and callout.after is None:
        return plain(callout.what)
    before, after = _pair(callout.before, callout.after)
    if callout.before is None:
        return f"{plain(callout.what)}: added {after}"
    if callout.after is None:
        return f"{plain(callout.what)}: removed {before}"
    return f"{plain(callout.what)}: {before}{_ARROW}{after}"


def _pair(before: str | None, after: str | None) -> tuple[str, str]:
    """Two texts with what differs marked; one that is not there is a dash."""
    if before is None or after is None:
        return (
            _NOTHING if before is None else f"<del>{plain(before)}</del>",
            _NOTHING if after is None else f"<strong>{plain(after)}</strong>",
        )
    return marked(differences(before, after))


def _problems(found: Consequences) -> Iterator[str]:
    for heading, problems in (("New", found.came), ("Gone", found.went)):
        worst_first = sorted(problems, key=lambda problem: problem.level is not Level.ERROR)
        lines = [f"- {_problem(problem)}" for problem in worst_first[:_PROBLEMS_SHOWN]]
        if more := len(problems) - len(lines):
            lines.append(f"- and {more:,} more, which `forewarn check` lists")
        if lines:
            yield f"{heading}:\n\n" + "\n".join(lines)


def _problem(problem: Problem) -> str:
    hint = f" ({plain(problem.hint)})" if problem.hint else ""
    return (
        f"{problem.level} {code(problem.code)} {code(f'{problem.path}:{problem.line}')} {plain(problem.message)}{hint}"
    )


def _rule(change: RuleChange) -> str:
    named = f"{code(change.before or '')}{_ARROW}{code(change.after or '')}" if change.what == "moved" else ""
    parts = [f"#### {named or code(change.rule_id)} {change.what}"]
    parts.extend(
        f"The file {side} this change cannot be read as a rule; the check says why." for side in change.unreadable
    )
    rows = [(field.name, *_pair(field.before, field.after)) for field in change.fields]
    if change.conditions_changed:
        rows.append(("applies to", *_lines(change.conditions_before, change.conditions_after)))
    if rows:
        parts.append(table(("", "before", "after"), [(plain(name), before, after) for name, before, after in rows]))
    if change.examples:
        head = ("example", "expected before", "expected now", "gave", "gives")
        parts.append(table(head, [_example(example) for example in change.examples]))
    return "\n\n".join(parts)


def _lines(before: Sequence[str] | None, after: Sequence[str] | None) -> tuple[str, str]:
    """Conditions side by side, those that are on one side only marked."""
    old, new = before or (), after or ()
    return (
        "<br>".join(_line(line, "del", line in new) for line in old) or _NOTHING,
        "<br>".join(_line(line, "strong", line in old) for line in new) or _NOTHING,
    )


def _line(line: str, tag: str, stays: bool) -> str:  # noqa: FBT001  # whether the line is in both
    indent = "&nbsp;" * (len(line) - len(line.lstrip()))
    return f"{indent}{plain(line)}" if stays else f"{indent}<{tag}>{plain(line)}</{tag}>"


def _example(example: ExampleChange) -> tuple[str, ...]:
    gives = example.gives_after
    differs = gives is not None and example.gives_before is not None and gives != example.gives_before
    return (
        plain(example.given),
        plain(example.expected_before or _NOTHING),
        plain(example.expected_after or _NOTHING),
        plain(example.gives_before or _NOTHING),
        f"<strong>{plain(gives)}</strong>" if differs and gives else plain(gives or _NOTHING),
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
        yield f"#### {code(region)} {title}\n\n" + table(("language", "part", "before", "after"), rows)


def _text(change: TextChange) -> tuple[str, ...]:
    status = change.status_after or change.status_before or ""
    before, after = (_directed(change.language, text) for text in _pair(change.before, change.after))
    return f"{code(change.language)} {plain(status)}", plain(change.part), before, after


def _directed(language: str, text: str) -> str:
    """In a table of a page that runs from left to right. A file's name may be no language at all."""
    try:
        rightwards = direction(language) == "rtl"
    except ValueError:
        rightwards = False
    return f'<span dir="rtl">{text}</span>' if rightwards and text != _NOTHING else text


def _vocabulary(review: Review) -> Iterator[str]:
    if review.vocabulary:
        rows = [(plain(change.name), *_pair(change.before, change.after)) for change in review.vocabulary]
        yield table(("entry", "before", "after"), rows)


def _cards(cards: Sequence[ChangedCard]) -> Iterator[str]:
    for _, group in groupby(cards, key=lambda card: card.rule_id):
        for place, card in enumerate(group):
            yield _card(card, opened=place == 0)


def _card(card: ChangedCard, *, opened: bool) -> str:
    """One block of HTML without an empty line, in which Markdown takes nothing for itself."""
    alert = card.alert
    variant = f", variant {plain(card.variant)}" if card.variant else ""
    new = ", new" if card.new else ""
    label = f"{code(card.rule_id)} in {code(card.language)}{variant}: {plain(alert['severity'])}{new}"
    sides = f'lang="{plain(card.language)}" dir="{plain(alert["direction"])}"'
    shown = [
        f"<strong>{plain(alert['title'])}</strong>",
        *(plain(paragraph) for paragraph in alert["body"]),
        *(f"• {plain(question)}" for question in alert["questions"]),
        " ".join(f"<kbd>{_action(action)}</kbd>" for action in alert["actions"]),
    ]
    source = f"; shown as from {plain(alert['source'])}" if alert["source"] else ""
    below = f"<sub>text status: {plain(alert['text_status'])}{source}; {_presentation(alert['presentation'])}</sub>"
    body = f"<blockquote {sides}>{'<br><br>'.join(shown)}</blockquote>{below}"
    return details(label, body, opened=opened)


def _action(action: dict[str, Any]) -> str:
    leads = action.get("phone") or action.get("url")
    return plain(action["label"]) + (f" ({plain(leads)})" if leads else "")


def _presentation(presentation: dict[str, Any]) -> str:
    wait = f", {presentation['min_display_seconds']} s wait" if presentation["min_display_seconds"] else ""
    box = ", a box to tick" if presentation["acknowledge"] == "checkbox" else ""
    return f"{plain(presentation['mode'])}{wait}{box}"


def _backtest(test: Backtest | None, why_not: str | None) -> Iterator[str]:
    if test is None:
        if why_not:
            yield plain(why_not)
        return
    yield "\n".join(f"- {plain(sentence)}" for sentence in backtest_figures.about(test))
    counted = [
        (
            code(rule.rule_id),
            f"{rule.recorded:,}",
            backtest_figures.count(rule.before),
            backtest_figures.count(rule.after),
        )
        for rule in test.rules
    ]
    severities = [
        (
            plain(each.severity),
            f"{each.recorded:,}",
            backtest_figures.count(each.before),
            backtest_figures.count(each.after),
        )
        for each in test.severities
    ]
    head = ("warnings", "recorded", "replayed with the rules before", "with the rules now")
    yield table(head, [*counted, *(("all " + severity, *rest) for severity, *rest in severities)])
    did = [
        (code(rule.rule_id), which, *map(plain, backtest_figures.reactions(given)))
        for rule in test.rules
        for which, given in (("got it", rule.reactions), ("would get it", rule.reactions_after))
    ]
    if did:
        yield table(("users who", "", "users", "reconsidered or reviewed", "proceeded", "confirmed scam"), did)
    if test.moves:
        moves = [
            (
                code(move.before) if move.before else "no warning",
                code(move.after) if move.after else "no warning",
                f"{move.withdrawals:,}",
                f"{move.users:,}",
            )
            for move in test.moves
        ]
        yield table(("warning before", "warning now", "withdrawals", "users"), moves)
