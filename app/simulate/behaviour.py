"""The true behaviour of simulated users: every probability is a known parameter."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple


class Standing(StrEnum):
    """Whether a scam is behind a withdrawal; no rule can see it."""

    HONEST = "honest"
    VICTIM = "victim"


class Alert(NamedTuple):
    """The service's answer; without `rule_id` there is no alert."""

    assessment_id: str
    rule_id: str | None = None
    typology: str = ""
    severity: str = ""
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities.

    `withheld` comes first: the exchange itself stops the withdrawal. `review` is independent of the end, which is one
    of cancel, amend, abandon, or else proceed. `report` is conditional on cancel.
    """

    review: float
    cancel: float
    amend: float
    abandon: float
    report: float
    withheld: float

    @property
    def main(self) -> float:
        """The probability that the user reconsiders or reviews, unless the withdrawal is withheld."""
        return 1 - (1 - self.review) * (1 - self.cancel - self.amend)

    def times(self, factor: float) -> "Rates":
        """Scales the probabilities, to 0.95 at most."""
        ceiling = (0.95 - self.abandon) / (self.cancel + self.amend) if self.cancel + self.amend else factor
        ends = min(factor, ceiling)
        review = min(0.95, self.review * factor)
        return replace(self, review=review, cancel=self.cancel * ends, amend=self.amend * ends)


_BASE: Mapping[str, Mapping[Standing, Rates]] = {
    "info": {
        Standing.HONEST: Rates(0.05, 0.012, 0.006, 0.01, 0.02, 0.0),
        Standing.VICTIM: Rates(0.1, 0.05, 0.01, 0.02, 0.3, 0.01),
    },
    "caution": {
        Standing.HONEST: Rates(0.1, 0.04, 0.02, 0.02, 0.02, 0.002),
        Standing.VICTIM: Rates(0.18, 0.14, 0.03, 0.03, 0.35, 0.01),
    },
    "high": {
        Standing.HONEST: Rates(0.16, 0.07, 0.03, 0.03, 0.02, 0.01),
        Standing.VICTIM: Rates(0.28, 0.26, 0.04, 0.05, 0.4, 0.04),
    },
    "critical": {
        Standing.HONEST: Rates(0.22, 0.1, 0.03, 0.05, 0.02, 0.03),
        Standing.VICTIM: Rates(0.36, 0.38, 0.04, 0.06, 0.4, 0.12),
    },
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A rate is that of the severity, times the factors of typology, rule, variant and exposure number."""

    base: Mapping[str, Mapping[Standing, Rates]] = field(default_factory=lambda: _BASE)
    by_typology: Mapping[str, float] = field(
        default_factory=lambda: {"romance": 0.8, "investment": 0.9, "remote_access": 0.85, "phishing": 1.2}
    )
    by_rule: Mapping[str, float] = field(
        default_factory=lambda: {"hk/reported-address": 1.25, "hk/purchase-prepaid": 0.8, "gb/every-withdrawal": 1.15}
    )
    by_variant: Mapping[str, float] = field(default_factory=lambda: {"a": 1.0, "b": 1.2})
    by_exposure: tuple[float, ...] = (1.0, 0.85, 0.72, 0.62, 0.55, 0.5)  # the last one also for all later ones
    shown: float = 0.985  # the alert is displayed; programs (`channel: api`) never display it
    outcomes_missing: float = 0.05  # of alerts: no outcome after `shown` reaches the service
    outcomes_late: float = 0.03  # of outcomes: received an hour to three days after they happened
    outcomes_repeated: float = 0.03
    assessments_retried: float = 0.02
    contradicts: float = 0.02  # of those who cancel: a `proceeded` follows for the same withdrawal
    unwarned_cancels: float = 0.01  # of users who see no alert
    returns: Mapping[Standing, float] = field(  # of those who cancel: same destination again, 12 hours to 5 days later
        default_factory=lambda: {Standing.HONEST: 0.08, Standing.VICTIM: 0.3}
    )
    amends_on: float = 0.7  # of those who amend: a smaller withdrawal follows within minutes
    confirmed_paid: float = 0.5  # of victims who paid: `confirmed_scam` days later
    confirmed_stopped: float = 0.3  # of victims who did not
    cleared: float = 0.12  # of honest withdrawals with a high or critical alert: `confirmed_legitimate`

    def factor(self, alert: Alert, exposure: int) -> float:
        """`exposure` counts the user's alerts, this one included."""
        place = min(exposure, len(self.by_exposure)) - 1
        return (
            self.by_typology.get(alert.typology, 1.0)
            * self.by_rule.get(alert.rule_id or "", 1.0)
            * self.by_variant.get(alert.variant or "", 1.0)
            * self.by_exposure[place]
        )

    def rates(self, alert: Alert, standing: Standing, exposure: int) -> Rates:
        return self.base[alert.severity][standing].times(self.factor(alert, exposure))

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
