"""The reports beside the rate, as rows."""

from app.console import report_tables
from tests.reports.compact import ask


def test_money_of_few_users_is_suppressed_in_a_row_that_is_not_hidden_otherwise() -> None:
    alerts = [f"Mon 10:00 a{n} alert user=u{n} amount_usd=100" for n in range(12)]
    rows = "\n".join([*alerts, *(f"Mon 10:05 a{n} cancelled" for n in range(9))])
    hidden, shown = (report_tables.money_not_sent(ask(rows, partner=partner))[-1] for partner in ("HK", None))
    assert hidden == {"row": "total", "suppressed": True}
    assert (shown["suppressed"], shown["users"], shown["amount_usd"]) == (False, 9, 900)
