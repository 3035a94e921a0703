"""Every rate of a report, followed to the places that have it."""

import csv
import io
from dataclasses import fields
from pathlib import Path

import pytest

from app.domain.outcome import WINDOWED
from app.reports.answer import Rates, WindowRates
from app.reports.answer_export import as_csv, as_dict
from app.reports.answer_text import as_text
from app.reports.rate_definitions import RATES, WINDOW_RATES
from tests.reports.compact import ask
from tests.reports.obvious import RATES_COUNTED

MEASUREMENT = Path("docs/measurement.md")

each = pytest.mark.parametrize("rate", RATES)


def test_answers_have_a_field_for_each_rate() -> None:
    assert [one.name for one in fields(Rates)] == list(RATES), "app/reports/answer.py: Rates"
    assert [one.name for one in fields(WindowRates)] == list(WINDOW_RATES), "app/reports/answer.py: WindowRates"


@each
def test_the_slow_count_of_the_tests_has_it(rate: str) -> None:
    assert rate in RATES_COUNTED, "tests/reports/obvious.py"


@each
def test_the_page_on_measurement_defines_it(rate: str) -> None:
    defined = f"\n| `{rate}` | " in MEASUREMENT.read_text(encoding="utf-8")
    assert defined, "docs/measurement.md: Definitions"


@each
def test_every_format_has_it(rate: str) -> None:
    answer = ask("Mon 10:00 a1 alert rule=hk/a", group_by="rule_id")
    figures = as_dict(answer)["total"]
    assert all(rate in figures[block] for block in ("rates", "first_alert", "by_alert")), "json"
    assert f"{rate}_rate" in next(csv.reader(io.StringIO(as_csv(answer)))), "csv"
    assert as_text(answer).count(RATES[rate].label) > 1, "text"


@pytest.mark.parametrize("rate", WINDOW_RATES)
@pytest.mark.parametrize("outcome", WINDOWED)
def test_it_counts_its_own_outcomes_under_every_window(rate: str, outcome: str) -> None:
    total = ask(f"Mon 10:00 a1 alert user=ann\nMon 10:05 a1 {outcome}").total
    assert total is not None
    counts = outcome in WINDOW_RATES[rate].outcomes
    for rates in (total.rates, total.first_alert, total.by_alert, *total.windows.values()):
        assert getattr(rates, rate).numerator == counts
        assert getattr(rates, rate).unanswered_as_yes.numerator == (counts or outcome == "shown")
