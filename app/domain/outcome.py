"""What can become of a withdrawal, and what each outcome counts as in the figures of docs/measurement.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class CountsAs(StrEnum):
    SHOWN = "shown"
    REVIEWED = "reviewed"  # the user looked further: counts in `reconsidered_or_reviewed` only
    RECONSIDERED = "reconsidered"  # the user called the withdrawal off or changed it: counts in both rates
    PROCEEDED = "proceeded"
    ABANDONED = "abandoned"
    WITHHELD = "withheld"  # stopped by the exchange: the alert is in no rate
    FINDING = "finding"  # of an investigation, whenever it ends: the only class without a window


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    counts_as: CountsAs


OUTCOMES = (
    Outcome("shown", counts_as=CountsAs.SHOWN),
    Outcome("reviewed", counts_as=CountsAs.REVIEWED),
    Outcome("cancelled", counts_as=CountsAs.RECONSIDERED),
    Outcome("amended", counts_as=CountsAs.RECONSIDERED),
    Outcome("reported", counts_as=CountsAs.REVIEWED),
    Outcome("proceeded", counts_as=CountsAs.PROCEEDED),
    Outcome("abandoned", counts_as=CountsAs.ABANDONED),
    Outcome("withheld", counts_as=CountsAs.WITHHELD),
    Outcome("confirmed_scam", counts_as=CountsAs.FINDING),
    Outcome("confirmed_legitimate", counts_as=CountsAs.FINDING),
)


def counting_as(*classes: CountsAs) -> tuple[str, ...]:
    """Names of the outcomes of these classes, class by class."""
    return tuple(outcome.name for wanted in classes for outcome in OUTCOMES if outcome.counts_as is wanted)


OUTCOME_NAMES = tuple(outcome.name for outcome in OUTCOMES)
WINDOWED = tuple(outcome.name for outcome in OUTCOMES if outcome.counts_as is not CountsAs.FINDING)
ANSWERED = tuple(name for name in WINDOWED if name not in counting_as(CountsAs.SHOWN))
RECONSIDERED = counting_as(CountsAs.RECONSIDERED)
RECONSIDERED_OR_REVIEWED = counting_as(CountsAs.RECONSIDERED, CountsAs.REVIEWED)


def either(names: Sequence[str]) -> str:
    """
    >>> either(("cancelled", "amended", "reviewed"))
    'cancelled, amended or reviewed'
    """
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
