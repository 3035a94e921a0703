"""An answer as text for a terminal: sections of tables, up to WIDTH columns wide."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from textwrap import fill

from app.domain.outcome import OUTCOMES, CountsAs
from app.reports.answer import TOO_FEW, Answer, Confirmed, Figures, Pending, Quality, Rate, Rates, WindowRates
from app.reports.answer_export import as_dict
from app.reports.question import Question
from app.reports.question_options import Unit, span
from app.reports.rate_definitions import RATES
from app.reports.text_table import text_table

WIDTH = 118
HIDDEN = "hidden"
NONE = "-"

# The other outcomes are among the counts.
_COLUMNS = {CountsAs.SHOWN, CountsAs.REVIEWED, CountsAs.RECONSIDERED, CountsAs.PROCEEDED}
_OUTCOMES = tuple(outcome.name for outcome in OUTCOMES if outcome.counts_as in _COLUMNS)


def as_text(answer: Answer) -> str:
    """The question in one line, the groups, the total in detail, and what to know before quoting a figure."""
    parts = [*_by_group(answer), *_variants(answer), *_total(answer), *_record(answer)]
    if answer.question.since == answer.question.until:
        parts = []
    return "\n\n".join([_question_line(answer), *parts, _notes(answer)])


def _section(heading: str, *body: str) -> str:
    return "\n".join([heading, "=" * len(heading), "", "\n\n".join(body)])


def _question_line(answer: Answer) -> str:
    question = answer.question
    asked = as_dict(answer)["question"]
    text = f"{asked['since']} to {asked['until']}, within {span(question.window)}, by {question.unit}"
    text += f", exposed by {question.exposed_by}, {question.maturity} alerts"
    filters = [
        f"{name}={','.join('none' if value is None else str(value) for value in values)}"
        for name, values in question.filters.items()
    ]
    return text + (f", only {' '.join(filters)}" if filters else "")


# The cells of a rate: itself, its interval, its numerator and denominator, its upper bound.

_ESTIMATE = ("rate", "95% interval")


def _estimate(one: Rate | Confirmed) -> list[str]:
    return [_percent(one.rate), _interval(one.low, one.high)]


def _of(one: Rate | Confirmed) -> str:
    return f"{one.numerator:,}/{one.denominator:,}"


def _few(one: Rate | Confirmed) -> str:
    return "too few" if one.too_few and one.rate is not None else ""


def _at_most(rate: Rate) -> list[str]:
    bound = rate.unanswered_as_yes
    return [_percent(bound.rate), _interval(bound.low, bound.high)]


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{share:.1%}"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.1%} to {high:5.1%}"


def _by_group(answer: Answer) -> Iterator[str]:
    """One table for each rate."""
    if not answer.groups:
        return
    names = list(map(str, answer.question.group_by))
    headings = [*names, *_ESTIMATE, f"of {answer.question.unit}s", "as yes", "95% interval", ""]
    right = range(len(names), len(headings) - 1)
    for name, rate in RATES.items():
        meaning = f"{rate.label}: {rate.meaning}"
        lines = _lines(answer, lambda figures, name=name: _group_cells(getattr(figures.rates, name)), 6)  # type: ignore[misc]  # mypy infers no type for a lambda with a default
        yield _section(meaning[0].upper() + meaning[1:], text_table(headings, lines, right))


def _group_cells(rate: Rate) -> list[str]:
    if rate.suppressed:
        return [HIDDEN, *[""] * 5]
    return [*_estimate(rate), _of(rate), *_at_most(rate), _few(rate)]


def _lines(answer: Answer, cells: Callable[[Figures], list[str]], count: int) -> list[list[str]]:
    """One line for each group and a last one for the total."""
    blank = [""] * (max(len(answer.question.group_by), 1) - 1)
    named = [
        *(
            (["none" if value is None else str(value) for value in one.group.values()], one.figures)
            for one in answer.groups
        ),
        (["total", *blank], answer.total),
    ]
    hidden = [HIDDEN, *[""] * (count - 1)]
    return [[*group, *(hidden if figures is None else cells(figures))] for group, figures in named]


def _total(answer: Answer) -> Iterator[str]:
    figures = answer.total
    if figures is None:
        yield _section("Total", "hidden: fewer than 10 users, or it would reveal a hidden group")
        return
    if not figures.alerts:
        yield _section("Total", "No withdrawal got an alert.")
    else:
        yield _section("Total", _size(figures, answer.question), _rates_of_total(figures, answer.question))
    yield _section(f"Counts of {answer.question.unit}s", _counts(answer), _outcomes(answer))
    yield _section("Volume, and money not sent (approximate, in US dollars)", _volume(answer))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _size(figures: Figures, question: Question) -> str:
    had = f"{_counted(figures.users, 'user')} had {_counted(figures.alerts, 'alert')}"
    text = f"{had}; {_counted(figures.exposed, question.unit)} counted as exposed."
    return text + _waiting(figures.pending, question)


def _waiting(pending: Pending, question: Question) -> str:
    if not pending.alerts:
        return ""
    return (
        f"\nThe window of {span(question.window)} has not passed for {pending.alerts:,} alerts; "
        f"{pending.users:,} users have no other alert. "
        f"Of the {pending.units:,} pending {question.unit}s, {pending.answered:,} are answered already."
    )


def _rates_of_total(figures: Figures, question: Question) -> str:
    headings = ["", *_ESTIMATE, "of", "unanswered", "as yes", "95% interval", "pending", ""]
    lines: list[list[str]] = []
    for heading, rates in _blocks(figures, question.unit):
        lines += [[heading, *[""] * 8], *([f"  {name}", *_total_cells(rate)] for name, rate in rates)]
    return text_table(headings, lines, right=range(1, 8))


def _blocks(figures: Figures, unit: Unit) -> Iterator[tuple[str, list[tuple[str, Rate]]]]:
    yield f"of {unit}s", _named(figures.rates)
    yield "of first alerts", _named(figures.first_alert)
    if unit is not Unit.ALERT:
        yield "of alerts", _named(figures.by_alert)
    yield (
        f"of {unit}s, in other windows",
        [
            (f"{window:>3} {RATES[one.name].label}", getattr(rates, one.name))
            for one in fields(WindowRates)
            for window, rates in figures.windows.items()
        ],
    )


def _named(rates: Rates) -> list[tuple[str, Rate]]:
    return [(RATES[one.name].label, getattr(rates, one.name)) for one in fields(Rates)]


def _total_cells(rate: Rate) -> list[str]:
    if rate.suppressed:
        return [HIDDEN, *[""] * 7]
    return [*_estimate(rate), _of(rate), f"{rate.unanswered:,}", *_at_most(rate), f"{rate.pending:,}", _few(rate)]


def _counts(answer: Answer) -> str:
    names = ("users", "alerts", "withheld", "unanswered", "contradicted", "abandoned", "pending")

    def cells(figures: Figures) -> list[str]:
        counts = [getattr(figures, name) for name in names[:-1]]
        return [f"{count:,}" for count in (*counts, figures.pending.units)]

    return _group_table(answer, names, cells)


def _outcomes(answer: Answer) -> str:
    return _group_table(answer, _OUTCOMES, lambda figures: [f"{figures.outcomes[name]:,}" for name in _OUTCOMES])


def _volume(answer: Answer) -> str:
    names = ("withdrawals", "alerted", "shown", "called off", "once_usd", "amount_usd")

    def cells(figures: Figures) -> list[str]:
        volume, money = figures.volume, figures.money_not_sent
        counts = [f"{count:,}" for count in (volume.withdrawals, volume.alerted, volume.shown)]
        if money is None:
            return [*counts, HIDDEN, "", ""]
        return [*counts, f"{money.withdrawals:,}", f"{money.once_usd:,.0f}", f"{money.amount_usd:,.0f}"]

    return _group_table(answer, names, cells)


def _group_table(answer: Answer, names: Sequence[str], cells: Callable[[Figures], list[str]]) -> str:
    groups = list(map(str, answer.question.group_by)) or [""]
    headings = [*groups, *names]
    return text_table(headings, _lines(answer, cells, len(names)), right=range(len(groups), len(headings)))


def _variants(answer: Answer) -> Iterator[str]:
    parts = []
    if answer.differences:
        lines = []
        for one in answer.differences:
            where = " ".join(f"{name}={value}" for name, value in one.within.items())
            difference = NONE if one.difference is None else f"{one.difference:+.1%}"
            few = "too few" if one.too_few and one.difference is not None else ""
            spread = "" if one.low is None or one.high is None else f"{one.low:+.1%} to {one.high:+6.1%}"
            lines.append([where, RATES[one.rate].label, f"{one.first} less {one.second}", difference, spread, few])
        parts.append(text_table(["", "rate", "variants", "difference", "95% interval", ""], lines, right=(3, 4)))
    parts += [
        f"! users are not assigned evenly: {dict(ratio.users)}, p = {ratio.p_value:.2g}; do not compare"
        for ratio in answer.sample_ratios
        if ratio.suspicious
    ]
    if parts:
        yield _section("Variants against each other", *parts)


def _record(answer: Answer) -> Iterator[str]:
    if answer.confirmed_by_rule:
        lines = [[one.rule_id, *_confirmed_cells(one.confirmed_scam)] for one in answer.confirmed_by_rule]
        headings = ["rule_id", *_ESTIMATE, "of alerts", ""]
        heading = "Confirmed as a scam, of the investigated alerts"
        yield _section(heading, text_table(headings, lines, right=(1, 2, 3)))
    if answer.quality is not None:
        yield _section("How complete the record is", _quality(answer.quality), _facts(answer.quality))


def _confirmed_cells(found: Confirmed | None) -> list[str]:
    return [HIDDEN, "", "", ""] if found is None else [*_estimate(found), _of(found), _few(found)]


def _quality(quality: Quality) -> str:
    matured = quality.alerts or 1
    counted: list[tuple[str, int | None, str]] = [
        ("alerts that matured", quality.alerts, ""),
        ("  no deciding outcome", quality.no_outcome, f"{quality.no_outcome / matured:.1%}"),
        ("  not reported as shown", quality.not_shown, f"{quality.not_shown / matured:.1%}"),
        ("outcome after the window (late)", quality.late, ""),
        ("outcome before its alert (early)", quality.early, ""),
        ("outcome received over an hour after it occurred", quality.reported_late, ""),
        ("outcomes without an assessment (orphaned)", quality.orphaned, ""),
        ("withdrawals sent again (repeats)", quality.repeats, ""),
        ("withdrawal_id used for another withdrawal, counted once (reused)", quality.reused, ""),
    ]
    lines = [[name, HIDDEN if count is None else f"{count:,}", share] for name, count, share in counted]
    return text_table(["", "count", "share"], lines, right=(1, 2))


_ACROSS = 3


def _facts(quality: Quality) -> str:
    """The share of withdrawals that gave each fact, in columns to read downwards."""
    width = max(map(len, quality.facts_given))
    cells = [f"{name:<{width}} {_percent(share):>6}" for name, share in quality.facts_given.items()]
    deep = -(-len(cells) // _ACROSS)
    rows = ["    ".join(cells[row::deep]) for row in range(deep)]
    return "\n".join([f"Facts given, of {quality.withdrawals:,} withdrawals:", "", *rows])


def _notes(answer: Answer) -> str:
    intervals = (
        f"Intervals are 95%. `too few` marks rates of fewer than {TOO_FEW} users. Unanswered alerts count as no; "
        "`as yes` is the rate with all of them counted as yes."
    )
    windows = (
        "All other windows count the same alerts: those whose longest window, "
        f"{answer.question.longest_text}, has passed, or all with maturity=all."
    )
    groups = "--format json and csv also have first alerts, single alerts and other windows for each group."
    notes = [intervals, windows, *([groups] if answer.groups else []), *answer.notes]
    return "\n".join(fill(f"* {note}", WIDTH, subsequent_indent="  ") for note in notes)
