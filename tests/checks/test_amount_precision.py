"""Which conditions on an amount the record decides."""

from math import nextafter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.authoring.condition_syntax import parse
from app.checks.amount_precision import imprecise_amounts
from app.domain.amount import cut, next_step

amounts = st.one_of(st.sampled_from([0, 10, 99, 100, 1000, 1200, 1234, 12_000, 5.5, 5.55]), st.floats(0.01, 1e9))


@given(st.sampled_from(["gt", "gte", "lt", "lte"]), amounts)
def test_reported_exactly_where_two_amounts_that_are_recorded_alike_differ(operator: str, bound: float) -> None:
    parsed = parse({"amount_usd": {operator: bound}})

    recorded = cut(bound)
    highest = nextafter(next_step(bound), 0) if bound else 0
    assume(not bound or bound < highest)  # between these two are amounts, but no floats that could be tried
    alike = {parsed.clause.holds({"amount_usd": amount}) for amount in (recorded, bound, highest)}

    assert bool(list(imprecise_amounts(parsed))) == (len(alike) > 1)


@pytest.mark.parametrize(
    "test", [{"gt": 0}, {"lte": 0}, 0, {"not": 0}, {"given": True}, {"gte": 0.5, "lt": 1100}, {"gte": 12_000_000}]
)
def test_silent_where_the_record_decides(test: object) -> None:
    assert list(imprecise_amounts(parse({"amount_usd": test, "account.age_days": {"gte": 1234}}))) == []
