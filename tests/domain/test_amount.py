"""Amounts as events record them."""

from decimal import ROUND_DOWN, Decimal
from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amount import cut, next_step


@pytest.mark.parametrize(
    ("amount", "kept"),
    [(999.99, 990), (12500.0, 12000), (100, 100), (99.99, 99), (10, 10), (9.99, 9.9), (0.0123, 0.012), (0, 0),
     (0.1 + 0.2, 0.3), (1e21, 1e21), (123456789.0, 120000000), (1e-7, 1e-7)],
)  # fmt: skip
def test_amounts_are_cut_down_to_two_digits(amount: float, kept: float) -> None:
    assert cut(amount) == kept


@given(st.floats(min_value=1e-12, max_value=1e15))
def test_cutting_equals_decimal_arithmetic(amount: float) -> None:
    exact = Decimal(repr(amount))

    assert cut(amount) == float(exact.quantize(Decimal(1).scaleb(exact.adjusted() - 1), rounding=ROUND_DOWN))


@given(st.floats(min_value=1e-12, max_value=1e15))
def test_the_next_step_is_the_lowest_amount_recorded_as_more(amount: float) -> None:
    following = next_step(amount)

    assert cut(nextafter(following, 0)) == cut(amount) < cut(following) == following
