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
from app.dataset.stream_gaps import DESCRIPTIONS, Gap
from app.domain.outcome import RECONSIDERED, either
from app.preview.assets import Assets
from app.reports.answer import Figures, GroupFigures
from app.reports.question_options import Dimension
from app.reports.rate_definitions import RATES


class PageTemplates:
    """Renders pages; escapes everything that is not Markup."""

    def __init__(self, assets: Assets) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.filters |= {
            "percent": figure_text.percent,
            "points": figure_text.points,
            "count": figure_text.count,
            "noun": figure_text.noun,
            "usd": figure_text.usd,
            "moment": figure_text.moment,
            "day": figure_text.day,
            "ordinal": figure_text.ordinal,
            "seconds": _seconds,
            "period_label": _period_label,
            "breakable": _breakable,
        }
        self._jinja.globals |= {
            "asset": assets.address,
            "interval": figure_text.interval,
            "axis_end": figure_text.axis_end,
            "ticks": figure_text.ticks,
            "place": _place,
            "highs": _highs,
            "variant_highs": _variant_highs,
            "yes_highs": _yes_highs,
            "window_highs": _window_highs,
            "folded": group_order.folded,
            "by_rate": group_order.by_rate,
            "by_number": group_order.by_number,
            "comparisons": group_order.comparisons,
            "readable": group_order.readable,
            "funnels": funnels,
            "says_gap": _says_gap,
            "reconsidered": either(RECONSIDERED),
            "rate_definitions": RATES,
        }

    def page(self, name: str, status: int = 200, **context: Any) -> HTMLResponse:
        return HTMLResponse(self._jinja.get_template(name).render(**{"principal": None, **context}), status)


def _place(value: float, end: float) -> str:
    return f"{100 * min(value / end, 1.0):.2f}%"


def _seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def _period_label(day: str, unit: str) -> str:
    label = figure_text.day(datetime.fromisoformat(day))
    return f"week of {label}" if unit == Dimension.WEEK else label


def _breakable(name: str) -> Markup:
    """A long id may break after its slash."""
    return Markup("/<wbr>").join(escape(part) for part in name.split("/"))


def _highs(groups: Iterable[GroupFigures]) -> list[float | None]:
    """Of the readable rates, otherwise of all: a group of three users must not set the scale."""
    rates = [one.figures.rates.reconsidered_or_reviewed for one in groups if one.figures]
    return [rate.high for rate in rates if not rate.too_few] or [rate.high for rate in rates]


def _variant_highs(one: Comparison) -> list[float | None]:
    return [figures.rates.reconsidered_or_reviewed.high for _, figures in one.variants if figures]


def _yes_highs(figures: Figures) -> list[float | None]:
    return [getattr(figures.rates, name).unanswered_as_yes.rate for name in RATES]


def _window_highs(figures: Figures) -> list[float | None]:
    return [rates.reconsidered_or_reviewed.high for rates in figures.windows.values()]


def _says_gap(gap: Gap) -> str:
    return DESCRIPTIONS[gap.kind]
