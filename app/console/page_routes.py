"""Pages: the dashboard, signing in and out, and what is said where something is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Request, Response
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, RedirectResponse

from app.console import dashboard, figure_text
from app.console.dashboard import Comparison
from app.console.filter_values import OFFERED
from app.console.login_sessions import LIFETIME
from app.console.principal import NotAllowed, Visitor, Visitors, cookie_name, from_elsewhere, secure
from app.console.query_pool import Answers
from app.console.reports_api import QUERY_LIMIT
from app.console.selection import BY, DEFAULT_LAST, LAST, Asked, Selection, asked_of, selected
from app.dataset.stream_gaps import SAYS, Gap
from app.domain.outcome import RECONSIDERED, either
from app.preview.assets import Assets
from app.reports.answer import Figures, GroupFigures
from app.reports.question import Dimension, QuestionError, span

FORM_LIMIT = 4_096  # bytes; a key has 46 characters

# A list that is longer helps nobody to choose.
MOST_OPTIONS = 500

_PERIODS = {"7d": "Last 7 days", "28d": "Last 28 days", "90d": "Last 90 days", "365d": "Last 12 months"}
_WINDOWS = ("1h", "6h", "24h", "72h", "7d", "30d")
_FORM_FIELDS = {LAST, "since", "until", "window", "unit", "exposed_by", "maturity", *OFFERED}

_NOT_OURS = "Sign in and out on this console’s own page."
_WRONG_KEY = "No key like this is known here, or it may read neither reports nor rules."
_PAGES = ("/?", "/rules", "/preview/", "/try/")


class Templates:
    """Renders pages. Everything is escaped unless it says otherwise."""

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
            "spelled": _spelled,
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
            "folded": dashboard.folded,
            "by_rate": dashboard.by_rate,
            "by_number": dashboard.by_number,
            "comparisons": dashboard.comparisons,
            "funnels": dashboard.funnels,
            "says_gap": _says_gap,
            "readable": dashboard.readable,
            "reconsidered": either(RECONSIDERED),
        }

    def page(self, name: str, status: int = 200, **context: Any) -> HTMLResponse:
        return HTMLResponse(self._jinja.get_template(name).render(**{"visitor": None, **context}), status)


def add_pages(app: FastAPI, visitors: Visitors, answers: Answers, assets: Assets) -> None:
    templates = Templates(assets)
    _add_door(app, visitors, templates)

    @app.get("/static/{name:path}", include_in_schema=False)
    async def static(request: Request, name: str) -> Response:
        return assets.respond(request, name)

    @app.get("/", include_in_schema=False)
    async def show_dashboard(request: Request) -> Response:
        try:
            visitor = visitors.of(request)
        except NotAllowed as refusal:
            if refusal.visitor is not None and refusal.visitor.rules:
                return RedirectResponse("/rules", 303)
            visitor = None
        if visitor is None:
            back = f"/?{request.url.query}" if request.url.query else "/"
            where = "/login" if back == "/" else f"/login?{urlencode({'next': back})}"
            return RedirectResponse(where, 303)
        if len(request.url.query) > QUERY_LIMIT:
            return templates.page("notice.html", 414, heading="Too long an address", says="Choose fewer filters.")
        return await _dashboard(request, visitor, answers, templates)


def _add_door(app: FastAPI, visitors: Visitors, templates: Templates) -> None:
    @app.get("/login", include_in_schema=False)
    async def ask_for_key(request: Request) -> Response:
        return templates.page("login.html", next=_own(request.query_params.get("next")))

    @app.post("/login", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        form = await _form(request)
        if form is None or from_elsewhere(request):
            return templates.page("notice.html", 403, heading="Not from here", says=_NOT_OURS)
        back = _own(form.get("next"))
        try:
            session = visitors.sign_in(form.get("key", ""))
        except NotAllowed:
            session = None
        if session is None:
            return templates.page("login.html", 401, next=back, error=_WRONG_KEY)
        done = RedirectResponse(back, 303)
        done.set_cookie(
            cookie_name(request),
            session,
            max_age=int(LIFETIME),
            path="/",
            secure=secure(request),
            httponly=True,
            samesite="strict",
        )
        return done

    @app.post("/logout", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        if from_elsewhere(request):
            return templates.page("notice.html", 403, heading="Not from here", says=_NOT_OURS)
        visitors.sign_out(request)
        done = RedirectResponse("/login", 303)
        done.delete_cookie(cookie_name(request), path="/", secure=secure(request), httponly=True, samesite="strict")
        done.headers["clear-site-data"] = '"cache"'
        return done


async def _dashboard(request: Request, visitor: Visitor, answers: Answers, templates: Templates) -> Response:
    pairs = request.query_params.multi_items()
    asked = asked_of(pairs)
    if any(not value.strip() for _, value in pairs):
        # A form sends its empty fields too; an address that is sent to a colleague should be short.
        return RedirectResponse(f"/?{urlencode(asked, doseq=True)}" if asked else "/", 303)
    try:
        selection = selected(asked, visitor, datetime.now(UTC))
    except QuestionError as error:
        return templates.page(
            "mistaken.html",
            422,
            visitor=visitor,
            mistakes=error.mistakes,
            sentence="This selection cannot be answered",
            form=Form(asked, {}, visitor),
        )
    found = await dashboard.page(answers, selection, visitor.regions)
    return templates.page(
        "dashboard.html",
        visitor=visitor,
        selection=selection,
        page=found,
        sentence=_sentence(selection, visitor),
        form=Form({**asked, **selection.asked}, found.offered, visitor),
        mistakes=(),
    )


@dataclass(frozen=True, slots=True)
class Form:
    """The filter form's state: what the address asks, and what else could be chosen."""

    asked: Asked
    offered: Mapping[str, Sequence[str]]
    visitor: Visitor

    def value(self, name: str) -> str:
        return ",".join(self.asked.get(name, ()))

    @property
    def since(self) -> str:
        return self.value("since")

    @property
    def until(self) -> str:
        return self.value("until")

    @property
    def last(self) -> str:
        return "" if self.since or self.until else self.value(LAST) or DEFAULT_LAST

    @property
    def periods(self) -> Sequence[tuple[str, str]]:
        return [("", "These dates:"), *_PERIODS.items()]

    @property
    def window(self) -> str:
        return self.value("window") or "24h"

    @property
    def windows(self) -> Sequence[tuple[str, str]]:
        return [(window, window) for window in dict.fromkeys([*_WINDOWS, self.window])]

    def options(self, name: str) -> Sequence[tuple[str, str]]:
        """A value that is asked for is offered, whether any alert has it or not."""
        known = self.visitor.regions if name == "region" and self.visitor.regions else self.offered.get(name, ())
        chosen = [self.value(name)] if self.value(name) else []
        return [(value, value) for value in dict.fromkeys([*known[:MOST_OPTIONS], *chosen])]

    @property
    def others(self) -> Sequence[tuple[str, str]]:
        """What the address asks and the form has no field for; it must survive the form."""
        return [(name, ",".join(values)) for name, values in self.asked.items() if name not in _FORM_FIELDS]

    @property
    def also(self) -> Sequence[tuple[str, str]]:
        """Those of them that narrow the figures."""
        return [(name, value) for name, value in self.others if name != BY]

    @property
    def any_region(self) -> str:
        """A key of some regions has no choice of all."""
        return "" if self.visitor.regions else "All regions"

    def chosen(self, name: str) -> str:
        return self.value(name) or (self.visitor.regions[0] if name == "region" and self.visitor.regions else "")

    @staticmethod
    def kind(value: str) -> str:
        """A date field would drop what is no date."""
        try:
            date.fromisoformat(value)
        except ValueError:
            return "text" if value else "date"
        return "date"


