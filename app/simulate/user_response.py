"""Draws how a simulated user responds to an alert."""

from random import Random
from typing import NamedTuple

from app.simulate.behaviour import Alert, Behaviour, Rates, Standing
from app.simulate.user import DAY

HOUR = 3600.0


class Report(NamedTuple):
    """An outcome; `occurs` and `received` are seconds after the assessment."""

    outcome: str
    occurs: float
    received: float


class Reaction(NamedTuple):
    """What follows one alert. `main` is the probability that it counts in the main rate, `happened` whether it did."""

    reports: list[Report]
    main: float = 0.0
    happened: bool = False
    withheld: bool = False
    paid: float | None = None  # seconds after the assessment, like the next two
    returns: float | None = None
    amends: float | None = None


class Response:
    """Draws reactions, with a seed of its own."""

    def __init__(self, seed: int, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self._rng = Random(f"{seed}/response")  # noqa: S311  # a simulation must be repeatable
        self._rates: dict[tuple[object, ...], Rates] = {}

    def retry(self) -> float | None:
        """Seconds until the exchange repeats a request whose answer was lost, or None."""
        draw = self._rng.random()
        return 1.0 + draw * 100 if draw < self.behaviour.assessments_retried else None

    def unwarned(self, standing: Standing) -> Reaction:
        """Nobody saw an alert: nearly all users proceed, and the exchange mostly reports it."""
        rng, main = self._rng, self.behaviour.unwarned_cancels
        if rng.random() < main:
            return self._delivered([("cancelled", 60.0)])._replace(main=main, happened=True)
        paid = 3.0 + rng.random() * 20
        outcomes = [("proceeded", paid)] if rng.random() < 0.8 else []
        return self._delivered([*outcomes, *self._confirmed(standing, "", paid=True)])._replace(main=main, paid=paid)

    def react(self, alert: Alert, standing: Standing, exposure: int, *, visible: bool) -> Reaction:
        """`visible` is whether anybody could see an alert at all."""
        rng, behaviour = self._rng, self.behaviour
        rates = self._rates_of(alert, standing, exposure)
        if rng.random() < rates.withheld:
            outcomes = [("shown", 0.5)] if visible else []
            confirmed = self._confirmed(standing, alert.severity, paid=False)
            outcomes += [("withheld", 2.0 + rng.random() * 60), *confirmed]
            return self._delivered(outcomes)._replace(withheld=True)
        if not visible:
            return self.unwarned(standing)
        main = behaviour.shown * rates.main + (1 - behaviour.shown) * behaviour.unwarned_cancels
        seen = rng.random() < behaviour.shown
        reaction = self._decides(rates, standing, alert.severity) if seen else self.unwarned(standing)
        return reaction._replace(main=main)

    def _rates_of(self, alert: Alert, standing: Standing, exposure: int) -> Rates:
        key = (alert.rule_id, alert.variant, standing, min(exposure, len(self.behaviour.by_exposure)))
        rates = self._rates.get(key)
        if rates is None:
            rates = self._rates[key] = self.behaviour.rates(alert, standing, exposure)
        return rates

    def _decides(self, rates: Rates, standing: Standing, severity: str) -> Reaction:
        rng, behaviour = self._rng, self.behaviour
        at = 0.2 + rng.random()
        outcomes = [("shown", at)]
        reviewed = rng.random() < rates.review
        if reviewed:
            at += 5 + rng.expovariate(1 / 40)
            outcomes.append(("reviewed", at))
        # Most decide within minutes, a few much later, all within twenty hours, so that a window of a day holds them.
        at += rng.random() * 18 * HOUR if rng.random() < 0.04 else min(HOUR, 4 + rng.expovariate(1 / 90))
        end = rng.random()
        lost = rng.random() < behaviour.outcomes_missing
        paid = returns = amends = None
        if end < rates.cancel:
            outcomes.append(("cancelled", at))
            if rng.random() < rates.report:
                outcomes.append(("reported", at + min(HOUR, 20 + rng.expovariate(1 / 300))))
            if rng.random() < behaviour.contradicts:
                paid = at + 30 + rng.random() * 600
                outcomes.append(("proceeded", paid))
            elif rng.random() < behaviour.returns[standing]:
                returns = at + (0.5 + 4.5 * rng.random()) * DAY
        elif end < rates.cancel + rates.amend:
            outcomes.append(("amended", at))
            if rng.random() < behaviour.amends_on:
                amends = at + 20 + rng.random() * 600
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
        """What the exchange learns days later."""
        rng, behaviour = self._rng, self.behaviour
        if standing is Standing.VICTIM:
            likely = behaviour.confirmed_paid if paid else behaviour.confirmed_stopped
            return [("confirmed_scam", (2 + 12 * rng.random()) * DAY)] if rng.random() < likely else []
        if severity in {"high", "critical"} and rng.random() < behaviour.cleared:
            return [("confirmed_legitimate", (1 + 6 * rng.random()) * DAY)]
        return []

    def _delivered(self, outcomes: list[tuple[str, float]], *, lost: bool = False) -> Reaction:
        """The outcomes as the service receives them. `lost` drops what the user's front end sends after `shown`."""
        rng, behaviour = self._rng, self.behaviour
        reports: list[Report] = []
        for outcome, occurs in outcomes:
            if lost and outcome != "shown" and not outcome.startswith("confirmed"):
                continue
            fate = rng.random()
            received = occurs + 0.05
            if fate < behaviour.outcomes_late:
                received += HOUR + rng.random() * 3 * DAY
            reports.append(Report(outcome, occurs, received))
            if fate > 1 - behaviour.outcomes_repeated:
                reports.append(Report(outcome, occurs, received + 1 + rng.random() * 30))
        return Reaction(reports)
