"""What happened to an alert, as the bits of one integer.

A user's integer is the OR of those of their alerts, so every count of alerts or users is "all of these bits and none of
those". In this form forty million alerts take two gigabytes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.domain.outcome import WINDOWED
from app.reports.interval import Counts
from app.reports.question_options import WINDOWS
from app.reports.rate_definitions import WINDOW_RATES

# DuckDB keeps the bits in a signed BIGINT. 55 are in use; a rate takes six, most other figures take one.
MOST_BITS = 63

# A family has one bit for each window: the chosen one, then the other ones.
_SLOTS = ("", *(f"{window}_" for window in WINDOWS))
_FAMILIES = (
    "counted",  # matured and not withheld: in the denominator
    *WINDOW_RATES,
    "answered",
    "some_unanswered",  # of a user: some counted alert is unanswered, whatever is known of the others
    "matured",
)
# What is counted of a user's first alert. It belongs to one alert, so these bits mean nothing in a user's integer.
FIRST = ("sustained_counted", "sustained_unanswered", "sustained", "counted", "unanswered", *WINDOW_RATES)
_NAMES = (
    *(f"first_{name}" for name in FIRST),
    *(slot + family for family in _FAMILIES for slot in _SLOTS),
    *("proceeded", "pending_answered", "sustained_matured", "sustained_counted", "sustained_reconsidered", "came_back"),
    *("sustained_answered", "sustained_some_unanswered", "confirmed", "scam"),
    *(f"had_{outcome}" for outcome in WINDOWED),
)
if len(_NAMES) > MOST_BITS:
    raise OverflowError(f"outcome_bits: {len(_NAMES)} bits, but DuckDB's BIGINT has {MOST_BITS}")
BITS: Mapping[str, int] = {name: 1 << place for place, name in enumerate(_NAMES)}


@dataclass(frozen=True, slots=True)
class Having:
    """The alerts or users with all bits in `these` and none in `without`."""

    these: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def _value(self) -> int:
        return sum(BITS[name] for name in self.these)

    @property
    def _mask(self) -> int:
        return self._value | sum(BITS[name] for name in self.without)

    def sql(self, flags: str) -> str:
        return f"({flags} & {self._mask}) = {self._value}"

    def of(self, flags: Counts) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = (flags & self._mask) == self._value
        return found


def _of_window(window: str) -> dict[str, Having]:
    """What every rate of a window needs, and the rates themselves. `window` is a prefix of `_SLOTS`."""
    return {
        f"{window}{name}": Having(
            tuple(f"{window}{bit}" for bit in having.these), tuple(f"{window}{bit}" for bit in having.without)
        )
        for name, having in {
            "counted": Having(("counted",)),
            "unanswered": Having(("counted",), ("answered",)),
            "pending": Having((), ("matured",)),
            **{rate: Having((rate,)) for rate in WINDOW_RATES},
            # A user is a yes at best with some unanswered alert, or else with a yes.
            "some_unanswered": Having(("some_unanswered",)),
            **{f"{rate}_besides": Having((rate,), ("some_unanswered",)) for rate in WINDOW_RATES},
        }.items()
    }


COUNTS: Mapping[str, Having] = {
    "all": Having(),
    "exposed": Having(("matured",)),
    "contradicted": Having(("reconsidered", "proceeded")),
    "withheld": Having(("matured",), ("counted",)),
    "pending_answered": Having(("pending_answered",), ("matured",)),
    **{name: having for window in _SLOTS for name, having in _of_window(window).items()},
    "sustained": Having(("sustained_reconsidered",), ("came_back",)),
    "sustained_counted": Having(("sustained_counted",)),
    "sustained_unanswered": Having(("sustained_counted",), ("sustained_answered",)),
    "sustained_some_unanswered": Having(("sustained_some_unanswered",)),
    "sustained_besides": Having(("sustained_reconsidered",), ("came_back", "sustained_some_unanswered")),
    "sustained_pending": Having((), ("sustained_matured",)),
    **{f"had_{outcome}": Having((f"had_{outcome}",)) for outcome in WINDOWED},
}

# Counts of up to MOST_ALERTS, several to a HUGEINT of 127 bits.
DIGITS = 24
MOST_ALERTS = (1 << DIGITS) - 1
_IN_A_NUMBER = 127 // DIGITS


def _packs(*names: str) -> list[tuple[str, ...]]:
    return [names[start : start + _IN_A_NUMBER] for start in range(0, len(names), _IN_A_NUMBER)]


# What is counted of each user's alerts, for intervals that allow for several alerts of one user.
PER_USER = _packs(
    *("counted", *WINDOW_RATES, "unanswered", "confirmed"),
    *("sustained_counted", "sustained", "sustained_unanswered", "scam"),
)
PER_USER_WINDOWS = [
    pack
    for window in WINDOWS
    for pack in _packs(*(f"{window}_{name}" for name in ("counted", *WINDOW_RATES, "unanswered")))
]


def pack(names: Iterable[str]) -> str:
    """SQL for what one alert adds to a sum that has separate digits for each of these names."""
    parts = []
    for digit, name in enumerate(names):
        having = COUNTS.get(name) or Having((name,))
        parts.append(f"CASE WHEN {having.sql('flags')} THEN {1 << (DIGITS * digit)}::HUGEINT ELSE 0::HUGEINT END")
    return " + ".join(parts)
