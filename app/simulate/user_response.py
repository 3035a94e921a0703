"""How the made-up users truly respond to a warning: every probability is known and written down."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from random import Random
from typing import Any, NamedTuple

from app.simulate.user import DAY

HOUR = 3600.0


class Standing(StrEnum):
    """What is going on behind a withdrawal, which no rule can see."""

    HONEST = "honest"
    VICTIM = "victim"


class Alert(NamedTuple):
    """What the service answered; without `rule_id` there is nothing to respond to."""

    assessment_id: str
    rule_id: str | None = None
    typology: str = ""
    severity: str = ""
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities. `review` is on its own; one of cancel, amend, abandon or else proceed ends it; `report` is of
    those who cancel; `withheld` comes before everything: the exchange stops the withdrawal itself.
    """

    review: float
    cancel: float
    amend: float
    abandon: float
    report: float
    withheld: float

    @property
    def main(self) -> float:
        """That the user reconsiders or reviews, unless it is withheld."""
        return 1 - (1 - self.review) * (1 - self.cancel - self.amend)

    def times(self, factor: float) -> "Rates":
        """More or less impressed; never certain."""
        ceiling = (0.95 - self.abandon) / (self.cancel + self.amend) if self.cancel + self.amend else factor
        ends = min(factor, ceiling)
        return Rates(
            min(0.95, self.review * factor),
            self.cancel * ends,
            self.amend * ends,
            self.abandon,
            self.report,
            self.withheld,
        )


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
    """The truth. A rate is its severity's, times the factors of typology, rule, variant and exposure number."""

    base: Mapping[str, Mapping[Standing, Rates]] = field(default_factory=lambda: _BASE)
    by_typology: Mapping[str, float] = field(
        default_factory=lambda: {"romance": 0.8, "investment": 0.9, "remote_access": 0.85, "phishing": 1.2}
    )
    by_rule: Mapping[str, float] = field(
        default_factory=lambda: {"hk/reported-address": 1.25, "hk/purchase-prepaid": 0.8, "gb/every-withdrawal": 1.15}
    )
    by_variant: Mapping[str, float] = field(default_factory=lambda: {"a": 1.0, "b": 1.2})
    by_exposure: tuple[float, ...] = (1.0, 0.85, 0.72, 0.62, 0.55, 0.5)  # the last one for all that follow
    shown: float = 0.985  # the alert is displayed; never to programs (`channel: api`)
    outcomes_missing: float = 0.05  # of alerts: nothing after `shown` ever reaches the service
    outcomes_late: float = 0.03  # of outcomes: received an hour to three days after they happened
    outcomes_repeated: float = 0.03
    assessments_retried: float = 0.02
    contradicts: float = 0.02  # of those who cancel: a `proceeded` follows for the same withdrawal
    unwarned_cancels: float = 0.01  # of those who see no alert
    returns: Mapping[Standing, float] = field(  # of those who cancel: same destination again, 12 hours to 5 days later
        default_factory=lambda: {Standing.HONEST: 0.08, Standing.VICTIM: 0.3}
    )
    amends_on: float = 0.7  # of those who amend: a smaller withdrawal follows within minutes
    confirmed_paid: float = 0.5  # of victims who went along, `confirmed_scam` days later
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


class Report(NamedTuple):
    """An outcome; both times are seconds after the assessment."""

    outcome: str
    occurs: float
    received: float


class Reaction(NamedTuple):
    """What follows one alert. `main` is the probability that it counts for the main rate, `happened` whether it did."""

    reports: list[Report]
    main: float = 0.0
    happened: bool = False
    withheld: bool = False
    paid: float | None = None  # seconds after the assessment, like the next two
    returns: float | None = None
    amends: float | None = None


