"""The question that a report answers. Each mistake is reported with its field, its value and what was expected."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from app.domain.errors import ForewarnError

HOUR = timedelta(hours=1)
SHORTEST_WINDOW = HOUR
LONGEST_WINDOW = timedelta(days=30)
DEFAULT_WINDOW = timedelta(hours=24)

# The published figure of the Hong Kong pilot covers its first four weeks.
DEFAULT_PERIOD = timedelta(days=28)

EVER = datetime.min.replace(tzinfo=UTC)

# Every report also has the rates under these windows.
WINDOWS: Mapping[str, timedelta] = {
    "1h": HOUR,
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
    "7d": timedelta(days=7),
}


class Dimension(StrEnum):
    """What a report can be grouped and filtered by."""

    DAY = "day"
    WEEK = "week"
    REGION = "region"
    RULE_ID = "rule_id"
    REVISION = "revision"
    TYPOLOGY = "typology"
    SEVERITY = "severity"
    VARIANT = "variant"
    LANGUAGE = "language"
    TEXT_STATUS = "text_status"
    ASSET = "asset"
    NETWORK = "network"
    EXPOSURE_NUMBER = "exposure_number"


class ExposedBy(StrEnum):
    ANSWERED = "answered"
    SHOWN = "shown"


class Unit(StrEnum):
    USER = "user"
    ALERT = "alert"


class Maturity(StrEnum):
    MATURED = "matured"
    ALL = "all"


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


def _expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "{what}", {"what": what})


_SPACED_OFFSET = re.compile(r" (\d\d:?\d\d)$")


def _moment(value: object) -> object:
    """A date, or a time with an offset, as an aware time in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min, UTC)
    if isinstance(value, str):
        try:
            if len(value) == len("2026-11-20"):
                return datetime.combine(date.fromisoformat(value), time.min, UTC)
            # A "+" in an address that is not encoded as %2B arrives as a space.
            moment = datetime.fromisoformat(_SPACED_OFFSET.sub(r"+\1", value))
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise _expected("a date such as 2026-11-20 or a time with its offset such as 2026-11-20T10:00:00Z")


def _known(value: object) -> datetime | None:
    try:
        moment = _moment(value)
    except PydanticCustomError:
        return None
    return moment if isinstance(moment, datetime) else None


def _window(value: object) -> object:
    if isinstance(value, str) and value[:-1].isascii() and value[:-1].isdigit() and len(value) <= len("720h"):
        number = int(value[:-1])
        window = {"h": number * HOUR, "d": number * 24 * HOUR}.get(value[-1])
        if window is not None and SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
            return window
    if isinstance(value, timedelta) and SHORTEST_WINDOW <= value <= LONGEST_WINDOW:
        return value
    raise _expected("a window from 1h to 30d, in whole hours or days")


def _window_or_default(value: object) -> timedelta:
    """Where this is no window, the window is the mistake to report, not the period."""
    try:
        window = _window(value)
    except PydanticCustomError:
        return DEFAULT_WINDOW
    return window if isinstance(window, timedelta) else DEFAULT_WINDOW


def words(value: object) -> object:
    """A list, or text separated by commas, as a list of words."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, Sequence) or not all(isinstance(item, str | int) for item in given):
        raise _expected("words separated by commas")
    return [part.strip() for item in given for part in str(item).split(",")]


def _dimensions(value: object) -> object:
    names = [name for name in words(value) if name != ""]  # type: ignore[attr-defined]  # words gives a list
    for name in names:
        if name not in list(Dimension):
            near = get_close_matches(name, list(Dimension), n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise _expected(f"one or more of {', '.join(Dimension)}{hint}")
    return tuple(dict.fromkeys(Dimension(name) for name in names))


_MOST = (1 << 31) - 1  # the largest exposure number in DuckDB

_DAYS = {Dimension.DAY, Dimension.WEEK}


def _filters(value: object) -> object:
    if not isinstance(value, Mapping):
        raise _expected("filters by name")
    return {name: tuple(dict.fromkeys(_filter(name, given))) for name, given in value.items()}


def _filter(name: str, given: object) -> list[str | int | None]:
    wanted: list[str | int | None] = []
    for word in words(given):  # type: ignore[attr-defined]  # words gives a list
        if word == "":
            wanted.append(None)
        elif name in _DAYS:
            wanted.append(_day(name, word).isoformat())
        elif name == Dimension.REGION:
            wanted.append(_region(word))
        elif name == Dimension.EXPOSURE_NUMBER:
            wanted.append(_number(word))
        else:
            wanted.append(word)
    return wanted


def _number(word: str) -> int:
    # int() refuses over 4,300 digits with an error of another kind.
    if word.isascii() and word.isdigit() and len(word) <= len(str(_MOST)) and 1 <= int(word) <= _MOST:
        return int(word)
    raise _expected("a whole number from 1")


def _day(name: str, word: str) -> date:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise _expected("a date such as 2026-11-20; a week is named by its Monday") from None
    if name == Dimension.WEEK and day.weekday():
        raise _expected(f"a Monday, which names its week: {(day - timedelta(days=day.weekday())).isoformat()}")
    return day


def _region(word: str) -> str:
    """In upper case, as in events. `global` is accepted although no withdrawal has it: it is a region of rules."""
    if word.lower() == "global":
        return "global"
    if not (len(word) == 2 and word.isascii() and word.isalpha()):
        raise _expected("a region of two letters such as HK")
    return word.upper()


Moment = Annotated[datetime, BeforeValidator(_moment)]
Values = tuple[str | int | None, ...]


class Question(BaseModel):
    """A question about the alerts of `[since, until)`, as known at `now`.

    `filters` select alerts with one of the values; None selects those without a value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    since: Moment
    until: Moment
    now: Moment
    window: Annotated[timedelta, BeforeValidator(_window)] = DEFAULT_WINDOW
    group_by: Annotated[tuple[Dimension, ...], BeforeValidator(_dimensions)] = ()
    filters: Annotated[dict[Dimension, Values], BeforeValidator(_filters)] = Field(default_factory=dict)
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
        now = _known(given.get("now"))
        if now is not None:
            matured = given.get("maturity", Maturity.MATURED) == Maturity.MATURED
            if matured and "since" not in given:
                day = now - _window_or_default(given.get("window"))
            else:
                day = now + timedelta(days=1)
            given.setdefault("until", datetime.combine(day.date(), time.min, UTC))
            # Where `until` is no date, `until` is the mistake to report.
            until = _known(given["until"]) or now
            given.setdefault("since", until - DEFAULT_PERIOD if until - EVER > DEFAULT_PERIOD else EVER)
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
            _filter(name, given)
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


def moment_text(moment: datetime) -> str:
    """A moment in UTC as a question can give it; midnight as its date."""
    return moment.date().isoformat() if moment.time() == time.min else moment.isoformat().replace("+00:00", "Z")


def span(length: timedelta) -> str:
    """A window as text: 72h, 7d."""
    hours = length // HOUR
    return f"{hours // 24}d" if hours % 24 == 0 and hours > 72 else f"{hours}h"
