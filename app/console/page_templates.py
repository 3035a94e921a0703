"""The Jinja environment of the console's own pages."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from app.console import figure_text, group_order
from app.console.funnels import funnels
from app.console.group_order import Comparison
from app.dataset.stream_gaps import DESCRIPTIONS
from app.domain.outcome import RECONSIDERED, either
from app.preview.assets import Assets
from app.reports.answer import Figures, GroupFigures
from app.reports.question_options import Dimension
from app.reports.rate_definitions import RATES


class PageTemplates:
    """Renders pages; escapes everything that is not Markup."""

    def __init__(self, assets: Assets) -> None:
        loader = FileSystemLoader(Path(__file__).parent / "templates")
        self._jinja = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        words, order = figure_text, group_order
        numbers = (words.percent, words.points, words.count, words.noun, words.usd, words.ordinal)
        times = (words.moment, words.day, seconds, period_label)
        self._jinja.filters |= {made.__name__: made for made in (*numbers, *times, breakable)}
        figures = (words.interval, words.axis_end, words.ticks, place, highs, variant_highs, yes_highs, window_highs)
        lists = (order.folded, order.by_rate, order.by_number, order.comparisons, order.readable, funnels)
        self._jinja.globals |= {made.__name__: made for made in (*figures, *lists)}
        self._jinja.globals |= {
            "asset": assets.address,
            "gap_descriptions": DESCRIPTIONS,
            "reconsidered": either(RECONSIDERED),
            "rate_definitions": RATES,
        }

    def page(self, name: str, status: int = 200, **context: Any) -> HTMLResponse:
        return HTMLResponse(self._jinja.get_template(name).render(**{"principal": None, **context}), status)


def place(value: float, end: float) -> str:
    return f"{100 * min(value / end, 1.0):.2f}%"


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def period_label(day: str, unit: str) -> str:
    label = figure_text.day(datetime.fromisoformat(day))
    return f"week of {label}" if unit == Dimension.WEEK else label


def breakable(name: str) -> Markup:
    """A long id may break after its slash."""
    return Markup("/<wbr>").join(escape(part) for part in name.split("/"))


def highs(groups: Iterable[GroupFigures]) -> list[float | None]:
    """Of the readable rates, otherwise of all: a group of three users must not set the scale."""
    rates = [one.figures.rates.reconsidered_or_reviewed for one in groups if one.figures]
    return [rate.high for rate in rates if not rate.too_few] or [rate.high for rate in rates]


def variant_highs(one: Comparison) -> list[float | None]:
    return [figures.rates.reconsidered_or_reviewed.high for _, figures in one.variants if figures]


def yes_highs(figures: Figures) -> list[float | None]:
    return [getattr(figures.rates, name).unanswered_as_yes.rate for name in RATES]


def window_highs(figures: Figures) -> list[float | None]:
    return [rates.reconsidered_or_reviewed.high for rates in figures.windows.values()]
