"""What happened to an alert, as the bits of one number.

The number of a user is the OR of those of their alerts, so any count, of alerts or of users, is "these bits and none of
those". Forty million alerts fit into two gigabytes that way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.domain.outcome import WINDOWED
from app.reports.interval import Counts
from app.reports.question import WINDOWS

# A family has one bit a window: the chosen one, then those beside it.
_SLOTS = ("", *(f"{window}_" for window in WINDOWS))
_FAMILIES = (
    "counted",  # matured and not withheld: in the denominator
    "reconsidered_or_reviewed",
    "reconsidered",
    "answered",
    "some_unanswered",  # of a user: an alert is counted and unanswered, whatever is known of the others
    "matured",
)
# What is counted of a user's first alert: one alert's own, so no bit here means anything for a user.
FIRST = (
    "sustained_counted",
    "sustained_unanswered",
    "sustained",
    "counted",
    "unanswered",
    "reconsidered",
    "reconsidered_or_reviewed",
)
BITS: Mapping[str, int] = {
    name: 1 << place
    for place, name in enumerate(
        (
            *(f"first_{name}" for name in FIRST),
            *(slot + family for family in _FAMILIES for slot in _SLOTS),
            "proceeded",
            "pending_answered",
            "sustained_matured",
            "sustained_counted",
            "sustained_reconsidered",
            "came_back",
            "sustained_answered",
            "sustained_some_unanswered",
            "confirmed",
            "scam",
            *(f"had_{outcome}" for outcome in WINDOWED),
        )
    )
}


@dataclass(frozen=True, slots=True)
class Having:
    """The alerts or users with all bits of `these` and none of `without`."""

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


COUNTS: Mapping[str, Having] = {
    "all": Having(),
    "exposed": Having(("matured",)),
    "counted": Having(("counted",)),
    "reconsidered_or_reviewed": Having(("reconsidered_or_reviewed",)),
    "reconsidered": Having(("reconsidered",)),
    "contradicted": Having(("reconsidered", "proceeded")),
    "unanswered": Having(("counted",), ("answered",)),
    # What is counted as yes if the unanswered are: some of a user's alerts unanswered, or a yes besides.
    "some_unanswered": Having(("some_unanswered",)),
    "reconsidered_or_reviewed_besides": Having(("reconsidered_or_reviewed",), ("some_unanswered",)),
    "reconsidered_besides": Having(("reconsidered",), ("some_unanswered",)),
    "withheld": Having(("matured",), ("counted",)),
    "pending": Having((), ("matured",)),
    "pending_answered": Having(("pending_answered",), ("matured",)),
    "sustained": Having(("sustained_reconsidered",), ("came_back",)),
    "sustained_counted": Having(("sustained_counted",)),
    "sustained_unanswered": Having(("sustained_counted",), ("sustained_answered",)),
    "sustained_some_unanswered": Having(("sustained_some_unanswered",)),
    "sustained_besides": Having(("sustained_reconsidered",), ("came_back", "sustained_some_unanswered")),
    "sustained_pending": Having((), ("sustained_matured",)),
    **{f"had_{outcome}": Having((f"had_{outcome}",)) for outcome in WINDOWED},
    **{
        f"{window}_{name}": having
        for window in WINDOWS
        for name, having in {
            "counted": Having((f"{window}_counted",)),
            "reconsidered_or_reviewed": Having((f"{window}_reconsidered_or_reviewed",)),
            "reconsidered": Having((f"{window}_reconsidered",)),
            "unanswered": Having((f"{window}_counted",), (f"{window}_answered",)),
            "some_unanswered": Having((f"{window}_some_unanswered",)),
            **{
                f"{rate}_besides": Having((f"{window}_{rate}",), (f"{window}_some_unanswered",))
                for rate in ("reconsidered_or_reviewed", "reconsidered")
            },
            "pending": Having((), (f"{window}_matured",)),
        }.items()
    },
}

# What is counted of each user's alerts, for intervals that allow for several alerts of one user: five to a number.
PER_USER = (
    ("counted", "reconsidered_or_reviewed", "reconsidered", "unanswered", "confirmed"),
    ("sustained_counted", "sustained", "sustained_unanswered", "scam"),
)
PER_USER_WINDOWS = tuple(
    tuple(f"{window}_{name}" for name in ("counted", "reconsidered_or_reviewed", "reconsidered", "unanswered"))
    for window in WINDOWS
)
DIGITS = 24
MOST_ALERTS = (1 << DIGITS) - 1


def pack(names: Iterable[str]) -> str:
    """SQL for an alert's share in a sum that counts each of these names in digits of its own."""
    parts = []
    for digit, name in enumerate(names):
        having = COUNTS.get(name) or Having((name,))
        parts.append(f"CASE WHEN {having.sql('flags')} THEN {1 << (DIGITS * digit)}::HUGEINT ELSE 0::HUGEINT END")
    return " + ".join(parts)
