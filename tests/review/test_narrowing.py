"""What a rule no longer matches is decided for all withdrawals, and the withdrawal that is shown is one of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.condition_syntax import parse
from app.domain.condition import Clause
from app.review.narrowing import lost_withdrawal
from tests.checks.small_world import whens, withdrawals

FACTS = ("amount_usd", "session.signals")
OTHER_FACTS = ("asset", "attributes.x")


def clause(when: dict[str, object]) -> Clause:
    parsed = parse(when)
    assert parsed.clause is not None
    return parsed.clause


@settings(max_examples=300)
@given(
    st.sampled_from([FACTS, OTHER_FACTS]).flatmap(lambda facts: st.tuples(st.just(facts), whens(*facts), whens(*facts)))
)
def test_a_withdrawal_is_lost_exactly_where_trying_all_finds_one(
    drawn: tuple[tuple[str, ...], dict[str, object], dict[str, object]],
) -> None:
    facts, *whens_drawn = drawn
    before, after = map(clause, whens_drawn)
    tried = any(before.holds(each) and not after.holds(each) for each in withdrawals(*facts))

    found = lost_withdrawal(before, after)

    assert (found is not None) is tried
    assert found is None or (before.holds(found) and not after.holds(found))


def test_the_withdrawal_has_as_few_facts_as_possible() -> None:
    wide = {"destination.first_use": True, "amount_usd": {"gte": 1000}}
    narrow = {**wide, "amount_usd": {"gte": 5000}}

    assert lost_withdrawal(clause(wide), clause(narrow)) == {"destination.first_use": True, "amount_usd": 1000}
    assert lost_withdrawal(clause(narrow), clause(wide)) is None