class Response:
    """Draws reactions. Seeded apart from the exchange."""

    def __init__(self, seed: int, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._chance = Random(f"{seed}/response")  # noqa: S311  # a simulation must be repeatable
        self._rates: dict[tuple[object, ...], Rates] = {}

    def retry(self) -> float | None:
        """Seconds after which the exchange asks the same again, its first answer lost."""
        chance = self._chance.random()
        return 1.0 + chance * 100 if chance < self.behaviour.assessments_retried else None

    def unwarned(self, standing: Standing) -> Reaction:
        """Nobody saw an alert: nearly all proceed, and most of the time the exchange says so."""
        chance, main = self._chance, self.behaviour.unwarned_cancels
        if chance.random() < main:
            return self._delivered([("cancelled", 60.0)])._replace(main=main, happened=True)
        paid = 3.0 + chance.random() * 20
        outcomes = [("proceeded", paid)] if chance.random() < 0.8 else []
        return self._delivered([*outcomes, *self._confirmed(standing, "", paid=True)])._replace(main=main, paid=paid)

    def react(self, alert: Alert, standing: Standing, exposure: int, *, visible: bool) -> Reaction:
        """Draws one. `visible` is whether anybody could see an alert at all."""
        chance, behaviour = self._chance, self.behaviour
        rates = self._known(alert, standing, exposure)
        if chance.random() < rates.withheld:
            outcomes = [("shown", 0.5)] if visible else []
            confirmed = self._confirmed(standing, alert.severity, paid=False)
            outcomes += [("withheld", 2.0 + chance.random() * 60), *confirmed]
            return self._delivered(outcomes)._replace(withheld=True)
        if not visible:
            return self.unwarned(standing)
        main = behaviour.shown * rates.main + (1 - behaviour.shown) * behaviour.unwarned_cancels
        seen = chance.random() < behaviour.shown
        reaction = self._decides(rates, standing, alert.severity) if seen else self.unwarned(standing)
        return reaction._replace(main=main)

    def _known(self, alert: Alert, standing: Standing, exposure: int) -> Rates:
        key = (alert.rule_id, alert.variant, standing, min(exposure, len(self.behaviour.by_exposure)))
        rates = self._rates.get(key)
        if rates is None:
            rates = self._rates[key] = self.behaviour.rates(alert, standing, exposure)
        return rates

    def _decides(self, rates: Rates, standing: Standing, severity: str) -> Reaction:
        chance, behaviour = self._chance, self.behaviour
        at = 0.2 + chance.random()
        outcomes = [("shown", at)]
        reviewed = chance.random() < rates.review
        if reviewed:
            at += 5 + chance.expovariate(1 / 40)
            outcomes.append(("reviewed", at))
        # Most decide within minutes, a few sleep on it; all within twenty hours, so that a window of a day sees them.
        at += chance.random() * 18 * HOUR if chance.random() < 0.04 else min(HOUR, 4 + chance.expovariate(1 / 90))
        end = chance.random()
        lost = chance.random() < behaviour.outcomes_missing
        paid = returns = amends = None
        if end < rates.cancel:
            outcomes.append(("cancelled", at))
            if chance.random() < rates.report:
                outcomes.append(("reported", at + min(HOUR, 20 + chance.expovariate(1 / 300))))
            if chance.random() < behaviour.contradicts:
                paid = at + 30 + chance.random() * 600
                outcomes.append(("proceeded", paid))
            elif chance.random() < behaviour.returns[standing]:
                returns = at + (0.5 + 4.5 * chance.random()) * DAY
        elif end < rates.cancel + rates.amend:
            outcomes.append(("amended", at))
            if chance.random() < behaviour.amends_on:
                amends = at + 20 + chance.random() * 600
        elif end < rates.cancel + rates.amend + rates.abandon:
            outcomes.append(("abandoned", at + HOUR))
        else:
            paid = at
            outcomes.append(("proceeded", at))
        happened = reviewed or end < rates.cancel + rates.amend
        confirmed = self._confirmed(standing, severity, paid=paid is not None)
        delivered = self._delivered([*outcomes, *confirmed], lost=lost)
        return delivered._replace(happened=happened, paid=paid, returns=returns, amends=amends)

    def _confirmed(self, standing: Standing, severity: str, *, paid: bool) -> list[tuple[str, float]]:
        """What the exchange finds out days later."""
        chance, behaviour = self._chance, self.behaviour
        if standing is Standing.VICTIM:
            likely = behaviour.confirmed_paid if paid else behaviour.confirmed_stopped
            return [("confirmed_scam", (2 + 12 * chance.random()) * DAY)] if chance.random() < likely else []
        if severity in {"high", "critical"} and chance.random() < behaviour.cleared:
            return [("confirmed_legitimate", (1 + 6 * chance.random()) * DAY)]
        return []

    def _delivered(self, outcomes: list[tuple[str, float]], *, lost: bool = False) -> Reaction:
        """As the service hears of it. What is `lost` is only what the user's front end sends after `shown`."""
        chance, behaviour = self._chance, self.behaviour
        reports: list[Report] = []
        for outcome, occurs in outcomes:
            if lost and outcome != "shown" and not outcome.startswith("confirmed"):
                continue
            fate = chance.random()
            received = occurs + 0.05
            if fate < behaviour.outcomes_late:
                received += HOUR + chance.random() * 3 * DAY
            reports.append(Report(outcome, occurs, received))
            if fate > 1 - behaviour.outcomes_repeated:
                reports.append(Report(outcome, occurs, received + 1 + chance.random() * 30))
        return Reaction(reports)
