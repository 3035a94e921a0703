"""Figures as text for people. An unknown figure is a dash."""

from collections.abc import Iterable, Sequence
from datetime import datetime

NONE = "–"

# The possible ends of an axis, each with the step of its ticks.
_ENDS = {0.05: 0.01, 0.1: 0.02, 0.2: 0.05, 0.3: 0.1, 0.4: 0.1, 0.5: 0.1, 0.6: 0.2, 0.8: 0.2, 1.0: 0.25}


def percent(rate: float | None, digits: int = 1) -> str:
    """
    >>> percent(0.2043)
    '20.4%'
    """
    return NONE if rate is None else f"{rate:.{digits}%}"


def interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """
    >>> interval(0.187, 0.2249)
    '18.7–22.5%'
    """
    return NONE if low is None or high is None else f"{100 * low:.{digits}f}–{high:.{digits}%}"


def points(value: float | None) -> str:
    """A difference of two rates, in percentage points.

    >>> points(-0.031)
    '−3.1'
    """
    if value is None:
        return NONE
    return "0.0" if abs(value) < 0.0005 else f"{100 * value:+.1f}".replace("-", "−")


def count(number: int | None) -> str:
    return NONE if number is None else f"{number:,}"


def noun(number: int | None, several: str) -> str:
    """
    >>> noun(1, "users")
    'user'
    """
    return several.removesuffix("s") if number == 1 else several


def usd(amount: float | None) -> str:
    """Rounded, since only two significant digits of each amount are known.

    >>> usd(711423.0)
    '$711,000'
    """
    if amount is None:
        return NONE
    if amount >= 1e6:
        return f"${amount / 1e6:,.2f} million"
    return f"${round(amount, -3):,.0f}" if amount >= 10_000 else f"${amount:,.0f}"


def moment(when: datetime | None) -> str:
    return NONE if when is None else when.strftime("%-d %b %Y, %H:%M:%S UTC")


def day(when: datetime) -> str:
    return when.strftime("%-d %b %Y")


def ordinal(number: int) -> str:
    """
    >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def axis_end(values: Iterable[float | None]) -> float:
    """The end of an axis that starts at 0 and holds all values.

    >>> axis_end([0.21, 0.37, None])
    0.4
    """
    most = max((value for value in values if value is not None), default=0.0)
    return next((end for end in _ENDS if most <= end), 1.0)


def ticks(end: float) -> Sequence[float]:
    """From 0 to `end`, a result of `axis_end`; each a whole percent.

    >>> ticks(0.3)
    [0.0, 0.1, 0.2, 0.3]
    """
    step = _ENDS[end]
    return [round(step * number, 2) for number in range(round(end / step) + 1)]