def _sentence(selection: Selection, visitor: Visitor) -> str:
    """What is asked, in words."""
    question = selection.question
    period = _PERIODS.get(
        selection.last or "", f"{figure_text.day(question.since)} to before {figure_text.day(question.until)}"
    )
    region = selection.partner or selection.one("region") or "all regions"
    only = [selection.one(name) for name in selection.asked if name not in _FORM_FIELDS | {BY}]
    parts = [
        period,
        region,
        *(selection.one(name) for name in ("rule_id", "severity", "language") if selection.one(name)),
        *only,
        f"outcomes within {span(question.window)}",
        f"by {question.unit}",
    ]
    return " · ".join(parts)


def _own(address: str | None) -> str:
    """A page of ours to go on to: never another site's."""
    ours = address is not None and address.startswith(_PAGES) and not any(mark in address for mark in "\\\r\n")
    return address if address is not None and ours else "/"


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form; None where it is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_LIMIT:
            return None
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=8)
    return {name: values[-1] for name, values in fields.items()}


def _place(value: float, end: float) -> str:
    return f"{100 * min(value / end, 1.0):.2f}%"


def _seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def _spelled(day: str, unit: str) -> str:
    spelled = figure_text.day(datetime.fromisoformat(day))
    return f"week of {spelled}" if unit == Dimension.WEEK else spelled


def _breakable(name: str) -> Markup:
    """A long id may break behind its slash."""
    return Markup("/<wbr>").join(escape(part) for part in name.split("/"))


def _highs(groups: Iterable[GroupFigures]) -> list[float | None]:
    """Of those that can be read, else of all: one group of three users must not set the scale."""
    rates = [one.figures.rates.reconsidered_or_reviewed for one in groups if one.figures]
    return [rate.high for rate in rates if not rate.too_few] or [rate.high for rate in rates]


def _variant_highs(one: Comparison) -> list[float | None]:
    return [figures.rates.reconsidered_or_reviewed.high for _, figures in one.variants if figures]


def _yes_highs(figures: Figures) -> list[float | None]:
    rates = (figures.rates.reconsidered_or_reviewed, figures.rates.reconsidered, figures.rates.sustained)
    return [rate.unanswered_as_yes.rate for rate in rates]


def _window_highs(figures: Figures) -> list[float | None]:
    return [rates.reconsidered_or_reviewed.high for rates in figures.windows.values()]


def _says_gap(gap: Gap) -> str:
    return SAYS[gap.kind]
