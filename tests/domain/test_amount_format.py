"""Amounts as a language writes them keep every digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amount_format import AmountFormat

ENGLISH = AmountFormat(",", ".", 3, 3, 3)
HINDI = AmountFormat(",", ".", 3, 2, 3)
SPANISH = AmountFormat(".", ",", 3, 3, 4)

digits = st.text("0123456789", min_size=1, max_size=60)
amounts = st.one_of(digits, st.builds("{}.{}".format, digits, digits))
separators = st.sampled_from([(",", "."), (".", ","), ("\u202f", ","), ("\u00a0", "."), ("'", ",")])
formats = st.builds(
    lambda marks, *sizes: AmountFormat(*marks, *sizes),
    separators,
    st.integers(2, 4),
    st.integers(2, 4),
    st.integers(3, 5),
)


@given(amounts, formats)
def test_without_its_separators_it_is_the_amount_that_was_sent(amount: str, written: AmountFormat) -> None:
    """Leading and trailing zeros included."""
    assert written.write(amount).replace(written.group, "").replace(written.decimal, ".") == amount


@given(st.integers(0, 10**40))
def test_english_groups_are_those_of_python(amount: int) -> None:
    assert ENGLISH.write(str(amount)) == f"{amount:,}"


@pytest.mark.parametrize(
    ("amount", "written"),
    [("0", "0"), ("999", "999"), ("1000", "1,000"), ("100000", "1,00,000"), ("1234567.50", "12,34,567.50"),
     ("0.00000001", "0.00000001"), ("1000.0000", "1,000.0000"), ("0012500", "00,12,500")],
)  # fmt: skip
def test_groups_of_two_stand_before_the_last_three(amount: str, written: str) -> None:
    assert HINDI.write(amount) == written


@pytest.mark.parametrize(("amount", "written"), [("1234.5", "1234,5"), ("12345.6", "12.345,6")])
def test_some_languages_group_from_five_digits_on(amount: str, written: str) -> None:
    assert SPANISH.write(amount) == written
