"""Days in time zones, and times as text, with few calendar computations."""

from datetime import UTC, date, datetime, time, timedelta
from math import floor
from zoneinfo import ZoneInfo


class Calendar:
    """The day in one time zone. zoneinfo takes 0.21 microseconds, a comparison with the next midnight 0.03."""

    def __init__(self, timezone: str) -> None:
        self._zone = ZoneInfo(timezone)
        self._day = date.min
        self._begins = self._ends = 0.0

    def day(self, now: float) -> date:
        """The day at `now`, seconds since the epoch."""
        if not self._begins <= now < self._ends:
            self._turn(now)
        return self._day

    def _turn(self, now: float) -> None:
        self._day = datetime.fromtimestamp(now, self._zone).date()
        self._begins = datetime.combine(self._day, time.min, self._zone).timestamp()
        self._ends = datetime.combine(self._day + timedelta(days=1), time.min, self._zone).timestamp()


_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))
_DAY = 86_400


class Stamp:
    """Times as RFC 3339 text in UTC with microseconds. The date is formatted once a day: `strftime` takes twelve times
    as long as the arithmetic for a second.
    """

    def __init__(self) -> None:
        self._second = self._day = -1
        self._text = self._date = ""

    def text(self, now: float) -> str:
        """`now`, seconds since the epoch, as 2026-11-20T10:00:00.123456Z; fractions of a microsecond are cut off."""
        second = int(now)
        if second != self._second:
            self._turn(second)
        return f"{self._text}{int((now - second) * 1_000_000):06d}Z"

    def nearest(self, moment: float) -> str:
        """The same, rounded as `datetime.fromtimestamp` does, so that parsing and formatting give the same text."""
        second = floor(moment)
        micros = round((moment - second) * 1_000_000)
        if micros == 1_000_000:
            second, micros = second + 1, 0
        if second != self._second:
            self._turn(second)
        return f"{self._text}{micros:06d}Z"

    def _turn(self, second: int) -> None:
        day, rest = divmod(second, _DAY)
        if day != self._day:
            self._date = datetime.fromtimestamp(second, UTC).date().isoformat()
            self._day = day
        minutes, seconds = divmod(rest, 60)
        hour, minute = divmod(minutes, 60)
        self._text = f"{self._date}T{_TWO_DIGITS[hour]}:{_TWO_DIGITS[minute]}:{_TWO_DIGITS[seconds]}."
        self._second = second
