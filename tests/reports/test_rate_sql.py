"""Every outcome, followed from the event to the figures that it counts in."""

from datetime import timedelta

import pytest

from app.dataset.report_sources import Sources
from app.domain.outcome import OUTCOMES, CountsAs, Outcome
from app.reports.answer_text import as_text
from app.reports.event_connection import open_events
from app.review import withdrawal_record
from app.simulate.behaviour import Alert, Standing
from app.simulate.ground_truth import GroundTruth
from app.simulate.user import DAY
from app.simulate.user_response import Reaction
from tests.reports.compact import MONDAY, ask, events
from tests.reports.stream_tail import tail_table

BOTH_RATES = {CountsAs.RECONSIDERED}
ONE_RATE = {*BOTH_RATES, CountsAs.REVIEWED}
NO_ANSWER = {CountsAs.SHOWN, CountsAs.FINDING}

each = pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)


def answered_by(outcome: Outcome) -> str:
    return f"Mon 10:00 a1 alert user=ann\nMon 10:05 a1 {outcome.name}"


@each
def test_a_report_counts_it_as_its_class_says(outcome: Outcome) -> None:
    found = ask(answered_by(outcome)).total
    assert found is not None
    counted = outcome.counts_as
    assert found.withheld == (counted is CountsAs.WITHHELD)
    assert found.rates.reconsidered_or_reviewed.denominator == 1 - found.withheld
    assert found.rates.reconsidered_or_reviewed.numerator == (counted in ONE_RATE)
    assert found.rates.reconsidered.numerator == (counted in BOTH_RATES)
    assert found.rates.sustained.numerator == (counted in BOTH_RATES)
    assert found.unanswered == (counted in NO_ANSWER)
    assert found.outcomes.get(outcome.name) == (None if counted is CountsAs.FINDING else 1)


@each
def test_a_review_counts_it_as_a_report_does(outcome: Outcome) -> None:
    with open_events(Sources(tail=tail_table(events(answered_by(outcome))))) as opened:
        withdrawal_record.load(opened, MONDAY, MONDAY + timedelta(days=7))
        row = opened.connection.execute("SELECT reconsidered, proceeded, withheld FROM recent").fetchone()
    counted = outcome.counts_as
    assert row == (counted in ONE_RATE, counted is CountsAs.PROCEEDED, counted is CountsAs.WITHHELD)


@each
def test_the_truth_of_a_simulation_counts_it_as_a_report_does(outcome: Outcome) -> None:
    truth = GroundTruth(2 * DAY)
    alert = Alert("as_x", "hk/a", "investment", "high")
    seen = truth.alerted(0.0, alert, 1, standing=Standing.HONEST, exposure=1, reaction=Reaction([]))
    truth.recorded(seen, outcome.name)
    assert (seen.main, seen.reconsidered) == (outcome.counts_as in ONE_RATE, outcome.counts_as in BOTH_RATES)


def test_the_text_names_the_outcomes_of_each_rate() -> None:
    text = as_text(ask(answered_by(OUTCOMES[0]), group_by="region"))
    names = {
        rate: [outcome.name for outcome in OUTCOMES if outcome.counts_as in classes]
        for rate, classes in {"Reconsidered or reviewed: ": ONE_RATE, "Reconsidered: ": BOTH_RATES}.items()
    }
    for rate, counted in names.items():
        said = text.partition(rate)[2].partition("\n")[0]
        assert [name for name in counted if name not in said] == []
