"""Drawn responses follow the parameters."""

from math import sqrt

import pytest

from app.domain.outcome import RECONSIDERED_OR_REVIEWED
from app.simulate.behaviour import Alert, Behaviour, Rates, Standing
from app.simulate.user_response import Response

HIGH = Alert("as_x", "hk/investment-new-address", "investment", "high", None)
DRAWS = 20_000


def test_the_same_seed_responds_the_same() -> None:
    one, other = (Response(5, Behaviour()) for _ in range(2))

    for exposure in range(1, 200):
        assert one.react(HIGH, Standing.VICTIM, exposure, visible=True) == other.react(
            HIGH, Standing.VICTIM, exposure, visible=True
        )


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("severity", ["info", "caution", "high", "critical"])
def test_users_respond_as_often_as_the_parameters_say(severity: str, standing: Standing) -> None:
    """Within four standard errors, where every outcome arrives."""
    behaviour = Behaviour(outcomes_missing=0, outcomes_repeated=0, shown=1)
    alert = HIGH._replace(severity=severity)
    response = Response(11, behaviour)
    reactions = [response.react(alert, standing, 1, visible=True) for _ in range(DRAWS)]
    rates = behaviour.rates(alert, standing, 1)

    assert_close(sum(reaction.withheld for reaction in reactions), rates.withheld, DRAWS)
    answered = [reaction for reaction in reactions if not reaction.withheld]
    outcomes = [{report.outcome for report in reaction.reports} for reaction in answered]
    for outcome, probability in {
        "reviewed": rates.review,
        "cancelled": rates.cancel,
        "amended": rates.amend,
        "abandoned": rates.abandon,
        "reported": rates.cancel * rates.report,
    }.items():
        assert_close(sum(outcome in said for said in outcomes), probability, len(answered))
    counted = [not said.isdisjoint(RECONSIDERED_OR_REVIEWED) for said in outcomes]
    assert_close(sum(counted), rates.main, len(answered))
    assert [reaction.happened for reaction in answered] == counted


def test_every_outcome_that_counts_occurs_within_a_day() -> None:
    response = Response(1, Behaviour())
    for _ in range(DRAWS):
        for report in response.react(HIGH, Standing.VICTIM, 1, visible=True).reports:
            assert report.occurs <= report.received
            assert report.occurs < 86_400 or report.outcome.startswith("confirmed_")


def test_rule_variant_and_exposure_number_change_the_rates() -> None:
    behaviour = Behaviour(by_rule={"hk/x": 1.5})
    plain = behaviour.rates(HIGH, Standing.HONEST, 1).main

    assert behaviour.rates(HIGH._replace(rule_id="hk/x"), Standing.HONEST, 1).main > plain
    assert behaviour.rates(HIGH._replace(variant="b"), Standing.HONEST, 1).main > plain
    assert behaviour.rates(HIGH, Standing.HONEST, 2).main < plain
    assert behaviour.rates(HIGH, Standing.HONEST, 60) == behaviour.rates(HIGH, Standing.HONEST, 6)


def test_no_factor_makes_a_response_certain() -> None:
    rates = Rates(0.5, 0.4, 0.1, 0.05, 0.2, 0.0).times(100)

    assert rates.review == 0.95
    assert rates.cancel + rates.amend + rates.abandon == pytest.approx(0.95)


def test_a_program_sees_no_alert() -> None:
    response = Response(1, Behaviour())
    outcomes = {
        report.outcome for _ in range(500) for report in response.react(HIGH, Standing.HONEST, 1, visible=False).reports
    }

    assert "proceeded" in outcomes
    assert not outcomes & {"shown", "reviewed", "reported"}


def test_outcomes_are_missing_late_and_repeated() -> None:
    response = Response(1, Behaviour(outcomes_missing=0.5, outcomes_late=0.2, outcomes_repeated=0.2))
    reports = [response.react(HIGH, Standing.HONEST, 1, visible=True).reports for _ in range(500)]

    assert any([report.outcome for report in each] == ["shown"] for each in reports)
    assert any(report.received > report.occurs + 3600 for each in reports for report in each)
    assert any(len({report.outcome for report in each}) < len(each) for each in reports)


def assert_close(seen: int, probability: float, number: int) -> None:
    assert abs(seen / number - probability) <= 4 * sqrt(max(probability * (1 - probability), 1e-9) / number)
