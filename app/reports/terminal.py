"""An answer as text for a terminal."""

from collections.abc import Sequence
from unicodedata import east_asian_width

from app.reports.answer import TOO_FEW, Answer, Figures, Rate
from app.reports.formats import as_dict
from app.reports.question import span

_HEADINGS = ("users", "alerts", "reconsidered or reviewed", "reconsidered", "sustained", "unanswered", "pending")


def as_text(answer: Answer) -> str:
    """The question in one line, a table with the total last, what to know before quoting it."""
    parts = [_asked(answer), "", table(_headings(answer), _lines(answer)), ""]
    parts.extend(_variants(answer))
    parts.extend(f"* {note}" for note in _notes(answer))
    return "\n".join(parts)


def table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Columns padded to their widest cell; Chinese characters take two places."""
    rows = [headings, *lines]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(headings))]
    spelled = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([spelled[0], "  ".join("-" * width for width in widths), *spelled[1:]])


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _asked(answer: Answer) -> str:
    question = answer.question
    asked = as_dict(answer)["question"]
    text = f"{asked['since']} to {asked['until']}, within {span(question.window)}, by {question.unit}"
    text += f", exposed by {question.exposed_by}, {question.maturity} alerts"
    filters = [
        f"{name}={','.join('none' if value is None else str(value) for value in values)}"
        for name, values in question.filters.items()
    ]
    return text + (f", only {' '.join(filters)}" if filters else "")


def _headings(answer: Answer) -> list[str]:
    return [*map(str, answer.question.group_by), *_HEADINGS] if answer.question.group_by else ["", *_HEADINGS]


def _lines(answer: Answer) -> list[list[str]]:
    lines = [
        ["none" if value is None else str(value) for value in one.group.values()] + _cells(one.figures)
        for one in answer.groups
    ]
    blank = [""] * (max(len(answer.question.group_by), 1) - 1)
    return [*lines, ["total", *blank, *_cells(answer.total)]]


def _cells(figures: Figures | None) -> list[str]:
    if figures is None:
        return ["hidden", *[""] * (len(_HEADINGS) - 1)]
    rates = figures.rates
    return [
        f"{figures.users:,}",
        f"{figures.alerts:,}",
        _rate(rates.reconsidered_or_reviewed),
        _rate(rates.reconsidered),
        _rate(rates.sustained),
        f"{figures.unanswered:,}",
        f"{figures.pending.units:,}",
    ]


def _rate(rate: Rate) -> str:
    if rate.suppressed:
        return "hidden"
    if rate.rate is None or rate.low is None or rate.high is None:
        return "-"
    few = " too few" if rate.too_few else ""
    return f"{rate.rate:.1%} ({rate.low:.1%} to {rate.high:.1%}) {rate.numerator:,}/{rate.denominator:,}{few}"


def _variants(answer: Answer) -> list[str]:
    lines = []
    for one in answer.differences:
        where = " ".join(f"{name}={value}" for name, value in one.within.items())
        if one.difference is not None and one.low is not None and one.high is not None:
            lines.append(
                f"{where} {one.rate}: {one.first} less {one.second} "
                f"{one.difference:+.1%} ({one.low:+.1%} to {one.high:+.1%}){' too few' if one.too_few else ''}".strip()
            )
    lines += [
        f"! users are not dealt evenly: {dict(ratio.users)}, p = {ratio.p_value:.2g}; do not compare"
        for ratio in answer.sample_ratios
        if ratio.suspicious
    ]
    return [*lines, ""] if lines else []


def _notes(answer: Answer) -> list[str]:
    intervals = (
        f"Intervals are 95%; `too few` stands by rates of fewer than {TOO_FEW} users. Unanswered alerts count as no."
    )
    return [intervals, *answer.notes]
