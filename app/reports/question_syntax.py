"""Parses the values of a question. Each parser raises PydanticCustomError with what was expected."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches

from pydantic_core import PydanticCustomError

from app.reports.question_options import DEFAULT_WINDOW, HOUR, LONGEST_WINDOW, SHORTEST_WINDOW, Dimension


def expected(what: str) -> PydanticCustomError:
    return PydanticCustomError("expected", "{what}", {"what": what})


_SPACED_OFFSET = re.compile(r" (\d\d:?\d\d)$")


def parse_moment(value: object) -> object:
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
    raise expected("a date such as 2026-11-20 or a time with its offset such as 2026-11-20T10:00:00Z")


def known_moment(value: object) -> datetime | None:
    try:
        moment = parse_moment(value)
    except PydanticCustomError:
        return None
    return moment if isinstance(moment, datetime) else None


def parse_window(value: object) -> object:
    if isinstance(value, str) and value[:-1].isascii() and value[:-1].isdigit() and len(value) <= len("720h"):
        number = int(value[:-1])
        window = {"h": number * HOUR, "d": number * 24 * HOUR}.get(value[-1])
        if window is not None and SHORTEST_WINDOW <= window <= LONGEST_WINDOW:
            return window
    if isinstance(value, timedelta) and SHORTEST_WINDOW <= value <= LONGEST_WINDOW:
        return value
    raise expected("a window from 1h to 30d, in whole hours or days")


def window_or_default(value: object) -> timedelta:
    """Where this is no window, the window is the mistake to report, not the period."""
    try:
        window = parse_window(value)
    except PydanticCustomError:
        return DEFAULT_WINDOW
    return window if isinstance(window, timedelta) else DEFAULT_WINDOW


def words(value: object) -> list[str]:
    """A list, or text separated by commas, as a list of words."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, Sequence) or not all(isinstance(item, str | int) for item in given):
        raise expected("words separated by commas")
    return [part.strip() for item in given for part in str(item).split(",")]


def parse_dimensions(value: object) -> object:
    names = [name for name in words(value) if name != ""]
    for name in names:
        if name not in list(Dimension):
            near = get_close_matches(name, list(Dimension), n=1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            raise expected(f"one or more of {', '.join(Dimension)}{hint}")
    return tuple(dict.fromkeys(Dimension(name) for name in names))


_MOST = (1 << 31) - 1  # the largest exposure number in DuckDB

_DAYS = {Dimension.DAY, Dimension.WEEK}


def parse_filters(value: object) -> object:
    if not isinstance(value, Mapping):
        raise expected("filters by name")
    return {name: tuple(dict.fromkeys(parse_filter(name, given))) for name, given in value.items()}


def parse_filter(name: str, given: object) -> list[str | int | None]:
    wanted: list[str | int | None] = []
    for word in words(given):
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
    raise expected("a whole number from 1")


def _day(name: str, word: str) -> date:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise expected("a date such as 2026-11-20; a week is named by its Monday") from None
    if name == Dimension.WEEK and day.weekday():
        raise expected(f"a Monday, which names its week: {(day - timedelta(days=day.weekday())).isoformat()}")
    return day


def _region(word: str) -> str:
    """In upper case, as in events. `global` is accepted although no withdrawal has it: it is a region of rules."""
    if word.lower() == "global":
        return "global"
    if not (len(word) == 2 and word.isascii() and word.isalpha()):
        raise expected("a region of two letters such as HK")
    return word.upper()
