"""The question that a report answers. Each mistake is reported with its field, its value and what was expected."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from app.domain.errors import ForewarnError
from app.reports import question_syntax as syntax
from app.reports.question_options import (
    DEFAULT_PERIOD,
    DEFAULT_WINDOW,
    EARLIEST,
    WINDOWS,
    Dimension,
    ExposedBy,
    Maturity,
    Unit,
    moment_text,
    span,
)

# How many characters of a value a message repeats.
_LONGEST_VALUE = 64


class Mistake(BaseModel):
    """One mistake in a question. `value` is what was given; HTTP answers leave it out."""

    model_config = ConfigDict(frozen=True)

    field: str
    value: str
    expected: str

    def __str__(self) -> str:
        return f"{self.field}: {self.says}"

    @property
    def says(self) -> str:
        given = self.value if len(self.value) <= _LONGEST_VALUE else f"{self.value[:_LONGEST_VALUE]}..."
        return f"{given!r} is not {self.expected}"


class QuestionError(ForewarnError):
    """A question that cannot be answered; `mistakes` has all of its mistakes."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


Moment = Annotated[datetime, BeforeValidator(syntax.parse_moment)]
Values = tuple[str | int | None, ...]


class Question(BaseModel):
    """A question about the alerts of `[since, until)`, as known at `now`.

    `filters` select alerts with one of the values; None selects those without a value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    since: Moment
    until: Moment
    now: Moment
    window: Annotated[timedelta, BeforeValidator(syntax.parse_window)] = DEFAULT_WINDOW
    group_by: Annotated[tuple[Dimension, ...], BeforeValidator(syntax.parse_dimensions)] = ()
    filters: Annotated[dict[Dimension, Values], BeforeValidator(syntax.parse_filters)] = Field(default_factory=dict)
    exposed_by: ExposedBy = ExposedBy.ANSWERED
    unit: Unit = Unit.USER
    maturity: Maturity = Maturity.MATURED

    @model_validator(mode="before")
    @classmethod
    def _default_period(cls, data: Any) -> Any:
        """Without dates: the last four weeks of whole days on which every alert has matured.

        With maturity=all, or where only `since` is given, up to the end of today.
        """
        given = {name: value for name, value in data.items() if value is not None}
        now = syntax.known_moment(given.get("now"))
        if now is not None:
            matured = given.get("maturity", Maturity.MATURED) == Maturity.MATURED
            if matured and "since" not in given:
                day = now - syntax.window_or_default(given.get("window"))
            else:
                day = now + timedelta(days=1)
            given.setdefault("until", datetime.combine(day.date(), time.min, UTC))
            # Where `until` is no date, `until` is the mistake to report.
            until = syntax.known_moment(given["until"]) or now
            given.setdefault("since", until - DEFAULT_PERIOD if until - EARLIEST > DEFAULT_PERIOD else EARLIEST)
        return given

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise PydanticCustomError(_ORDER, _ORDER, {"since": self.since, "until": self.until})
        return self

    @property
    def window_text(self) -> str:
        return span(self.window)

    @property
    def longest_text(self) -> str:
        return span(self.longest_window)

    @property
    def longest_window(self) -> timedelta:
        """The longest of the chosen window and WINDOWS."""
        return max(self.window, *WINDOWS.values())

    def restricted_to(self, region: str) -> "Question":
        """The same question limited to this region."""
        asked = self.filters.get(Dimension.REGION)
        allowed: Values = (region,) if asked is None or region in asked else ()
        return self.model_copy(update={"filters": {**self.filters, Dimension.REGION: allowed}})


_ORDER = "order"

# The parameters of a query string that are not filters.
_OPTIONS = frozenset(Question.model_fields) - {"filters", "now"}


def question(asked: Mapping[str, str | Sequence[str]], now: datetime) -> Question:
    """The question in a query string or on a command line: options of `Question`, and filters by dimension.

    A list has the values of a repeated parameter. Raises QuestionError with every mistake.
    """
    options: dict[str, object] = {"now": now}
    filters: dict[str, object] = {}
    mistakes = []
    for name, value in asked.items():
        if name in _OPTIONS:
            options[name] = value if isinstance(value, str) or name == "group_by" else ",".join(value)
        elif name in list(Dimension):
            filters[name] = value
        else:
            known = sorted({*_OPTIONS, *Dimension})
            near = get_close_matches(name, known, n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            mistakes.append(Mistake(field=name, value=name, expected=f"one of {', '.join(known)}{hint}"))
    for name, given in filters.items():
        try:
            syntax.parse_filter(name, given)
        except PydanticCustomError as error:
            mistakes.append(Mistake(field=name, value=_as_given(given), expected=error.message()))
    if mistakes:
        filters = {}
    try:
        built = Question.model_validate({**options, "filters": filters})
    except ValidationError as error:
        mistakes.extend(_mistake(detail, options) for detail in error.errors())
        raise QuestionError(mistakes) from None
    if mistakes:
        raise QuestionError(mistakes)
    return built


def _mistake(detail: Any, options: Mapping[str, object]) -> Mistake:
    if detail["type"] == _ORDER:
        return _out_of_order(options, **detail["ctx"])
    name = str(detail["loc"][0])
    expected = detail["msg"] if detail["type"] == "expected" else detail["msg"].replace("Input should be ", "")
    return Mistake(field=name, value=_as_given(detail["input"]), expected=expected)


def _out_of_order(options: Mapping[str, object], since: datetime, until: datetime) -> Mistake:
    """Names the one that was given, with both moments in the same form."""
    if "until" in options:
        return Mistake(field="until", value=str(options["until"]), expected=f"{moment_text(since)} (since) or later")
    expected = f"{moment_text(until)} or earlier: the period ends there without an until"
    return Mistake(field="since", value=str(options["since"]), expected=expected)


def _as_given(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
