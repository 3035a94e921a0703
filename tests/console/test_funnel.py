"""The funnel: no bar that is not a part of the one above it."""

import pytest

from app.console.funnels import Funnel, funnels
from app.reports.answer import Answer
from tests.reports.compact import ask

# The exchange reports what became of alerts, and of one alert only that it was shown.
HARDLY_SHOWN = """
Mon 09:00  n1  none user=eve
Mon 10:00  a1  alert user=ann
Mon 10:01  a1  shown
Mon 10:05  a1  cancelled
Mon 10:10  a2  alert user=ann
Mon 11:00  b1  alert user=bob
Mon 11:05  b1  reviewed
Mon 11:06  b1  proceeded
Mon 12:00  c1  alert user=cat
Mon 12:05  c1  proceeded
Mon 13:00  d1  alert user=dan
Mon 13:01  d1  withheld
Mon 13:02  d1  cancelled
Mon 14:00  e1  alert user=eve
"""


def told(answer: Answer) -> list[Funnel]:
    assert answer.total is not None
    return funnels(answer.total, answer.question)


def counts(funnel: Funnel) -> list[tuple[str, int]]:
    return [(step.name, step.count) for step in funnel.steps]


def test_shown_is_a_part_of_alerts_and_outcomes_are_a_part_of_those_warned() -> None:
    withdrawals, users = told(ask(HARDLY_SHOWN))
    assert counts(withdrawals) == [("Assessed", 7), ("Got an alert", 6), ("Reported as shown", 1)]
    assert withdrawals.steps[-1].says == "by the exchange, of 6 alerts"
    assert counts(users) == [
        ("Warned", 5),
        ("Left to decide", 4),
        ("Outcome known", 3),
        ("Reconsidered or reviewed", 2),
        ("Reconsidered", 1),
    ]


@pytest.mark.parametrize("exposed_by", ["answered", "shown"])
@pytest.mark.parametrize("unit", ["user", "alert"])
@pytest.mark.parametrize("maturity", ["matured", "all"])
def test_no_step_is_more_than_the_one_above_it(exposed_by: str, unit: str, maturity: str) -> None:
    for funnel in told(ask(HARDLY_SHOWN, exposed_by=exposed_by, unit=unit, maturity=maturity)):
        steps = [step.count for step in funnel.steps]
        assert steps == sorted(steps, reverse=True), funnel.title
        assert [step.part for step in funnel.steps] == [count / steps[0] if steps[0] else 0.0 for count in steps]
