"""The rates of a report: which outcomes make a unit a yes, and what each rate is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.domain.outcome import RECONSIDERED, RECONSIDERED_OR_REVIEWED, either
from app.reports.question_options import span

# How long a reconsideration must hold to be sustained.
SUSTAINED_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RateDefinition:
    """`label` names the rate in tables and `meaning` explains it.

    `prefix` is that of its denominator, its unanswered and its pending units in outcome_bits.COUNTS.
    """

    label: str
    meaning: str
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class WindowRate(RateDefinition):
    """A rate of units with one of `outcomes` within the window. It is also given for every other window."""

    outcomes: tuple[str, ...] = ()


WINDOW_RATES: Mapping[str, WindowRate] = {
    "reconsidered_or_reviewed": WindowRate(
        "reconsidered or reviewed", either(RECONSIDERED_OR_REVIEWED), outcomes=RECONSIDERED_OR_REVIEWED
    ),
    "reconsidered": WindowRate("reconsidered", either(RECONSIDERED), outcomes=RECONSIDERED),
}

# `Rates` and `WindowRates` in answer.py have a field for each.
RATES: Mapping[str, RateDefinition] = {
    **WINDOW_RATES,
    "sustained": RateDefinition(
        f"sustained {span(SUSTAINED_FOR)}",
        f"reconsidered, and nothing sent to the same destination for {span(SUSTAINED_FOR)}",
        "sustained_",
    ),
}
